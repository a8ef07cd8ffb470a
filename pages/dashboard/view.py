"""How a dashboard looks. A chart's title is the finding; bars, provinces and rows lead down by the address alone."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.bars import bar_list
from components.cards import card, card_foot, progress
from components.data_table import Column, data_table
from components.drill_plot import plot_card, warm_plot
from components.elements import file_link, icon, jump_link, link
from components.province_map import province_map
from components.sparkline import sparkline
from components.states import error_state, skeleton
from components.tabs import segmented
from pages.dashboard.charts import HISTORY_HEIGHT, MAP_STEPS, MONTHS_HEIGHT, RATES_HEIGHT
from pages.dashboard.state import DashboardState, HistoryChart, MonthsChart, ProvinceFills, RatesChart
from pages.frame import framed

RANKING = "xep-hang"


def view() -> rx.Component:
    """Draw the dashboard."""
    state = DashboardState
    return framed(
        rx.cond(
            state.error != "",
            card(error_state(state.error, on_retry=state.load)),
            rx.cond(state.ready, _content(), _waiting()),
        ),
        title=state.title,
        active="dashboard",
        crumbs=state.crumbs,
        actions=(
            rx.cond(
                state.error == "",
                rx.fragment(_maps(), _months(), segmented(state.measures, state.measure, "Đơn vị đo")),
            ),
        ),
    )


def _waiting() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            *(rx.el.div(skeleton(), skeleton("tall"), class_name="card figure") for _ in range(5)), class_name="cards"
        ),
        rx.el.div(
            rx.el.div(skeleton("block"), class_name="card span-8"),
            rx.el.div(skeleton("block"), class_name="card span-4"),
            class_name="columns",
        ),
        rx.cond(DashboardState.asked, warm_plot()),
        aria_busy="true",
    )


def _content() -> rx.Component:
    state = DashboardState
    return rx.el.div(
        rx.el.div(rx.foreach(state.cards, _figure), class_name="cards"),
        rx.el.div(
            _rates(),
            rx.cond(state.aside == "map", _map(), _composition()),
            class_name="columns",
            hidden=state.aside == "",
            style={"--bars-width": state.bars_width},
        ),
        rx.el.div(
            _year(),
            rx.cond(state.aside != "composition", _composition()),
            _kinds(),
            class_name="columns",
            data_aside=state.aside,
        ),
        rx.cond(state.shows_history, _history()),
        rx.cond(state.aside != "", _ranking()),
        class_name="dashboard",
        data_targets=rx.cond(state.shows_targets, "yes", "no"),
    )


# -- controls ----------------------------------------------------------------------------------------------------------


def _months() -> rx.Component:
    state = DashboardState
    return rx.el.label(
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


def _maps() -> rx.Component:
    state = DashboardState
    return rx.cond(state.maps.length() > 0, segmented(state.maps, state.map_choice, "Bản đồ tổ chức"))


# -- parts -------------------------------------------------------------------------------------------------------------


def _figure(figure: Any) -> rx.Component:
    value = rx.cond(
        figure.href != "", link(figure.value, href=figure.href, class_name="opens"), rx.el.span(figure.value)
    )
    return rx.el.div(
        rx.el.div(figure.label, class_name="label", title=figure.title),
        rx.el.div(_pulsing(value, figure), class_name="value"),
        rx.cond(
            figure.bar != "",
            rx.cond(
                figure.tick != "",
                progress(figure.bar, figure.tick, label=figure.label),
                progress(figure.bar, label=figure.label),
            ),
        ),
        rx.el.div(
            rx.el.span(figure.delta, class_name="delta", data_good=figure.good), " ", figure.note, class_name="note"
        ),
        class_name="card figure",
        key=figure.label,
    )


def _pulsing(content: rx.Component, row: Any) -> rx.Component:
    """A figure that pulses once when it changed while somebody looks at it."""
    return rx.el.span(content, class_name=rx.cond(row.changed, "pulse", ""), key=row.serial.to(str))


def _rates() -> rx.Component:
    state = DashboardState
    return plot_card(
        state.rates_title,
        RatesChart.figure,
        name="ty-le",
        on_click=lambda points: rx.redirect(points.to(list[dict[str, str]])[0]["key"]),
        height=RATES_HEIGHT,
        drawn=RatesChart.drawn,
        source=rx.fragment("Tỷ lệ xong trên có điều kiện theo ", state.regime, " · ", state.source),
        links=(jump_link(msg.SEE_TABLE, href=f"#{RANKING}"), *_files()),
        class_name="span-8 rates-card",
    )


def _files() -> tuple[rx.Component, ...]:
    picture = rx.el.button(msg.PICTURE, type="button", class_name="link", data_picture="")
    return (_excel(), picture)


def _excel() -> rx.Component:
    address = DashboardState.file_address
    return rx.cond(address != "", file_link(msg.EXCEL, href=address))


def _map() -> rx.Component:
    steps = [rx.el.i(style={"background": f"var(--map-{step})"}) for step in range(1, MAP_STEPS + 1)]
    return card(
        province_map(
            ProvinceFills.fills,
            ProvinceFills.titles,
            lambda code: rx.redirect(ProvinceFills.addresses[code].to(str)),
            DashboardState.selected_province,
        ),
        rx.el.div(ProvinceFills.low, *steps, ProvinceFills.high, class_name="legend map-legend"),
        title=ProvinceFills.title,
        foot=card_foot(
            rx.fragment("Tỷ lệ theo tỉnh, bấm để xem đơn vị · ", DashboardState.source),
            (rx.el.button(msg.PICTURE, type="button", class_name="link", data_picture=""),),
        ),
        class_name="span-4 map-card",
    )


def _year() -> rx.Component:
    state = DashboardState
    table = data_table(
        (
            Column("thang", "Tháng", lambda row: row.label),
            Column("viec", "Việc xong", lambda row: row.cases_now, number=True),
            Column("viec-truoc", "Cùng kỳ", lambda row: row.cases_before, number=True),
            Column("tien", "Tiền (đ)", lambda row: row.money_now, number=True),
            Column("tien-truoc", "Cùng kỳ (đ)", lambda row: row.money_before, number=True),
            Column("ty-le", "Tỷ lệ", lambda row: row.rate_now, number=True),
            Column("ty-le-truoc", "Cùng kỳ", lambda row: row.rate_before, number=True),
        ),
        state.month_lines,
        name="thang",
        caption=state.months_title,
        row_key=lambda row: row.label,
        stays=False,
    )
    legend = rx.el.div(
        rx.el.span(rx.el.i(style={"background": "var(--accent-fill)"}), "năm ", state.years[0]),
        rx.el.span(rx.el.i(style={"background": "var(--rest)"}), "năm ", state.years[1]),
        class_name="legend",
    )
    return plot_card(
        state.months_title,
        MonthsChart.figure,
        name="trong-nam",
        height=MONTHS_HEIGHT,
        drawn=MonthsChart.drawn,
        source=rx.fragment("Cộng dồn từ tháng 10 · ", state.source),
        links=_files(),
        aside=legend,
        table=table,
        class_name="months-card",
    )


def _composition() -> rx.Component:
    state = DashboardState
    return card(
        bar_list(state.composition),
        title=state.composition_title,
        foot=card_foot(rx.fragment("Cơ cấu số phải thi hành · ", state.source), (_excel(),)),
        class_name="span-4 composition-card",
    )


def _kinds() -> rx.Component:
    state = DashboardState
    return card(
        bar_list(state.kinds),
        title=state.kinds_title,
        foot=card_foot(
            rx.fragment("Tỷ trọng trong số phải thi hành · ", state.source),
            (_excel(),),
        ),
        class_name="kinds-card",
    )


def _history() -> rx.Component:
    table = data_table(
        (
            Column("nam", "Năm", lambda row: row.year),
            Column("viec", "Tỷ lệ việc", lambda row: row.count_rate, number=True),
            Column("tien", "Tỷ lệ tiền", lambda row: row.amount_rate, number=True),
            Column("xong", "Việc xong", lambda row: row.completed, number=True),
            Column(
                "nguon",
                "Nguồn",
                lambda row: rx.el.a(row.source, href=row.source_href, target="_blank", rel="noopener noreferrer"),
            ),
        ),
        HistoryChart.lines,
        name="cong-bo",
        caption=DashboardState.history_title,
        row_key=lambda row: row.year,
        stays=False,
    )
    return plot_card(
        DashboardState.history_title,
        HistoryChart.figure,
        name="lich-su",
        height=HISTORY_HEIGHT,
        drawn=HistoryChart.drawn,
        source="Số liệu toàn quốc đã công bố, nguồn ghi ở từng dòng của bảng; không phải số liệu của hệ thống này.",
        links=(rx.el.button(msg.PICTURE, type="button", class_name="link", data_picture=""),),
        table=table,
    )


def _ranking() -> rx.Component:
    state = DashboardState

    def opened(figure: str, field: str) -> Any:
        def cell(row: Any) -> Any:
            words = _pulsing(rx.el.span(row[field]), row) if field == "completed" else row[field]
            address = rx.Var.create(f"/ho-so?o={figure}&") + row.cases
            opens = (row.cases != "") & (row[field] != "0")
            return rx.cond(opens, link(words, href=address, class_name="opens"), words)

        return cell

    columns = (
        Column("don-vi", "Tên", lambda row: rx.el.span(row.name, title=row.full_name), hideable=False),
        Column("phai", "Phải thi hành", opened("to_enforce", "to_enforce"), number=True),
        Column("co", "Có điều kiện", opened("with_conditions", "with_conditions"), number=True),
        Column("xong", "Xong", opened("completed", "completed"), number=True),
        Column("ty-le", "Tỷ lệ", lambda row: rx.el.b(row.rate), number=True),
        Column("tien-do", "So tiến độ", lambda row: rx.el.span(row.ahead, class_name=row.ahead_tone), number=True),
        Column("cung-ky", "So cùng kỳ", lambda row: rx.el.span(row.points, class_name=row.points_tone), number=True),
        Column(
            "ben-kia",
            rx.cond(state.measure == "count", "Tỷ lệ tiền", "Tỷ lệ việc"),
            lambda row: row.other_rate,
            number=True,
        ),
        Column("xu-huong", "Xu hướng", lambda row: sparkline(row.spark, row.spark_words), phone="hide"),
    )
    return rx.el.section(
        rx.el.h2("Xếp hạng theo tỷ lệ", class_name="ranking-head"),
        data_table(
            columns,
            state.parts,
            name=RANKING,
            caption="Xếp hạng theo tỷ lệ",
            row_key=lambda row: row.key,
            row_href=lambda row: row.href,
        ),
        id=RANKING,
    )
