"""How the form of a handover is drawn: the sides, the dossiers as a table of fields, keep or send."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.dialogs import button, notice
from components.elements import icon, link
from components.form import form, grid, section
from components.inputs import combobox, field_id, select_field, textarea_field
from components.states import empty_state, error_state, skeleton
from components.tabs import segmented
from pages.frame import framed
from pages.handovers.form_page import HandoverFormState

LABELS = {"receiver": "Bên nhận", "reason": "Lý do", "giver": "Bên giao", "items": "Hồ sơ"}


def view() -> rx.Component:
    """Draw the form."""
    state = HandoverFormState
    return framed(
        rx.cond(
            state.error != "",
            error_state(state.error, on_retry=state.load),
            rx.cond(state.ready, _form(), skeleton("block")),
        ),
        title=state.title,
        active="handovers",
        crumbs=state.crumbs,
    )


def _form() -> rx.Component:
    state = HandoverFormState
    return rx.fragment(
        rx.cond(
            state.kinds.length() > 1,
            rx.el.div(segmented(state.kinds, state.kind, "Loại bàn giao"), style={"marginBottom": "12px"}),
        ),
        form(
            section(
                "Hai bên",
                grid(_giver(), _receiver(), _reason()),
            ),
            section("Hồ sơ bàn giao", _adder(), _dossiers()),
            _buttons(),
            on_submit=state.save,
            errors=state.errors,
            labels=LABELS,
            draft=state.draft_key,
            saved=state.saved,
            key=state.form_key,
            style={"maxWidth": "1080px", "gridTemplateColumns": "minmax(0, 1fr)"},
        ),
    )


def _reason() -> rx.Component:
    state = HandoverFormState
    return textarea_field(
        "reason",
        "Lý do bàn giao",
        default_value=state.reason,
        errors=state.errors,
        hint=rx.cond(
            state.reason_needed,
            "Ví dụ: nghỉ chế độ, luân chuyển, thay đổi Chấp hành viên theo yêu cầu",
            "Không bắt buộc với loại này",
        ),
        max_length=500,
        rows=2,
        class_name="span-12",
    )


def _buttons() -> rx.Component:
    state = HandoverFormState
    return rx.el.div(
        rx.el.span(msg.WAITING_FOR_LINE, class_name="waiting small alert", role="status"),
        button("Lưu bản nháp", type="submit", on_click=state.intend("keep")),
        button(
            "Gửi bàn giao",
            tone="primary",
            key_label="Ctrl ↵",
            type="submit",
            on_click=state.intend("send"),
            data_save="",
        ),
        class_name="form-actions sticky-actions",
    )


def _giver() -> rx.Component:
    state = HandoverFormState
    fixed = rx.el.div(
        rx.el.div("Bên giao", class_name="field-label", style={"fontWeight": 600, "marginBottom": "6px"}),
        rx.el.div(rx.el.b(state.giver)),
        rx.el.div(state.office, class_name="small muted"),
        class_name="field span-6",
    )
    chosen = combobox(
        "giver",
        "Bên giao",
        state.giver_options,
        on_query=state.search_givers,
        on_pick=state.pick_giver,
        default_label=state.giver,
        hint=state.office,
        errors=state.errors,
        class_name="span-6",
        data_no_draft="",
    )
    return rx.cond(state.may_choose_giver, chosen, fixed)


def _receiver() -> rx.Component:
    state = HandoverFormState
    return rx.el.div(
        select_field(
            "receiver",
            "Bên nhận",
            state.receivers,
            default_value=state.receiver,
            errors=state.errors,
            hint="Số việc đang mở và số tiền còn phải thi hành đứng cạnh tên",
        ),
        rx.cond(
            state.no_receivers,
            notice("Không có chấp hành viên nào khác nhận được loại bàn giao này.", tone="warn", symbol="alert"),
        ),
        class_name="span-6",
    )


def _adder() -> rx.Component:
    state = HandoverFormState
    return grid(
        combobox(
            "add",
            "Thêm hồ sơ",
            state.case_options,
            on_query=state.search_cases,
            on_pick=state.add_case,
            hint="Gõ số quyết định hoặc tên đương sự",
            class_name="span-6",
            data_no_draft="",
            key=state.adder_key,
        ),
        rx.el.div(
            button(icon("plus", small=True), "Thêm mọi việc đang mở của bên giao", on_click=state.add_all),
            class_name="span-6",
            style={"alignSelf": "center"},
        ),
        style={"marginBottom": "8px"},
    )


def _dossiers() -> rx.Component:
    state = HandoverFormState
    heads = ("Hồ sơ", "Bút lục", "Tiền đang quản lý (đ)", "Thời hạn đang chạy", "Ghi chú", "")
    return rx.cond(
        state.rows.length() > 0,
        rx.fragment(
            rx.el.p(state.summary, class_name="muted", role="status"),
            rx.el.div(
                rx.el.table(
                    rx.el.caption(rx.el.span("Hồ sơ bàn giao", class_name="only-read")),
                    rx.el.thead(rx.el.tr(*(rx.el.th(head, scope="col") for head in heads))),
                    rx.el.tbody(rx.foreach(state.rows, _dossier)),
                    class_name="table reflow",
                ),
                class_name="table-wrap",
            ),
        ),
        rx.el.div(
            empty_state(
                "Chưa có hồ sơ nào. Thêm ở ô trên, hoặc chọn nhiều hồ sơ một lúc trong danh sách.",
                link("Mở danh sách hồ sơ", href="/ho-so", class_name="button"),
            ),
            id=field_id("items"),
            tab_index=-1,
        ),
    )


def _dossier(row: Any) -> rx.Component:
    state = HandoverFormState
    name = rx.Var.create("case_") + row.id
    return rx.el.tr(
        rx.el.td(
            rx.el.div(
                rx.el.b(row.number),
                rx.el.div(row.debtor),
                rx.el.div(row.about, class_name="small muted"),
                rx.cond(
                    state.errors[name],
                    rx.el.div(state.errors[name], class_name="field-error"),
                    rx.cond(row.problem != "", rx.el.div(row.problem, class_name="field-error")),
                ),
            ),
            data_phone="title",
            id=rx.Var.create("o-") + name,
            tab_index=-1,
            style={"whiteSpace": "normal", "minWidth": "220px"},
        ),
        _cell(row, "sheets", "Bút lục", row.sheets, width="84px", input_mode="numeric", max_length=7),
        _cell(row, "money", "Tiền đang quản lý", row.money, width="140px", data_money="", max_length=40),
        _cell(row, "deadlines", "Thời hạn đang chạy", row.deadlines, max_length=500),
        _cell(row, "note", "Ghi chú", row.note, max_length=500),
        rx.el.td(
            rx.el.button(
                icon("close"),
                type="button",
                class_name="button plain icon-only",
                on_click=state.drop_case(row.id),
                aria_label="Bỏ hồ sơ " + row.number,
            ),
            data_phone="line",
        ),
        key=row.id,
    )


def _cell(row: Any, prefix: str, label: str, value: Any, *, width: str = "", **props: Any) -> rx.Component:
    state = HandoverFormState
    name = rx.Var.create(f"{prefix}_") + row.id
    return rx.el.td(
        rx.el.div(
            rx.el.input(
                type="text",
                name=name,
                id=rx.Var.create("o-") + name,
                class_name="input",
                default_value=value,
                auto_complete="off",
                aria_label=label + ", hồ sơ " + row.number,
                aria_invalid=rx.cond(state.errors[name], "true", "false"),
                style={"width": width or "180px", "maxWidth": "100%"},
                **props,
            ),
            rx.cond(state.errors[name], rx.el.div(state.errors[name], class_name="field-error")),
        ),
        data_label=label,
        data_phone="show",
    )
