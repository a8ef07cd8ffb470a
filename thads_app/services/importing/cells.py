"""Reading one cell: a value, or the code of what is wrong with it. Values come from files, so nothing is trusted."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from models.enums import (
    EVENT_TYPE_ALIASES,
    EVENT_TYPE_LABELS,
    GRADE_LABELS,
    JUDGMENT_KIND_LABELS,
    ROLE_LABELS,
    SOURCE_LABELS,
    EventType,
    Grade,
    JudgmentKind,
    Role,
    Source,
)
from thads_app.rules.vietnamese import EARLIEST, LATEST, MONEY_LIMIT, normalise
from thads_app.services.importing.columns import CellKind, Column

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")
_MONEY_DIGITS = 40
_MONEY = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_BLANKS = re.compile(r"\s+")
_FORMULA_ERROR = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!)", re.IGNORECASE)


@dataclass(slots=True)
class BadCell(Exception):
    """A cell that cannot be read: the code of its sentence and what fills it."""

    code: str
    params: dict[str, object] = field(default_factory=dict[str, object])


def _labels(*tables: Mapping[Any, Any]) -> dict[str, Any]:
    """Normalised label or English code → enum member, from label tables (member → label) and alias tables."""
    found: dict[str, Any] = {}
    for table in tables:
        for one, other in table.items():
            member, label = (one, other) if isinstance(one, StrEnum) else (other, one)
            found[normalise(str(label))] = member
            found[normalise(member.value)] = member
            found[normalise(member.value.replace("_", " "))] = member
    return found


SOURCES: dict[str, Source] = _labels(SOURCE_LABELS)
GRADES: dict[str, Grade] = _labels(GRADE_LABELS)
ROLES: dict[str, Role] = _labels(ROLE_LABELS)
EVENT_TYPES: dict[str, EventType] = _labels(EVENT_TYPE_ALIASES, EVENT_TYPE_LABELS)
JUDGMENT_KINDS: dict[str, JudgmentKind] = _labels(
    JUDGMENT_KIND_LABELS, {"hình sự": JudgmentKind.CRIMINAL, "hôn nhân gia đình": JudgmentKind.FAMILY}
)
FLAGS = {"co": True, "khong": False, "yes": True, "no": False, "true": True, "false": False}


def is_blank(value: object) -> bool:
    """Whether the cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def read_text(value: object, limit: int = 200) -> str:
    """The cell's text, composed, without control characters and surplus blanks. Whole numbers lose their ``.0``."""
    if isinstance(value, str):
        text = value if value.isascii() else unicodedata.normalize("NFC", value)
        if _FORMULA_ERROR.fullmatch(text.strip()):
            raise BadCell("import_formula_error")
    elif isinstance(value, bool):
        text = "Có" if value else "Không"
    elif isinstance(value, float | int):
        text = str(int(value)) if float(value).is_integer() else str(value)
    elif isinstance(value, date):
        text = f"{value:%d/%m/%Y}"
    else:
        text = str(value)
    text = _BLANKS.sub(" ", _CONTROLS.sub("", text)).strip()
    if len(text) > limit:
        raise BadCell("import_text_too_long", {"limit": limit, "length": len(text)})
    return text


def read_office_code(value: object) -> str:
    """An office's code in capitals. Excel turns 01 into 1: a lone digit gets its zero back."""
    if isinstance(value, float | int) and not isinstance(value, bool):
        if not float(value).is_integer() or value < 0:
            raise BadCell("import_code_invalid")
        return f"{int(value):02d}"
    text = read_text(value, 40).replace(" ", "").upper()
    return text.replace("–", "-").replace("—", "-")


def read_date(value: object) -> date:
    """A real date, or text dd/mm/yyyy."""
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    elif isinstance(value, str):
        day = _date_from_text(value.strip())
    elif isinstance(value, time | timedelta):
        raise BadCell("import_date_is_time")
    else:
        raise BadCell("import_not_a_date")
    if not EARLIEST <= day <= LATEST:
        raise BadCell("import_date_out_of_range")
    return day


def _date_from_text(text: str) -> date:
    if match := _DATE.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        raise BadCell("import_not_a_date")
    try:
        return date(year, month, day)
    except ValueError:
        raise BadCell("import_no_such_day") from None


def read_money(value: object) -> int:
    """Whole đồng: a number, or text such as 1.234.567."""
    if isinstance(value, bool | date | time | timedelta):
        raise BadCell("import_not_money")
    if isinstance(value, float | int):
        if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 (NaN)
            raise BadCell("import_not_money")
        if value < 0:
            raise BadCell("import_money_negative")
        if value != int(value):
            raise BadCell("import_money_fraction")
        amount = int(value)
    else:
        amount = _money_from_text(str(value).strip())
    if amount >= MONEY_LIMIT:
        raise BadCell("import_money_too_large")
    return amount


def _money_from_text(text: str) -> int:
    bare = text.replace("\u00a0", "")
    if bare.startswith(("-", "−")) and _MONEY.fullmatch(bare[1:].strip()):
        raise BadCell("import_money_negative")
    if not bare.isascii() or len(bare) > _MONEY_DIGITS or not _MONEY.fullmatch(bare):
        raise BadCell("import_not_money")
    return int(bare.replace(".", ""))


def _reader_of(table: Mapping[str, Any], code: str) -> Callable[[object], Any]:
    def read(value: object) -> Any:
        if isinstance(value, bool):
            value = "co" if value else "khong"
        elif isinstance(value, float | int):
            raise BadCell(code)
        found = table.get(normalise(str(value)))
        if found is None:
            raise BadCell(code)
        return found

    return read


_READERS: dict[CellKind, Callable[[object], Any]] = {
    CellKind.OFFICE: read_office_code,
    CellKind.STAFF: lambda value: read_text(value, 40),
    CellKind.DATE: read_date,
    CellKind.MONEY: read_money,
    CellKind.FLAG: _reader_of(FLAGS, "import_not_yes_no"),
    CellKind.SOURCE: _reader_of(SOURCES, "import_unknown_source"),
    CellKind.JUDGMENT_KIND: _reader_of(JUDGMENT_KINDS, "import_unknown_judgment_kind"),
    CellKind.EVENT: _reader_of(EVENT_TYPES, "import_unknown_event"),
    CellKind.GRADE: _reader_of(GRADES, "import_unknown_grade"),
    CellKind.ROLE: _reader_of(ROLES, "roster_unknown_role"),
}

_REPEATING = {CellKind.OFFICE, CellKind.STAFF, CellKind.DATE, CellKind.FLAG, CellKind.SOURCE,
              CellKind.JUDGMENT_KIND, CellKind.EVENT, CellKind.GRADE}  # fmt: skip
_MEMORY_LIMIT = 50_000


def cell_reader(column: Column) -> Callable[[object], Any]:
    """The function that reads cells of a column; it remembers what it read, as such columns repeat themselves.

    It raises `BadCell`. Blank cells are the caller's business.
    """
    if column.kind is CellKind.TEXT:
        return lambda value: read_text(value, column.limit)
    if column.kind not in _REPEATING:
        return _READERS[column.kind]
    read, memory = _READERS[column.kind], dict[object, Any]()

    def remembered(value: object) -> Any:
        # 1, 1.0 and True are one key to a dict but not one cell.
        key = value if isinstance(value, str) else (type(value), value)
        if key in memory:
            return memory[key]
        result = read(value)
        if len(memory) < _MEMORY_LIMIT:
            memory[key] = result
        return result

    return remembered
