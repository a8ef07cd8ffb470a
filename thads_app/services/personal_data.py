"""Seeing a number that is masked: a right of its own, for a purpose, one place at a time, and never without a trace.

Luật 91/2025/QH15 Đ.3.2, Đ.3.5: personal data are processed for a stated purpose and no further.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case
from models.personal_enums import NOTE_LABEL, PERSONAL_FIELD_LABELS, REVEAL_PURPOSE_LABELS, PersonalField, RevealPurpose
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.repositories import cases as case_repository
from thads_app.repositories import personal_data as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.personal_data import is_masked, mask_text
from thads_app.rules.rights import Actor, Permission

SHOWN_SECONDS = 30
"""How long a page shows a revealed number."""

REVEALS_AN_HOUR = 60
_SHORTEST_REASON = 5
_LONGEST_REASON = 300


@dataclass(frozen=True)
class Reveal:
    """Which number of whom somebody wants to see, and what for. `reason` is their own words."""

    case_id: int
    party_id: int
    field: PersonalField
    purpose: RevealPurpose | None
    reason: str = ""


@dataclass(frozen=True)
class RevealNote:
    """Which event's words somebody wants to read with the numbers in them, and what for."""

    case_id: int
    event_id: int
    purpose: RevealPurpose | None
    reason: str = ""


@dataclass(frozen=True)
class Revealed:
    """A number as it is, for whoever asked."""

    name: str
    field: PersonalField
    value: str


def may_reveal(actor: Actor, office_id: int, officer_id: int | None) -> bool:
    """Whether somebody may see the numbers of a case's parties: by office, or as the officer in charge of it."""
    if actor.may_in(Permission.PERSONAL_REVEAL, office_id):
        return True
    own = actor.staff_id is not None and actor.staff_id == officer_id
    return own and actor.may_in(Permission.PERSONAL_REVEAL_OWN, office_id)


async def reveal(actor: Actor, command: Reveal) -> Revealed:
    """Show one number whole. The audit row says which field of whom and what for, never the number.

    Raises:
        NotFound: no such case in the actor's offices, or no such party of it.
        Forbidden: the actor may not see numbers of that case. Invalid: the purpose is missing.
        Refused: there is no such number, or too many were seen within the hour.
    """

    async def find(session: AsyncSession) -> _Found:
        party = await repository.party_of(session, command.case_id, command.party_id)
        if party is None:
            raise NotFound
        label = PERSONAL_FIELD_LABELS[command.field]
        return _Found(party.name, getattr(party, command.field) or "", label, {"party": party.id})

    found = await _shown(actor, command, find)
    if not found.value:
        raise Refused("reveal_nothing", {"field": found.label.lower()})
    return Revealed(found.name, command.field, found.value)


async def reveal_note(actor: Actor, command: RevealNote) -> str:
    """Show the words of an event with the numbers in them whole, as one number is shown.

    Raises:
        NotFound: no such case in the actor's offices, or no such event of it.
        Forbidden: the actor may not see numbers of that case. Invalid: the purpose is missing.
        Refused: nothing in these words is masked, or too much was seen within the hour.
    """

    async def find(session: AsyncSession) -> _Found:
        event = await repository.event_of(session, command.case_id, command.event_id)
        if event is None:
            raise NotFound
        words = " · ".join(part for part in (event.ground, event.note) if part)
        detail = {"event": event.id, "type": event.type.value, "date": event.business_date.isoformat()}
        return _Found("", words if mask_text(words) != words else "", NOTE_LABEL, detail)

    found = await _shown(actor, command, find)
    if not found.value:
        raise Refused("reveal_nothing", {"field": "số"})
    return found.value


@dataclass(frozen=True)
class _Found:
    """What was asked for: whose, itself (blank when there is none), and how the trail names it."""

    name: str
    value: str
    label: str
    detail: Mapping[str, object]


async def _shown(
    actor: Actor, command: Reveal | RevealNote, find: Callable[[AsyncSession], Awaitable[_Found]]
) -> _Found:
    """Find what is asked for, and have it noted that it was shown or refused. Nothing is noted when it is blank."""
    reason = command.reason.strip()[:_LONGEST_REASON]
    purpose = _check_purpose(command, reason)
    async with unit_of_work(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), command.case_id)
        if case is None:
            raise NotFound
        found = await find(session)
        refused = await _refusal(session, actor, case)
        detail: dict[str, object] = {**found.detail, "field": found.label}
        if refused is not None:
            detail["reason"] = sentence(refused)
            await write_audit(
                session, actor, "personal.reveal_refused", "case", case.id, office_id=case.office_id, detail=detail
            )
        elif found.value:
            detail["purpose"] = REVEAL_PURPOSE_LABELS[purpose]
            await write_audit(
                session,
                actor,
                "personal.revealed",
                "case",
                case.id,
                office_id=case.office_id,
                detail=detail,
                message=mask_text(reason),
            )
    if refused is not None:
        raise refused
    return found


def _check_purpose(command: Reveal | RevealNote, reason: str) -> RevealPurpose:
    wrong: dict[str, FieldError] = {}
    if command.purpose is None:
        wrong["purpose"] = FieldError("reveal_purpose_needed")
    if len(reason) < _SHORTEST_REASON or is_masked(reason):
        wrong["reason"] = FieldError("reveal_reason_needed", {"minimum": _SHORTEST_REASON})
    if wrong or command.purpose is None:
        raise Invalid(fields=wrong)
    return command.purpose


async def _refusal(session: AsyncSession, actor: Actor, case: Case) -> Forbidden | Refused | None:
    if not may_reveal(actor, case.office_id, case.officer_id):
        return Forbidden("reveal_forbidden")
    if actor.account_id is None:
        return None
    since = clock.now() - timedelta(hours=1)
    if await repository.acts_since(session, actor.account_id, "personal.revealed", since) >= REVEALS_AN_HOUR:
        return Refused("reveal_too_many", {"limit": REVEALS_AN_HOUR}, status=429)
    return None
