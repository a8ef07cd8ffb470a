"""The statistical forms on screen: what the address asks for, made, checked and written out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import reflex as rx

from components.filters import Kept
from components.formats import format_date
from components.layout import Crumb
from components.messages import INPUT_SENTENCES
from components.tabs import Tab
from models.enums import Measure
from pages.reports.rows import FormColumn, FormRow, FormTable, lines_table, units_table
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.clock import VIETNAM
from thads_app.errors import DomainError, NotFound
from thads_app.messages import sentence
from thads_app.rules.forms import FORMS, MADE_FORMS, Layout
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.units import MAP_LABELS, Breakdown, OrganisationMap
from thads_app.services.figure_address import FORM_FILE, MONTHS, REPORT_PATH, Asking, is_complete, read_asking
from thads_app.services.office_tree import office_tree
from thads_app.services.reports import Report, make_report

_ALWAYS_CHECKED = (
    "Tổng số phải thi hành bằng có điều kiện cộng hoãn khác, tạm đình chỉ, trường hợp khác và chưa có điều kiện",
    "Chuyển kỳ sau tính theo hai cách đều bằng nhau",
    "Xong, đình chỉ, ủy thác, thu hồi không giảm so với kỳ trước trong năm",
)
_PARTS_CHECKED = "Mỗi chỉ tiêu của đơn vị bằng tổng các dòng bên dưới"
_COLUMNS_CHECKED = "Mỗi chỉ tiêu bằng tổng các cột loại án và nguồn thụ lý"


class ReportState(rx.State):
    """One form of one unit and period."""

    ready: bool = False
    busy: bool = False
    error: str = ""
    problem: str = ""
    title: str = "Biểu thống kê"
    heading: str = ""
    facts: list[tuple[str, str]] = []
    crumbs: list[Crumb] = []
    forms: list[Tab] = []
    form: str = ""
    maps: list[Tab] = []
    map_choice: str = ""
    months: str = ""
    month_options: list[str] = []
    month_addresses: dict[str, str] = {}
    cut_off: str = ""
    kept: list[Kept] = []
    columns: list[FormColumn] = []
    rows: list[FormRow] = []
    hidden_note: str = ""
    checks: list[str] = []
    files: list[Tab] = []

    @rx.event(supersedes=True)
    @policy(Permission.REPORT_READ)
    async def load(self) -> Any:
        """Make the form the address asks for."""
        actor = current_actor()
        parameters = self.router.url.query_parameters
        tree = await office_tree()
        asking = read_asking(parameters, tree.nodes[actor.office_id].code, clock.today())
        if not is_complete(parameters):
            yield rx.redirect(asking.address(), replace=True)
            return
        self.busy = True
        yield
        try:
            report = await make_report(actor, asking.form, asking.query, _breakdown(tree, asking))
        except DomainError as problem:
            self._fail(problem, asking)
            successor = problem.params.get("successor")
            if isinstance(successor, str):
                yield rx.redirect(_at(asking, successor).address(), replace=True)
            elif isinstance(problem, NotFound) and asking.looking.query.officer is not None:
                yield rx.redirect(_plain(asking).address(), replace=True)
        else:
            self._show(actor, report, asking, tree)
        self.busy = False

    def _fail(self, problem: DomainError, asking: Asking) -> None:
        self.error, self.ready = sentence(problem), True
        self.columns, self.rows, self.checks, self.files = [], [], [], []
        self.title, self.heading, self.facts, self.crumbs = "Biểu thống kê", "", [], []
        self._choices(asking)

    def _show(self, actor: Actor, report: Report, asking: Asking, tree: OfficeTree) -> None:
        self.error, self.ready = "", True
        self.problem = INPUT_SENTENCES.get(asking.problem, "")
        self.title = f"Biểu số {report.form.code}"
        self.heading = report.form.title
        self.facts = _facts(report, asking)
        self.crumbs = _crumbs(actor, report, asking, tree)
        self._choices(asking)
        self.maps = _map_tabs(asking, tree)
        table = _table(actor, report, asking)
        self.columns, self.rows = table.columns, table.rows
        self.hidden_note = (
            f"{table.hidden_kinds} loại án không có số liệu được ẩn trên màn hình; tệp Excel có đủ."
            if table.hidden_kinds
            else ""
        )
        self.checks = [
            *_ALWAYS_CHECKED,
            *([_PARTS_CHECKED] if len(report.rows) > 1 else []),
            *([_COLUMNS_CHECKED] if report.columns else []),
        ]
        kinds = ("xlsx", "csv") if actor.may(Permission.EXPORT) else ()
        self.files = [
            Tab(kind, "Excel" if kind == "xlsx" else "CSV", asking.address(f"{FORM_FILE}.{kind}")) for kind in kinds
        ]

    def _choices(self, asking: Asking) -> None:
        """The switches: every choice is an address."""
        query = asking.looking.query
        self.forms = [
            Tab(form.code, form.code.partition("/")[0], replace(asking, form=form.code).address())
            for form in MADE_FORMS
        ]
        self.form = asking.form
        self.map_choice = query.organisation.value
        self.months = str(query.months)
        self.month_options = [str(month) for month in range(1, MONTHS + 1)]
        self.month_addresses = {month: _changed(asking, months=int(month)).address() for month in self.month_options}
        self.cut_off = format_date(asking.cut_off)
        self.kept = [Kept(name, value) for name, value in asking.parameters().items() if name != "tinh-den"]


def _changed(asking: Asking, **changes: object) -> Asking:
    return replace(asking, looking=asking.looking.changed(**changes))


def _at(asking: Asking, code: str) -> Asking:
    return _changed(asking, unit=code, own=False, officer=None)


def _plain(asking: Asking) -> Asking:
    return _changed(asking, own=False, officer=None)


def _breakdown(tree: OfficeTree, asking: Asking) -> Breakdown | None:
    """The rows of forms 04 and 05 on screen: one level down. The workbook has the level below it too."""
    query = asking.query
    form = FORMS[asking.form]
    node = tree.by_code.get(query.unit)
    if form.layout is not Layout.UNITS or node is None or query.officer is not None:
        return None
    if query.own or node.level in {"district", "region"}:
        return Breakdown.OFFICER
    return Breakdown.PROVINCE if node.level == "central" else Breakdown.OFFICE


def _table(actor: Actor, report: Report, asking: Asking) -> FormTable:
    linked = actor.may(Permission.CASE_READ)
    measure = report.form.measure or Measure.COUNT
    if report.form.layout is Layout.LINES:
        return lines_table(report, measure, linked=linked)
    address = f"{REPORT_PATH}?bieu={asking.form.partition('/')[0]}"
    return units_table(report, measure, asking.looking, address, linked=linked)


def _facts(report: Report, asking: Asking) -> list[tuple[str, str]]:
    first, last = report.query.period
    moment = report.as_of.astimezone(VIETNAM)
    months = f"{report.query.months} tháng năm {report.query.fiscal_year}"
    known = f"đến hết ngày {format_date(asking.cut_off)}" if asking.cut_off else f"đến {moment:%H:%M ngày %d/%m/%Y}"
    return [
        ("Đơn vị báo cáo", f"{report.unit.name} ({report.unit.code})" if report.unit.code else report.unit.name),
        ("Đơn vị nhận", report.receiver.name if report.receiver else "Bộ Tư pháp"),
        ("Kỳ báo cáo", f"{months}, từ {format_date(first)} đến {format_date(last)}"),
        ("Số liệu ghi nhận", known),
        ("Đơn vị tính", "việc" if report.form.measure is Measure.COUNT else "đồng"),
        ("Theo", f"{report.regime.name} · {MAP_LABELS[report.query.organisation].lower()}"),
    ]


def _crumbs(actor: Actor, report: Report, asking: Asking, tree: OfficeTree) -> list[Crumb]:
    """The units above; only those the actor may see lead there."""
    scope = actor.scope(Permission.REPORT_READ)
    node = tree.by_code[asking.query.unit]
    line = [node]
    while line[-1].parent_id is not None:
        line.append(tree.nodes[line[-1].parent_id])
    alone = report.unit.own or report.unit.is_officer
    above = line if alone else line[1:]
    steps = [
        Crumb(each.short_name, _at(asking, each.code).address() if scope.holds(each.id) else "")
        for each in reversed(above)
    ]
    return [*steps, Crumb(report.unit.short_name)]


def _map_tabs(asking: Asking, tree: OfficeTree) -> list[Tab]:
    """The two maps, where offices of the year have ended since."""
    first_day, _ = asking.query.period
    if not any(node.valid_to is not None and node.valid_to >= first_day for node in tree.nodes.values()):
        return []
    labels = {OrganisationMap.TODAY: "Bản đồ hiện nay", OrganisationMap.AS_WAS: "Tổ chức như đã có"}
    return [Tab(each.value, label, _changed(asking, organisation=each).address()) for each, label in labels.items()]
