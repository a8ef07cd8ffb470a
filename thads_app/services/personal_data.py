"""Seeing a number that is masked: a right of its own, for a purpose, one number at a time, and never without a trace.

Luật 91/2025/QH15 Đ.3.2, Đ.3.5: personal data are processed for a stated purpose and no further.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case
from models.personal_enums import PERSONAL_FIELD_LABELS, REVEAL_PURPOSE_LABELS, PersonalField, RevealPurpose
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
    reason = command.reason.strip()[:_LONGEST_REASON]
    _check_purpose(command, reason)
    refused: Forbidden | Refused | None = None
    async with unit_of_work(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), command.case_id)
        if case is None:
            raise NotFound
        party = await repository.party_of(session, command.case_id, command.party_id)
        if party is None:
            raise NotFound
        value = getattr(party, command.field) or ""
        refused = await _refusal(session, actor, case)
        if refused is None and value:
            detail: dict[str, object] = {
                "party": party.id,
                "field": PERSONAL_FIELD_LABELS[command.field],
                "purpose": REVEAL_PURPOSE_LABELS[command.purpose] if command.purpose else "",
            }
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
        elif refused is not None:
            await write_audit(
                session,
                actor,
                "personal.reveal_refused",
                "case",
                case.id,
                office_id=case.office_id,
                detail={"party": party.id, "field": PERSONAL_FIELD_LABELS[command.field], "reason": sentence(refused)},
            )
    if refused is not None:
        raise refused
    if not value:
        raise Refused("reveal_nothing", {"field": PERSONAL_FIELD_LABELS[command.field].lower()})
    return Revealed(party.name, command.field, value)


def _check_purpose(command: Reveal, reason: str) -> None:
    wrong: dict[str, FieldError] = {}
    if command.purpose is None:
        wrong["purpose"] = FieldError("reveal_purpose_needed")
    if len(reason) < _SHORTEST_REASON or is_masked(reason):
        wrong["reason"] = FieldError("reveal_reason_needed", {"minimum": _SHORTEST_REASON})
    if wrong:
        raise Invalid(fields=wrong)


async def _refusal(session: AsyncSession, actor: Actor, case: Case) -> Forbidden | Refused | None:
    if not may_reveal(actor, case.office_id, case.officer_id):
        return Forbidden("reveal_forbidden")
    if actor.account_id is None:
        return None
    since = clock.now() - timedelta(hours=1)
    if await repository.acts_since(session, actor.account_id, "personal.revealed", since) >= REVEALS_AN_HOUR:
        return Refused("reveal_too_many", {"limit": REVEALS_AN_HOUR}, status=429)
    return None
