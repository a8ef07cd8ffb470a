"""Handing cases over: drafting and sending, and the door to answering and to what a case page shows.

Answers (confirm, refuse, recall) are in `handover_answers.py`, lists and details in `handover_views.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, Handover, HandoverItem
from models.enums import HandoverItemStatus, HandoverKind, HandoverStatus
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound, Refused
from thads_app.repositories import handovers as repository
from thads_app.repositories import offices as office_repository
from thads_app.rules.assignment import assignment_office
from thads_app.rules.handovers import (
    HANDOVER_RULES,
    MAX_ITEMS,
    HandoverRule,
    Reach,
    Side,
)
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.services.conflicts import accountant_refusal, relative_refusals
from thads_app.services.handover_access import check_giver, is_giver
from thads_app.services.handover_answers import ItemResult, confirm_items, recall_handover, refuse_items
from thads_app.services.handover_support import (
    SavedHandover,
    audit,
    check_version,
    giving_refusal,
    in_other_handover,
    label_of,
    locked,
    row_id,
    saved,
    tell_sent,
)
from thads_app.services.handover_views import of_case
from thads_app.services.office_tree import office_tree

__all__ = [
    "ItemInput",
    "ItemResult",
    "SaveHandover",
    "SavedHandover",
    "confirm_items",
    "of_case",
    "recall_handover",
    "refuse_items",
    "save_draft",
    "send_handover",
]

MAX_SHEETS = 100_000
MAX_CUSTODY = 10**15


class ItemInput(BaseModel):
    """What lies in one dossier: numbered sheets, deadlines still running, đồng in custody."""

    model_config = ConfigDict(str_strip_whitespace=True)

    case_id: int
    sheet_count: int = 0
    open_deadlines: str = Field(default="", max_length=500)
    money_in_custody: int = 0
    note: str = Field(default="", max_length=500)


class SaveHandover(BaseModel):
    """A draft as somebody wrote it. Without a giver the actor gives; `handover_id` names the draft to change."""

    model_config = ConfigDict(str_strip_whitespace=True)

    handover_id: int | None = None
    kind: HandoverKind
    giver_staff_id: int | None = None
    receiver_staff_id: int | None = None
    receiver_office_id: int | None = None
    reason: str = Field(default="", max_length=500)
    items: list[ItemInput]
    expected_version: int | None = None


# -- drafting and sending --------------------------------------------------------------------------------------------


async def save_draft(actor: Actor, command: SaveHandover, *, now: datetime | None = None) -> SavedHandover:
    """Keep a draft: a new one, or the one named. The same draft sent twice stays one. Nothing moves or is blocked yet.

    Raises:
        NotFound: no such draft within reach.
        Forbidden: the actor may not give these cases.
        Invalid: fields are wrong; those of an item are named `items.<case id>` or `items.<case id>.<field>`.
        StaleVersion: somebody else changed the draft meanwhile.
    """
    moment = now or clock.now()
    tree = await office_tree()
    rule = HANDOVER_RULES[command.kind]
    giver_id = command.giver_staff_id or actor.staff_id if rule.giver is Side.OFFICER else None
    async with unit_of_work(actor) as session:
        draft = await _draft_to_change(session, actor, command) if command.handover_id else None
        errors = _shape_errors(command)
        cases = await repository.cases_in(
            session, actor.scope(Permission.CASE_READ), [item.case_id for item in command.items]
        )
        if not cases:
            raise Invalid(fields=errors or {"items": FieldError("handover_needs_cases")})
        office = tree.nodes[tree.line.today(draft.giver_office_id if draft else cases[0].office_id)]
        check_giver(actor, rule, office, giver_id)
        side = _Sides(rule, office, giver_id, command.receiver_staff_id, command.receiver_office_id)
        errors |= await _case_errors(session, tree, side, [item.case_id for item in command.items], cases)
        receiving, found = await _receiving_office(session, tree, side, clock.vietnam_day(moment))
        errors |= {name: error for name, error in found.items() if error.code != "handover_receiver_needed"}
        if errors:
            raise Invalid(fields=errors)
        draft = draft or await _same_draft(session, actor, command, giver_id)
        row = draft or await _new_handover(session, actor, rule, office.id, moment)
        row.giver_staff_id = giver_id
        row.receiver_staff_id = command.receiver_staff_id
        row.receiver_office_id = receiving or office.id
        row.reason = command.reason or None
        row.version += 1 if draft else 0
        await repository.replace_items(session, row_id(row.id), _items(row_id(row.id), command.items))
        await audit(session, actor, row, "handover.saved", {"cases": len(command.items)})
        return saved(row)


async def send_handover(
    actor: Actor, handover_id: int, *, expected_version: int | None = None, now: datetime | None = None
) -> SavedHandover:
    """Send a draft to its receiver. From now on its cases are in this handover and in no other.

    Raises:
        NotFound: no such handover within reach. Forbidden: somebody else gives it.
        Refused: it was sent and answered already. Invalid: something is missing, or a case cannot be given (any more).
        StaleVersion: somebody else changed the draft meanwhile.
    """
    moment = now or clock.now()
    day = clock.vietnam_day(moment)
    tree = await office_tree()
    async with unit_of_work(actor) as session:
        handover = await locked(session, actor, handover_id)
        rule = HANDOVER_RULES[handover.kind]
        if not is_giver(actor, rule, handover):
            raise NotFound
        if handover.status is HandoverStatus.SENT:
            return saved(handover)
        if handover.status is not HandoverStatus.DRAFT:
            raise Refused("handover_not_draft", {"handover": label_of(handover)})
        await check_version(session, handover, expected_version)
        items = await repository.item_rows(session, handover_id)
        case_ids = [item.case_id for item in items]
        cases = await repository.cases_in(session, actor.scope(Permission.CASE_READ), case_ids, lock=True)
        office = tree.nodes[tree.line.today(handover.giver_office_id)]
        side = _Sides(rule, office, handover.giver_staff_id, handover.receiver_staff_id, handover.receiver_office_id)
        errors = await _case_errors(session, tree, side, case_ids, cases)
        receiving, found = await _receiving_office(session, tree, side, day)
        errors |= found
        if rule.reason_needed and not handover.reason:
            errors["reason"] = FieldError("handover_reason_needed")
        if errors:
            raise Invalid(fields=errors)
        for item in items:
            item.open = True
        handover.receiver_office_id = receiving or handover.receiver_office_id
        handover.status = HandoverStatus.SENT
        handover.sent_at = moment
        handover.business_date = day
        handover.version += 1
        await audit(session, actor, handover, "handover.sent", {"cases": len(items)})
        await tell_sent(session, actor, handover, count=len(items), day=day)
        return saved(handover)


@dataclass(frozen=True)
class _Sides:
    rule: HandoverRule
    office: OfficeNode
    giver_staff_id: int | None
    receiver_staff_id: int | None
    receiver_office_id: int | None


async def _draft_to_change(session: AsyncSession, actor: Actor, command: SaveHandover) -> Handover:
    handover = await locked(session, actor, command.handover_id or 0)
    if not is_giver(actor, HANDOVER_RULES[handover.kind], handover):
        raise NotFound
    if handover.status is not HandoverStatus.DRAFT or handover.kind is not command.kind:
        raise Refused("handover_not_draft", {"handover": label_of(handover)})
    await check_version(session, handover, command.expected_version)
    return handover


async def _same_draft(
    session: AsyncSession, actor: Actor, command: SaveHandover, giver_id: int | None
) -> Handover | None:
    """The draft that a repeated request already made: same people, same cases."""
    wanted = {item.case_id for item in command.items}
    for draft in await repository.own_drafts(session, actor, command.kind):
        same_people = (draft.giver_staff_id, draft.receiver_staff_id) == (giver_id, command.receiver_staff_id)
        if same_people and {item.case_id for item in await repository.item_rows(session, row_id(draft.id))} == wanted:
            return draft
    return None


async def _new_handover(
    session: AsyncSession, actor: Actor, rule: HandoverRule, office_id: int, moment: datetime
) -> Handover:
    year = clock.vietnam_day(moment).year
    row = Handover(
        number=await repository.next_number(session, office_id, year),
        year=year,
        kind=rule.kind,
        status=HandoverStatus.DRAFT,
        giver_office_id=office_id,
        giver_account_id=actor.account_id if rule.giver is not Side.OFFICER else None,
        receiver_office_id=office_id,
        created_at=moment,
        created_by=actor.account_id,
    )
    session.add(row)
    await session.flush()
    return row


def _items(handover_id: int, inputs: Sequence[ItemInput]) -> list[HandoverItem]:
    return [
        HandoverItem(
            handover_id=handover_id,
            case_id=item.case_id,
            position=position,
            sheet_count=item.sheet_count,
            open_deadlines=item.open_deadlines or None,
            money_in_custody=item.money_in_custody,
            note=item.note or None,
            status=HandoverItemStatus.PENDING,
            open=False,
        )
        for position, item in enumerate(inputs, start=1)
    ]


def _shape_errors(command: SaveHandover) -> dict[str, FieldError]:
    errors: dict[str, FieldError] = {}
    if not command.items:
        errors["items"] = FieldError("handover_needs_cases")
    if len(command.items) > MAX_ITEMS:
        errors["items"] = FieldError("handover_too_many", {"limit": MAX_ITEMS})
    seen: set[int] = set()
    for item in command.items:
        name = f"items.{item.case_id}"
        if item.case_id in seen:
            errors[name] = FieldError("handover_case_twice")
        seen.add(item.case_id)
        if item.sheet_count < 0:
            errors[f"{name}.sheet_count"] = FieldError("handover_not_negative")
        if item.sheet_count > MAX_SHEETS:
            errors[f"{name}.sheet_count"] = FieldError("handover_too_many_sheets", {"limit": MAX_SHEETS})
        if item.money_in_custody < 0:
            errors[f"{name}.money_in_custody"] = FieldError("handover_not_negative")
        if item.money_in_custody > MAX_CUSTODY:
            errors[f"{name}.money_in_custody"] = FieldError("amount_too_large")
    return errors


async def _case_errors(
    session: AsyncSession, tree: OfficeTree, side: _Sides, case_ids: Sequence[int], cases: Sequence[Case]
) -> dict[str, FieldError]:
    """Which of the cases cannot be given, and why. A case the actor does not see looks like one that is not there."""
    by_id = {row_id(case.id): case for case in cases}
    elsewhere = await repository.open_handovers(session, case_ids)
    errors: dict[str, FieldError] = {}
    for case_id in case_ids:
        case = by_id.get(case_id)
        if case is None:
            errors[f"items.{case_id}"] = FieldError("not_found")
        elif refusal := giving_refusal(tree, side.rule, case, side.office.id, side.giver_staff_id):
            errors[f"items.{case_id}"] = FieldError(refusal.code, dict(refusal.params))
        elif other := elsewhere.get(case_id):
            errors[f"items.{case_id}"] = in_other_handover(tree, case, other)
    if side.receiver_staff_id is not None and side.rule.moves_responsibility:
        relatives = await relative_refusals(session, side.receiver_staff_id, list(by_id))
        for case_id, refusal in relatives.items():
            errors.setdefault(f"items.{case_id}", FieldError(refusal.code, dict(refusal.params)))
    return errors


async def _receiving_office(
    session: AsyncSession, tree: OfficeTree, side: _Sides, day: date
) -> tuple[int | None, dict[str, FieldError]]:
    """The receiving office, or what is wrong with the receiver or the giver."""
    if side.rule.giver is Side.OFFICER and side.giver_staff_id is None:
        return None, {"giver": FieldError("handover_giver_needed")}
    if side.rule.receiver is Side.OFFICE:
        office = tree.nodes.get(side.receiver_office_id or 0)
        if office is None or not office.valid_on(day):
            return None, {"receiver": FieldError("handover_receiver_needed")}
        return office.id, {}
    if side.receiver_staff_id is None:
        return None, {"receiver": FieldError("handover_receiver_needed")}
    if side.receiver_staff_id == side.giver_staff_id:
        return None, {"receiver": FieldError("handover_receiver_is_giver")}
    officer = await office_repository.staff_member(session, side.receiver_staff_id)
    if officer is None or officer.grade is None:
        return None, {"receiver": FieldError("officer_unknown")}
    target = assignment_office(
        tree,
        case_office_id=side.office.id,
        officer_office_ids=[
            posting.office_id
            for posting in await office_repository.postings_of(session, [side.receiver_staff_id])
            if (posting.valid_from is None or posting.valid_from <= day)
            and (posting.valid_to is None or day <= posting.valid_to)
        ],
        day=day,
        first=side.rule.reach is Reach.OFFICE,
    )
    refusal = target if isinstance(target, Refusal) else None
    office_id = target if isinstance(target, int) else side.office.id
    refusal = refusal or await accountant_refusal(session, side.receiver_staff_id, office_id=office_id, day=day)
    if refusal is not None:
        return None, {"receiver": FieldError(refusal.code, dict(refusal.params))}
    return office_id, {}
