"""Pieces that only the case pages need."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.dialogs import button
from components.elements import Content, Text, icon


def wide_panel(
    *content: Content,
    open: rx.Var[bool],  # noqa: A002 (the same name as the narrow panel's)
    title: Text,
    on_close: Any,
    subtitle: Text = "",
    name: str = "panel",
) -> rx.Component:
    """A side panel with room for rows of fields."""
    return rx.cond(
        open,
        rx.el.aside(
            rx.el.div(
                rx.el.div(rx.el.h2(title, id=f"{name}-title"), rx.el.div(subtitle, class_name="small muted")),
                button(
                    icon("close"),
                    tone="plain",
                    class_name="icon-only",
                    on_click=on_close,
                    data_esc="",
                    aria_label=msg.CLOSE,
                ),
                class_name="panel-head",
            ),
            *content,
            class_name="panel",
            style={"width": "min(880px, 100vw)"},
            aria_labelledby=f"{name}-title",
            data_panel="",
        ),
    )
