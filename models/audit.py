"""The audit trail: what somebody did or tried, the hash chain that seals it, and the days anchored outside."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import big_id_column, moment_column, text_column


class AuditEntry(SQLModel, table=True):
    """One thing somebody did or tried, never changed afterwards (trigger and grant).

    `changes` holds field → [before, after] of the changed fields alone; `detail` what else is worth knowing;
    `message` the person's own words, when they gave any.
    """

    __tablename__ = "audit_entry"
    # Every list is read newest first under one of these, so its page is the first rows of an index.
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_account_id", "account_id", "at", "id"),
        Index("ix_audit_entry_office_id", "office_id", "at", "id"),
        Index("ix_audit_entry_action", "action", "at", "id"),
        Index("ix_audit_entry_object", "object_type", "object_id"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    account_id: int | None = Field(default=None, foreign_key="account.id")
    on_behalf_of: int | None = Field(default=None, foreign_key="account.id")
    action: str = Field(sa_column=text_column(60))
    object_type: str = Field(sa_column=text_column(40))
    object_id: str | None = Field(default=None, sa_column=text_column(64, nullable=True))
    office_id: int | None = Field(default=None, foreign_key="office.id")
    address: str | None = Field(default=None, sa_column=text_column(64, nullable=True))
    request_id: str | None = Field(default=None, sa_column=text_column(64, nullable=True))
    message: str | None = Field(default=None, sa_column=text_column(1000, nullable=True))
    changes: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    )
    detail: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    )


class AuditSeal(SQLModel, table=True):
    """An entry's place in its office's hash chain, never changed afterwards (trigger and grant).

    Chain 0 holds the entries of no office. `hash` covers the entry and the hash of the place before it.
    """

    __tablename__ = "audit_seal"

    office_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sequence: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    entry_id: int = Field(sa_column=Column(BigInteger, nullable=False, unique=True))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))


class AuditAnchor(SQLModel, table=True):
    """A day whose heads stand in a closed file outside the database; `sha256` is that file's."""

    __tablename__ = "audit_anchor"

    day: date = Field(primary_key=True)
    sha256: str = Field(sa_column=text_column(64))
    entries: int = Field(sa_column=Column(BigInteger, nullable=False))
    chains: int
    made_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
