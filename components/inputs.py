"""Form fields.

All are uncontrolled: typing costs no traffic, survives a lost line, and is kept by ``assets/drafts.js``.

Every field takes ``name``, ``label``, ``hint``, ``errors`` (the state's dict of field name → sentence) and
``default_value``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import Content, Text, icon

Errors = Any
"""A Var of the state's ``dict[str, str]``: field name → sentence."""


@dataclass(frozen=True)
class Option:
    """One choice of a select, a combo box or a list of radio buttons.

    ``disabled_reason`` says why it cannot be chosen now.
    """

    value: str
    label: str
    hint: str = ""
    disabled_reason: str = ""


Options = rx.Var[list[Option]] | Sequence[Option] | Mapping[Any, str]


def as_options(labels: Mapping[Any, str]) -> list[Option]:
    """Turn an enum's label dict into options."""
    return [Option(str(value), label) for value, label in labels.items()]


def field_id(name: str) -> str:
    """Return the id of a field's control, for links from the error summary."""
    return f"o-{name}"


def field(
    control: rx.Component,
    *,
    name: str,
    label: Content,
    hint: Text = "",
    errors: Errors | None = None,
    optional: bool = False,
    words: bool = False,
    class_name: str = "",
) -> rx.Component:
    """Put label, control, hint and error together.

    With *words*, the place where the browser writes an amount in words.
    """
    error: rx.Component = rx.fragment()
    if errors is not None:
        error = rx.cond(
            errors[name],
            rx.el.div(rx.el.span(errors[name]), class_name="field-error", id=f"{field_id(name)}-error"),
        )
    return rx.el.div(
        rx.el.label(
            label,
            rx.el.span(f" {msg.OPTIONAL}", class_name="optional") if optional else rx.fragment(),
            html_for=field_id(name),
        ),
        control,
        rx.el.div(class_name="words", data_words="", aria_live="polite") if words else rx.fragment(),
        error,
        rx.el.div(hint, class_name="hint", id=f"{field_id(name)}-hint")
        if not isinstance(hint, str) or hint
        else rx.fragment(),
        class_name=f"field {class_name}".strip(),
        data_field=name,
    )


def _control_props(name: str, errors: Errors | None, hint: Text, props: dict[str, Any]) -> dict[str, Any]:
    described = f"{field_id(name)}-error {field_id(name)}-hint" if errors is not None else f"{field_id(name)}-hint"
    if errors is not None:
        props["aria_invalid"] = rx.cond(errors[name], "true", "false")
    if errors is not None or not isinstance(hint, str) or hint:
        props["aria_describedby"] = described
    # As a prop the id would make a React ref and a second copy of the value in the form's data.
    return {"name": name, "custom_attrs": {"id": field_id(name)}, **props}


def text_field(
    name: str,
    label: Content,
    *,
    hint: Text = "",
    errors: Errors | None = None,
    optional: bool = False,
    type: str = "text",  # noqa: A002 - the HTML attribute
    words: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """A line of text. ``default_value``, ``max_length``, ``auto_focus`` … go to the input as they are."""
    props.setdefault("auto_complete", "off")
    control = rx.el.input(type=type, class_name="input", **_control_props(name, errors, hint, props))
    return field(
        control, name=name, label=label, hint=hint, errors=errors, optional=optional, words=words, class_name=class_name
    )


def date_field(name: str, label: Content, *, hint: Text = msg.DATE_HINT, **options: Any) -> rx.Component:
    """A date typed as people type it; leaving the field turns ``5/3/26`` into 05/03/2026.

    Parse it with ``parse_date``.
    """
    return text_field(
        name,
        label,
        hint=hint,
        words=True,
        data_date="",
        input_mode="text",
        placeholder="ngày/tháng/năm",
        max_length=20,
        **options,
    )


def money_field(name: str, label: Content, *, hint: Text = msg.MONEY_HINT, **options: Any) -> rx.Component:
    """An amount in đồng; leaving the field groups it and writes it in words. Parse it with ``parse_money``."""
    return text_field(name, label, hint=hint, words=True, data_money="", input_mode="text", max_length=40, **options)


def textarea_field(
    name: str,
    label: Content,
    *,
    hint: Text = "",
    errors: Errors | None = None,
    optional: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Several lines of text."""
    control = rx.el.textarea(class_name="input", **_control_props(name, errors, hint, props))
    return field(control, name=name, label=label, hint=hint, errors=errors, optional=optional, class_name=class_name)


def select_field(
    name: str,
    label: Content,
    options: Options,
    *,
    blank: str | None = msg.CHOOSE,
    hint: Text = "",
    errors: Errors | None = None,
    optional: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """A native select. *blank* is the first, empty choice; None leaves it out."""
    control = rx.el.select(
        rx.el.option(blank, value="") if blank is not None else rx.fragment(),
        _each(options, lambda option: rx.el.option(option.label, value=option.value)),
        class_name="input",
        **_control_props(name, errors, hint, props),
    )
    return field(control, name=name, label=label, hint=hint, errors=errors, optional=optional, class_name=class_name)


def checkbox_field(name: str, label: Content, **props: Any) -> rx.Component:
    """One tick. The form's data holds "on" under *name* when it is ticked, nothing when not."""
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, custom_attrs={"id": field_id(name)}, **props),
        rx.el.span(label),
        class_name="checkbox",
    )


def choice_field(
    name: str,
    label: Content,
    options: Options,
    *,
    chosen: Text = "",
    on_choose: Any = None,
    errors: Errors | None = None,
    numbered: bool = False,
) -> rx.Component:
    """Radio buttons as full-width choices; those with a ``disabled_reason`` show it and cannot be chosen.

    *on_choose* receives the value. *numbered* lets the keys 1–9 pick a choice by its place.
    """

    def choice(option: Any, index: Any) -> rx.Component:
        allowed = option.disabled_reason == ""
        props: dict[str, Any] = {"on_change": on_choose(option.value)} if on_choose is not None else {}
        number = rx.Var.create(f"{index + 1}")
        key: dict[str, Any] = {"data_key": rx.cond(allowed, number, "")} if numbered else {}
        return rx.el.label(
            rx.el.input(
                type="radio",
                name=name,
                value=option.value,
                default_checked=option.value == chosen,
                disabled=~allowed if isinstance(allowed, rx.Var) else not allowed,
                **props,
            ),
            rx.el.span(option.label),
            rx.cond(
                allowed,
                # A key types one figure: the tenth choice and those after it have none.
                rx.cond(index < 9, rx.el.kbd(number)) if numbered else rx.el.span(option.hint, class_name="hint"),  # noqa: PLR2004
                rx.el.span(option.disabled_reason, class_name="hint"),
            ),
            class_name="choice",
            data_disabled=rx.cond(allowed, "false", "true"),
            **key,
        )

    error = rx.fragment()
    if errors is not None:
        error = rx.cond(
            errors[name], rx.el.div(rx.el.span(errors[name]), class_name="field-error", id=f"{field_id(name)}-error")
        )
    items = (
        rx.foreach(options, choice)
        if isinstance(options, rx.Var)
        else rx.fragment(*map(choice, _listed(options), range(99)))
    )
    return rx.el.fieldset(
        rx.el.legend(label, class_name="field-label", style={"fontWeight": 600, "marginBottom": "6px"}),
        rx.el.div(items, class_name="choices"),
        error,
        id=field_id(name),
        tab_index=-1,
        data_field=name,
    )


def combobox(
    name: str,
    label: Content,
    options: rx.Var[list[Option]],
    *,
    on_query: Any,
    default_value: Text = "",
    default_label: Text = "",
    on_pick: Any = None,
    hint: Text = "",
    errors: Errors | None = None,
    optional: bool = False,
    class_name: str = "",
    **props: Any,
) -> rx.Component:
    """Search and pick one of many (officers, offices).

    The form's data holds the value under *name*, the text under ``name_label``.

    *on_query* receives the text 200 ms after the last key and fills *options*; *on_pick*, if given, receives the value.
    """
    list_id = f"{field_id(name)}-list"

    def item(option: Any) -> rx.Component:
        picked: dict[str, Any] = {"on_click": on_pick(option.value)} if on_pick is not None else {}
        return rx.el.li(
            rx.el.span(option.label),
            rx.el.span(option.hint, class_name="hint"),
            role="option",
            aria_selected="false",
            data_value=option.value,
            data_label=option.label,
            **picked,
        )

    input_props = _control_props(name, errors, hint, props) | {"name": f"{name}_label"}
    control = rx.el.div(
        # Not type=hidden: there value and default are one, and a draft could not tell what was picked from what was
        # given.
        rx.el.input(
            type="text",
            name=name,
            default_value=default_value,
            tab_index=-1,
            data_combo_value="",
            custom_attrs={"hidden": True},
        ),
        rx.el.input(
            type="text",
            class_name="input",
            role="combobox",
            aria_expanded="false",
            aria_controls=list_id,
            aria_autocomplete="list",
            auto_complete="off",
            spell_check=False,
            default_value=default_label,
            on_change=on_query.debounce(200),
            on_focus=on_query(""),
            **input_props,
        ),
        rx.el.ul(
            rx.cond(options.length() > 0, rx.foreach(options, item), rx.el.li(msg.NO_OPTION, class_name="combo-none")),
            id=list_id,
            role="listbox",
            class_name="combo-list",
        ),
        class_name="combo",
        data_combo="",
    )
    return field(control, name=name, label=label, hint=hint, errors=errors, optional=optional, class_name=class_name)


def _listed(options: Sequence[Option] | Mapping[Any, str]) -> Sequence[Option]:
    return as_options(options) if isinstance(options, Mapping) else options


def _each(options: Options, render: Any) -> rx.Component:
    if isinstance(options, rx.Var):
        return rx.foreach(options, render)
    return rx.fragment(*(render(option) for option in _listed(options)))


def search_field(name: str, *, placeholder: str = msg.SEARCH, default_value: Text = "", **props: Any) -> rx.Component:
    """The search box of a list; ``/`` goes to it.

    Put it in a ``nav_form`` (see :func:`components.filters.search_box`).
    """
    return rx.el.div(
        icon("search"),
        rx.el.input(
            type="search",
            name=name,
            class_name="input",
            placeholder=placeholder,
            aria_label=placeholder,
            default_value=default_value,
            data_search="",
            auto_complete="off",
            **props,
        ),
        class_name="search-field",
    )


__all__ = [
    "Errors",
    "Option",
    "Options",
    "as_options",
    "checkbox_field",
    "choice_field",
    "combobox",
    "date_field",
    "field",
    "field_id",
    "money_field",
    "search_field",
    "select_field",
    "text_field",
    "textarea_field",
]
