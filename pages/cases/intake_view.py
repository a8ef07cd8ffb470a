"""How the intake form is drawn."""

from __future__ import annotations

import reflex as rx

from components.dialogs import notice
from components.elements import link
from components.form import form, form_actions, grid, section
from components.inputs import checkbox_field, date_field, select_field
from components.layout import Crumb
from components.states import skeleton
from pages.cases.intake import IntakeState
from pages.cases.particulars import decision_fields, judgment_fields, obligation_fields, party_fields
from pages.cases.story import FIELD_WORDS
from pages.frame import framed

LABELS = {**FIELD_WORDS, "office": "Đơn vị"}


def view() -> rx.Component:
    """Draw the form."""
    state = IntakeState
    return framed(
        rx.cond(
            state.made != "",
            notice(
                state.made,
                " Biểu mẫu đã sẵn sàng cho việc tiếp theo. ",
                link("Mở hồ sơ vừa thụ lý", href=state.made_href),
                tone="good",
            ),
        ),
        rx.cond(state.ready, _form(), skeleton("block")),
        title="Thụ lý hồ sơ mới",
        active="cases",
        crumbs=(Crumb("Hồ sơ", "/ho-so"), Crumb("Thụ lý mới")),
    )


def _form() -> rx.Component:
    state = IntakeState
    watch = {
        part: {"on_blur": lambda value, name=name: state.watch(name, value)}
        for part, name in (("number", "judgment.number"), ("date", "judgment.judgment_date"))
    }
    watch["number"]["auto_focus"] = True
    return form(
        judgment_fields(state.values, state.errors, **watch),
        party_fields(
            state.values,
            state.errors,
            first={"on_blur": lambda value: state.watch("parties.0.name", value)},
        ),
        rx.cond(state.similar_text != "", _similar()),
        obligation_fields(state.values, state.errors),
        decision_fields(
            state.values,
            state.errors,
            select_field(
                "office",
                "Đơn vị thụ lý",
                state.offices,
                blank=None,
                errors=state.errors,
                value=state.office,
                on_change=state.pick_office,
                class_name="span-12",
                data_no_draft="",
            ),
            number_hint=state.number_hint,
        ),
        rx.cond(state.can_assign, _assignment()),
        form_actions(
            checkbox_field("next", "Lưu xong nhập việc tiếp theo", data_no_draft=""),
            save="Lưu",
            sticky=True,
        ),
        on_submit=state.save,
        errors=state.errors,
        labels=LABELS,
        draft="ho-so-moi",
        saved=state.saved,
        key=state.form_key,
        style={"maxWidth": "1000px"},
    )


def _similar() -> rx.Component:
    state = IntakeState
    return notice(
        rx.el.b(state.similar_text),
        rx.el.ul(
            rx.foreach(
                state.similar, lambda row: rx.el.li(link(row.text, href=row.href, target="_blank"), key=row.href)
            )
        ),
        tone="warn",
        symbol="alert",
        role="alert",
    )


def _assignment() -> rx.Component:
    state = IntakeState
    return section(
        "Phân công ngay",
        grid(
            select_field(
                "staff_id",
                "Chấp hành viên",
                state.officers,
                blank="Chưa phân công",
                errors=state.errors,
                class_name="span-8",
            ),
            date_field(
                "assigned_on",
                "Ngày phân công",
                hint="Để trống là ngày quyết định",
                errors=state.errors,
                class_name="span-4",
            ),
        ),
    )
