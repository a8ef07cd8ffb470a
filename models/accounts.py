"""Accounts, what they were granted, their sessions, and the throttle in front of sign-in."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, Computed, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.columns import (
    big_id_column,
    big_reference,
    enum_column,
    moment_column,
    text_column,
)
from models.enums import Role

# As PostgreSQL writes it back, so that a comparison with the database finds no difference.
SEARCH_KEY = (
    "fold_name(coalesce(substring(full_name::text, '[^ ]+$'::text), ''::text) || ' '::text || full_name::text || "
    "' '::text || username::text || ' '::text || coalesce(email, ''::character varying)::text)"
)


class Account(SQLModel, table=True):
    """Someone who may sign in. Rights come from grants only."""

    __tablename__ = "account"
    __table_args__ = (Index("ix_account_search_key", "search_key", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(sa_column=text_column(60, unique=True))
    password_hash: str = Field(sa_column=text_column(200))
    full_name: str = Field(sa_column=text_column(120))
    birth_date: date | None = None
    email: str | None = Field(default=None, sa_column=text_column(200, nullable=True))
    telephone: str | None = Field(default=None, sa_column=text_column(30, nullable=True))
    position: str | None = Field(default=None, sa_column=text_column(120, nullable=True))
    office_id: int = Field(foreign_key="office.id", index=True)
    staff_id: int | None = Field(default=None, foreign_key="staff_member.id", index=True)
    disabled_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    is_demo: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    must_change_password: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    last_signed_in_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    # Given name, then everything an account is looked for by, without case and accents; made by the database.
    search_key: str | None = Field(default=None, sa_column=Column(String(), Computed(SEARCH_KEY, persisted=True)))


class RoleGrant(SQLModel, table=True):
    """A role for an account over an office and everything below it, from–to. Taken back it is ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "valid_to is null or valid_from is null or valid_from <= valid_to",
            name="validity",
        ),
        CheckConstraint("(ended_at is null) = (end_reason is null)", name="ended_for_a_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    role: Role = Field(sa_column=enum_column(Role, name="role"))
    office_id: int = Field(foreign_key="office.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    granted_by: int | None = Field(default=None, foreign_key="account.id")
    reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    ended_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    ended_by: int | None = Field(default=None, foreign_key="account.id")
    end_reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))


class AuthSession(SQLModel, table=True):
    """A signed-in session. Only the hash of its cookie is kept."""

    __tablename__ = "auth_session"

    id_hash: str = Field(sa_column=Column(String(64), primary_key=True))
    account_id: int = Field(foreign_key="account.id", index=True)
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    last_seen_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    stage: str = Field(
        default="full",
        sa_column=Column(String(20), nullable=False, server_default="full"),
    )
    second_factor: str | None = Field(default=None, sa_column=text_column(20, nullable=True))
    address: str | None = Field(default=None, sa_column=text_column(64, nullable=True))
    user_agent: str | None = Field(default=None, sa_column=text_column(300, nullable=True))


class SignInThrottle(SQLModel, table=True):
    """Failed sign-ins per account name and per address; `blocked_until` grows with each failure."""

    __tablename__ = "sign_in_throttle"

    key: str = Field(sa_column=Column(String(120), primary_key=True))
    failures: int = 0
    blocked_until: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    last_failure_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))


class ApiToken(SQLModel, table=True):
    """A bearer token of `/api/v1`, acting with its account's rights. Only the hash is kept."""

    __tablename__ = "api_token"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_column=text_column(64, unique=True))
    account_id: int = Field(foreign_key="account.id", index=True)
    label: str = Field(sa_column=text_column(120))
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    expires_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    revoked_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class ImportJob(SQLModel, table=True):
    """A workbook somebody is importing: its progress, and its errors when refused."""

    __tablename__ = "import_job"

    id: int | None = Field(default=None, sa_column=big_id_column())
    account_id: int = Field(sa_column=big_reference("account.id", index=True))
    file_name: str = Field(sa_column=text_column(200))
    status: str = Field(
        default="queued",
        sa_column=Column(String(20), nullable=False, server_default="queued"),
    )
    dry_run: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    done: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    total: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    summary: dict[str, object] = Field(
        default_factory=dict,
        sa_column=Column(JSONB, nullable=False, server_default=text("'{}'::jsonb")),
    )
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    finished_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
