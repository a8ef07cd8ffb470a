"""Declaring a conflict of interest, and ending one: a panel and a question, at a case or in the list."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import reflex as rx

from components.dialogs import button, dialog, notice, side_panel
from components.form import form, form_actions
from components.formats import format_date
from components.inputs import Option, combobox, date_field, select_field, text_field, textarea_field
from models.enums import PARTY_ROLE_LABELS
from models.guard_enums import KINSHIP_LABELS, Kinship
from pages.cases.typed import Typed, key_of, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError, Invalid
from thads_app.messages import sentence
from thads_app.rules.rights import Actor, Permission
from thads_app.services import conflict_views, directory
from thads_app.services.case_edits import case_parties
from thads_app.services.case_lists import find_officers
from thads_app.services.cases import case_detail
from thads_app.services.conflicts import REASON_LIMIT, DeclareConflict, declare, end

LABELS = {
    "officer": "Chấp hành viên",
    "relation": "Quan hệ",
    "party_id": "Đương sự của việc này",
    "person": "Họ tên người có quan hệ",
    "identity": "Số định danh",
    "colleague_id": "Kế toán của đơn vị",
    "declared_on": "Ngày khai báo",
    "note": "Ghi chú",
    "reason": "Lý do",
}
DECLARERS = (Permission.CASE_ASSIGN, Permission.EVENT_RECORD_OWN)


class DeclareState(rx.State):
    """The panel of a declaration, and the question before one is ended."""

    open: bool = False
    subtitle: str = ""
    at_case: bool = False
    for_others: bool = False
    officers: list[Option] = []
    officer: str = ""
    officer_label: str = ""
    parties: list[Option] = []
    accountants: list[Option] = []
    today: str = ""
    errors: dict[str, str] = {}
    form_key: str = ""
    ending: int = 0
    ending_title: str = ""
    end_errors: dict[str, str] = {}
    _case_id: int = 0

    @rx.event
    @policy(Permission.CASE_READ)
    async def start(self, case_id: int) -> None:
        """Open the panel for a case."""
        actor = current_actor()
        self._clear()
        try:
            case = await case_detail(actor, key_of(case_id))
            parties = await case_parties(actor, case.id)
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return
        self._case_id, self.at_case = case.id, True
        self.subtitle = f"{case.decision_number} · {case.debtor_name}"
        self.for_others = actor.may_in(Permission.CASE_ASSIGN, case.office_id)
        self.parties = [Option(str(row.id), f"{row.name} – {PARTY_ROLE_LABELS[row.role]}") for row in parties.rows]
        if self.for_others and case.officer_id is not None:
            people = await directory.people([case.officer_id])
            person = people.get(case.officer_id)
            self.officer, self.officer_label = (person.code, person.name) if person else ("", "")
        self.open = True

    @rx.event
    @policy(*DECLARERS)
    async def start_general(self) -> None:
        """Open the panel for whatever case the person may be in."""
        actor = current_actor()
        self._clear()
        self.subtitle = "Chặn mọi việc có người này, kể cả việc thụ lý sau"
        self.for_others = actor.may(Permission.CASE_ASSIGN)
        found = await conflict_views.accountants(actor)
        self.accountants = [Option(str(each.account_id), each.name) for each in found]
        self.open = True

    def _clear(self) -> None:
        self.open, self.at_case, self.for_others, self._case_id = False, False, False, 0
        self.officers, self.parties, self.accountants = [], [], []
        self.officer, self.officer_label, self.subtitle, self.errors = "", "", "", {}
        self.today, self.form_key = format_date(clock.today()), str(uuid4())

    @rx.event(supersedes=True)
    @policy(Permission.CASE_ASSIGN)
    async def search_officers(self, text: str) -> None:
        """Fill the choice of officers."""
        found = await find_officers(current_actor(), str(text)[:100])
        self.officers = [Option(each.code, each.name, each.code) for each in found]

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(*DECLARERS)
    async def save(self, form_data: dict) -> None:
        """Declare."""
        if not self.open:
            return
        actor, typed = current_actor(), Typed(form_data)
        relation = typed.word("relation", Kinship)
        day = typed.day("declared_on")
        staff_id = await self._staff_id(actor, typed)
        if typed.errors or relation is None or staff_id is None:
            self.errors = words_of(typed.errors)
            return
        command = DeclareConflict(
            staff_id=staff_id,
            relation=relation,
            person=typed.text("person", 200),
            identity=typed.text("identity", 40),
            case_id=self._case_id or None,
            party_id=typed.identifier("party_id", needed=False) if self.at_case else None,
            colleague_id=typed.identifier("colleague_id", needed=False) if not self.at_case else None,
            declared_on=day,
            note=typed.text("note", 500),
        )
        if typed.errors:
            self.errors = words_of(typed.errors)
            return
        try:
            await declare(actor, command)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return
        self.errors, self.open = {}, False
        await announce(self, "Đã ghi nhận khai báo. Từ nay việc của người này không giao được cho chấp hành viên ấy.")

    async def _staff_id(self, actor: Actor, typed: Typed) -> int | None:
        """The officer chosen, or oneself where one may declare for nobody else."""
        if not self.for_others:
            return actor.staff_id
        code = typed.text("officer", 40)
        if not code:
            typed.errors["officer"] = FieldError("officer_choose")
            return None
        try:
            return await directory.officer_id(code, "officer")
        except Invalid as wrong:
            typed.errors |= wrong.fields
            return None

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def ask_end(self, conflict_id: int, officer: str) -> None:
        """Ask why a declaration is ended."""
        self.ending, self.end_errors = key_of(conflict_id), {}
        self.ending_title = f"Kết thúc khai báo của {str(officer)[:120]}?"

    @rx.event
    @policy("authenticated")
    async def stop_ending(self) -> None:
        """Close the question."""
        self.ending = 0

    @rx.event
    @policy(Permission.CASE_ASSIGN)
    async def end(self, form_data: dict) -> None:
        """End the declaration asked about, with the reason typed."""
        if not self.ending:
            return
        typed = Typed(form_data)
        reason = typed.text("reason", REASON_LIMIT)
        if typed.errors:
            self.end_errors = words_of(typed.errors)
            return
        try:
            await end(current_actor(), self.ending, reason)
        except DomainError as problem:
            self.end_errors = problem_words(problem)
            return
        self.ending, self.end_errors = 0, {}
        await announce(self, "Đã kết thúc khai báo; nội dung và lý do vẫn được lưu.")


def declare_panel(after: Any) -> rx.Component:
    """The panel; `after` shows the page anew."""
    state = DeclareState
    return side_panel(
        notice(
            "Chấp hành viên không thi hành việc liên quan đến quyền, lợi ích của bản thân và người thân "
            "(khoản 5 Điều 21 Luật Thi hành án dân sự). Chỉ người có quyền phân công và chính chấp hành viên "
            "đọc được nội dung khai báo.",
            style={"marginBottom": "16px"},
        ),
        form(
            rx.cond(
                state.for_others,
                combobox(
                    "officer",
                    LABELS["officer"],
                    state.officers,
                    on_query=state.search_officers,
                    default_value=state.officer,
                    default_label=state.officer_label,
                    errors=state.errors,
                ),
            ),
            select_field(
                "relation",
                LABELS["relation"],
                {relation.value: label for relation, label in KINSHIP_LABELS.items()},
                errors=state.errors,
            ),
            rx.cond(
                state.parties.length() > 0,
                select_field(
                    "party_id",
                    LABELS["party_id"],
                    state.parties,
                    blank="Người khác, ghi tên bên dưới",
                    errors=state.errors,
                ),
            ),
            rx.cond(
                state.accountants.length() > 0,
                select_field(
                    "colleague_id",
                    LABELS["colleague_id"],
                    state.accountants,
                    blank="Không phải kế toán của đơn vị",
                    hint="Khi người thân làm kế toán cùng cơ quan (khoản 4 Điều 8 Thông tư 78/2020/TT-BTC).",
                    errors=state.errors,
                    optional=True,
                ),
            ),
            text_field("person", LABELS["person"], optional=True, max_length=200, errors=state.errors),
            text_field(
                "identity",
                LABELS["identity"],
                optional=True,
                max_length=40,
                hint="Có số định danh thì mọi việc có người này đều bị chặn, kể cả việc đến sau.",
                errors=state.errors,
            ),
            date_field("declared_on", LABELS["declared_on"], default_value=state.today, errors=state.errors),
            textarea_field("note", LABELS["note"], optional=True, max_length=500, errors=state.errors),
            form_actions(save="Khai báo", on_cancel=state.close),
            on_submit=[state.save, after],
            errors=state.errors,
            labels=LABELS,
            key=state.form_key,
        ),
        open=state.open,
        title="Khai báo xung đột lợi ích",
        subtitle=state.subtitle,
        on_close=state.close,
        name="declare",
    )


def end_question(after: Any) -> rx.Component:
    """The question before a declaration is ended."""
    state = DeclareState
    return dialog(
        form(
            textarea_field(
                "reason",
                LABELS["reason"],
                hint="Vì sao khai báo không còn đúng. Sau đó việc lại giao được cho chấp hành viên này.",
                errors=state.end_errors,
                max_length=REASON_LIMIT,
                auto_focus=True,
            ),
            rx.el.div(
                button("Bỏ qua", key_label="Esc", on_click=state.stop_ending, data_esc=""),
                button("Kết thúc khai báo", tone="danger", type="submit", key_label="Ctrl ↵", data_save=""),
                class_name="form-actions",
            ),
            on_submit=[state.end, after],
            errors=state.end_errors,
            labels=LABELS,
            key=state.ending.to(str),
        ),
        open=state.ending != 0,
        title=state.ending_title,
        name="end-declaration",
    )
