"""What requests and answers about cases say."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.enums import CaseStatus, JudgmentKind, PartyRole, Source
from thads_app.api.v1.fields import (
    Answer,
    Body,
    Code,
    Cursor,
    Day,
    Flag,
    Id,
    Money,
    PageSize,
    Text,
    Version,
)
from thads_app.api.v1.names import Names, OfficeRef, OfficerRef
from thads_app.services.case_edits import EDITABLE_PARTIES
from thads_app.services.case_lists import ListedCase
from thads_app.services.case_query import CaseSort
from thads_app.services.cases import CaseDetail, JudgmentInput, ObligationInput, PartyInput

MOST_PARTIES, MOST_OBLIGATIONS = 5_000, 200

# -- requests --------------------------------------------------------------------------------------------------------


class JudgmentBody(Body):
    """The judgment a case comes from."""

    number: Annotated[Text, Field(min_length=1, max_length=80)]
    judgment_date: Day
    issuing_body: Annotated[Text, Field(min_length=1, max_length=200)]
    kind: JudgmentKind

    def as_input(self) -> JudgmentInput:
        """As the services take it."""
        return JudgmentInput(**self.model_dump())


class PartyBody(Body):
    """A person or organisation of a case. A masked number, sent back as it was shown, keeps the number there is."""

    id: Id | None = None
    role: PartyRole
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    id_number: Annotated[Text, Field(max_length=40)] | None = None
    telephone: Annotated[Text, Field(max_length=40)] | None = None
    bank_account: Annotated[Text, Field(max_length=120, description="Number, then the bank's name")] | None = None
    address: Annotated[Text, Field(max_length=300)] | None = None

    def as_input(self) -> PartyInput:
        """As the services take it."""
        return PartyInput(**self.model_dump())


class ObligationBody(Body):
    """Money (`amount`, đồng) or an act (amount 0) that is owed."""

    content: Annotated[Text, Field(min_length=1, max_length=1000)]
    amount: Money = 0
    state_revenue: Flag = False

    def as_input(self) -> ObligationInput:
        """As the services take it."""
        return ObligationInput(**self.model_dump())


class NewCase(Body):
    """A case to register. Its amount is the sum of its obligations."""

    office: Code
    decision_number: Annotated[Text, Field(min_length=1, max_length=60)]
    decision_date: Day
    source: Source
    received_entrustment: Flag = False
    judgment: JudgmentBody
    parties: Annotated[list[PartyBody], Field(min_length=1, max_length=MOST_PARTIES)]
    obligations: Annotated[list[ObligationBody], Field(default_factory=list, max_length=MOST_OBLIGATIONS)]
    state_revenue: Flag = False
    credit_institution: Flag = False
    officer: Code | None = None
    assigned_on: Day | None = None
    request_id: UUID | None = None


class CaseChanges(Body):
    """What to change of a case's particulars; what is left out or null stays. `version` is that of the case as read."""

    version: Version
    decision_number: Annotated[Text, Field(min_length=1, max_length=60)] | None = None
    source: Source | None = None
    received_entrustment: Flag | None = None
    state_revenue: Flag | None = None
    credit_institution: Flag | None = None
    judgment: JudgmentBody | None = None
    parties: Annotated[list[PartyBody], Field(min_length=1, max_length=EDITABLE_PARTIES)] | None = None
    obligations: Annotated[list[ObligationBody], Field(max_length=MOST_OBLIGATIONS)] | None = None


class CaseFilters(Body):
    """The same conditions as the list on screen; several values of one name mean any of them."""

    office: Code | None = None
    officer: Annotated[list[Code], Field(default_factory=list, max_length=20)]
    mine: bool = False
    unassigned: bool = False
    status: Annotated[list[CaseStatus], Field(default_factory=list, max_length=20)]
    open: bool = False
    closed: bool = False
    kind: Annotated[list[JudgmentKind], Field(default_factory=list, max_length=20)]
    source: Source | None = None
    state_revenue: bool | None = None
    credit_institution: bool | None = None
    decided_from: Day | None = None
    decided_to: Day | None = None
    amount_min: Annotated[int, Field(ge=0, le=10**15)] | None = None
    amount_max: Annotated[int, Field(ge=0, le=10**15)] | None = None
    year: Annotated[int, Field(ge=2000, le=2100, description="Statistical year the case stood in")] | None = None
    q: Annotated[Text, Field(max_length=200, description="Words of numbers and names, without accents")] = ""
    sort: CaseSort = CaseSort.DATE
    ascending: bool = False
    limit: PageSize = 50
    cursor: Cursor = ""


# -- answers ---------------------------------------------------------------------------------------------------------


class CaseRow(Answer):
    """A case as lists show it. Money in đồng."""

    id: int
    version: int
    decision_number: str
    decision_date: date
    source: Source
    judgment_kind: JudgmentKind
    debtor_name: str
    creditor_name: str | None
    office: OfficeRef
    officer: OfficerRef | None
    status: CaseStatus
    status_since: date
    amount: int
    collected: int
    outstanding: int


class CaseList(Answer):
    """One page. `count` is that of the whole list, and only a lower bound when `count_exceeded`."""

    items: list[CaseRow]
    count: int
    count_exceeded: bool
    next: str | None
    previous: str | None


class JudgmentAnswer(Answer):
    """The judgment a case comes from."""

    number: str
    judgment_date: date
    issuing_body: str
    kind: JudgmentKind


class PartyAnswer(Answer):
    """A person or organisation of a case; numbers are masked but for their last three characters."""

    id: int
    role: PartyRole
    name: str
    id_number: str | None
    telephone: str | None
    bank_account: str | None
    address: str | None


class ObligationAnswer(Answer):
    """Money or an act that is owed."""

    content: str
    amount: int
    state_revenue: bool


class CaseAnswer(Answer):
    """A case whole. `parties` holds the first ones, `party_count` says how many there are. Money in đồng."""

    id: int
    version: int
    decision_number: str
    decision_date: date
    source: Source
    received_entrustment: bool
    state_revenue: bool
    credit_institution: bool
    judgment: JudgmentAnswer
    registered_office: OfficeRef
    office: OfficeRef
    officer: OfficerRef | None
    status: CaseStatus
    status_since: date
    last_event_date: date
    closed_on: date | None
    amount: int
    collected: int
    outstanding: int
    parties: list[PartyAnswer]
    party_count: int
    obligations: list[ObligationAnswer]


class RegisteredAnswer(Answer):
    """The case made; `late`: its decision is of a month already closed."""

    id: int
    decision_number: str
    late: bool


class Change(Answer):
    """A field before and now, in words."""

    before: str
    now: str


class EditedAnswer(Answer):
    """The new version, and which fields changed."""

    id: int
    version: int
    changed: dict[str, Change]


def case_row(case: ListedCase, names: Names) -> CaseRow:
    """A row of a list."""
    return CaseRow(
        id=case.id,
        version=case.version,
        decision_number=case.decision_number,
        decision_date=case.decision_date,
        source=case.source,
        judgment_kind=case.judgment_kind,
        debtor_name=case.debtor_name,
        creditor_name=case.creditor_name,
        office=names.office(case.office_id),
        officer=names.officer(case.officer_id),
        status=case.status,
        status_since=case.status_since,
        amount=case.amount,
        collected=case.collected,
        outstanding=case.outstanding,
    )


def case_answer(case: CaseDetail, names: Names) -> CaseAnswer:
    """A case whole."""
    return CaseAnswer(
        id=case.id,
        version=case.version,
        decision_number=case.decision_number,
        decision_date=case.decision_date,
        source=case.source,
        received_entrustment=case.received_entrustment,
        state_revenue=case.state_revenue,
        credit_institution=case.credit_institution,
        judgment=JudgmentAnswer(
            number=case.judgment_number,
            judgment_date=case.judgment_date,
            issuing_body=case.issuing_body,
            kind=case.judgment_kind,
        ),
        registered_office=names.office(case.registered_office_id),
        office=names.office(case.office_id),
        officer=names.officer(case.officer_id),
        status=case.status,
        status_since=case.status_since,
        last_event_date=case.last_event_date,
        closed_on=case.closed_on,
        amount=case.amount,
        collected=case.collected,
        outstanding=case.outstanding,
        parties=[PartyAnswer.model_validate(party) for party in case.parties],
        party_count=case.party_count,
        obligations=[ObligationAnswer.model_validate(owed) for owed in case.obligations],
    )
