"""Filters of a list: every condition is in the address; chips are links without it, the menu is a GET form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import Text, icon, link, nav_form
from components.inputs import search_field


@dataclass(frozen=True)
class Chip:
    """One condition in force: ``label`` and ``value`` as shown, ``href`` the address without it."""

    label: str
    value: str
    href: str


@dataclass(frozen=True)
class Kept:
    """A query parameter that a filter form must carry along unchanged."""

    name: str
    value: str


def _kept_inputs(kept: rx.Var[list[Kept]] | None) -> rx.Component:
    if kept is None:
        return rx.fragment()
    return rx.foreach(kept, lambda pair: rx.el.input(type="hidden", name=pair.name, value=pair.value, read_only=True))


def filter_bar(
    *leading: rx.Component, chips: rx.Var[list[Chip]], trailing: tuple[rx.Component, ...] = ()
) -> rx.Component:
    """One line: search box and menus first, then the chips; *trailing* (count, sorting, columns) at the end."""
    return rx.el.div(
        *leading,
        rx.foreach(chips, _chip),
        rx.el.div(*trailing, class_name="at-end") if trailing else rx.fragment(),
        class_name="list-bar",
    )


def _chip(chip: Any) -> rx.Component:
    remove = rx.Var.create(f"{msg.REMOVE_FILTER} ") + chip.label
    return rx.el.span(
        chip.label + ":",
        rx.el.b(chip.value),
        link(icon("close", small=True), href=chip.href, aria_label=remove, title=remove),
        class_name="chip",
        key=chip.href,
    )


def filter_menu(
    *fields: rx.Component, action: Text, kept: rx.Var[list[Kept]] | None = None, version: Text = ""
) -> rx.Component:
    """The "add a condition" menu. Field names are query parameters; blank ones are left out of the address.

    *version* (the present query) makes the fields start from the address whenever it changes.
    """
    return rx.el.details(
        rx.el.summary(icon("plus", small=True), msg.ADD_FILTER, class_name="chip chip-add", data_key="f"),
        nav_form(
            _kept_inputs(kept),
            *fields,
            rx.el.div(
                rx.el.button(msg.APPLY, type="submit", class_name="button primary", data_close_menu=""),
                class_name="form-actions",
            ),
            action=action,
            class_name="menu-sheet from-start wide form",
            key=version,
        ),
        class_name="menu",
    )


def search_box(
    name: str, *, action: Text, value: Text, placeholder: str = msg.SEARCH, kept: rx.Var[list[Kept]] | None = None
) -> rx.Component:
    """Search in a list (``/``): Enter puts the words into the address."""
    return nav_form(
        _kept_inputs(kept),
        search_field(name, default_value=value, placeholder=placeholder, key=value),
        action=action,
        role="search",
        style={"display": "contents"},
    )
