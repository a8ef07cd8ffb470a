"""Exports, the register of processing, and what data subjects asked for (Luật 91/2025/QH15)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Index, Integer, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import big_id_column, enum_column, moment_column, text_column
from models.personal_enums import DataRequestKind, DataRequestStatus, ExportKind, RequestChannel


class ExportRecord(SQLModel, table=True):
    """One file somebody took out of the application. Append-only, by trigger and by grant.

    `office_id` is the office of whoever took it: its head sees the row. `filter` holds the parameters asked for,
    `filter_words` the same as the file says it.
    """

    __tablename__ = "export_record"
    __table_args__ = (
        CheckConstraint("row_count >= 0", name="row_count"),
        Index("ix_export_record_office", "office_id", text("id desc")),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True, index=True))
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    office_id: int = Field(foreign_key="office.id")
    kind: ExportKind = Field(sa_column=enum_column(ExportKind, name="kind"))
    file_name: str = Field(sa_column=text_column(200))
    filter: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    )
    filter_words: str = Field(sa_column=text_column(1000))
    row_count: int
    address: str | None = Field(default=None, sa_column=text_column(64, nullable=True))
    request_id: str | None = Field(default=None, sa_column=text_column(64, nullable=True))


class ProcessingActivity(SQLModel, table=True):
    """One activity of the register of processing: what is kept of whom, why, on what ground, for whom, how long.

    The register is the service's own, the same for every office.
    """

    __tablename__ = "processing_activity"
    __table_args__ = (UniqueConstraint("code", name="uq_processing_activity_code"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=text_column(20))
    name: str = Field(sa_column=text_column(200))
    purpose: str = Field(sa_column=text_column(1000))
    legal_ground: str = Field(sa_column=text_column(1000))
    subjects: str = Field(sa_column=text_column(500))
    data: str = Field(sa_column=text_column(1000))
    recipients: str = Field(sa_column=text_column(500))
    retention: str = Field(sa_column=text_column(500))
    safeguards: str = Field(sa_column=text_column(1000))
    ended_on: date | None = None
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    changed_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    changed_by: int | None = Field(default=None, foreign_key="account.id")


class DataRequest(SQLModel, table=True):
    """What a data subject asked an office for, by when it is due, and how it ended.

    `respond_by` is the last day to tell the person that the request was received and how it will go, `due_on` the last
    day to carry it out; both are computed when it comes in, and `due_on` once more when it is extended.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        UniqueConstraint("office_id", "year", "number", name="uq_data_request_number"),
        Index("ix_data_request_due", "office_id", "status", "due_on"),
        CheckConstraint("due_on >= received_on and respond_by >= received_on", name="terms"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    office_id: int = Field(foreign_key="office.id")
    year: int
    number: int
    received_on: date
    channel: RequestChannel = Field(sa_column=enum_column(RequestChannel, name="channel"))
    kind: DataRequestKind = Field(sa_column=enum_column(DataRequestKind, name="kind"))
    subject_name: str = Field(sa_column=text_column(120))
    contact: str | None = Field(default=None, sa_column=text_column(200, nullable=True))
    content: str = Field(sa_column=text_column(2000))
    others_involved: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    status: DataRequestStatus = Field(
        default=DataRequestStatus.RECEIVED,
        sa_column=enum_column(DataRequestStatus, name="status", server_default=DataRequestStatus.RECEIVED.value),
    )
    respond_by: date
    due_on: date
    responded_on: date | None = None
    extended_on: date | None = None
    extension_reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    responsible_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    answer: str | None = Field(default=None, sa_column=text_column(2000, nullable=True))
    closed_on: date | None = None
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    created_by: int | None = Field(default=None, foreign_key="account.id")
    version: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
