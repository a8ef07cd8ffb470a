"""Whole forms: drafts, error summary, actions, rows that repeat. The fields are in :mod:`components.inputs`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import reflex as rx

from components import messages as msg
from components.dialogs import button
from components.elements import Content, Flag, Text, icon, jump_link
from components.inputs import Errors, field_id


def form(
    *content: Content,
    on_submit: Any,
    draft: Text = "",
    saved: Text = "",
    errors: Errors | None = None,
    labels: Mapping[str, str] | None = None,
    class_name: str = "form",
    **props: Any,
) -> rx.Component:
    """A form whose handler gets a dict of its named fields.

    *draft* is the key under which the browser keeps what is typed (``"ho-so-moi"``, ``"su-kien:123"``); *saved* is a
    state var that
    the handler sets to a new value (a uuid) once the server has everything: the draft is then deleted. Before a
    redirect, ``yield``
    so that the browser sees it. *labels* name the fields in the error summary. Give the form ``key=`` a var that
    changes when it
    must start anew, and mount it only when its defaults are loaded.
    """
    summary = error_summary(errors, labels or {}) if errors is not None else rx.fragment()
    kept: dict[str, Any] = (
        {"data_draft": draft, "data_draft_saved": saved} if not isinstance(draft, str) or draft else {}
    )
    return rx.el.form(
        summary,
        _draft_note() if kept else rx.fragment(),
        *content,
        on_submit=on_submit,
        class_name=class_name,
        no_validate=True,
        auto_complete="off",
        **kept,
        **props,
    )


def _draft_note() -> rx.Component:
    return rx.el.div(
        icon("clock"),
        rx.el.div(
            msg.DRAFT_RESTORED,
            " ",
            rx.el.span(data_draft_time=""),
            ". ",
            rx.el.button(msg.DRAFT_DISCARD, type="button", class_name="link", data_draft_discard=""),
        ),
        class_name="notice",
        role="status",
        custom_attrs={"hidden": True},
        data_draft_note="",
    )


def error_summary(errors: Errors, labels: Mapping[str, str]) -> rx.Component:
    """List what must be mended, each a link to its field; takes the focus when it appears.

    ``errors[""]`` is an error of the whole form and has no link.
    """
    names = rx.Var.create(dict(labels))

    def item(entry: Any) -> rx.Component:
        name, sentence = entry[0], entry[1]
        return rx.el.li(
            rx.cond(
                name == "",
                rx.el.span(sentence),
                jump_link(
                    rx.cond(names[name], names[name] + ": ", ""),
                    sentence,
                    href=rx.Var.create(f"#{field_id('')}") + name,
                ),
            )
        )

    return rx.cond(
        errors.length() > 0,
        rx.el.div(
            rx.el.h2(msg.ERRORS_FOUND),
            rx.el.ul(rx.foreach(errors, item)),
            class_name="summary",
            role="alert",
            tab_index=-1,
            data_error_summary="",
        ),
    )


def form_actions(
    *more: rx.Component, save: Content = msg.SAVE, on_cancel: Any = None, busy: Flag = False, sticky: bool = False
) -> rx.Component:
    """Cancel (Esc) and save (Ctrl+Enter), and the promise to save later while the line is lost."""
    cancel = (
        button(msg.CANCEL, key_label="Esc", on_click=on_cancel, data_esc="") if on_cancel is not None else rx.fragment()
    )
    return rx.el.div(
        rx.el.span(msg.WAITING_FOR_LINE, class_name="waiting small alert", role="status"),
        *more,
        cancel,
        button(save, tone="primary", key_label="Ctrl ↵", type="submit", busy=busy, disabled=busy, data_save=""),
        class_name="form-actions sticky-actions" if sticky else "form-actions",
    )


def section(title: Text, *content: Content, **props: Any) -> rx.Component:
    """A titled part of a long form."""
    return rx.el.div(rx.el.h2(title), *content, class_name="form-section", **props)


def grid(*fields: rx.Component, **props: Any) -> rx.Component:
    """Fields on twelve columns (``class_name="span-4"`` on a field); one column on a phone."""
    return rx.el.div(*fields, class_name="form-grid", **props)


def repeater(row: Callable[[int], Sequence[rx.Component]], *, rows: int, shown: Any = 1, add: Text) -> rx.Component:
    """Rows that repeat (parties, obligations), all made at once and shown as needed, without the server.

    ``row(index)`` returns the fields of row *index*, named e.g. ``f"party_{index}_name"``. Rows not shown are
    disabled fieldsets, so
    the handler gets only those in use; a kept draft opens the rows it needs. At most *rows* rows.
    """

    def one(index: int) -> rx.Component:
        spare = index >= shown
        first = index == 0
        return rx.el.fieldset(
            grid(*row(index)),
            rx.fragment()
            if first
            else rx.el.button(
                icon("close"),
                type="button",
                class_name="button plain icon-only",
                data_drop_row="",
                aria_label=msg.REMOVE_ROW,
            ),
            class_name="repeater-row",
            data_repeater_row="",
            disabled=spare,
            custom_attrs={"hidden": spare},  # as a prop it would become a style
            **({} if first else {"data_spare": ""}),
        )

    return rx.el.div(
        *(one(index) for index in range(rows)),
        rx.el.button(icon("plus", small=True), add, type="button", class_name="button small", data_add_row=""),
        class_name="repeater",
        data_repeater="",
    )
