"""Reading one case whole: who, how much, what happened, who recorded it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, CaseEvent, Judgment, Party, StaffMember
from models.enums import CaseStatus, EventType, JudgmentKind, PartyRole, Source
from models.personal_enums import PersonalField
from thads_app import clock, db
from thads_app.errors import NotFound
from thads_app.repositories import cases as repository
from thads_app.rules.history import History, replay
from thads_app.rules.personal_data import mask, mask_text
from thads_app.rules.rights import Actor, Permission
from thads_app.services.case_reading import note_reading
from thads_app.services.office_tree import office_tree
from thads_app.services.registration import (
    JudgmentInput,
    ObligationInput,
    PartyInput,
    RegisterCase,
    RegisteredCase,
    register_case,
)

__all__ = [
    "CaseDetail",
    "JudgmentInput",
    "ObligationInput",
    "ObligationView",
    "PartyInput",
    "PartyView",
    "RegisterCase",
    "RegisteredCase",
    "TimelineEntry",
    "case_detail",
    "party_view",
    "register_case",
]


@dataclass(frozen=True)
class PartyView:
    """A party as shown: its numbers masked. The whole of one is asked for by `services.personal_data.reveal`."""

    id: int
    role: PartyRole
    name: str
    id_number: str | None
    telephone: str | None
    bank_account: str | None
    address: str | None


def party_view(party: Party) -> PartyView:
    """A party's row as shown."""
    numbers = {field.value: mask(field, getattr(party, field)) or None for field in PersonalField}
    return PartyView(id=party.id or 0, role=party.role, name=party.name, address=party.address, **numbers)


@dataclass(frozen=True)
class ObligationView:
    """An obligation as shown; `amount` in đồng."""

    id: int
    content: str
    amount: int
    state_revenue: bool


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a case's story: an event, or the day it passed to a successor office (`event_id` None).

    `staff_id` and `office_id` are those `officer` and `office` name.
    `on_behalf_of` is in whose stead it was recorded, `confirmed_by` the second person of a large completion.
    `booked` is the đồng the event moved; `corrected_by` the correction that struck it out, `corrects` what it strikes
    out.
    """

    event_id: int | None
    type: EventType | None
    business_date: date
    recorded_at: datetime | None
    recorded_by: str
    booked: int
    officer: str
    office: str
    document_number: str
    ground: str
    note: str
    late: bool
    status_after: CaseStatus | None
    corrects: int | None
    corrected_by: int | None
    handover_id: int | None
    correctable: bool
    staff_id: int | None = None
    office_id: int | None = None
    on_behalf_of: str = ""
    confirmed_by: str = ""


@dataclass(frozen=True)
class CaseDetail:
    """Everything a case page shows. Money in đồng; the timeline is newest first."""

    id: int
    version: int
    decision_number: str
    decision_date: date
    source: Source
    received_entrustment: bool
    state_revenue: bool
    credit_institution: bool
    registered_office_id: int
    registered_office: str
    office_id: int
    office_code: str
    office: str
    officer_id: int | None
    officer: str
    status: CaseStatus
    status_since: date
    last_event_date: date
    closed_on: date | None
    amount: int
    outstanding: int
    collected: int
    debtor_name: str
    creditor_name: str | None
    judgment_number: str
    judgment_date: date
    issuing_body: str
    judgment_kind: JudgmentKind
    parties: list[PartyView]
    party_count: int
    obligations: list[ObligationView]
    timeline: list[TimelineEntry]


async def case_detail(actor: Actor, case_id: int) -> CaseDetail:
    """One case with its people, obligations and timeline. Who is not responsible for it leaves a trace.

    Raises:
        NotFound: no such case in the actor's offices.
    """
    async with db.session(actor) as session:
        case = await repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None or case.id is None:
            raise NotFound
        judgment = await session.get(Judgment, case.judgment_id)
        assert judgment is not None
        rows = list(await repository.events_of(session, case.id))
        names = await _names(session, rows, case.officer_id)
        parties = await repository.parties_of(session, case.id)
        tree = await office_tree()
        note_reading(actor, case, tree)
        history = replay(
            [repository.history_event(row) for row in rows],
            office_id=case.registered_office_id,
            source=case.source,
            offices=tree.line,
            today=clock.today(),
        )
        office_names = {node.id: node.short_name for node in tree.nodes.values()}
        return CaseDetail(
            id=case.id,
            version=case.version,
            decision_number=case.decision_number,
            decision_date=case.decision_date,
            source=case.source,
            received_entrustment=case.received_entrustment,
            state_revenue=case.state_revenue,
            credit_institution=case.credit_institution,
            registered_office_id=case.registered_office_id,
            registered_office=office_names[case.registered_office_id],
            office_id=case.office_id,
            office_code=tree.nodes[case.office_id].code,
            office=office_names[case.office_id],
            officer_id=case.officer_id,
            officer=names.staff.get(case.officer_id or 0, ""),
            status=case.status,
            status_since=case.status_since,
            last_event_date=case.last_event_date,
            closed_on=case.closed_on,
            amount=case.amount,
            outstanding=case.outstanding,
            collected=case.collected,
            debtor_name=case.debtor_name,
            creditor_name=case.creditor_name,
            judgment_number=judgment.number,
            judgment_date=judgment.judgment_date,
            issuing_body=judgment.issuing_body,
            judgment_kind=case.judgment_kind,
            parties=[party_view(party) for party in parties],
            party_count=await repository.party_count(session, case.id),
            obligations=[
                ObligationView(o.id or 0, mask_text(o.content), o.amount, o.state_revenue)
                for o in await repository.obligations_of(session, case.id)
            ],
            timeline=_timeline(rows, history, names, office_names),
        )


@dataclass(frozen=True)
class _Names:
    accounts: dict[int, str]
    staff: dict[int, str]


async def _names(session: AsyncSession, rows: list[CaseEvent], officer_id: int | None) -> _Names:
    people = {person for row in rows for person in (row.recorded_by, row.on_behalf_of, row.confirmed_by)}
    account_ids = people - {None}
    staff_ids = {row.staff_id for row in rows} | {officer_id}
    accounts = await session.execute(
        select(col(Account.id), col(Account.full_name)).where(col(Account.id).in_(account_ids))
    )
    staff = await session.execute(
        select(col(StaffMember.id), col(StaffMember.full_name)).where(col(StaffMember.id).in_(staff_ids))
    )
    return _Names(
        {account: name for account, name in accounts if account is not None},
        {person: name for person, name in staff if person is not None},
    )


def _timeline(rows: list[CaseEvent], history: History, names: _Names, offices: dict[int, str]) -> list[TimelineEntry]:
    corrected_by = {row.corrects_id: row.id for row in rows}
    entries = [_event_entry(row, history, names, offices, corrected_by.get(row.id) if row.id else None) for row in rows]
    entries += [
        _move_entry(move.day, offices[move.to_office_id], move.to_office_id)
        for move in history.moves
        if move.day <= clock.today()
    ]
    order = {id(entry): position for position, entry in enumerate(entries)}
    # Newest first; a move to a successor office happens before anything else of its day.
    return sorted(entries, key=lambda e: (e.business_date, e.event_id is not None, order[id(e)]), reverse=True)


def _event_entry(
    row: CaseEvent, history: History, names: _Names, offices: dict[int, str], corrected_by: int | None
) -> TimelineEntry:
    key = row.id or 0
    struck = corrected_by is not None
    return TimelineEntry(
        event_id=row.id,
        type=row.type,
        business_date=row.business_date,
        recorded_at=row.recorded_at,
        recorded_by=names.accounts.get(row.recorded_by or 0, "Vận hành hệ thống"),
        booked=(row.amount or 0) if struck else history.booked.get(key, 0),
        officer=names.staff.get(row.staff_id or 0, ""),
        office=offices.get(row.receiving_office_id or 0, ""),
        document_number=row.document_number or "",
        ground=mask_text(row.ground or ""),
        note=mask_text(row.note or ""),
        late=row.late,
        status_after=history.statuses.get(key),
        corrects=row.corrects_id,
        corrected_by=corrected_by,
        handover_id=row.handover_id,
        correctable=not struck and row.type not in (EventType.REGISTERED, EventType.CORRECTED),
        staff_id=row.staff_id,
        office_id=row.receiving_office_id,
        on_behalf_of=names.accounts.get(row.on_behalf_of or 0, ""),
        confirmed_by=names.accounts.get(row.confirmed_by or 0, ""),
    )


def _move_entry(day: date, office: str, office_id: int) -> TimelineEntry:
    return TimelineEntry(
        event_id=None,
        type=None,
        business_date=day,
        recorded_at=None,
        recorded_by="",
        booked=0,
        officer="",
        office=office,
        document_number="",
        ground="",
        note="",
        late=False,
        status_after=None,
        corrects=None,
        corrected_by=None,
        handover_id=None,
        correctable=False,
        office_id=office_id,
    )
