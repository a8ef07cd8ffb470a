"""Conflicts of interest: declaring and ending them, and refusing what they forbid.

An officer does not enforce for or against a relative (Law 26/2008/QH12 Đ.21.5), and is not the accountant of the
office that handles the case (TT 78/2020/TT-BTC Đ.8).
"""

from collections.abc import Sequence
from datetime import date, datetime

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, Case, ConflictOfInterest, Party, StaffMember
from models.guard_enums import Kinship
from thads_app import clock
from thads_app.db import beyond_scope, unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.repositories import cases as case_repository
from thads_app.repositories import conflicts as repository
from thads_app.repositories import handovers as people
from thads_app.repositories import offices as office_repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.conflicts import Declared
from thads_app.rules.guards import SHORTEST_IDENTITY, article_of, identity_key
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.rights import Actor, Permission
from thads_app.services.event_commands import TypedText
from thads_app.services.office_tree import office_tree

TOLD_CASES = 50
REASON_LIMIT = 500


class DeclareConflict(TypedText):
    """What an officer, or the head for them, declares: with a case, with an identity number, or with a colleague.

    `party_id` names a party of the case, whose name and number are taken over unseen; `colleague_id` an account.
    """

    staff_id: int
    relation: Kinship
    person: str = Field(default="", max_length=200)
    identity: str = Field(default="", max_length=40)
    case_id: int | None = None
    party_id: int | None = None
    colleague_id: int | None = None
    declared_on: date | None = None
    note: str = Field(default="", max_length=500)


# -- what they forbid ------------------------------------------------------------------------------------------------


async def declared_refusal(session: AsyncSession, staff_id: int, case_id: int) -> Refusal | None:
    """Why this person may not enforce this case, if a relative is in it.

    The caller may see the case, and the declarations of the person: their own, or those of their offices' officers.
    """
    said = (await repository.declared_for(session, staff_id, [case_id])).get(case_id)
    return relative_refusal(said) if said else None


async def relative_refusals(session: AsyncSession, staff_id: int, case_ids: Sequence[int]) -> dict[int, Refusal]:
    """The cases of these that the officer may not be given, each with its reason. The caller may see the cases."""
    async with beyond_scope(session, "a declaration follows its officer, and forbids every case of the relative"):
        found = await repository.declared_for(session, staff_id, case_ids)
    return {case_id: relative_refusal(said) for case_id, said in found.items()}


async def assignment_refusal(
    session: AsyncSession, staff_id: int, *, case_id: int, office_id: int, day: date
) -> Refusal | None:
    """Why the case may not be given to this officer: a relative is in it, or they are the office's accountant.

    Args:
        session: the transaction.
        staff_id: the officer.
        case_id: a case the caller may see.
        office_id: the office that would be responsible.
        day: the day of the assignment.
    """
    relative = (await relative_refusals(session, staff_id, [case_id])).get(case_id)
    return relative or await accountant_refusal(session, staff_id, office_id=office_id, day=day)


async def accountant_refusal(session: AsyncSession, staff_id: int, *, office_id: int, day: date) -> Refusal | None:
    """Why this person may not be officer at the office, if they are its accountant that day."""
    tree = await office_tree()
    for granted in await repository.accountant_offices(session, staff_id, day):
        if tree.grant_scope(granted).holds(office_id):
            officer = await session.get(StaffMember, staff_id)
            name = officer.full_name if officer else ""
            return Refusal("officer_is_accountant", "officer", (("officer", name),))
    return None


def relative_refusal(said: Declared) -> Refusal:
    """The refusal a declaration stands for, with what its sentence names."""
    params = (
        ("officer", said.officer),
        ("person", said.person),
        ("relation", said.relation),
        ("article", article_of(said.relation)),
    )
    return Refusal("officer_is_relative", "officer", params)


# -- declaring -------------------------------------------------------------------------------------------------------


async def declare(actor: Actor, command: DeclareConflict, *, now: datetime | None = None) -> int:
    """Declare a conflict of interest; return its id. Heads are told of open cases the officer already holds.

    Raises:
        NotFound: the case or the officer is outside the actor's reach.
        Forbidden: the actor is neither the officer nor somebody who assigns cases there. Invalid: fields are wrong.
    """
    moment = now or clock.now()
    today = clock.vietnam_day(moment)
    async with unit_of_work(actor) as session:
        officer = await session.get(StaffMember, command.staff_id)
        if officer is None:
            raise NotFound
        office_id = await _office_of_declaration(session, actor, command, today)
        command = await _with_person(session, command, officer)
        key = identity_key(command.identity)
        errors = _errors(command, key, today)
        if errors:
            raise Invalid(fields=errors)
        row = ConflictOfInterest(
            staff_id=command.staff_id,
            relation=command.relation,
            person=command.person,
            person_key=key or None,
            case_id=command.case_id,
            colleague_id=command.colleague_id,
            note=command.note or None,
            declared_on=command.declared_on or today,
            declared_at=moment,
            declared_by=actor.account_id,
        )
        async with beyond_scope(session, "a declaration follows its officer, and forbids every case of the relative"):
            session.add(row)
            await session.flush()
            await _tell_heads(session, actor, row, officer.full_name, today)
        detail: dict[str, object] = {"staff": officer.full_name, "relation": str(command.relation)}
        if command.case_id is not None:
            detail["case"] = command.case_id
        await write_audit(session, actor, "conflict.declared", "conflict", row.id, office_id=office_id, detail=detail)
        return row.id or 0


async def _with_person(session: AsyncSession, command: DeclareConflict, officer: StaffMember) -> DeclareConflict:
    """The command with the name, and the number, of whom it points at."""
    if command.relation is Kinship.SELF:
        return command.model_copy(update={"person": officer.full_name})
    if command.party_id is not None and command.case_id is not None:
        party = await session.get(Party, command.party_id)
        if party is None or party.case_id != command.case_id:
            raise Invalid(fields={"party_id": FieldError("kind_choose")})
        number = party.id_number if identity_key(party.id_number) else ""
        return command.model_copy(update={"person": party.name, "identity": number})
    if command.colleague_id is not None:
        colleague = await session.get(Account, command.colleague_id)
        if colleague is None:
            raise Invalid(fields={"colleague_id": FieldError("kind_choose")})
        return command.model_copy(update={"person": command.person or colleague.full_name})
    return command


def _errors(command: DeclareConflict, key: str, today: date) -> dict[str, FieldError]:
    errors: dict[str, FieldError] = {}
    if not command.person:
        errors["person"] = FieldError("conflict_person_needed")
    if command.identity and not key:
        errors["identity"] = FieldError("conflict_identity_short", {"minimum": SHORTEST_IDENTITY})
    elif not key and command.case_id is None and command.colleague_id is None:
        errors["identity"] = FieldError("conflict_match_needed")
    if command.declared_on is not None and command.declared_on > today:
        errors["declared_on"] = FieldError("conflict_date_future")
    return errors


async def _office_of_declaration(session: AsyncSession, actor: Actor, command: DeclareConflict, today: date) -> int:
    """The office the declaration is audited under, once the actor has been found entitled to make it."""
    own = actor.staff_id is not None and actor.staff_id == command.staff_id
    offices = await offices_of(session, command.staff_id, today)
    if command.case_id is not None:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), command.case_id)
        if case is None:
            raise NotFound
        assigns = actor.may_in(Permission.CASE_ASSIGN, case.office_id)
        if not own and not (assigns and await _near(case.office_id, offices)):
            raise Forbidden("conflict_forbidden")
        return case.office_id
    there = [office for office in offices if actor.may_in(Permission.CASE_ASSIGN, office)]
    if not own and not there:
        raise Forbidden("conflict_forbidden")
    return (there or offices or [actor.office_id])[0]


async def _near(office_id: int, offices: Sequence[int]) -> bool:
    """Whether one of the offices lies in the same province today: cases go no further by assignment."""
    tree = await office_tree()
    province = tree.province_today(office_id)
    return any(tree.province_today(office) == province for office in offices)


async def offices_of(session: AsyncSession, staff_id: int, day: date) -> list[int]:
    """Where somebody is posted that day, as the postings name the offices."""
    return [
        posting.office_id
        for posting in await office_repository.postings_of(session, [staff_id])
        if (posting.valid_from is None or posting.valid_from <= day)
        and (posting.valid_to is None or day <= posting.valid_to)
    ]


async def _tell_heads(session: AsyncSession, actor: Actor, row: ConflictOfInterest, officer: str, today: date) -> None:
    tree = await office_tree()
    for case in await repository.cases_held(session, row, TOLD_CASES):
        heads = await people.accounts_heading(session, [tree.line.today(case.office_id)], today)
        message = sentence("notice_conflict", officer=officer, number=case.decision_number, relation=row.relation)
        await people.notify(session, heads - {actor.account_id or 0}, message, f"/ho-so/{case.id}")


async def tell_of_relative(session: AsyncSession, case: Case, today: date) -> None:
    """Tell heads when the parties of a case, as they are now, include a declared relative of its officer."""
    if case.officer_id is None or case.closed_on is not None:
        return
    found = (await relative_refusals(session, case.officer_id, [case.id or 0])).get(case.id or 0)
    if found is None:
        return
    said = dict(found.params)
    tree = await office_tree()
    heads = await people.accounts_heading(session, [tree.line.today(case.office_id)], today)
    message = sentence(
        "notice_conflict", officer=said["officer"], number=case.decision_number, relation=said["relation"]
    )
    await people.notify(session, heads, message, f"/ho-so/{case.id}")


async def end(actor: Actor, conflict_id: int, reason: str, *, now: datetime | None = None) -> None:
    """End a declaration, saying why (it was wrong, the marriage was dissolved …). It stays on record.

    Raises:
        NotFound: no such declaration within reach. Forbidden: the actor may not assign there, or it is their own.
        Invalid: no reason. Refused: it has ended.
    """
    today = clock.vietnam_day(now or clock.now())
    why = reason.strip()
    async with unit_of_work(actor) as session:
        row = await repository.find(session, conflict_id)
        if row is None:
            raise NotFound
        offices = await offices_of(session, row.staff_id, today)
        if not may_end_declaration(actor, row, offices):
            raise Forbidden("conflict_end_forbidden")
        if row.ended_on is not None:
            raise Refused("conflict_ended")
        if not why or len(why) > REASON_LIMIT:
            raise Invalid(fields={"reason": FieldError("reason_needed")})
        row.ended_on, row.ended_by, row.end_reason = max(today, row.declared_on), actor.account_id, why
        await session.flush()
        office_id = offices[0] if offices else actor.office_id
        detail: dict[str, object] = {"reason": why}
        await write_audit(session, actor, "conflict.ended", "conflict", row.id, office_id=office_id, detail=detail)


def may_end_declaration(actor: Actor, row: ConflictOfInterest, offices: Sequence[int]) -> bool:
    """Whether the actor may end a declaration of an officer posted in these offices; never one's own."""
    own = actor.staff_id is not None and actor.staff_id == row.staff_id
    return not own and any(actor.may_in(Permission.CASE_ASSIGN, office) for office in offices)
