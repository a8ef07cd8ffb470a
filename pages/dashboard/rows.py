"""What a dashboard shows, written out for people: cards, rows of the ranking, months, published years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from components.bars import BarRow
from components.formats import (
    delta,
    format_compact_money,
    format_decimal,
    format_money,
    format_number,
    format_rate,
    sparkline_points,
)
from models.enums import Measure
from pages.dashboard.charts import achieved, part_key, rated_parts
from pages.dashboard.findings import month_label, trend_words
from thads_app.reference.published import HistoryPoint
from thads_app.rules.indicators import FIGURE_DEFINITIONS, FIGURE_LABELS, Figure, growth, percent
from thads_app.rules.targets import TargetInForce
from thads_app.services.dashboards import Dashboard, MonthPoint, PartRow
from thads_app.services.figure_address import Looking, cases_behind, cases_of

SINCE_LAST_YEAR = "so cùng kỳ"
_TONES = {
    Figure.COMPLETED: "",
    Figure.TERMINATED: "",
    Figure.REDUCED: "",
    Figure.IN_PROGRESS: "second",
    Figure.POSTPONED_BY_AGREEMENT: "second",
    Figure.WITHOUT_CONDITIONS: "third",
}


@dataclass(frozen=True)
class FigureCard:
    """One card. `bar` (0–100) and `tick` are blank when there is nothing to measure against; `changed` pulses."""

    label: str
    value: str
    href: str = ""
    delta: str = ""
    good: str = ""
    note: str = ""
    bar: str = ""
    tick: str = ""
    title: str = ""
    changed: bool = False
    serial: int = 0


@dataclass(frozen=True)
class PartLine:
    """One row of the ranking. `cases` are the parameters behind its figures; blank when they may not be opened."""

    key: str
    name: str
    full_name: str
    href: str
    to_enforce: str
    with_conditions: str
    completed: str
    rate: str
    ahead: str
    ahead_tone: str
    points: str
    points_tone: str
    other_rate: str
    spark: str
    spark_words: str
    cases: str
    changed: bool = False
    serial: int = 0


@dataclass(frozen=True)
class MonthLine:
    """One month of the table behind the chart of months."""

    label: str
    cases_now: str
    cases_before: str
    money_now: str
    money_before: str
    rate_now: str
    rate_before: str


@dataclass(frozen=True)
class HistoryLine:
    """One published year with where it was published."""

    year: str
    count_rate: str
    amount_rate: str
    completed: str
    source: str
    source_href: str


def side_value(measure: Measure, value: int) -> str:
    """A figure as short as a card: cases in full, money by its size."""
    return format_number(value) if measure is Measure.COUNT else format_compact_money(value)


def cards(data: Dashboard, measure: Measure, *, linked: bool) -> list[FigureCard]:
    """The cards of one measure, and one that says how the other stands.

    Args:
        data: the dashboard.
        measure: cases or money.
        linked: whether figures may be opened.
    """
    other = Measure.AMOUNT if measure is Measure.COUNT else Measure.COUNT
    return [
        _growing(data, measure, Figure.TO_ENFORCE, "Phải thi hành", linked=linked),
        _with_conditions(data, measure, linked=linked),
        _growing(data, measure, Figure.COMPLETED, _done_label(measure), linked=linked, better=True),
        _rate(data, measure, linked=linked),
        _other_side(data, other, linked=linked),
    ]


def _done_label(measure: Measure) -> str:
    return "Thi hành xong" if measure is Measure.COUNT else "Tiền thu được"


def _href(data: Dashboard, figure: Figure, measure: Measure, linked: bool) -> str:
    return cases_behind(data.query, figure, measure) if linked else ""


def _exact(data: Dashboard, measure: Measure, figure: Figure) -> str:
    exact = f" {format_money(data.sheet.amount[figure])} đồng." if measure is Measure.AMOUNT else ""
    return FIGURE_DEFINITIONS.get(figure, FIGURE_LABELS[figure] + ".") + exact


def _growing(
    data: Dashboard, measure: Measure, figure: Figure, label: str, *, linked: bool, better: bool = False
) -> FigureCard:
    now, before = data.sheet.value(measure, figure), data.before.value(measure, figure)
    change = growth(now, before)
    return FigureCard(
        label=label,
        value=side_value(measure, now),
        href=_href(data, figure, measure, linked),
        delta=delta(change),
        good=_good(change) if better else "",
        note=SINCE_LAST_YEAR if change is not None else "cùng kỳ năm trước chưa có",
        title=_exact(data, measure, figure),
    )


def _good(change: Decimal | None) -> str:
    if change is None or change == 0:
        return ""
    return "yes" if change > 0 else "no"


def _with_conditions(data: Dashboard, measure: Measure, *, linked: bool) -> FigureCard:
    side = data.sheet.of(measure)
    share = percent(side[Figure.WITH_CONDITIONS], side[Figure.TO_ENFORCE])
    before = data.before.of(measure)
    then = percent(before[Figure.WITH_CONDITIONS], before[Figure.TO_ENFORCE])
    change = _points(share, then)
    words = "" if share is None else f"{format_rate(share, 1)} phải thi hành"
    return FigureCard(
        label="Có điều kiện thi hành",
        value=side_value(measure, side[Figure.WITH_CONDITIONS]),
        href=_href(data, Figure.WITH_CONDITIONS, measure, linked),
        delta=delta(change, "điểm"),
        note=words if change is None else f"{SINCE_LAST_YEAR} · {words}",
        title=_exact(data, measure, Figure.WITH_CONDITIONS),
    )


def _rate(data: Dashboard, measure: Measure, *, linked: bool) -> FigureCard:
    rate, target = data.sheet.rate(measure), data.targets[measure]
    label = "Tỷ lệ xong trên có điều kiện" if measure is Measure.COUNT else "Tỷ lệ thu trên có điều kiện"
    points = _points(rate, data.before.rate(measure))
    return FigureCard(
        label=label,
        value=format_rate(rate),
        href=_href(data, Figure.COMPLETION_RATE, measure, linked) if rate is not None else "",
        delta=delta(points, "điểm", 2),
        good=_good(points),
        note=f"{SINCE_LAST_YEAR} · {_target_note(target)}" if points is not None else _target_note(target),
        bar="" if rate is None else f"{min(rate, Decimal(100)):.2f}",
        tick="" if target is None else f"{min(target.progress, Decimal(100)):.2f}",
        title=FIGURE_DEFINITIONS[Figure.COMPLETION_RATE] + _target_title(target),
    )


def _target_note(target: TargetInForce | None) -> str:
    return "chưa giao chỉ tiêu" if target is None else f"tiến độ {format_rate(target.progress)}"


def _target_title(target: TargetInForce | None) -> str:
    if target is None:
        return " Chưa có chỉ tiêu của năm này."
    return f" Chỉ tiêu cả năm {format_rate(target.rate)} ({target.source_note}); vạch đứng là tiến độ đến kỳ này."


def _other_side(data: Dashboard, other: Measure, *, linked: bool) -> FigureCard:
    """The other measure's result: amount, change, and its rate against its own progress line."""
    card = _growing(data, other, Figure.COMPLETED, _done_label(other), linked=linked, better=True)
    rate, target = data.sheet.rate(other), data.targets[other]
    words = f"tỷ lệ {format_rate(rate)}" + (f", tiến độ {format_rate(target.progress)}" if target else "")
    return FigureCard(
        label=card.label,
        value=card.value,
        href=card.href,
        delta=card.delta,
        good=card.good,
        note=f"{card.note} · {words}" if rate is not None else card.note,
        title=card.title,
    )


def _points(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def part_addresses(data: Dashboard, looking: Looking) -> dict[str, str]:
    """Where each part's own dashboard is, by its key."""
    return {part_key(part): looking.at(part.unit).address() for part in data.parts}


def part_lines(
    data: Dashboard, measure: Measure, looking: Looking, addresses: Mapping[str, str], *, linked: bool
) -> list[PartLine]:
    """The ranking, best rate first."""
    other = Measure.AMOUNT if measure is Measure.COUNT else Measure.COUNT
    return [
        _part_line(part, measure, other, looking, addresses, linked=linked) for part in rated_parts(data.parts, measure)
    ]


def _part_line(
    part: PartRow, measure: Measure, other: Measure, looking: Looking, addresses: Mapping[str, str], *, linked: bool
) -> PartLine:
    side = part.sheet.of(measure)
    trend = [float(rate) for rate in part.trend[measure] if rate is not None]
    return PartLine(
        key=part_key(part),
        name=part.unit.short_name,
        full_name=part.unit.name,
        href=addresses[part_key(part)],
        to_enforce=side_value(measure, side[Figure.TO_ENFORCE]),
        with_conditions=side_value(measure, side[Figure.WITH_CONDITIONS]),
        completed=side_value(measure, side[Figure.COMPLETED]),
        rate=format_rate(part.rates[measure]),
        ahead=_signed(part.ahead[measure]),
        ahead_tone=_tone(part.ahead[measure]),
        points=_signed(part.points[measure]),
        points_tone=_tone(part.points[measure]),
        other_rate=format_rate(part.rates[other]),
        spark=sparkline_points(trend),
        spark_words=trend_words(part.trend[measure]),
        cases=cases_of(looking.at(part.unit).query, measure) if linked else "",
    )


def _signed(points: Decimal | None) -> str:
    if points is None:
        return "–"
    return ("+" if points > 0 else "") + format_decimal(points)


def _tone(points: Decimal | None) -> str:
    return "" if points is None or points == 0 else "good" if points > 0 else "alert"


def composition_bars(data: Dashboard, measure: Measure, *, linked: bool) -> list[BarRow]:
    """The parts of what is to be enforced, largest first."""
    parts = sorted(data.composition(measure), key=lambda part: -part[1])
    most = max((abs(value) for _, value in parts), default=0) or 1
    return [
        BarRow(
            FIGURE_LABELS[figure],
            side_value(measure, value),
            round(max(0.0, 100 * value / most), 2),
            _href(data, figure, measure, linked),
            _TONES.get(figure, "rest"),
        )
        for figure, value in parts
    ]


def kind_bars(data: Dashboard, measure: Measure, looking: Looking, *, linked: bool) -> list[BarRow]:
    """What is to be enforced by kind of judgment, as shares."""
    rows = sorted(data.kinds, key=lambda row: -row.sheet.value(measure, Figure.TO_ENFORCE))
    values = [row.sheet.value(measure, Figure.TO_ENFORCE) for row in rows]
    total = sum(values)
    most = max(values, default=0) or 1
    return [
        BarRow(
            row.label,
            format_rate(percent(value, total), 1),
            round(max(0.0, 100 * value / most), 2),
            cases_behind(looking.changed(kind=row.kind).query, Figure.TO_ENFORCE, measure) if linked else "",
        )
        for row, value in zip(rows, values, strict=True)
        if value > 0
    ]


def month_lines(series: Sequence[MonthPoint], measure: Measure) -> list[MonthLine]:
    """The table behind the chart of months; a month yet to come has dashes."""
    return [
        MonthLine(
            label=month_label(point),
            cases_now="–" if point.now is None else format_number(achieved(point.now.count)),
            cases_before=format_number(achieved(point.before.count)),
            money_now="–" if point.now is None else format_money(achieved(point.now.amount)),
            money_before=format_money(achieved(point.before.amount)),
            rate_now="–" if point.now is None else format_rate(point.now.rate(measure)),
            rate_before=format_rate(point.before.rate(measure)),
        )
        for point in series
    ]


def history_lines(history: Sequence[HistoryPoint]) -> list[HistoryLine]:
    """The published years, newest first, each with the address of its rate."""
    found = {(point.fiscal_year, point.measure, point.indicator): point for point in history}
    lines: list[HistoryLine] = []
    for year in sorted({point.fiscal_year for point in history}, reverse=True):
        count = found.get((year, Measure.COUNT, Figure.COMPLETION_RATE.value))
        amount = found.get((year, Measure.AMOUNT, Figure.COMPLETION_RATE.value))
        completed = found.get((year, Measure.COUNT, Figure.COMPLETED.value))
        source = next((point for point in (count, amount, completed) if point is not None), None)
        lines.append(
            HistoryLine(
                year=f"{year} (sơ bộ)" if source is not None and source.preliminary else str(year),
                count_rate=format_rate(count.value if count else None),
                amount_rate=format_rate(amount.value if amount else None),
                completed=format_number(int(completed.value)) if completed else "–",
                source=urlsplit(source.source_url).hostname or "" if source else "",
                source_href=source.source_url if source else "",
            )
        )
    return lines
