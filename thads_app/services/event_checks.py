"""What is checked before an event is recorded: rights, the state of the case, and the fields the event needs."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, Case, CaseEvent, HandoverItem, StaffMember
from models.enums import EventType
from thads_app.errors import FieldError, Forbidden, Invalid, Refused, StaleVersion
from thads_app.repositories import cases as repository
from thads_app.repositories import confirmations
from thads_app.repositories import offices as office_repository
from thads_app.rules.assignment import assignment_office
from thads_app.rules.guards import needs_second_person
from thads_app.rules.history import HistoryEvent, in_force
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule, Refusal, refusals
from thads_app.rules.rights import Actor, Permission
from thads_app.services.conflicts import assignment_refusal, declared_refusal
from thads_app.services.event_commands import EventChoice, RecordedEvent, RecordEvent
from thads_app.services.event_counts import key_of
from thads_app.services.office_tree import office_tree

NEEDS_CONFIRMATION = "completion_needs_confirmation"

NEW_EVENT = 0
"""The key a new event has in a replay before the database gives it one."""


def may_record(actor: Actor, case: Case, event: EventType) -> bool:
    """Whether the actor's rights cover this event on this case; the case's own rules are not looked at."""
    right = right_used(actor, case, event)
    if right is not Permission.EVENT_RECORD_OWN:
        return actor.may_in(right, case.office_id)
    own = actor.staff_id is not None and actor.staff_id == case.officer_id
    return own and actor.may_in(Permission.EVENT_RECORD_OWN, case.office_id)


def right_used(actor: Actor, case: Case, event: EventType) -> Permission:
    """The right that recording this event takes; of two that serve, the wider one where it is held."""
    if event is EventType.CORRECTED:
        return Permission.EVENT_CORRECT
    if event is EventType.ASSIGNED:
        return Permission.CASE_ASSIGN
    wide = actor.may_in(Permission.EVENT_RECORD, case.office_id)
    return Permission.EVENT_RECORD if wide else Permission.EVENT_RECORD_OWN


def check_right(actor: Actor, case: Case, event: EventType) -> None:
    """Raises Refused for a registration, and Forbidden when the actor may not record this event on this case."""
    if event is EventType.REGISTERED:
        raise Refused("event_not_recordable", {"event": event})
    if not may_record(actor, case, event):
        raise Forbidden("forbidden_event", {"event": event})


async def open_handover(session: AsyncSession, case_id: int) -> int | None:
    """The handover under way that holds the case, if any."""
    query = select(col(HandoverItem.handover_id)).where(col(HandoverItem.case_id) == case_id, col(HandoverItem.open))
    return (await session.execute(query)).scalar_one_or_none()


async def check_not_in_handover(session: AsyncSession, case: Case, event: EventType) -> None:
    """Raises Refused when an assignment would take a case out of a handover under way."""
    if event is EventType.ASSIGNED:
        handover = await open_handover(session, key_of(case.id))
        if handover is not None:
            raise Refused("case_in_handover", {"handover": handover})


async def check_not_waiting(session: AsyncSession, case: Case) -> None:
    """Raises Refused while a completion of the case waits for a second person: nothing else may happen under it."""
    if await confirmations.waiting_of(session, key_of(case.id)) is not None:
        raise Refused("completion_waiting")


async def check_not_relative(session: AsyncSession, actor: Actor, case: Case, event: EventType) -> None:
    """Raises Refused when the actor is declared a relative of somebody in the case (Law 26/2008/QH12 Đ.21.5).

    Giving the case to somebody else is not enforcing it, and stays allowed.
    """
    if actor.staff_id is None or event is EventType.ASSIGNED:
        return
    said = await declared_refusal(session, actor.staff_id, key_of(case.id))
    if said is not None:
        raise Refused("actor_is_relative", dict(said.params))


async def check_one_person_enough(session: AsyncSession, actor: Actor, event: EventType, collected: int) -> None:
    """Raises Refused when a completion needs a second person.

    The command line has one operator and nobody beside them; what it does stands in the audit trail.

    Args:
        session: the transaction.
        actor: who records.
        event: what is recorded.
        collected: đồng collected in the case all told, this event included.
    """
    if event is not EventType.COMPLETED or actor.account_id is None:
        return
    limit, _ = await confirmations.completion_limit(session)
    if needs_second_person(collected, limit):
        raise Refused(NEEDS_CONFIRMATION, {"limit": limit})


async def check_version(session: AsyncSession, case: Case, expected: int | None, rows: list[CaseEvent]) -> None:
    """Raises StaleVersion, naming the last event and its author, when the case changed since it was read."""
    if expected is None or expected == case.version:
        return
    last = rows[-1]
    by = await session.get(Account, last.recorded_by) if last.recorded_by else None
    raise StaleVersion(params={"event": last.type}, by=by.full_name if by else "")


async def recorded_before(session: AsyncSession, actor: Actor, command: RecordEvent) -> RecordedEvent | None:
    """What the same request recorded earlier, so that asking twice records once.

    Raises:
        Refused: the request id belongs to another case or another person.
    """
    if command.request_id is None:
        return None
    row = await repository.event_by_request(session, command.request_id)
    if row is None:
        return None
    if row.case_id != command.case_id or row.recorded_by != actor.account_id:
        raise Refused("request_used")
    case = await session.get(Case, row.case_id)
    assert case is not None
    return RecordedEvent(key_of(row.id), row.case_id, case.version, row.late)


@dataclass(frozen=True)
class Standing:
    """What stands in the way of events of a case besides its own state.

    Attributes:
        handover: the handover under way that holds it.
        waiting: whether a completion of it waits for a second person.
        relative: why the actor may not enforce it, if a relative is in it.
    """

    handover: int | None = None
    waiting: bool = False
    relative: Refusal | None = None


async def standing_of(session: AsyncSession, actor: Actor, case: Case) -> Standing:
    """What stands in the way of the actor's recording on this case."""
    case_id = key_of(case.id)
    relative = await declared_refusal(session, actor.staff_id, case_id) if actor.staff_id is not None else None
    return Standing(
        handover=await open_handover(session, case_id),
        waiting=await confirmations.waiting_of(session, case_id) is not None,
        relative=relative,
    )


def choice(actor: Actor, case: Case, event: EventType, today: date, standing: Standing) -> EventChoice:
    """Whether the actor may record the event on the case that day, and why not."""
    if not may_record(actor, case, event):
        return EventChoice(event, allowed=False, reason="forbidden_event", params=(("event", event),))
    if standing.waiting:
        return EventChoice(event, allowed=False, reason="completion_waiting")
    if standing.relative is not None and event is not EventType.ASSIGNED:
        return EventChoice(event, allowed=False, reason="actor_is_relative", params=standing.relative.params)
    if event is EventType.CORRECTED:
        return EventChoice(event, allowed=True)
    if event is EventType.ASSIGNED and standing.handover is not None:
        return EventChoice(event, allowed=False, reason="case_in_handover", params=(("handover", standing.handover),))
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


async def new_event(
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
    refusal = target if isinstance(target, Refusal) else None
    refusal = refusal or await assignment_refusal(
        session,
        command.staff_id,
        case_id=key_of(case.id),
        office_id=target if isinstance(target, int) else case.office_id,
        day=day,
    )
    if refusal is not None:
        raise Invalid(fields={refusal.field: FieldError(refusal.code, dict(refusal.params))})
    return target if isinstance(target, int) else None
