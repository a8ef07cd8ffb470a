"""Reading handovers: lists with what waits for whom, one handover whole, and those a case was in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models import Account, Case, Handover
from models.enums import CaseStatus, HandoverItemStatus, HandoverKind, HandoverStatus
from thads_app import db
from thads_app.errors import NotFound
from thads_app.repositories import handovers as repository
from thads_app.repositories.handovers import Box, ItemRow, ListedHandover
from thads_app.rules.handovers import HANDOVER_RULES, WAITING, HandoverRule, case_refusal, label
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.personal_data import mask_text
from thads_app.rules.rights import Actor, Permission
from thads_app.services.handover_access import is_giver, is_head, is_receiver
from thads_app.services.office_tree import office_tree

__all__ = ["Box", "HandoverDetail", "HandoverPage", "HandoverView", "ItemView", "handover_detail", "list_handovers"]

PAGE_SIZE = 50


@dataclass(frozen=True)
class HandoverView:
    """A handover as lists show it; `items` counts its cases by their state."""

    id: int
    label: str
    kind: HandoverKind
    status: HandoverStatus
    giver: str
    giver_office: str
    receiver: str
    receiver_office: str
    reason: str
    created_at: datetime | None
    sent_at: datetime | None
    closed_at: datetime | None
    items: dict[HandoverItemStatus, int]
    giver_office_code: str
    receiver_office_code: str

    @property
    def size(self) -> int:
        """How many cases it holds."""
        return sum(self.items.values())


@dataclass(frozen=True)
class Waiting:
    """Handed-over cases that wait for the actor as receiver, and as head; `approves` whether they ever do as head."""

    as_receiver: int
    as_head: int
    approves: bool


@dataclass(frozen=True)
class HandoverPage:
    """One page of a list, newest first; `newer` and `older` are the ids at its ends when there is more beyond them."""

    rows: list[HandoverView]
    waiting: Waiting
    newer: int | None
    older: int | None


@dataclass(frozen=True)
class ItemView:
    """One item as shown, and what the actor may do with it. Money in đồng.

    `problem` says why it cannot be confirmed any more; `case_visible` whether the actor may open the case's own page.
    """

    id: int
    case_id: int
    case_visible: bool
    decision_number: str
    decision_date: date
    debtor: str
    creditor: str
    case_status: CaseStatus
    outstanding: int
    sheet_count: int
    open_deadlines: str
    money_in_custody: int
    note: str
    status: HandoverItemStatus
    refusal_reason: str
    received_by: str
    received_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    problem: Refusal | None
    may_confirm: bool
    may_approve: bool


@dataclass(frozen=True)
class HandoverDetail:
    """Everything a handover's page and its record show. `office` is the giving office."""

    view: HandoverView
    rule: HandoverRule
    version: int
    business_date: date | None
    prepared_by: str
    office: OfficeNode
    receiver_office: OfficeNode
    superior: str
    place: str
    items: list[ItemView]
    may_edit: bool
    may_recall: bool
    is_receiver: bool
    is_head: bool


@dataclass(frozen=True)
class CaseHandover:
    """One handover of a case, as the case's page shows it."""

    view: HandoverView
    status: HandoverItemStatus
    sheet_count: int
    money_in_custody: int
    open_deadlines: str
    refusal_reason: str


async def waiting(actor: Actor) -> Waiting:
    """What waits for the actor, for the tabs' badges."""
    async with db.session(actor) as session:
        incoming, to_approve = await repository.waiting_counts(session, actor)
    return Waiting(incoming, to_approve, actor.may(Permission.HANDOVER_APPROVE))


async def list_handovers(
    actor: Actor,
    box: Box,
    statuses: Sequence[HandoverStatus] = (),
    *,
    office_code: str = "",
    below: int | None = None,
    above: int | None = None,
    size: int = PAGE_SIZE,
) -> HandoverPage:
    """One page of the actor's handovers, newest first.

    Args:
        actor: who looks.
        box: given, received, to approve as head, or all within reach.
        statuses: only these; all when empty.
        office_code: only those this office and what is below it give or receive, on today's map.
        below: older than this id.
        above: newer than this id.
        size: rows per page.

    Raises:
        Forbidden: the actor may read no handovers.
    """
    tree = await office_tree()
    office = tree.by_code.get(office_code)
    unit = sorted(tree.today_ids(office.id)) if office is not None and office.id != tree.root.id else None
    async with db.session(actor) as session:
        found = await repository.page(session, actor, box, statuses, unit=unit, size=size + 1, below=below, above=above)
        more = len(found) > size
        rows = found[-size:] if above is not None else found[:size]
        incoming, to_approve = await repository.waiting_counts(session, actor)
    newer = rows and (more if above is not None else below is not None)
    older = rows and (more if above is None else True)
    return HandoverPage(
        rows=[_view(tree, row) for row in rows],
        waiting=Waiting(incoming, to_approve, actor.may(Permission.HANDOVER_APPROVE)),
        newer=rows[0].id if newer else None,
        older=rows[-1].id if older else None,
    )


async def handover_detail(actor: Actor, handover_id: int) -> HandoverDetail:
    """One handover with its items and what the actor may do.

    Raises:
        NotFound: no such handover within the actor's reach.
    """
    tree = await office_tree()
    async with db.session(actor) as session:
        handover = await repository.find(session, actor, handover_id)
        if handover is None:
            raise NotFound
        async with db.beyond_scope(session, "a handover shows its receiver cases that are not theirs yet"):
            listed = await repository.listed(session, handover_id)
            rows = await repository.items_of(session, handover_id)
        preparer = await session.get(Account, handover.created_by) if handover.created_by else None
        prepared_by = preparer.full_name if preparer else ""
        return _detail(actor, tree, handover, listed=listed, rows=rows, prepared_by=prepared_by)


def _detail(
    actor: Actor,
    tree: OfficeTree,
    handover: Handover,
    *,
    listed: ListedHandover,
    rows: Sequence[ItemRow],
    prepared_by: str,
) -> HandoverDetail:
    rule = HANDOVER_RULES[handover.kind]
    sent = handover.status is HandoverStatus.SENT
    draft = handover.status is HandoverStatus.DRAFT
    gives = is_giver(actor, rule, handover)
    receives = sent and is_receiver(actor, handover)
    heads = sent and is_head(actor, rule, handover)
    items = [_item(actor, tree, rule, handover, row, receives=receives, heads=heads) for row in rows]
    office = tree.nodes[handover.giver_office_id]
    parent = tree.nodes.get(office.parent_id or 0)
    province = tree.province_of(office.id)
    return HandoverDetail(
        view=_view(tree, listed),
        rule=rule,
        version=handover.version,
        business_date=handover.business_date,
        prepared_by=prepared_by,
        office=office,
        receiver_office=tree.nodes[handover.receiver_office_id],
        superior=parent.name if parent else "",
        place=(province or office).short_name,
        items=items,
        may_edit=draft and gives,
        may_recall=gives and (draft or (sent and any(i.status is HandoverItemStatus.PENDING for i in items))),
        is_receiver=receives,
        is_head=heads,
    )


async def of_case(actor: Actor, case_id: int) -> list[CaseHandover]:
    """The handovers a case was sent in, newest first.

    Raises:
        NotFound: no such case in the actor's offices.
    """
    tree = await office_tree()
    async with db.session(actor) as session:
        cases: list[Case] = await repository.cases_in(session, actor.scope(Permission.CASE_READ), [case_id])
        if not cases:
            raise NotFound
        async with db.beyond_scope(session, "a case's handovers belong to the case, whichever offices it passed"):
            found = await repository.of_case(session, case_id)
        return [
            CaseHandover(
                view=_view(tree, row),
                status=item.status,
                sheet_count=item.sheet_count,
                money_in_custody=item.money_in_custody,
                open_deadlines=mask_text(item.open_deadlines or ""),
                refusal_reason=mask_text(item.refusal_reason or ""),
            )
            for row, item in found
        ]


def _view(tree: OfficeTree, row: ListedHandover) -> HandoverView:
    return HandoverView(
        id=row.id,
        label=label(row.number, row.year),
        kind=row.kind,
        status=row.status,
        giver=row.giver_name,
        giver_office=tree.nodes[row.giver_office_id].short_name,
        receiver=row.receiver_name,
        receiver_office=tree.nodes[row.receiver_office_id].short_name,
        reason=row.reason,
        created_at=row.created_at,
        sent_at=row.sent_at,
        closed_at=row.closed_at,
        items=row.items,
        giver_office_code=tree.nodes[row.giver_office_id].code,
        receiver_office_code=tree.nodes[row.receiver_office_id].code,
    )


def _item(
    actor: Actor,
    tree: OfficeTree,
    rule: HandoverRule,
    handover: Handover,
    row: ItemRow,
    *,
    receives: bool,
    heads: bool,
) -> ItemView:
    item = row.item
    waits = item.status in WAITING
    problem = case_refusal(
        rule,
        number=row.decision_number,
        status=row.case_status,
        officer_id=row.officer_id,
        giver_staff_id=handover.giver_staff_id,
        same_office=tree.same_office_today(row.office_id, handover.giver_office_id),
    )
    return ItemView(
        id=item.id or 0,
        case_id=row.case_id,
        case_visible=actor.may_in(Permission.CASE_READ, row.office_id),
        decision_number=row.decision_number,
        decision_date=row.decision_date,
        debtor=row.debtor_name,
        creditor=row.creditor_name or "",
        case_status=row.case_status,
        outstanding=row.outstanding,
        sheet_count=item.sheet_count,
        open_deadlines=mask_text(item.open_deadlines or ""),
        money_in_custody=item.money_in_custody,
        note=mask_text(item.note or ""),
        status=item.status,
        refusal_reason=mask_text(item.refusal_reason or ""),
        received_by=row.receiver_confirmer,
        received_at=item.receiver_confirmed_at,
        approved_by=row.head_confirmer,
        approved_at=item.head_confirmed_at,
        problem=problem if waits else None,
        may_confirm=receives and waits and item.receiver_confirmed_at is None,
        may_approve=heads and waits and item.head_confirmed_at is None,
    )
