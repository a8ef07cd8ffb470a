"""Assigning one case or many: the officers with their present loads beside their names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import reflex as rx

from components.dialogs import notice, side_panel
from components.form import form, form_actions
from components.formats import format_compact_money, format_date, format_number
from components.inputs import date_field, text_field, textarea_field
from pages.cases.typed import Typed, key_of, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.services.case_lists import preview_assignment
from thads_app.services.events import assign_cases

MOST_CASES = 200
LABELS = {
    "staff_id": "Chấp hành viên",
    "business_date": "Ngày phân công",
    "document_number": "Số văn bản",
    "note": "Ghi chú",
}


@dataclass(frozen=True)
class OfficerChoice:
    """An officer to choose, with the load in words."""

    id: str
    name: str
    office: str
    load: str


class AssignState(rx.State):
    """The panel of an assignment."""

    open: bool = False
    title: str = ""
    cases: str = ""
    barred: str = ""
    officers: list[OfficerChoice] = []
    today: str = ""
    errors: dict[str, str] = {}
    failures: list[str] = []
    saved: str = ""
    done: bool = False
    _case_ids: list[int] = []
    _request: str = ""

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def start(self, case_ids: list[int]) -> None:
        """Open the panel for these cases."""
        wanted = [key for key in map(key_of, case_ids) if key][:MOST_CASES] if isinstance(case_ids, list) else []
        self.errors, self.failures, self.done = {}, [], False
        try:
            preview = await preview_assignment(current_actor(), wanted)
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return
        self._case_ids = [case.id for case in preview.cases]
        numbers = ", ".join(case.decision_number for case in preview.cases[:8])
        more = len(preview.cases) - 8
        self.cases = numbers + (f" và {more} việc khác" if more > 0 else "")
        self.title = f"Phân công {len(preview.cases)} việc"
        barred = ", ".join(case.decision_number for case in preview.barred[:8])
        self.barred = f"Không thuộc quyền phân công của bạn, được để lại: {barred}." if barred else ""
        self.officers = [
            OfficerChoice(
                str(officer.id),
                officer.name,
                officer.office_name,
                f"{format_number(officer.open_cases)} việc đang mở · còn {format_compact_money(officer.outstanding)}",
            )
            for officer in preview.officers
        ]
        self.today = format_date(clock.today())
        self._request = str(uuid4())
        self.open = True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def save(self, form_data: dict) -> None:
        """Assign; what was refused stays in the panel with its reason."""
        if not self.open:
            return
        typed = Typed(form_data)
        staff_id = typed.identifier("staff_id", "officer_choose")
        day = typed.day("business_date")
        document, note = typed.text("document_number", 80), typed.text("note", 1000)
        if typed.errors or staff_id is None or day is None:
            self.errors = words_of(typed.errors)
            return
        self.errors = {}
        results = await assign_cases(
            current_actor(),
            list(self._case_ids),
            staff_id,
            day,
            document_number=document or None,
            note=note or None,
            request_id=UUID(self._request),
        )
        failed = [result for result in results if not result.ok]
        self.failures = [
            f"{result.decision_number}: {' '.join(problem_words(result.error).values())}" for result in failed
        ]
        done = len(results) - len(failed)
        if done:
            name = next((officer.name for officer in self.officers if officer.id == str(staff_id)), "")
            await announce(self, f"Đã phân công {format_number(done)} việc cho {name}.")
            self.done = True
            self.saved = str(uuid4())
        self._case_ids = [result.case_id for result in failed]
        self._request = str(uuid4())
        self.open = bool(failed)


def assign_panel(after: Any) -> rx.Component:
    """The panel; `after` is the page's handler that looks at `AssignState.done` once a save is through."""
    state = AssignState
    return side_panel(
        rx.cond(state.barred != "", notice(state.barred, tone="warn", symbol="alert")),
        rx.cond(
            state.failures.length() > 0,
            notice(
                rx.el.b("Chưa phân công được:"),
                rx.el.ul(rx.foreach(state.failures, rx.el.li)),
                tone="alert",
                symbol="alert",
                role="alert",
            ),
        ),
        form(
            rx.el.fieldset(
                rx.el.legend("Chấp hành viên", style={"fontWeight": 600, "marginBottom": "6px"}),
                rx.el.div(rx.foreach(state.officers, _officer), class_name="choices"),
                rx.cond(
                    state.errors["staff_id"],
                    rx.el.div(state.errors["staff_id"], class_name="field-error", role="alert"),
                ),
                rx.cond(
                    state.officers.length() == 0,
                    rx.el.p("Đơn vị của các việc này chưa có chấp hành viên nào.", class_name="muted"),
                ),
                id="o-staff_id",
                tab_index=-1,
            ),
            date_field("business_date", "Ngày phân công", default_value=state.today, errors=state.errors),
            text_field("document_number", "Số văn bản", optional=True, max_length=80, errors=state.errors),
            textarea_field("note", "Ghi chú", optional=True, max_length=1000, errors=state.errors),
            form_actions(save="Phân công", on_cancel=state.close),
            on_submit=[state.save, after],
            errors=state.errors,
            labels=LABELS,
            draft="phan-cong",
            saved=state.saved,
        ),
        open=state.open,
        title=state.title,
        subtitle=state.cases,
        on_close=state.close,
        name="assign",
    )


def _officer(officer: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="staff_id", value=officer.id, data_no_draft=""),
        rx.el.span(officer.name),
        rx.el.span(officer.load, class_name="hint"),
        class_name="choice",
        key=officer.id,
    )
