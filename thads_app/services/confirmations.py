"""Completions two people answer for: asked for by their recorder, confirmed or refused by somebody else.

Until it is confirmed a completion is no event: nothing is counted, and nothing else may be recorded on the case. It
becomes an event of its own business date at the moment of confirmation (ADR 0015).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, CompletionRequest
from models.enums import EventType
from models.guard_enums import CompletionStatus
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.repositories import cases as case_repository
from thads_app.repositories import confirmations as repository
from thads_app.repositories import handovers as people
from thads_app.repositories.base import write_audit
from thads_app.rules.guards import Recorder, confirmation_refusal, needs_second_person
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.rights import Actor, Permission
from thads_app.services.conflicts import declared_refusal
from thads_app.services.event_checks import right_used
from thads_app.services.event_counts import acting_for
from thads_app.services.events import (
    NEEDS_CONFIRMATION,
    CheckedEvent,
    Confirmed,
    RecordedEvent,
    RecordEvent,
    append_event,
    check_event,
    record_event,
)
from thads_app.services.office_tree import office_tree

REASON_LIMIT = 500


@dataclass(frozen=True)
class AskedCompletion:
    """A completion that now waits for a second person."""

    id: int
    case_id: int


# -- asking ----------------------------------------------------------------------------------------------------------


async def record_or_ask(
    actor: Actor, command: RecordEvent, *, now: datetime | None = None
) -> RecordedEvent | AskedCompletion:
    """Record an event; a completion above the limit is kept for somebody else to confirm.

    Raises as `services.events.record_event`.
    """
    try:
        return await record_event(actor, command, now=now)
    except Refused as refused:
        # One that waits already may be this very request, sent again.
        if refused.code not in {NEEDS_CONFIRMATION, "completion_waiting"} or command.type is not EventType.COMPLETED:
            raise
    return await ask_completion(actor, command, now=now)


async def ask_completion(
    actor: Actor, command: RecordEvent, *, now: datetime | None = None
) -> RecordedEvent | AskedCompletion:
    """Check a completion as if it were recorded, and keep it for somebody else to confirm; they are told.

    Raises as `services.events.record_event`; also Refused: it is no completion above the limit.
    """
    moment = now or clock.now()
    try:
        async with unit_of_work(actor) as session:
            before = await _asked_before(session, actor, command)
            if before is not None:
                return before
            checked = await check_event(session, actor, command, now=moment)
            if isinstance(checked, RecordedEvent):
                return checked
            collected = checked.history.state.collected
            limit, _ = await repository.completion_limit(session)
            if command.type is not EventType.COMPLETED or not needs_second_person(collected, limit):
                raise Refused("event_not_recordable", {"event": command.type})
            return await _ask(session, actor, checked, moment)
    except IntegrityError as clash:
        if "uq_completion_request" in str(clash.orig):
            raise Refused("completion_waiting") from None
        raise


async def _asked_before(session: AsyncSession, actor: Actor, command: RecordEvent) -> AskedCompletion | None:
    row = await repository.by_request(session, command.request_id) if command.request_id else None
    if row is None:
        return None
    if row.case_id != command.case_id or row.recorded_by != actor.account_id:
        raise Refused("request_used")
    if row.status is not CompletionStatus.WAITING:
        raise Refused("completion_answered")
    return AskedCompletion(row.id or 0, row.case_id)


async def _ask(session: AsyncSession, actor: Actor, checked: CheckedEvent, moment: datetime) -> AskedCompletion:
    case, command, collected = checked.case, checked.command, checked.history.state.collected
    if actor.account_id is None:
        raise Forbidden
    row = CompletionRequest(
        case_id=command.case_id,
        business_date=command.business_date,
        amount=command.amount,
        collected=collected,
        document_number=command.document_number or None,
        ground=command.ground or None,
        note=command.note or None,
        request_id=command.request_id,
        recorded_by=actor.account_id,
        on_behalf_of=acting_for(actor, right_used(actor, case, command.type), case.office_id),
        recorded_at=moment,
        status=CompletionStatus.WAITING,
    )
    session.add(row)
    await session.flush()
    await _audit(session, actor, case, "completion.asked", _said(row) | {"amount": collected})
    tree = await office_tree()
    told = await repository.confirmers_at(session, [tree.line.today(case.office_id)], clock.vietnam_day(moment))
    message = sentence("notice_completion_waiting", by=actor.name, number=case.decision_number)
    await people.notify(session, told - {actor.account_id, row.on_behalf_of or 0}, message, f"/ho-so/{case.id}")
    return AskedCompletion(row.id or 0, row.case_id)


# -- answering -------------------------------------------------------------------------------------------------------


async def confirm_completion(actor: Actor, asked_id: int, *, now: datetime | None = None) -> RecordedEvent:
    """Confirm a completion somebody else recorded: it becomes an event of its business date and counts from now.

    Raises:
        NotFound: no such request within reach. Forbidden: the right is not held at the case's office.
        Refused: it waits no more, or the actor is its recorder, the case's officer or a relative.
        Invalid: the completion is not lawful any more; it stays and can be refused or withdrawn.
    """
    moment = now or clock.now()
    async with unit_of_work(actor) as session:
        row, case = await _to_answer(session, actor, asked_id)
        stead = acting_for(actor, Permission.COMPLETION_CONFIRM, case.office_id)
        barred = await confirming_barred(session, actor, row, case, stead)
        if barred is not None:
            raise Refused(barred.code, dict(barred.params))
        command = RecordEvent(
            case_id=row.case_id,
            type=EventType.COMPLETED,
            business_date=row.business_date,
            amount=row.amount,
            document_number=row.document_number,
            ground=row.ground,
            note=row.note,
            request_id=row.request_id,
        )
        confirmed = Confirmed(row.recorded_by, row.on_behalf_of)
        recorded = await append_event(session, actor, command, confirmed=confirmed, now=moment)
        row.event_id = recorded.event_id
        _answer(row, actor, CompletionStatus.CONFIRMED, stead, moment)
        await session.flush()
        await _audit(session, actor, case, "completion.confirmed", _said(row) | {"event": recorded.event_id})
        await _tell_recorder(session, actor, row, case, "notice_completion_confirmed")
        return recorded


async def refuse_completion(actor: Actor, asked_id: int, reason: str, *, now: datetime | None = None) -> None:
    """Refuse a completion somebody else recorded; nothing is counted, and the recorder is told why.

    Raises:
        NotFound: no such request within reach. Forbidden: the right is not held at the case's office.
        Refused: it waits no more, or the actor recorded it. Invalid: no reason.
    """
    why = reason.strip()
    async with unit_of_work(actor) as session:
        row, case = await _to_answer(session, actor, asked_id)
        stead = acting_for(actor, Permission.COMPLETION_CONFIRM, case.office_id)
        barred = await confirming_barred(session, actor, row, case, stead)
        if barred is not None:
            raise Refused(barred.code, dict(barred.params))
        if not why:
            raise Invalid(fields={"reason": FieldError("completion_reason_needed")})
        if len(why) > REASON_LIMIT:
            raise Invalid(fields={"reason": FieldError("too_long", {"limit": REASON_LIMIT})})
        row.reason = why
        _answer(row, actor, CompletionStatus.REFUSED, stead, now or clock.now())
        await session.flush()
        await _audit(session, actor, case, "completion.refused", _said(row) | {"reason": why})
        await _tell_recorder(session, actor, row, case, "notice_completion_refused")


async def withdraw_completion(actor: Actor, asked_id: int, *, now: datetime | None = None) -> None:
    """Take back a completion one recorded, before anybody has answered.

    Raises:
        NotFound: no such request within reach. Forbidden: somebody else recorded it. Refused: it waits no more.
    """
    async with unit_of_work(actor) as session:
        row, case = await _locked(session, actor, asked_id)
        if row.recorded_by != actor.account_id:
            raise Forbidden("completion_not_yours")
        if row.status is not CompletionStatus.WAITING:
            raise Refused("completion_answered")
        _answer(row, actor, CompletionStatus.WITHDRAWN, None, now or clock.now())
        await session.flush()
        await _audit(session, actor, case, "completion.withdrawn", _said(row))


async def _locked(session: AsyncSession, actor: Actor, asked_id: int) -> tuple[CompletionRequest, Case]:
    """The request with its case, both locked, the case first as everywhere."""
    scope = actor.scope(Permission.CASE_READ)
    found = await repository.find(session, scope, asked_id)
    case = await case_repository.find_case(session, scope, found.case_id, lock=True) if found else None
    row = await repository.find(session, scope, asked_id, lock=True) if case else None
    if case is None or row is None:
        raise NotFound
    return row, case


async def _to_answer(session: AsyncSession, actor: Actor, asked_id: int) -> tuple[CompletionRequest, Case]:
    row, case = await _locked(session, actor, asked_id)
    if not actor.may_in(Permission.COMPLETION_CONFIRM, case.office_id):
        raise Forbidden("completion_confirm_forbidden")
    if row.status is not CompletionStatus.WAITING:
        raise Refused("completion_answered")
    return row, case


async def confirming_barred(
    session: AsyncSession, actor: Actor, row: CompletionRequest, case: Case, stead: int | None
) -> Refusal | None:
    """Why the actor may not answer the request although the right is held; `stead` is in whose stead they act."""
    refusal = confirmation_refusal(
        Recorder(row.recorded_by, row.on_behalf_of),
        account_id=actor.account_id,
        on_behalf_of=stead,
        staff_id=actor.staff_id,
        officer_id=case.officer_id,
    )
    if refusal is not None or actor.staff_id is None:
        return refusal
    said = await declared_refusal(session, actor.staff_id, row.case_id)
    return Refusal("actor_is_relative", "type", said.params) if said else None


def _answer(
    row: CompletionRequest, actor: Actor, status: CompletionStatus, stead: int | None, moment: datetime
) -> None:
    row.status, row.answered_by, row.answered_on_behalf_of = status, actor.account_id, stead
    row.answered_at = moment


def _said(row: CompletionRequest) -> dict[str, object]:
    return {"date": row.business_date.isoformat(), "request": row.id}


async def _audit(session: AsyncSession, actor: Actor, case: Case, action: str, detail: dict[str, object]) -> None:
    await write_audit(session, actor, action, "case", case.id, office_id=case.office_id, detail=detail)


async def _tell_recorder(session: AsyncSession, actor: Actor, row: CompletionRequest, case: Case, code: str) -> None:
    message = sentence(code, by=actor.name, number=case.decision_number, reason=row.reason or "")
    await people.notify(session, {row.recorded_by} - {actor.account_id or 0}, message, f"/ho-so/{case.id}")
