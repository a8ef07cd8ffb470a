"""Entering a case: judgment, decision, parties and obligations on one page, by keyboard alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

import reflex as rx
from pydantic import ValidationError

from components.formats import format_compact_money, format_date, format_number
from components.inputs import Option
from models.enums import CASE_STATUS_LABELS
from pages.cases.particulars import in_order, missing_fields, read_particulars
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, Invalid, NotFound
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import InputError, parse_date
from thads_app.services.case_lists import office_loads, similar_cases, suggest_number
from thads_app.services.cases import RegisterCase, register_case
from thads_app.services.office_tree import office_tree

WATCHED = ("judgment.number", "judgment.judgment_date", "parties.0.name")


@dataclass(frozen=True)
class SimilarRow:
    """A case that may be the same one."""

    href: str
    text: str


class IntakeState(rx.State):
    """The intake form."""

    ready: bool = False
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    offices: list[Option] = []
    office: str = ""
    officers: list[Option] = []
    can_assign: bool = False
    number_hint: str = ""
    similar: list[SimilarRow] = []
    similar_text: str = ""
    made: str = ""
    made_href: str = ""
    saved: str = ""
    form_key: str = ""
    _request: str = ""
    _watched: dict[str, str] = {}
    _warned: str = ""

    @rx.event
    @policy(Permission.CASE_CREATE)
    async def load(self) -> None:
        """Start with a blank form."""
        self.ready, self.made, self.made_href = False, "", ""
        actor = current_actor()
        tree = await office_tree()
        day = clock.today()
        scope = actor.scope(Permission.CASE_CREATE)
        nodes = [node for node in tree.nodes.values() if scope.holds(node.id) and node.level != "central"]
        nodes.sort(key=lambda node: (not node.valid_on(day), node.code))
        self.offices = [
            Option(node.code, node.name + ("" if node.valid_on(day) else f" (đến {format_date(node.valid_to)})"))
            for node in nodes
        ]
        codes = [node.code for node in nodes]
        asked = self.router.url.query_parameters.get("don-vi", "")
        home = tree.nodes[actor.office_id].code
        self.office = asked if asked in codes else home if home in codes else (codes[0] if codes else "")
        await self._blank(actor)

    async def _blank(self, actor: Actor) -> None:
        """A new form with the number that comes next."""
        self.errors, self.similar, self.similar_text = {}, [], ""
        self._request, self._watched, self._warned = str(uuid4()), {}, ""
        await self._follow_office(actor)
        number = self.number_hint.partition(": ")[2]
        self.values = {"decision_number": number, "decision_date": format_date(clock.today())}
        self.form_key = self._request
        self.ready = True

    async def _follow_office(self, actor: Actor) -> None:
        """What depends on the office: the next number and the officers."""
        try:
            number = await suggest_number(actor, self.office, clock.today())
            self.can_assign = actor.may(Permission.CASE_ASSIGN)
            loads = await office_loads(actor, self.office) if self.can_assign else []
        except NotFound:
            number, loads = "", []
        self.number_hint = f"Số kế tiếp: {number}" if number else ""
        self.officers = [
            Option(
                str(officer.id),
                f"{officer.name} ({format_number(officer.open_cases)} việc đang mở, "
                f"còn {format_compact_money(officer.outstanding)})",
            )
            for officer in loads
        ]

    @rx.event(supersedes=True)
    @policy(Permission.CASE_CREATE)
    async def pick_office(self, code: str) -> None:
        """Register at another office."""
        if code in {option.value for option in self.offices}:
            self.office = code
            await self._follow_office(current_actor())

    @rx.event(supersedes=True)
    @policy(Permission.CASE_CREATE)
    async def watch(self, name: str, value: str) -> None:
        """Look for cases of the same judgment and debtor as soon as both are typed."""
        if name in WATCHED and isinstance(value, str):
            self._watched = {**self._watched, name: value[:200]}
            await self._look(self._watched)

    async def _look(self, form: Mapping[str, Any]) -> str:
        """Show cases of the same judgment; returns what was compared, blank when nothing alike was found."""
        number, debtor = str(form.get(WATCHED[0]) or "").strip(), str(form.get(WATCHED[2]) or "").strip()
        day = _day(str(form.get(WATCHED[1]) or ""))
        if not number or day is None:
            self.similar, self.similar_text = [], ""
            return ""
        actor = current_actor()
        same = await similar_cases(actor, number, day, debtor) if debtor else []
        found = same or await similar_cases(actor, number, day)
        self.similar = [
            SimilarRow(
                f"/ho-so/{case.id}",
                f"{case.decision_number} ngày {format_date(case.decision_date)} · {case.debtor_name} · "
                f"{case.office_name} · {CASE_STATUS_LABELS[case.status]}",
            )
            for case in found[:10]
        ]
        if same:
            self.similar_text = "Có thể đã thụ lý: cùng bản án và cùng người phải thi hành án."
            return f"{number}|{day}|{debtor}".casefold()
        self.similar_text = "Bản án này đã có việc thi hành án khác." if found else ""
        return ""

    @rx.event
    @policy(Permission.CASE_CREATE)
    async def save(self, form_data: dict) -> Any:
        """Register the case; the form is then ready for the next one, or the case opens."""
        actor = current_actor()
        typed = Typed(form_data)
        office = (await office_tree()).by_code.get(self.office)
        read = read_particulars(typed)
        staff_id = typed.identifier("staff_id", needed=False) if self.can_assign else None
        assigned_on = typed.day("assigned_on", needed=False) if staff_id is not None else None
        if office is None:
            self.errors = {"office": "Hãy chọn đơn vị."}
            return
        if typed.errors:
            missing = await missing_fields(read, office.id)
            self.errors = in_order({**words_of(missing), **words_of(typed.errors)})
            return
        alike = await self._look(typed.form)
        if alike and alike != self._warned:
            self._warned = alike
            self.errors = {"": self.similar_text + " Nếu vẫn là việc mới, bấm lưu lần nữa."}
            return
        self.errors = {}
        try:
            command = RegisterCase(
                office_id=office.id,
                staff_id=staff_id,
                assigned_on=assigned_on,
                request_id=self._request,
                **read.particulars.model_dump(),
            )
            made = await register_case(actor, command)
        except ValidationError:
            self.errors = {"": "Còn chỗ chưa đúng, xin xem lại các ô."}
            return
        except Invalid as wrong:
            self.errors = in_order(words_of(read.errors(wrong.fields)))
            return
        except DomainError as problem:
            self.errors = problem_words(problem)
            return
        late = " Quyết định này được đánh dấu ghi nhận muộn." if made.late else ""
        await announce(self, f"Đã thụ lý {made.decision_number}.{late}")
        self.saved = self._request
        yield
        if typed.ticked("next"):
            self.made, self.made_href = f"Đã thụ lý {made.decision_number}.{late}", f"/ho-so/{made.case_id}"
            await self._blank(actor)
            return
        yield rx.redirect(f"/ho-so/{made.case_id}")


def _day(text: str) -> date | None:
    try:
        return parse_date(text, clock.today())
    except InputError:
        return None
