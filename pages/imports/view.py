"""What the import page looks like."""

from __future__ import annotations

import reflex as rx

from components.cards import card, progress
from components.data_table import Column, data_table
from components.dialogs import button, notice
from components.elements import file_link, icon, native_form
from components.states import empty_state
from pages.frame import framed
from pages.imports.state import ImportState

# The browser's own file button speaks the browser's language: a label stands for it, and choosing a file sends it.
SEND_WHEN_CHOSEN = rx.Var("((event) => event.target.files.length && event.target.form.requestSubmit())")
ROW = {"display": "flex", "gap": "12px", "flexWrap": "wrap", "alignItems": "center"}

PROBLEM_COLUMNS = (
    Column("trang", "Trang", lambda row: row.sheet),
    Column("dong", "Dòng", lambda row: row.row, number=True),
    Column("cot", "Cột", lambda row: row.column),
    Column("gia-tri", "Giá trị", lambda row: row.value, phone="line"),
    Column("ly-do", "Lý do", lambda row: _whole(row.why), wide=True, phone="line", hideable=False),
)
HISTORY_COLUMNS = (
    Column("tep", "Tệp", lambda row: row.file_name, wide=True, hideable=False),
    Column("luc", "Tải lên lúc", lambda row: row.at),
    Column("ket-qua", "Kết quả", lambda row: row.result),
    Column("so-luong", "Số lượng", lambda row: row.size, wide=True, phone="line"),
)


def view() -> rx.Component:
    """Draw the page."""
    state = ImportState
    return framed(
        rx.cond(state.trouble != "", notice(state.trouble, tone="alert", symbol="alert", role="alert")),
        rx.cond(state.job_id != "", _job()),
        _upload(),
        _history(),
        title="Nhập dữ liệu từ Excel",
        active="imports",
        actions=(
            file_link(
                icon("export", small=True), "Tải tệp mẫu", href="/api/imports/template.xlsx", class_name="button"
            ),
        ),
    )


def _whole(text: rx.Var[str]) -> rx.Component:
    """A reason is read to its end: it may take several lines."""
    return rx.el.span(text, style={"whiteSpace": "normal"})


def _upload() -> rx.Component:
    return card(
        rx.el.p(
            "Điền hồ sơ, sự kiện theo tệp mẫu rồi chọn tệp ở đây. Tệp được kiểm tra toàn bộ trước; "
            "còn một lỗi thì không ghi gì. Chỉ khi bạn bấm “Nhập thật”, dữ liệu mới được ghi."
        ),
        native_form(
            rx.el.div(
                rx.el.input(
                    id="import-file",
                    name="file",
                    type="file",
                    accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    aria_describedby="import-hint",
                    class_name="only-read file-input",
                    custom_attrs={"onChange": SEND_WHEN_CHOSEN},
                ),
                rx.el.label(
                    icon("import", small=True),
                    "Chọn tệp để kiểm tra",
                    html_for="import-file",
                    class_name=rx.cond(ImportState.can_import, "button", "button primary"),
                ),
                rx.el.span(ImportState.limit_label, id="import-hint", class_name="small muted"),
                style={**ROW, "marginTop": "12px"},
            ),
            action="/api/imports",
            method="post",
            enc_type="multipart/form-data",
        ),
        title="Chọn tệp",
    )


def _job() -> rx.Component:
    state = ImportState
    return card(
        rx.cond(state.running, _running()),
        rx.cond(state.can_import, _checked()),
        rx.cond(state.imported, notice("Đã nhập ", state.size, ".", tone="good", symbol="check")),
        rx.cond(
            state.failed,
            notice(
                "Việc nhập gặp sự cố và chưa ghi gì. Hãy thử lại; nếu vẫn vậy, hãy báo quản trị.",
                tone="alert",
                symbol="alert",
            ),
        ),
        rx.cond(state.rejected, _rejected()),
        rx.cond(state.warnings.length() > 0, _warnings()),
        title=state.file_name,
        aside=rx.el.span(state.result, class_name="muted"),
    )


def _running() -> rx.Component:
    state = ImportState
    return rx.el.div(
        rx.el.p(state.stage, "… ", state.percent, " %", role="status"),
        progress(state.percent, label="Tiến độ"),
    )


def _checked() -> rx.Component:
    state = ImportState
    return rx.el.div(
        notice("Tệp đúng: ", state.size, ". Chưa ghi gì.", tone="good", symbol="check"),
        rx.el.div(button("Nhập thật", tone="primary", on_click=state.import_now, key="n"), style={"marginTop": "12px"}),
    )


def _rejected() -> rx.Component:
    state = ImportState
    return rx.el.div(
        notice(state.problem_label, tone="alert", symbol="alert", role="alert"),
        rx.cond(
            state.marked_href != "",
            rx.el.div(
                file_link(
                    icon("export", small=True),
                    "Tải bản sao đánh dấu ô sai",
                    href=state.marked_href,
                    class_name="button",
                ),
                style={"margin": "12px 0"},
            ),
        ),
        rx.cond(
            state.problems.length() > 0,
            data_table(
                PROBLEM_COLUMNS,
                state.problems,
                name="loi-nhap",
                caption="Các lỗi của tệp",
                row_key=lambda row: row.key,
                empty=empty_state("Không có lỗi.", symbol="check"),
            ),
        ),
    )


def _warnings() -> rx.Component:
    return rx.el.details(
        rx.el.summary("Lưu ý (", ImportState.warnings.length(), ")"),
        rx.el.ul(rx.foreach(ImportState.warnings, rx.el.li)),
    )


def _history() -> rx.Component:
    state = ImportState
    return card(
        data_table(
            HISTORY_COLUMNS,
            state.history,
            name="lan-nhap",
            caption="Các lần nhập của tôi",
            row_key=lambda row: row.id,
            row_href=lambda row: row.href,
            loading=~state.loaded,
            empty=empty_state("Bạn chưa nhập tệp nào.", symbol="import"),
        ),
        title="Các lần nhập của tôi",
    )
