"""The register of processing activities: read by all who look after personal data, edited by the centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.formats import format_date
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.services.processing import (
    TEXTS,
    Activity,
    ActivityView,
    list_activities,
    may_keep_register,
    save_activity,
)

LABELS = {
    "name": "Tên hoạt động",
    "purpose": "Mục đích",
    "legal_ground": "Căn cứ pháp lý",
    "subjects": "Chủ thể dữ liệu",
    "data": "Dữ liệu",
    "recipients": "Nơi nhận, người được xem",
    "retention": "Thời hạn lưu",
    "safeguards": "Biện pháp bảo vệ",
}


@dataclass(frozen=True)
class ActivityRow:
    """One entry, written out."""

    code: str
    version: int
    name: str
    purpose: str
    legal_ground: str
    subjects: str
    data: str
    recipients: str
    retention: str
    safeguards: str
    ended: bool
    note: str


class RegisterState(rx.State):
    """The register, and the panel in which an entry is edited."""

    rows: list[ActivityRow] = []
    error: str = ""
    can_edit: bool = False
    open: bool = False
    code: str = ""
    values: dict[str, str] = {}
    ended: bool = False
    form_key: str = ""
    saved: str = ""
    errors: dict[str, str] = {}
    _version: int = 0

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def load(self) -> None:
        """Show the register."""
        actor = current_actor()
        try:
            self.rows = [_row(view) for view in await list_activities(actor)]
            self.can_edit, self.error = await may_keep_register(actor), ""
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def start(self, code: str) -> None:
        """Open the panel for an entry, or blank for a new one."""
        row = next((row for row in self.rows if row.code == code), None)
        self.code, self._version = (row.code, row.version) if row else ("", 0)
        self.values = {name: getattr(row, name) if row else "" for name in TEXTS}
        self.ended = bool(row and row.ended)
        self.errors, self.form_key, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def save(self, form_data: dict) -> Any:
        """Save the entry."""
        typed = Typed(form_data)
        texts = {name: typed.text(name, limit) for name, limit in TEXTS.items()}
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        activity = Activity(code=self.code, version=self._version, ended=typed.ticked("ended"), **texts)
        try:
            code = await save_activity(current_actor(), activity)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.errors, self.saved, self.open = {}, str(uuid4()), False
        await announce(self, f"Đã lưu hoạt động {code}.")
        return RegisterState.load


def _row(view: ActivityView) -> ActivityRow:
    note = f"Kết thúc {format_date(view.ended_on)}" if view.ended_on else f"Cập nhật {format_date(view.changed_on)}"
    return ActivityRow(code=view.code, version=view.version, ended=view.ended_on is not None, note=note, **view.texts)
