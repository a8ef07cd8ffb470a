"""Changing what a case says about itself: judgment, people, obligations, flags. Its state is the events' business.

Two people may have the same case open. An edit carries what its author saw; when somebody else changed any of it
meanwhile, nothing is written and the author is told field by field what changed and by whom.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, Judgment, Obligation, Party
from models.enums import PartyRole
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, StaleVersion
from thads_app.repositories import case_edits as repository
from thads_app.repositories import cases as case_repository
from thads_app.repositories.base import hold_delta_lock, write_audit
from thads_app.repositories.case_history import CaseHandover, handovers_of
from thads_app.rules.personal_data import tidy_id_number
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services.case_lists import judgment_key
from thads_app.services.case_particulars import Particulars, differences, kept, seal_of, shown
from thads_app.services.case_reading import note_reading
from thads_app.services.cases import PartyView, party_view
from thads_app.services.conflicts import tell_of_relative
from thads_app.services.events import recount_case, register_again
from thads_app.services.office_tree import office_tree
from thads_app.services.registration import (
    JudgmentInput,
    ObligationInput,
    PartyInput,
    RegisterCase,
    people_columns,
    registration_errors,
)

EDITABLE_PARTIES = 20
"""A case of more parties keeps them as they are: its people come from a list, not from a form."""

PARTIES_SHOWN = 50

_COUNTED = ("source", "judgment.kind", "state_revenue", "credit_institution")


@dataclass(frozen=True)
class EditableCase:
    """A case as it stands before an edit, people's numbers masked; `seal` tells when one of them was changed since."""

    case_id: int
    version: int
    particulars: Particulars
    amount: int
    seal: str


@dataclass(frozen=True)
class EditedCase:
    """What an edit did: the new version and which fields changed, empty when nothing did."""

    case_id: int
    version: int
    changed: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class LogEntry:
    """One line of a case's log: when, who, the audit action, what changed and other details."""

    at: datetime
    by: str
    action: str
    changes: dict[str, object]
    detail: dict[str, object]


async def editable_case(actor: Actor, case_id: int) -> EditableCase:
    """A case with what may be changed of it.

    Raises:
        NotFound: it is outside the actor's offices. Forbidden: the actor may not change it.
    """
    async with db.session(actor) as session:
        case = await _find(session, actor, case_id)
        present = await _particulars(session, case)
        return EditableCase(case_id, case.version, shown(present), case.amount, seal_of(present))


async def edit_case(
    actor: Actor, before: EditableCase, wanted: Particulars, *, now: datetime | None = None
) -> EditedCase:
    """Write the changes of an edit, the figures they move, and one audit row.

    Args:
        actor: who edits.
        before: the case as its author saw it.
        wanted: as it is to be.
        now: the moment, for tests.

    Raises:
        NotFound: it is outside the actor's offices. Forbidden: the actor may not change it.
        Invalid: fields are wrong, all of them named.
        StaleVersion: somebody changed some of these fields meanwhile: `by` whom, and `changes` from what to what.
        Refused: an event of the case would become unlawful.
    """
    moment = now or clock.now()
    try:
        async with unit_of_work(actor) as session:
            return await _edit(session, actor, before, wanted, moment)
    except IntegrityError as clash:
        if "uq_cases_decision" in str(clash.orig):
            raise Invalid(fields={"decision_number": _taken(wanted)}) from None
        raise


async def case_log(actor: Actor, case_id: int) -> list[LogEntry]:
    """Who did what to a case, newest first.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    async with db.session(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        async with db.beyond_scope(session, "a case's log belongs to the case, whichever offices wrote it"):
            rows = await repository.audit_of(session, "case", case_id)
        return [
            LogEntry(entry.at or clock.now(), name or "", entry.action, entry.changes, entry.detail)
            for entry, name in rows
        ]


async def case_handovers(actor: Actor, case_id: int) -> list[CaseHandover]:
    """The handovers a case was sent in, newest first.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    async with db.session(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        async with db.beyond_scope(session, "a case's handovers belong to the case, whichever offices it passed"):
            return await handovers_of(session, case_id)


@dataclass(frozen=True)
class PartyPage:
    """Some parties of a case, and whether there are more behind them."""

    rows: list[PartyView]
    more: bool


async def case_parties(actor: Actor, case_id: int, text: str = "", page: int = 1) -> PartyPage:
    """One page of a case's parties: a case may have tens of thousands.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    offset = (max(1, page) - 1) * PARTIES_SHOWN
    async with db.session(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        note_reading(actor, case, await office_tree())
        found = await repository.parties_page(session, case_id, normalise(text), offset, PARTIES_SHOWN + 1)
        views = [party_view(row) for row in found]
    return PartyPage(views[:PARTIES_SHOWN], len(views) > PARTIES_SHOWN)


async def _find(session: AsyncSession, actor: Actor, case_id: int, *, lock: bool = False) -> Case:
    case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id, lock=lock)
    if case is None:
        raise NotFound
    if not actor.may_in(Permission.CASE_UPDATE, case.office_id):
        raise Forbidden("forbidden_edit")
    return case


async def _particulars(session: AsyncSession, case: Case) -> Particulars:
    assert case.id is not None
    judgment = await session.get(Judgment, case.judgment_id, populate_existing=True)
    assert judgment is not None
    parties: list[PartyInput] | None = None
    if await case_repository.party_count(session, case.id) <= EDITABLE_PARTIES:
        rows = await case_repository.parties_of(session, case.id, EDITABLE_PARTIES)
        parties = [PartyInput.model_validate(party, from_attributes=True) for party in rows]
    owed = await case_repository.obligations_of(session, case.id)
    return Particulars(
        decision_number=case.decision_number,
        decision_date=case.decision_date,
        source=case.source,
        received_entrustment=case.received_entrustment,
        state_revenue=case.state_revenue,
        credit_institution=case.credit_institution,
        judgment=JudgmentInput(
            number=judgment.number,
            judgment_date=judgment.judgment_date,
            issuing_body=judgment.issuing_body,
            kind=case.judgment_kind,
        ),
        parties=parties,
        obligations=[ObligationInput(content=o.content, amount=o.amount, state_revenue=o.state_revenue) for o in owed],
    )


async def _edit(
    session: AsyncSession, actor: Actor, before: EditableCase, wanted: Particulars, moment: datetime
) -> EditedCase:
    await hold_delta_lock(session)
    case = await _find(session, actor, before.case_id, lock=True)
    present = await _particulars(session, case)
    meanwhile = differences(before.particulars, shown(present))
    if not meanwhile and before.seal != seal_of(present):
        meanwhile = {"parties": ("", "số liệu cá nhân đã đổi")}
    if meanwhile:
        async with db.beyond_scope(session, "who edited a case may have done so at an office it has left"):
            by, at = await repository.last_editor(session, before.case_id)
        raise StaleVersion(params={"at": at}, by=by, changes=meanwhile)
    wanted, present = kept(wanted, present), kept(present, present)
    changed = differences(present, wanted)
    if not changed:
        return EditedCase(before.case_id, case.version, {})
    await _check(session, case, present, wanted, clock.vietnam_day(moment))
    await _write(session, case, present, wanted)
    if wanted.parties != present.parties:
        await tell_of_relative(session, case, clock.vietnam_day(moment))
    amount = case.amount
    if wanted.obligations != present.obligations:
        amount = sum(owed.amount for owed in wanted.obligations)
    if amount != case.amount or wanted.decision_date != present.decision_date:
        assert wanted.decision_date is not None
        await register_again(session, actor, case, amount=amount, decision_date=wanted.decision_date, now=moment)
    elif any(name in changed for name in _COUNTED) or case.state_revenue != present.state_revenue:
        events = await case_repository.events_of(session, before.case_id)
        await recount_case(session, case, event_id=events[-1].id or 0, moment=moment)
    else:
        case.version += 1
        await session.flush()
    await write_audit(
        session,
        actor,
        "case.edited",
        "case",
        case.id,
        office_id=case.office_id,
        before={name: pair[0] for name, pair in changed.items()},
        after={name: pair[1] for name, pair in changed.items()},
    )
    return EditedCase(before.case_id, case.version, changed)


async def _check(session: AsyncSession, case: Case, present: Particulars, wanted: Particulars, today: date) -> None:
    command = RegisterCase(
        office_id=case.registered_office_id,
        decision_date=wanted.decision_date,
        decision_number=wanted.decision_number,
        source=wanted.source,
        judgment=wanted.judgment,
        parties=wanted.parties
        if wanted.parties is not None
        else [PartyInput(role=PartyRole.DEBTOR, name=case.debtor_name)],
        obligations=wanted.obligations,
    )
    found = registration_errors(command, await office_tree(), today)
    renamed = wanted.decision_number != present.decision_number or _year(wanted) != _year(present)
    if renamed and not {"decision_number", "decision_date"} & set(found):
        async with db.beyond_scope(session, "a decision number may belong to a case that has passed on"):
            taken = await case_repository.decision_taken(
                session, case.registered_office_id, wanted.decision_number, _year(wanted), case.book
            )
        if taken:
            found["decision_number"] = _taken(wanted)
    if found:
        raise Invalid(fields=found)


def _year(particulars: Particulars) -> int:
    return particulars.decision_date.year if particulars.decision_date else 0


def _taken(wanted: Particulars) -> FieldError:
    return FieldError("decision_taken", {"number": wanted.decision_number, "year": _year(wanted)})


async def _write(session: AsyncSession, case: Case, present: Particulars, wanted: Particulars) -> None:
    assert case.id is not None
    assert wanted.source is not None
    assert wanted.judgment.kind is not None
    if wanted.judgment != present.judgment:
        case.judgment_id = await _judgment_id(session, wanted.judgment)
        case.judgment_kind = wanted.judgment.kind
    case.decision_number = wanted.decision_number
    case.source = wanted.source
    case.received_entrustment = wanted.received_entrustment
    case.state_revenue = wanted.state_revenue or any(owed.state_revenue for owed in wanted.obligations)
    case.credit_institution = wanted.credit_institution
    if wanted.parties is not None and wanted.parties != present.parties:
        people = [_party(case.id, position, typed) for position, typed in enumerate(wanted.parties, start=1)]
        await repository.replace_parties(session, case.id, people)
    if wanted.obligations != present.obligations:
        rows = [_owed(case.id, position, typed) for position, typed in enumerate(wanted.obligations, start=1)]
        await repository.replace_obligations(session, case.id, rows)
    everyone = await repository.party_names(session, case.id)
    if everyone:
        for name, value in people_columns(wanted.decision_number, wanted.judgment.number, everyone).items():
            setattr(case, name, value)
    await session.flush()


def _party(case_id: int, position: int, typed: PartyInput) -> Party:
    return Party(
        case_id=case_id,
        role=typed.role,
        name=typed.name,
        id_number=tidy_id_number(typed.id_number),
        telephone=typed.telephone or None,
        bank_account=typed.bank_account or None,
        address=typed.address or None,
        position=position,
    )


def _owed(case_id: int, position: int, typed: ObligationInput) -> Obligation:
    return Obligation(
        case_id=case_id,
        content=typed.content,
        amount=typed.amount,
        state_revenue=typed.state_revenue,
        position=position,
    )


async def _judgment_id(session: AsyncSession, typed: JudgmentInput) -> int:
    """The judgment received before under the same particulars, or a new one: other cases may come from the old."""
    assert typed.judgment_date is not None
    assert typed.kind is not None
    key = judgment_key(typed.number)
    known = await case_repository.find_judgment(session, key, typed.judgment_date, typed.issuing_body)
    if known is None or known.kind != typed.kind or known.number != typed.number:
        known = Judgment(
            number=typed.number,
            number_key=key,
            judgment_date=typed.judgment_date,
            issuing_body=typed.issuing_body,
            kind=typed.kind,
        )
        session.add(known)
        await session.flush()
    assert known.id is not None
    return known.id
