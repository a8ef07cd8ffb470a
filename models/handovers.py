"""Handovers of case files: two-sided; responsibility moves per item, only when confirmed."""

from datetime import date, datetime

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
from models.enums import HandoverItemStatus, HandoverKind, HandoverStatus


class Handover(SQLModel, table=True):
    """A giver hands cases to a receiver. Either side is an office with, where the kind needs it, a person.

    The kinds to come (court, entrustment, archive, exhibits …) fit the same rows: a side without a person is an office,
    a side outside the service is named in `outside_party`.
    """

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("giver_office_id", "year", "number", name="uq_handover_number"),
        Index("ix_handover_giver", "giver_office_id", "giver_staff_id", "status"),
        Index("ix_handover_receiver", "receiver_office_id", "receiver_staff_id", "status"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    number: int
    year: int
    kind: HandoverKind = Field(sa_column=enum_column(HandoverKind, name="kind"))
    status: HandoverStatus = Field(sa_column=enum_column(HandoverStatus, name="status"))
    giver_office_id: int = Field(foreign_key="office.id")
    giver_staff_id: int | None = Field(default=None, foreign_key="staff_member.id")
    giver_account_id: int | None = Field(default=None, foreign_key="account.id")
    receiver_office_id: int = Field(foreign_key="office.id")
    receiver_staff_id: int | None = Field(default=None, foreign_key="staff_member.id")
    outside_party: str | None = Field(default=None, sa_column=text_column(200, nullable=True))
    reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    business_date: date | None = None
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    created_by: int | None = Field(default=None, foreign_key="account.id")
    sent_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    closed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class HandoverItem(SQLModel, table=True):
    """One case of a handover, with what lies in its dossier. A case is in one open handover at most."""

    __tablename__ = "handover_item"
    __table_args__ = (
        UniqueConstraint("handover_id", "case_id", name="uq_handover_item_case"),
        Index(
            "uq_handover_item_open_case",
            "case_id",
            unique=True,
            postgresql_where=text("open"),
        ),
        CheckConstraint("sheet_count >= 0", name="sheet_count"),
        CheckConstraint("money_in_custody >= 0", name="money_in_custody"),
        CheckConstraint("status <> 'refused' or refusal_reason is not null", name="refusal_reason"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    handover_id: int = Field(sa_column=big_reference("handover.id", index=True))
    case_id: int = Field(sa_column=big_reference("cases.id", index=True))
    position: int = 1
    sheet_count: int = 0
    open_deadlines: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    money_in_custody: int = Field(default=0, sa_column=money_column(default_zero=True))
    note: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    status: HandoverItemStatus = Field(sa_column=enum_column(HandoverItemStatus, name="status"))
    open: bool = Field(default=True, sa_column_kwargs={"server_default": "true"})
    refusal_reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    receiver_confirmed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    receiver_confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    head_confirmed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    head_confirmed_by: int | None = Field(default=None, foreign_key="account.id")
    event_id: int | None = Field(default=None, sa_column=big_reference("case_event.id", nullable=True))
