"""The second factor of an account, and what is kept of sign-ins that came from an identity provider."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String
from sqlmodel import Field, SQLModel

from models.columns import big_id_column, moment_column, text_column


class TwoFactor(SQLModel, table=True):
    """An account's authenticator app. `secret` is sealed with a key outside the database.

    Until `confirmed_at` it is only a proposal. `last_step` is the newest time step a code was taken of, so that no code
    works twice.
    """

    __tablename__ = "two_factor"

    account_id: int = Field(sa_column=Column(Integer, ForeignKey("account.id"), primary_key=True, autoincrement=False))
    secret: str = Field(sa_column=text_column(200))
    last_step: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    confirmed_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class RecoveryCode(SQLModel, table=True):
    """One of the ten codes for a lost telephone. Only a keyed digest is kept; it works once."""

    __tablename__ = "recovery_code"
    __table_args__ = (Index("ix_recovery_code_account", "account_id", "digest", unique=True),)

    id: int | None = Field(default=None, sa_column=big_id_column())
    account_id: int = Field(foreign_key="account.id")
    digest: str = Field(sa_column=text_column(64))
    used_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class OidcSession(SQLModel, table=True):
    """That a session was opened by an identity provider, so that the provider can end it and be told of its end.

    `id_token` is sealed; the provider wants it back as a hint when the person signs out.
    """

    __tablename__ = "oidc_session"
    __table_args__ = (
        Index("ix_oidc_session_subject", "issuer", "subject"),
        Index("ix_oidc_session_sid", "issuer", "sid"),
    )

    session_hash: str = Field(
        sa_column=Column(String(64), ForeignKey("auth_session.id_hash", ondelete="CASCADE"), primary_key=True)
    )
    provider: str = Field(sa_column=text_column(40))
    issuer: str = Field(sa_column=text_column(300))
    subject: str = Field(sa_column=text_column(255))
    sid: str | None = Field(default=None, sa_column=text_column(255, nullable=True))
    id_token: str | None = Field(default=None, sa_column=text_column(12000, nullable=True))


class OidcLogoutSeen(SQLModel, table=True):
    """A logout token that was already obeyed; it is not obeyed again."""

    __tablename__ = "oidc_logout_seen"

    issuer: str = Field(sa_column=Column(String(300), primary_key=True))
    jti: str = Field(sa_column=Column(String(255), primary_key=True))
    seen_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True, index=True))
