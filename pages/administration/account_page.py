"""One account: who it is, what may be done for them, where they are signed in. Acts open in a side panel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import reflex as rx

from components.inputs import Option
from components.layout import Crumb
from models.enums import CASE_STATUS_LABELS, GRADE_LABELS, Grade
from pages.account.devices import device_name
from pages.administration.rows import NEVER, PATH, state_words
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError, Refused
from thads_app.messages import sentence
from thads_app.rules.rights import Permission
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services import two_factor
from thads_app.services.administration import accounts
from thads_app.services.administration.accounts import AccountView, EditAccount, account_view
from thads_app.services.administration.moving import MoveAccount, ask_handover, move_account, preview_move
from thads_app.services.search import find_offices

OFFICE_CHOICES = 12
LONGEST_ID = 9
EDIT, DISABLE, SECOND, MOVE = "edit", "disable", "second", "move"
PASSWORD, SESSIONS, ENABLE = "password", "sessions", "enable"
LIMITS = {"full_name": 120, "email": 200, "telephone": 30, "position": 120, "staff_code": 40}


@dataclass(frozen=True)
class SessionRow:
    """Where somebody is signed in, as shown."""

    key: str
    device: str
    address: str
    began: str
    last_seen: str


@dataclass(frozen=True)
class CaseRow:
    """A case somebody would leave behind."""

    number: str
    office: str
    status: str


class AccountState(rx.State):
    """One account, written out."""

    ready: bool = False
    error: str = ""
    crumbs: list[Crumb] = []
    name: str = ""
    username: str = ""
    birth_date: str = ""
    email: str = ""
    telephone: str = ""
    position: str = ""
    office: str = ""
    staff_code: str = ""
    grade: str = ""
    word: str = ""
    tone: str = ""
    disabled: bool = False
    blocked: bool = False
    second_factor: bool = False
    password_state: str = ""
    created: str = ""
    last_seen: str = ""
    refusal: str = ""
    sessions: list[SessionRow] = []
    trail_href: str = ""
    panel: str = ""
    asking: str = ""
    form_version: str = ""
    errors: dict[str, str] = {}
    values: dict[str, str] = {}
    offices: list[Option] = []
    move_cases: list[CaseRow] = []
    move_more: str = ""
    move_open: str = ""
    move_grants: list[str] = []
    move_warnings: list[str] = []
    move_href: str = ""
    may_hand_over: bool = False
    asked: str = ""
    secret: str = ""
    _id: int = 0
    _version: int = 0

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def load(self) -> None:
        """Show the account the address names."""
        self.ready, self.error, self.panel, self.asking, self.secret = False, "", "", "", ""
        await self._show(self.router.url.path.rstrip("/").rpartition("/")[2])

    async def _show(self, named: str) -> None:
        self._id = int(named) if named.isascii() and named.isdigit() and len(named) <= LONGEST_ID else 0
        try:
            view = await account_view(current_actor(), self._id)
        except DomainError as problem:
            self.ready, self.error = False, sentence(problem)
            return
        self._write(view)
        self.ready, self.error = True, ""

    def _write(self, view: AccountView) -> None:
        self._version = view.version
        self.crumbs = [Crumb("Tài khoản", PATH), Crumb(view.full_name)]
        self.name, self.username = view.full_name, view.username
        self.birth_date, self.email, self.telephone = format_date(view.birth_date), view.email, view.telephone
        self.position, self.office = view.position, f"{view.office_name} ({view.office_code})"
        self.staff_code, self.grade = view.staff_code, GRADE_LABELS[view.grade] if view.grade else ""
        self.disabled, self.blocked = view.disabled_at is not None, view.blocked_until is not None
        self.word, self.tone = state_words(
            disabled=self.disabled,
            blocked_until=view.blocked_until,
            last_signed_in_at=view.last_signed_in_at,
            created_at=view.created_at,
        )
        self.second_factor = view.second_factor
        self.password_state = "Phải đổi ở lần đăng nhập tới" if view.must_change_password else "Do người dùng đặt"
        self.created, self.last_seen = format_moment(view.created_at), format_moment(view.last_signed_in_at) or NEVER
        self.refusal = sentence(view.refusal) if view.refusal else ""
        reads_trail = current_actor().may(Permission.AUDIT_READ)
        self.trail_href = f"/nhat-ky?doi-tuong=tai-khoan:{view.id}" if reads_trail else ""
        self.sessions = [
            SessionRow(
                str(number), device_name(each.user_agent), each.address,
                format_moment(each.created_at), format_moment(each.last_seen_at),
            )
            for number, each in enumerate(view.sessions)
        ]  # fmt: skip

    # -- opening and closing -------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def start(self, panel: str) -> None:
        """Open a panel."""
        if panel not in (EDIT, DISABLE, SECOND, MOVE) or not self.ready:
            return
        self.errors, self.form_version, self.asked = {}, str(uuid4()), ""
        self.values = {
            "full_name": self.name,
            "birth_date": self.birth_date,
            "email": self.email,
            "telephone": self.telephone,
            "position": self.position,
            "staff_code": self.staff_code,
            "grade": "",
        }
        if panel == MOVE and not await self._foresee():
            return
        self.panel = panel

    async def _foresee(self) -> bool:
        try:
            preview = await preview_move(current_actor(), self._id)
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
            return False
        self.move_cases = [
            CaseRow(case.decision_number, case.office_name, CASE_STATUS_LABELS[case.status]) for case in preview.cases
        ]
        self.move_open = str(preview.open_cases) if preview.open_cases else ""
        more = preview.open_cases - len(preview.cases)
        self.move_more = f"và {more} việc khác" if more > 0 else ""
        self.move_grants, self.move_warnings = list(preview.grants_ending), list(preview.warnings)
        self.move_href, self.may_hand_over = preview.handover_href, preview.may_hand_over
        return True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.panel = ""

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def ask(self, what: str) -> None:
        """Ask before something is done."""
        self.asking = what if what in (PASSWORD, SESSIONS, ENABLE) else ""

    @rx.event
    @policy("authenticated")
    async def leave(self) -> None:
        """Do it not."""
        self.asking = ""

    @rx.event
    @policy("authenticated")
    async def forget_secret(self) -> Any:
        """The password was taken down: it is shown no more."""
        self.secret = ""
        return AccountState.load

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.ACCOUNT_MANAGE)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]

    # -- doing ---------------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def save(self, form_data: dict) -> Any:
        """Correct what the account says of its owner."""
        typed = Typed(form_data)
        texts = {name: " ".join(typed.text(name, limit).split()) for name, limit in LIMITS.items()}
        born, grade = typed.day("birth_date", needed=False), typed.word("grade", Grade, needed=False)
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        command = EditAccount(
            account_id=self._id, expected_version=self._version, birth_date=born, grade=grade, **texts
        )
        try:
            await accounts.edit_account(current_actor(), command)
        except DomainError as problem:
            return await self._refused(problem)
        return await self._done(f"Đã lưu thông tin của {command.full_name}.")

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def disable(self, form_data: dict) -> Any:
        """Stop the account."""
        try:
            await accounts.disable(current_actor(), self._id, Typed(form_data).text("reason", 500))
        except DomainError as problem:
            return await self._refused(problem)
        return await self._done(f"Đã khóa tài khoản {self.username}; mọi phiên đã kết thúc.")

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def reset_second(self, form_data: dict) -> Any:
        """Take the second factor away."""
        try:
            await two_factor.reset(current_actor(), self._id, Typed(form_data).text("reason", 500))
        except DomainError as problem:
            return await self._refused(problem)
        return await self._done(f"Đã đặt lại xác thực hai lớp của {self.name}; người này đã được báo.")

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def move(self, form_data: dict) -> Any:
        """Let them work at another office."""
        typed = Typed(form_data)
        office, reason = typed.text("office_code", 12), typed.text("reason", 500)
        if not office:
            self.errors = words_of({"office_code": FieldError("required")})
            return None
        command = MoveAccount(
            account_id=self._id,
            office_code=office,
            reason=reason,
            expected_version=self._version,
            confirmed=typed.ticked("confirmed"),
        )
        try:
            await move_account(current_actor(), command)
        except DomainError as problem:
            return await self._refused(problem)
        return await self._done(f"Đã chuyển {self.name} đến đơn vị mới. Hãy cấp vai trò ở đơn vị mới.")

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def ask_to_hand_over(self) -> None:
        """Ask the officer and the heads of the office to hand the cases over."""
        try:
            told = await ask_handover(current_actor(), self._id)
        except DomainError as problem:
            self.errors = {"": sentence(problem)}
            return
        self.asked = f"Đã nhắc {told} người lập bàn giao."

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def confirm(self) -> Any:
        """Do what was asked about."""
        what, self.asking = self.asking, ""
        actor = current_actor()
        try:
            if what == PASSWORD:
                self.secret = await accounts.reset_password(actor, self._id)
                return None
            if what == SESSIONS:
                ended = await accounts.end_sessions(actor, self._id)
                return await self._done(f"Đã kết thúc {ended} phiên của {self.name}.")
            if what == ENABLE:
                await accounts.enable(actor, self._id)
                return await self._done(f"Đã mở tài khoản {self.username}.")
        except DomainError as problem:
            await announce(self, sentence(problem), "alert")
        return None

    async def _done(self, words: str) -> Any:
        self.panel, self.errors = "", {}
        await announce(self, words)
        return AccountState.load

    async def _refused(self, problem: DomainError) -> None:
        fields = {"staff_not_found": "staff_code", "office_not_found": "office_code"}
        if problem.code in fields:
            self.errors = {fields[problem.code]: sentence(problem)}
            return
        self.errors = problem_words(problem)
        if isinstance(problem, Refused) and problem.code == "move_warned":
            self.move_warnings = [str(problem.params.get("warnings", ""))]
        if problem.code == "account_changed":
            # Once told, a second save means it: what is typed here wins over what the other person kept.
            self._version = (await account_view(current_actor(), self._id)).version
