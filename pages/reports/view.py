"""How a statistical form looks on screen: head, table with every cell leading to its cases, what was checked."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.cards import card
from components.dialogs import notice
from components.elements import file_link, icon, link, nav_form
from components.states import error_state, skeleton
from components.tabs import segmented
from pages.frame import framed
from pages.reports.state import ReportState

PATH = "/bieu-thong-ke"


def view() -> rx.Component:
    """Draw the form."""
    state = ReportState
    return framed(
        rx.cond(state.problem != "", notice(state.problem, tone="warn", symbol="alert")),
        _choices(),
        rx.cond(
            state.error != "",
            card(error_state(state.error, on_retry=state.load)),
            rx.cond(state.ready, _form(), card(skeleton("block"))),
        ),
        title=state.title,
        active="reports",
        crumbs=state.crumbs,
        actions=(rx.foreach(state.files, _file),),
    )


def _file(file: Any) -> rx.Component:
    return file_link(icon("export", small=True), file.label, href=file.href, class_name="button", key=file.key)


def _choices() -> rx.Component:
    state = ReportState
    months = rx.el.label(
        rx.el.span("Kỳ", class_name="prefix"),
        rx.el.select(
            rx.foreach(state.month_options, lambda month: rx.el.option(f"{month} tháng", value=month)),
            value=state.months,
            on_change=lambda month: rx.redirect(state.month_addresses[month].to(str)),
            aria_label="Số tháng tính từ đầu năm thống kê",
        ),
        icon("down", small=True),
        class_name="picker picker-select",
    )
    cut_off = nav_form(
        rx.foreach(
            state.kept, lambda pair: rx.el.input(type="hidden", name=pair.name, value=pair.value, read_only=True)
        ),
        rx.el.label(
            "Số liệu ghi nhận đến hết ngày",
            rx.el.input(
                type="text",
                name="tinh-den",
                class_name="input",
                default_value=state.cut_off,
                key=state.cut_off,
                placeholder="hiện nay",
                max_length=20,
                data_date="",
                data_no_draft="",
                auto_complete="off",
            ),
        ),
        rx.el.button("Xem", type="submit", class_name="button"),
        action=PATH,
        class_name="cut-off",
    )
    return rx.el.div(
        segmented(state.forms, state.form, "Biểu số"),
        months,
        rx.cond(state.maps.length() > 0, segmented(state.maps, state.map_choice, "Bản đồ tổ chức")),
        cut_off,
        class_name="list-bar form-choices no-print",
    )


def _form() -> rx.Component:
    state = ReportState
    return rx.el.section(
        rx.el.h2(state.heading),
        rx.el.dl(
            rx.foreach(state.facts, lambda fact: rx.fragment(rx.el.dt(fact[0]), rx.el.dd(fact[1]))),
            class_name="facts form-facts",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(
                    rx.el.tr(
                        rx.el.th("Số", scope="col"),
                        rx.el.th("Chỉ tiêu, đơn vị", scope="col"),
                        rx.foreach(state.columns, _head),
                    )
                ),
                rx.el.tbody(rx.foreach(state.rows, _row)),
                class_name="table statistical",
            ),
            class_name=rx.cond(state.busy, "table-wrap stays busy", "table-wrap stays"),
        ),
        rx.cond(state.hidden_note != "", rx.el.p(state.hidden_note, class_name="small muted")),
        rx.el.div(
            rx.el.h3(icon("check", small=True), "Đã đối chiếu, số liệu khớp"),
            rx.el.ul(rx.foreach(state.checks, rx.el.li)),
            class_name="checked",
        ),
        class_name="statistical-form",
    )


def _head(column: Any) -> rx.Component:
    return rx.el.th(
        column.label,
        rx.cond(column.more != "", rx.el.span(column.more, class_name="more")),
        scope="col",
        class_name="end",
        title=column.title,
    )


def _row(row: Any) -> rx.Component:
    def cell(value: Any, place: Any) -> rx.Component:
        column = ReportState.columns[place]
        address = rx.Var.create("/ho-so?") + row.cases + rx.cond(column.cases != "", "&" + column.cases, "")
        opens = (row.cases != "") & (value != "0") & (value != "–")
        return rx.el.td(rx.cond(opens, link(value, href=address, class_name="opens"), value), class_name="end")

    return rx.el.tr(
        rx.el.td(row.number),
        rx.el.th(
            rx.cond(row.href != "", link(row.label, href=row.href), row.label),
            scope="row",
            title=row.title,
            data_depth=row.depth.to(str),
        ),
        rx.foreach(row.cells, cell),
        class_name=rx.cond(row.strong, "strong", ""),
        key=row.key,
    )
