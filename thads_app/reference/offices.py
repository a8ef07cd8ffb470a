"""The offices of the nation, old and new, as plain rows to load (source file: ``data/offices.csv``)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.enums import OfficeLevel
from thads_app.reference.files import read_rows

LAST_DAY_OF_OLD_OFFICES = date(2025, 6, 30)
FIRST_DAY_OF_NEW_OFFICES = date(2025, 7, 1)
NATION_CODE = "00"


@dataclass(frozen=True)
class OfficeRow:
    """One office as the reference file describes it.

    ``valid_from``/``valid_to`` are inclusive, ``None`` means without bound. ``successor_rule`` is ``source`` where a
    published text names the successor, ``rule`` where the rule of ``docs/offices.md`` chose it, and blank for an
    office that has not ended.
    """

    code: str
    name: str
    short_name: str
    level: OfficeLevel
    parent_code: str | None
    valid_from: date | None
    valid_to: date | None
    successor_code: str | None
    successor_rule: str


COLUMNS = (
    "code",
    "name",
    "short_name",
    "level",
    "parent_code",
    "valid_from",
    "valid_to",
    "successor_code",
    "successor_rule",
)


class OfficeDataError(ValueError):
    """The offices contradict one another; the message lists every contradiction."""


def load_offices() -> list[OfficeRow]:
    """Return every office, parents before children and successors before the offices they follow.

    A loader may therefore insert the rows in this order under foreign keys on ``parent_code`` and ``successor_code``.

    Raises:
        OfficeDataError: The committed file is damaged.
    """
    rows = [_row(line) for line in read_rows("offices.csv")]
    check_offices(rows)
    return rows


def _row(line: dict[str, str]) -> OfficeRow:
    return OfficeRow(
        code=line["code"],
        name=line["name"],
        short_name=line["short_name"],
        level=OfficeLevel(line["level"]),
        parent_code=line["parent_code"] or None,
        valid_from=_day(line["valid_from"]),
        valid_to=_day(line["valid_to"]),
        successor_code=line["successor_code"] or None,
        successor_rule=line["successor_rule"],
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def check_offices(rows: Iterable[OfficeRow]) -> None:
    """Check that the offices form one tree and that every ended office has one fit successor.

    Raises:
        OfficeDataError: A code is repeated, a parent or successor is missing or comes later in the list, a successor
            has another level than its kind of office allows or does not start on the day after.
    """
    seen: dict[str, OfficeRow] = {}
    problems: list[str] = []
    for row in rows:
        if row.code in seen:
            problems.append(f"{row.code}: repeated")
        if row.code != NATION_CODE and row.parent_code not in seen:
            problems.append(f"{row.code}: parent {row.parent_code} is not listed before it")
        problems.extend(_successor_problems(row, seen))
        seen[row.code] = row
    if problems:
        raise OfficeDataError("; ".join(problems))


_FOLLOWED_BY = {OfficeLevel.PROVINCE: OfficeLevel.PROVINCE, OfficeLevel.DISTRICT: OfficeLevel.REGION}


def _successor_problems(row: OfficeRow, seen: dict[str, OfficeRow]) -> list[str]:
    if row.valid_to is None:
        return [f"{row.code}: has a successor but no end"] if row.successor_code else []
    successor = seen.get(row.successor_code or "")
    if successor is None:
        return [f"{row.code}: successor {row.successor_code} is not listed before it"]
    problems: list[str] = []
    if successor.level is not _FOLLOWED_BY.get(row.level):
        problems.append(f"{row.code}: {row.level} cannot be followed by {successor.level}")
    if successor.valid_from is None or (successor.valid_from - row.valid_to).days != 1:
        problems.append(f"{row.code}: {successor.code} does not start on the day after")
    return problems
