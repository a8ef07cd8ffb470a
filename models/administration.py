"""Written authorisations: what a head lets a deputy do in their stead, from–to (Luật 26/2008 Đ.23.2)."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.columns import moment_column, text_column


class Authorisation(SQLModel, table=True):
    """One document by which a head authorises a deputy. It is withdrawn, never changed or deleted.

    `permissions` are the values of `thads_app.rules.rights.Permission`; both days count.
    """

    __tablename__ = "authorisation"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_to", name="validity"),
        CheckConstraint("head_id <> deputy_id", name="two_people"),
        CheckConstraint("cardinality(permissions) > 0", name="something"),
        CheckConstraint("(withdrawn_at is null) = (withdraw_reason is null)", name="withdrawn_for_a_reason"),
    )

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(sa_column=text_column(80))
    signed_on: date
    head_id: int = Field(foreign_key="account.id", index=True)
    deputy_id: int = Field(foreign_key="account.id", index=True)
    office_id: int = Field(foreign_key="office.id")
    permissions: list[str] = Field(sa_column=Column(ARRAY(String(40)), nullable=False))
    valid_from: date
    valid_to: date
    note: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    withdrawn_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
    withdrawn_by: int | None = Field(default=None, foreign_key="account.id")
    withdraw_reason: str | None = Field(default=None, sa_column=text_column(500, nullable=True))
