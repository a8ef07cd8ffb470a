"""The audit page: which rows are shown, and how a day is anchored. Everything chosen is in the address."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components.filters import Chip
from components.formats import format_moment, format_number
from components.inputs import Option
from components.tabs import Tab
from pages.audit.rows import PATH, AuditRow, ChainRow, audit_row, chain_row
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.audit_actions import KIND_LABELS, OBJECT_LABELS
from thads_app.rules.rights import Permission
from thads_app.rules.vietnamese import InputError, format_date, parse_date
from thads_app.services.audit_days import DayReport, day_report
from thads_app.services.audit_trail import TrailPage, TrailQuery, find_people, read_trail, read_trail_query
from thads_app.services.search import find_offices

DAYS = "neo"
TABS = (("", "Nhật ký"), (DAYS, "Niêm phong trong ngày"))
PROBLEMS = {
    "doi-tuong": "Không hiểu đối tượng trong địa chỉ.",
    "loai": "Không có loại việc này.",
    "tu": "“Từ ngày” không phải một ngày.",
    "den": "“Đến ngày” không phải một ngày, hoặc trước “Từ ngày”.",
    "nguoi": "Không có tài khoản với tên đăng nhập này.",
}
_CHIP_LABELS = {
    "nguoi": "Người",
    "doi-tuong": "Đối tượng",
    "don-vi": "Đơn vị",
    "loai": "Loại việc",
    "tu": "Từ",
    "den": "Đến",
}


class AuditState(rx.State):
    """One page of the trail, written out."""

    tab: str = ""
    tabs: list[Tab] = []
    rows: list[AuditRow] = []
    loading: bool = True
    error: str = ""
    problem: str = ""
    chips: list[Chip] = []
    values: dict[str, str] = {}
    person_label: str = ""
    office_label: str = ""
    people: list[Option] = []
    offices: list[Option] = []
    version: str = ""
    count_label: str = ""
    first_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    filtered: bool = False

    @rx.event(supersedes=True)
    @policy(Permission.AUDIT_READ)
    async def load(self) -> Any:
        """Show what the address asks for."""
        asked = self.router.url.query_parameters
        self.tab = DAYS if asked.get("xem") == DAYS else ""
        self.tabs = [Tab(key, label, f"{PATH}?xem={key}" if key else PATH) for key, label in TABS]
        if self.tab:
            self.rows = []
            return
        self.loading, self.error = True, ""
        yield
        try:
            page = await read_trail(current_actor(), read_trail_query(asked))
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            self._show(page)
        self.loading = False

    def _show(self, page: TrailPage) -> None:
        query = page.query
        self.rows = [audit_row(row, page.names, page.tree) for row in page.rows]
        self.problem = " ".join(PROBLEMS[each] for each in query.problems)
        self.first_href = query.address(PATH) if page.newer else ""
        self.previous_href = query.address(PATH, truoc=page.newer) if page.newer else ""
        self.next_href = query.address(PATH, sau=page.older) if page.older else ""
        self.count_label = f"{format_number(len(page.rows))} dòng" if page.rows else ""
        office = page.tree.by_code.get(query.office_code)
        self.office_label = office.short_name if office else ""
        self.person_label = page.person
        self.chips = _chips(page, self.office_label)
        self.filtered = bool(self.chips)
        self.values = {name: query.parameters().get(name, "") for name in _CHIP_LABELS}
        self.version = query.address(PATH)

    @rx.event
    @policy(Permission.AUDIT_READ)
    async def apply(self, form_data: dict) -> Any:
        """Go to the list the form of conditions asks for."""
        if not isinstance(form_data, dict):
            return None
        kept = {"doi-tuong": self.router.url.query_parameters.get("doi-tuong", "")}
        typed = {name: str(form_data.get(name) or "").strip()[:64] for name in _CHIP_LABELS}
        wanted = {name: value for name, value in (typed | kept).items() if value}
        self.problem = " ".join(PROBLEMS[each] for each in read_trail_query(wanted).problems)
        return None if self.problem else rx.redirect(f"{PATH}?{urlencode(wanted)}" if wanted else PATH)

    @rx.event(supersedes=True)
    @policy(Permission.AUDIT_READ)
    async def search_people(self, text: str) -> None:
        """Fill the choice of people."""
        found = await find_people(current_actor(), str(text))
        self.people = [Option(each.username, each.name, f"{each.username} · {each.office}") for each in found]

    @rx.event(supersedes=True)
    @policy(Permission.AUDIT_READ)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), 12, Permission.AUDIT_READ)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]


class AnchorState(rx.State):
    """How a day's chains are sealed and anchored, written out."""

    ready: bool = False
    error: str = ""
    title: str = ""
    holds: bool = True
    finding: str = ""
    facts: list[list[str]] = []
    rows: list[ChainRow] = []
    earlier_href: str = ""
    later_href: str = ""
    waiting: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.AUDIT_READ)
    async def load(self) -> None:
        """Show the day the address asks for, when it asks for days."""
        asked = self.router.url.query_parameters
        if asked.get("xem") != DAYS:
            self.ready, self.rows = False, []
            return
        self.error = ""
        try:
            self._show(await day_report(current_actor(), _day_of(asked.get("ngay", ""))))
        except DomainError as problem:
            self.error = sentence(problem)
        self.ready = True

    def _show(self, report: DayReport) -> None:
        self.title = f"Niêm phong nhật ký ngày {format_date(report.day)}"
        self.holds = not report.problem
        self.finding = report.problem or _finding(report)
        self.facts = _facts(report)
        self.rows = [chain_row(line) for line in report.lines]
        self.earlier_href = _day_href(report.earlier)
        self.later_href = _day_href(report.later)
        since = f", lâu nhất từ {format_moment(report.waiting_since)}" if report.waiting_since else ""
        waiting = f"{format_number(report.waiting)} dòng nhật ký của toàn hệ thống đang chờ niêm phong{since}."
        self.waiting = waiting if report.waiting else "Mọi dòng nhật ký của toàn hệ thống đã được niêm phong."


def _finding(report: DayReport) -> str:
    if not report.anchored:
        return "Ngày này không có tệp neo: không có dòng nhật ký nào được niêm phong, hoặc hệ thống chưa chạy."
    state = "đã khép lại" if report.closed else "còn được ghi tiếp đến hết ngày"
    return f"Tệp neo và các chuỗi niêm phong khớp nhau; tệp {state}."


def _facts(report: DayReport) -> list[list[str]]:
    if not report.anchored:
        return []
    return [
        ["Tệp neo", f"{report.day.isoformat()}.json"],
        ["Ghi lúc", format_moment(report.made_at)],
        ["Số dòng nhật ký", format_number(report.entries)],
        ["Số chuỗi (đơn vị) có dòng mới", format_number(report.chains)],
        ["Mã kiểm tra của tệp (SHA-256)", report.sha256],
        ["Mã kiểm tra của tệp ngày trước", report.previous_sha256 or "đây là tệp đầu tiên"],
    ]


def _day_href(day: date | None) -> str:
    return f"{PATH}?xem={DAYS}&ngay={day.isoformat()}" if day else ""


def _day_of(text: str) -> date | None:
    try:
        return parse_date(text[:20], clock.today()) if text else None
    except InputError:
        return None


def _chips(page: TrailPage, office: str) -> list[Chip]:
    query = page.query
    said = query.parameters()
    kind = OBJECT_LABELS.get(query.object_type, "")
    words = {
        "nguoi": page.person,
        "doi-tuong": f"{kind} {page.object_label}",
        "don-vi": office or query.office_code,
        "loai": KIND_LABELS[query.kind] if query.kind else "",
    }
    return [Chip(_CHIP_LABELS[name], words.get(name, value), _without(query, name)) for name, value in said.items()]


def _without(query: TrailQuery, name: str) -> str:
    left = {key: value for key, value in query.parameters().items() if key != name}
    return f"{PATH}?{urlencode(left)}" if left else PATH
