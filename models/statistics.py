"""Statistic deltas and the summaries folded from them; targets and published results."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Numeric, String, text
from sqlmodel import Field, SQLModel

from models.columns import (
    big_id_column,
    big_reference,
    enum_column,
    moment_column,
    money_column,
    text_column,
)
from models.enums import Indicator, JudgmentKind, Measure, Source


class StatDelta(SQLModel, table=True):
    """What one event adds to one indicator at one office and officer. Append-only, written with its event.

    Deltas of an event are the difference between what the case's whole history yields with it and without it, so a
    correction or a late entry simply appends; a figure as known at a moment sums the rows recorded up to it.
    One foreign key is enough: the event has the others, and checking them for every delta slowed imports.
    """

    __tablename__ = "stat_delta"
    __table_args__ = (
        Index("ix_stat_delta_office_indicator", "office_id", "indicator", "business_date"),
        Index("ix_stat_delta_case", "case_id"),
        Index("ix_stat_delta_recorded", "recorded_at"),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    event_id: int = Field(sa_column=big_reference("case_event.id"))
    case_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    indicator: Indicator = Field(sa_column=enum_column(Indicator, name="indicator"))
    business_date: date
    recorded_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    office_id: int
    officer_id: int | None = None
    judgment_kind: JudgmentKind = Field(sa_column=enum_column(JudgmentKind, name="judgment_kind"))
    source: Source = Field(sa_column=enum_column(Source, name="source"))
    state_revenue: bool = False
    credit_institution: bool = False
    count: int = 0
    amount: int = Field(sa_column=money_column())


class StatMonthly(SQLModel, table=True):
    """Deltas folded by month of the event and month of its recording, at the finest unit (officer).

    No foreign keys: every row comes from deltas, which have them, and checking again doubles the time to fold.
    """

    __tablename__ = "stat_monthly"
    __table_args__ = (
        Index(
            "uq_stat_monthly_cell",
            "office_id",
            "officer_id",
            "indicator",
            "business_month",
            "recorded_month",
            "judgment_kind",
            "source",
            "state_revenue",
            "credit_institution",
            unique=True,
            postgresql_nulls_not_distinct=True,
        ),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    office_id: int
    officer_id: int | None = None
    indicator: Indicator = Field(sa_column=enum_column(Indicator, name="indicator"))
    business_month: date
    recorded_month: date
    judgment_kind: JudgmentKind = Field(sa_column=enum_column(JudgmentKind, name="judgment_kind"))
    source: Source = Field(sa_column=enum_column(Source, name="source"))
    state_revenue: bool
    credit_institution: bool
    count: int
    amount: int = Field(sa_column=money_column())


class StatOfficeMonthly(SQLModel, table=True):
    """The same, summed over officers, sources and flags: what dashboards of offices, provinces and the nation read."""

    __tablename__ = "stat_office_monthly"
    __table_args__ = (
        Index(
            "uq_stat_office_monthly_cell",
            "office_id",
            "indicator",
            "business_month",
            "recorded_month",
            "judgment_kind",
            unique=True,
        ),
    )

    id: int | None = Field(default=None, sa_column=big_id_column())
    office_id: int
    indicator: Indicator = Field(sa_column=enum_column(Indicator, name="indicator"))
    business_month: date
    recorded_month: date
    judgment_kind: JudgmentKind = Field(sa_column=enum_column(JudgmentKind, name="judgment_kind"))
    count: int
    amount: int = Field(sa_column=money_column())


class StatFold(SQLModel, table=True):
    """One row: every delta up to `last_delta_id` is inside the summaries, none after it."""

    __tablename__ = "stat_fold"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: int = Field(default=1, primary_key=True)
    last_delta_id: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    folded_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))


class Target(SQLModel, table=True):
    """The completion rate an office is to reach in a year, in percent, for cases or for money."""

    __tablename__ = "target"
    __table_args__ = (
        Index("uq_target_cell", "office_id", "fiscal_year", "measure", unique=True),
        CheckConstraint("rate > 0 and rate <= 100", name="rate"),
    )

    id: int | None = Field(default=None, primary_key=True)
    office_id: int = Field(foreign_key="office.id")
    fiscal_year: int
    measure: Measure = Field(sa_column=enum_column(Measure, name="measure"))
    rate: Decimal = Field(sa_column=Column(Numeric(5, 2), nullable=False))
    source_note: str = Field(sa_column=text_column(300))


class PublishedResult(SQLModel, table=True):
    """A result somebody published, kept word for word with its source; drawn beside our own figures, never mixed in."""

    __tablename__ = "published_result"
    __table_args__ = (Index("ix_published_result_unit", "level", "unit_name", "measure"),)

    id: int | None = Field(default=None, primary_key=True)
    group_id: str = Field(sa_column=text_column(20))
    level: str = Field(sa_column=text_column(20))
    unit_name: str = Field(sa_column=text_column(200))
    office_code: str | None = Field(default=None, sa_column=text_column(12, nullable=True))
    period_label: str = Field(sa_column=text_column(100))
    period_range: str | None = Field(default=None, sa_column=text_column(40, nullable=True))
    fiscal_year: int | None = None
    months: int | None = None
    measure: str = Field(sa_column=text_column(20))
    original_indicator: str = Field(sa_column=text_column(80))
    indicator: str | None = Field(default=None, sa_column=text_column(40, nullable=True))
    value: Decimal = Field(sa_column=Column(Numeric(24, 4), nullable=False))
    value_kind: str = Field(sa_column=text_column(40))
    source_url: str = Field(sa_column=text_column())
    published_on: date | None = None


class Setting(SQLModel, table=True):
    """A rule the law leaves uncertain, kept as data with the note of where it comes from."""

    __tablename__ = "setting"

    key: str = Field(sa_column=Column(String(80), primary_key=True))
    value: str = Field(sa_column=text_column(500))
    source_note: str = Field(sa_column=text_column(500))
    updated_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))


class Notice(SQLModel, table=True):
    """Something an account should know of (a handover to confirm, a refusal); read or not."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_unread", "account_id", postgresql_where=text("read_at is null")),)

    id: int | None = Field(default=None, sa_column=big_id_column())
    account_id: int = Field(foreign_key="account.id", index=True)
    text: str = Field(sa_column=text_column(500))
    href: str = Field(sa_column=text_column(200))
    created_at: datetime | None = Field(default=None, sa_column=moment_column(default_now=True))
    read_at: datetime | None = Field(default=None, sa_column=moment_column(nullable=True))
