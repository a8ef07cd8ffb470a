"""The command palette (Ctrl K): a native dialog opened in the browser; only the query goes to the server."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import icon, key_hint, link


@dataclass(frozen=True)
class PaletteItem:
    """One result. ``heading`` is filled by :func:`with_headings` on the first item of each group."""

    group: str
    label: str
    hint: str
    href: str
    heading: str = ""


def with_headings(items: Iterable[PaletteItem]) -> list[PaletteItem]:
    """Return the items, the first of each group carrying the group's name. Items of one group must stand together."""
    seen = ""
    result: list[PaletteItem] = []
    for item in items:
        result.append(replace(item, heading="" if item.group == seen else item.group))
        seen = item.group
    return result


def palette(items: rx.Var[list[PaletteItem]], on_query: Any) -> rx.Component:
    """Return the palette; *on_query* receives the text typed, 150 ms after the last key.

    Arrows move, Enter opens, Esc closes: all in ``assets/keyboard.js``. The page must answer a blank query too
    (pages, actions).
    """

    def result(item: Any) -> rx.Component:
        return rx.fragment(
            rx.cond(item.heading != "", rx.el.div(item.heading, class_name="palette-group", role="presentation")),
            link(
                rx.el.span(item.label),
                rx.el.span(item.hint, class_name="hint"),
                href=item.href,
                class_name="menu-item",
                role="option",
                tab_index=-1,
                aria_selected="false",
            ),
        )

    return rx.el.dialog(
        rx.el.div(
            icon("search"),
            rx.el.input(
                type="text",
                placeholder=msg.SEARCH_EVERYWHERE,
                aria_label=msg.PALETTE_TITLE,
                role="combobox",
                aria_expanded="true",
                aria_controls="palette-results",
                aria_autocomplete="list",
                auto_complete="off",
                spell_check=False,
                on_change=on_query.debounce(150),
            ),
            class_name="palette-input",
        ),
        rx.el.div(
            rx.cond(
                items.length() > 0,
                rx.foreach(items, result),
                rx.el.div(msg.PALETTE_EMPTY, class_name="combo-none"),
            ),
            id="palette-results",
            role="listbox",
            aria_label=msg.PALETTE_TITLE,
            class_name="palette-results",
        ),
        rx.el.div(
            *(rx.el.span(key_hint(keys), " ", what) for keys, what in msg.PALETTE_KEYS),
            class_name="palette-foot",
        ),
        id="palette",
        class_name="palette",
        aria_label=msg.PALETTE_TITLE,
    )
