"""What every figure of a unit is, from sums of statistic deltas (TT 05/2024/TT-BTP; project notes on statistics).

Nothing here knows where the sums come from. `compose` works on plain numbers and on numpy arrays alike, so that one
definition serves one cell, a series of months and a whole table.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from models.enums import STOCK_INDICATORS, Indicator, Measure
from thads_app.rules.regimes import Regime


class Figure(StrEnum):
    """One line of the sheet of a unit: the codes of the command line, the API and the forms."""

    CARRIED_OVER = "carried_over"
    NEWLY_REGISTERED = "newly_registered"
    REGISTERED_TOTAL = "registered_total"
    ENTRUSTED = "entrusted"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    TRANSFERRED = "transferred"
    TO_ENFORCE = "to_enforce"
    WITH_CONDITIONS = "with_conditions"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    REDUCED = "reduced"
    IN_PROGRESS = "in_progress"
    POSTPONED_BY_AGREEMENT = "postponed_by_agreement"
    OUTSIDE = "outside"
    POSTPONED_OTHER = "postponed_other"
    SUSPENDED = "suspended"
    HELD_OTHER = "held_other"
    WITHOUT_CONDITIONS = "without_conditions"
    CARRIED_FORWARD = "carried_forward"
    SEPARATE_BOOK = "separate_book"
    COMPLETION_RATE = "completion_rate"


FIGURE_LABELS = {
    Figure.CARRIED_OVER: "Năm trước chuyển sang",
    Figure.NEWLY_REGISTERED: "Thụ lý mới",
    Figure.REGISTERED_TOTAL: "Tổng số thụ lý",
    Figure.ENTRUSTED: "Ủy thác",
    Figure.WITHDRAWN: "Cấp trên rút hồ sơ",
    Figure.REVOKED: "Thu hồi, hủy",
    Figure.TRANSFERRED: "Chuyển đến trừ chuyển đi",
    Figure.TO_ENFORCE: "Tổng số phải thi hành",
    Figure.WITH_CONDITIONS: "Có điều kiện thi hành",
    Figure.COMPLETED: "Thi hành xong",
    Figure.TERMINATED: "Đình chỉ",
    Figure.REDUCED: "Giảm",
    Figure.IN_PROGRESS: "Đang thi hành",
    Figure.POSTPONED_BY_AGREEMENT: "Hoãn theo thỏa thuận",
    Figure.OUTSIDE: "Hoãn khác, tạm đình chỉ, trường hợp khác",
    Figure.POSTPONED_OTHER: "Hoãn khác",
    Figure.SUSPENDED: "Tạm đình chỉ",
    Figure.HELD_OTHER: "Trường hợp khác",
    Figure.WITHOUT_CONDITIONS: "Chưa có điều kiện thi hành",
    Figure.CARRIED_FORWARD: "Chuyển kỳ sau",
    Figure.SEPARATE_BOOK: "Đã chuyển sổ theo dõi riêng",
    Figure.COMPLETION_RATE: "Tỷ lệ thi hành xong trên có điều kiện (%)",
}

FIGURE_DEFINITIONS = {
    Figure.CARRIED_OVER: "Việc chưa thi hành xong đến 30/09 năm trước, trừ số đã chuyển sổ theo dõi riêng.",
    Figure.NEWLY_REGISTERED: "Quyết định thi hành án ra trong kỳ, kể cả nhận ủy thác và đưa trở lại từ sổ riêng.",
    Figure.REGISTERED_TOTAL: "Năm trước chuyển sang cộng thụ lý mới.",
    Figure.TRANSFERRED: "Nhận bàn giao, phân công lại trừ đi số bàn giao đi; bằng 0 ở đơn vị giữ cả hai đầu.",
    Figure.TO_ENFORCE: "Tổng số thụ lý trừ ủy thác, rút hồ sơ, thu hồi và hủy, cộng chuyển đến trừ chuyển đi.",
    Figure.WITH_CONDITIONS: "Xong, đình chỉ (giảm) và các việc đang thi hành, hoãn theo thỏa thuận.",
    Figure.COMPLETED: "Việc kết thúc bằng thi hành xong trong kỳ; về tiền là toàn bộ số thu được trong kỳ.",
    Figure.WITHOUT_CONDITIONS: "Việc có quyết định chưa có điều kiện thi hành đến cuối kỳ.",
    Figure.CARRIED_FORWARD: "Tổng số phải thi hành trừ xong và đình chỉ (về tiền trừ thêm số giảm).",
    Figure.COMPLETION_RATE: "(Xong + đình chỉ + giảm) chia cho có điều kiện thi hành, 2 số lẻ.",
}
"""One sentence where the label alone does not define the figure; the screens show it beside the number."""

# Stocks in the order forms print them; together they are all open cases outside the separate book.
OPEN_STOCKS = (
    Indicator.IN_PROGRESS,
    Indicator.POSTPONED_BY_AGREEMENT,
    Indicator.POSTPONED_OTHER,
    Indicator.SUSPENDED,
    Indicator.HELD_OTHER,
    Indicator.WITHOUT_CONDITIONS,
)
_RESULTS = (Indicator.COMPLETED, Indicator.TERMINATED, Indicator.REDUCED)
_LEFT = (Indicator.ENTRUSTED, Indicator.WITHDRAWN, Indicator.REVOKED)


class When(StrEnum):
    """Which days of an indicator a term sums."""

    FLOW = "flow"  # 01/10 … E
    OPENING = "opening"  # everything up to 30/09
    CLOSING = "closing"  # everything up to E


@dataclass(frozen=True, slots=True)
class Term:
    """±1 × an indicator's deltas over some days."""

    indicator: Indicator
    when: When
    sign: int = 1


def _flow(*indicators: Indicator, sign: int = 1) -> tuple[Term, ...]:
    return tuple(Term(each, When.FLOW, sign) for each in indicators)


def _closing(indicators: Iterable[Indicator]) -> tuple[Term, ...]:
    return tuple(Term(each, When.CLOSING) for each in indicators)


_CARRIED_OVER = (*(Term(each, When.OPENING) for each in OPEN_STOCKS), Term(Indicator.CARRIED_OVER, When.FLOW))
_REGISTERED = (*_CARRIED_OVER, *_flow(Indicator.NEWLY_REGISTERED))
_TO_ENFORCE = (*_REGISTERED, *_flow(*_LEFT, sign=-1), *_flow(Indicator.TRANSFERRED))


@lru_cache(maxsize=256)
def terms_of(figure: Figure, regime: Regime) -> tuple[Term, ...]:
    """The deltas a figure sums. For the completion rate: its numerator, the cases a reader wants to see behind it."""
    composed = {
        Figure.CARRIED_OVER: _CARRIED_OVER,
        Figure.REGISTERED_TOTAL: _REGISTERED,
        Figure.TO_ENFORCE: _TO_ENFORCE,
        Figure.WITH_CONDITIONS: (*_flow(*_RESULTS), *_closing(sorted(regime.with_conditions))),
        Figure.OUTSIDE: _closing(sorted(regime.outside)),
        Figure.CARRIED_FORWARD: _closing(OPEN_STOCKS),
        Figure.COMPLETION_RATE: _flow(*_RESULTS),
    }
    if figure in composed:
        return composed[figure]
    indicator = Indicator(figure.value)
    return _closing([indicator]) if indicator in STOCK_INDICATORS else _flow(indicator)


def compose(
    flows: Mapping[Indicator, Any], closing: Mapping[Indicator, Any], opening: Any, regime: Regime
) -> dict[Figure, Any]:
    """Every figure but the rate, for one measure.

    Args:
        flows: flow indicators summed over 01/10..E (`carried_over` holds the changes inside the year only).
        closing: stock indicators summed over everything up to E.
        opening: all stocks but the separate book summed up to 30/09 of the year before.
        regime: the year's classification.

    Returns:
        A value for each `Figure` but `completion_rate`, of the type of the arguments.
    """
    found: dict[Figure, Any] = {Figure(each.value): flows[each] for each in (*_LEFT, *_RESULTS)}
    found |= {Figure(each.value): closing[each] for each in (*OPEN_STOCKS, Indicator.SEPARATE_BOOK)}
    found[Figure.CARRIED_OVER] = opening + flows[Indicator.CARRIED_OVER]
    found[Figure.NEWLY_REGISTERED] = flows[Indicator.NEWLY_REGISTERED]
    found[Figure.TRANSFERRED] = flows[Indicator.TRANSFERRED]
    found[Figure.REGISTERED_TOTAL] = found[Figure.CARRIED_OVER] + found[Figure.NEWLY_REGISTERED]
    left = sum(flows[each] for each in _LEFT)
    results = sum(flows[each] for each in _RESULTS)
    found[Figure.TO_ENFORCE] = found[Figure.REGISTERED_TOTAL] - left + found[Figure.TRANSFERRED]
    found[Figure.WITH_CONDITIONS] = results + sum(closing[each] for each in regime.with_conditions)
    # 0 × opening keeps the type (a number or an array) where a circular leaves nothing outside.
    found[Figure.OUTSIDE] = sum((closing[each] for each in regime.outside), start=0 * opening)
    found[Figure.CARRIED_FORWARD] = found[Figure.TO_ENFORCE] - results
    return found


def percent(part: int, whole: int) -> Decimal | None:
    """100 × part / whole with 2 decimals, half up (as every published rate); None when the whole is 0."""
    if whole == 0:
        return None
    return (Decimal(100 * part) / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def growth(now: int, before: int) -> Decimal | None:
    """Growth in percent: Δ / previous; None when there was nothing before."""
    return percent(now - before, before)


def progress(target: Decimal, months: int) -> Decimal:
    """Where a yearly target should stand after `months` months: target × m / 12, percent with 2 decimals."""
    return (target * months / 12).quantize(Decimal("0.01"), ROUND_HALF_UP)


def percent_of_target(rate: Decimal, target: Decimal) -> Decimal:
    """How much of the target a rate reaches: rate / target, percent with 2 decimals."""
    return (100 * rate / target).quantize(Decimal("0.01"), ROUND_HALF_UP)


def completion_rate(figures: Mapping[Figure, int]) -> Decimal | None:
    """(completed + terminated + reduced) / with_conditions in percent; nothing is reduced on the việc side."""
    done = figures[Figure.COMPLETED] + figures[Figure.TERMINATED] + figures[Figure.REDUCED]
    return percent(done, figures[Figure.WITH_CONDITIONS])


@dataclass(frozen=True, slots=True)
class Sheet:
    """The figures of one unit in one period: việc and whole đồng. Rates are computed when asked for."""

    count: Mapping[Figure, int]
    amount: Mapping[Figure, int]

    def of(self, measure: Measure) -> Mapping[Figure, int]:
        """One side of the sheet."""
        return self.count if measure is Measure.COUNT else self.amount

    def value(self, measure: Measure, figure: Figure) -> int:
        """One cell, in việc or đồng."""
        return self.of(measure)[figure]

    def rate(self, measure: Measure) -> Decimal | None:
        """The completion rate in percent."""
        return completion_rate(self.of(measure))

    @property
    def empty(self) -> bool:
        """Whether every cell is 0."""
        return not any(self.count.values()) and not any(self.amount.values())

    def as_json(self) -> dict[str, dict[str, int | float | None]]:
        """`count` and `amount` by code, the rate as a number with 2 decimals or null."""
        return {measure.value: self._side(measure) for measure in Measure}

    def _side(self, measure: Measure) -> dict[str, int | float | None]:
        rate = self.rate(measure)
        side: dict[str, int | float | None] = {
            figure.value: self.of(measure)[figure] for figure in Figure if figure is not Figure.COMPLETION_RATE
        }
        side[Figure.COMPLETION_RATE.value] = None if rate is None else float(rate)
        return side


ZERO_SHEET = Sheet(
    count={each: 0 for each in Figure if each is not Figure.COMPLETION_RATE},
    amount={each: 0 for each in Figure if each is not Figure.COMPLETION_RATE},
)


def add_sheets(sheets: Iterable[Sheet]) -> Sheet:
    """The sheet of units taken together: every figure is additive, the rate follows."""
    count, amount = dict(ZERO_SHEET.count), dict(ZERO_SHEET.amount)
    for sheet in sheets:
        for figure in count:
            count[figure] += sheet.count[figure]
            amount[figure] += sheet.amount[figure]
    return Sheet(count, amount)


@dataclass(frozen=True)
class Violation:
    """An identity that does not hold: which, on which side, and the two values that should be one."""

    identity: str
    measure: Measure
    left: int
    right: int


def violations(sheet: Sheet) -> list[Violation]:
    """The identities inside one sheet that do not hold; empty when the figures are sound."""
    found: list[Violation] = []
    for measure in Measure:
        side = sheet.of(measure)
        classified = side[Figure.WITH_CONDITIONS] + side[Figure.OUTSIDE] + side[Figure.WITHOUT_CONDITIONS]
        still_open = sum(side[Figure(each.value)] for each in OPEN_STOCKS)
        whole = "to_enforce = with_conditions + outside + without_conditions"
        found += _compare(whole, measure, side[Figure.TO_ENFORCE], classified)
        found += _compare("carried_forward = open cases", measure, side[Figure.CARRIED_FORWARD], still_open)
    return found


def sum_violations(parent: Sheet, children: Sequence[Sheet]) -> list[Violation]:
    """Where a parent's figure is not the sum of its children's."""
    total = add_sheets(children)
    return [
        broken
        for measure in Measure
        for figure, value in parent.of(measure).items()
        for broken in _compare(f"{figure.value} = sum of the children", measure, value, total.of(measure)[figure])
    ]


def year_violations(full_year: Sheet, next_opening: Sheet) -> list[Violation]:
    """Where `carried_over` of the next year at 0 months is not `carried_forward` of this year at 12."""
    return [
        broken
        for measure in Measure
        for broken in _compare(
            "carried_over(y+1) = carried_forward(y)",
            measure,
            next_opening.value(measure, Figure.CARRIED_OVER),
            full_year.value(measure, Figure.CARRIED_FORWARD),
        )
    ]


def fallen(earlier: Sheet, later: Sheet) -> list[Violation]:
    """Counts that fell between two periods of one year though they can only grow, as known at one cut-off."""
    growing = (Figure.COMPLETED, Figure.TERMINATED, Figure.ENTRUSTED, Figure.REVOKED)
    return [
        Violation(f"{figure.value} never falls in a year", Measure.COUNT, later.count[figure], earlier.count[figure])
        for figure in growing
        if later.count[figure] < earlier.count[figure]
    ]


def _compare(identity: str, measure: Measure, left: int, right: int) -> list[Violation]:
    return [] if left == right else [Violation(identity, measure, left, right)]
