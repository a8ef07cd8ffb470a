"""Counting what happened: every indicator of every officer's cases in every month, as the statistics notes define them.

The logic is a reading of one case; only the adding-up over cases is done with arrays. Months are numbered
12 × year + month − 1.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from thads_app.repositories.verification import RawCase
from thads_app.services.verification.walk import OPEN_STATUSES, Standing, Step

Numbers = npt.NDArray[np.int64]

STOCKS = (
    "in_progress",
    "postponed_by_agreement",
    "postponed_other",
    "suspended",
    "held_other",
    "without_conditions",
    "separate_book",
)
FLOWS = (
    "carried_over",
    "newly_registered",
    "transferred",
    "entrusted",
    "withdrawn",
    "revoked",
    "completed",
    "terminated",
    "reduced",
)
_LINE = {name: place for place, name in enumerate((*STOCKS, *FLOWS))}

# Event → the indicator its result is counted under, and whether the case itself is (else only its money).
_RESULT = {
    "collected": ("completed", 0),
    "completed": ("completed", 1),
    "reduced": ("reduced", 0),
    "terminated": ("terminated", 1),
    "partly_terminated": ("terminated", 0),
    "request_returned": ("terminated", 1),
    "entrusted": ("entrusted", 1),
    "partly_entrusted": ("entrusted", 0),
    "withdrawn_by_superior": ("withdrawn", 1),
    "revoked": ("revoked", 1),
}


_OCTOBER = 10


class Cell(NamedTuple):
    """The finest unit figures are kept for. `officer_id` is 0 for cases assigned to nobody."""

    office_id: int
    officer_id: int
    judgment_kind: str
    source: str


def month_number(day: date) -> int:
    """The month of a day, numbered."""
    return 12 * day.year + day.month - 1


def statistical_year(day: date) -> int:
    """The year 01/10/(y−1) – 30/09/y a day lies in."""
    return day.year + (day.month >= _OCTOBER)


class Tally:
    """What all cases add up to."""

    def __init__(self) -> None:
        self.cells: dict[Cell, int] = {}
        self._columns = [*(array("i") for _ in range(5)), array("q")]
        self._case: tuple[str, str] = ("", "")

    def add(self, case: RawCase, steps: Sequence[Step]) -> None:
        """Count one case."""
        if not steps:
            return
        self._case = (case.judgment_kind, case.source)
        self._count_flows(steps)
        self._count_stocks(steps)

    def _count_flows(self, steps: Sequence[Step]) -> None:
        place, year = "", 0
        for step in steps:
            this_year = statistical_year(step.day)
            if this_year != year and step.before is not None:
                # What stood open on 30/09, and not in the separate book, was carried over.
                counted = step.before.status in OPEN_STATUSES and step.before.status != "separate_book"
                place = "carried_over" if counted else ""
            year = this_year
            place = self._count_step(step, place)

    def _count_step(self, step: Step, place: str) -> str:
        before, after, day = step.before, step.after, step.day
        if before is None or step.what == "returned_from_separate_book":
            self._flow("newly_registered", after, day, 1, after.owed)
            return "newly_registered"
        if step.what == "moved_to_separate_book":
            self._flow(place, before, day, -1, -before.owed)
            return ""
        same_hands = before.office_id == after.office_id and before.officer_id == after.officer_id
        if not same_hands and before.status != "separate_book":
            first_assignment = step.what == "assigned" and before.officer_id is None
            indicator = place if first_assignment else "transferred"
            self._flow(indicator, before, day, -1, -before.owed)
            self._flow(indicator, after, day, 1, after.owed)
        if step.what in _RESULT:
            indicator, count = _RESULT[step.what]
            self._flow(indicator, before, day, count, before.owed - after.owed)
        return place

    def _count_stocks(self, steps: Sequence[Step]) -> None:
        """A standing counts at the end of every month from its day on, until another takes its place."""
        ends = [month_number(step.day) for step in steps[1:]]
        for step, until in zip(steps, [*ends, _FOR_EVER], strict=True):
            since = month_number(step.day)
            if since < until and step.after.status in OPEN_STATUSES:
                self._row(step.after.status, step.after, (since, until), (1, step.after.owed))

    def _flow(self, indicator: str, unit: Standing, day: date, count: int, amount: int) -> None:
        if indicator:  # an unlawful history may have no place to move; the ledgers name it
            month = month_number(day)
            self._row(indicator, unit, (month, month), (count, amount))

    def _row(self, line: str, unit: Standing, months: tuple[int, int], counted: tuple[int, int]) -> None:
        cell = Cell(unit.office_id, unit.officer_id or 0, *self._case)
        number = self.cells.setdefault(cell, len(self.cells))
        for column, value in zip(self._columns, (number, _LINE[line], *months, *counted), strict=True):
            column.append(value)

    def portion(self, row_of_cell: Numbers, rows: int) -> "Portion":
        """What was counted in some cells, added into rows.

        Args:
            row_of_cell: for each cell number the row it is added to, −1 to leave it out.
            rows: how many rows there are.
        """
        columns = [np.frombuffer(column, dtype=column.typecode) for column in self._columns]
        into = row_of_cell[columns[0]] if len(columns[0]) else np.zeros(0, dtype=np.int64)
        wanted = np.flatnonzero(into >= 0)
        line, since, until, count, amount = (column[wanted].astype(np.int64) for column in columns[1:])
        return Portion(rows, into[wanted], line, since, until, np.stack([count, amount], axis=1))


@dataclass(frozen=True)
class Portion:
    """Part of a tally, by row: in which line, from which month to which, how many and how much."""

    rows: int
    into: Numbers
    line: Numbers
    since: Numbers
    until: Numbers
    value: Numbers

    def lines(self, year: int) -> Numbers:
        """The lines of a statistical year: [row, line, months 0…12, việc and đồng]; flows add up from 01/10."""
        september = 12 * (year - 1) + 8
        stock = self.line < len(STOCKS)
        standing = stock & (self.since <= september + 12) & (self.until > september)
        happened = ~stock & (self.since > september) & (self.since <= september + 12)
        sums = np.zeros((self.rows, len(_LINE), _SLOTS + 1, 2), dtype=np.int64)
        start = np.maximum(self.since - september, 0)
        end = np.minimum(self.until - september, _SLOTS)
        np.add.at(sums, (self.into[standing], self.line[standing], start[standing]), self.value[standing])
        np.subtract.at(sums, (self.into[standing], self.line[standing], end[standing]), self.value[standing])
        np.add.at(sums, (self.into[happened], self.line[happened], start[happened]), self.value[happened])
        return np.cumsum(sums[:, :, :_SLOTS], axis=2)


def figures_of(lines: Numbers, year: int) -> dict[str, Numbers]:
    """Every figure of a statistical year but the rate, from its lines: [row, months 0…12, việc and đồng]."""
    return composed({name: lines[:, place] for name, place in _LINE.items()}, year)


_SLOTS = 13
_FOR_EVER = 12 * 9999


def composed(lines: dict[str, Numbers], year: int) -> dict[str, Numbers]:
    """The figures of the notes' table from what was counted. Along the months, slot 0 is 30/09 of the year before."""
    in_count = STOCKS[:-1]
    figures = dict(lines)
    opening = sum((lines[name][:, :1] for name in in_count), start=np.zeros_like(lines["reduced"][:, :1]))
    figures["carried_over"] = opening + lines["carried_over"]
    figures["registered_total"] = figures["carried_over"] + lines["newly_registered"]
    gone = lines["entrusted"] + lines["withdrawn"] + lines["revoked"]
    figures["to_enforce"] = figures["registered_total"] - gone + lines["transferred"]
    results = lines["completed"] + lines["terminated"] + lines["reduced"]
    paused = lines["postponed_other"] + lines["suspended"] + lines["held_other"]
    inside = results + lines["in_progress"] + lines["postponed_by_agreement"]
    # TT 08/2015/TT-BTP, up to the year 2019, counted every pause as có điều kiện; its successors only the agreed one.
    figures["with_conditions"] = inside + paused if year <= _LAST_YEAR_OF_TT_08_2015 else inside
    figures["outside"] = np.zeros_like(paused) if year <= _LAST_YEAR_OF_TT_08_2015 else paused
    figures["carried_forward"] = figures["to_enforce"] - results
    return figures


_LAST_YEAR_OF_TT_08_2015 = 2019
