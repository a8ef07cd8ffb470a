"""What happened to a case: its story, recording an event, striking one out."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Response
from pydantic import Field

from models.enums import CaseStatus, EventType
from thads_app import clock
from thads_app.api.guard import api_actor
from thads_app.api.v1.fields import Answer, Body, Code, Day, Id, Money, PathId, Text, Version
from thads_app.api.v1.names import Names, OfficeRef, OfficerRef, names_of
from thads_app.api.v1.problems import renamed
from thads_app.api.v1.routing import PREFIX, area
from thads_app.errors import FieldError, Invalid
from thads_app.rules.rights import Actor, Permission
from thads_app.services import confirmations, directory, events
from thads_app.services.cases import TimelineEntry, case_detail
from thads_app.services.office_tree import office_tree

router = area("/cases/{case_id}")
router.tags = ["events"]

ENTRUSTMENTS = frozenset({EventType.ENTRUSTED, EventType.PARTLY_ENTRUSTED})
Reader = Annotated[Actor, api_actor(Permission.CASE_READ)]
Recorder = Annotated[
    Actor,
    api_actor(Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN, Permission.CASE_ASSIGN, Permission.EVENT_CORRECT),
]
Corrector = Annotated[Actor, api_actor(Permission.EVENT_CORRECT)]


class NewEvent(Body):
    """What happened. `officer` belongs to `assigned`, `receiving_office` to entrustments, `corrects_id` to `corrected`.

    With a `version`, nothing is recorded when somebody was faster; with a `request_id`, sending it again records
    nothing twice.
    """

    type: EventType
    business_date: Day
    amount: Money | None = None
    officer: Code | None = None
    receiving_office: Code | None = None
    document_number: Annotated[Text, Field(max_length=80)] | None = None
    ground: Annotated[Text, Field(max_length=500)] | None = None
    note: Annotated[Text, Field(max_length=1000)] | None = None
    corrects_id: Id | None = None
    version: Version | None = None
    request_id: UUID | None = None


class NewCorrection(Body):
    """The event to strike out, today unless another day is given."""

    event_id: Id
    business_date: Day | None = None
    ground: Annotated[Text, Field(max_length=500)] | None = None
    note: Annotated[Text, Field(max_length=1000)] | None = None
    version: Version | None = None
    request_id: UUID | None = None


class RecordedAnswer(Answer):
    """What was recorded, and the case's version now. `late`: of a month already closed."""

    event_id: int
    case_id: int
    version: int
    late: bool


class AwaitingAnswer(Answer):
    """A completion above the limit: nothing is recorded before somebody else confirms (`/confirmations/<id>`)."""

    confirmation_id: int
    case_id: int


class EventAnswer(Answer):
    """One event. `amount` is the đồng it moved; `corrected_by` the correction that struck it out.

    `on_behalf_of` names in whose stead it was recorded, `confirmed_by` the second person of a large completion.
    """

    id: int
    type: EventType
    business_date: date
    recorded_at: datetime | None
    recorded_by: str
    on_behalf_of: str
    confirmed_by: str
    amount: int
    officer: OfficerRef | None
    receiving_office: OfficeRef | None
    document_number: str
    ground: str
    note: str
    late: bool
    status_after: CaseStatus | None
    corrects_id: int | None
    corrected_by: int | None
    handover_id: int | None
    correctable: bool


class Move(Answer):
    """The day a case passed to the office that succeeded its own."""

    business_date: date
    office: OfficeRef


class Story(Answer):
    """All events, newest first, and the moves between offices that happened by law."""

    case_id: int
    version: int
    events: list[EventAnswer]
    moves: list[Move]


@router.get("/events")
async def list_events(actor: Reader, case_id: PathId) -> Story:
    """The events of a case with who recorded them and when."""
    case = await case_detail(actor, case_id)
    names = await names_of(entry.staff_id for entry in case.timeline)
    return Story(
        case_id=case.id,
        version=case.version,
        events=[answer for entry in case.timeline if (answer := _event(entry, names)) is not None],
        moves=[
            Move(business_date=entry.business_date, office=names.office(entry.office_id))
            for entry in case.timeline
            if entry.event_id is None and entry.office_id is not None
        ],
    )


@router.post(
    "/events",
    status_code=201,
    responses={202: {"model": AwaitingAnswer, "description": "A second person must confirm the completion"}},
)
async def record_event(
    actor: Recorder, case_id: PathId, body: NewEvent, response: Response
) -> RecordedAnswer | AwaitingAnswer:
    """Record one event; the lifecycle decides whether it may happen now.

    A completion of a case that has collected more than the limit waits for a second person: 202.
    """
    _check_used(body)
    receiving = None
    if body.receiving_office is not None:
        receiving = directory.office_id(await office_tree(), body.receiving_office, "receiving_office")
    command = events.RecordEvent(
        case_id=case_id,
        type=body.type,
        business_date=body.business_date,
        amount=body.amount,
        staff_id=await directory.some_officer_id(body.officer),
        receiving_office_id=receiving,
        document_number=body.document_number,
        ground=body.ground,
        note=body.note,
        corrects_id=body.corrects_id,
        expected_version=body.version,
        request_id=body.request_id,
    )
    done = await confirmations.record_or_ask(actor, command)
    if isinstance(done, confirmations.AskedCompletion):
        response.status_code = HTTPStatus.ACCEPTED
        response.headers["Location"] = f"{PREFIX}/confirmations/{done.id}"
        return AwaitingAnswer(confirmation_id=done.id, case_id=done.case_id)
    return RecordedAnswer.model_validate(done)


@router.post("/corrections", status_code=201)
async def correct_event(actor: Corrector, case_id: PathId, body: NewCorrection) -> RecordedAnswer:
    """Strike out one event; everything after it is recomputed, nothing is deleted."""
    command = events.RecordEvent(
        case_id=case_id,
        type=EventType.CORRECTED,
        business_date=body.business_date or clock.today(),
        ground=body.ground,
        note=body.note,
        corrects_id=body.event_id,
        expected_version=body.version,
        request_id=body.request_id,
    )
    try:
        return RecordedAnswer.model_validate(await events.record_event(actor, command))
    except Invalid as wrong:
        raise renamed(wrong, lambda name: "event_id" if name == "corrects_id" else name) from None


def _check_used(body: NewEvent) -> None:
    """Refuse what the event would not use: it would be lost without a word."""
    unused: dict[str, FieldError] = {}
    if body.officer is not None and body.type is not EventType.ASSIGNED:
        unused["officer"] = FieldError("officer_not_used")
    if body.receiving_office is not None and body.type not in ENTRUSTMENTS:
        unused["receiving_office"] = FieldError("receiving_office_not_used")
    if unused:
        raise Invalid(fields=unused)


def _event(entry: TimelineEntry, names: Names) -> EventAnswer | None:
    if entry.event_id is None or entry.type is None:
        return None
    return EventAnswer(
        id=entry.event_id,
        type=entry.type,
        business_date=entry.business_date,
        recorded_at=entry.recorded_at,
        recorded_by=entry.recorded_by,
        on_behalf_of=entry.on_behalf_of,
        confirmed_by=entry.confirmed_by,
        amount=entry.booked,
        officer=names.officer(entry.staff_id),
        receiving_office=names.some_office(entry.office_id),
        document_number=entry.document_number,
        ground=entry.ground,
        note=entry.note,
        late=entry.late,
        status_after=entry.status_after,
        corrects_id=entry.corrects,
        corrected_by=entry.corrected_by,
        handover_id=entry.handover_id,
        correctable=entry.correctable,
    )
