"""Answering a handover: confirming or refusing its items, recalling what nobody has confirmed.

Responsibility and counting move when an item has every confirmation its kind asks for: then an `assigned` event of that
day is recorded in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, Handover, HandoverItem
from models.enums import EventType, HandoverItemStatus, HandoverStatus
from thads_app import clock
from thads_app.db import beyond_scope, unit_of_work
from thads_app.errors import DomainError, FieldError, Invalid, NotFound, Refused
from thads_app.repositories import handovers as repository
from thads_app.rules.handovers import (
    HANDOVER_RULES,
    WAITING,
    Confirmer,
    HandoverRule,
    status_after,
    status_of_handover,
)
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services.events import RecordEvent, append_event
from thads_app.services.handover_access import check_confirmer, is_giver
from thads_app.services.handover_support import (
    SavedHandover,
    audit,
    check_version,
    giving_refusal,
    label_of,
    locked,
    row_id,
    saved,
    staff_name,
    tell,
    tell_giver,
)
from thads_app.services.office_tree import office_tree

REASON_LIMIT = 500


@dataclass(frozen=True)
class ItemResult:
    """How the confirmation of one item ended; `moved` when responsibility went over with it."""

    item_id: int
    case_id: int
    ok: bool
    moved: bool = False
    error: DomainError | None = None


async def confirm_items(
    actor: Actor,
    handover_id: int,
    item_ids: Sequence[int] | None = None,
    *,
    confirmer: Confirmer,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> list[ItemResult]:
    """Confirm items as their receiver or as head; each that is complete moves the case, each that cannot says why.

    Args:
        actor: who confirms.
        handover_id: the handover.
        item_ids: the items; all that wait for this confirmation when left out.
        confirmer: in which capacity.
        expected_version: of the handover as the actor saw it.
        now: the moment.

    Raises:
        NotFound: no such handover or item within reach. Forbidden: it is somebody else's to confirm.
        Refused: it is not open. StaleVersion: somebody acted meanwhile.
    """
    moment = now or clock.now()
    tree = await office_tree()
    async with unit_of_work(actor) as session:
        handover, rule = await _open_to(session, actor, handover_id, confirmer)
        items = await _chosen(session, handover_id, item_ids)
        if item_ids is None:
            items = [item for item in items if item.status in WAITING and not _confirmed(item, confirmer)]
        elif items and all(_confirmed(item, confirmer) for item in items):
            return [ItemResult(row_id(item.id), item.case_id, ok=True) for item in items]
        _check_still_sent(handover)
        await check_version(session, handover, expected_version)
        if not items:
            raise Refused("handover_nothing_waits")
        confirming = _Confirming(session, actor, tree, rule, handover, confirmer, moment)
        async with beyond_scope(session, "the cases become the receiver's only when confirmed"):
            results = [await confirming.one(item) for item in sorted(items, key=lambda each: each.case_id)]
        done = sum(result.ok for result in results)
        moved = sum(result.moved for result in results)
        if done:
            await _settle(session, handover, moment)
            detail: dict[str, object] = {"as": str(confirmer), "confirmed": done, "moved": moved}
            await audit(session, actor, handover, "handover.confirmed", detail)
        if moved:
            receiver = await staff_name(session, handover.receiver_staff_id)
            receiver = receiver or tree.nodes[handover.receiver_office_id].name
            told: dict[str, object] = {"by": actor.name, "count": moved, "receiver": receiver}
            await tell_giver(session, actor, handover, "notice_handover_confirmed", told)
        return results


async def refuse_items(
    actor: Actor,
    handover_id: int,
    item_ids: Sequence[int],
    reason: str,
    *,
    confirmer: Confirmer,
    expected_version: int | None = None,
    now: datetime | None = None,
) -> SavedHandover:
    """Refuse items with a reason, as their receiver or as head; they stay with the giver.

    Raises:
        NotFound: no such handover or item within reach. Forbidden: it is somebody else's to refuse.
        Invalid: no reason. Refused: an item waits no more. StaleVersion: somebody acted meanwhile.
    """
    moment = now or clock.now()
    why = reason.strip()
    async with unit_of_work(actor) as session:
        handover, _ = await _open_to(session, actor, handover_id, confirmer)
        items = await _chosen(session, handover_id, item_ids)
        if not why:
            raise Invalid(fields={"reason": FieldError("handover_refusal_needed")})
        if len(why) > REASON_LIMIT:
            raise Invalid(fields={"reason": FieldError("too_long", {"limit": REASON_LIMIT})})
        if items and all(item.status is HandoverItemStatus.REFUSED and item.refusal_reason == why for item in items):
            return saved(handover)
        _check_still_sent(handover)
        await check_version(session, handover, expected_version)
        for item in items:
            await _check_refusable(session, item, confirmer)
            item.status = HandoverItemStatus.REFUSED
            item.refusal_reason = why
            item.open = False
        await _settle(session, handover, moment)
        refused: dict[str, object] = {"as": str(confirmer), "refused": len(items)}
        await audit(session, actor, handover, "handover.refused", refused, message=why)
        told: dict[str, object] = {"by": actor.name, "count": len(items), "reason": why}
        await tell_giver(session, actor, handover, "notice_handover_refused", told)
        return saved(handover)


async def recall_handover(
    actor: Actor, handover_id: int, *, expected_version: int | None = None, now: datetime | None = None
) -> SavedHandover:
    """Take back what nobody has confirmed yet; a draft is dropped.

    Raises:
        NotFound: no such handover within reach. Refused: everything was answered already.
        StaleVersion: somebody acted meanwhile.
    """
    moment = now or clock.now()
    async with unit_of_work(actor) as session:
        handover = await locked(session, actor, handover_id)
        if not is_giver(actor, HANDOVER_RULES[handover.kind], handover):
            raise NotFound
        if handover.status is HandoverStatus.RECALLED:
            return saved(handover)
        await check_version(session, handover, expected_version)
        was_sent = handover.sent_at is not None
        items = await repository.item_rows(session, handover_id)
        back = [item for item in items if item.status is HandoverItemStatus.PENDING]
        if handover.status is HandoverStatus.CLOSED or not back:
            raise Refused("handover_nothing_to_recall")
        for item in back:
            item.status = HandoverItemStatus.RECALLED
            item.open = False
        await _settle(session, handover, moment)
        await audit(session, actor, handover, "handover.recalled", {"recalled": len(back)})
        if was_sent:
            receivers = await repository.accounts_of_staff(session, handover.receiver_staff_id)
            told: dict[str, object] = {"by": actor.name, "count": len(back)}
            await tell(session, actor, receivers, handover, code="notice_handover_recalled", told=told)
        return saved(handover)


async def _open_to(
    session: AsyncSession, actor: Actor, handover_id: int, confirmer: Confirmer
) -> tuple[Handover, HandoverRule]:
    handover = await locked(session, actor, handover_id)
    rule = HANDOVER_RULES[handover.kind]
    if handover.status is HandoverStatus.DRAFT:
        raise Refused("handover_not_sent", {"handover": label_of(handover)})
    check_confirmer(actor, rule, handover, confirmer)
    return handover, rule


def _check_still_sent(handover: Handover) -> None:
    if handover.status is not HandoverStatus.SENT:
        raise Refused("handover_not_sent", {"handover": label_of(handover)})


async def _chosen(session: AsyncSession, handover_id: int, item_ids: Sequence[int] | None) -> list[HandoverItem]:
    items = await repository.item_rows(session, handover_id)
    if item_ids is None:
        return items
    chosen = [item for item in items if item.id in item_ids]
    if not chosen or len(chosen) != len(set(item_ids)):
        raise NotFound
    return chosen


def _confirmed(item: HandoverItem, confirmer: Confirmer) -> bool:
    return (item.receiver_confirmed_at if confirmer is Confirmer.RECEIVER else item.head_confirmed_at) is not None


@dataclass(frozen=True)
class _Confirming:
    """One person confirming items of one handover in one transaction."""

    session: AsyncSession
    actor: Actor
    tree: OfficeTree
    rule: HandoverRule
    handover: Handover
    confirmer: Confirmer
    moment: datetime

    async def one(self, item: HandoverItem) -> ItemResult:
        """Confirm one item, undoing only this one when it cannot be."""
        item_id, case_id = row_id(item.id), item.case_id
        given = {each for each in Confirmer if _confirmed(item, each)} | {self.confirmer}
        after = status_after(self.rule, given)
        moves = after is HandoverItemStatus.CONFIRMED and self.rule.moves_responsibility
        try:
            async with self.session.begin_nested():
                await self._check(item)
                event_id = await self._move(item) if moves else None
        except Invalid as error:
            wrong = next(iter(error.fields.values()), FieldError(error.code))
            return ItemResult(item_id, case_id, ok=False, error=Refused(wrong.code, dict(wrong.params)))
        except DomainError as error:
            return ItemResult(item_id, case_id, ok=False, error=error)
        if self.confirmer is Confirmer.RECEIVER:
            item.receiver_confirmed_at, item.receiver_confirmed_by = self.moment, self.actor.account_id
        else:
            item.head_confirmed_at, item.head_confirmed_by = self.moment, self.actor.account_id
        item.status = after
        item.open = after in WAITING
        item.event_id = event_id
        return ItemResult(item_id, case_id, ok=True, moved=moves)

    async def _check(self, item: HandoverItem) -> None:
        """Refuse when the item waits no more, or the case has changed since it was sent; locks the case."""
        # The receiver's scope need not hold the case yet: that the handover is theirs has been checked.
        case = (await repository.cases_in(self.session, EVERYWHERE, [item.case_id], lock=True))[0]
        if item.status not in WAITING or _confirmed(item, self.confirmer):
            raise Refused("handover_item_done", {"number": case.decision_number})
        giver = self.handover
        refusal = giving_refusal(self.tree, self.rule, case, giver.giver_office_id, giver.giver_staff_id)
        if refusal:
            raise Refused(refusal.code, dict(refusal.params))

    async def _move(self, item: HandoverItem) -> int:
        """Record the assignment that takes the case to its new officer, and with them to their office."""
        command = RecordEvent(
            case_id=item.case_id,
            type=EventType.ASSIGNED,
            business_date=clock.vietnam_day(self.moment),
            staff_id=self.handover.receiver_staff_id,
            document_number=label_of(self.handover),
            note=self.handover.reason,
        )
        recorded = await append_event(
            self.session, self.actor, command, handover_id=row_id(self.handover.id), now=self.moment
        )
        return recorded.event_id


async def _check_refusable(session: AsyncSession, item: HandoverItem, confirmer: Confirmer) -> None:
    async with beyond_scope(session, "the cases become the receiver's only when confirmed"):
        case = await session.get(Case, item.case_id)
    number = case.decision_number if case else ""
    if item.status not in WAITING:
        raise Refused("handover_item_done", {"number": number})
    if confirmer is Confirmer.RECEIVER and item.receiver_confirmed_at is not None:
        raise Refused("handover_already_received", {"number": number})


async def _settle(session: AsyncSession, handover: Handover, moment: datetime) -> None:
    """Bring the handover's own state into line with its items, and count its version up."""
    await session.flush()
    items = await repository.item_rows(session, row_id(handover.id))
    handover.status = status_of_handover(item.status for item in items)
    if handover.status is not HandoverStatus.SENT:
        handover.closed_at = moment
    handover.version += 1
    await session.flush()
