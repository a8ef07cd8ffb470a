"""Recording what happens to a case: the only way a case's state, its deltas and its assignments change."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, CaseEvent
from models.enums import EventType
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import DomainError, NotFound
from thads_app.repositories import cases as repository
from thads_app.repositories.base import hold_delta_lock, write_audit
from thads_app.rules.history import History, HistoryEvent
from thads_app.rules.lateness import is_late
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services.event_checks import (
    NEEDS_CONFIRMATION,
    check_not_in_handover,
    check_not_relative,
    check_not_waiting,
    check_one_person_enough,
    check_right,
    check_version,
    choice,
    may_record,
    new_event,
    recorded_before,
    right_used,
    standing_of,
)
from thads_app.services.event_commands import (
    AssignResult,
    Confirmed,
    EventChoice,
    RecordedEvent,
    RecordEvent,
    TypedText,
)
from thads_app.services.event_counts import acting_for, key_of, recount_case, register_again, replay_case, write_counts
from thads_app.settings import get_settings

__all__ = [
    "NEEDS_CONFIRMATION",
    "AssignResult",
    "CheckedEvent",
    "Confirmed",
    "EventChoice",
    "RecordEvent",
    "RecordedEvent",
    "TypedText",
    "allowed_events",
    "append_event",
    "assign_cases",
    "check_event",
    "may_record",
    "record_event",
    "recount_case",
    "register_again",
]


async def record_event(actor: Actor, command: RecordEvent, *, now: datetime | None = None) -> RecordedEvent:
    """Record one event of a case in its own transaction.

    Raises:
        NotFound: the case is outside the actor's offices.
        Forbidden: the actor may not record this event there.
        Invalid: a field is wrong. Refused: the law or the case's state forbids it. StaleVersion: someone was faster.
    """
    async with unit_of_work(actor) as session:
        return await append_event(session, actor, command, now=now)


async def append_event(
    session: AsyncSession,
    actor: Actor,
    command: RecordEvent,
    *,
    handover_id: int | None = None,
    confirmed: Confirmed | None = None,
    now: datetime | None = None,
) -> RecordedEvent:
    """Record one event inside the caller's transaction.

    With `handover_id` the caller (the handover service) has checked the rights of both sides, with `confirmed` the
    caller (the confirmation service) those of the recorder and the confirmer; only the case's own rules are checked
    here. Raises as `record_event`.
    """
    moment = now or clock.now()
    trusted = handover_id is not None or confirmed is not None
    checked = await check_event(session, actor, command, handover_id=handover_id, confirmed=confirmed, now=moment)
    if isinstance(checked, RecordedEvent):
        return checked
    if not trusted:
        await check_one_person_enough(session, actor, command.type, checked.history.state.collected)
    people = {
        "recorded_by": confirmed.recorded_by if confirmed else actor.account_id,
        "on_behalf_of": confirmed.on_behalf_of if confirmed else _in_stead(actor, checked, handover_id),
        "confirmed_by": actor.account_id if confirmed else None,
        "handover_id": handover_id,
    }
    row = await _insert(session, checked, people, moment)
    case, events = checked.case, [*checked.past, _keyed(checked.new, row)]
    await _settle(session, actor, case, events=events, row=row, today=clock.vietnam_day(moment))
    return RecordedEvent(key_of(row.id), key_of(case.id), case.version, row.late)


@dataclass(frozen=True)
class CheckedEvent:
    """An event that may be recorded now, and the locked case with its history as it would be."""

    case: Case
    command: RecordEvent
    past: list[HistoryEvent]
    new: HistoryEvent
    history: History


async def check_event(
    session: AsyncSession,
    actor: Actor,
    command: RecordEvent,
    *,
    handover_id: int | None = None,
    confirmed: Confirmed | None = None,
    now: datetime | None = None,
) -> CheckedEvent | RecordedEvent:
    """Lock the case and check everything an event must satisfy but the need of a second person; write nothing.

    Returns what the same request recorded before, if it did. Raises as `record_event`.
    """
    today = clock.vietnam_day(now or clock.now())
    await hold_delta_lock(session)
    scope = EVERYWHERE if handover_id is not None else actor.scope(Permission.CASE_READ)
    case = await repository.find_case(session, scope, command.case_id, lock=True)
    if case is None:
        raise NotFound
    if confirmed is None:
        again = await recorded_before(session, actor, command)
        if again is not None:
            return again
        if handover_id is None:
            check_right(actor, case, command.type)
            await check_not_in_handover(session, case, command.type)
        await check_not_waiting(session, case)
    await check_not_relative(session, actor, case, command.type)
    rows = list(await repository.events_of(session, command.case_id))
    await check_version(session, case, command.expected_version, rows)
    past = [repository.history_event(row) for row in rows]
    new = await new_event(session, case, command, past, today)
    return CheckedEvent(case, command, past, new, await replay_case(case, [*past, new], new, today))


def _in_stead(actor: Actor, checked: CheckedEvent, handover_id: int | None) -> int | None:
    """In whose stead the actor records the event, by the right it takes at the office the case goes to."""
    if handover_id is None:
        return acting_for(actor, right_used(actor, checked.case, checked.command.type), checked.case.office_id)
    receiving = actor.staff_id is not None and actor.staff_id == checked.command.staff_id
    right = Permission.HANDOVER_CONFIRM if receiving else Permission.HANDOVER_APPROVE
    return acting_for(actor, right, checked.history.state.office_id)


async def allowed_events(actor: Actor, case_id: int, *, today: date | None = None) -> list[EventChoice]:
    """Every event with whether the actor may record it on this case today, and why not.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    day = today or clock.today()
    async with unit_of_work(actor) as session:
        case = await repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        standing = await standing_of(session, actor, case)
        return [choice(actor, case, event, day, standing) for event in EventType if event in _OFFERED]


_OFFERED = [event for event in EventType if event is not EventType.REGISTERED]


async def assign_cases(
    actor: Actor,
    case_ids: list[int],
    staff_id: int,
    business_date: date,
    *,
    document_number: str | None = None,
    note: str | None = None,
    request_id: UUID | None = None,
    now: datetime | None = None,
) -> list[AssignResult]:
    """Assign cases to one officer, each in its own transaction, and say for each how it ended.

    With a `request_id`, asking again assigns nothing twice.
    """
    results: list[AssignResult] = []
    for case_id in case_ids:
        command = RecordEvent(
            case_id=case_id,
            type=EventType.ASSIGNED,
            business_date=business_date,
            staff_id=staff_id,
            document_number=document_number,
            note=note,
            request_id=uuid5(request_id, str(case_id)) if request_id else None,
        )
        number = ""
        try:
            async with unit_of_work(actor) as session:
                case = await repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
                number = case.decision_number if case else ""
                await append_event(session, actor, command, now=now)
            results.append(AssignResult(case_id, number, ok=True))
        except DomainError as error:
            results.append(AssignResult(case_id, number, ok=False, error=error))
    return results


async def _insert(
    session: AsyncSession, checked: CheckedEvent, people: dict[str, int | None], moment: datetime
) -> CaseEvent:
    command, new, state = checked.command, checked.new, checked.history.state
    receiving = new.receiving_office_id if command.type is EventType.ASSIGNED else command.receiving_office_id
    row = CaseEvent(
        case_id=key_of(checked.case.id),
        sequence=new.sequence,
        type=command.type,
        business_date=command.business_date,
        recorded_at=moment,
        office_id=state.office_id,
        officer_id=state.officer_id,
        staff_id=new.staff_id,
        receiving_office_id=receiving,
        amount=command.amount,
        document_number=command.document_number or None,
        ground=command.ground or None,
        note=command.note or None,
        payload={},
        corrects_id=command.corrects_id,
        late=is_late(command.business_date, clock.vietnam_day(moment), get_settings().late_after_working_days),
        request_id=command.request_id,
        **people,
    )
    session.add(row)
    await session.flush()
    return row


async def _settle(
    session: AsyncSession, actor: Actor, case: Case, *, events: list[HistoryEvent], row: CaseEvent, today: date
) -> None:
    """Write deltas, state, assignments and the audit row of an event just inserted."""
    history = await replay_case(case, events, None, today)
    before = _standing(case)
    assert row.recorded_at is not None
    await write_counts(
        session, case, history, event_id=key_of(row.id), moment=row.recorded_at, tenures_known=len(events)
    )
    await write_audit(
        session,
        actor,
        "event.recorded",
        "case",
        case.id,
        office_id=case.office_id,
        detail={"event": key_of(row.id), "type": str(row.type), "date": row.business_date.isoformat()},
        before=before,
        after=_standing(case),
        message=row.note or row.ground,
    )


def _standing(case: Case) -> dict[str, object]:
    return {
        "status": str(case.status),
        "office": case.office_id,
        "officer": case.officer_id,
        "outstanding": case.outstanding,
    }


def _keyed(new: HistoryEvent, row: CaseEvent) -> HistoryEvent:
    return replace(new, key=key_of(row.id))
