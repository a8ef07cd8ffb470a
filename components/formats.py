"""Wording of figures for screens: deltas, deadlines, sparklines.

Plain numbers, money and dates are in ``rules/vietnamese.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from components.messages import INPUT_SENTENCES
from thads_app.rules.vietnamese import (
    InputError,
    amount_in_words,
    format_compact_money,
    format_date,
    format_decimal,
    format_moment,
    format_money,
    format_number,
    format_rate,
    initials,
    parse_date,
    parse_money,
)

__all__ = [
    "InputError",
    "amount_in_words",
    "bounded_count",
    "deadline",
    "delta",
    "format_compact_money",
    "format_date",
    "format_decimal",
    "format_moment",
    "format_money",
    "format_number",
    "format_rate",
    "initials",
    "input_sentence",
    "parse_date",
    "parse_money",
    "sparkline_points",
]

SOON_DAYS = 60


def input_sentence(error: InputError) -> str:
    """Return the sentence that says how to mend what was typed."""
    return INPUT_SENTENCES[error.code]


def delta(change: Decimal | float | None, unit: str = "%", places: int = 1) -> str:
    """Write a change with its arrow: ``▲ 6,2 %``, ``▼ 1,1 điểm``; nothing when there is nothing to compare with."""
    if change is None:
        return ""
    text = format_decimal(abs(change), places)
    if not text.strip("0,"):
        return "không đổi"
    return f"{'▲' if change > 0 else '▼'} {text}\u00a0{unit}"


def deadline(days_left: int) -> str:
    """Write how far a deadline is: ``còn 9 ngày``, ``hôm nay``, ``trễ 4 ngày``, ``còn 3 tháng``."""
    if days_left == 0:
        return "hôm nay"
    verb = "còn" if days_left > 0 else "trễ"
    days = abs(days_left)
    return f"{verb} {days} ngày" if days < SOON_DAYS else f"{verb} {days // 30} tháng"


def bounded_count(found: int, limit: int, noun: str = "việc") -> str:
    """Write a count that stops at *limit*: ``hơn 1.000 việc`` when there are more, else the exact number."""
    return f"hơn {format_number(limit)} {noun}" if found > limit else f"{format_number(found)} {noun}"


def sparkline_points(values: Sequence[float], width: float = 64, height: float = 18) -> str:
    """Return the ``points`` of an SVG polyline over *values* (oldest first), scaled to the box.

    Blank under two values.
    """
    if len(values) < 2:  # noqa: PLR2004 - one point is no line
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / (len(values) - 1)
    return " ".join(
        f"{index * step:.1f},{height - 1 - (value - low) / span * (height - 2):.1f}"
        for index, value in enumerate(values)
    )
