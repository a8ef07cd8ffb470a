"""The rights of one account: what it may do and why, its grants with their story; giving, extending, taking back.

Each change is shown with what it does before it is saved. Stands on the page of an account (`account_page`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.inputs import Option
from models.enums import ROLE_LABELS, Role
from pages.administration.rights_rows import ChangeRow, RightRow, change_rows, right_rows
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError
from thads_app.rules.rights import Permission
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services.administration.effective_rights import (
    Preview,
    effective_rights,
    preview_ending,
    preview_giving,
)
from thads_app.services.administration.grant_views import (
    GRANT_STATE_LABELS,
    GrantLine,
    GrantState,
    grants_of_account,
    roles_to_give_anywhere,
)
from thads_app.services.administration.grants import (
    ChangeEnd,
    GiveGrant,
    TakeBack,
    change_end,
    give_grant,
    take_back,
)
from thads_app.services.administration.reach import period_words
from thads_app.services.search import find_offices

GIVE, EXTEND, TAKE = "give", "extend", "take"
OFFICE_CHOICES = 12
LONGEST_ID = 9
LONGEST_REASON = 500
_TONES = {GrantState.IN_FORCE: "good", GrantState.FUTURE: "accent", GrantState.EXPIRED: "", GrantState.ENDED: ""}


@dataclass(frozen=True)
class GrantRow:
    """One grant, as shown."""

    id: str
    title: str
    period: str
    word: str
    tone: str
    given: str
    reason: str
    ended: str
    ends: str
    changeable: bool


def grant_row(line: GrantLine) -> GrantRow:
    """A grant written out."""
    ended = ""
    if line.state is GrantState.ENDED:
        ended = f"{line.ended_by} thu hồi {format_moment(line.ended_at)}: {line.end_reason}"
    return GrantRow(
        id=str(line.id),
        title=f"{ROLE_LABELS[line.role]} · {line.office_name}",
        period=period_words(line.valid_from, line.valid_to),
        word=GRANT_STATE_LABELS[line.state],
        tone=_TONES[line.state],
        given=f"{line.given_by}, {format_moment(line.given_at)}",
        reason=line.reason or "không ghi",
        ended=ended,
        ends=format_date(line.valid_to) if line.valid_to else "",
        changeable=line.changeable,
    )


class GrantsState(rx.State):
    """The rights of the account the address names."""

    ready: bool = False
    rows: list[GrantRow] = []
    rights: list[RightRow] = []
    disabled: bool = False
    itself: bool = False
    roles: list[Option] = []
    panel: str = ""
    form_version: str = ""
    errors: dict[str, str] = {}
    offices: list[Option] = []
    subject: str = ""
    ends: str = ""
    previewed: bool = False
    preview_day: str = ""
    changes: list[ChangeRow] = []
    warnings: list[str] = []
    _account_id: int = 0
    _grant_id: int = 0
    _seen: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def load(self) -> None:
        """Show the rights of the account the address names."""
        named = self.router.url.path.rstrip("/").rpartition("/")[2]
        self._account_id = int(named) if named.isascii() and named.isdigit() and len(named) <= LONGEST_ID else 0
        self.panel, self.ready = "", False
        actor = current_actor()
        try:
            grants = await grants_of_account(actor, self._account_id)
            told = await effective_rights(actor, self._account_id)
            self.roles = [Option(role.value, ROLE_LABELS[role]) for role in await roles_to_give_anywhere(actor)]
        except DomainError:
            self.rows, self.rights = [], []  # the account's own state says why
            return
        self.rows, self.rights = [grant_row(line) for line in grants], right_rows(told)
        self.disabled, self.itself = told.disabled, self._account_id == actor.account_id
        self.ready = True

    # -- opening and closing -------------------------------------------------------------------------------------------

    def _open(self, panel: str) -> None:
        self.panel, self.errors, self.form_version = panel, {}, str(uuid4())
        self.previewed, self.changes, self.warnings, self._seen = False, [], [], ""

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def start_giving(self) -> None:
        """Open the panel for a new role."""
        self._open(GIVE)

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def start_changing(self, grant_id: str, panel: str) -> None:
        """Open the panel for another last day of a grant, or for taking it back."""
        row = next((row for row in self.rows if row.id == grant_id and row.changeable), None)
        if row is None or panel not in (EXTEND, TAKE):
            return
        self._grant_id, self.subject, self.ends = int(row.id), row.title, row.ends
        self._open(panel)
        if panel == TAKE:
            try:
                self._show(await preview_ending(current_actor(), self._grant_id))
            except DomainError as problem:
                self.errors = problem_words(problem)

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.panel = ""

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.ACCOUNT_MANAGE)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]

    # -- doing ---------------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def give(self, form_data: dict) -> Any:
        """Show what the role would do; the same form sent again gives it."""
        command = self._command(Typed(form_data))
        if command is None:
            return None
        actor = current_actor()
        try:
            if self._seen != command.model_dump_json(exclude={"confirmed"}):
                self._show(await preview_giving(actor, command))
                self._seen, self.errors = command.model_dump_json(exclude={"confirmed"}), {}
                return None
            await give_grant(actor, command.model_copy(update={"confirmed": True}))
        except DomainError as problem:
            self.errors, self.previewed, self._seen = problem_words(problem), False, ""
            return None
        return await self._done(f"Đã cấp vai trò {ROLE_LABELS[command.role]}; có hiệu lực trong vài giây.")

    def _command(self, typed: Typed) -> GiveGrant | None:
        role, office = typed.word("role", Role), typed.text("office_code", 12)
        begins, ends = typed.day("valid_from", needed=False), typed.day("valid_to", needed=False)
        reason = typed.text("reason", LONGEST_REASON)
        if not office:
            typed.errors["office_code"] = FieldError("required")
        if not reason:
            typed.errors["reason"] = FieldError("reason_needed")
        if typed.errors or role is None:
            self.errors = words_of(typed.errors)
            return None
        return GiveGrant(
            account_id=self._account_id, role=role, office_code=office, valid_from=begins, valid_to=ends, reason=reason
        )

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def extend(self, form_data: dict) -> Any:
        """Give the grant another last day."""
        typed = Typed(form_data)
        ends, reason = typed.day("valid_to", needed=False), typed.text("reason", LONGEST_REASON)
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        try:
            await change_end(current_actor(), ChangeEnd(grant_id=self._grant_id, valid_to=ends, reason=reason))
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        return await self._done(f"Đã đổi thời hạn: {period_words(None, ends)}.")

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def take(self, form_data: dict) -> Any:
        """Take the grant back; its warnings stand above the form."""
        reason = Typed(form_data).text("reason", LONGEST_REASON)
        try:
            await take_back(current_actor(), TakeBack(grant_id=self._grant_id, reason=reason, confirmed=self.previewed))
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        return await self._done("Đã thu hồi; người này mất quyền trong vài giây.")

    def _show(self, preview: Preview) -> None:
        self.previewed, self.changes = True, change_rows(preview)
        self.preview_day = format_date(preview.day)
        self.warnings = [warning.text for warning in preview.warnings]

    async def _done(self, words: str) -> Any:
        self.panel, self.errors = "", {}
        await announce(self, words)
        return GrantsState.load
