"""Completions that wait for a second person: which they are, confirming, refusing, taking back."""

from datetime import date, datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field

from models.guard_enums import CompletionStatus
from thads_app.api.guard import api_actor
from thads_app.api.v1.events import RecordedAnswer
from thads_app.api.v1.fields import Answer, Body, PathId, Text
from thads_app.api.v1.routing import area
from thads_app.rules.rights import Actor, Permission
from thads_app.services import confirmation_views, confirmations

router = area("/confirmations")

Recorder = (Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN)
Reader = Annotated[Actor, api_actor(Permission.COMPLETION_CONFIRM, *Recorder)]
Confirmer = Annotated[Actor, api_actor(Permission.COMPLETION_CONFIRM)]
Withdrawer = Annotated[Actor, api_actor(*Recorder)]


class Completion(Answer):
    """A completion request. `collected` is what the case will have collected all told, in đồng."""

    id: int
    case_id: int
    decision_number: str
    status: CompletionStatus
    business_date: date
    collected: int
    document_number: str
    ground: str
    note: str
    recorded_by: str
    on_behalf_of: str
    recorded_at: datetime
    answered_by: str
    answered_at: datetime | None
    reason: str
    may_answer: bool
    may_withdraw: bool


class Completions(Answer):
    """Those that wait, oldest first; or the last answered ones, newest first."""

    items: list[Completion]


class RefusedBody(Body):
    """Why the completion is not confirmed."""

    reason: Annotated[Text, Field(max_length=500)]


@router.get("")
async def list_completions(actor: Reader, *, answered: Annotated[bool, Query()] = False) -> Completions:
    """Completions of the offices where you confirm, and those you recorded."""
    found = await confirmation_views.completions(actor, answered=answered)
    return Completions(items=[Completion.model_validate(view) for view in found])


@router.get("/{asked_id}")
async def read_completion(actor: Reader, asked_id: PathId) -> Completion:
    """One completion request."""
    return Completion.model_validate(await confirmation_views.completion(actor, asked_id))


@router.post("/{asked_id}/confirm", status_code=201)
async def confirm_completion(actor: Confirmer, asked_id: PathId) -> RecordedAnswer:
    """Confirm what somebody else recorded: it becomes an event and counts from now."""
    return RecordedAnswer.model_validate(await confirmations.confirm_completion(actor, asked_id))


@router.post("/{asked_id}/refuse")
async def refuse_completion(actor: Confirmer, asked_id: PathId, body: RefusedBody) -> Completion:
    """Refuse what somebody else recorded; nothing is counted."""
    await confirmations.refuse_completion(actor, asked_id, body.reason)
    return Completion.model_validate(await confirmation_views.completion(actor, asked_id))


@router.post("/{asked_id}/withdraw")
async def withdraw_completion(actor: Withdrawer, asked_id: PathId) -> Completion:
    """Take back what you recorded yourself."""
    await confirmations.withdraw_completion(actor, asked_id)
    return Completion.model_validate(await confirmation_views.completion(actor, asked_id))
