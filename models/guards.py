"""What the law's guards need to know: declared conflicts of interest, and completions that wait for a second person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.columns import (
    big_id_column,
    big_reference,
    enum_column,
    moment_column,
    money_column,
    text_column,
)
from models.guard_enums import CompletionStatus, Kinship

WAITING = text("status = 'waiting'")
IN_FORCE = text("ended_on is null")


class ConflictOfInterest(SQLModel, table=True):
    """Somebody an officer may not enforce for, or against (Law 26/2008/QH12 Đ.21.5).

    It concerns one case, or every case one of whose parties bears the identity number (`person_key`, compared by
    `rules.guards.identity_key`), or the work beside a relative of the same office (`colleague_id`, TT 78/2020 Đ.8.4).
    """

    __tablename__ = "conflict_of_interest"
    __table_args__ = (
        CheckConstraint(
            "case_id is not null or person_key is not null or colleague_id is not null", name="concerns_something"
        ),
        CheckConstraint("ended_on is null or ended_on >= declared_on", name="validity"),
        CheckConstraint("(ended_on is null) = (end_reason is null)", name="ended_for_a_reason"),
        Index("ix_conflict_of_interest_staff", "staff_id", postgresql_where=IN_FORCE),
        Index("ix_conflict_of_interest_person", "person_key", postgresql_where=IN_FORCE),
        Index("ix_conflict_of_interest_case", "case_id"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    staff_id: int = Field(foreign_key="staff_member.id")
    relation: Kinship = Field(sa_column=enum_column(Kinship, name="relation"))
    person: str = Field(sa_column=text_column(200))
    person_key: str | None = Field(default=None, sa_column=text_column(40, nullable=True))
    case_id: int | None = Field(default=None, sa_column=big_reference("cases.id", nullable=True))
    colleague_id: int | None = Field(default=None, foreign_key="account.id")
    note: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    declared_on: date
    declared_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    declared_by: int | None = Field(default=None, foreign_key="account.id")
    ended_on: date | None = None
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    end_reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))


class CompletionRequest(SQLModel, table=True):
    """A completion somebody recorded above the limit. It becomes an event, and counts, once another person confirms.

    `collected` is what the case will have collected all told, in đồng; `amount` what the recorder typed.
    """

    __tablename__ = "completion_request"
    __table_args__ = (
        UniqueConstraint("request_id", name="uq_completion_request_request"),
        Index("uq_completion_request_waiting", "case_id", unique=True, postgresql_where=WAITING),
        Index("ix_completion_request_case", "case_id"),
        CheckConstraint("(status = 'waiting') = (answered_at is null)", name="answered"),
        CheckConstraint("(status = 'confirmed') = (event_id is not null)", name="confirmed"),
        CheckConstraint("status <> 'refused' or reason is not null", name="refused_for_a_reason"),
        CheckConstraint("answered_by is null or answered_by <> recorded_by or status = 'withdrawn'", name="two_people"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    case_id: int = Field(sa_column=big_reference("cases.id"))
    business_date: date
    amount: int | None = Field(default=None, sa_column=money_column(nullable=True))
    collected: int = Field(sa_column=money_column())
    document_number: str | None = Field(default=None, sa_column=text_column(80, nullable=True))
    ground: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    note: str | None = Field(default=None, sa_column=text_column(1000, nullable=True))
    request_id: UUID | None = None
    recorded_by: int = Field(foreign_key="account.id")
    on_behalf_of: int | None = Field(default=None, foreign_key="account.id")
    recorded_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    status: CompletionStatus = Field(sa_column=enum_column(CompletionStatus, name="status"))
    answered_by: int | None = Field(default=None, foreign_key="account.id")
    answered_on_behalf_of: int | None = Field(default=None, foreign_key="account.id")
    answered_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    event_id: int | None = Field(default=None, sa_column=big_reference("case_event.id", nullable=True))
