"""The list of cases: filters in the address, pages by key, a bar of bulk actions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components import messages as msg
from components.data_table import Column, Selection, bulk_bar, column_menu, data_table, pager
from components.dialogs import notice
from components.elements import file_link, icon, key_hint, link
from components.filters import Chip, Kept, filter_bar, search_box
from components.formats import bounded_count
from components.inputs import Option
from components.layout import Crumb
from components.states import empty_state
from components.status import status
from components.tabs import Tab, segmented
from pages.cases.assign import AssignState, assign_panel
from pages.cases.conditions import SORT_WORDS, chips_of, form_values, problem_words, query_of_form
from pages.cases.filter_form import filter_form
from pages.cases.rows import CaseRow, case_row
from pages.frame import framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Actor, Permission
from thads_app.services.case_lists import COUNT_LIMIT, CasePage, find_officers, list_cases
from thads_app.services.case_query import CaseQuery, CaseSort, read_query
from thads_app.services.office_tree import office_tree
from thads_app.services.search import find_offices

TABLE = "ho-so"
PATH = "/ho-so"
EXPORT_PATH = "/api/exports/cases"
SELECTION_LIMIT = 200
FALLING_FIRST = frozenset({CaseSort.DATE, CaseSort.AMOUNT, CaseSort.OUTSTANDING, CaseSort.STATUS_SINCE})


class CaseListState(rx.State):
    """One page of the list, written out."""

    rows: list[CaseRow] = []
    loading: bool = True
    error: str = ""
    problem: str = ""
    count_label: str = ""
    sort: str = ""
    sort_label: str = ""
    sort_hrefs: dict[str, str] = {}
    first_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    chips: list[Chip] = []
    kept: list[Kept] = []
    search_text: str = ""
    filtered: bool = False
    version: str = ""
    values: dict[str, str] = {}
    views: list[Tab] = []
    view: str = ""
    crumbs: list[Crumb] = []
    export_href: str = ""
    can_create: bool = False
    can_export: bool = False
    can_assign: bool = False
    can_hand_over: bool = False
    can_import: bool = False
    officer_label: str = ""
    office_label: str = ""
    officer_options: list[Option] = []
    office_options: list[Option] = []
    selected: list[int] = []
    epoch: int = 0
    hand_over_href: str = ""
    all_open: bool = True
    bulk_why: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.CASE_READ)
    async def load(self) -> Any:
        """Show the list the address asks for."""
        actor = current_actor()
        query = read_query(self.router.url.query_parameters)
        self.loading, self.error = True, ""
        if query.address() != self.version:
            self.selected, self.hand_over_href = [], ""
            self.epoch += 1
        yield
        try:
            page = await list_cases(actor, query)
        except DomainError as problem:
            self.rows, self.chips, self.count_label = [], [], ""
            self.error = sentence(problem)
        else:
            self._show(actor, query, page)
            tree = await office_tree()
            self.views = _views(actor, query, tree.nodes[actor.office_id].code)
        self.loading = False

    def _show(self, actor: Actor, query: CaseQuery, page: CasePage) -> None:
        self.rows = [case_row(case) for case in page.rows]
        self.count_label = bounded_count(page.count + page.more, COUNT_LIMIT)
        self.problem = problem_words(page.problems)
        self.sort = f"-{query.sort}" if query.descending else str(query.sort)
        self.sort_label = f"sắp theo {SORT_WORDS[query.sort]} {'↓' if query.descending else '↑'}"
        self.sort_hrefs = {sort.value: _sorted(query, sort).address() for sort in CaseSort}
        first = query.first_page()
        self.first_href = first.address() if page.previous else ""
        self.previous_href = page.previous.address() if page.previous else ""
        self.next_href = page.following.address() if page.following else ""
        self.chips = chips_of(query, page)
        self.kept = [Kept(name, value) for name, value in first.parameters().items() if name != "q"]
        self.search_text, self.filtered, self.version = query.text, query.filtered, query.address()
        self.values = form_values(query)
        self.officer_label = ", ".join(page.officers.values())
        self.office_label = page.office.short_name if page.office else ""
        self.view = _view_of(query)
        self.crumbs = [Crumb(page.office.short_name)] if page.office else []
        self.export_href = first.address(EXPORT_PATH)
        self.can_create = actor.may(Permission.CASE_CREATE)
        self.can_export = actor.may(Permission.EXPORT)
        self.can_assign = actor.may(Permission.CASE_ASSIGN)
        self.can_hand_over = actor.may(Permission.HANDOVER_CREATE)
        self.can_import = actor.may(Permission.IMPORT)

    @rx.event
    @policy(Permission.CASE_READ)
    async def apply_conditions(self, form_data: dict) -> Any:
        """Go to the list the form of conditions asks for."""
        if not isinstance(form_data, dict):
            return None
        present = read_query(self.router.url.query_parameters)
        wanted = query_of_form(form_data, present)
        self.problem = problem_words(wanted.problems)
        return rx.redirect(wanted.address(PATH))

    @rx.event(supersedes=True)
    @policy(Permission.CASE_READ)
    async def search_officers(self, text: str) -> None:
        """Fill the choice of officers."""
        office = read_query(self.router.url.query_parameters).office
        found = await find_officers(current_actor(), str(text), office)
        self.officer_options = [Option(officer.code, officer.name, officer.code) for officer in found]

    @rx.event(supersedes=True)
    @policy(Permission.CASE_READ)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), 12, Permission.CASE_READ)
        self.office_options = [Option(node.code, node.short_name, node.code) for node in found]

    @rx.event
    @policy(Permission.CASE_READ)
    async def pick(self, case_id: int, checked: bool) -> None:
        """Select or leave a row."""
        if not isinstance(case_id, int) or case_id not in {row.id for row in self.rows}:
            return
        kept = [other for other in self.selected if other != case_id]
        self._select([*kept, case_id] if checked is True else kept)

    @rx.event
    @policy(Permission.CASE_READ)
    async def pick_all(self, checked: bool) -> None:
        """Select all rows of the page, or none."""
        self._select([row.id for row in self.rows] if checked is True else [])

    def _select(self, case_ids: list[int]) -> None:
        self.selected = case_ids[:SELECTION_LIMIT]
        words = ",".join(str(case_id) for case_id in self.selected)
        self.hand_over_href = f"/ban-giao/moi?{urlencode({'viec': words}, safe=',')}" if words else ""
        chosen = set(self.selected)
        closed = [row.number for row in self.rows if row.id in chosen and row.closed]
        self.all_open = not closed
        shown = ", ".join(closed[:3]) + (f" và {len(closed) - 3} việc khác" if len(closed) > 3 else "")
        self.bulk_why = f"Phân công, bàn giao: không áp dụng cho {shown} (đã kết thúc)" if closed else ""

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def assign_selected(self) -> Any:
        """Open the assignment of the selected cases."""
        return AssignState.start(list(self.selected))

    @rx.event
    @policy(Permission.CASE_READ)
    async def after_assigning(self) -> Any:
        """Show the list anew once cases were assigned."""
        if not await self.get_var_value(AssignState.done):
            return None
        self._select([])
        self.epoch += 1
        return CaseListState.load

    @rx.event
    @policy(Permission.CASE_READ)
    async def clear_selection(self) -> None:
        """Leave all rows."""
        self._select([])
        self.epoch += 1


def _sorted(query: CaseQuery, sort: CaseSort) -> CaseQuery:
    falling = not query.descending if query.sort is sort else sort in FALLING_FIRST
    return replace(query.first_page(), sort=sort, descending=falling)


def _views(actor: Actor, query: CaseQuery, home: str) -> list[Tab]:
    """The saved views: the same lists one comes back to every day."""
    year = query.year
    views = [Tab("all", "Tất cả", CaseQuery(year=year).address())]
    if actor.staff_id is not None:
        views.append(Tab("mine", "Của tôi", CaseQuery(year=year, mine=True, open_only=True).address()))
    views.append(Tab("office", "Đơn vị tôi", CaseQuery(year=year, office=home, open_only=True).address()))
    views.append(Tab("unassigned", "Chưa phân công", CaseQuery(year=year, unassigned=True, open_only=True).address()))
    return views


def _view_of(query: CaseQuery) -> str:
    if query.mine:
        return "mine"
    if query.unassigned:
        return "unassigned"
    if query.office and query.open_only:
        return "office"
    return "" if query.filtered else "all"


# The first eight fit a small office screen; the rest is reached by scrolling the table sideways, or hidden.
COLUMNS = (
    Column("number", "Số quyết định", lambda row: row.number, sort="number", hideable=False),
    Column("decided", "Ngày", lambda row: row.decided, sort="date"),
    Column("debtor", "Người phải thi hành", lambda row: row.debtor, sort="debtor", wide=True, phone="line"),
    Column("kind", "Loại án", lambda row: row.kind, phone="hide"),
    Column("amount", "Phải thi hành (đ)", lambda row: row.amount, sort="amount", number=True),
    Column("outstanding", "Còn lại (đ)", lambda row: row.outstanding, sort="outstanding", number=True),
    Column(
        "officer",
        "Chấp hành viên",
        lambda row: rx.el.span(row.officer, class_name=rx.cond(row.unassigned, "muted", "")),
    ),
    Column("status", "Trạng thái", lambda row: status(row.status, row.status_label)),
    Column("since", "Từ ngày", lambda row: row.since, sort="status_since", phone="hide"),
    Column("creditor", "Người được thi hành", lambda row: row.creditor, wide=True, phone="hide"),
    Column("office", "Đơn vị", lambda row: row.office, phone="hide"),
)


def view() -> rx.Component:
    """Draw the list."""
    state = CaseListState
    return framed(
        rx.cond(state.problem != "", notice(state.problem, tone="warn", symbol="alert")),
        rx.el.div(
            segmented(state.views, state.view, "Danh sách lưu sẵn"),
            style={"marginBottom": "12px"},
            class_name="no-print",
        ),
        filter_bar(
            search_box(
                "q",
                action=PATH,
                value=state.search_text,
                kept=state.kept,
                placeholder="Số quyết định, số bản án, đương sự",
            ),
            filter_form(state),
            chips=state.chips,
            trailing=(
                rx.el.span(state.count_label, " · ", state.sort_label, class_name="muted", role="status"),
                column_menu(TABLE, COLUMNS),
            ),
        ),
        data_table(
            COLUMNS,
            state.rows,
            name=TABLE,
            caption="Hồ sơ thi hành án",
            row_key=lambda row: row.id,
            row_href=lambda row: row.href,
            selection=Selection(lambda row: row.id, state.pick, state.pick_all, state.epoch),
            sort=state.sort,
            sort_hrefs=state.sort_hrefs,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=_nothing(),
        ),
        pager(state.count_label, first=state.first_href, previous=state.previous_href, next=state.next_href),
        _bulk(),
        title="Hồ sơ thi hành án",
        active="cases",
        crumbs=state.crumbs,
        actions=_actions(),
        overlays=(assign_panel(state.after_assigning),),
    )


def _actions() -> tuple[rx.Component, ...]:
    state = CaseListState
    return (
        rx.cond(
            state.can_export,
            file_link(icon("export", small=True), "Xuất Excel", href=state.export_href, class_name="button"),
        ),
        rx.cond(
            state.can_create,
            link("Thụ lý mới", key_hint("N"), href="/ho-so/moi", class_name="button primary", data_key="n"),
        ),
    )


def _nothing() -> rx.Component:
    state = CaseListState
    anything = empty_state(
        msg.EMPTY_CASES,
        rx.cond(state.can_import, link("Nhập từ Excel", href="/nhap-du-lieu", class_name="button")),
        rx.cond(state.can_create, link("Thụ lý mới", href="/ho-so/moi", class_name="button primary")),
    )
    narrowed = empty_state(
        msg.EMPTY_FILTERED, link("Bỏ mọi điều kiện", href=PATH, class_name="button"), symbol="filter"
    )
    return rx.cond(state.filtered, narrowed, anything)


def _bulk() -> rx.Component:
    state = CaseListState
    return bulk_bar(
        state.selected.length(),
        "việc đã chọn",
        rx.cond(
            state.can_assign & state.all_open,
            rx.el.button(
                "Phân công ",
                rx.el.kbd("A"),
                type="button",
                class_name="link",
                data_key="a",
                on_click=state.assign_selected,
            ),
        ),
        rx.cond(
            state.can_hand_over & state.all_open,
            link("Bàn giao ", rx.el.kbd("H"), href=state.hand_over_href, class_name="link", data_key="h"),
        ),
        rx.el.button("Bỏ chọn", type="button", class_name="link", on_click=state.clear_selection),
        why=state.bulk_why,
    )
