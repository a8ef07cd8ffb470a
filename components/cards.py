"""Cards: figures that open the cases behind them, charts and lists with a head that says the finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import reflex as rx

from components.elements import Content, Text, link


def figure_card(
    label: Text,
    value: Text,
    *,
    href: Text = "",
    delta: Text = "",
    delta_good: Text = "",
    note: Content = "",
    percent: rx.Var[float] | float | None = None,
    target_percent: rx.Var[float] | float | None = None,
    tone: Text = "",
    serial: rx.Var[Any] | None = None,
    title: Text = "",
) -> rx.Component:
    """One figure. *delta* comes written with its arrow (``formats.delta``), *delta_good* is "yes", "no" or blank.

    *percent* (0–100) draws a bar, *target_percent* its tick. When *serial* changes, the value pulses once. *title* is
    the definition.
    """
    shown = rx.cond(href != "", link(value, href=href, class_name="opens"), rx.el.span(value))
    pulsing: dict[str, Any] = {"key": serial} if serial is not None else {}
    return rx.el.div(
        rx.el.div(label, class_name="label", title=title),
        rx.el.div(rx.el.span(shown, class_name="pulse" if serial is not None else "", **pulsing), class_name="value"),
        progress(percent, target_percent, label=label) if percent is not None else rx.fragment(),
        rx.el.div(rx.el.span(delta, class_name="delta", data_good=delta_good), " ", note, class_name="note"),
        class_name="card figure",
        data_tone=tone,
    )


def progress(percent: Any, target_percent: Any = None, *, label: Text) -> rx.Component:
    """A thin bar, 0–100, with a tick at the target."""
    tick = (
        rx.el.b(style={"insetInlineStart": rx.Var.create(f"{target_percent}%")})
        if target_percent is not None
        else rx.fragment()
    )
    return rx.el.div(
        rx.el.i(style={"width": rx.Var.create(f"{percent}%")}),
        tick,
        class_name="progress",
        role="img",
        aria_label=rx.Var.create(f"{label}: {percent} %"),
    )


def card(
    *content: Content, title: Text = "", aside: Content = "", foot: rx.Component | None = None, **props: Any
) -> rx.Component:
    """A framed part of a page. *title* is a sentence that says the finding; *aside* stands at its right."""
    has_head = not isinstance(title, str) or bool(title)
    return rx.el.section(
        rx.el.div(rx.el.h2(title), aside, class_name="card-head") if has_head else rx.fragment(),
        *content,
        foot or rx.fragment(),
        class_name=f"card {props.pop('class_name', '')}".strip(),
        **props,
    )


def card_foot(source: Content, links: Sequence[rx.Component] = ()) -> rx.Component:
    """Source and cut-off at the left ("số liệu đến 14:02"), table, Excel and picture at the right."""
    return rx.el.div(rx.el.span(source), rx.el.span(*links, class_name="links no-print"), class_name="card-foot")


def facts(*pairs: tuple[Content, Content]) -> rx.Component:
    """Labels and values, two columns."""
    return rx.el.dl(
        *(part for label, value in pairs for part in (rx.el.dt(label), rx.el.dd(value))), class_name="facts"
    )
