"""What a dashboard's page keeps: everything written out, charts as plain data. The address alone decides it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import reflex as rx

from components.bars import BarRow
from components.formats import format_rate
from components.layout import Crumb
from components.tabs import Tab
from models.enums import MEASURE_LABELS, Measure
from pages.dashboard import charts, findings
from pages.dashboard.rows import (
    FigureCard,
    HistoryLine,
    MonthLine,
    PartLine,
    cards,
    composition_bars,
    history_lines,
    kind_bars,
    month_lines,
    part_addresses,
    part_lines,
)
from pages.dashboard.sharing import latest_dashboard
from pages.live import changes, watch_figures
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.clock import VIETNAM
from thads_app.errors import DomainError, NotFound
from thads_app.messages import sentence
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.rules.units import Breakdown, OrganisationMap, UnitRef, unit_offices
from thads_app.services.dashboards import Dashboard, dashboard
from thads_app.services.figure_address import DASHBOARD_FILE, MONTHS, Looking, is_complete, read_looking
from thads_app.services.office_tree import office_tree
from thads_app.services.statistics import figures

MAP_TABS = {OrganisationMap.TODAY: "Bản đồ hiện nay", OrganisationMap.AS_WAS: "Tổ chức như đã có"}
BAR_WIDTH = 18
"""Pixels a bar with its name needs; on a phone the chart is moved sideways rather than squeezed."""

Rates = dict[str, Decimal | None]


class RatesChart(rx.State):
    """The bars of rates. A state of its own, so that only what changed is drawn again."""

    figure: dict[str, Any] = {}
    drawn: bool = False


class MonthsChart(rx.State):
    """The lines through the months."""

    figure: dict[str, Any] = {}
    drawn: bool = False


class HistoryChart(rx.State):
    """The published years."""

    figure: dict[str, Any] = {}
    drawn: bool = False
    lines: list[HistoryLine] = []


class ProvinceFills(rx.State):
    """The map: colour, words and address of each province."""

    fills: dict[str, str] = {}
    titles: dict[str, str] = {}
    addresses: dict[str, str] = {}
    low: str = ""
    high: str = ""
    title: str = ""
    _of: str = ""


class DashboardState(rx.State):
    """One dashboard, at whatever depth the address asks for."""

    asked: bool = False
    ready: bool = False
    error: str = ""
    title: str = "Bảng điều hành"
    crumbs: list[Crumb] = []
    measure: str = ""
    measures: list[Tab] = []
    maps: list[Tab] = []
    map_choice: str = ""
    months: str = ""
    month_options: list[str] = []
    month_addresses: dict[str, str] = {}
    cards: list[FigureCard] = []
    parts: list[PartLine] = []
    bars_width: str = ""
    aside: str = ""
    selected_province: str = ""
    rates_title: str = ""
    months_title: str = ""
    month_lines: list[MonthLine] = []
    composition: list[BarRow] = []
    composition_title: str = ""
    kinds: list[BarRow] = []
    kinds_title: str = ""
    history_title: str = ""
    shows_history: bool = False
    shows_targets: bool = False
    source: str = ""
    regime: str = ""
    file_address: str = ""
    years: list[str] = ["", ""]
    _looking: Looking | None = None

    @rx.event(supersedes=True)
    @policy(Permission.DASHBOARD_READ)
    async def load(self) -> Any:
        """Show what the address asks for, and follow it from now on."""
        actor = current_actor()
        parameters = self.router.url.query_parameters
        tree = await office_tree()
        looking = read_looking(parameters, tree.nodes[actor.office_id].code, clock.today())
        if not is_complete(parameters):
            yield rx.redirect(looking.address(), replace=True)
            return
        first = not self.ready
        if first:
            self.asked = True
            yield
        try:
            data = await dashboard(actor, looking.query)
            rates = await self._province_rates(actor, data, looking)
        except DomainError as problem:
            yield self._fail(problem, looking)
            return
        await self._show(actor, data, looking, rates)
        if first:
            yield  # the first chart need not wait for the others
        await self._draw_rest(data)
        if watch_figures(self, await _offices_shown(looking)):
            yield DashboardState.follow

    def _fail(self, problem: DomainError, looking: Looking) -> Any:
        """Say why there is nothing to show, or go where there is."""
        successor = problem.params.get("successor")
        if isinstance(successor, str):
            return rx.redirect(looking.changed(unit=successor).address(), replace=True)
        if isinstance(problem, NotFound) and (looking.query.officer is not None or looking.query.own):
            # Another office was chosen while an officer's figures stood here: show that office.
            return rx.redirect(looking.changed(officer=None, own=False).address(), replace=True)
        self.error, self.ready, self._looking = sentence(problem), True, None
        self.title, self.crumbs = "Bảng điều hành", []
        return None

    @rx.event(background=True)
    @policy(Permission.DASHBOARD_READ)
    async def follow(self) -> None:
        """Change what changes elsewhere, until the tab shows something else."""
        async for actor in changes(self):
            looking = self._looking
            if looking is None:
                continue
            try:
                data = await latest_dashboard(actor, looking.query)
            except DomainError:
                continue
            async with self:
                if self._looking == looking:
                    rates = _rates_of(data, looking) if _is_nation(data) else None
                    await self._show(actor, data, looking, rates, live=True)
                    await self._draw_rest(data)

    async def _province_rates(self, actor: Actor, data: Dashboard, looking: Looking) -> Rates | None:
        """The provinces' rates when the map is to be drawn anew; None when it stays, or is not shown."""
        if looking.query.organisation is not OrganisationMap.TODAY or not _sees_nation(data):
            return None
        if _is_nation(data):
            return _rates_of(data, looking)
        drawn = await self.get_state(ProvinceFills)
        if drawn._of == _map_of(looking):  # noqa: SLF001 (the map's own state, of this page)
            return None
        tree = await office_tree()
        nation = replace(looking.query, unit=tree.root.code, own=False, officer=None)
        sheets = await figures(actor, nation, Breakdown.PROVINCE, Permission.DASHBOARD_READ)
        return {each.unit.code: each.sheet.rate(looking.measure) for each in sheets[1:]}

    async def _show(
        self, actor: Actor, data: Dashboard, looking: Looking, rates: Rates | None, *, live: bool = False
    ) -> None:
        measure, linked = looking.measure, actor.may(Permission.CASE_READ)
        addresses = part_addresses(data, looking)
        self._put("cards", _pulsing(self.cards, cards(data, measure, linked=linked), live=live))
        lines = part_lines(data, measure, looking, addresses, linked=linked)
        self._put("parts", _pulsing_rows(self.parts, lines, live=live))
        self._put("rates_title", findings.rates_finding(data, measure))
        self._put("months_title", findings.months_finding(data, measure))
        self._put("month_lines", month_lines(data.series, measure))
        self._put("composition", composition_bars(data, measure, linked=linked))
        self._put("composition_title", findings.composition_finding(data.sheet, measure))
        self._put("kinds", kind_bars(data, measure, looking, linked=linked))
        self._put("kinds_title", findings.kinds_finding(data.kinds, measure))
        self._put("source", _source_words(data))
        await self._draw(data, looking, addresses, rates)
        if not live:
            self._place(data, looking, await office_tree())
            self._put("file_address", looking.address(DASHBOARD_FILE) if actor.may(Permission.EXPORT) else "")
        self._looking = looking

    def _place(self, data: Dashboard, looking: Looking, tree: OfficeTree) -> None:
        """Say where one is and what else can be looked at from here."""
        query, measure = looking.query, looking.measure
        self._put("error", "")
        self._put("ready", True)
        self._put("title", _title(data))
        self._put("crumbs", _crumbs(data, looking))
        self._put("measure", measure.value)
        self._put("regime", data.regime.name)
        tabs = [Tab(each.value, MEASURE_LABELS[each], replace(looking, measure=each).address()) for each in Measure]
        self._put("measures", tabs)
        self._put("maps", _map_tabs(looking, tree))
        self._put("map_choice", query.organisation.value)
        self._put("months", str(query.months))
        self._put("month_options", [str(month) for month in range(1, MONTHS + 1)])
        self._put(
            "month_addresses", {str(month): looking.changed(months=month).address() for month in range(1, MONTHS + 1)}
        )
        self._put("bars_width", f"{BAR_WIDTH * len(data.parts)}px")
        has_map = query.organisation is OrganisationMap.TODAY and _sees_nation(data)
        self._put("aside", "" if not data.parts else "map" if has_map else "composition")
        self._put("selected_province", _province_code(data))
        self._put("shows_history", bool(data.history))
        self._put("history_title", findings.history_finding(data.history) if data.history else self.history_title)
        self._put("shows_targets", any(part.targets[measure] is not None for part in data.parts))
        self._put("years", [str(query.fiscal_year), str(query.fiscal_year - 1)])

    async def _draw(self, data: Dashboard, looking: Looking, addresses: dict[str, str], rates: Rates | None) -> None:
        """Renew the bars and the map where their data changed."""
        if data.parts:
            bars = await self.get_state(RatesChart)
            _renew(bars, charts.rates_plot(data, looking.measure, addresses))
        if rates is not None:
            drawn = await self.get_state(ProvinceFills)
            await _draw_map(drawn, looking, rates)

    async def _draw_rest(self, data: Dashboard) -> None:
        """Renew the other charts where their data changed."""
        months = await self.get_state(MonthsChart)
        _renew(months, charts.months_plot(data))
        if data.history:
            history = await self.get_state(HistoryChart)
            _renew(history, charts.history_plot(data.history))
            lines = history_lines(data.history)
            if history.lines != lines:
                history.lines = lines

    def _put(self, name: str, value: object) -> None:
        """Assign only what differs: everything assigned is sent to the browser."""
        if getattr(self, name) != value:
            setattr(self, name, value)


def _renew(chart: RatesChart | MonthsChart | HistoryChart, figure: charts.Plot) -> None:
    if chart.figure != figure:
        chart.figure, chart.drawn = figure, True


async def _draw_map(drawn: ProvinceFills, looking: Looking, rates: Rates) -> None:
    fills, ends = charts.map_steps(rates)
    tree = await office_tree()
    names = {code: tree.by_code[code].short_name for code in rates if code in tree.by_code}
    titles = {code: f"{name}: {format_rate(rates[code])}" for code, name in names.items()}
    addresses = {
        code: looking.at(UnitRef(code, name, name, tree.by_code[code].level.value, office_code=code)).address()
        for code, name in names.items()
    }
    low, high = (format_rate(ends[0], 1), format_rate(ends[1], 1)) if ends else ("", "")
    values = {
        "fills": fills,
        "titles": titles,
        "addresses": addresses,
        "low": low,
        "high": high,
        "title": findings.map_finding({names[code]: rate for code, rate in rates.items() if code in names}),
    }
    for name, value in values.items():
        if getattr(drawn, name) != value:
            setattr(drawn, name, value)
    drawn._of = _map_of(looking)  # noqa: SLF001 (the map's own state, of this page)


def _map_of(looking: Looking) -> str:
    """What the map's colours depend on besides the figures themselves."""
    query = looking.query
    return f"{query.fiscal_year}/{query.months}/{looking.measure.value}"


def _rates_of(data: Dashboard, looking: Looking) -> Rates:
    return {part.unit.code: part.rates[looking.measure] for part in data.parts if not part.unit.own}


def _is_nation(data: Dashboard) -> bool:
    return data.breakdown is Breakdown.PROVINCE and not data.path


def _sees_nation(data: Dashboard) -> bool:
    return _is_nation(data) or (bool(data.path) and data.path[0].open)


def _province_code(data: Dashboard) -> str:
    """The province one is in, to be ringed on the map."""
    above = [step.unit for step in data.path] + [data.unit]
    return next((unit.office_code or unit.code for unit in above if unit.level == "province"), "")


def _title(data: Dashboard) -> str:
    months = data.query.months
    span = "cả năm" if months == MONTHS else f"lũy kế {months} tháng năm"
    return f"Thi hành án dân sự, {span} {data.query.fiscal_year}"


def _crumbs(data: Dashboard, looking: Looking) -> list[Crumb]:
    steps = [Crumb(step.unit.short_name, looking.at(step.unit).address() if step.open else "") for step in data.path]
    return [*steps, Crumb(data.unit.short_name)]


def _map_tabs(looking: Looking, tree: OfficeTree) -> list[Tab]:
    """The two maps, where they differ: when offices of the year or the one before it have ended since."""
    first_day, _ = looking.changed(fiscal_year=looking.query.fiscal_year - 1).query.period
    if not any(node.valid_to is not None and node.valid_to >= first_day for node in tree.nodes.values()):
        return []
    now = tree.nodes[tree.line.today(tree.by_code[looking.query.unit].id)].code
    codes = {OrganisationMap.TODAY: now, OrganisationMap.AS_WAS: looking.query.unit}
    return [
        Tab(each.value, label, looking.changed(organisation=each, unit=codes[each]).address())
        for each, label in MAP_TABS.items()
    ]


def _source_words(data: Dashboard) -> str:
    moment = data.read_at.astimezone(VIETNAM)
    now = datetime.now(VIETNAM)
    words = f"{moment:%H:%M}" if moment.date() == now.date() else f"{moment:%H:%M ngày %d/%m/%Y}"
    return f"số liệu đến {words}"


def _pulsing(old: list[FigureCard], new: list[FigureCard], *, live: bool) -> list[FigureCard]:
    """Mark the cards whose value just changed under the reader's eyes."""
    before = {card.label: card for card in old}
    found: list[FigureCard] = []
    for card in new:
        known = before.get(card.label)
        changed = live and known is not None and (known.value, known.note) != (card.value, card.note)
        serial = 0 if known is None else known.serial + changed
        found.append(replace(card, changed=changed, serial=serial))
    return found


def _pulsing_rows(old: list[PartLine], new: list[PartLine], *, live: bool) -> list[PartLine]:
    """Mark the rows in which something just changed."""
    before = {row.key: row for row in old}
    found: list[PartLine] = []
    for row in new:
        known = before.get(row.key)
        changed = live and known is not None and replace(known, changed=False, serial=0) != row
        serial = 0 if known is None else known.serial + changed
        found.append(replace(row, changed=changed, serial=serial))
    return found


async def _offices_shown(looking: Looking) -> Scope:
    """The offices whose announcements concern the page."""
    tree = await office_tree()
    query = looking.query
    node = tree.by_code[query.unit]
    return Scope(office_ids=unit_offices(tree, node, query.organisation, own=query.own))
