"""Questions, side panels, notices and toasts.

The page's state opens them; ``assets/keyboard.js`` minds focus, Tab and Esc.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import Content, Flag, Text, icon, key_hint, native_form


def button(
    *content: Content,
    tone: str = "",
    key: str = "",
    key_label: str = "",
    busy: Flag = False,
    disabled: Flag = False,
    type: str = "button",  # noqa: A002 - the HTML attribute
    **props: Any,
) -> rx.Component:
    """Return a button.

    *tone* is ``primary`` (one per screen), ``danger``, ``plain`` or blank; *key* clicks it from the keyboard.
    """
    if key:
        props["data_key"] = key
    return rx.el.button(
        *content,
        key_hint(key_label or key.upper()) if key or key_label else rx.fragment(),
        type=type,
        class_name=f"button {tone} {props.pop('class_name', '')}".strip(),
        disabled=disabled,
        aria_busy=rx.cond(busy, "true", "false") if isinstance(busy, rx.Var) else str(busy).lower(),
        **props,
    )


def dialog(
    *content: Content,
    open: rx.Var[bool],  # noqa: A002
    title: Text,
    wide: bool = False,
    name: str = "dialog",
) -> rx.Component:
    """A modal dialog. Give one button inside it ``data_esc=""``: Esc clicks it."""
    return rx.cond(
        open,
        rx.el.div(
            rx.el.div(
                rx.el.h2(title, id=f"{name}-title"),
                *content,
                role="dialog",
                aria_modal="true",
                aria_labelledby=f"{name}-title",
                class_name="dialog wide" if wide else "dialog",
                data_modal="",
            ),
            class_name="veil",
        ),
    )


def confirm(
    *,
    open: rx.Var[bool],  # noqa: A002
    title: Text,
    text: Content,
    yes: Text,
    on_yes: Any,
    on_no: Any,
    danger: bool = True,
    busy: Flag = False,
    name: str = "confirm",
) -> rx.Component:
    """Ask before what cannot be undone.

    *title* names the thing ("Thu hồi bàn giao BG-17?"), *yes* is the verb, never "OK".
    """
    return dialog(
        rx.el.p(text) if isinstance(text, str | rx.Var) else text,
        rx.el.div(
            button(msg.CANCEL, key_label="Esc", on_click=on_no, data_esc="", data_first=""),
            button(
                yes, tone="danger" if danger else "primary", on_click=on_yes, busy=busy, disabled=busy, data_save=""
            ),
            class_name="form-actions",
        ),
        open=open,
        title=title,
        name=name,
    )


def side_panel(
    *content: Content,
    open: rx.Var[bool],  # noqa: A002
    title: Text,
    on_close: Any,
    subtitle: Text = "",
    name: str = "panel",
) -> rx.Component:
    """A panel at the right in which a form opens, so that the page stays in sight. It does not block the page."""
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
            aria_labelledby=f"{name}-title",
            data_panel="",
        ),
    )


def notice(*content: Content, tone: Text = "info", symbol: str = "info", **props: Any) -> rx.Component:
    """A message inside the page. *tone*: info, good, warn, alert."""
    return rx.el.div(
        icon(symbol),
        rx.el.div(*content),
        class_name="notice",
        data_tone=tone,
        role=props.pop("role", "status"),
        **props,
    )


def toast(message: rx.Var[str], *, tone: Text = "good", serial: rx.Var[int] | int = 0) -> rx.Component:
    """Say briefly what has just happened; it leaves after six seconds. Raise *serial* with every new message."""
    return rx.el.div(
        rx.cond(message != "", rx.el.div(message, class_name="toast", data_tone=tone, key=serial)),
        class_name="toasts",
        role="status",
        aria_live="polite",
    )


def menu(label: Content, *items: rx.Component, tone: str = "", key: str = "", from_start: bool = False) -> rx.Component:
    """A button that opens a list of actions (``menu_item``)."""
    summary_props: dict[str, Any] = {"data_key": key} if key else {}
    return rx.el.details(
        rx.el.summary(label, icon("down", small=True), class_name=f"button {tone}".strip(), **summary_props),
        rx.el.div(*items, class_name="menu-sheet from-start" if from_start else "menu-sheet"),
        class_name="menu",
    )


def menu_item(label: Content, *, on_click: Any = None, hint: Text = "", symbol: str = "", **props: Any) -> rx.Component:
    """One action of a :func:`menu`."""
    return rx.el.button(
        icon(symbol) if symbol else rx.fragment(),
        rx.el.span(label),
        rx.el.span(hint, class_name="hint"),
        type="button",
        class_name="menu-item",
        data_close_menu="",
        on_click=on_click if on_click is not None else [],
        **props,
    )


def discard_dialog() -> rx.Component:
    """The one question Esc asks when a form holds unsaved text. Opened and answered in the browser."""
    return rx.el.dialog(
        rx.el.h2(msg.DISCARD_TITLE),
        rx.el.p(msg.DISCARD_TEXT),
        native_form(
            rx.el.button(msg.DISCARD_NO, type="submit", value="", class_name="button", auto_focus=True),
            rx.el.button(msg.DISCARD_YES, type="submit", value="discard", class_name="button danger"),
            method="dialog",
            class_name="form-actions",
        ),
        id="discard",
        class_name="dialog",
        aria_label=msg.DISCARD_TITLE,
    )


def shortcuts_dialog() -> rx.Component:
    """The list of keys (``?``)."""
    return rx.el.dialog(
        rx.el.h2(msg.SHORTCUTS),
        rx.el.div(
            *(part for keys, what in msg.SHORTCUT_LIST for part in (rx.el.kbd(keys), rx.el.span(what))),
            class_name="shortcuts",
        ),
        rx.el.div(
            rx.el.button(msg.CLOSE, type="button", class_name="button", data_close_dialog="", auto_focus=True),
            class_name="form-actions",
        ),
        id="shortcuts",
        class_name="dialog",
        aria_label=msg.SHORTCUTS,
    )
