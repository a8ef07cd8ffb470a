"""Tabs and switches whose choice is in the address: they are links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.elements import Text, link


@dataclass(frozen=True)
class Tab:
    """One tab: ``key`` is compared with the active one; ``count`` is shown when not blank."""

    key: str
    label: str
    href: str
    count: str = ""


def tabs(items: rx.Var[list[Tab]], active: Text, label: Text) -> rx.Component:
    """Draw the tabs of a page; *label* names the set for screen readers."""

    def tab(item: Any) -> rx.Component:
        return link(
            item.label,
            rx.cond(item.count != "", rx.el.span(item.count, class_name="tally")),
            href=item.href,
            aria_current=rx.cond(item.key == active, "page", "false"),
            key=item.key,
        )

    return rx.el.nav(rx.foreach(items, tab), class_name="tabs", aria_label=label)


def segmented(items: rx.Var[list[Tab]], active: Text, label: Text) -> rx.Component:
    """A switch between two or three views (Việc | Tiền)."""

    def part(item: Any) -> rx.Component:
        return link(item.label, href=item.href, aria_current=rx.cond(item.key == active, "true", "false"), key=item.key)

    return rx.el.div(rx.foreach(items, part), class_name="segmented", role="group", aria_label=label)
