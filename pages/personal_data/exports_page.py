"""The files people of one's offices took out: who, when, what for, how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components.data_table import Column, data_table, pager
from components.elements import link
from components.filters import Chip, Kept, filter_bar, filter_menu, search_box
from components.formats import format_date, format_moment, format_number
from components.inputs import Option, combobox, date_field, select_field
from components.states import empty_state
from models.personal_enums import EXPORT_KIND_LABELS, ExportKind
from pages.frame import framed
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.rules.vietnamese import InputError, parse_date
from thads_app.services.exports import ExportLine, ExportQuery, list_exports
from thads_app.services.office_tree import office_tree
from thads_app.services.search import find_offices

PATH = "/quan-tri/ket-xuat"
NAMES = ("q", "loai", "tu", "den", "don-vi")
OFFICE_CHOICES = 12


@dataclass(frozen=True)
class ExportRow:
    """One file, written out."""

    code: str
    at: str
    by: str
    office: str
    kind: str
    conditions: str
    rows: str
    file_name: str
    address: str


class ExportListState(rx.State):
    """One page of the list, written out."""

    rows: list[ExportRow] = []
    loading: bool = True
    error: str = ""
    problem: str = ""
    chips: list[Chip] = []
    kept: list[Kept] = []
    menu_kept: list[Kept] = []
    search_text: str = ""
    values: dict[str, str] = dict.fromkeys(NAMES, "")
    office_label: str = ""
    offices: list[Option] = []
    filtered: bool = False
    version: str = ""
    count_label: str = ""
    first_href: str = ""
    next_href: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.EXPORT_REVIEW)
    async def load(self) -> Any:
        """Show the files the address asks for."""
        self.loading, self.error = True, ""
        yield
        given = {
            name: str(value).replace("\x00", "").strip()[:100]
            for name, value in self.router.url.query_parameters.items()
        }
        asked = {name: given[name] for name in NAMES if given.get(name)}
        query, problems = _query_of(given)
        try:
            page = await list_exports(current_actor(), query)
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            tree = await office_tree()
            office = tree.by_code.get(query.office)
            self.office_label = office.short_name if office else ""
            self.rows = [_row(line) for line in page.lines]
            self.chips = _chips(asked, query, self.office_label)
            self.kept = [Kept(name, value) for name, value in asked.items() if name != "q"]
            self.menu_kept = [Kept("q", asked["q"])] if asked.get("q") else []
            self.values = {name: asked.get(name, "") for name in NAMES}
            self.search_text, self.filtered = asked.get("q", ""), bool(asked)
            self.version = address({**asked, "sau": given.get("sau", "")})
            self.first_href = address(asked) if given.get("sau") else ""
            self.next_href = address({**asked, "sau": str(page.next_id)}) if page.next_id else ""
            more = " trở lên" if page.next_id else ""
            self.count_label = f"{format_number(len(page.lines))}{more} lần kết xuất"
            self.problem = f"Không đọc được điều kiện: {', '.join(problems)}." if problems else ""
        self.loading = False

    @rx.event(supersedes=True)
    @policy(Permission.EXPORT_REVIEW)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.EXPORT_REVIEW)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]


def address(parameters: Mapping[str, str]) -> str:
    """The list with these parameters."""
    said = {name: value for name, value in parameters.items() if value}
    return f"{PATH}?{urlencode(said)}" if said else PATH


def _query_of(given: Mapping[str, str]) -> tuple[ExportQuery, list[str]]:
    problems: list[str] = []

    def day(name: str, label: str) -> date | None:
        try:
            return parse_date(given[name], clock.today()) if given.get(name) else None
        except InputError:
            problems.append(label)
            return None

    kind = given.get("loai", "")
    if kind and kind not in set(ExportKind):
        problems.append("loại")
    before = given.get("sau", "")
    query = ExportQuery(
        office=given.get("don-vi", ""),
        kind=ExportKind(kind) if kind in set(ExportKind) else None,
        words=given.get("q", ""),
        since=day("tu", "từ ngày"),
        until=day("den", "đến ngày"),
        before_id=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )
    return query, problems


def _chips(asked: Mapping[str, str], query: ExportQuery, office: str) -> list[Chip]:
    words = {
        "q": ("Người kết xuất", asked.get("q", "")),
        "loai": ("Loại", EXPORT_KIND_LABELS[query.kind] if query.kind else ""),
        "tu": ("Từ ngày", format_date(query.since)),
        "den": ("Đến ngày", format_date(query.until)),
        "don-vi": ("Đơn vị", office),
    }
    return [
        Chip(label, value, address({other: text for other, text in asked.items() if other != name}))
        for name, (label, value) in words.items()
        if value
    ]


def _row(line: ExportLine) -> ExportRow:
    return ExportRow(
        code=f"KX-{line.number}",
        at=format_moment(line.at),
        by=line.by,
        office=line.office,
        kind=EXPORT_KIND_LABELS[line.kind],
        conditions=line.conditions,
        rows=format_number(line.rows),
        file_name=line.file_name,
        address=line.address,
    )


COLUMNS = (
    Column("ma", "Mã", lambda row: rx.el.span(row.code, title=row.file_name), hideable=False, phone="title"),
    Column("luc", "Lúc", lambda row: row.at),
    Column("ai", "Người kết xuất", lambda row: row.by),
    Column("don-vi", "Đơn vị", lambda row: row.office),
    Column("loai", "Nội dung", lambda row: row.kind),
    Column(
        "dieu-kien", "Điều kiện", lambda row: rx.el.span(row.conditions, title=row.conditions), wide=True, phone="line"
    ),
    Column("dong", "Số dòng", lambda row: row.rows, number=True),
)


def view() -> rx.Component:
    """Draw the list."""
    state = ExportListState
    return framed(
        filter_bar(
            search_box("q", action=PATH, value=state.search_text, kept=state.kept, placeholder="Tên người kết xuất"),
            filter_menu(
                select_field(
                    "loai", "Nội dung", EXPORT_KIND_LABELS, blank="Tất cả", default_value=state.values["loai"]
                ),
                date_field("tu", "Từ ngày", default_value=state.values["tu"]),
                date_field("den", "Đến ngày", default_value=state.values["den"]),
                combobox(
                    "don-vi",
                    "Đơn vị",
                    state.offices,
                    on_query=state.search_offices,
                    default_value=state.values["don-vi"],
                    default_label=state.office_label,
                ),
                action=PATH,
                kept=state.menu_kept,
                version=state.version,
            ),
            chips=state.chips,
            trailing=(rx.el.span(state.count_label, class_name="muted", role="status"),),
        ),
        rx.cond(state.problem != "", rx.el.p(state.problem, class_name="alert", role="alert")),
        data_table(
            COLUMNS,
            state.rows,
            name="ket-xuat",
            caption="Các lần kết xuất dữ liệu",
            row_key=lambda row: row.code,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=rx.cond(
                state.filtered,
                empty_state(
                    "Không có lần kết xuất nào khớp với điều kiện đang chọn.",
                    link("Bỏ mọi điều kiện", href=PATH, class_name="button"),
                    symbol="filter",
                ),
                empty_state("Chưa ai trong phạm vi của bạn kết xuất dữ liệu.", symbol="export"),
            ),
        ),
        pager(state.count_label, first=state.first_href, previous="", next=state.next_href),
        title="Kết xuất dữ liệu",
        active="exports",
    )
