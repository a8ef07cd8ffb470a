"""How a handover is drawn: its sides, its dossiers with what may be done to each, the questions asked before."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.cards import card, facts
from components.data_table import Column, data_table
from components.dialogs import button, confirm, dialog, notice
from components.elements import file_link, icon, link
from components.form import form
from components.inputs import textarea_field
from components.states import error_state, not_found
from components.status import status
from pages.frame import framed
from pages.handovers.detail_page import HandoverState


def view() -> rx.Component:
    """Draw the handover."""
    state = HandoverState
    return framed(
        rx.cond(
            state.missing,
            not_found(framed=True),
            rx.cond(
                state.error != "",
                error_state(state.error, on_retry=state.load),
                rx.fragment(_problems(), _facts(), _dossiers()),
            ),
        ),
        title=rx.cond(state.missing, "Không tìm thấy bàn giao", rx.cond(state.title != "", state.title, "Bàn giao")),
        active="handovers",
        crumbs=state.crumbs,
        actions=_actions(),
        overlays=(_recall_question(), _refusal_question()),
    )


def _actions() -> tuple[rx.Component, ...]:
    state = HandoverState
    return (
        rx.cond(
            state.record_href != "",
            file_link(
                icon("print", small=True),
                "Biên bản (PDF)",
                href=state.record_href,
                class_name="button",
                target="_blank",
            ),
        ),
        rx.cond(
            state.may_recall,
            button(rx.cond(state.is_draft, "Bỏ bản nháp", "Thu hồi"), on_click=state.ask_recall),
        ),
        rx.cond(
            state.edit_href != "",
            rx.fragment(
                link("Sửa", href=state.edit_href, class_name="button"),
                button("Gửi bàn giao", tone="primary", on_click=state.send),
            ),
        ),
        rx.cond(
            state.approve_label != "",
            button(
                state.approve_label,
                class_name=rx.cond(state.confirm_label == "", "primary", ""),
                on_click=state.approve_all,
            ),
        ),
        rx.cond(state.confirm_label != "", button(state.confirm_label, tone="primary", on_click=state.confirm_all)),
    )


def _problems() -> rx.Component:
    state = HandoverState
    return rx.cond(
        state.problems.length() > 0,
        notice(
            rx.el.ul(rx.foreach(state.problems, rx.el.li), style={"margin": 0, "paddingInlineStart": "18px"}),
            tone="alert",
            symbol="alert",
            role="alert",
        ),
    )


def _facts() -> rx.Component:
    state = HandoverState

    def pair(label: str, value: Any) -> rx.Component:
        return rx.cond(value != "", rx.fragment(rx.el.dt(label), rx.el.dd(value)))

    return rx.el.div(
        card(
            facts(
                ("Bên giao", rx.el.b(state.giver)),
                ("Bên nhận", rx.cond(state.receiver != "", rx.el.b(state.receiver), "Chưa chọn")),
                ("Loại", rx.el.span(state.kind, title=state.article)),
                ("Lý do", rx.cond(state.reason != "", state.reason, "—")),
            ),
            class_name="span-7",
        ),
        card(
            rx.el.dl(
                rx.el.dt("Trạng thái"),
                rx.el.dd(status(state.status, state.status_label)),
                pair("Kết quả", state.result),
                pair("Người lập", state.prepared_by),
                pair("Lập lúc", state.made),
                pair("Gửi lúc", state.sent),
                pair("Kết thúc lúc", state.closed),
                class_name="facts",
            ),
            class_name="span-5",
        ),
        class_name="columns",
    )


def _dossiers() -> rx.Component:
    state = HandoverState
    return rx.fragment(
        rx.el.div(rx.el.h2("Hồ sơ bàn giao"), rx.el.span(state.totals, class_name="muted"), class_name="card-head"),
        data_table(
            COLUMNS,
            state.items,
            name="ban-giao-ho-so",
            caption="Hồ sơ bàn giao",
            row_key=lambda row: row.id,
            loading=state.loading,
        ),
    )


def _number(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(row.href != "", link(row.number, href=row.href), rx.el.span(row.number)),
        rx.el.div(row.decided, class_name="small muted"),
        class_name="nowrap",
    )


def _answer(row: Any) -> rx.Component:
    return rx.el.div(
        status(row.status, row.status_label),
        rx.foreach(row.status_notes, lambda note: rx.el.div(note, class_name="small muted")),
        rx.cond(row.problem != "", rx.el.div(row.problem, class_name="small alert")),
        style={"maxWidth": "300px"},
    )


def _item_actions(row: Any) -> rx.Component:
    state = HandoverState
    about = " hồ sơ " + row.number
    return rx.el.div(
        rx.cond(
            row.may_confirm,
            button("Xác nhận", class_name="small", on_click=state.confirm(row.id), aria_label="Xác nhận" + about),
        ),
        rx.cond(
            row.may_approve,
            button(
                "Duyệt",
                class_name="small",
                on_click=state.approve(row.id),
                aria_label="Thủ trưởng xác nhận" + about,
            ),
        ),
        rx.cond(
            row.may_refuse != "",
            button(
                "Từ chối",
                tone="plain",
                class_name="small",
                on_click=state.start_refusing(row.id),
                aria_label="Từ chối" + about,
            ),
        ),
        class_name="no-print",
        style={"display": "flex", "gap": "6px"},
    )


COLUMNS = (
    Column("number", "Số quyết định", _number, hideable=False, phone="title"),
    Column("debtor", "Người phải thi hành", lambda row: row.debtor, wide=True, phone="line"),
    Column("case", "Tình trạng việc", lambda row: status(row.case_status, row.case_status_label), phone="hide"),
    Column("sheets", "Bút lục", lambda row: row.sheets, number=True),
    Column("money", "Tiền đang quản lý", lambda row: row.money, number=True),
    Column("notes", "Thời hạn, ghi chú", lambda row: rx.el.span(row.notes, title=row.notes), wide=True, phone="line"),
    Column("status", "Xác nhận", _answer, phone="line"),
    Column("actions", "Thao tác", _item_actions, phone="line"),
)


def _recall_question() -> rx.Component:
    state = HandoverState
    return confirm(
        open=state.asking == "recall",
        title=state.recall_title,
        text=rx.cond(
            state.is_draft,
            "Bản nháp này sẽ không gửi được nữa. Hồ sơ không bị ảnh hưởng.",
            "Những hồ sơ bên nhận chưa xác nhận sẽ trở lại với bên giao; bên nhận được báo. "
            "Hồ sơ đã xác nhận hoặc đã từ chối không thay đổi.",
        ),
        yes=rx.cond(state.is_draft, "Bỏ bản nháp", "Thu hồi"),
        on_yes=state.recall,
        on_no=state.stop_asking,
    )


def _refusal_question() -> rx.Component:
    state = HandoverState
    return dialog(
        form(
            textarea_field(
                "reason",
                "Lý do từ chối",
                hint="Bên giao sẽ đọc lý do này, và nó được ghi trong biên bản.",
                errors=state.refusal_errors,
                max_length=500,
                auto_focus=True,
            ),
            rx.el.div(
                button("Bỏ qua", key_label="Esc", on_click=state.stop_refusing, data_esc=""),
                button("Từ chối hồ sơ", tone="danger", type="submit", key_label="Ctrl ↵", data_save=""),
                class_name="form-actions",
            ),
            on_submit=state.refuse,
            errors=state.refusal_errors,
            labels={"reason": "Lý do từ chối"},
            key=state.refusing.to(str),
        ),
        open=state.refusing != 0,
        title=state.refusing_title,
        name="refuse",
    )
