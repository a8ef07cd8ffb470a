"""How the rights of one account look on its page: `grants_section`, its panels `grants_panels`, its button."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.cards import card
from components.data_table import Column, data_table
from components.dialogs import button, notice, side_panel
from components.elements import link
from components.form import form, form_actions, grid
from components.inputs import combobox, date_field, select_field, textarea_field
from components.states import empty_state
from components.status import tag
from pages.administration.grants import EXTEND, GIVE, TAKE, GrantsState

LABELS = {
    "role": "Vai trò",
    "office_code": "Đơn vị",
    "valid_from": "Từ ngày",
    "valid_to": "Đến hết ngày",
    "reason": "Căn cứ",
}
GAP = {"marginTop": "16px"}


def grants_section() -> rx.Component:
    """Grants with their story, and under them what they come to."""
    state = GrantsState
    mine = notice("Đây là tài khoản của chính bạn: vai trò của bạn do cấp quản trị trên cấp.")
    give = rx.el.div(
        button("Cấp vai trò", key="g", key_label="G", on_click=state.start_giving),
        class_name="own-actions",
    )
    return rx.cond(
        state.ready,
        rx.fragment(
            rx.el.div(
                card(rx.cond(state.itself, mine, give), _grants(), title="Vai trò được cấp"),
                style=GAP,
            ),
            rx.el.div(
                card(
                    rx.cond(
                        state.disabled,
                        notice("Tài khoản đang bị khóa nên không làm được gì; các vai trò vẫn giữ nguyên."),
                        rights_table(state.rights),
                    ),
                    rx.el.p(link("Bảng quyền theo vai trò", href="/quan-tri/quyen"), class_name="small"),
                    title="Người này thấy và làm được gì, vì sao",
                ),
                style=GAP,
            ),
        ),
    )


def rights_table(rows: Any) -> rx.Component:
    """What somebody may do, where, and through what."""
    columns = (
        Column(
            "quyen",
            "Được làm",
            lambda row: rx.el.div(rx.el.b(row.label), rx.el.div(row.meaning, class_name="small muted")),
            hideable=False,
            phone="title",
        ),
        Column("don-vi", "Ở đâu", lambda row: row.offices, phone="line"),
        Column(
            "vi-sao",
            "Vì sao",
            lambda row: rx.el.ul(rx.foreach(row.reasons, rx.el.li), class_name="plain-list"),
            phone="line",
        ),
    )
    return rx.el.div(
        data_table(
            columns,
            rows,
            name="quyen-cua-nguoi",
            caption="Quyền đang có hiệu lực",
            row_key=lambda row: row.key,
            empty=empty_state("Chưa có quyền nào đang hiệu lực.", symbol="shield"),
            stays=False,
        ),
        class_name="wraps",
    )


def _grants() -> rx.Component:
    state = GrantsState

    def story(row: Any) -> rx.Component:
        return rx.el.div(
            rx.el.div(row.given),
            rx.el.div("Căn cứ: ", row.reason, class_name="small muted"),
            rx.cond(row.ended != "", rx.el.div(row.ended, class_name="small muted")),
        )

    def acts(row: Any) -> rx.Component:
        change = rx.el.span(
            rx.el.button(
                "Đổi thời hạn", type="button", class_name="link", on_click=state.start_changing(row.id, EXTEND)
            ),
            " · ",
            rx.el.button("Thu hồi", type="button", class_name="link", on_click=state.start_changing(row.id, TAKE)),
            class_name="nowrap",
        )
        return rx.cond(row.changeable, change, rx.el.span("–", class_name="muted"))

    columns = (
        Column("vai-tro", LABELS["role"], lambda row: rx.el.b(row.title), hideable=False, phone="title"),
        Column("hieu-luc", "Hiệu lực", lambda row: row.period, phone="line"),
        Column("tinh-trang", "Tình trạng", lambda row: tag(row.word, row.tone), phone="bare"),
        Column("cap", "Cấp và thu hồi", story, phone="line"),
        Column("sua", "Thao tác", acts, hideable=False, phone="bare"),
    )
    return rx.el.div(
        data_table(
            columns,
            state.rows,
            name="vai-tro",
            caption="Vai trò được cấp",
            row_key=lambda row: row.id,
            empty=empty_state("Chưa được cấp vai trò nào.", symbol="shield"),
            stays=False,
        ),
        class_name="wraps",
        style=GAP,
    )


def grants_panels() -> tuple[rx.Component, ...]:
    """The panels of giving, extending and taking back."""
    return (_give(), _extend(), _take())


def _foreseen() -> rx.Component:
    state = GrantsState
    change = rx.el.ul(
        rx.foreach(
            state.changes,
            lambda row: rx.el.li(
                tag(row.word, row.tone), " ", rx.el.b(row.label), rx.el.div(row.after, class_name="small muted")
            ),
        ),
        class_name="plain-list",
    )
    return rx.cond(
        state.previewed,
        rx.el.div(
            rx.foreach(state.warnings, lambda text: notice(text, tone="warn", symbol="alert")),
            rx.el.h3("Từ ngày ", state.preview_day, ", người này sẽ:"),
            rx.cond(state.changes.length() > 0, change, rx.el.p("Không thay đổi gì so với hiện nay.")),
            style=GAP,
            role="status",
        ),
    )


def _give() -> rx.Component:
    state = GrantsState
    return side_panel(
        form(
            select_field("role", LABELS["role"], state.roles, errors=state.errors),
            combobox(
                "office_code",
                LABELS["office_code"],
                state.offices,
                on_query=state.search_offices,
                errors=state.errors,
                hint="Vai trò có ở đơn vị này và mọi đơn vị trực thuộc.",
            ),
            grid(
                date_field(
                    "valid_from", LABELS["valid_from"], hint="Để trống: từ hôm nay.", optional=True,
                    errors=state.errors, class_name="span-6",
                ),
                date_field(
                    "valid_to", LABELS["valid_to"], hint="Để trống: không thời hạn.", optional=True,
                    errors=state.errors, class_name="span-6",
                ),
            ),
            _reason("Số, ngày quyết định hoặc lý do cấp."),
            _foreseen(),
            form_actions(on_cancel=state.close, save=rx.cond(state.previewed, "Cấp vai trò", "Xem trước")),
            on_submit=state.give,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == GIVE,
        title="Cấp vai trò",
        subtitle="Xem trước thay đổi rồi mới cấp",
        on_close=state.close,
        name="grant-give",
    )  # fmt: skip


def _extend() -> rx.Component:
    state = GrantsState
    return side_panel(
        form(
            date_field(
                "valid_to", LABELS["valid_to"], hint="Ngày này vẫn còn hiệu lực; để trống: không thời hạn.",
                optional=True, default_value=state.ends, errors=state.errors,
            ),
            _reason("Vì sao đổi thời hạn."),
            form_actions(on_cancel=state.close, save="Đổi thời hạn"),
            on_submit=state.extend,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == EXTEND,
        title="Đổi thời hạn",
        subtitle=state.subject,
        on_close=state.close,
        name="grant-extend",
    )  # fmt: skip


def _take() -> rx.Component:
    state = GrantsState
    return side_panel(
        form(
            _foreseen(),
            _reason("Vì sao thu hồi; người này được báo."),
            form_actions(on_cancel=state.close, save="Thu hồi"),
            on_submit=state.take,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == TAKE,
        title="Thu hồi vai trò",
        subtitle=state.subject,
        on_close=state.close,
        name="grant-take",
    )


def _reason(hint: str) -> rx.Component:
    return textarea_field("reason", LABELS["reason"], hint=hint, max_length=500, rows=2, errors=GrantsState.errors)
