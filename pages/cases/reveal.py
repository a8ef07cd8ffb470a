"""Seeing a party's number, or an event's words, whole: for a purpose, for half a minute, where they stand masked."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import reflex as rx

from components.dialogs import notice, side_panel
from components.elements import Content
from components.form import form, form_actions
from components.inputs import select_field, textarea_field
from models.personal_enums import PERSONAL_FIELD_LABELS, REVEAL_PURPOSE_LABELS, PersonalField, RevealPurpose
from pages.cases.typed import Typed, key_of, problem_words
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.rules.rights import Permission
from thads_app.services.personal_data import SHOWN_SECONDS, Reveal, RevealNote, reveal, reveal_note

LABELS = {"purpose": "Mục đích", "reason": "Xem để làm gì"}
_MOST_SHOWN = 20
_LONGEST_KEY = 18


class RevealState(rx.State):
    """The panel that asks what for, and what is shown now: numbers by party and field, an event's words by `event.`."""

    open: bool = False
    title: str = ""
    name: str = ""
    form_key: str = ""
    errors: dict[str, str] = {}
    shown: dict[str, str] = {}
    _case_id: int = 0
    _party_id: int = 0
    _field: str = ""
    _event_id: int = 0

    @rx.event
    @policy(Permission.PERSONAL_REVEAL, Permission.PERSONAL_REVEAL_OWN)
    async def start(self, case_id: int, party_key: str, name: str, field: str) -> None:
        """Ask what a number is needed for."""
        party_id = _number(party_key)
        if field not in {each.value for each in PersonalField} or not key_of(party_id):
            return
        self._case_id, self._party_id, self._field, self._event_id = key_of(case_id), party_id, str(field), 0
        self._ask(f"Xem {PERSONAL_FIELD_LABELS[PersonalField(field)].lower()}", name)

    @rx.event
    @policy(Permission.PERSONAL_REVEAL, Permission.PERSONAL_REVEAL_OWN)
    async def start_note(self, case_id: int, event_key: str, what: str) -> None:
        """Ask what the numbers in an event's words are needed for."""
        event_id = _number(event_key)
        if not key_of(event_id):
            return
        self._case_id, self._party_id, self._field, self._event_id = key_of(case_id), 0, "", event_id
        self._ask("Xem số trong diễn biến", what)

    def _ask(self, title: str, name: object) -> None:
        self.title, self.name = title, str(name)[:200]
        self.errors, self.form_key, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(Permission.PERSONAL_REVEAL, Permission.PERSONAL_REVEAL_OWN)
    async def show(self, form_data: dict) -> Any:
        """Show the number, for a while."""
        if not self.open:
            return None
        typed = Typed(form_data)
        purpose = typed.word("purpose", RevealPurpose, needed=False)
        reason = typed.text("reason", 300)
        try:
            key, value = await self._found(purpose, reason)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        kept = dict(list(self.shown.items())[-_MOST_SHOWN:])
        self.shown = {**kept, key: value}
        self.errors, self.open = {}, False
        await announce(self, f"Đang hiện {SHOWN_SECONDS} giây. Lần xem này đã được ghi lại.")
        return RevealState.hide_later(key)

    async def _found(self, purpose: RevealPurpose | None, reason: str) -> tuple[str, str]:
        """What was asked for, with the key it is shown by."""
        if self._event_id:
            note = RevealNote(self._case_id, self._event_id, purpose, reason)
            return f"event.{self._event_id}", await reveal_note(current_actor(), note)
        number = Reveal(self._case_id, self._party_id, PersonalField(self._field), purpose, reason)
        return f"{self._party_id}.{self._field}", (await reveal(current_actor(), number)).value

    @rx.event(background=True)
    @policy("authenticated")
    async def hide_later(self, key: str) -> None:
        """Mask the number again after its time."""
        await asyncio.sleep(SHOWN_SECONDS)
        async with self:
            self.shown = {other: value for other, value in self.shown.items() if other != key}

    @rx.event
    @policy("authenticated")
    async def hide(self, key: str) -> None:
        """Mask the number again now."""
        self.shown = {other: value for other, value in self.shown.items() if other != key}


def _number(key: object) -> int:
    return int(key) if isinstance(key, str) and key.isascii() and key.isdigit() and len(key) <= _LONGEST_KEY else 0


def number_cell(party: Any, field: PersonalField, masked: Content, case_id: Any, allowed: Any) -> rx.Component:
    """A party's number: masked, with a button to see it; or whole for its half minute."""
    label = PERSONAL_FIELD_LABELS[field]
    key = party.key + f".{field}"
    words = f"{label[:1].lower()}{label[1:]}"
    return rx.cond(
        RevealState.shown.contains(key),
        rx.el.span(
            rx.el.b(RevealState.shown[key]),
            " ",
            rx.el.button(
                "Che lại",
                type="button",
                class_name="link no-print",
                aria_label=rx.Var.create(f"Che lại {words} của ") + party.name,
                on_click=RevealState.hide(key),
            ),
            role="status",
        ),
        rx.el.span(
            masked,
            rx.cond(
                allowed & (masked != ""),
                rx.el.span(
                    " ",
                    rx.el.button(
                        "Hiện",
                        type="button",
                        class_name="link no-print",
                        aria_label=rx.Var.create(f"Hiện {words} của ") + party.name,
                        on_click=RevealState.start(case_id, party.key, party.name, field.value),
                    ),
                ),
            ),
        ),
    )


def note_numbers(item: Any, case_id: Any) -> rx.Component:
    """Beneath an event whose words hold masked numbers: a button to see them; or the words whole for half a minute."""
    key = rx.Var.create("event.") + item.key
    return rx.cond(
        RevealState.shown.contains(key),
        rx.el.div(
            rx.el.b(RevealState.shown[key]),
            " ",
            rx.el.button(
                "Che lại",
                type="button",
                class_name="link no-print",
                aria_label=rx.Var.create("Che lại số trong diễn biến ") + item.what,
                on_click=RevealState.hide(key),
            ),
            role="status",
        ),
        rx.el.button(
            "Hiện số",
            type="button",
            class_name="link no-print",
            aria_label=rx.Var.create("Hiện số trong diễn biến ") + item.what,
            on_click=RevealState.start_note(case_id, item.key, item.what),
        ),
    )


def reveal_panel() -> rx.Component:
    """The panel that asks what for."""
    state = RevealState
    return side_panel(
        form(
            notice(
                "Chỉ xem khi công việc cần. Hệ thống ghi lại ai xem, số nào, mục đích gì, lúc nào; không ghi lại số. "
                f"Số được che lại sau {SHOWN_SECONDS} giây.",
            ),
            select_field("purpose", LABELS["purpose"], REVEAL_PURPOSE_LABELS, errors=state.errors, auto_focus=True),
            textarea_field(
                "reason",
                LABELS["reason"],
                hint="Ví dụ: lập phiếu chi trả tiền đợt 1",
                max_length=300,
                rows=3,
                errors=state.errors,
            ),
            form_actions(on_cancel=state.close, save="Hiện số"),
            on_submit=state.show,
            errors=state.errors,
            labels=LABELS,
            key=state.form_key,
        ),
        open=state.open,
        title=state.title,
        subtitle=state.name,
        on_close=state.close,
        name="reveal",
    )
