"""How a case is drawn: its cards, its parts, its panels."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.cards import card, progress
from components.dialogs import menu, menu_item
from components.elements import icon, key_hint, link, nav_form
from components.inputs import search_field
from components.states import empty_state, error_state, not_found
from components.status import status
from components.tabs import tabs
from components.timeline import timeline
from models.personal_enums import PERSONAL_FIELD_LABELS, PersonalField
from pages.cases.assign import assign_panel
from pages.cases.detail_page import CaseState
from pages.cases.edit import edit_panel
from pages.cases.guards import declare_item, guard_boxes, guard_overlays
from pages.cases.handed_over import handover_table
from pages.cases.record import record_panel
from pages.cases.reveal import note_numbers, number_cell, reveal_panel
from pages.frame import framed

WRAPPED = {"whiteSpace": "normal", "paddingBlock": "6px"}


def view() -> rx.Component:
    """Draw the case."""
    state = CaseState
    return framed(
        rx.cond(
            state.missing,
            not_found(framed=True),
            rx.cond(
                state.error != "",
                error_state(state.error, on_retry=state.load),
                rx.fragment(
                    guard_boxes(state.load), _papers(), _cards(), tabs(state.tabs, state.tab, "Phần của hồ sơ"), _tab()
                ),
            ),
        ),
        title=rx.cond(state.missing, "Không tìm thấy hồ sơ", rx.cond(state.title != "", state.title, "Hồ sơ")),
        active="cases",
        crumbs=state.crumbs,
        actions=_actions(),
        overlays=(
            record_panel(state.load),
            edit_panel(state.load),
            assign_panel(state.load),
            *guard_overlays(state.load),
        ),
    )


def _actions() -> tuple[rx.Component, ...]:
    state = CaseState
    return (
        rx.cond(
            state.can_hand_over,
            link("Bàn giao", key_hint("H"), href=state.hand_over_href, class_name="button", data_key="h"),
        ),
        rx.cond(
            state.can_assign,
            rx.el.button(
                "Phân công", key_hint("A"), type="button", class_name="button", data_key="a", on_click=state.assign
            ),
        ),
        rx.cond(state.id != 0, _more()),
        rx.cond(
            state.can_record,
            rx.el.button(
                "Ghi nhận sự kiện",
                key_hint("E"),
                type="button",
                class_name="button primary",
                data_key="e",
                on_click=state.record,
            ),
        ),
    )


def _cards() -> rx.Component:
    state = CaseState
    return rx.el.div(
        card(
            rx.el.div("Trạng thái", class_name="label"),
            rx.el.div(status(state.status, state.status_label, large=True), class_name="value"),
            rx.el.div(state.status_note, " · ", state.flags, class_name="note"),
            class_name="figure",
        ),
        card(
            rx.el.div("Đã thu", class_name="label"),
            rx.el.div(state.collected, class_name="value"),
            progress(state.percent, label="Đã giải quyết"),
            rx.el.div("trên ", state.amount, " phải thi hành", class_name="note"),
            class_name="figure",
        ),
        card(
            rx.el.div("Còn phải thi hành", class_name="label"),
            rx.el.div(state.outstanding, class_name="value"),
            rx.el.div(state.outstanding_words, class_name="note"),
            class_name="figure",
        ),
        card(
            rx.el.div("Chấp hành viên", class_name="label"),
            rx.el.div(state.officer, style={"fontSize": "16px", "fontWeight": 600, "margin": "4px 0"}),
            rx.el.div(state.office, class_name="note"),
            class_name="figure",
        ),
        class_name="cards",
    )


def _more() -> rx.Component:
    state = CaseState
    return menu(
        "Khác",
        rx.cond(state.can_edit, menu_item("Sửa thông tin", on_click=state.edit, symbol="edit")),
        declare_item(),
        rx.el.button(icon("print"), rx.el.span("In trang này"), type="button", class_name="menu-item", data_print=""),
    )


def _papers() -> rx.Component:
    """The decision and the judgment, in one line where there is room."""
    state = CaseState
    return rx.el.p(
        rx.el.span("Quyết định ", class_name="muted"),
        state.decision,
        rx.el.span(" · Bản án ", class_name="muted"),
        state.judgment,
        class_name="small",
        style={"margin": "0 0 12px"},
    )


def _tab() -> rx.Component:
    return rx.fragment(
        rx.match(
            CaseState.tab,
            ("duong-su", _parties()),
            ("nghia-vu", _obligations()),
            ("ban-giao", handover_table(CaseState.handovers)),
            ("nhat-ky", _log()),
            timeline(CaseState.story, _entry_actions),
        ),
        reveal_panel(),
    )


def _entry_actions(item: Any) -> rx.Component:
    state = CaseState
    return rx.fragment(
        rx.cond(
            state.correctable.contains(item.key),
            rx.el.button("Đính chính", type="button", class_name="link no-print", on_click=state.correct(item.key)),
        ),
        rx.cond(state.concealed.contains(item.key), note_numbers(item, state.id)),
    )


def _table(heads: tuple[str, ...], rows: Any, line: Any, *, empty: str, caption: str) -> rx.Component:
    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            rx.el.table(
                rx.el.caption(rx.el.span(caption, class_name="only-read")),
                rx.el.thead(rx.el.tr(*(rx.el.th(head, scope="col") for head in heads))),
                rx.el.tbody(rx.foreach(rows, line)),
                class_name="table reflow",
            ),
            class_name="table-wrap",
        ),
        empty_state(empty),
    )


def _parties() -> rx.Component:
    state = CaseState
    path = rx.Var.create("/ho-so/") + state.id.to(str)
    return rx.fragment(
        rx.cond(
            state.many_parties,
            rx.el.div(
                nav_form(
                    rx.el.input(type="hidden", name="xem", value="duong-su", read_only=True),
                    search_field("tim", placeholder="Tìm đương sự", default_value=state.party_words),
                    action=path,
                    role="search",
                ),
                rx.el.span(state.party_count, class_name="muted"),
                class_name="list-bar",
            ),
        ),
        _table(
            ("Họ tên, tên tổ chức", "Tư cách", *PERSONAL_FIELD_LABELS.values(), "Địa chỉ"),
            state.parties,
            lambda party: rx.el.tr(
                rx.el.td(party.name, data_label="Họ tên", data_phone="title"),
                rx.el.td(party.role, data_label="Tư cách"),
                *(
                    rx.el.td(
                        number_cell(party, field, getattr(party, field), state.id, state.can_reveal),
                        class_name="nowrap",
                        data_label=PERSONAL_FIELD_LABELS[field],
                    )
                    for field in PersonalField
                ),
                rx.el.td(party.address, class_name="wide", data_label="Địa chỉ", data_phone="line"),
                key=party.key,
            ),
            empty="Không có đương sự nào khớp.",
            caption="Đương sự",
        ),
        rx.cond(
            (state.party_previous != "") | (state.party_next != ""),
            rx.el.nav(
                rx.cond(
                    state.party_previous != "",
                    link(msg.PREVIOUS_PAGE, href=state.party_previous, class_name="button small"),
                ),
                rx.cond(state.party_next != "", link(msg.NEXT_PAGE, href=state.party_next, class_name="button small")),
                class_name="pager",
                aria_label=msg.PAGES,
            ),
        ),
    )


def _obligations() -> rx.Component:
    return _table(
        ("Nội dung", "Số tiền (đ)", "Bằng chữ", "Thu NSNN"),
        CaseState.obligations,
        lambda owed: rx.el.tr(
            rx.el.td(owed.content, class_name="wide", data_label="Nội dung", data_phone="title"),
            rx.el.td(owed.amount, class_name="end", data_label="Số tiền (đ)"),
            rx.el.td(owed.words, class_name="wide muted", data_label="Bằng chữ", data_phone="line"),
            rx.el.td(rx.cond(owed.state_revenue, "Có", ""), data_label="Thu NSNN"),
            key=owed.key,
        ),
        empty="Việc này không có khoản nào bằng tiền và không ghi nghĩa vụ.",
        caption="Nghĩa vụ phải thi hành",
    )


def _log() -> rx.Component:
    trail = CaseState.trail_href
    return rx.fragment(
        rx.cond(
            trail != "",
            rx.el.p(
                link(icon("audit", small=True), "Ai đã xem hoặc thay đổi việc này", href=trail, class_name="button"),
                class_name="no-print",
                style={"margin": "0 0 12px"},
            ),
        ),
        _log_table(),
    )


def _log_table() -> rx.Component:
    return _table(
        ("Lúc", "Ai", "Việc gì", "Chi tiết"),
        CaseState.log,
        lambda row: rx.el.tr(
            rx.el.td(row.at, class_name="nowrap", data_label="Lúc", data_phone="title"),
            rx.el.td(row.by, data_label="Ai"),
            rx.el.td(row.action, data_label="Việc gì"),
            rx.el.td(row.detail, style=WRAPPED, data_label="Chi tiết", data_phone="line"),
            key=row.key,
        ),
        empty="Chưa có gì được ghi lại.",
        caption="Nhật ký của hồ sơ",
    )
