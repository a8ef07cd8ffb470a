"""What the charts of a dashboard show, each in one sentence made from its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from components.formats import format_compact_money, format_decimal, format_number, format_rate
from models.enums import Measure
from thads_app.reference.published import HistoryPoint
from thads_app.rules.indicators import Figure, Sheet, percent
from thads_app.rules.units import Breakdown
from thads_app.services.dashboards import Dashboard, KindRow, MonthPoint

PART_NOUNS = {
    Breakdown.PROVINCE: "tỉnh, thành phố",
    Breakdown.OFFICE: "đơn vị",
    Breakdown.OFFICER: "chấp hành viên",
}
SIDE_NOUNS = {Measure.COUNT: "số việc", Measure.AMOUNT: "số tiền"}
NOTHING_YET = "Chưa có số liệu trong kỳ"


def amount_words(measure: Measure, value: int) -> str:
    """A figure with its unit: ``1.234 việc``, ``1,25 tỷ đồng``."""
    if measure is Measure.COUNT:
        return f"{format_number(value)} việc"
    words = format_compact_money(value)
    return words if words.endswith("đồng") else f"{words} đồng"


def rates_finding(data: Dashboard, measure: Measure) -> str:
    """How the parts stand to their progress line; without a target, the best and the worst."""
    noun = PART_NOUNS[data.breakdown] if data.breakdown else "đơn vị"
    rated = [part for part in data.answerable if part.rates[measure] is not None]
    if not rated:
        return NOTHING_YET
    target = data.targets[measure]
    if target is not None:
        line = f"tiến độ {format_rate(target.progress)}"
        behind = len(data.behind(measure))
        if behind == 0:
            return f"Cả {len(rated)} {noun} đạt {line}" if len(rated) > 1 else f"Đạt {line}"
        return f"{'Cả ' if behind == len(rated) > 1 else ''}{behind} {noun} đang dưới {line}"
    ordered = sorted(rated, key=lambda part: part.rates[measure] or Decimal(0))
    best, worst = ordered[-1], ordered[0]
    first = f"{best.unit.short_name} {format_rate(best.rates[measure])}"
    if best.rates[measure] == worst.rates[measure]:
        return f"Tỷ lệ xong: {first}"
    return f"Cao nhất {first}, thấp nhất {worst.unit.short_name} {format_rate(worst.rates[measure])}"


def map_finding(rates: Mapping[str, Decimal | None]) -> str:
    """Where the rate is highest and where lowest, by the names of the provinces."""
    known = {name: rate for name, rate in rates.items() if rate is not None}
    if not known:
        return NOTHING_YET
    best, worst = max(known, key=lambda name: known[name]), min(known, key=lambda name: known[name])
    if known[best] == known[worst]:
        return f"Nơi có kết quả đều đạt {format_rate(known[best])}"
    return f"Cao nhất ở {best}, thấp nhất ở {worst}"


def months_finding(data: Dashboard, measure: Measure) -> str:
    """Whether the year runs ahead of the last one, in percentage points after so many months."""
    now, before = data.sheet.rate(measure), data.before.rate(measure)
    months = data.query.months
    after = f"sau {months} tháng"
    if now is None:
        return NOTHING_YET
    if before is None:
        done = amount_words(measure, data.sheet.value(measure, Figure.COMPLETED))
        return f"{'Xong' if measure is Measure.COUNT else 'Thu được'} {done} {after}"
    points = now - before
    if points == 0:
        return f"Ngang năm trước {after}: {format_rate(now)}"
    return f"{'Nhanh' if points > 0 else 'Chậm'} hơn năm trước {format_decimal(abs(points))} điểm {after}"


def composition_finding(sheet: Sheet, measure: Measure) -> str:
    """How large the part without conditions is."""
    side = sheet.of(measure)
    share = percent(side[Figure.WITHOUT_CONDITIONS], side[Figure.TO_ENFORCE])
    if share is None:
        return NOTHING_YET
    if share == 0:
        return f"Không còn {'việc' if measure is Measure.COUNT else 'khoản tiền'} nào chưa có điều kiện"
    return f"{format_rate(share, 1)} {SIDE_NOUNS[measure]} chưa có điều kiện thi hành"


def kinds_finding(kinds: Sequence[KindRow], measure: Measure) -> str:
    """The largest kind of judgment."""
    total = sum(row.sheet.value(measure, Figure.TO_ENFORCE) for row in kinds)
    if total <= 0:
        return NOTHING_YET
    largest = max(kinds, key=lambda row: row.sheet.value(measure, Figure.TO_ENFORCE))
    share = percent(largest.sheet.value(measure, Figure.TO_ENFORCE), total)
    label = largest.label[:1].lower() + largest.label[1:]
    return f"{format_rate(share, 1)} {SIDE_NOUNS[measure]} là án {label}"


def history_finding(history: Sequence[HistoryPoint]) -> str:
    """The newest published year, both measures."""
    rates = [point for point in history if point.indicator == Figure.COMPLETION_RATE.value]
    if not rates:
        return NOTHING_YET
    year = max(point.fiscal_year for point in rates)
    of_year = {point.measure: point.value for point in rates if point.fiscal_year == year}
    words = [
        f"{format_rate(of_year[measure])} về {noun}"
        for measure, noun in ((Measure.COUNT, "việc"), (Measure.AMOUNT, "tiền"))
        if measure in of_year
    ]
    return f"Kết quả công bố năm {year}: {', '.join(words)}"


def trend_words(rates: Sequence[Decimal | None]) -> str:
    """A sparkline in words."""
    known = [rate for rate in rates if rate is not None]
    if not known:
        return "chưa có kết quả"
    return f"từ {format_rate(known[0])} đến {format_rate(known[-1])}"


def month_label(point: MonthPoint) -> str:
    """The calendar month a statistical month is."""
    return f"{point.end.month}/{point.end.year}"
