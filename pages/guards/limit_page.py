"""The limit above which a completion needs a second person: one for the country, with where it comes from."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import reflex as rx

from components.cards import card, facts
from components.dialogs import button, side_panel
from components.form import form, form_actions
from components.formats import amount_in_words, format_money
from components.inputs import money_field, textarea_field
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce, framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.rules.rights import Permission
from thads_app.services.confirmation_views import change_limit, completion_limit

PATH = "/quan-tri/muc-xac-nhan"
LABELS = {"amount": "Mức", "source_note": "Căn cứ"}


class LimitState(rx.State):
    """The limit, written out, and the panel in which it is set."""

    limit: str = ""
    limit_words: str = ""
    source_note: str = ""
    may_change: bool = False
    changing: bool = False
    errors: dict[str, str] = {}
    form_key: str = ""

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def load(self) -> None:
        """Show the limit as it stands."""
        limit = await completion_limit(current_actor())
        self.limit, self.limit_words = format_money(limit.amount), amount_in_words(limit.amount)
        self.source_note, self.may_change = limit.source_note, limit.may_change

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def start(self) -> None:
        """Open the panel."""
        self.changing, self.errors, self.form_key = self.may_change, {}, str(uuid4())

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.changing = False

    @rx.event
    @policy(Permission.OFFICE_MANAGE)
    async def save(self, form_data: dict) -> Any:
        """Set the limit."""
        typed = Typed(form_data)
        amount, note = typed.money("amount", needed=True), typed.text("source_note", 500)
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        try:
            await change_limit(current_actor(), amount, note)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.changing, self.errors = False, {}
        await announce(self, f"Từ nay, đã thu trên {format_money(amount or 0)} đ thì cần người thứ hai xác nhận.")
        return LimitState.load


def view() -> rx.Component:
    """Draw the page."""
    state = LimitState
    return framed(
        card(
            facts(
                ("Mức", rx.fragment(rx.el.b(state.limit, " đ"), rx.el.div(state.limit_words, class_name="muted"))),
                ("Căn cứ", state.source_note),
            ),
            rx.el.p(
                "Khi tổng số tiền đã thu của một việc, kể cả lần này, cao hơn mức trên thì người ghi nhận thi hành "
                "xong không tự xác nhận. Kế toán hoặc thủ trưởng xác nhận; trước đó việc chưa tính là xong. "
                "Hồ sơ nhập từ Excel được miễn, và mỗi lần nhập có ghi lại số việc thi hành xong.",
                class_name="muted",
                style={"marginTop": "12px"},
            ),
        ),
        rx.cond(
            ~state.may_change,
            rx.el.p("Chỉ quản trị trung ương đổi được mức này.", class_name="small muted"),
        ),
        title="Mức cần người thứ hai xác nhận",
        active="limits",
        actions=(rx.cond(state.may_change, button("Đổi mức", tone="primary", on_click=state.start)),),
        overlays=(_panel(),),
    )


def _panel() -> rx.Component:
    state = LimitState
    return side_panel(
        form(
            money_field("amount", "Mức (đ)", default_value=state.limit, errors=state.errors),
            textarea_field(
                "source_note",
                LABELS["source_note"],
                hint="Văn bản quy định mức này, hoặc ghi rõ là quy tắc nội bộ.",
                max_length=500,
                errors=state.errors,
            ),
            form_actions(on_cancel=state.close),
            on_submit=state.save,
            errors=state.errors,
            labels=LABELS,
            key=state.form_key,
        ),
        open=state.changing,
        title="Đổi mức xác nhận",
        subtitle="Áp dụng trên cả nước",
        on_close=state.close,
        name="limit",
    )
