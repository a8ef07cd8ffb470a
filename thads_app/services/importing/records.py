"""What the rows of a workbook say, once every cell has been read.

`None` stands for blank, and for a cell that could not be read (then the row is listed among the broken ones).
"""

from dataclasses import dataclass, field
from datetime import date

from models.enums import EventType, Grade, JudgmentKind, Source


@dataclass(slots=True)
class CaseRecord:
    """A row of `Hồ sơ`. `amount` in đồng."""

    row: int
    office: str = ""
    number: str = ""
    decided_on: date | None = None
    source: Source | None = None
    received_entrustment: bool | None = None
    judgment_number: str = ""
    judgment_date: date | None = None
    issuing_body: str = ""
    judgment_kind: JudgmentKind | None = None
    debtor: str = ""
    id_number: str | None = None
    address: str | None = None
    creditor: str | None = None
    content: str | None = None
    amount: int | None = None
    state_revenue: bool | None = None
    credit_institution: bool | None = None
    officer: str | None = None
    assigned_on: date | None = None
    telephone: str | None = None
    bank_account: str | None = None
    creditor_account: str | None = None


@dataclass(slots=True)
class EventRecord:
    """A row of `Sự kiện`. `amount` in đồng; `decided_on` tells cases of one number in several years apart."""

    row: int
    office: str = ""
    number: str = ""
    day: date | None = None
    type: EventType | None = None
    amount: int | None = None
    officer: str | None = None
    receiving: str | None = None
    document: str | None = None
    ground: str | None = None
    note: str | None = None
    decided_on: date | None = None


@dataclass(slots=True)
class OfficerRecord:
    """A row of `Chấp hành viên`."""

    row: int
    code: str = ""
    name: str = ""
    office: str = ""
    grade: Grade | None = None


@dataclass(slots=True)
class Records:
    """A whole workbook, read.

    Attributes:
        broken_cases, broken_events, broken_officers: row numbers in which a cell could not be read.
    """

    cases: list[CaseRecord] = field(default_factory=list[CaseRecord])
    events: list[EventRecord] = field(default_factory=list[EventRecord])
    officers: list[OfficerRecord] = field(default_factory=list[OfficerRecord])
    broken_cases: set[int] = field(default_factory=set[int])
    broken_events: set[int] = field(default_factory=set[int])
    broken_officers: set[int] = field(default_factory=set[int])
