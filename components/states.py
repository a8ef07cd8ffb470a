"""Loading, empty and failed: what stands where content is not there."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import Content, Text, icon, link


def skeleton(kind: str = "") -> rx.Component:
    """A grey shape while something loads: a line, ``tall`` or a ``block``."""
    return rx.el.div(class_name=f"skeleton {kind}".strip(), aria_hidden="true")


def empty_state(text: Content, *actions: rx.Component, symbol: str = "cases") -> rx.Component:
    """Say helpfully that there is nothing, with the way to change that."""
    return rx.el.div(
        icon(symbol),
        rx.el.p(text),
        rx.el.div(*actions, class_name="actions") if actions else rx.fragment(),
        class_name="empty",
    )


def error_state(message: Text, *, on_retry: Any = None) -> rx.Component:
    """Say honestly what failed (the sentence carries its incident number) and offer to try again."""
    retry = (
        rx.el.button(icon("retry", small=True), msg.RETRY, type="button", class_name="button", on_click=on_retry)
        if on_retry is not None
        else rx.fragment()
    )
    return rx.el.div(
        icon("alert"), rx.el.p(rx.el.b(msg.LOAD_FAILED)), rx.el.p(message), retry, class_name="empty", role="alert"
    )


def not_found(*, framed: bool = False) -> rx.Component:
    """Content of the 404 page; the same words whether the thing is missing or outside the reader's offices.

    *framed*: inside a page that has a title of its own.
    """
    return _wall("search", msg.NOT_FOUND, msg.NOT_FOUND_TEXT, framed=framed)


def forbidden() -> rx.Component:
    """Content of a page the reader has no right to open."""
    return _wall("key", msg.FORBIDDEN, msg.FORBIDDEN_TEXT)


def _wall(symbol: str, title: str, text: str, *, framed: bool = False) -> rx.Component:
    return rx.el.div(
        icon(symbol),
        rx.el.h2(title) if framed else rx.el.h1(title),
        rx.el.p(text),
        rx.el.div(link(msg.GO_HOME, href="/", class_name="button primary"), class_name="actions"),
        class_name="empty",
    )
