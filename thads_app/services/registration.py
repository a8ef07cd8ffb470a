"""Registering a case: one enforcement decision, its judgment, parties and obligations, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, CaseEvent, Judgment, Obligation, Party
from models.cases import REGISTRATION_BOOK
from models.enums import CaseStatus, EventType, JudgmentKind, PartyRole, Source
from models.personal_enums import PersonalField
from thads_app import clock
from thads_app.db import beyond_scope, unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, Refused
from thads_app.repositories import cases as repository
from thads_app.repositories.base import hold_delta_lock, write_audit
from thads_app.rules.lateness import is_late
from thads_app.rules.offices import OfficeTree
from thads_app.rules.personal_data import is_masked, tidy_id_number
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import normalise, sort_key
from thads_app.services.event_counts import acting_for
from thads_app.services.events import RecordEvent, TypedText, append_event, recount_case
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

MAX_AMOUNT = 10**15
"""A million billion đồng: more than any judgment, far less than the column holds."""
EARLIEST = date(1990, 1, 1)


class JudgmentInput(TypedText):
    """The judgment as typed."""

    number: str = Field(default="", max_length=80)
    judgment_date: date | None = None
    issuing_body: str = Field(default="", max_length=200)
    kind: JudgmentKind | None = None


class PartyInput(TypedText):
    """One party as typed. `id` is the party's own in an edit: a number left as it was shown, masked, stays as it is."""

    role: PartyRole
    name: str = Field(default="", max_length=200)
    id_number: str | None = Field(default=None, max_length=40)
    telephone: str | None = Field(default=None, max_length=40)
    bank_account: str | None = Field(default=None, max_length=120)
    address: str | None = Field(default=None, max_length=300)
    id: int | None = None


class ObligationInput(TypedText):
    """One obligation as typed; `amount` in đồng, 0 for an act."""

    content: str = Field(default="", max_length=1000)
    amount: int = 0
    state_revenue: bool = False


class RegisterCase(TypedText):
    """Everything the intake form says. The case's amount is the sum of its obligations."""

    office_id: int
    decision_number: str = Field(default="", max_length=60)
    decision_date: date | None = None
    source: Source | None = None
    received_entrustment: bool = False
    judgment: JudgmentInput
    parties: list[PartyInput]
    obligations: list[ObligationInput] = Field(default_factory=list[ObligationInput])
    state_revenue: bool = False
    credit_institution: bool = False
    staff_id: int | None = None
    assigned_on: date | None = None
    request_id: UUID | None = None


@dataclass(frozen=True)
class RegisteredCase:
    """The case made. `late` marks a decision of a month already closed."""

    case_id: int
    decision_number: str
    late: bool


async def register_case(actor: Actor, command: RegisterCase, *, now: datetime | None = None) -> RegisteredCase:
    """Make a case from an enforcement decision; assign it at once when an officer is named.

    Law 26/2008/QH12 Đ.35-36; NĐ 152/2026 Đ.8, Đ.11: one enforcement decision is one case.

    Raises:
        Forbidden: the actor may not register for that office.
        Invalid: fields are wrong, all of them named. Refused: the number is taken.
    """
    moment = now or clock.now()
    tree = await office_tree()
    if command.office_id not in tree.nodes or not actor.may_in(Permission.CASE_CREATE, command.office_id):
        raise Forbidden("forbidden_office")
    found = registration_errors(command, tree, clock.vietnam_day(moment))
    if found:
        raise Invalid(fields=found)
    try:
        async with unit_of_work(actor) as session:
            return await _register(session, actor, command, moment)
    except IntegrityError as clash:
        if "uq_cases_decision" in str(clash.orig):
            raise _taken(command) from None
        raise


def registration_errors(command: RegisterCase, tree: OfficeTree, today: date) -> dict[str, FieldError]:
    """Every field of an intake form that is wrong, by its name (`parties.0.name`, `obligations.1.amount` …)."""
    found: dict[str, FieldError] = {}

    def need(name: str, value: object, code: str = "required") -> None:
        if value in (None, ""):
            found.setdefault(name, FieldError(code))

    need("decision_number", command.decision_number)
    need("source", command.source)
    need("judgment.number", command.judgment.number)
    need("judgment.issuing_body", command.judgment.issuing_body)
    need("judgment.kind", command.judgment.kind)
    _date_errors(command, tree, today, found, need)
    _party_errors(command, found, need)
    _obligation_errors(command, found, need)
    return found


def _date_errors(
    command: RegisterCase,
    tree: OfficeTree,
    today: date,
    found: dict[str, FieldError],
    need: Callable[[str, object], None],
) -> None:
    decided, judged = command.decision_date, command.judgment.judgment_date
    need("decision_date", decided)
    need("judgment.judgment_date", judged)
    for name, day in (("decision_date", decided), ("judgment.judgment_date", judged)):
        if day is not None and day > today:
            found[name] = FieldError("date_in_future", {"date": day})
        elif day is not None and day < EARLIEST:
            found[name] = FieldError("date_too_early", {"date": day})
    if decided and judged and judged > decided:
        found.setdefault("judgment.judgment_date", FieldError("judgment_after_decision", {"date": decided}))
    office = tree.nodes[command.office_id]
    if decided and "decision_date" not in found and not office.valid_on(decided):
        found["decision_date"] = FieldError("office_not_valid_on", {"office": office.name, "date": decided})
    if command.staff_id is not None and command.assigned_on is not None and decided:
        if command.assigned_on < decided:
            found["assigned_on"] = FieldError("assigned_before_decision", {"date": decided})
        elif command.assigned_on > today:
            found["assigned_on"] = FieldError("date_in_future", {"date": command.assigned_on})


def _party_errors(command: RegisterCase, found: dict[str, FieldError], need: Callable[[str, object], None]) -> None:
    if not any(party.role is PartyRole.DEBTOR for party in command.parties):
        found["parties"] = FieldError("debtor_needed")
    for index, party in enumerate(command.parties):
        need(f"parties.{index}.name", party.name)
        for field in PersonalField:
            if is_masked(getattr(party, field)):
                found[f"parties.{index}.{field}"] = FieldError("masked_value")


def _obligation_errors(
    command: RegisterCase, found: dict[str, FieldError], need: Callable[[str, object], None]
) -> None:
    total = 0
    for index, obligation in enumerate(command.obligations):
        need(f"obligations.{index}.content", obligation.content)
        if is_masked(obligation.content):
            found[f"obligations.{index}.content"] = FieldError("masked_value")
        if obligation.amount < 0:
            found[f"obligations.{index}.amount"] = FieldError("amount_negative")
        total += obligation.amount
        if total > MAX_AMOUNT:
            found.setdefault(f"obligations.{index}.amount", FieldError("amount_too_large"))


def _taken(command: RegisterCase) -> Invalid:
    year = command.decision_date.year if command.decision_date else 0
    return Invalid(
        fields={"decision_number": FieldError("decision_taken", {"number": command.decision_number, "year": year})}
    )


async def _register(session: AsyncSession, actor: Actor, command: RegisterCase, moment: datetime) -> RegisteredCase:
    await hold_delta_lock(session)
    assert command.decision_date is not None
    async with beyond_scope(session, "a request or a decision number may belong to a case that has passed on"):
        before = await repository.event_by_request(session, command.request_id) if command.request_id else None
        taken = await repository.decision_taken(
            session, command.office_id, command.decision_number, command.decision_date.year, REGISTRATION_BOOK
        )
    if before is not None:
        if before.recorded_by != actor.account_id or before.type is not EventType.REGISTERED:
            raise Refused("request_used")
        return RegisteredCase(before.case_id, command.decision_number, before.late)
    if taken:
        raise _taken(command)
    judgment = await _judgment(session, command.judgment)
    case = await _case_row(session, actor, command, judgment)
    event = await _registration_event(session, actor, command, case, moment)
    await _people(session, command, case)
    assert case.id is not None
    assert event.id is not None
    await recount_case(session, case, event_id=event.id, moment=moment)
    await write_audit(
        session,
        actor,
        "case.registered",
        "case",
        case.id,
        office_id=case.office_id,
        after={"decision_number": case.decision_number, "amount": case.amount},
    )
    if command.staff_id is not None:
        await _assign_at_once(session, actor, command, case.id, moment)
    return RegisteredCase(case.id, case.decision_number, event.late)


async def _assign_at_once(
    session: AsyncSession, actor: Actor, command: RegisterCase, case_id: int, moment: datetime
) -> None:
    assert command.decision_date is not None
    day = command.assigned_on or command.decision_date
    await append_event(
        session,
        actor,
        RecordEvent(case_id=case_id, type=EventType.ASSIGNED, business_date=day, staff_id=command.staff_id),
        now=moment,
    )


async def _judgment(session: AsyncSession, typed: JudgmentInput) -> Judgment:
    assert typed.judgment_date is not None
    assert typed.kind is not None
    key = normalise(typed.number).replace(" ", "")
    known = await repository.find_judgment(session, key, typed.judgment_date, typed.issuing_body)
    if known is not None and known.kind == typed.kind:
        return known
    judgment = Judgment(
        number=typed.number,
        number_key=key,
        judgment_date=typed.judgment_date,
        issuing_body=typed.issuing_body,
        kind=typed.kind,
    )
    session.add(judgment)
    await session.flush()
    return judgment


def people_columns(decision_number: str, judgment_number: str, parties: list[tuple[PartyRole, str]]) -> dict[str, Any]:
    """The columns of a case that follow from its people and numbers: names shown, sort key, search words."""
    debtors = [name for role, name in parties if role is PartyRole.DEBTOR]
    creditors = [name for role, name in parties if role is PartyRole.CREDITOR]
    words = repository.search_text([decision_number, judgment_number, *(name for _, name in parties)])
    return {
        "debtor_name": debtors[0],
        "debtor_key": sort_key(debtors[0])[:250],
        "creditor_name": creditors[0] if creditors else None,
        "search": repository.search_vector(words),
    }


async def _case_row(session: AsyncSession, actor: Actor, command: RegisterCase, judgment: Judgment) -> Case:
    assert command.decision_date is not None
    assert command.source is not None
    assert command.judgment.kind is not None
    assert judgment.id is not None
    total = sum(obligation.amount for obligation in command.obligations)
    case = Case(
        registered_office_id=command.office_id,
        office_id=command.office_id,
        decision_number=command.decision_number,
        decision_date=command.decision_date,
        decision_year=command.decision_date.year,
        source=command.source,
        received_entrustment=command.received_entrustment,
        judgment_id=judgment.id,
        judgment_kind=command.judgment.kind,
        state_revenue=command.state_revenue or any(o.state_revenue for o in command.obligations),
        credit_institution=command.credit_institution,
        amount=total,
        outstanding=total,
        status=CaseStatus.IN_PROGRESS,
        status_since=command.decision_date,
        last_event_date=command.decision_date,
        version=0,
        created_by=actor.account_id,
        **people_columns(
            command.decision_number, judgment.number, [(party.role, party.name) for party in command.parties]
        ),
    )
    session.add(case)
    await session.flush()
    return case


async def _registration_event(
    session: AsyncSession, actor: Actor, command: RegisterCase, case: Case, moment: datetime
) -> CaseEvent:
    assert case.id is not None
    recorded_on = clock.vietnam_day(moment)
    event = CaseEvent(
        case_id=case.id,
        sequence=1,
        type=EventType.REGISTERED,
        business_date=case.decision_date,
        recorded_at=moment,
        recorded_by=actor.account_id,
        on_behalf_of=acting_for(actor, Permission.CASE_CREATE, case.registered_office_id),
        office_id=case.registered_office_id,
        amount=case.amount,
        document_number=command.decision_number,
        payload={},
        late=is_late(case.decision_date, recorded_on, get_settings().late_after_working_days),
        request_id=command.request_id,
    )
    session.add(event)
    await session.flush()
    return event


async def _people(session: AsyncSession, command: RegisterCase, case: Case) -> None:
    assert case.id is not None
    for position, party in enumerate(command.parties, start=1):
        session.add(
            Party(
                case_id=case.id,
                role=party.role,
                name=party.name,
                id_number=tidy_id_number(party.id_number),
                telephone=party.telephone or None,
                bank_account=party.bank_account or None,
                address=party.address or None,
                position=position,
            )
        )
    for position, owed in enumerate(command.obligations, start=1):
        session.add(
            Obligation(
                case_id=case.id,
                content=owed.content,
                amount=owed.amount,
                state_revenue=owed.state_revenue,
                position=position,
            )
        )
    await session.flush()
