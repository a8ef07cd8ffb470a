"""The form of conditions over the case list. Its handler turns it into an address."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.elements import icon
from components.form import grid
from components.inputs import checkbox_field, combobox, date_field, money_field, select_field
from models.enums import CASE_STATUS_LABELS, JUDGMENT_KIND_LABELS, SOURCE_LABELS
from thads_app.services.case_query import CLOSED_WORD, OPEN_WORD

TICKS = {"display": "grid", "gridTemplateColumns": "repeat(auto-fill, minmax(150px, 1fr))", "gap": "2px 12px"}
LEGEND = {"fontWeight": 600, "marginBottom": "6px"}
YES_NO = {"co": "Có", "khong": "Không"}


def filter_form(state: Any) -> rx.Component:
    """The "add a condition" menu of a case list state; starts from the address whenever that changes."""
    values = state.values
    statuses = {OPEN_WORD: "Đang mở (mọi)", CLOSED_WORD: "Đã kết thúc (mọi)", **CASE_STATUS_LABELS}
    return rx.el.details(
        rx.el.summary(icon("plus", small=True), msg.ADD_FILTER, class_name="chip chip-add", data_key="f"),
        rx.el.form(
            combobox(
                "don-vi",
                "Đơn vị",
                state.office_options,
                on_query=state.search_offices,
                default_value=values["don-vi"],
                default_label=state.office_label,
            ),
            combobox(
                "chv",
                "Chấp hành viên",
                state.officer_options,
                on_query=state.search_officers,
                default_value=values["chv"],
                default_label=state.officer_label,
            ),
            _ticks("Trạng thái", "trang-thai", statuses, values),
            _ticks("Loại án", "loai-an", JUDGMENT_KIND_LABELS, values),
            grid(
                _select("nguon", "Nguồn thụ lý", SOURCE_LABELS, values),
                _select("nsnn", "Thu NSNN", YES_NO, values),
                _select("tin-dung", "Tổ chức tín dụng", YES_NO, values),
                date_field("tu", "Thụ lý từ ngày", hint="", default_value=values["tu"], class_name="span-6"),
                date_field("den", "đến ngày", hint="", default_value=values["den"], class_name="span-6"),
                money_field(
                    "tien-tu", "Phải thi hành từ", hint="", default_value=values["tien-tu"], class_name="span-6"
                ),
                money_field("tien-den", "đến", hint="", default_value=values["tien-den"], class_name="span-6"),
            ),
            rx.el.div(
                rx.el.button(msg.APPLY, type="submit", class_name="button primary", data_close_menu="", data_save=""),
                class_name="form-actions",
            ),
            on_submit=state.apply_conditions,
            class_name="menu-sheet from-start wide form",
            key=state.version,
            style={"width": "min(600px, 92vw)"},
            auto_complete="off",
        ),
        class_name="menu",
    )


def _select(name: str, label: str, options: Any, values: Any) -> rx.Component:
    return select_field(name, label, options, blank="Tất cả", default_value=values[name], class_name="span-4")


def _ticks(legend: str, name: str, labels: Any, values: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend(legend, style=LEGEND),
        rx.el.div(
            *(
                checkbox_field(f"{name}:{code}", label, default_checked=values[f"{name}:{code}"] == "on")
                for code, label in labels.items()
            ),
            style=TICKS,
        ),
    )
