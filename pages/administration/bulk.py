"""Many accounts at once: a workbook of people, what it would do, all its mistakes, and the passwords once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.cards import card
from components.data_table import Column, data_table
from components.dialogs import button, notice
from components.elements import file_link, icon, link, native_form
from components.formats import format_number
from components.layout import Crumb
from components.states import empty_state
from models.enums import ROLE_LABELS
from pages.administration.rows import PATH
from pages.frame import announce, framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import MESSAGES, sentence
from thads_app.rules.rights import Permission
from thads_app.services.administration.bulk_accounts import (
    LARGEST_BYTES,
    SHOWN,
    RosterCheck,
    check_roster,
    create_from_roster,
    passwords_wait,
)

BULK_PATH = f"{PATH}/nhap"
API = "/api/administration/roster"
# The browser's own file button speaks the browser's language: a label stands for it, and choosing a file sends it.
SEND_WHEN_CHOSEN = rx.Var("((event) => event.target.files.length && event.target.form.requestSubmit())")
ROW = {"display": "flex", "gap": "12px", "flexWrap": "wrap", "alignItems": "center"}
GAP = {"marginTop": "12px"}


@dataclass(frozen=True)
class PersonRow:
    """An account that would be made, as shown."""

    row: str
    name: str
    username: str
    office: str
    role: str


@dataclass(frozen=True)
class MistakeRow:
    """One mistake of the workbook, as shown."""

    key: str
    row: str
    column: str
    value: str
    why: str


class BulkState(rx.State):
    """One workbook and what became of it."""

    loaded: bool = False
    trouble: str = ""
    limit_label: str = f"Tệp .xlsx, tối đa {LARGEST_BYTES // 2**20} MB."
    crumbs: list[Crumb] = [Crumb("Tài khoản", PATH), Crumb("Tạo từ Excel")]
    reference: str = ""
    file_name: str = ""
    checked: bool = False
    wrong: bool = False
    busy: bool = False
    size: str = ""
    mistake_label: str = ""
    mistakes: list[MistakeRow] = []
    people: list[PersonRow] = []
    more_people: str = ""
    warnings: list[str] = []
    marked_href: str = ""
    made: str = ""
    passwords_action: str = ""
    _made_of: str = ""

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def load(self) -> None:
        """Show what the workbook of the address would do, or what it did."""
        asked = self.router.url.query_parameters
        code, reference = asked.get("loi", ""), asked.get("tep", "")[:32]
        self.trouble = sentence(code, limit=LARGEST_BYTES // 2**20) if code in MESSAGES else ""
        self.checked = self.wrong = self.busy = False
        self.passwords_action, self.marked_href, self.reference = "", "", reference
        if reference != self._made_of:
            self.made = ""
        actor = current_actor()
        if reference and passwords_wait(actor, reference):
            self.passwords_action = f"{API}/{reference}/passwords.xlsx"
        elif reference and not self.made:
            try:
                self._write(await check_roster(actor, reference))
            except DomainError as problem:
                self.trouble = sentence(problem)
        self.loaded = True

    def _write(self, check: RosterCheck) -> None:
        self.file_name = check.file_name
        self.size = f"{format_number(check.count)} người"
        self.checked, self.wrong = True, check.problem_count > 0
        listed = len(check.problems)
        more = f", dưới đây là {listed} lỗi đầu" if check.problem_count > listed else ""
        count = format_number(check.problem_count)
        self.mistake_label = f"Tệp có {count} lỗi{more}. Chưa tạo tài khoản nào; hãy sửa rồi chọn lại tệp."
        self.mistakes = [
            MistakeRow(str(number), str(each.row), each.column, each.value, each.why)
            for number, each in enumerate(check.problems)
        ]
        self.people = [
            PersonRow(
                str(line.row), line.full_name, line.username, line.office_name,
                ROLE_LABELS[line.role] if line.role else "Cấp sau",
            )
            for line in check.lines
        ]  # fmt: skip
        self.more_people = f"và {format_number(check.count - SHOWN)} người khác" if check.count > SHOWN else ""
        self.warnings = list(check.warnings)
        self.marked_href = f"{API}/{self.reference}/errors.xlsx" if check.has_marked_copy else ""

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def create(self) -> Any:
        """Make the accounts."""
        if not self.checked or self.wrong:
            return
        self.busy = True
        yield
        try:
            made = await create_from_roster(current_actor(), self.reference)
        except DomainError as problem:
            self.trouble = sentence(problem)
        else:
            roles = f", {format_number(made.with_roles)} người đã có vai trò" if made.with_roles else ""
            self.made, self._made_of = f"Đã tạo {format_number(made.count)} tài khoản{roles}.", self.reference
            self.passwords_action = f"{API}/{made.reference}/passwords.xlsx"
            self.checked = False
            await announce(self, self.made)
        self.busy = False


def view() -> rx.Component:
    """Draw the page."""
    state = BulkState
    return framed(
        rx.cond(state.trouble != "", notice(state.trouble, tone="alert", symbol="alert", role="alert")),
        rx.cond(state.passwords_action != "", _passwords()),
        rx.cond(state.checked, rx.cond(state.wrong, _mistakes(), _people())),
        _upload(),
        title="Tạo tài khoản từ Excel",
        active="accounts",
        crumbs=state.crumbs,
        actions=(
            file_link(icon("export", small=True), "Tải tệp mẫu", href=f"{API}/template.xlsx", class_name="button"),
        ),
    )


def _upload() -> rx.Component:
    ready = BulkState.checked & ~BulkState.wrong
    return card(
        rx.el.p(
            "Điền danh sách theo tệp mẫu rồi chọn tệp ở đây. Tệp được kiểm tra toàn bộ trước; còn một lỗi thì không "
            "tạo tài khoản nào. Chỉ khi bạn bấm “Tạo tài khoản”, các tài khoản mới được tạo."
        ),
        native_form(
            rx.el.div(
                rx.el.input(
                    id="roster-file",
                    name="file",
                    type="file",
                    accept=".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                    aria_describedby="roster-hint",
                    class_name="only-read file-input",
                    custom_attrs={"onChange": SEND_WHEN_CHOSEN},
                ),
                rx.el.label(
                    icon("import", small=True),
                    "Chọn tệp để kiểm tra",
                    html_for="roster-file",
                    class_name=rx.cond(ready, "button", "button primary"),
                ),
                rx.el.span(BulkState.limit_label, id="roster-hint", class_name="small muted"),
                style={**ROW, **GAP},
            ),
            action=API,
            method="post",
            enc_type="multipart/form-data",
        ),
        title="Chọn tệp",
    )


def _mistakes() -> rx.Component:
    columns = (
        Column("dong", "Dòng", lambda row: row.row, number=True),
        Column("cot", "Cột", lambda row: row.column),
        Column("gia-tri", "Giá trị", lambda row: row.value, phone="line"),
        Column(
            "ly-do", "Lý do", lambda row: rx.el.span(row.why, style={"whiteSpace": "normal"}), wide=True, phone="line",
            hideable=False,
        ),
    )  # fmt: skip
    state = BulkState
    return card(
        notice(state.mistake_label, tone="alert", symbol="alert", role="alert"),
        rx.cond(
            state.marked_href != "",
            rx.el.div(
                file_link(
                    icon("export", small=True), "Tải bản sao đánh dấu ô sai", href=state.marked_href,
                    class_name="button",
                ),
                style={"margin": "12px 0"},
            ),
        ),
        data_table(
            columns, state.mistakes, name="loi-danh-sach", caption="Các lỗi của tệp", row_key=lambda row: row.key,
            empty=empty_state("Không có lỗi.", symbol="check"),
        ),
        title=state.file_name,
        aside=rx.el.span(state.size, class_name="muted"),
    )  # fmt: skip


def _people() -> rx.Component:
    columns = (
        Column("ten", "Họ và tên", lambda row: row.name, hideable=False, phone="title"),
        Column("dang-nhap", "Tên đăng nhập", lambda row: row.username),
        Column("don-vi", "Đơn vị", lambda row: row.office, wide=True),
        Column("vai-tro", "Vai trò", lambda row: row.role),
        Column("dong", "Dòng", lambda row: row.row, number=True, phone="hide"),
    )
    state = BulkState
    return card(
        notice("Tệp đúng: ", state.size, ". Chưa tạo tài khoản nào.", tone="good", symbol="check"),
        rx.foreach(state.warnings, lambda text: notice(text, tone="warn", symbol="alert")),
        rx.el.div(
            button("Tạo ", state.size, tone="primary", key="n", busy=state.busy, disabled=state.busy,
                   on_click=state.create),
            rx.cond(state.busy, rx.el.span("Đang tạo, xin chờ…", class_name="muted", role="status")),
            style={**ROW, "margin": "12px 0"},
        ),
        data_table(
            columns, state.people, name="danh-sach-moi", caption="Các tài khoản sẽ tạo", row_key=lambda row: row.row
        ),
        rx.cond(state.more_people != "", rx.el.p(state.more_people, class_name="muted")),
        title=state.file_name,
        aside=rx.el.span(state.size, class_name="muted"),
    )  # fmt: skip


def _passwords() -> rx.Component:
    state = BulkState
    return card(
        rx.cond(state.made != "", notice(state.made, tone="good", symbol="check")),
        rx.el.p(
            "Danh sách mật khẩu tạm tải được một lần, trong vòng một giờ. Giao cho từng người bằng cách an toàn rồi "
            "xóa tệp; ai cũng phải đổi mật khẩu ở lần đăng nhập đầu tiên."
        ),
        native_form(
            rx.el.div(
                rx.el.button(
                    icon("key", small=True), "Tải danh sách mật khẩu tạm", type="submit", class_name="button primary"
                ),
                link("Về danh sách tài khoản", href=PATH, class_name="button"),
                style={**ROW, **GAP},
            ),
            action=state.passwords_action,
            method="post",
        ),
        title="Mật khẩu tạm",
    )
