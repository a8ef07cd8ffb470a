"""How one account looks."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.cards import card, facts
from components.data_table import Column, data_table
from components.dialogs import button, confirm, menu, menu_item, notice, side_panel
from components.elements import Content, link
from components.form import form, form_actions
from components.inputs import checkbox_field, combobox, textarea_field
from components.states import empty_state, error_state, skeleton
from components.status import tag
from pages.administration.account_page import (
    DISABLE,
    EDIT,
    ENABLE,
    MOVE,
    PASSWORD,
    SECOND,
    SESSIONS,
    AccountState,
)
from pages.administration.grants_view import grants_panels, grants_section
from pages.administration.parts import LABELS, account_fields, secret_dialog
from pages.administration.rows import PATH
from pages.frame import framed

GAP = {"marginTop": "16px"}


def view() -> rx.Component:
    """Draw the page."""
    state = AccountState
    return framed(
        rx.cond(
            state.error != "",
            rx.el.div(error_state(state.error), link("Về danh sách tài khoản", href=PATH, class_name="button")),
            rx.cond(state.ready, _account(), skeleton("block")),
        ),
        title=rx.cond(state.name != "", state.name, "Tài khoản"),
        active="accounts",
        crumbs=state.crumbs,
        actions=(rx.cond(state.ready & (state.refusal == ""), _actions()),),
        overlays=(_edit(), _disable(), _second(), _move(), *_questions(), _secret(), *grants_panels()),
    )


def _actions() -> rx.Component:
    state = AccountState
    stop = menu_item("Khóa tài khoản…", on_click=state.start(DISABLE), symbol="privacy")
    again = menu_item("Mở lại tài khoản…", on_click=state.ask(ENABLE), symbol="check")
    return rx.fragment(
        menu(
            "Thao tác",
            menu_item("Đặt lại mật khẩu…", on_click=state.ask(PASSWORD), symbol="key"),
            menu_item("Kết thúc mọi phiên…", on_click=state.ask(SESSIONS), symbol="leave"),
            rx.cond(
                state.second_factor,
                menu_item("Đặt lại xác thực hai lớp…", on_click=state.start(SECOND), symbol="shield"),
            ),
            rx.cond(~state.disabled, menu_item("Chuyển đơn vị…", on_click=state.start(MOVE), symbol="office")),
            rx.cond(state.disabled | state.blocked, again),
            rx.cond(~state.disabled, stop),
        ),
        button("Sửa", tone="primary", key="e", on_click=state.start(EDIT)),
    )


def _account() -> rx.Component:
    state = AccountState
    return rx.fragment(
        rx.cond(state.refusal != "", notice(state.refusal, " Trang này chỉ để xem.", tone="info")),
        rx.el.div(
            card(
                facts(
                    ("Tên đăng nhập", rx.el.code(state.username)),
                    ("Ngày sinh", _or_dash(state.birth_date)),
                    ("Đơn vị", state.office),
                    ("Chức vụ", _or_dash(state.position)),
                    ("Thư điện tử", _or_dash(state.email)),
                    ("Điện thoại", _or_dash(state.telephone)),
                    (
                        "Chấp hành viên",
                        rx.cond(state.staff_code != "", rx.fragment(state.staff_code, " · ", state.grade), "–"),
                    ),
                ),
                title="Người dùng",
                class_name="span-6",
            ),
            card(
                facts(
                    ("Trạng thái", tag(state.word, state.tone)),
                    ("Đăng nhập gần nhất", state.last_seen),
                    ("Mật khẩu", state.password_state),
                    ("Xác thực hai lớp", rx.cond(state.second_factor, "Đang dùng", "Chưa dùng")),
                    ("Tạo lúc", state.created),
                ),
                rx.cond(
                    state.trail_href != "",
                    rx.el.p(link("Ai đã thay đổi tài khoản này", href=state.trail_href), style=GAP),
                ),
                title="Đăng nhập",
                class_name="span-6",
            ),
            class_name="columns",
        ),
        grants_section(),
        rx.el.div(_sessions(), style=GAP),
    )


def _or_dash(text: rx.Var[str]) -> Content:
    return rx.cond(text != "", text, "–")


def _sessions() -> rx.Component:
    columns = (
        Column("thiet-bi", "Thiết bị", lambda row: row.device, hideable=False, phone="title"),
        Column("dia-chi", "Địa chỉ mạng", lambda row: row.address),
        Column("lan-cuoi", "Dùng lần cuối", lambda row: row.last_seen),
        Column("bat-dau", "Đăng nhập lúc", lambda row: row.began),
    )
    return card(
        data_table(
            columns,
            AccountState.sessions,
            name="phien",
            caption="Nơi người này đang đăng nhập",
            row_key=lambda row: row.key,
            empty=empty_state("Người này không đăng nhập ở đâu.", symbol="leave"),
        ),
        title="Nơi đang đăng nhập",
    )


# --- panels -----------------------------------------------------------------------------------------------------------


def _edit() -> rx.Component:
    state = AccountState
    return side_panel(
        form(
            *account_fields(state.values, state.errors, filled=True),
            form_actions(on_cancel=state.close),
            on_submit=state.save,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == EDIT,
        title="Sửa thông tin",
        subtitle=state.username,
        on_close=state.close,
        name="edit",
    )


def _reason(hint: str) -> rx.Component:
    return textarea_field("reason", LABELS["reason"], rows=3, max_length=500, hint=hint, errors=AccountState.errors)


def _reason_panel(panel: str, title: str, words: str, *, save: str, on_submit: Any, hint: str) -> rx.Component:
    state = AccountState
    return side_panel(
        form(
            rx.el.p(words),
            _reason(hint),
            form_actions(on_cancel=state.close, save=save),
            on_submit=on_submit,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == panel,
        title=title,
        subtitle=state.name,
        on_close=state.close,
        name=panel,
    )


def _disable() -> rx.Component:
    return _reason_panel(
        DISABLE,
        "Khóa tài khoản",
        "Người này bị đăng xuất ngay và không đăng nhập được nữa. Quyền đã cấp vẫn ghi ở tài khoản đến khi thu hồi.",
        save="Khóa tài khoản",
        on_submit=AccountState.disable,
        hint="Ví dụ: nghỉ hưu từ 01/12/2026, theo quyết định số 12/QĐ-THADS.",
    )


def _second() -> rx.Component:
    return _reason_panel(
        SECOND,
        "Đặt lại xác thực hai lớp",
        "Dùng khi người này mất điện thoại và không còn mã dự phòng. Mọi phiên kết thúc, người này được báo.",
        save="Đặt lại",
        on_submit=AccountState.reset_second,
        hint="Ghi cách bạn đã xác minh đúng người.",
    )


def _move() -> rx.Component:
    state = AccountState
    return side_panel(
        rx.cond(state.move_open != "", _cases_left(), _move_form()),
        open=state.panel == MOVE,
        title="Chuyển đơn vị",
        subtitle=state.name,
        on_close=state.close,
        name="move",
    )


def _cases_left() -> rx.Component:
    state = AccountState
    columns = (
        Column("so", "Số quyết định", lambda row: row.number, hideable=False, phone="title"),
        Column("trang-thai", "Trạng thái", lambda row: row.status, phone="bare"),
    )
    ask = button("Nhắc lập bàn giao", tone="primary", on_click=state.ask_to_hand_over)
    return rx.el.div(
        notice(
            "Người này còn phụ trách ",
            rx.el.b(state.move_open, " việc"),
            " chưa kết thúc. Phải bàn giao xong mới chuyển đơn vị được (NĐ 152/2026/NĐ-CP Điều 13).",
            tone="warn",
            symbol="alert",
        ),
        rx.cond(state.errors[""], notice(state.errors[""], tone="alert", symbol="alert", role="alert")),
        rx.cond(state.asked != "", notice(state.asked, tone="good", symbol="check")),
        rx.el.div(
            data_table(
                columns, state.move_cases, name="viec-con-lai", caption="Việc chưa bàn giao",
                row_key=lambda row: row.number, stays=False,
            ),
            rx.cond(state.move_more != "", rx.el.p(state.move_more, class_name="muted")),
            style=GAP,
        ),
        rx.el.div(
            button("Đóng", key_label="Esc", on_click=state.close),
            rx.cond(
                state.may_hand_over,
                link("Lập bàn giao", href=state.move_href, class_name="button primary"),
                ask,
            ),
            class_name="form-actions",
            style=GAP,
        ),
    )  # fmt: skip


def _move_form() -> rx.Component:
    state = AccountState
    return form(
        rx.cond(
            state.move_grants.length() > 0,
            notice(
                "Các vai trò sau kết thúc ngay khi chuyển; vai trò ở đơn vị mới được cấp sau:",
                rx.el.ul(rx.foreach(state.move_grants, rx.el.li), class_name="bullets"),
            ),
        ),
        rx.foreach(state.move_warnings, lambda text: notice(text, tone="warn", symbol="alert")),
        combobox(
            "office_code",
            "Đơn vị mới",
            state.offices,
            on_query=state.search_offices,
            errors=state.errors,
            hint="Chỉ các đơn vị trong phạm vi quản trị của bạn.",
        ),
        _reason("Số, ngày quyết định điều động."),
        rx.cond(state.move_warnings.length() > 0, checkbox_field("confirmed", "Tôi đã đọc các cảnh báo và vẫn chuyển")),
        form_actions(on_cancel=state.close, save="Chuyển đơn vị"),
        on_submit=state.move,
        errors=state.errors,
        labels={**LABELS, "office_code": "Đơn vị mới"},
        key=state.form_version,
    )


def _questions() -> tuple[rx.Component, ...]:
    state = AccountState
    return (
        confirm(
            open=state.asking == PASSWORD,
            title=f"Đặt lại mật khẩu của {state.name}?",
            text="Mật khẩu cũ hết hiệu lực, mọi phiên và mã truy cập kết thúc. Mật khẩu tạm hiện một lần.",
            yes="Đặt lại mật khẩu",
            on_yes=state.confirm,
            on_no=state.leave,
            name="ask-password",
        ),
        confirm(
            open=state.asking == SESSIONS,
            title=f"Kết thúc mọi phiên của {state.name}?",
            text="Người này bị đăng xuất ở mọi thiết bị và phải đăng nhập lại.",
            yes="Kết thúc mọi phiên",
            on_yes=state.confirm,
            on_no=state.leave,
            name="ask-sessions",
        ),
        confirm(
            open=state.asking == ENABLE,
            title=f"Mở lại tài khoản của {state.name}?",
            text="Người này đăng nhập lại được ngay, với các quyền còn hiệu lực.",
            yes="Mở lại",
            on_yes=state.confirm,
            on_no=state.leave,
            danger=False,
            name="ask-enable",
        ),
    )


def _secret() -> rx.Component:
    state = AccountState
    return secret_dialog(secret=state.secret, name=state.name, username=state.username, on_close=state.forget_secret)
