"""Sums of statistic deltas by unit, indicator and month, and the figures of every period that follow from them."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from models.enums import FLOW_INDICATORS, STOCK_INDICATORS, Indicator, Measure
from thads_app.rules.indicators import OPEN_STOCKS, Figure, Sheet, completion_rate, compose
from thads_app.rules.regimes import regime_of

Key = tuple[Hashable, ...]
Numbers = npt.NDArray[np.int64]

_INDICATORS = tuple(Indicator)
_PLACE = {indicator: place for place, indicator in enumerate(_INDICATORS)}
_MEASURE = {Measure.COUNT: 0, Measure.AMOUNT: 1}
_MONTHS = 12


class CubeRow(NamedTuple):
    """The monthly sums of one indicator of one key.

    `months` are first days, each once; all of them before the cube's start are one month, the one before it.
    """

    key: Key
    indicator: Indicator
    months: Sequence[date]
    counts: Sequence[int]
    amounts: Sequence[int]


@dataclass(frozen=True)
class Cube:
    """Deltas summed into [key, indicator, slot, measure].

    Slot 0 holds everything before `start` (the first day of a month), slot 1 that month, and so on.
    """

    start: date
    keys: tuple[Key, ...]
    values: Numbers

    def slot(self, month: date) -> int:
        """The slot of a month given by its first day."""
        return max(0, (month.year - self.start.year) * _MONTHS + month.month - self.start.month + 1)

    def plus(self, other: "Cube") -> "Cube":
        """The sums of both."""
        if not other.keys:
            return self
        keys = tuple(dict.fromkeys((*self.keys, *other.keys)))
        place = {key: row for row, key in enumerate(keys)}
        values = np.zeros((len(keys), *self.values.shape[1:]), dtype=np.int64)
        values[: len(self.keys)] = self.values
        values[[place[key] for key in other.keys]] += other.values
        return Cube(self.start, keys, values)

    def total(self) -> "Cube":
        """All keys summed into the one key `()`."""
        return Cube(self.start, ((),), self.values.sum(axis=0, keepdims=True))

    def rekeyed(self, new_key: Callable[[Key], Key]) -> "Cube":
        """The cube by other keys; sums of keys that become one are added."""
        renamed = [new_key(key) for key in self.keys]
        keys = tuple(dict.fromkeys(renamed))
        values = np.zeros((len(keys), *self.values.shape[1:]), dtype=np.int64)
        if keys:
            row = {key: index for index, key in enumerate(keys)}
            np.add.at(values, [row[key] for key in renamed], self.values)
        return Cube(self.start, keys, values)

    def regrouped(self, place: int) -> "Cube":
        """The cube by one part of its keys alone."""
        return self.rekeyed(lambda key: (key[place],))

    def only(self, place: int, part: Hashable) -> "Cube":
        """The keys whose part at `place` is the given one."""
        rows = [row for row, key in enumerate(self.keys) if key[place] == part]
        return Cube(self.start, tuple(self.keys[row] for row in rows), self.values[rows])

    def year(self, fiscal_year: int) -> "YearBlock":
        """Every figure of every key for 0 to 12 months of a statistical year that the cube covers."""
        first = self.slot(date(fiscal_year - 1, 10, 1))
        if first < 1 or first + _MONTHS > self.values.shape[2]:
            raise ValueError(f"the cube does not cover {fiscal_year}")
        upto = np.cumsum(self.values, axis=2)[:, :, first - 1 : first + _MONTHS]
        opening = upto[:, [_PLACE[each] for each in OPEN_STOCKS], :1].sum(axis=1)
        figures = compose(
            flows={each: upto[:, _PLACE[each]] - upto[:, _PLACE[each], :1] for each in FLOW_INDICATORS},
            closing={each: upto[:, _PLACE[each]] for each in STOCK_INDICATORS},
            opening=opening,
            regime=regime_of(fiscal_year),
        )
        shape = upto.shape[:1] + upto.shape[2:]
        return YearBlock(self.keys, {figure: np.broadcast_to(value, shape) for figure, value in figures.items()})


@dataclass(frozen=True)
class YearBlock:
    """Figures of one statistical year: for each figure [key, months 0…12, measure]."""

    keys: tuple[Key, ...]
    figures: dict[Figure, Any]

    @cached_property
    def _rows(self) -> dict[Key, int]:
        return {key: row for row, key in enumerate(self.keys)}

    def sheet(self, key: Key, months: int) -> Sheet:
        """The sheet of a key for the first `months` months; zeros for a key that has no deltas."""
        row = self._rows.get(key)
        if row is None:
            return Sheet(count=dict.fromkeys(self.figures, 0), amount=dict.fromkeys(self.figures, 0))
        return Sheet(
            count={figure: int(value[row, months, 0]) for figure, value in self.figures.items()},
            amount={figure: int(value[row, months, 1]) for figure, value in self.figures.items()},
        )

    def sheets(self, months: int) -> dict[Key, Sheet]:
        """The sheets of every key."""
        sides = [{figure: value[:, months, side].tolist() for figure, value in self.figures.items()} for side in (0, 1)]
        return {
            key: Sheet(
                count={figure: column[row] for figure, column in sides[0].items()},
                amount={figure: column[row] for figure, column in sides[1].items()},
            )
            for key, row in self._rows.items()
        }

    def rates(self, key: Key, measure: Measure, months: int) -> list[Decimal | None]:
        """The completion rate after 1, 2 … `months` months."""
        row = self._rows.get(key)
        if row is None:
            return [None] * months
        side = _MEASURE[measure]
        needed = (Figure.COMPLETED, Figure.TERMINATED, Figure.REDUCED, Figure.WITH_CONDITIONS)
        columns = {figure: self.figures[figure][row, 1 : months + 1, side].tolist() for figure in needed}
        return [
            completion_rate({figure: column[month] for figure, column in columns.items()}) for month in range(months)
        ]


def build_cube(start: date, end: date, rows: Iterable[CubeRow]) -> Cube:
    """A cube of the months from `start` (a first day) to the one of `end`."""
    rows = list(rows)
    keys = tuple(dict.fromkeys(row.key for row in rows))
    place = {key: index for index, key in enumerate(keys)}
    slots = (end.year - start.year) * _MONTHS + end.month - start.month + 2
    cube = Cube(start, keys, np.zeros((len(keys), len(_INDICATORS), slots, len(_MEASURE)), dtype=np.int64))
    slot_of = {month: cube.slot(month) for month in {month for row in rows for month in row.months}}
    for row in rows:
        at = [slot_of[month] for month in row.months]
        cell = cube.values[place[row.key], _PLACE[row.indicator]]
        cell[at, 0] += row.counts
        cell[at, 1] += row.amounts
    return cube
