"""The accounts of one's offices: searched, narrowed, paged through the address; a new one in a side panel."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import reflex as rx
from pydantic import ValidationError

from components.data_table import Column, column_menu, data_table, pager
from components.dialogs import button, side_panel
from components.elements import icon, link
from components.filters import Chip, Kept, filter_bar, filter_menu, search_box
from components.form import form, form_actions
from components.formats import format_number
from components.inputs import Option, select_field
from components.states import empty_state
from components.status import tag
from models.enums import ROLE_LABELS, Grade
from pages.administration.parts import LABELS, account_fields, secret_dialog
from pages.administration.rows import PATH, AccountRow, account_row, address, chips_of, parameters_of, query_of
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce, framed
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError
from thads_app.messages import sentence
from thads_app.rules.account_reviews import STATE_LABELS
from thads_app.rules.people import Person, person_problems
from thads_app.rules.rights import Permission
from thads_app.services.accounts import CreateAccount
from thads_app.services.administration.accounts import create_account, find_accounts, propose_username
from thads_app.services.search import find_offices

TABLE = "tai-khoan"
OFFICE_CHOICES = 12
LIMITS = {"full_name": 120, "email": 200, "telephone": 30, "position": 120, "staff_code": 40, "username": 60}


class AccountListState(rx.State):
    """One page of the list, and the panel of a new account."""

    rows: list[AccountRow] = []
    loading: bool = True
    error: str = ""
    count_label: str = ""
    chips: list[Chip] = []
    kept: list[Kept] = []
    menu_kept: list[Kept] = []
    search_text: str = ""
    filtered: bool = False
    version: str = ""
    role: str = ""
    account_state: str = ""
    first_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    open: bool = False
    busy: bool = False
    form_version: str = ""
    saved: str = ""
    errors: dict[str, str] = {}
    offices: list[Option] = []
    secret: str = ""
    secret_name: str = ""
    secret_username: str = ""
    secret_href: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def load(self) -> Any:
        """Show the accounts the address asks for."""
        self.loading, self.error, self.secret = True, "", ""
        yield
        query = query_of(self.router.url.query_parameters)
        try:
            page = await find_accounts(current_actor(), query)
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            words = parameters_of(query)
            self.rows = [account_row(line) for line in page.rows]
            self.count_label = f"{format_number(page.total)} tài khoản"
            if page.pages > 1:
                self.count_label += f" · trang {page.page}/{page.pages}"
            self.chips = chips_of(query, page)
            self.kept = [Kept(name, word) for name, word in words.items() if name != "q"]
            self.menu_kept = [Kept(name, word) for name, word in words.items() if name in ("q", "don-vi")]
            self.search_text, self.filtered, self.version = query.text, bool(words), address(words)
            self.role = query.role.value if query.role else ""
            self.account_state = query.state.value if query.state else ""
            self.first_href = address(words) if page.page > 1 else ""
            self.previous_href = address(words, trang=str(page.page - 1)) if page.page > 1 else ""
            self.next_href = address(words, trang=str(page.page + 1)) if page.page < page.pages else ""
        self.loading = False

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def start(self) -> None:
        """Open the panel of a new account."""
        self.errors, self.form_version, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panel."""
        self.open = False

    @rx.event
    @policy("authenticated")
    async def forget_secret(self) -> Any:
        """The password was taken down: it is shown no more."""
        self.secret = ""
        return AccountListState.load

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.ACCOUNT_MANAGE)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def create(self, form_data: dict) -> None:
        """Create the account the form describes, and show its password once."""
        typed = Typed(form_data)
        command = await _new_account(typed)
        if command is None:
            self.errors = words_of(typed.errors)
            return
        try:
            made = await create_account(current_actor(), command)
        except DomainError as problem:
            self.errors = _by_field(problem)
            return
        self.errors, self.saved, self.open = {}, str(uuid4()), False
        self.secret, self.secret_name, self.secret_username = made.password or "", command.full_name, made.username
        self.secret_href = f"{PATH}/{made.account_id}"
        await announce(self, f"Đã tạo tài khoản {made.username}.")


async def _new_account(typed: Typed) -> CreateAccount | None:
    """The command a form describes; None when something of it cannot be read (`typed.errors`)."""
    texts = {name: " ".join(typed.text(name, limit).split()) for name, limit in LIMITS.items()}
    born, office = typed.day("birth_date"), typed.text("office_code", 12)
    grade = typed.word("grade", Grade, needed=False)
    if not office:
        typed.errors["office_code"] = FieldError("required")
    person = Person(texts["full_name"], born, texts["email"], texts["telephone"], texts["position"])
    typed.errors = person_problems(person, clock.today()) | typed.errors
    if typed.errors:
        return None
    username = texts.pop("username").lower() or await propose_username(texts["full_name"])
    try:
        known = {name: text or None for name, text in texts.items()}
        return CreateAccount.model_validate(
            {**known, "username": username, "office_code": office, "birth_date": born, "grade": grade}
        )
    except ValidationError:
        typed.errors["username"] = FieldError("username_form")
        return None


def _by_field(problem: DomainError) -> dict[str, str]:
    fields = {"staff_not_found": "staff_code", "office_not_found": "office_code"}
    return {fields[problem.code]: sentence(problem)} if problem.code in fields else problem_words(problem)


COLUMNS = (
    Column("ten", "Họ và tên", lambda row: row.name, hideable=False),
    Column("dang-nhap", "Tên đăng nhập", lambda row: row.username),
    Column("chuc-vu", "Chức vụ", lambda row: row.position, phone="hide"),
    Column("don-vi", "Đơn vị", lambda row: row.office),
    Column(
        "vai-tro",
        "Vai trò",
        lambda row: rx.el.span(row.roles, class_name=rx.cond(row.no_roles, "muted", "")),
        wide=True,
        phone="line",
    ),
    Column("trang-thai", "Trạng thái", lambda row: tag(row.state, row.tone), phone="bare"),
    Column("lan-cuoi", "Đăng nhập gần nhất", lambda row: row.last_seen, phone="hide"),
)


def view() -> rx.Component:
    """Draw the page."""
    state = AccountListState
    return framed(
        filter_bar(
            search_box(
                "q",
                action=PATH,
                value=state.search_text,
                kept=state.kept,
                placeholder="Họ tên, tên đăng nhập, thư điện tử",
            ),
            filter_menu(
                select_field("vai-tro", "Vai trò", ROLE_LABELS, blank="Tất cả", default_value=state.role),
                select_field(
                    "trang-thai", "Trạng thái", STATE_LABELS, blank="Tất cả", default_value=state.account_state
                ),
                action=PATH,
                kept=state.menu_kept,
                version=state.version,
            ),
            chips=state.chips,
            trailing=(rx.el.span(state.count_label, class_name="muted", role="status"), column_menu(TABLE, COLUMNS)),
        ),
        data_table(
            COLUMNS,
            state.rows,
            name=TABLE,
            caption="Tài khoản trong phạm vi của tôi",
            row_key=lambda row: row.id,
            row_href=lambda row: row.href,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=_nothing(),
        ),
        pager(state.count_label, first=state.first_href, previous=state.previous_href, next=state.next_href),
        title="Tài khoản",
        active="accounts",
        actions=(
            link(icon("import", small=True), "Tạo từ Excel", href=f"{PATH}/nhap", class_name="button"),
            button("Tạo tài khoản", tone="primary", key="n", on_click=state.start),
        ),
        overlays=(_panel(), _secret()),
    )


def _nothing() -> rx.Component:
    state = AccountListState
    narrowed = empty_state(
        "Không có tài khoản nào khớp với điều kiện đang chọn.",
        link("Bỏ mọi điều kiện", href=PATH, class_name="button"),
        symbol="filter",
    )
    anything = empty_state(
        "Chưa có tài khoản nào trong phạm vi của bạn. Tạo từng người hoặc tạo nhiều người từ tệp Excel.",
        symbol="people",
    )
    return rx.cond(state.filtered, narrowed, anything)


def _panel() -> rx.Component:
    state = AccountListState
    return side_panel(
        form(
            *account_fields(state, state.errors, offices=state.offices, on_office=state.search_offices),
            form_actions(on_cancel=state.close, save="Tạo tài khoản"),
            on_submit=state.create,
            draft="tai-khoan-moi",
            saved=state.saved,
            errors=state.errors,
            labels=LABELS,
            key=state.form_version,
        ),
        open=state.open,
        title="Tạo tài khoản",
        on_close=state.close,
        name="account",
    )


def _secret() -> rx.Component:
    state = AccountListState
    return secret_dialog(
        secret=state.secret,
        name=state.secret_name,
        username=state.secret_username,
        on_close=state.forget_secret,
        more=link("Cấp quyền cho người này", href=state.secret_href, class_name="button"),
    )
