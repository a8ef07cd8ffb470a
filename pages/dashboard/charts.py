"""The figures of a dashboard as plain dicts for Plotly. No plotly import: they are data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from components.drill_plot import ACCENT, ALERT, REST, THIRD, base_layout
from components.formats import format_rate
from models.enums import Measure
from thads_app.reference.published import HistoryPoint
from thads_app.rules.indicators import Figure
from thads_app.rules.units import Breakdown
from thads_app.services.dashboards import Dashboard, MonthPoint, PartRow

RATES_HEIGHT = 410
MONTHS_HEIGHT = 350
HISTORY_HEIGHT = 250
MAP_STEPS = 6
_LINE = "#17202a"
_MONEY_STEPS = ((10**12, "nghìn tỷ"), (10**9, "tỷ"), (10**6, "triệu"))
_LABEL_ROOM, _LINE_ROOM = 116, 30  # px under the bars for names written downwards, or side by side
_SIDE_BY_SIDE = 8  # bars whose names have room beside each other

Plot = dict[str, Any]


def _number(value: Decimal | int | None) -> float | None:
    return None if value is None else float(value)


def rated_parts(parts: Sequence[PartRow], measure: Measure) -> list[PartRow]:
    """The parts by falling rate, those without one last."""
    return sorted(parts, key=lambda part: (part.rates[measure] is None, -(part.rates[measure] or 0)))


def rates_plot(data: Dashboard, measure: Measure, addresses: Mapping[str, str]) -> Plot:
    """A bar per part, the best first; those under their progress line in the alert colour.

    Args:
        data: the dashboard.
        measure: whose rate.
        addresses: where a click leads, by the key of the part (`part_key`).
    """
    shown = [part for part in rated_parts(data.parts, measure) if part.rates[measure] is not None]
    target, own = data.targets[measure], data.sheet.rate(measure)
    line = target.progress if target else own
    label = f"tiến độ {format_rate(line)}" if target else f"{data.unit.short_name} {format_rate(line)}"
    downwards = len(shown) > _SIDE_BY_SIDE
    bars = {
        "type": "bar",
        "x": list(range(len(shown))),  # by place, because two people may share a name
        "y": [_number(part.rates[measure]) for part in shown],
        "customdata": [addresses[part_key(part)] for part in shown],
        "marker": {"color": [_bar_colour(part, measure) for part in shown]},
        "text": [part.unit.name for part in shown],
        "textposition": "none",
        "hovertemplate": "%{text}<br>%{y:.2f} %<extra></extra>",
    }
    layout = base_layout(
        RATES_HEIGHT,
        margin={"l": 34, "r": 8, "t": 22, "b": _LABEL_ROOM if downwards else _LINE_ROOM},
        bargap=0.24 if downwards else 0.5,
        xaxis={
            "automargin": False,
            "range": [-0.6, len(shown) - 0.4],
            "tickvals": list(range(len(shown))),
            "ticktext": [_short(part, data.unit.short_name, len(shown)) for part in shown],
            "tickangle": 90 if downwards else 0,
            "tickfont": {"size": 10 if len(shown) > 40 else 11},
            "ticks": "",
        },
        yaxis={"automargin": False, "rangemode": "tozero", "nticks": 6},
        shapes=[] if line is None else [_level(line)],
        annotations=[] if line is None else [_level_label(line, label)],
    )
    return {"data": [bars], "layout": layout}


def part_key(part: PartRow) -> str:
    """What tells a part from its siblings: an officer and the province's own work may share an office's code."""
    return f"{part.unit.level}:{part.unit.code}:{int(part.unit.own)}"


def _short(part: PartRow, unit: str, count: int) -> str:
    """The name under a bar, without what all its neighbours share; the full one is shown on hovering."""
    longest = 18 if count > _SIDE_BY_SIDE else 20
    bare = part.unit.short_name.removeprefix("Phòng ").removeprefix("Chi cục ").removesuffix(f" – {unit}")
    if part.unit.level == Breakdown.OFFICER.value:
        bare = _initialled(bare, longest)
    return bare if len(bare) <= longest else f"{bare[: longest - 1].rstrip()}…"


def _initialled(name: str, longest: int) -> str:
    """A long personal name with its first words as initials: given names tell people apart."""
    words = name.split()
    for place in range(len(words) - 1):
        if len(" ".join(words)) <= longest:
            break
        words[place] = f"{words[place][0]}."
    return " ".join(words)


def _bar_colour(part: PartRow, measure: Measure) -> str:
    ahead = part.ahead[measure]
    return ALERT if ahead is not None and ahead < 0 else ACCENT


def _level(value: Decimal) -> Plot:
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": float(value),
        "y1": float(value),
        "line": {"color": _LINE, "width": 1.2, "dash": "dot"},
        "layer": "above",
    }


def _level_label(value: Decimal, text: str) -> Plot:
    return {
        "xref": "paper",
        "x": 1,
        "xanchor": "right",
        "y": float(value),
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 11, "color": _LINE},
    }


def months_plot(data: Dashboard) -> Plot:
    """What was achieved since October, month by month, beside the year before: cases above, money below."""
    labels = [str(point.end.month) for point in data.series]
    year = data.query.fiscal_year
    top = _year_lines(data.series, Measure.COUNT, labels, year=year, unit=1, axis="")
    unit, name = _money_unit(data.series)
    bottom = _year_lines(data.series, Measure.AMOUNT, labels, year=year, unit=unit, axis="2")
    steps = {"rangemode": "tozero", "nticks": 4, "automargin": False}
    layout = base_layout(
        MONTHS_HEIGHT,
        margin={"l": 52, "r": 12, "t": 20, "b": 22},
        xaxis={"type": "category", "automargin": False, "anchor": "y2", "categoryarray": labels},
        yaxis={**steps, "domain": [0.57, 1], "tickformat": ",.0f"},
        yaxis2={**base_layout()["yaxis"], **steps, "domain": [0, 0.41], "tickformat": ",.2~f"},
        hovermode="x unified",
        hoverlabel={"bgcolor": "#17202a", "font": {"color": "#ffffff", "size": 12}},
        annotations=[
            _panel_label("Việc thi hành xong và đình chỉ", 1.0),
            _panel_label(f"Tiền thu, đình chỉ, giảm ({name})", 0.44),
        ],
    )
    return {"data": [*top, *bottom], "layout": layout}


def achieved(sheet_side: Mapping[Figure, int]) -> int:
    """The numerator of the completion rate: completed, terminated, and on the money side reduced."""
    return sheet_side[Figure.COMPLETED] + sheet_side[Figure.TERMINATED] + sheet_side[Figure.REDUCED]


def _money_unit(series: Sequence[MonthPoint]) -> tuple[int, str]:
    most = max(
        (achieved(sheet.amount) for point in series for sheet in (point.now, point.before) if sheet is not None),
        default=0,
    )
    return next(((size, name) for size, name in _MONEY_STEPS if most >= size), (1, "đồng"))


def _year_lines(
    series: Sequence[MonthPoint], measure: Measure, labels: list[str], *, year: int, unit: int, axis: str
) -> list[Plot]:
    now = [None if point.now is None else achieved(point.now.of(measure)) / unit for point in series]
    before = [achieved(point.before.of(measure)) / unit for point in series]
    form = ",.0f" if measure is Measure.COUNT else ",.2~f"
    common: Plot = {"type": "scatter", "x": labels, "yaxis": f"y{axis}", "xaxis": "x"}
    last = max((place for place, value in enumerate(now) if value is not None), default=-1)
    return [
        {
            **common,
            "name": f"năm {year - 1}",
            "y": before,
            "mode": "lines",
            "line": {"color": REST, "width": 1.6},
            "hovertemplate": f"năm {year - 1}: %{{y:{form}}}<extra></extra>",
        },
        {
            **common,
            "name": f"năm {year}",
            "y": now,
            "mode": "lines+markers",
            "line": {"color": ACCENT, "width": 2.2},
            "marker": {"color": ACCENT, "size": [8 if place == last else 0 for place in range(len(now))]},
            "hovertemplate": f"năm {year}: %{{y:{form}}}<extra></extra>",
        },
    ]


def _panel_label(text: str, y: float) -> Plot:
    return {
        "xref": "paper",
        "yref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": y,
        "yanchor": "bottom",
        "text": text,
        "showarrow": False,
        "font": {"size": 11},
    }


def history_plot(history: Sequence[HistoryPoint]) -> Plot:
    """The published completion rates of the nation, a line per measure; preliminary years hollow."""
    lines = [
        _history_line(history, Measure.COUNT, "việc", ACCENT),
        _history_line(history, Measure.AMOUNT, "tiền", THIRD),
    ]
    years = sorted({point.fiscal_year for point in history})
    layout = base_layout(
        HISTORY_HEIGHT,
        margin={"l": 34, "r": 44, "t": 12, "b": 24},
        xaxis={"automargin": False, "dtick": 1, "range": [years[0] - 0.3, years[-1] + 0.3] if years else None},
        yaxis={"automargin": False, "rangemode": "tozero", "nticks": 5},
        annotations=[_end_label(line) for line in lines if line["x"]],
    )
    return {"data": lines, "layout": layout}


def _history_line(history: Sequence[HistoryPoint], measure: Measure, name: str, colour: str) -> Plot:
    points = sorted(
        (p for p in history if p.measure is measure and p.indicator == Figure.COMPLETION_RATE.value),
        key=lambda point: point.fiscal_year,
    )
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": [point.fiscal_year for point in points],
        "y": [float(point.value) for point in points],
        "line": {"color": colour, "width": 2},
        "marker": {
            "color": colour,
            "size": 7,
            "symbol": ["circle-open" if p.preliminary else "circle" for p in points],
        },
        "hovertemplate": f"Năm %{{x}}, {name}: %{{y:.2f}} %<extra></extra>",
    }


def _end_label(line: Plot) -> Plot:
    return {
        "x": line["x"][-1],
        "y": line["y"][-1],
        "xanchor": "left",
        "xshift": 8,
        "text": line["name"],
        "showarrow": False,
        "font": {"size": 12},
    }


def map_steps(rates: Mapping[str, Decimal | None]) -> tuple[dict[str, str], tuple[Decimal, Decimal] | None]:
    """The colour of each province in six equal steps between the lowest and the highest rate, and those two."""
    known = [rate for rate in rates.values() if rate is not None]
    if not known:
        return {}, None
    low, high = min(known), max(known)
    span = (high - low) or Decimal(1)
    fills = {
        code: f"var(--map-{min(MAP_STEPS, 1 + int((rate - low) / span * MAP_STEPS))})"
        for code, rate in rates.items()
        if rate is not None
    }
    return fills, (low, high)
