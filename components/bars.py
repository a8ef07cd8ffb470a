"""Horizontal bars: a few parts of a whole, each with its number as a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.elements import link


@dataclass(frozen=True)
class BarRow:
    """One bar: ``percent`` 0–100 is its length, ``tone`` blank (accent), second, third, rest, good or alert."""

    label: str
    value: str
    percent: float
    href: str = ""
    tone: str = ""


def bar_list(rows: rx.Var[list[BarRow]]) -> rx.Component:
    """Draw the bars, largest first as the page has sorted them."""

    def bar(row: Any) -> rx.Component:
        return rx.el.li(
            rx.el.div(
                rx.el.span(row.label),
                rx.el.span(
                    rx.cond(row.href != "", link(row.value, href=row.href, class_name="opens"), row.value),
                    class_name="value",
                ),
                class_name="bar-line",
            ),
            rx.el.div(
                rx.el.i(style={"width": rx.Var.create(f"{row.percent}%")}),
                class_name="bar",
                data_tone=row.tone,
                aria_hidden="true",
            ),
            key=row.label,
        )

    return rx.el.ul(rx.foreach(rows, bar), class_name="bars")
