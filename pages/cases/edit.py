"""Editing what a case says about itself; two people at once are told, field by field, and lose nothing they typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.dialogs import notice
from components.form import form, form_actions
from components.formats import format_moment
from pages.cases.particulars import (
    decision_fields,
    form_values,
    in_order,
    judgment_fields,
    missing_fields,
    obligation_fields,
    party_fields,
    read_particulars,
)
from pages.cases.parts import wide_panel
from pages.cases.story import FIELD_WORDS, field_words
from pages.cases.typed import Typed, key_of, problem_words, words_of
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, Invalid, StaleVersion
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.services.case_edits import EDITABLE_PARTIES, EditableCase, edit_case, editable_case
from thads_app.services.case_particulars import described


@dataclass(frozen=True)
class Change:
    """A field somebody else changed meanwhile."""

    field: str
    before: str
    now: str
    typed: str


class EditState(rx.State):
    """The panel in which a case is edited."""

    open: bool = False
    subtitle: str = ""
    values: dict[str, str] = {}
    parties_shown: int = 1
    obligations_shown: int = 1
    many_parties: bool = False
    errors: dict[str, str] = {}
    conflict: str = ""
    changes: list[Change] = []
    saved: str = ""
    form_key: str = ""
    case_id: int = 0
    done: int = 0
    _before: EditableCase | None = None

    @rx.event
    @policy(Permission.CASE_UPDATE)
    async def start(self, case_id: int) -> None:
        """Open the panel with the case as it stands."""
        self.errors, self.conflict, self.changes = {}, "", []
        self.open = False
        try:
            case = await editable_case(current_actor(), key_of(case_id))
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return
        people = case.particulars.parties
        self._before = case
        self.case_id = case.case_id
        self.values = form_values(case.particulars)
        self.many_parties = people is None
        self.parties_shown = max(1, len(people or []))
        self.obligations_shown = max(1, len(case.particulars.obligations))
        self.subtitle = case.particulars.decision_number
        self.form_key = str(uuid4())
        self.open = True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(Permission.CASE_UPDATE)
    async def save(self, form_data: dict) -> None:
        """Save; when somebody else saved first, show what they changed and wait for a second save."""
        before = self._before
        if not self.open or before is None:
            return
        typed = Typed(form_data)
        read = read_particulars(typed, people=not self.many_parties)
        if typed.errors:
            missing = await missing_fields(read, None)
            self.errors = in_order({**words_of(missing), **words_of(typed.errors)})
            return
        self.errors, self.conflict, self.changes = {}, "", []
        actor = current_actor()
        try:
            edited = await edit_case(actor, before, read.particulars)
        except StaleVersion as stale:
            self._before = await editable_case(actor, before.case_id)
            wanted = described(read.particulars)
            self.changes = [
                Change(field_words(name), was or "trống", now or "trống", wanted.get(name, "") or "trống")
                for name, (was, now) in stale.changes.items()
            ]
            at = stale.params.get("at")
            when = f" lúc {format_moment(at)}" if at else ""  # type: ignore[arg-type]
            who = stale.by or "Người khác"
            self.conflict = (
                f"{who} đã lưu hồ sơ này{when}. Nội dung bạn nhập vẫn còn; lưu lần nữa là thay bằng bản của bạn."
            )
            return
        except Invalid as wrong:
            self.errors = in_order(words_of(read.errors(wrong.fields)))
            return
        except DomainError as problem:
            self.errors = problem_words(problem)
            return
        names = ", ".join(field_words(name).lower() for name in edited.changed)
        await announce(self, f"Đã lưu: {names}." if names else "Không có gì thay đổi.")
        self.saved = str(uuid4())
        self.done += 1
        self.open = False


def edit_panel(after: Any) -> rx.Component:
    """The panel; `after` shows the case anew."""
    state = EditState
    return wide_panel(
        rx.cond(state.conflict != "", _conflict()),
        form(
            decision_fields(state.values, state.errors),
            judgment_fields(state.values, state.errors),
            rx.cond(
                state.many_parties,
                notice(f"Hồ sơ có hơn {EDITABLE_PARTIES} đương sự; danh sách đương sự không sửa ở đây."),
                party_fields(state.values, state.errors, shown=state.parties_shown),
            ),
            obligation_fields(state.values, state.errors, shown=state.obligations_shown),
            form_actions(on_cancel=state.close, sticky=True),
            on_submit=[state.save, after],
            errors=state.errors,
            labels=FIELD_WORDS,
            draft=rx.Var.create("sua-ho-so:") + state.case_id.to(str),
            saved=state.saved,
            key=state.form_key,
        ),
        open=state.open,
        title="Sửa thông tin hồ sơ",
        subtitle=state.subtitle,
        on_close=state.close,
        name="edit",
    )


def _conflict() -> rx.Component:
    state = EditState
    return notice(
        rx.el.p(state.conflict),
        rx.el.table(
            rx.el.thead(
                rx.el.tr(*(rx.el.th(head, scope="col") for head in ("Ô", "Lúc bạn mở", "Bây giờ", "Bạn nhập")))
            ),
            rx.el.tbody(
                rx.foreach(
                    state.changes,
                    lambda change: rx.el.tr(
                        rx.el.th(change.field, scope="row"),
                        rx.el.td(change.before),
                        rx.el.td(rx.el.b(change.now)),
                        rx.el.td(change.typed),
                        key=change.field,
                    ),
                )
            ),
            class_name="table",
        ),
        tone="warn",
        symbol="alert",
        role="alert",
        style={"marginBottom": "16px"},
    )
