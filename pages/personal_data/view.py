"""How requests of data subjects and the register of processing look."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.cards import card, facts
from components.data_table import Column, data_table, pager
from components.dialogs import button, notice, side_panel
from components.elements import file_link, icon
from components.form import form, form_actions, grid
from components.inputs import checkbox_field, combobox, date_field, select_field, text_field, textarea_field
from components.states import empty_state, error_state
from components.status import tag
from components.tabs import segmented, tabs
from models.personal_enums import DATA_REQUEST_KIND_LABELS, REQUEST_CHANNEL_LABELS
from pages.frame import framed
from pages.personal_data.register import LABELS as REGISTER_LABELS
from pages.personal_data.register import RegisterState
from pages.personal_data.requests import REQUESTS, RequestListState
from thads_app.services.processing import TEXTS

REGISTER_FILE = "/api/personal-data/processing.xlsx"
LABELS = {
    "office_code": "Đơn vị nhận yêu cầu",
    "received_on": "Ngày nhận",
    "channel": "Nhận bằng cách nào",
    "kind": "Yêu cầu",
    "subject_name": "Người yêu cầu",
    "contact": "Cách liên hệ",
    "content": "Nội dung",
    "person": "Người phụ trách",
    "step": "Bước tiếp theo",
    "words": "Nội dung trả lời, căn cứ hoặc lý do",
}
LONG = 400


def view() -> rx.Component:
    """Draw the page."""
    state = RequestListState
    here = state.section == REQUESTS
    return framed(
        tabs(state.sections, state.section, "Bảo vệ dữ liệu cá nhân"),
        rx.cond(here, _requests(), _register()),
        title=rx.cond(here, "Yêu cầu của chủ thể dữ liệu", "Hoạt động xử lý dữ liệu cá nhân"),
        active="privacy",
        actions=(
            rx.cond(
                here,
                file_link(icon("export", small=True), "Xuất Excel", href=state.export_href, class_name="button"),
                file_link(icon("export", small=True), "Xuất Excel", href=REGISTER_FILE, class_name="button"),
            ),
            rx.cond(
                here,
                button("Ghi yêu cầu", tone="primary", key="n", on_click=state.start),
                rx.cond(
                    RegisterState.can_edit,
                    button("Thêm hoạt động", tone="primary", key="n", on_click=RegisterState.start("")),
                ),
            ),
        ),
        overlays=(_new_panel(), _one_panel(), _register_panel()),
    )


# -- requests --------------------------------------------------------------------------------------------------------

COLUMNS = (
    Column(
        "so",
        "Số",
        lambda row: rx.el.button(row.label, type="button", class_name="link", on_click=RequestListState.show(row.id)),
        hideable=False,
        phone="title",
    ),
    Column("nhan", "Ngày nhận", lambda row: row.received),
    Column("ai", "Người yêu cầu", lambda row: row.subject),
    Column("yeu-cau", "Yêu cầu", lambda row: row.kind),
    Column("don-vi", "Đơn vị", lambda row: row.office, phone="hide"),
    Column("phan-hoi", "Phản hồi trước", lambda row: row.respond_by),
    Column("han", "Xong trước", lambda row: rx.el.span(row.due, class_name=rx.cond(row.overdue, "alert", ""))),
    Column("phu-trach", "Phụ trách", lambda row: row.responsible),
    Column("trang-thai", "Trạng thái", lambda row: tag(row.status, row.tone), phone="line"),
)


def _requests() -> rx.Component:
    state = RequestListState
    return rx.fragment(
        rx.el.div(
            segmented(state.filters, state.filter, "Trạng thái yêu cầu"),
            class_name="no-print",
            style={"marginBottom": "12px"},
        ),
        data_table(
            COLUMNS,
            state.rows,
            name="yeu-cau-du-lieu",
            caption="Yêu cầu của chủ thể dữ liệu",
            row_key=lambda row: row.id,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=empty_state(
                "Không có yêu cầu nào ở đây. Nhận được yêu cầu xem, sửa, xóa dữ liệu thì bấm “Ghi yêu cầu”.",
                symbol="privacy",
            ),
        ),
        pager(state.count_label, first=state.first_href, previous="", next=state.next_href),
    )


def _new_panel() -> rx.Component:
    state = RequestListState
    errors = state.errors
    return side_panel(
        form(
            grid(
                combobox(
                    "office_code",
                    LABELS["office_code"],
                    state.offices,
                    on_query=state.search_offices,
                    default_value=state.home_code,
                    default_label=state.home_label,
                    errors=errors,
                    class_name="span-12",
                ),
                date_field(
                    "received_on",
                    LABELS["received_on"],
                    default_value=state.today,
                    errors=errors,
                    class_name="span-6",
                ),
                select_field("channel", LABELS["channel"], REQUEST_CHANNEL_LABELS, errors=errors, class_name="span-6"),
                select_field("kind", LABELS["kind"], DATA_REQUEST_KIND_LABELS, errors=errors, class_name="span-12"),
                text_field("subject_name", LABELS["subject_name"], max_length=120, errors=errors, class_name="span-6"),
                text_field(
                    "contact",
                    LABELS["contact"],
                    optional=True,
                    hint="Địa chỉ, điện thoại hoặc thư điện tử",
                    max_length=200,
                    errors=errors,
                    class_name="span-6",
                ),
            ),
            textarea_field("content", LABELS["content"], max_length=2000, rows=4, errors=errors),
            checkbox_field("others_involved", "Bên khác (bên xử lý, bên thứ ba) cũng phải thực hiện: thời hạn dài hơn"),
            combobox(
                "person", LABELS["person"], state.people, on_query=state.search_people, optional=True, errors=errors
            ),
            form_actions(on_cancel=state.close, save="Ghi yêu cầu"),
            on_submit=state.create,
            saved=state.saved,
            errors=errors,
            labels=LABELS,
            key=state.form_key,
        ),
        open=state.creating,
        title="Yêu cầu mới",
        subtitle="Thời hạn được tính từ ngày nhận (NĐ 356/2025/NĐ-CP Điều 5)",
        on_close=state.close,
        name="new-request",
    )


def _one_panel() -> rx.Component:
    state = RequestListState
    row: Any = state.row
    return side_panel(
        rx.cond(
            state.opened,
            rx.el.div(
                facts(
                    ("Yêu cầu", row.kind),
                    ("Người yêu cầu", row.subject),
                    ("Liên hệ", rx.cond(row.contact != "", row.contact, "không ghi")),
                    ("Đơn vị", row.office),
                    ("Phụ trách", row.responsible),
                    ("Phản hồi trước", row.respond_by),
                    ("Xong trước", row.due),
                    ("Trạng thái", tag(row.status, row.tone)),
                ),
                rx.el.p(row.content, style={"whiteSpace": "pre-wrap"}),
                rx.el.p(row.history, class_name="small muted"),
                rx.cond(row.answer != "", notice(rx.el.b("Trả lời: "), row.answer)),
                rx.el.p("Thời hạn theo ", row.term_source, class_name="small muted"),
                rx.cond(
                    row.steps.length() > 0,
                    rx.el.div(_step_form(row), _give_form(), style={"display": "grid", "gap": "24px"}),
                ),
                style={"display": "grid", "gap": "12px"},
            ),
        ),
        open=state.opened,
        title=rx.cond(state.opened, row.label, ""),
        on_close=state.close,
        name="request",
    )


def _step_form(row: Any) -> rx.Component:
    state = RequestListState
    return form(
        select_field("step", LABELS["step"], row.steps, errors=state.errors),
        textarea_field(
            "words",
            LABELS["words"],
            hint="Cần khi thực hiện xong, từ chối hoặc gia hạn",
            max_length=2000,
            rows=4,
            errors=state.errors,
        ),
        form_actions(on_cancel=state.close, save="Ghi bước này"),
        on_submit=state.act,
        errors=state.errors,
        labels=LABELS,
        key=rx.Var.create("step-") + state.form_key,
    )


def _give_form() -> rx.Component:
    state = RequestListState
    return form(
        combobox(
            "person",
            LABELS["person"],
            state.people,
            on_query=state.search_people,
            default_value="",
            errors=state.errors,
        ),
        rx.el.div(button("Giao người phụ trách", type="submit"), class_name="form-actions"),
        on_submit=state.give,
        key=rx.Var.create("give-") + state.form_key,
    )


# -- the register ----------------------------------------------------------------------------------------------------


def _register() -> rx.Component:
    state = RegisterState
    return rx.cond(
        state.error != "",
        error_state(state.error, on_retry=state.load),
        rx.fragment(
            notice(
                "Sổ này nói hệ thống giữ dữ liệu gì của ai, để làm gì, theo căn cứ nào, ai được xem, lưu bao lâu. "
                "Các mục đầu được viết theo đúng những gì chương trình làm; trung ương sửa và bổ sung."
            ),
            rx.foreach(state.rows, _activity),
        ),
    )


def _activity(row: Any) -> rx.Component:
    return card(
        rx.el.div(
            rx.el.h2(row.code, " · ", row.name, style={"fontSize": "15px", "margin": 0}),
            rx.el.span(row.note, class_name="small muted"),
            rx.cond(
                RegisterState.can_edit,
                rx.el.button(
                    "Sửa",
                    type="button",
                    class_name="link no-print",
                    aria_label=rx.Var.create("Sửa ") + row.code,
                    on_click=RegisterState.start(row.code),
                ),
            ),
            style={"display": "flex", "gap": "12px", "alignItems": "baseline", "flexWrap": "wrap"},
        ),
        rx.el.div(
            facts(*((REGISTER_LABELS[name], getattr(row, name)) for name in TEXTS if name != "name")),
            style={"marginTop": "8px"},
        ),
        style={"marginBottom": "12px"},
        key=row.code,
    )


def _register_panel() -> rx.Component:
    state = RegisterState
    return side_panel(
        form(
            *(
                (textarea_field if limit > LONG else text_field)(
                    name,
                    REGISTER_LABELS[name],
                    default_value=state.values[name],
                    max_length=limit,
                    errors=state.errors,
                )
                for name, limit in TEXTS.items()
            ),
            checkbox_field("ended", "Hoạt động này đã kết thúc", default_checked=state.ended),
            form_actions(on_cancel=state.close, sticky=True),
            on_submit=state.save,
            saved=state.saved,
            errors=state.errors,
            labels=REGISTER_LABELS,
            key=state.form_key,
        ),
        open=state.open,
        title=rx.cond(state.code != "", rx.Var.create("Hoạt động ") + state.code, "Hoạt động mới"),
        on_close=state.close,
        name="activity",
    )
