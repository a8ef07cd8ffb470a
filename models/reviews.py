"""The yearly review of accounts: who looked at which account, when, what stood out, and what they noted."""

from datetime import datetime

from sqlalchemy import Column, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import moment_column, text_column


class AccountReview(SQLModel, table=True):
    """An administrator has looked at an account. `findings` are the codes of what stood out then. Append-only."""

    __tablename__ = "account_review"
    __table_args__ = (Index("ix_account_review_account_id_reviewed_at", "account_id", "reviewed_at"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id")
    office_id: int = Field(foreign_key="office.id", index=True)
    reviewed_by: int | None = Field(default=None, foreign_key="account.id")
    reviewed_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    findings: list[str] = Field(
        default_factory=list, sa_column=Column(ARRAY(String(40)), nullable=False, server_default="{}")
    )
    note: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
