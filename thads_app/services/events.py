"""Recording what happens to a case: the only way a case's state, its deltas and its assignments change."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, Case, CaseEvent, HandoverItem, StaffMember
from models.enums import EventType
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import DomainError, FieldError, Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.repositories import cases as repository
from thads_app.repositories import offices as office_repository
from thads_app.repositories.base import announce_figures, hold_delta_lock, write_audit
from thads_app.repositories.cases import StatCell
from thads_app.rules.assignment import assignment_office
from thads_app.rules.history import History, HistoryEvent, UnlawfulHistory, delta_sums, in_force, replay
from thads_app.rules.lateness import is_late
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule, Refusal, refusals
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

NEW_EVENT = 0
"""The key a new event has in a replay before the database gives it one."""


class TypedText(BaseModel):
    """What every typed command shares: surplus blanks go, and so do NUL characters, which no text column can hold."""

    model_config = ConfigDict(str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        return value.replace("\x00", "") if isinstance(value, str) else value


class RecordEvent(TypedText):
    """What somebody says happened to a case. Amounts in whole đồng; see the lifecycle for which events need which."""

    case_id: int
    type: EventType
    business_date: date
    amount: int | None = Field(default=None, le=10**15)
    staff_id: int | None = None
    receiving_office_id: int | None = None
    document_number: str | None = Field(default=None, max_length=80)
    ground: str | None = Field(default=None, max_length=500)
    note: str | None = Field(default=None, max_length=1000)
    corrects_id: int | None = None
    expected_version: int | None = None
    request_id: UUID | None = None


@dataclass(frozen=True)
class RecordedEvent:
    """What was recorded. `late` marks an event of a month already closed."""

    event_id: int
    case_id: int
    version: int
    late: bool


@dataclass(frozen=True)
class EventChoice:
    """An event, whether it may be recorded today, and the code and parameters of the reason when not."""

    type: EventType
    allowed: bool
    reason: str = ""
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class AssignResult:
    """How the assignment of one case of many ended."""

    case_id: int
    decision_number: str
    ok: bool
    error: DomainError | None = None


async def record_event(actor: Actor, command: RecordEvent, *, now: datetime | None = None) -> RecordedEvent:
    """Record one event of a case in its own transaction.

    Raises:
        NotFound: the case is outside the actor's offices.
        Forbidden: the actor may not record this event there.
        Invalid: a field is wrong. Refused: the law or the case's state forbids it. StaleVersion: someone was faster.
    """
    async with unit_of_work() as session:
        return await append_event(session, actor, command, now=now)


async def append_event(
    session: AsyncSession,
    actor: Actor,
    command: RecordEvent,
    *,
    handover_id: int | None = None,
    now: datetime | None = None,
) -> RecordedEvent:
    """Record one event inside the caller's transaction.

    With `handover_id` the caller (the handover service) has checked the rights of both sides, and only the case's own
    rules are checked here. Raises as `record_event`.
    """
    moment = now or clock.now()
    today = clock.vietnam_day(moment)
    await hold_delta_lock(session)
    scope = EVERYWHERE if handover_id is not None else actor.scope(Permission.CASE_READ)
    case = await repository.find_case(session, scope, command.case_id, lock=True)
    if case is None:
        raise NotFound
    again = await _recorded_before(session, actor, command)
    if again is not None:
        return again
    if handover_id is None:
        _check_right(actor, case, command.type)
        await _check_not_in_handover(session, case, command.type)
    rows = list(await repository.events_of(session, command.case_id))
    await _check_version(session, case, command.expected_version, rows)
    past = [repository.history_event(row) for row in rows]
    new = await _new_event(session, case, command, past, today)
    history = await _replay(case, [*past, new], new, today)
    row = await _insert(
        session, actor, case=case, command=command, new=new, history=history, handover_id=handover_id, moment=moment
    )
    await _settle(session, actor, case, events=[*past, _keyed(new, row)], row=row, today=today)
    return RecordedEvent(_id(row.id), _id(case.id), case.version, row.late)


async def recount_case(
    session: AsyncSession, case: Case, *, event_id: int, moment: datetime, tree: OfficeTree | None = None
) -> History:
    """Bring deltas, state and assignments of a locked case into line with its events and its present particulars.

    Used after an event, after an edit of what the case is counted under (kind, source, flags) and after a change of an
    ended office's successor (then with the `tree` as it will be). The deltas appended carry `event_id` and `moment`, so
    earlier cut-offs keep their figures.
    """
    rows = await repository.events_of(session, _id(case.id))
    history = await _replay(
        case, [repository.history_event(row) for row in rows], None, clock.vietnam_day(moment), tree
    )
    await _write_counts(session, case, history, event_id=event_id, moment=moment, tenures_known=len(rows))
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
    rows = list(await repository.events_of(session, _id(case.id)))
    wrong = next(event for event in in_force(map(repository.history_event, rows)) if event.type is EventType.REGISTERED)
    case.decision_date = decision_date
    case.decision_year = decision_date.year
    common: dict[str, Any] = {
        "case_id": _id(case.id),
        "recorded_at": moment,
        "recorded_by": actor.account_id,
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
    await recount_case(session, case, event_id=_id(right.id), moment=moment)


async def allowed_events(actor: Actor, case_id: int, *, today: date | None = None) -> list[EventChoice]:
    """Every event with whether the actor may record it on this case today, and why not.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    day = today or clock.today()
    async with unit_of_work() as session:
        case = await repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        in_handover = await _open_handover(session, case_id)
        return [_choice(actor, case, event, day, in_handover) for event in EventType if event in _OFFERED]


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
            async with unit_of_work() as session:
                case = await repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
                number = case.decision_number if case else ""
                await append_event(session, actor, command, now=now)
            results.append(AssignResult(case_id, number, ok=True))
        except DomainError as error:
            results.append(AssignResult(case_id, number, ok=False, error=error))
    return results


# -- checks --------------------------------------------------------------------------------------------------------


def may_record(actor: Actor, case: Case, event: EventType) -> bool:
    """Whether the actor's rights cover this event on this case; the case's own rules are not looked at."""
    if event is EventType.CORRECTED:
        return actor.may_in(Permission.EVENT_CORRECT, case.office_id)
    if event is EventType.ASSIGNED:
        return actor.may_in(Permission.CASE_ASSIGN, case.office_id)
    if actor.may_in(Permission.EVENT_RECORD, case.office_id):
        return True
    own = actor.staff_id is not None and actor.staff_id == case.officer_id
    return own and actor.may_in(Permission.EVENT_RECORD_OWN, case.office_id)


def _check_right(actor: Actor, case: Case, event: EventType) -> None:
    if event is EventType.REGISTERED:
        raise Refused("event_not_recordable", {"event": event})
    if not may_record(actor, case, event):
        raise Forbidden("forbidden_event", {"event": event})


async def _open_handover(session: AsyncSession, case_id: int) -> int | None:
    query = select(col(HandoverItem.handover_id)).where(col(HandoverItem.case_id) == case_id, col(HandoverItem.open))
    return (await session.execute(query)).scalar_one_or_none()


async def _check_not_in_handover(session: AsyncSession, case: Case, event: EventType) -> None:
    if event is EventType.ASSIGNED:
        handover = await _open_handover(session, _id(case.id))
        if handover is not None:
            raise Refused("case_in_handover", {"handover": handover})


async def _check_version(session: AsyncSession, case: Case, expected: int | None, rows: list[CaseEvent]) -> None:
    if expected is None or expected == case.version:
        return
    last = rows[-1]
    by = await session.get(Account, last.recorded_by) if last.recorded_by else None
    raise StaleVersion(params={"event": last.type}, by=by.full_name if by else "")


async def _recorded_before(session: AsyncSession, actor: Actor, command: RecordEvent) -> RecordedEvent | None:
    if command.request_id is None:
        return None
    row = await repository.event_by_request(session, command.request_id)
    if row is None:
        return None
    if row.case_id != command.case_id or row.recorded_by != actor.account_id:
        raise Refused("request_used")
    case = await session.get(Case, row.case_id)
    assert case is not None
    return RecordedEvent(_id(row.id), row.case_id, case.version, row.late)


def _choice(actor: Actor, case: Case, event: EventType, today: date, in_handover: int | None) -> EventChoice:
    if not may_record(actor, case, event):
        return EventChoice(event, allowed=False, reason="forbidden_event", params=(("event", event),))
    if event is EventType.CORRECTED:
        return EventChoice(event, allowed=True)
    if event is EventType.ASSIGNED and in_handover is not None:
        return EventChoice(event, allowed=False, reason="case_in_handover", params=(("handover", in_handover),))
    found = [
        refusal
        for refusal in refusals(
            event,
            status=case.status,
            outstanding=case.outstanding,
            source=case.source,
            business_date=today,
            not_before=min(case.last_event_date, today),
            today=today,
            has_officer=True,
        )
        if refusal.field != "amount"
    ]
    if not found and LIFECYCLE[event].amount is AmountRule.PART and case.outstanding == 0:
        found = [Refusal("nothing_outstanding", "amount")]
    if found:
        return EventChoice(event, allowed=False, reason=found[0].code, params=found[0].params)
    return EventChoice(event, allowed=True)


# -- the new event -------------------------------------------------------------------------------------------------


async def _new_event(
    session: AsyncSession, case: Case, command: RecordEvent, past: list[HistoryEvent], today: date
) -> HistoryEvent:
    """The event as replay wants it, after the checks that need the database."""
    receiving: int | None = None
    if command.type is EventType.CORRECTED:
        _check_correction(command, past, today)
    elif command.corrects_id is not None:
        raise Invalid(fields={"corrects_id": FieldError("correction_not_allowed")})
    else:
        _check_order(case, command, past)
        if command.type is EventType.ASSIGNED:
            receiving = await _assignment_target(session, case, command)
    return HistoryEvent(
        key=NEW_EVENT,
        sequence=max((event.sequence for event in past), default=0) + 1,
        type=command.type,
        business_date=command.business_date,
        amount=command.amount,
        staff_id=command.staff_id if command.type is EventType.ASSIGNED else None,
        receiving_office_id=receiving,
        corrects=command.corrects_id,
    )


def _check_order(case: Case, command: RecordEvent, past: list[HistoryEvent]) -> None:
    """An event is never dated before the previous one in force; replay sorts by date and would not notice."""
    last = max(event.business_date for event in in_force(past))
    if command.business_date >= last:
        return
    if case.closed_on is not None:
        raise Refused("case_closed", {"event": command.type, "status": case.status})
    dates: dict[str, object] = {"date": command.business_date, "last": last}
    raise Invalid(fields={"business_date": FieldError("date_before_last_event", dates)})


def _check_correction(command: RecordEvent, past: list[HistoryEvent], today: date) -> None:
    target = next((event for event in in_force(past) if event.key == command.corrects_id), None)
    if target is None:
        raise Invalid(fields={"corrects_id": FieldError("correction_target_missing")})
    if target.type is EventType.REGISTERED:
        raise Refused("registration_not_correctable")
    if command.business_date > today:
        raise Invalid(fields={"business_date": FieldError("date_in_future", {"date": command.business_date})})
    if command.business_date < target.business_date:
        raise Invalid(fields={"business_date": FieldError("correction_before_event", {"date": target.business_date})})
    if command.amount:
        raise Invalid(fields={"amount": FieldError("amount_not_allowed", {"event": command.type})})


async def _assignment_target(session: AsyncSession, case: Case, command: RecordEvent) -> int | None:
    if command.staff_id is None:
        raise Invalid(fields={"officer": FieldError("officer_needed")})
    officer = await session.get(StaffMember, command.staff_id)
    if officer is None or officer.grade is None:
        raise Invalid(fields={"officer": FieldError("officer_unknown")})
    tree = await office_tree()
    day = command.business_date
    postings = await office_repository.postings_of(session, [command.staff_id])
    offices = [
        posting.office_id
        for posting in postings
        if (posting.valid_from is None or posting.valid_from <= day)
        and (posting.valid_to is None or day <= posting.valid_to)
    ]
    target = assignment_office(
        tree, case_office_id=case.office_id, officer_office_ids=offices, day=day, first=case.officer_id is None
    )
    if isinstance(target, Refusal):
        raise Invalid(fields={target.field: FieldError(target.code, dict(target.params))})
    return target


async def _replay(
    case: Case, events: list[HistoryEvent], new: HistoryEvent | None, today: date, tree: OfficeTree | None = None
) -> History:
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


# -- writing -------------------------------------------------------------------------------------------------------


async def _insert(
    session: AsyncSession,
    actor: Actor,
    *,
    case: Case,
    command: RecordEvent,
    new: HistoryEvent,
    history: History,
    handover_id: int | None,
    moment: datetime,
) -> CaseEvent:
    receiving = new.receiving_office_id if command.type is EventType.ASSIGNED else command.receiving_office_id
    row = CaseEvent(
        case_id=_id(case.id),
        sequence=new.sequence,
        type=command.type,
        business_date=command.business_date,
        recorded_at=moment,
        recorded_by=actor.account_id,
        office_id=history.state.office_id,
        officer_id=history.state.officer_id,
        staff_id=new.staff_id,
        receiving_office_id=receiving,
        amount=command.amount,
        document_number=command.document_number or None,
        ground=command.ground or None,
        note=command.note or None,
        payload={},
        corrects_id=command.corrects_id,
        handover_id=handover_id,
        late=is_late(command.business_date, clock.vietnam_day(moment), get_settings().late_after_working_days),
        request_id=command.request_id,
    )
    session.add(row)
    await session.flush()
    return row


async def _settle(
    session: AsyncSession, actor: Actor, case: Case, *, events: list[HistoryEvent], row: CaseEvent, today: date
) -> None:
    """Write deltas, state, assignments and the audit row of an event just inserted."""
    history = await _replay(case, events, None, today)
    assert row.recorded_at is not None
    await _write_counts(session, case, history, event_id=_id(row.id), moment=row.recorded_at, tenures_known=len(events))
    await write_audit(
        session,
        actor,
        "event.recorded",
        "case",
        case.id,
        office_id=case.office_id,
        detail={"event": _id(row.id), "type": str(row.type), "date": row.business_date.isoformat()},
    )


async def _write_counts(
    session: AsyncSession, case: Case, history: History, *, event_id: int, moment: datetime, tenures_known: int
) -> None:
    case_id = _id(case.id)
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


def _keyed(new: HistoryEvent, row: CaseEvent) -> HistoryEvent:
    return replace(new, key=_id(row.id))


def _id(value: int | None) -> int:
    assert value is not None
    return value
