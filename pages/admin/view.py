"""How the administration of targets and successors looks."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import button, confirm, notice, side_panel
from components.elements import link
from components.form import form, form_actions
from components.inputs import combobox, select_field, text_field, textarea_field
from components.states import empty_state
from components.status import tag
from components.tabs import tabs
from models.enums import MEASURE_LABELS
from pages.admin.state import TARGETS, SuccessorState, TargetState
from pages.frame import framed

LABELS = {"office_code": "Đơn vị", "measure": "Tính theo", "rate": "Chỉ tiêu", "source_note": "Văn bản giao"}


def view() -> rx.Component:
    """Draw the page."""
    state = SuccessorState
    return framed(
        tabs(state.sections, state.section, "Quản trị"),
        rx.cond(state.section == TARGETS, _targets(), _successors()),
        title=rx.cond(state.section == TARGETS, f"Chỉ tiêu năm {TargetState.year}", "Đơn vị kế thừa"),
        active="admin",
        crumbs=state.crumbs,
        actions=(
            rx.cond(
                state.section == TARGETS,
                button("Đặt chỉ tiêu", tone="primary", key="n", key_label="N", on_click=TargetState.start("")),
            ),
        ),
        overlays=(_target_panel(), _removal(), _successor_panel()),
    )


def _targets() -> rx.Component:
    def actions(row: Any) -> rx.Component:
        return rx.el.span(
            rx.el.button("Sửa", type="button", class_name="link", on_click=TargetState.start(row.key)),
            " · ",
            rx.el.button("Bỏ", type="button", class_name="link", on_click=TargetState.ask_removal(row.key)),
        )

    columns = (
        Column("don-vi", "Đơn vị", lambda row: row.office, hideable=False, phone="title"),
        Column("ma", "Mã", lambda row: row.code),
        Column("theo", "Tính theo", lambda row: row.measure_label),
        Column("chi-tieu", "Chỉ tiêu cả năm", lambda row: rx.el.b(row.rate), number=True),
        Column("nguon", "Văn bản giao", lambda row: row.source, wide=True, phone="line"),
        Column("sua", "", actions, hideable=False, phone="bare"),
    )
    return rx.fragment(
        notice(
            "Đơn vị chưa có chỉ tiêu riêng theo chỉ tiêu của đơn vị cấp trên gần nhất. "
            "Tiến độ của một kỳ bằng chỉ tiêu cả năm nhân số tháng của kỳ rồi chia 12."
        ),
        data_table(
            columns,
            TargetState.rows,
            name="chi-tieu",
            caption="Chỉ tiêu",
            row_key=lambda row: row.key,
            empty=empty_state("Chưa có chỉ tiêu nào cho năm này trong phạm vi của bạn."),
        ),
    )


def _target_panel() -> rx.Component:
    state = TargetState
    return side_panel(
        form(
            combobox(
                "office_code",
                LABELS["office_code"],
                state.offices,
                on_query=state.search_offices,
                default_value=state.office_code,
                default_label=state.office_label,
                errors=state.errors,
            ),
            select_field(
                "measure",
                LABELS["measure"],
                {measure.value: label for measure, label in MEASURE_LABELS.items()},
                blank=None,
                default_value=state.measure,
                errors=state.errors,
            ),
            text_field(
                "rate",
                "Tỷ lệ xong trên có điều kiện, cả năm (%)",
                hint="Ví dụ 83,90",
                default_value=state.rate,
                max_length=8,
                input_mode="decimal",
                errors=state.errors,
            ),
            textarea_field(
                "source_note",
                LABELS["source_note"],
                hint="Số, ngày và cơ quan ban hành quyết định giao chỉ tiêu",
                default_value=state.source_note,
                max_length=300,
                rows=3,
                errors=state.errors,
            ),
            form_actions(on_cancel=state.close),
            on_submit=state.save,
            saved=state.saved,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.open,
        title=f"Chỉ tiêu năm {state.year}",
        on_close=state.close,
        name="target",
    )


def _removal() -> rx.Component:
    state = TargetState
    return confirm(
        open=state.removing != "",
        title="Bỏ chỉ tiêu này?",
        text=rx.fragment(state.removing_label, ". Sau khi bỏ, đơn vị theo chỉ tiêu của đơn vị cấp trên."),
        yes="Bỏ chỉ tiêu",
        on_yes=state.remove,
        on_no=state.keep,
        name="removal",
    )


def _successors() -> rx.Component:
    state = SuccessorState
    overview = data_table(
        (
            Column("tinh", "Tỉnh, thành phố", lambda row: link(row.name, href=row.href), hideable=False, phone="title"),
            Column("cu", "Chi cục đã kết thúc", lambda row: row.ended, number=True),
            Column(
                "quy-tac",
                "Theo quy tắc tạm",
                lambda row: rx.cond(row.uncertain, tag(row.by_rule, "warn"), row.by_rule),
                number=True,
            ),
        ),
        state.provinces,
        name="tinh-ke-thua",
        caption="Đơn vị kế thừa theo tỉnh",
        row_key=lambda row: row.code,
    )
    districts = data_table(
        (
            Column("chi-cuc", "Chi cục trước 01/07/2025", lambda row: row.name, hideable=False, phone="title"),
            Column("ma", "Mã", lambda row: row.code),
            Column("ke-thua", "Đơn vị kế thừa", lambda row: row.successor),
            Column("ma-moi", "Mã", lambda row: row.successor_code),
            Column("can-cu", "Cách xác định", lambda row: tag(row.how, row.tone)),
            Column(
                "sua",
                "",
                lambda row: rx.el.button("Đổi", type="button", class_name="link", on_click=state.start(row.code)),
                hideable=False,
                phone="bare",
            ),
        ),
        state.rows,
        name="ke-thua",
        caption="Đơn vị kế thừa",
        row_key=lambda row: row.code,
        empty=empty_state("Không có Chi cục nào đã kết thúc trong phạm vi của bạn."),
    )
    return rx.fragment(
        notice(
            "Nơi chưa tìm được văn bản, chương trình tạm chọn phòng khu vực theo quy tắc ghi trong tài liệu. "
            "Đổi đơn vị kế thừa thì các việc liên quan và số liệu theo bản đồ hiện nay được tính lại ngay."
        ),
        rx.cond(state.province != "", districts, overview),
    )


def _successor_panel() -> rx.Component:
    state = SuccessorState
    return side_panel(
        form(
            select_field(
                "successor",
                "Phòng khu vực kế thừa",
                state.options,
                blank=None,
                default_value=state.successor,
                errors=state.errors,
            ),
            form_actions(on_cancel=state.close, busy=state.busy, save="Đổi và tính lại"),
            on_submit=state.save,
            errors=state.errors,
            labels={"successor": "Phòng khu vực kế thừa"},
            key=state.form_version,
        ),
        open=state.open,
        title=state.name,
        subtitle=state.code,
        on_close=state.close,
        name="successor",
    )
