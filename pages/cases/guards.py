"""What the law's guards say at one case: a relative among its parties, a completion that waits for a second person."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components import messages as msg
from components.cards import card
from components.dialogs import button, confirm, dialog, menu_item, notice
from components.elements import link
from components.form import form
from components.inputs import textarea_field
from components.status import tag
from pages.cases.declare import DeclareState, declare_panel, end_question
from pages.cases.guard_rows import CompletionRow, ConflictRow, completion_row, conflict_row
from pages.cases.typed import Typed, key_of, problem_words, words_of
from pages.frame import FrameState, announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.services.confirmation_views import waiting_at_case
from thads_app.services.confirmations import (
    REASON_LIMIT,
    confirm_completion,
    refuse_completion,
    withdraw_completion,
)
from thads_app.services.conflict_views import of_case

RECORDERS = (Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN)


class CaseGuardState(rx.State):
    """The guards at the case on screen."""

    case_id: int = 0
    warning: str = ""
    conflicts: list[ConflictRow] = []
    can_declare: bool = False
    waiting: list[CompletionRow] = []
    asking: str = ""
    errors: dict[str, str] = {}

    @rx.event(supersedes=True)
    @policy(Permission.CASE_READ)
    async def show(self, case_id: int) -> None:
        """Read what is declared and what waits at this case."""
        actor, wanted = current_actor(), key_of(case_id)
        if wanted != self.case_id:
            self._clear()
        try:
            found = await of_case(actor, wanted)
            waiting = await waiting_at_case(actor, wanted)
        except DomainError:  # the page itself says that there is no such case
            self._clear()
            return
        self.case_id, self.can_declare = wanted, found.may_declare
        self.warning = sentence(found.warning) if found.warning else ""
        self.conflicts = [conflict_row(view) for view in found.views]
        self.waiting = [completion_row(waiting)] if waiting else []

    def _clear(self) -> None:
        self.case_id, self.warning, self.asking, self.can_declare = 0, "", "", False
        self.conflicts, self.waiting, self.errors = [], [], {}

    @rx.event
    @policy(Permission.COMPLETION_CONFIRM)
    async def ask_confirmation(self) -> None:
        """Ask before a completion is confirmed."""
        self.asking, self.errors = "confirm", {}

    @rx.event
    @policy(Permission.COMPLETION_CONFIRM)
    async def ask_refusal(self) -> None:
        """Ask why a completion is refused."""
        self.asking, self.errors = "refuse", {}

    @rx.event
    @policy("authenticated")
    async def stop_asking(self) -> None:
        """Close the question."""
        self.asking = ""

    @rx.event
    @policy(Permission.COMPLETION_CONFIRM)
    async def confirm(self) -> Any:
        """Confirm the completion that waits."""
        self.asking = ""
        if not self.waiting:
            return None
        try:
            recorded = await confirm_completion(current_actor(), self.waiting[0].id)
        except DomainError as problem:
            await announce(self, " ".join(problem_words(problem).values()), "alert")
        else:
            late = " Sự kiện được đánh dấu ghi nhận muộn." if recorded.late else ""
            await announce(self, f"Đã xác nhận. Việc được tính là thi hành xong.{late}")
        return FrameState.load

    @rx.event
    @policy(Permission.COMPLETION_CONFIRM)
    async def refuse(self, form_data: dict) -> Any:
        """Refuse the completion that waits, with the reason typed."""
        if self.asking != "refuse" or not self.waiting:
            return None
        typed = Typed(form_data)
        reason = typed.text("reason", REASON_LIMIT)
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        try:
            await refuse_completion(current_actor(), self.waiting[0].id, reason)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.asking, self.errors = "", {}
        await announce(self, "Đã từ chối. Người ghi nhận đã được báo lý do.")
        return FrameState.load

    @rx.event
    @policy(*RECORDERS)
    async def withdraw(self) -> Any:
        """Take back the completion one recorded."""
        if not self.waiting:
            return None
        try:
            await withdraw_completion(current_actor(), self.waiting[0].id)
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
        else:
            await announce(self, "Đã rút lại. Việc tiếp tục như trước.")
        return FrameState.load


def guard_boxes(after: Any) -> rx.Component:
    """What stands above the case; `after` shows the case anew."""
    state = CaseGuardState
    return rx.fragment(
        rx.cond(
            state.warning != "",
            notice(
                state.warning,
                " Thủ trưởng cần phân công người khác.",
                tone="alert",
                symbol="alert",
                role="alert",
                style={"marginBottom": "12px"},
            ),
        ),
        rx.foreach(state.waiting, lambda row: _waiting(row, after)),
        rx.cond(state.conflicts.length() > 0, _conflicts()),
    )


def guard_overlays(after: Any) -> tuple[rx.Component, ...]:
    """The panels and questions of the guards."""
    return (declare_panel(after), end_question(after), _confirmation(after), _refusal(after))


def declare_item() -> rx.Component:
    """The item of the case's menu that opens a declaration."""
    state = CaseGuardState
    return rx.cond(
        state.can_declare,
        menu_item("Khai báo xung đột lợi ích", on_click=DeclareState.start(state.case_id), symbol="people"),
    )


def _waiting(row: Any, after: Any) -> rx.Component:
    state = CaseGuardState
    return notice(
        rx.el.b("Chờ xác nhận thi hành xong. "),
        rx.el.span(
            "Ngày ", row.day, ", thu nốt ", row.rest, " đ, tổng cộng ", row.collected, " đ. ",
            "Chưa tính vào số liệu, và chưa ghi nhận được việc gì khác.",
        ),
        rx.el.div(
            "Ghi nhận: ",
            row.recorded,
            rx.cond(row.paper != "", rx.fragment(" · ", row.paper), ""),
            rx.cond(row.note != "", rx.fragment(" · ", row.note), ""),
            class_name="small muted",
        ),
        rx.cond(row.barred != "", rx.el.div(row.barred, class_name="small")),
        rx.el.div(
            rx.cond(
                row.may_answer,
                rx.fragment(
                    button("Xác nhận thi hành xong", tone="primary", on_click=state.ask_confirmation),
                    button("Từ chối", on_click=state.ask_refusal),
                ),
            ),
            rx.cond(row.may_withdraw, button("Rút lại", on_click=[state.withdraw, after])),
            class_name="actions no-print",
            style={"display": "flex", "gap": "8px", "marginTop": "8px", "flexWrap": "wrap"},
        ),
        tone="warn",
        symbol="clock",
        style={"marginBottom": "12px"},
        key=row.id,
    )  # fmt: skip


def _conflicts() -> rx.Component:
    state = CaseGuardState
    return card(
        rx.el.ul(
            rx.foreach(state.conflicts, _conflict),
            style={"margin": 0, "padding": 0, "listStyle": "none"},
        ),
        title="Khai báo xung đột lợi ích",
        aside=link("Tất cả", href="/xung-dot-loi-ich", class_name="small no-print"),
        style={"marginBottom": "12px"},
    )


def _conflict(row: Any) -> rx.Component:
    return rx.el.li(
        rx.el.b(row.officer),
        " – ",
        row.person,
        ": ",
        rx.el.span(row.relation, title=row.article),
        " ",
        rx.cond(row.holds_case, tag("đang phụ trách", "alert")),
        rx.el.span(" khai báo ", row.declared, class_name="small muted"),
        rx.cond(row.note != "", rx.el.span(" · ", row.note, class_name="small muted")),
        " ",
        rx.cond(
            row.may_end,
            rx.el.button(
                "Kết thúc",
                type="button",
                class_name="link no-print",
                on_click=DeclareState.ask_end(row.id, row.officer),
            ),
        ),
        key=row.id,
    )


def _confirmation(after: Any) -> rx.Component:
    state = CaseGuardState
    return confirm(
        open=state.asking == "confirm",
        title="Xác nhận thi hành xong?",
        text="Việc kết thúc và được tính vào số liệu từ bây giờ, theo ngày thi hành xong đã ghi. "
        "Bạn cùng chịu trách nhiệm về số tiền đã thu.",
        yes="Xác nhận",
        on_yes=[state.confirm, after],
        on_no=state.stop_asking,
        danger=False,
        name="confirm-completion",
    )


def _refusal(after: Any) -> rx.Component:
    state = CaseGuardState
    return dialog(
        form(
            textarea_field(
                "reason",
                "Lý do từ chối",
                hint="Người ghi nhận sẽ đọc lý do này.",
                errors=state.errors,
                max_length=REASON_LIMIT,
                auto_focus=True,
            ),
            rx.el.div(
                button(msg.CANCEL, key_label="Esc", on_click=state.stop_asking, data_esc=""),
                button("Từ chối xác nhận", tone="danger", type="submit", key_label="Ctrl ↵", data_save=""),
                class_name="form-actions",
            ),
            on_submit=[state.refuse, after],
            errors=state.errors,
            labels={"reason": "Lý do từ chối"},
        ),
        open=state.asking == "refuse",
        title="Từ chối xác nhận thi hành xong?",
        name="refuse-completion",
    )
