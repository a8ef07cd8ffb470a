"""What the audit page looks like."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.cards import card
from components.data_table import Column, column_menu, data_table, pager
from components.dialogs import notice
from components.elements import icon, link
from components.filters import filter_bar
from components.form import grid
from components.inputs import combobox, date_field, select_field
from components.states import empty_state, error_state, skeleton
from components.status import tag
from components.tabs import tabs
from pages.audit.rows import PATH
from pages.audit.state import AnchorState, AuditState
from pages.frame import framed
from thads_app.rules.audit_actions import KIND_LABELS

TABLE = "nhat-ky"
LINES = {"paddingBlock": "6px"}
ROOM = {"whiteSpace": "normal", "minWidth": "190px"}
WHOLE = LINES | {"whiteSpace": "pre-line", "overflowWrap": "anywhere"}
HASH = {"fontFamily": "ui-monospace, monospace", "overflowWrap": "anywhere", "whiteSpace": "normal"}


def _who(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(row.who_href != "", link(row.who, href=row.who_href), rx.el.span(row.who)),
        rx.cond(row.behalf != "", rx.el.div(row.behalf, class_name="small")),
        rx.cond(row.office != "", rx.el.div(row.office, class_name="small muted")),
        style=LINES,
    )


def _act(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(row.refused, tag(row.action, "alert"), rx.el.b(row.action)),
        rx.el.div(rx.cond(row.object_href != "", link(row.object, href=row.object_href), rx.el.span(row.object))),
        rx.cond(
            row.trail_href != "",
            rx.el.div(
                link("Mọi việc về đối tượng này", href=row.trail_href, class_name="small"), class_name="no-print"
            ),
        ),
        style=LINES | ROOM,
    )


def _content(row: Any) -> rx.Component:
    return rx.el.div(
        row.content,
        rx.cond(row.message != "", rx.el.div("“", row.message, "”", class_name="muted")),
        style=WHOLE,
    )


def _origin(row: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(row.address != "", rx.el.div(row.address)),
        rx.cond(row.request != "", rx.el.div(row.request, class_name="muted")),
        class_name="small",
        style=LINES,
    )


COLUMNS = (
    Column("luc", "Lúc", lambda row: rx.el.span(row.at, class_name="nowrap"), hideable=False, phone="title"),
    Column("ai", "Ai", _who, hideable=False),
    Column("viec", "Việc, đối tượng", _act, hideable=False, phone="line"),
    Column("noi-dung", "Nội dung, trước → sau", _content, wide=True, phone="line"),
    Column("noi-lam", "Địa chỉ máy, mã yêu cầu", _origin),
    Column("niem-phong", "Niêm phong", lambda row: row.seal),
)


def view() -> rx.Component:
    """Draw the page."""
    state = AuditState
    return framed(
        tabs(state.tabs, state.tab, "Phần của nhật ký"),
        rx.cond(state.tab == "", _list(), _day()),
        title="Nhật ký",
        active="audit",
    )


def _list() -> rx.Component:
    state = AuditState
    return rx.fragment(
        rx.cond(state.problem != "", notice(state.problem, tone="warn", symbol="alert")),
        filter_bar(_conditions(), chips=state.chips, trailing=(column_menu(TABLE, COLUMNS),)),
        data_table(
            COLUMNS,
            state.rows,
            name=TABLE,
            caption="Nhật ký: ai đã làm gì",
            row_key=lambda row: row.key,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=rx.cond(
                state.filtered,
                empty_state(
                    "Không có dòng nào thỏa các điều kiện, trong phạm vi của bạn.",
                    link("Bỏ mọi điều kiện", href=PATH, class_name="button"),
                    symbol="audit",
                ),
                empty_state("Chưa có dòng nhật ký nào trong phạm vi của bạn.", symbol="audit"),
            ),
        ),
        pager(state.count_label, first=state.first_href, previous=state.previous_href, next=state.next_href),
    )


def _conditions() -> rx.Component:
    state = AuditState
    values = state.values
    return rx.el.details(
        rx.el.summary(icon("plus", small=True), msg.ADD_FILTER, class_name="chip chip-add", data_key="f"),
        rx.el.form(
            combobox(
                "nguoi",
                "Người",
                state.people,
                on_query=state.search_people,
                default_value=values["nguoi"],
                default_label=state.person_label,
            ),
            combobox(
                "don-vi",
                "Đơn vị, kể cả cấp dưới",
                state.offices,
                on_query=state.search_offices,
                default_value=values["don-vi"],
                default_label=state.office_label,
            ),
            grid(
                select_field(
                    "loai",
                    "Loại việc",
                    KIND_LABELS,
                    blank="Tất cả",
                    default_value=values["loai"],
                    class_name="span-12",
                ),
                date_field("tu", "Từ ngày", hint="", default_value=values["tu"], class_name="span-6"),
                date_field("den", "đến hết ngày", hint="", default_value=values["den"], class_name="span-6"),
            ),
            rx.el.div(
                rx.el.button(msg.APPLY, type="submit", class_name="button primary", data_close_menu="", data_save=""),
                class_name="form-actions",
            ),
            on_submit=state.apply,
            class_name="menu-sheet from-start wide form",
            key=state.version,
            auto_complete="off",
        ),
        class_name="menu",
    )


CHAIN_COLUMNS = (
    Column("don-vi", "Đơn vị", lambda row: row.office, wide=True, hideable=False, phone="title"),
    Column("so-dong", "Dòng trong ngày", lambda row: row.grown, number=True),
    Column("den-so", "Niêm phong đến số", lambda row: row.sequence, number=True),
    Column("ma", "Dấu niêm phong", lambda row: rx.el.span(row.hash, class_name="small", style=HASH), phone="line"),
    Column(
        "ket-qua",
        "Đối chiếu",
        lambda row: rx.cond(row.holds, tag("Khớp", "good"), tag("Không khớp", "alert")),
    ),
)


def _day() -> rx.Component:
    state = AnchorState
    return rx.cond(
        state.error != "",
        card(error_state(state.error, on_retry=state.load)),
        rx.cond(state.ready, _report(), card(skeleton("block"))),
    )


def _report() -> rx.Component:
    state = AnchorState
    return rx.fragment(
        card(
            rx.cond(
                state.holds,
                notice(state.finding, tone="good", symbol="shield"),
                notice(
                    state.finding,
                    " Hãy báo ngay người quản trị trung ương; không sửa, không xóa tệp nào.",
                    tone="alert",
                    symbol="alert",
                    role="alert",
                ),
            ),
            rx.cond(
                state.facts.length() > 0,
                rx.el.dl(
                    rx.foreach(
                        state.facts,
                        lambda pair: rx.fragment(
                            rx.el.dt(pair[0]), rx.el.dd(pair[1], style={"overflowWrap": "anywhere"})
                        ),
                    ),
                    class_name="facts",
                    style={"margin": "12px 0"},
                ),
            ),
            rx.el.p(state.waiting, class_name="small muted", style={"margin": "12px 0 0"}),
            title=state.title,
            aside=rx.el.nav(
                _step("Ngày trước", state.earlier_href),
                _step("Ngày sau", state.later_href),
                aria_label="Chọn ngày",
                style={"display": "flex", "gap": "8px"},
                class_name="no-print",
            ),
        ),
        rx.cond(
            state.rows.length() > 0,
            data_table(
                CHAIN_COLUMNS,
                state.rows,
                name="niem-phong",
                caption="Các chuỗi niêm phong có dòng mới trong ngày, trong phạm vi của bạn",
                row_key=lambda row: row.key,
            ),
        ),
    )


def _step(label: str, href: Any) -> rx.Component:
    return rx.cond(
        href != "",
        link(label, href=href, class_name="button small"),
        rx.el.span(label, class_name="button small", aria_disabled="true"),
    )
