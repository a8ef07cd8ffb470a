"""Administering targets and successors: lists by the address, changes in a side panel."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import reflex as rx

from components.formats import format_number
from components.inputs import Option
from components.layout import Crumb
from components.tabs import Tab
from models.enums import Measure
from pages.admin.parts import (
    PATH,
    ProvinceRow,
    SuccessorRow,
    TargetRow,
    ended_districts,
    managed_province,
    province_rows,
    successor_options,
    successor_rows,
    target_row,
)
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError, Invalid
from thads_app.messages import field_sentences, sentence
from thads_app.rules.calendar import fiscal_year
from thads_app.rules.rights import Permission
from thads_app.services.case_lists import is_known_year
from thads_app.services.office_tree import office_tree
from thads_app.services.reorganisation import set_successor
from thads_app.services.search import find_offices
from thads_app.services.targets import SetTarget, set_target, targets_set

TARGETS, SUCCESSORS = "chi-tieu", "ke-thua"
OFFICE_CHOICES = 12
LONGEST_RATE = 8


class TargetState(rx.State):
    """The targets of a year."""

    year: str = ""
    rows: list[TargetRow] = []
    open: bool = False
    form_version: str = ""
    saved: str = ""
    office_code: str = ""
    office_label: str = ""
    measure: str = "count"
    rate: str = ""
    source_note: str = ""
    offices: list[Option] = []
    errors: dict[str, str] = {}
    removing: str = ""
    removing_label: str = ""

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def load(self) -> None:
        """Show the targets of the year of the address."""
        asked = self.router.url.query_parameters.get("nam", "")
        year = int(asked) if is_known_year(asked) else fiscal_year(clock.today())
        self.year = str(year)
        self.rows = [target_row(line) for line in await targets_set(current_actor(), year)]

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def start(self, key: str) -> None:
        """Open the panel: for a target of the table, or blank for a new one."""
        row = next((row for row in self.rows if row.key == key), None)
        self.office_code, self.office_label = (row.code, row.office) if row else ("", "")
        self.measure = row.measure if row else Measure.COUNT.value
        self.rate = row.rate.replace("\u00a0%", "") if row else ""
        self.source_note = row.source if row else ""
        self.errors, self.form_version, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event(supersedes=True)
    @policy(Permission.OFFICE_MANAGE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.OFFICE_MANAGE)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def save(self, form_data: dict) -> Any:
        """Set the target the form holds."""
        typed = {name: str(value).strip() for name, value in form_data.items()} if isinstance(form_data, dict) else {}
        try:
            command = _read_target(typed, int(self.year or 0))
            await set_target(current_actor(), command)
        except Invalid as problem:
            self.errors = field_sentences(problem.fields)
            return None
        except DomainError as problem:
            self.errors = {"office_code": sentence(problem)}
            return None
        self.errors, self.saved, self.open = {}, str(uuid4()), False
        await announce(self, f"Đã lưu chỉ tiêu năm {self.year} của {typed.get('office_code_label', '')}.")
        return TargetState.load

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def ask_removal(self, key: str) -> None:
        """Ask before a target is taken away."""
        row = next((row for row in self.rows if row.key == key), None)
        self.removing = row.key if row else ""
        self.removing_label = f"{row.measure_label} của {row.office}, {row.rate}" if row else ""

    @rx.event
    @policy("authenticated")
    async def keep(self) -> None:
        """Leave the target as it is."""
        self.removing = ""

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def remove(self) -> Any:
        """Take the target away; the one of the office above holds again."""
        row = next((row for row in self.rows if row.key == self.removing), None)
        self.removing = ""
        if row is None:
            return None
        try:
            await set_target(current_actor(), SetTarget(row.code, int(self.year), Measure(row.measure), None))
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return None
        await announce(self, f"Đã bỏ chỉ tiêu của {row.office}.")
        return TargetState.load


def _read_target(typed: dict[str, str], year: int) -> SetTarget:
    """The command a form describes.

    Raises:
        Invalid: the measure or the rate cannot be read.
    """
    text = typed.get("rate", "").removesuffix("%").strip().replace(",", ".")
    try:
        rate = Decimal(text) if text and len(text) <= LONGEST_RATE else None
    except InvalidOperation:
        rate = None
    wrong: dict[str, FieldError] = {}
    if not typed.get("office_code"):
        wrong["office_code"] = FieldError("required")
    if typed.get("measure") not in {measure.value for measure in Measure}:
        wrong["measure"] = FieldError("required")
    if rate is None:
        wrong["rate"] = FieldError("target_rate_out_of_range" if text else "required")
    if wrong:
        raise Invalid(fields=wrong)
    return SetTarget(typed["office_code"], year, Measure(typed["measure"]), rate, typed.get("source_note", ""))


class SuccessorState(rx.State):
    """Who succeeds the offices that ended."""

    section: str = TARGETS
    sections: list[Tab] = []
    crumbs: list[Crumb] = []
    province: str = ""
    provinces: list[ProvinceRow] = []
    rows: list[SuccessorRow] = []
    options: list[Option] = []
    open: bool = False
    busy: bool = False
    code: str = ""
    name: str = ""
    successor: str = ""
    form_version: str = ""
    errors: dict[str, str] = {}
    _province_code: str = ""

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def load(self) -> None:
        """Show the section and the province of the address."""
        actor = current_actor()
        parameters = self.router.url.query_parameters
        scope = actor.scope(Permission.OFFICE_MANAGE)
        tree = await office_tree()
        self.section = SUCCESSORS if parameters.get("muc") == SUCCESSORS else TARGETS
        kept = {name: parameters[name] for name in ("nam", "don-vi") if parameters.get(name)}
        self.sections = [
            Tab(TARGETS, "Chỉ tiêu", f"{PATH}?{urlencode({'muc': TARGETS, **kept})}"),
            Tab(SUCCESSORS, "Đơn vị kế thừa", f"{PATH}?{urlencode({'muc': SUCCESSORS, **kept})}"),
        ]
        province = managed_province(tree, scope, parameters.get("don-vi", ""))
        self._province_code = province.code if province else ""
        self.province = province.short_name if province else ""
        self.provinces = [] if province else province_rows(tree, scope, parameters.get("nam", ""))
        self.rows = successor_rows(tree, province) if province else []
        self.options = successor_options(tree, province) if province else []
        overview = f"{PATH}?{urlencode({'muc': SUCCESSORS, 'don-vi': tree.root.code})}"
        several = scope.holds(tree.root.id)
        named = province is not None and self.section == SUCCESSORS
        self.crumbs = [Crumb(tree.root.short_name, overview if several else ""), Crumb(self.province)] if named else []

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def start(self, code: str) -> None:
        """Open the panel for one ended office."""
        row = next((row for row in self.rows if row.code == code), None)
        if row is not None:
            self.code, self.name, self.successor = row.code, row.name, row.successor_code
            self.errors, self.form_version, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def save(self, form_data: dict) -> Any:
        """Name the successor chosen and recount the cases concerned."""
        chosen = str(form_data.get("successor", "")) if isinstance(form_data, dict) else ""
        tree = await office_tree()
        province = tree.by_code.get(self._province_code)
        known = {node.code for node in ended_districts(tree, province)} if province else set[str]()
        if self.code not in known or chosen not in {option.value for option in self.options}:
            self.errors = {"successor": sentence("kind_choose")}
            return
        self.busy = True
        yield
        try:
            recounted = await set_successor(current_actor(), self.code, chosen)
        except DomainError as problem:
            self.errors = {"successor": sentence(problem)}
        else:
            self.open = False
            await announce(self, f"Đã đổi đơn vị kế thừa của {self.name}; tính lại {format_number(recounted)} việc.")
            yield SuccessorState.load
        self.busy = False
