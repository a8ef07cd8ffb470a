"""Handovers and their items: who may see which, what waits for whom, and what a case lies in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from models import Account, AuditEntry, Case, Handover, HandoverItem, Notice, RoleGrant, StaffMember
from models.enums import CaseStatus, HandoverItemStatus, HandoverKind, HandoverStatus, Role
from thads_app.repositories.base import in_scope
from thads_app.rules.handovers import Confirmer, kinds_confirmed_by
from thads_app.rules.rights import NOWHERE, Actor, Permission, Scope

# SQLModel types a column by its value; queries want the column.
_handover: Any = Handover
_item: Any = HandoverItem
_case: Any = Case
_account: Any = Account
_grant: Any = RoleGrant
_audit: Any = AuditEntry

NUMBERING_LOCK = 7403  # with the office's id: one handover is numbered at a time in an office


class Box(StrEnum):
    """Which handovers a list shows."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    TO_APPROVE = "to_approve"
    ALL = "all"


@dataclass(frozen=True)
class ListedHandover:
    """One row of a list. `items` counts its cases by their state."""

    id: int
    number: int
    year: int
    kind: HandoverKind
    status: HandoverStatus
    giver_office_id: int
    giver_name: str
    receiver_office_id: int
    receiver_name: str
    reason: str
    created_at: datetime | None
    sent_at: datetime | None
    closed_at: datetime | None
    items: dict[HandoverItemStatus, int]


@dataclass(frozen=True)
class ItemRow:
    """One item with the case as it stands now and who confirmed what."""

    item: HandoverItem
    case_id: int
    decision_number: str
    decision_date: date
    debtor_name: str
    creditor_name: str | None
    case_status: CaseStatus
    officer_id: int | None
    office_id: int
    outstanding: int
    receiver_confirmer: str
    head_confirmer: str


# -- who sees what ---------------------------------------------------------------------------------------------------


def _held(actor: Actor, permission: Permission) -> Scope:
    return actor.scopes.get(permission, NOWHERE)


def _is_me(column: Any, own_id: int | None) -> ColumnElement[bool]:
    return column == own_id if own_id is not None else false()


def _given_by_me(actor: Actor) -> ColumnElement[bool]:
    return or_(
        _is_me(_handover.giver_staff_id, actor.staff_id),
        _is_me(_handover.giver_account_id, actor.account_id),
        _is_me(_handover.created_by, actor.account_id),
    )


def _received_by_me(actor: Actor) -> ColumnElement[bool]:
    """Sent to the actor in person, or to an office for which the actor may confirm."""
    read, confirm = _held(actor, Permission.HANDOVER_READ), _held(actor, Permission.HANDOVER_CONFIRM)
    return and_(
        _handover.sent_at.is_not(None),
        or_(
            and_(_is_me(_handover.receiver_staff_id, actor.staff_id), in_scope(_handover.receiver_office_id, read)),
            and_(_handover.receiver_staff_id.is_(None), in_scope(_handover.receiver_office_id, confirm)),
        ),
    )


def _approved_here(actor: Actor) -> ColumnElement[bool]:
    """Sent to an office where the actor confirms as its head."""
    approve = _held(actor, Permission.HANDOVER_APPROVE)
    return and_(_handover.sent_at.is_not(None), in_scope(_handover.receiver_office_id, approve))


def visible(actor: Actor) -> ColumnElement[bool]:
    """The predicate of the handovers an actor may know of.

    The giving office's readers see what was sent; drafts are seen by whoever gives and those who may act for them. The
    receiving side sees only what is sent to them or awaits them as heads: its cases are not theirs yet.

    Raises:
        Forbidden: the actor may read no handovers.
    """
    read = actor.scope(Permission.HANDOVER_READ)
    drafts = or_(_given_by_me(actor), in_scope(_handover.giver_office_id, _held(actor, Permission.HANDOVER_APPROVE)))
    given = and_(in_scope(_handover.giver_office_id, read), or_(_handover.sent_at.is_not(None), drafts))
    return or_(given, _received_by_me(actor), _approved_here(actor))


def _needs_head() -> tuple[ColumnElement[bool], ...]:
    return _handover.kind.in_(kinds_confirmed_by(Confirmer.HEAD)), _item.head_confirmed_at.is_(None)


def _waits_for_head() -> ColumnElement[bool]:
    waiting = select(_item.id).where(_item.handover_id == _handover.id, _item.open, *_needs_head())
    return and_(_handover.status == HandoverStatus.SENT, exists(waiting))


def _in_box(actor: Actor, box: Box) -> ColumnElement[bool]:
    if box is Box.OUTGOING:
        return and_(visible(actor), _given_by_me(actor))
    if box is Box.INCOMING:
        return _received_by_me(actor)
    if box is Box.TO_APPROVE:
        return and_(_approved_here(actor), _waits_for_head())
    return visible(actor)


async def find(session: AsyncSession, actor: Actor, handover_id: int, *, lock: bool = False) -> Handover | None:
    """The handover when the actor may know of it. `lock` keeps others from acting on it until the transaction ends."""
    query = select(Handover).where(_handover.id == handover_id, visible(actor))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def waiting_counts(session: AsyncSession, actor: Actor) -> tuple[int, int]:
    """Handed-over cases that wait for the actor: (as receiver, as head)."""
    for_me = and_(_received_by_me(actor), _item.receiver_confirmed_at.is_(None))
    for_head = and_(_approved_here(actor), *_needs_head())
    query = (
        select(func.count().filter(for_me), func.count().filter(for_head))
        .select_from(HandoverItem)
        .join(Handover, _handover.id == _item.handover_id)
        .where(_handover.status == HandoverStatus.SENT, _item.open)
    )
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1])


def _listed_query() -> Any:
    giver: Any = aliased(StaffMember)
    receiver: Any = aliased(StaffMember)
    account: Any = aliased(Account)
    return (
        select(
            Handover,
            func.coalesce(giver.full_name, account.full_name, ""),
            func.coalesce(receiver.full_name, ""),
        )
        .outerjoin(giver, giver.id == _handover.giver_staff_id)
        .outerjoin(receiver, receiver.id == _handover.receiver_staff_id)
        .outerjoin(account, account.id == _handover.giver_account_id)
    )


def _listed(row: Any, items: dict[HandoverItemStatus, int]) -> ListedHandover:
    handover: Handover = row[0]
    return ListedHandover(
        id=handover.id or 0,
        number=handover.number,
        year=handover.year,
        kind=handover.kind,
        status=handover.status,
        giver_office_id=handover.giver_office_id,
        giver_name=row[1],
        receiver_office_id=handover.receiver_office_id,
        receiver_name=row[2],
        reason=handover.reason or "",
        created_at=handover.created_at,
        sent_at=handover.sent_at,
        closed_at=handover.closed_at,
        items=items,
    )


async def page(
    session: AsyncSession,
    actor: Actor,
    box: Box,
    statuses: Sequence[HandoverStatus],
    *,
    unit: Sequence[int] | None = None,
    size: int,
    below: int | None = None,
    above: int | None = None,
) -> list[ListedHandover]:
    """One page, newest first: those older than the id `below`, or the nearest ones newer than the id `above`.

    With a `unit`, only those its offices give or receive.
    """
    query = _listed_query().where(_in_box(actor, box)).limit(size)
    if statuses:
        query = query.where(_handover.status.in_(statuses))
    if unit is not None:
        query = query.where(or_(_handover.giver_office_id.in_(unit), _handover.receiver_office_id.in_(unit)))
    query = query.where(_handover.id < below) if below is not None else query
    query = query.where(_handover.id > above) if above is not None else query
    query = query.order_by(_handover.id.asc() if above is not None else _handover.id.desc())
    rows = list(await session.execute(query))
    if above is not None:
        rows.reverse()
    counts = await _item_counts(session, [row[0].id for row in rows])
    return [_listed(row, counts.get(row[0].id, {})) for row in rows]


async def listed(session: AsyncSession, handover_id: int) -> ListedHandover:
    """One handover as lists show it. The caller has checked that it may be seen."""
    row = (await session.execute(_listed_query().where(_handover.id == handover_id))).one()
    counts = await _item_counts(session, [handover_id])
    return _listed(row, counts.get(handover_id, {}))


async def _item_counts(session: AsyncSession, handover_ids: Sequence[int]) -> dict[int, dict[HandoverItemStatus, int]]:
    query = (
        select(_item.handover_id, _item.status, func.count())
        .where(_item.handover_id.in_(handover_ids))
        .group_by(_item.handover_id, _item.status)
    )
    found: dict[int, dict[HandoverItemStatus, int]] = {}
    for handover_id, status, count in (await session.execute(query)).all():
        found.setdefault(handover_id, {})[status] = int(count)
    return found


async def items_of(session: AsyncSession, handover_id: int) -> list[ItemRow]:
    """The items in their order. The caller has checked that the handover may be seen."""
    receiver: Any = aliased(Account)
    head: Any = aliased(Account)
    query = (
        select(
            HandoverItem,
            _case.id,
            _case.decision_number,
            _case.decision_date,
            _case.debtor_name,
            _case.creditor_name,
            _case.status,
            _case.officer_id,
            _case.office_id,
            _case.outstanding,
            func.coalesce(receiver.full_name, ""),
            func.coalesce(head.full_name, ""),
        )
        .join(Case, _case.id == _item.case_id)
        .outerjoin(receiver, receiver.id == _item.receiver_confirmed_by)
        .outerjoin(head, head.id == _item.head_confirmed_by)
        .where(_item.handover_id == handover_id)
        .order_by(_item.position, _item.id)
    )
    return [ItemRow(*row) for row in (await session.execute(query)).all()]


async def open_handovers(session: AsyncSession, case_ids: Sequence[int]) -> dict[int, ListedHandover]:
    """The sent handover each of these cases lies in, if any. The caller sees the cases."""
    query: Any = _listed_query().add_columns(_item.case_id)
    query = query.join(HandoverItem, _item.handover_id == _handover.id)
    rows: Any = await session.execute(query.where(_item.case_id.in_(case_ids), _item.open))
    return {row[3]: _listed(row, {}) for row in rows}


async def of_case(session: AsyncSession, case_id: int) -> list[tuple[ListedHandover, HandoverItem]]:
    """The handovers a case was sent in, newest first. The caller sees the case."""
    query: Any = _listed_query().add_columns(HandoverItem).join(HandoverItem, _item.handover_id == _handover.id)
    query = query.where(_item.case_id == case_id, _handover.sent_at.is_not(None)).order_by(_handover.id.desc())
    rows: Any = await session.execute(query)
    return [(_listed(row, {}), row[3]) for row in rows]


async def cases_in(session: AsyncSession, scope: Scope, case_ids: Sequence[int], *, lock: bool = False) -> list[Case]:
    """The cases in scope by id; locked in that order, so that two who lock many never wait for each other for ever."""
    query = select(Case).where(_case.id.in_(case_ids), in_scope(_case.office_id, scope)).order_by(_case.id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return list((await session.execute(query)).scalars())


async def own_drafts(session: AsyncSession, actor: Actor, kind: HandoverKind) -> Sequence[Handover]:
    """The actor's latest drafts of a kind."""
    query = (
        select(Handover)
        .where(
            _handover.status == HandoverStatus.DRAFT,
            _handover.kind == kind,
            _is_me(_handover.created_by, actor.account_id),
            visible(actor),
        )
        .order_by(_handover.id.desc())
        .limit(20)
    )
    return (await session.execute(query)).scalars().all()


async def item_rows(session: AsyncSession, handover_id: int) -> list[HandoverItem]:
    """The items alone, in their order."""
    query = select(HandoverItem).where(_item.handover_id == handover_id)
    return list((await session.execute(query.order_by(_item.position, _item.id))).scalars())


async def last_act(session: AsyncSession, handover_id: int) -> tuple[str, str]:
    """Who acted on the handover last, and what they did: (name, audited action)."""
    query = (
        select(func.coalesce(_account.full_name, ""), _audit.action)
        .outerjoin(Account, _account.id == _audit.account_id)
        .where(_audit.object_type == "handover", _audit.object_id == str(handover_id))
        .order_by(_audit.id.desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return (row[0], row[1]) if row else ("", "")


async def staff_with_accounts(session: AsyncSession, staff_ids: Sequence[int]) -> set[int]:
    """Which of these people can sign in."""
    query = select(_account.staff_id).where(_account.staff_id.in_(staff_ids), _account.disabled_at.is_(None))
    return {row for row in (await session.execute(query)).scalars() if row is not None}


# -- writing ---------------------------------------------------------------------------------------------------------


async def replace_items(session: AsyncSession, handover_id: int, rows: Sequence[HandoverItem]) -> None:
    """Put these items in the place of all a draft had."""
    await session.execute(delete(HandoverItem).where(_item.handover_id == handover_id))
    session.add_all(rows)
    await session.flush()


async def next_number(session: AsyncSession, office_id: int, year: int) -> int:
    """The number the office's next handover of the year gets; nobody else numbers there until the transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:key, :office)"), {"key": NUMBERING_LOCK, "office": office_id}
    )
    query = select(func.coalesce(func.max(_handover.number), 0)).where(
        _handover.giver_office_id == office_id, _handover.year == year
    )
    return int((await session.execute(query)).scalar_one()) + 1


async def notify(session: AsyncSession, account_ids: set[int], message: str, href: str) -> None:
    """Tell accounts something."""
    if account_ids:
        rows = [{"account_id": each, "text": message[:500], "href": href} for each in sorted(account_ids)]
        # Without RETURNING: others' notices may be written, not read.
        await session.execute(insert(Notice.__table__).inline(), rows)  # type: ignore[attr-defined]


async def accounts_of_staff(session: AsyncSession, staff_id: int | None) -> set[int]:
    """The usable accounts of a staff member."""
    if staff_id is None:
        return set()
    query = select(_account.id).where(_account.staff_id == staff_id, _account.disabled_at.is_(None))
    return {row for row in (await session.execute(query)).scalars() if row is not None}


async def accounts_heading(session: AsyncSession, office_ids: Sequence[int], day: date) -> set[int]:
    """The usable accounts of the heads and deputies of exactly these offices."""
    query = (
        select(_account.id)
        .join(RoleGrant, _grant.account_id == _account.id)
        .where(
            _grant.office_id.in_(office_ids),
            _grant.role.in_((Role.HEAD, Role.DEPUTY_HEAD)),
            _account.disabled_at.is_(None),
            _grant.ended_at.is_(None),
            or_(_grant.valid_from.is_(None), _grant.valid_from <= day),
            or_(_grant.valid_to.is_(None), _grant.valid_to >= day),
        )
    )
    return {row for row in (await session.execute(query)).scalars() if row is not None}
