"""What happened to a case, newest first, as a story."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx


@dataclass(frozen=True)
class TimelineItem:
    """One event, written out.

    ``what`` in bold, ``day`` the business date, ``more`` the second line, ``late`` if recorded late.

    ``struck`` marks what was corrected away; ``tone`` blank, good or alert.
    """

    key: str
    what: str
    day: str
    more: str = ""
    late: str = ""
    struck: bool = False
    tone: str = ""


def timeline(items: rx.Var[list[TimelineItem]], actions: Callable[[Any], rx.Component] | None = None) -> rx.Component:
    """Draw the story; ``actions(item)`` may add links to an entry (correct it, its document)."""

    def entry(item: Any) -> rx.Component:
        return rx.el.li(
            rx.el.div(rx.el.b(item.what), " · ", item.day, class_name="what"),
            rx.el.div(
                item.more,
                rx.cond(
                    item.late != "",
                    rx.el.span(rx.cond(item.more != "", ", ", ""), rx.el.span(item.late, class_name="alert")),
                ),
                actions(item) if actions else rx.fragment(),
                class_name="more",
            ),
            data_struck=rx.cond(item.struck, "true", "false"),
            data_tone=item.tone,
            key=item.key,
        )

    return rx.el.ol(rx.foreach(items, entry), class_name="timeline")
