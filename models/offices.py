"""The tree of offices, old and new, and the people who work in them."""

from datetime import date

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from models.columns import enum_column, text_column
from models.enums import Grade, OfficeLevel


class Office(SQLModel, table=True):
    """A node of the organisation tree, valid from–to; an ended office names its one successor."""

    __tablename__ = "office"
    __table_args__ = (
        CheckConstraint(
            "valid_from is null or valid_to is null or valid_from <= valid_to",
            name="validity",
        ),
        CheckConstraint("(valid_to is null) = (successor_id is null)", name="successor_of_ended"),
        CheckConstraint("successor_id <> id", name="successor_other"),
    )

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=text_column(12, unique=True))
    name: str = Field(sa_column=text_column(200))
    short_name: str = Field(sa_column=text_column(100))
    level: OfficeLevel = Field(sa_column=enum_column(OfficeLevel, name="level"))
    parent_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    valid_from: date | None = None
    valid_to: date | None = None
    successor_id: int | None = Field(default=None, foreign_key="office.id", index=True)
    successor_rule: str | None = Field(default=None, sa_column=text_column(20, nullable=True))


class StaffMember(SQLModel, table=True):
    """A person of the service: an enforcement officer when `grade` is set, else other staff."""

    __tablename__ = "staff_member"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(sa_column=text_column(40, unique=True))
    full_name: str = Field(sa_column=text_column(120))
    name_key: str = Field(sa_column=text_column(160))
    grade: Grade | None = Field(default=None, sa_column=enum_column(Grade, name="grade", nullable=True))
    position: str | None = Field(default=None, sa_column=text_column(120, nullable=True))


class Posting(SQLModel, table=True):
    """Where a staff member works, from–to. When the office ends the posting continues in its successor by itself."""

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(
            "valid_to is null or valid_from is null or valid_from <= valid_to",
            name="validity",
        ),
        Index("ix_posting_office_staff", "office_id", "staff_id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    staff_id: int = Field(foreign_key="staff_member.id", index=True)
    office_id: int = Field(foreign_key="office.id")
    valid_from: date | None = None
    valid_to: date | None = None
