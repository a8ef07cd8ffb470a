"""Bringing a case's deltas, state and assignments into line with its events."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, CaseEvent
from models.enums import EventType
from thads_app import clock
from thads_app.db import beyond_scope
from thads_app.errors import DomainError, FieldError, Invalid, Refused
from thads_app.repositories import cases as repository
from thads_app.repositories.base import announce_figures, hold_delta_lock
from thads_app.repositories.cases import StatCell
from thads_app.rules.history import History, HistoryEvent, UnlawfulHistory, delta_sums, in_force, replay
from thads_app.rules.lateness import is_late
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings


async def recount_case(
    session: AsyncSession, case: Case, *, event_id: int, moment: datetime, tree: OfficeTree | None = None
) -> History:
    """Bring deltas, state and assignments of a locked case into line with its events and its present particulars.

    Used after an event, after an edit of what the case is counted under (kind, source, flags) and after a change of an
    ended office's successor (then with the `tree` as it will be). The deltas appended carry `event_id` and `moment`, so
    earlier cut-offs keep their figures.
    """
    rows = await repository.events_of(session, key_of(case.id))
    history = await replay_case(
        case, [repository.history_event(row) for row in rows], None, clock.vietnam_day(moment), tree
    )
    await write_counts(session, case, history, event_id=event_id, moment=moment, tenures_known=len(rows))
    return history


async def register_again(
    session: AsyncSession, actor: Actor, case: Case, *, amount: int, decision_date: date, now: datetime | None = None
) -> None:
    """Replace the registration of a locked case: the wrong one is corrected, a right one recorded, later events kept.

    A mistyped amount or decision date is mended this way; nothing is deleted, and earlier cut-offs keep their figures.

    Raises:
        Refused: a later event would no longer be lawful (say, more was collected than the new amount).
    """
    moment = now or clock.now()
    today = clock.vietnam_day(moment)
    await hold_delta_lock(session)
    rows = list(await repository.events_of(session, key_of(case.id)))
    wrong = next(event for event in in_force(map(repository.history_event, rows)) if event.type is EventType.REGISTERED)
    case.decision_date = decision_date
    case.decision_year = decision_date.year
    common: dict[str, Any] = {
        "case_id": key_of(case.id),
        "recorded_at": moment,
        "recorded_by": actor.account_id,
        "on_behalf_of": acting_for(actor, Permission.CASE_UPDATE, case.office_id),
        "office_id": case.office_id,
        "officer_id": case.officer_id,
        "payload": {},
    }
    session.add(
        CaseEvent(
            **common,
            sequence=rows[-1].sequence + 1,
            type=EventType.CORRECTED,
            business_date=max(today, wrong.business_date),
            corrects_id=wrong.key,
        )
    )
    working_days = get_settings().late_after_working_days
    right = CaseEvent(
        **common,
        sequence=rows[-1].sequence + 2,
        type=EventType.REGISTERED,
        business_date=decision_date,
        amount=amount,
        document_number=case.decision_number,
        late=is_late(decision_date, today, working_days),
    )
    session.add(right)
    await session.flush()
    await recount_case(session, case, event_id=key_of(right.id), moment=moment)


async def replay_case(
    case: Case, events: list[HistoryEvent], new: HistoryEvent | None, today: date, tree: OfficeTree | None = None
) -> History:
    """The history of the case with these events.

    Raises:
        Invalid, Refused: the `new` event is not lawful. Refused: a correction makes a later event unlawful.
    """
    tree = tree or await office_tree()
    try:
        return replay(events, office_id=case.registered_office_id, source=case.source, offices=tree.line, today=today)
    except UnlawfulHistory as unlawful:
        raise _as_error(unlawful, new) from unlawful


def _as_error(unlawful: UnlawfulHistory, new: HistoryEvent | None) -> DomainError:
    if new is None or unlawful.event.key != new.key:
        return Refused(
            "correction_breaks_later",
            {"event": unlawful.event.type, "date": unlawful.event.business_date},
        )
    by_field = {refusal.field: refusal for refusal in reversed(unlawful.refusals)}
    if "type" in by_field:
        refusal = by_field["type"]
        return Refused(refusal.code, dict(refusal.params))
    return Invalid(fields={name: FieldError(r.code, dict(r.params)) for name, r in by_field.items()})


async def write_counts(
    session: AsyncSession, case: Case, history: History, *, event_id: int, moment: datetime, tenures_known: int
) -> None:
    """Append the deltas that lead from what is counted to what the history says, and save state and assignments."""
    async with beyond_scope(session, "a case counts at every office it passed through, and may pass on to another"):
        await _write_counts(session, case, history, event_id=event_id, moment=moment, tenures_known=tenures_known)


async def _write_counts(
    session: AsyncSession, case: Case, history: History, *, event_id: int, moment: datetime, tenures_known: int
) -> None:
    case_id = key_of(case.id)
    held = await repository.stat_cells(session, case_id)
    wanted = {
        StatCell(
            indicator,
            day,
            office,
            officer,
            case.judgment_kind,
            case.source,
            case.state_revenue,
            case.credit_institution,
        ): value
        for (indicator, day, office, officer), value in delta_sums(history.deltas).items()
    }
    changes: dict[StatCell, tuple[int, int]] = {}
    for cell in held.keys() | wanted.keys():
        before, after = held.get(cell, (0, 0)), wanted.get(cell, (0, 0))
        if before != after:
            changes[cell] = (after[0] - before[0], after[1] - before[1])
    await repository.add_deltas(session, case_id=case_id, event_id=event_id, recorded_at=moment, changes=changes)
    await repository.save_tenures(session, case_id, history, tenures_known)
    offices = {cell.office_id for cell in changes} | {case.office_id, history.state.office_id}
    await repository.save_state(session, case, history.state)
    await announce_figures(session, offices)


def key_of(value: int | None) -> int:
    """The key of a row the database has already numbered."""
    assert value is not None
    return value


def acting_for(actor: Actor, right: Permission, office_id: int | None) -> int | None:
    """The account in whose stead the actor uses a right at an office; None for one's own."""
    return actor.acting_for(right, office_id) if actor.mandates else actor.on_behalf_of
