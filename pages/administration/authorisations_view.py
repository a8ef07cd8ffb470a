"""How a head's authorisations look."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import button, notice, side_panel
from components.form import form, form_actions, grid
from components.inputs import checkbox_field, combobox, date_field, select_field, text_field, textarea_field
from components.states import empty_state
from components.status import tag
from pages.administration.authorisations import GIVE, WITHDRAW, WRITTEN, AuthorisationsState
from pages.frame import framed
from thads_app.rules.rights import PERMISSION_LABELS

PATH = "/uy-quyen"
LABELS = {
    "number": "Số văn bản",
    "signed_on": "Ngày ký",
    "deputy_id": "Phó thủ trưởng",
    "office_code": "Đơn vị",
    "valid_from": "Từ ngày",
    "valid_to": "Đến hết ngày",
    "permissions": "Việc được ủy quyền",
    "note": "Ghi chú",
    "reason": "Lý do thu hồi",
}


def view() -> rx.Component:
    """Draw the page."""
    state = AuthorisationsState
    return framed(
        notice(
            "Phó thủ trưởng chỉ xem; muốn phân công, ghi nhận thay thủ trưởng thì phải có văn bản ủy quyền "
            "còn hiệu lực (Luật Thi hành án dân sự Điều 23 khoản 2). Ghi nhận ở đây văn bản đã ký."
        ),
        authorisations_table(state.rows, withdraw=True, loading=state.loading),
        title="Ủy quyền",
        active="authorisations",
        actions=(button("Ghi nhận ủy quyền", tone="primary", key="n", key_label="N", on_click=state.start),),
        overlays=(_give(), _withdraw()),
    )


def authorisations_table(rows: Any, *, withdraw: bool, loading: Any = None) -> rx.Component:
    """Authorisations with their whole story; the head's own can be withdrawn from here."""

    def acts(row: Any) -> rx.Component:
        on_click = AuthorisationsState.start_withdrawing(row.id)
        return rx.cond(
            row.withdrawable,
            rx.el.button("Thu hồi", type="button", class_name="link", on_click=on_click),
            rx.el.span("–", class_name="muted"),
        )

    person = (
        Column("pho", LABELS["deputy_id"], lambda row: row.deputy, phone="line")
        if withdraw
        else Column("thu-truong", "Thủ trưởng", lambda row: row.head, phone="line")
    )
    columns = [
        Column(
            "so",
            LABELS["number"],
            lambda row: rx.el.div(rx.el.b(row.number), rx.el.div(row.signed, class_name="small muted")),
            hideable=False,
            phone="title",
        ),
        person,
        Column("don-vi", LABELS["office_code"], lambda row: row.office, phone="line"),
        Column(
            "viec",
            LABELS["permissions"],
            lambda row: row.what,
            phone="line",
        ),
        Column("hieu-luc", "Hiệu lực", lambda row: rx.el.span(row.period, class_name="nowrap")),
        Column(
            "tinh-trang",
            "Tình trạng",
            lambda row: rx.el.div(tag(row.word, row.tone), rx.el.div(row.ended, class_name="small muted")),
            phone="line",
        ),
    ]
    if withdraw:
        columns.append(Column("sua", "Thao tác", acts, hideable=False, phone="bare"))
    return rx.el.div(
        data_table(
            columns,
            rows,
            name="uy-quyen",
            caption="Văn bản ủy quyền",
            row_key=lambda row: row.id,
            loading=loading,
            empty=empty_state("Chưa có văn bản ủy quyền nào.", symbol="document"),
            stays=False,
        ),
        class_name="wraps",
    )


def _give() -> rx.Component:
    state = AuthorisationsState
    what = rx.el.fieldset(
        rx.el.legend(LABELS["permissions"]),
        *(checkbox_field(each.value, PERMISSION_LABELS[each]) for each in WRITTEN),
        rx.cond(
            state.errors["permissions"],
            rx.el.div(rx.el.span(state.errors["permissions"]), class_name="field-error", id="o-permissions-error"),
        ),
        id="o-permissions",
        tab_index=-1,
        class_name="ticks",
    )
    return side_panel(
        rx.cond(
            state.deputies.length() == 0,
            notice(
                "Chưa có ai giữ vai trò phó thủ trưởng trong đơn vị của bạn. Đề nghị quản trị cấp vai trò ấy trước.",
                tone="warn",
                symbol="alert",
            ),
        ),
        form(
            grid(
                text_field("number", LABELS["number"], max_length=80, errors=state.errors, class_name="span-6"),
                date_field("signed_on", LABELS["signed_on"], errors=state.errors, class_name="span-6"),
            ),
            select_field("deputy_id", LABELS["deputy_id"], state.deputies, errors=state.errors),
            combobox(
                "office_code", LABELS["office_code"], state.offices, on_query=state.search_offices,
                errors=state.errors, hint="Đơn vị này và các đơn vị trực thuộc.",
            ),
            grid(
                date_field(
                    "valid_from", LABELS["valid_from"], default_value=state.today, errors=state.errors,
                    class_name="span-6",
                ),
                date_field("valid_to", LABELS["valid_to"], errors=state.errors, class_name="span-6"),
            ),
            what,
            textarea_field(
                "note", LABELS["note"], optional=True, max_length=500, rows=2, errors=state.errors,
            ),
            form_actions(on_cancel=state.close, save="Ghi nhận"),
            on_submit=state.give,
            saved=state.saved,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == GIVE,
        title="Ghi nhận văn bản ủy quyền",
        on_close=state.close,
        name="authorise",
    )  # fmt: skip


def _withdraw() -> rx.Component:
    state = AuthorisationsState
    return side_panel(
        form(
            textarea_field(
                "reason", LABELS["reason"], hint="Người được ủy quyền được báo và mất quyền ngay.", max_length=500,
                rows=3, errors=state.errors,
            ),
            form_actions(on_cancel=state.close, save="Thu hồi"),
            on_submit=state.withdraw,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.panel == WITHDRAW,
        title="Thu hồi ủy quyền",
        subtitle=state.subject,
        on_close=state.close,
        name="withdraw",
    )  # fmt: skip
