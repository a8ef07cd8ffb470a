"""What the form of a handover offers: kinds, who gives, the cases and what forbids them, receivers with their loads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models import Handover, HandoverItem, StaffMember
from models.enums import OPEN_STATUSES, HandoverKind, HandoverStatus
from thads_app import clock, db
from thads_app.errors import FieldError, Forbidden, NotFound
from thads_app.repositories import case_lists, officers
from thads_app.repositories import handovers as repository
from thads_app.repositories import offices as office_repository
from thads_app.repositories.case_lists import CaseFilter, CaseSort, ListedCase
from thads_app.repositories.cases import search_text
from thads_app.rules.handovers import HANDOVER_RULES, MAX_ITEMS, HandoverRule, Reach, Side, label
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services.handover_access import is_giver, may_give_from
from thads_app.services.handover_support import giving_refusal, in_other_handover
from thads_app.services.office_tree import office_tree

CHOICES = 20


@dataclass(frozen=True)
class FormRequest:
    """What the form was opened for; blank fields are filled in from the rest."""

    kind: HandoverKind | None = None
    giver_code: str = ""
    case_ids: tuple[int, ...] = ()
    handover_id: int | None = None


@dataclass(frozen=True)
class FormCase:
    """One case on the form, with what a draft already says of it. `problem` is why it cannot be given."""

    case: ListedCase
    problem: FieldError | None
    sheet_count: int
    open_deadlines: str
    money_in_custody: int
    note: str


@dataclass(frozen=True)
class Receiver:
    """An officer who may receive; the load is None where the actor may not see their cases. Money in đồng."""

    id: int
    code: str
    name: str
    office: str
    same_office: bool
    open_cases: int | None
    outstanding: int
    can_sign_in: bool


@dataclass(frozen=True)
class HandoverForm:
    """Everything the form shows. `giver` is the officer who gives, None for kinds given by the intake."""

    kinds: list[HandoverKind]
    rule: HandoverRule
    office: OfficeNode
    giver: StaffMember | None
    may_choose_giver: bool
    cases: list[FormCase]
    receivers: list[Receiver]
    receiver_id: int | None
    reason: str
    handover_id: int | None
    handover_label: str
    version: int | None


async def handover_form(actor: Actor, request: FormRequest, *, day: date | None = None) -> HandoverForm:
    """The form for what was asked: a new handover, or a draft to go on with.

    Without a kind, it follows from the first case: one without officer comes from the intake, another from its officer.

    Raises:
        Forbidden: the actor may give nothing at the cases' office.
        NotFound: no such draft within reach.
    """
    tree = await office_tree()
    today = day or clock.today()
    async with db.session(actor) as session:
        draft, kept = await _draft(session, actor, request.handover_id)
        wanted = request.case_ids or tuple(kept)
        rows = await case_lists.by_ids(session, actor.scope(Permission.CASE_READ), wanted[:MAX_ITEMS])
        rows.sort(key=lambda row: wanted.index(row.id))
        asked = await _officer(session, request.giver_code)
        office = await _giving_office(session, actor, tree, today, draft=draft, rows=rows, giver=asked)
        kinds = _kinds(actor, office)
        if not kinds:
            raise Forbidden("handover_forbidden_office", {"office": office.name})
        rule = HANDOVER_RULES[_kind(kinds, rows, draft.kind if draft else request.kind)]
        chooses = rule.giver is Side.OFFICER and actor.may_in(Permission.HANDOVER_APPROVE, office.id)
        giver_id = None
        if rule.giver is Side.OFFICER:
            giver_id = _giver_id(actor, rows, draft, asked if chooses else None, chooses=chooses)
        giver = await session.get(StaffMember, giver_id) if giver_id else None
        form = HandoverForm(
            kinds=[rule.kind] if draft else kinds,
            rule=rule,
            office=office,
            giver=giver,
            may_choose_giver=chooses and draft is None,
            cases=await _form_cases(session, tree, rule, office, giver_id, rows=rows, kept=kept),
            receivers=await _receivers(session, actor, tree, rule, office, giver_id=giver_id, day=today),
            receiver_id=draft.receiver_staff_id if draft else None,
            reason=(draft.reason or "") if draft else "",
            handover_id=draft.id if draft else None,
            handover_label=label(draft.number, draft.year) if draft else "",
            version=draft.version if draft else None,
        )
        session.expunge_all()  # the giver is shown after the transaction has ended
        return form


async def givable_cases(
    actor: Actor, kind: HandoverKind, giver_id: int | None, office_code: str, text: str, *, limit: int = CHOICES
) -> list[ListedCase]:
    """Open cases this giver could hand over that hold the words, newest first; those in a sent handover left out.

    Raises:
        NotFound: no such office within reach.
    """
    tree = await office_tree()
    office = tree.by_code.get(office_code)
    scope = actor.scope(Permission.CASE_READ)
    if office is None or not scope.holds(office.id):
        raise NotFound
    rule = HANDOVER_RULES[kind]
    if rule.giver is Side.OFFICER and giver_id is None:
        return []
    wanted = CaseFilter(
        office_ids=tuple(node for node in tree.nodes if tree.same_office_today(node, office.id)),
        officer_ids=(giver_id,) if rule.giver is Side.OFFICER and giver_id else (),
        unassigned=rule.giver is Side.INTAKE,
        statuses=tuple(OPEN_STATUSES),
        words=tuple(search_text([text[:200]]).split()),
    )
    async with db.session(actor) as session:
        found = await case_lists.page(
            session, scope, wanted, sort=CaseSort.DATE, descending=True, size=limit + MAX_ITEMS
        )
        elsewhere = await repository.open_handovers(session, [case.id for case in found])
    return [case for case in found if case.id not in elsewhere][:limit]


async def givers(actor: Actor, text: str) -> list[StaffMember]:
    """Officers for whom the actor may give as their head, whose name or code holds the words."""
    scope = actor.scope(Permission.HANDOVER_APPROVE)
    async with db.session(actor) as session:
        found = await officers.officers_like(session, scope, normalise(text), None, CHOICES)
        session.expunge_all()
        return found


async def _draft(
    session: AsyncSession, actor: Actor, handover_id: int | None
) -> tuple[Handover | None, dict[int, HandoverItem]]:
    if handover_id is None:
        return None, {}
    draft = await repository.find(session, actor, handover_id)
    if draft is None or draft.status is not HandoverStatus.DRAFT:
        raise NotFound
    if not is_giver(actor, HANDOVER_RULES[draft.kind], draft):
        raise NotFound
    return draft, {item.case_id: item for item in await repository.item_rows(session, handover_id)}


async def _officer(session: AsyncSession, code: str) -> StaffMember | None:
    return next(iter(await officers.officers_by_code(session, [code])), None) if code else None


async def _giving_office(
    session: AsyncSession,
    actor: Actor,
    tree: OfficeTree,
    day: date,
    *,
    draft: Handover | None,
    rows: Sequence[ListedCase],
    giver: StaffMember | None,
) -> OfficeNode:
    """The draft's office, else the first case's, else where the officer named works, else the actor's own."""
    if draft is not None:
        return tree.nodes[tree.line.today(draft.giver_office_id)]
    if rows:
        return tree.nodes[tree.line.today(rows[0].office_id)]
    if giver is not None and giver.id is not None:
        for posting in await office_repository.postings_of(session, [giver.id]):
            begun = posting.valid_from is None or posting.valid_from <= day
            if begun and (posting.valid_to is None or day <= posting.valid_to):
                return tree.nodes[tree.line.today(posting.office_id)]
    return tree.nodes[tree.line.today(actor.office_id)]


def _kinds(actor: Actor, office: OfficeNode) -> list[HandoverKind]:
    """The kinds the actor may give at the office."""
    acts = actor.staff_id is not None or actor.may_in(Permission.HANDOVER_APPROVE, office.id)
    return [
        kind
        for kind, rule in HANDOVER_RULES.items()
        if may_give_from(actor, rule, office.id) and (acts or rule.giver is not Side.OFFICER)
    ]


def _kind(kinds: Sequence[HandoverKind], rows: Sequence[ListedCase], asked: HandoverKind | None) -> HandoverKind:
    if asked is not None and asked in kinds:
        return asked
    side = Side.OFFICER if rows and rows[0].officer_id is not None else Side.INTAKE
    fitting = [kind for kind in kinds if HANDOVER_RULES[kind].giver is side]
    return fitting[0] if rows and fitting else kinds[0]


def _giver_id(
    actor: Actor, rows: Sequence[ListedCase], draft: Handover | None, asked: StaffMember | None, *, chooses: bool
) -> int | None:
    if draft is not None:
        return draft.giver_staff_id
    if asked is not None:
        return asked.id
    if chooses and rows:
        return rows[0].officer_id or actor.staff_id
    return actor.staff_id


async def _form_cases(
    session: AsyncSession,
    tree: OfficeTree,
    rule: HandoverRule,
    office: OfficeNode,
    giver_id: int | None,
    *,
    rows: Sequence[ListedCase],
    kept: dict[int, HandoverItem],
) -> list[FormCase]:
    elsewhere = await repository.open_handovers(session, [row.id for row in rows])
    cases: list[FormCase] = []
    for row in rows:
        refusal = giving_refusal(tree, rule, row, office.id, giver_id)
        other = elsewhere.get(row.id)
        problem = FieldError(refusal.code, dict(refusal.params)) if refusal else None
        if problem is None and other is not None:
            problem = in_other_handover(tree, row, other)
        item = kept.get(row.id)
        cases.append(
            FormCase(
                case=row,
                problem=problem,
                sheet_count=item.sheet_count if item else 0,
                open_deadlines=(item.open_deadlines or "") if item else "",
                money_in_custody=item.money_in_custody if item else 0,
                note=(item.note or "") if item else "",
            )
        )
    return cases


async def _receivers(
    session: AsyncSession,
    actor: Actor,
    tree: OfficeTree,
    rule: HandoverRule,
    office: OfficeNode,
    *,
    giver_id: int | None,
    day: date,
) -> list[Receiver]:
    """The officers within the kind's reach, colleagues first, and of them who can answer; names are no secret here."""
    if rule.receiver is not Side.OFFICER:
        return []
    province = tree.province_today(office.id) if rule.reach is Reach.PROVINCE else None
    offices = [
        node
        for node in tree.nodes
        if tree.same_office_today(node, office.id) or (province is not None and tree.province_today(node) == province)
    ]
    found = await office_repository.officers_in(session, EVERYWHERE, offices, day)
    ids = list({officer.id for officer, _ in found if officer.id is not None})
    seen = actor.scope(Permission.CASE_READ)
    loads = await office_repository.open_loads(session, seen, ids)
    sign_in = await repository.staff_with_accounts(session, ids)
    receivers: dict[int, Receiver] = {}
    for officer, posting_office in found:
        here = tree.line.today(posting_office)
        same = here == office.id
        if officer.id is None or officer.id == giver_id or (officer.id in receivers and not same):
            continue
        open_cases, outstanding = loads.get(officer.id, (0, 0))
        receivers[officer.id] = Receiver(
            id=officer.id,
            code=officer.code,
            name=officer.full_name,
            office=tree.nodes[here].short_name,
            same_office=same,
            open_cases=open_cases if seen.holds(here) else None,
            outstanding=outstanding,
            can_sign_in=officer.id in sign_in,
        )
    return sorted(receivers.values(), key=lambda each: (not each.same_office, not each.can_sign_in))
