"""Judgments, cases, their parties and obligations, who is assigned, and the events that are the truth of a case."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, Computed, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

from models.columns import (
    big_id_column,
    big_reference,
    enum_column,
    moment_column,
    money_column,
    text_column,
)
from models.enums import CaseStatus, EventType, JudgmentKind, PartyRole, Source

# Register 03 "thụ lý thi hành án" of TT 04/2023/TT-BTP Đ.30: the book an enforcement decision is numbered in.
REGISTRATION_BOOK = "03"

# Year first, then the number's leading figure, so that 9/QĐ comes before 10/QĐ.
DECISION_ORDER = (
    "decision_year::bigint * 10000000 "
    "+ coalesce(substring(decision_number::text, '^[0-9]{1,7}'::text)::bigint, 0::bigint)"
)


class Judgment(SQLModel, table=True):
    """A judgment or decision received from a court, an arbitrator or the competition council."""

    __tablename__ = "judgment"
    __table_args__ = (Index("ix_judgment_number", "number_key", "judgment_date"),)

    id: int | None = Field(default=None, sa_column=big_id_column())
    number: str = Field(sa_column=text_column(80))
    number_key: str = Field(sa_column=text_column(80))
    judgment_date: date
    issuing_body: str = Field(sa_column=text_column(200))
    kind: JudgmentKind = Field(sa_column=enum_column(JudgmentKind, name="kind"))


class Case(SQLModel, table=True):
    """One enforcement decision = one case (Law 26/2008 Đ.3.9). The row is a reading of its events, never hand-edited.

    `office_id` and `officer_id` are who is responsible now; `registered_office_id` issued the decision and names the
    case together with `decision_number` and `decision_year`.
    """

    __tablename__ = "cases"
    __table_args__ = (
        UniqueConstraint(
            "registered_office_id",
            "decision_year",
            "book",
            "decision_number",
            name="uq_cases_decision",
        ),
        CheckConstraint("amount >= 0", name="amount"),
        CheckConstraint("outstanding >= 0", name="outstanding"),
        CheckConstraint("collected >= 0", name="collected"),
        CheckConstraint("decision_year = extract(year from decision_date)", name="decision_year"),
        Index(
            "ix_cases_office_date",
            "office_id",
            text("decision_date desc"),
            text("id desc"),
        ),
        Index("ix_cases_date", text("decision_date desc"), text("id desc")),
        Index(
            "ix_cases_officer_date",
            "officer_id",
            text("decision_date desc"),
            text("id desc"),
        ),
        Index(
            "ix_cases_status_office",
            "status",
            "office_id",
            text("decision_date desc"),
            text("id desc"),
        ),
        Index("ix_cases_search", "search", postgresql_using="gin"),
        Index("ix_cases_number", "decision_order", "id"),
        Index("ix_cases_debtor", "debtor_key", "id"),
        Index("ix_cases_amount", "amount", "id"),
        Index("ix_cases_outstanding", "outstanding", "id"),
        Index("ix_cases_status_since", "status_since", "id"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    registered_office_id: int = Field(foreign_key="office.id")
    office_id: int = Field(foreign_key="office.id")
    officer_id: int | None = Field(default=None, foreign_key="staff_member.id")
    book: str = Field(
        default=REGISTRATION_BOOK,
        sa_column=Column(String(4), nullable=False, server_default="03"),
    )
    decision_number: str = Field(sa_column=text_column(60))
    decision_date: date
    decision_year: int
    decision_order: int | None = Field(
        default=None, sa_column=Column(BigInteger, Computed(DECISION_ORDER, persisted=True), nullable=False)
    )
    source: Source = Field(sa_column=enum_column(Source, name="source"))
    received_entrustment: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    judgment_id: int = Field(sa_column=big_reference("judgment.id", index=True))
    judgment_kind: JudgmentKind = Field(sa_column=enum_column(JudgmentKind, name="judgment_kind"))
    state_revenue: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    credit_institution: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    amount: int = Field(sa_column=money_column())
    outstanding: int = Field(sa_column=money_column())
    collected: int = Field(default=0, sa_column=money_column(default_zero=True))
    status: CaseStatus = Field(sa_column=enum_column(CaseStatus, name="status"))
    status_since: date
    last_event_date: date
    closed_on: date | None = None
    debtor_name: str = Field(sa_column=text_column(200))
    debtor_key: str = Field(sa_column=text_column(250))
    creditor_name: str | None = Field(default=None, sa_column=text_column(200, nullable=True))
    search: Any = Field(sa_column=Column(TSVECTOR, nullable=False))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    created_by: int | None = Field(default=None, foreign_key="account.id")


class Party(SQLModel, table=True):
    """A person or organisation of a case. Its numbers are shown masked (`thads_app.rules.personal_data`).

    `bank_account` is the number with the name of the bank, as it was typed.
    """

    __tablename__ = "party"
    __table_args__ = (Index("ix_party_id_number", "id_number", postgresql_where=text("id_number is not null")),)

    id: int | None = Field(default=None, sa_column=big_id_column())
    case_id: int = Field(sa_column=big_reference("cases.id", index=True))
    role: PartyRole = Field(sa_column=enum_column(PartyRole, name="role"))
    name: str = Field(sa_column=text_column(200))
    id_number: str | None = Field(default=None, sa_column=text_column(40, nullable=True))
    telephone: str | None = Field(default=None, sa_column=text_column(40, nullable=True))
    bank_account: str | None = Field(default=None, sa_column=text_column(120, nullable=True))
    address: str | None = Field(default=None, sa_column=text_column(300, nullable=True))
    position: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Obligation(SQLModel, table=True):
    """A sum or an act owed under the case's decision. The sums of a case add up to its registered amount."""

    __tablename__ = "obligation"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: int | None = Field(default=None, sa_column=big_id_column())
    case_id: int = Field(sa_column=big_reference("cases.id", index=True))
    content: str = Field(sa_column=text_column(1000))
    amount: int = Field(sa_column=money_column(default_zero=True))
    state_revenue: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    position: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class Assignment(SQLModel, table=True):
    """Who was responsible for a case from–to: a reading of its events, kept for lists and loads."""

    __tablename__ = "assignment"
    __table_args__ = (
        Index(
            "uq_assignment_open_case",
            "case_id",
            unique=True,
            postgresql_where=text("valid_to is null"),
        ),
        CheckConstraint("valid_to is null or valid_from <= valid_to", name="validity"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    case_id: int = Field(sa_column=big_reference("cases.id", index=True))
    staff_id: int = Field(foreign_key="staff_member.id", index=True)
    office_id: int = Field(foreign_key="office.id")
    valid_from: date
    valid_to: date | None = None
    event_id: int = Field(sa_column=big_reference("case_event.id"))


class CaseEvent(SQLModel, table=True):
    """One thing that happened to a case. Append-only, by trigger and by grant.

    `business_date` decides the period; `recorded_at` is when the system learned of it. `office_id` and `officer_id` are
    those responsible after the event; `staff_id` is the officer an assignment names. `on_behalf_of` is in whose stead
    it was recorded, `confirmed_by` the second person a large completion needs. `effective` of an event is never stored:
    an event is struck out when a later `corrected` event points at it by `corrects_id`.
    """

    __tablename__ = "case_event"
    __table_args__ = (
        UniqueConstraint("case_id", "sequence", name="uq_case_event_sequence"),
        UniqueConstraint("request_id", name="uq_case_event_request"),
        Index(
            "uq_case_event_corrects",
            "corrects_id",
            unique=True,
            postgresql_where=text("corrects_id is not null"),
        ),
        CheckConstraint("amount is null or amount >= 0", name="amount"),
        CheckConstraint("(type = 'corrected') = (corrects_id is not null)", name="corrects"),
        CheckConstraint("type <> 'assigned' or staff_id is not null", name="assigned"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    case_id: int = Field(sa_column=big_reference("cases.id"))
    sequence: int
    type: EventType = Field(sa_column=enum_column(EventType, name="type"))
    business_date: date
    recorded_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True, index=True))
    recorded_by: int | None = Field(default=None, foreign_key="account.id")
    on_behalf_of: int | None = Field(default=None, foreign_key="account.id")
    confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    officer_id: int | None = Field(default=None, foreign_key="staff_member.id")
    staff_id: int | None = Field(default=None, foreign_key="staff_member.id")
    receiving_office_id: int | None = Field(default=None, foreign_key="office.id")
    amount: int | None = Field(default=None, sa_column=money_column(nullable=True))
    document_number: str | None = Field(default=None, sa_column=text_column(80, nullable=True))
    ground: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    note: str | None = Field(default=None, sa_column=text_column(1000, nullable=True))
    payload: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    )
    corrects_id: int | None = Field(default=None, sa_column=big_reference("case_event.id", nullable=True))
    handover_id: int | None = Field(default=None, sa_column=big_reference("handover.id", nullable=True))
    late: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    request_id: UUID | None = None
