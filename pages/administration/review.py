"""The yearly review of accounts: what stands out, looked at one by one or all together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import reflex as rx

from components.data_table import Column, Selection, bulk_bar, data_table
from components.dialogs import button, notice, side_panel
from components.elements import file_link, icon
from components.form import form, form_actions
from components.formats import format_number
from components.inputs import textarea_field
from components.layout import Crumb
from components.states import empty_state
from components.status import tag
from components.tabs import Tab, segmented, tabs
from pages.administration.rows import NEVER
from pages.administration.rows import PATH as ACCOUNTS
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce, framed
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.account_reviews import NOTABLE_LABELS, Notable
from thads_app.rules.rights import Permission
from thads_app.rules.vietnamese import format_moment
from thads_app.services.administration.review import (
    LONGEST_NOTE,
    ReviewLine,
    ReviewPage,
    ReviewQuery,
    confirm_reviews,
    review_accounts,
    review_query,
)

PATH = "/quan-tri/ra-soat"
EXPORT = "/api/administration/review.xlsx"
WAITING, DONE = "chua-ra-soat", "da-ra-soat"
SHOWN = 200
TONES = {
    Notable.CONFLICT: "alert",
    Notable.FAMILY: "alert",
    Notable.LEFT_OVER: "alert",
    Notable.UNUSED: "warn",
    Notable.EXPIRING: "accent",
}


@dataclass(frozen=True)
class FindingTag:
    """One thing that stands out, with its tone."""

    label: str
    tone: str
    why: str


@dataclass(frozen=True)
class ReviewRow:
    """One account of the review, as shown."""

    id: str
    href: str
    name: str
    username: str
    office: str
    roles: str
    findings: list[FindingTag]
    last_seen: str
    reviewed: str


class ReviewState(rx.State):
    """The review, written out."""

    loading: bool = True
    error: str = ""
    year: str = ""
    crumbs: list[Crumb] = []
    sections: list[Tab] = []
    section: str = WAITING
    kinds: list[Tab] = []
    kind: str = ""
    rows: list[ReviewRow] = []
    more: str = ""
    export_href: str = ""
    all_count: str = ""
    selected: list[str] = []
    epoch: int = 0
    open: bool = False
    form_version: str = ""
    whole: bool = False
    naming: str = ""
    errors: dict[str, str] = {}
    _ids: list[int] = []

    @rx.event(supersedes=True)
    @policy(Permission.ACCOUNT_MANAGE)
    async def load(self) -> Any:
        """Show what the address asks for."""
        self.loading, self.error, self.selected, self.open = True, "", [], False
        self.epoch += 1
        yield
        query = review_query(self.router.url.query_parameters)
        try:
            page = await review_accounts(current_actor(), query)
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            self._show(query, page)
        self.loading = False

    def _show(self, query: ReviewQuery, page: ReviewPage) -> None:
        self.year = str(clock.today().year)
        kept = {"don-vi": query.office} if query.office else {}
        self.crumbs = [Crumb(page.office.short_name)] if page.office else []
        self.section = DONE if query.done else WAITING
        self.sections = [
            Tab(WAITING, "Chưa rà soát", _address(kept), format_number(page.waiting)),
            Tab(DONE, "Đã rà soát", _address({**kept, "muc": DONE}), format_number(page.done)),
        ]
        here = {**kept, "muc": DONE} if query.done else kept
        self.kind = query.finding.value if query.finding else "tat-ca"
        self.kinds = [Tab("tat-ca", "Tất cả", _address(here))]
        self.kinds += [
            Tab(finding.value, f"{label} ({page.counts[finding]})", _address({**here, "loai": finding.value}))
            for finding, label in NOTABLE_LABELS.items()
            if page.counts[finding] or finding is query.finding
        ]
        self._ids = [line.id for line in page.lines]
        self.rows = [_row(line) for line in page.lines[:SHOWN]]
        rest = len(page.lines) - SHOWN
        self.more = f"Còn {format_number(rest)} tài khoản nữa, hiện tiếp khi các dòng này xong." if rest > 0 else ""
        self.all_count = format_number(len(page.lines)) if page.lines else ""
        asked = {**here, "loai": query.finding.value} if query.finding else here
        self.export_href = f"{EXPORT}?{urlencode(asked)}" if asked else EXPORT

    # -- choosing ------------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def pick(self, row_id: str, checked: bool) -> None:
        """Select or leave a row."""
        if not isinstance(row_id, str) or row_id not in {row.id for row in self.rows}:
            return
        kept = [other for other in self.selected if other != row_id]
        self.selected = [*kept, row_id] if checked is True else kept

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def pick_all(self, checked: bool) -> None:
        """Select all rows shown, or none."""
        self.selected = [row.id for row in self.rows] if checked is True else []

    @rx.event
    @policy("authenticated")
    async def clear(self) -> None:
        """Leave all rows."""
        self.selected = []
        self.epoch += 1

    # -- confirming ----------------------------------------------------------------------------------------------------

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def start(self, what: str) -> None:
        """Open the confirmation: of the rows selected, or of the whole list."""
        self.whole = what == "whole"
        count = len(self._ids) if self.whole else len(self.selected)
        if count:
            self.naming = f"{format_number(count)} tài khoản" + (" của danh sách" if self.whole else " đã chọn")
            self.errors, self.form_version, self.open = {}, str(uuid4()), True

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the confirmation."""
        self.open = False

    @rx.event
    @policy(Permission.ACCOUNT_MANAGE)
    async def confirm(self, form_data: dict) -> Any:
        """Write that these accounts were looked at."""
        typed = Typed(form_data)
        note = typed.text("note", LONGEST_NOTE)
        if typed.errors:
            self.errors = words_of(typed.errors)
            return None
        wanted = self._ids if self.whole else [int(each) for each in self.selected]
        try:
            count = await confirm_reviews(current_actor(), wanted, note)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        await announce(self, f"Đã xác nhận rà soát {format_number(count)} tài khoản.")
        return ReviewState.load


def _address(words: dict[str, str]) -> str:
    return f"{PATH}?{urlencode(words)}" if words else PATH


def _row(line: ReviewLine) -> ReviewRow:
    done = line.reviewed
    note = f" · {done.note}" if done and done.note else ""
    return ReviewRow(
        id=str(line.id),
        href=f"{ACCOUNTS}/{line.id}",
        name=line.full_name,
        username=line.username,
        office=line.office_name,
        roles=line.roles or "Chưa có vai trò",
        findings=[
            FindingTag(NOTABLE_LABELS[finding], TONES[finding], why)
            for finding, why in zip(line.findings, line.why, strict=True)
        ],
        last_seen=format_moment(line.last_signed_in_at) or NEVER,
        reviewed=f"{done.by or 'Vận hành hệ thống'} lúc {format_moment(done.at)}{note}" if done else "",
    )


# --- how it looks -----------------------------------------------------------------------------------------------------


def _findings(row: Any) -> rx.Component:
    return rx.el.div(
        rx.foreach(
            row.findings,
            lambda each: rx.el.div(tag(each.label, each.tone), " ", rx.el.span(each.why, class_name="small muted")),
        ),
        style={"whiteSpace": "normal", "display": "grid", "gap": "4px"},
    )


_COLUMNS = (
    Column("ten", "Họ và tên", lambda row: row.name, hideable=False),
    Column("dang-nhap", "Tên đăng nhập", lambda row: row.username, phone="hide"),
    Column("don-vi", "Đơn vị", lambda row: row.office),
    Column("dieu", "Điều cần xem", _findings, wide=True, hideable=False, phone="line"),
    Column("lan-cuoi", "Đăng nhập gần nhất", lambda row: row.last_seen, phone="hide"),
)
_DONE_COLUMN = Column(
    "ra-soat", "Người rà soát", lambda row: rx.el.span(row.reviewed, style={"whiteSpace": "normal"}), phone="line"
)


def view() -> rx.Component:
    """Draw the page."""
    state = ReviewState
    return framed(
        tabs(state.sections, state.section, "Rà soát"),
        rx.cond(
            state.section == WAITING,
            notice(
                "Mỗi năm một lần, quản trị xem lại các tài khoản có điều bất thường: mở từng tài khoản để khóa, "
                "thu hồi hoặc gia hạn quyền, rồi xác nhận đã rà soát. Xác nhận có hiệu lực đến hết năm."
            ),
        ),
        rx.cond(
            state.kinds.length() > 1,
            rx.el.div(segmented(state.kinds, state.kind, "Loại"), class_name="no-print scrolls"),
        ),
        rx.cond(state.section == DONE, _table((*_COLUMNS, _DONE_COLUMN)), _table(_COLUMNS)),
        rx.cond(state.more != "", rx.el.p(state.more, class_name="muted")),
        _bulk(),
        title=rx.cond(state.year != "", f"Rà soát tài khoản năm {state.year}", "Rà soát tài khoản"),
        active="review",
        crumbs=state.crumbs,
        actions=(
            file_link(icon("export", small=True), "Xuất Excel", href=state.export_href, class_name="button"),
            rx.cond(
                (state.section == WAITING) & (state.all_count != ""),
                button("Xác nhận cả danh sách", on_click=state.start("whole")),
            ),
        ),
        overlays=(_confirmation(),),
    )


def _table(columns: tuple[Column, ...]) -> rx.Component:
    state = ReviewState
    return data_table(
        columns,
        state.rows,
        name="ra-soat",
        caption="Tài khoản cần rà soát",
        row_key=lambda row: row.id,
        row_href=lambda row: row.href,
        selection=Selection(lambda row: row.id, state.pick, state.pick_all, state.epoch),
        loading=state.loading,
        error=state.error,
        on_retry=state.load,
        empty=empty_state("Không còn tài khoản nào cần xem ở mục này.", symbol="check"),
    )


def _bulk() -> rx.Component:
    state = ReviewState
    return bulk_bar(
        state.selected.length(),
        "tài khoản đã chọn",
        rx.el.button("Xác nhận đã rà soát", type="button", class_name="link", on_click=state.start("selected")),
        rx.el.button("Bỏ chọn", type="button", class_name="link", on_click=state.clear),
        why="",
    )


def _confirmation() -> rx.Component:
    state = ReviewState
    return side_panel(
        form(
            rx.el.p("Tên bạn, thời điểm và ghi chú được lưu lại cùng những điều đang thấy ở từng tài khoản."),
            textarea_field(
                "note",
                "Ghi chú",
                rows=4,
                max_length=LONGEST_NOTE,
                optional=True,
                hint="Ví dụ: đã hỏi thủ trưởng đơn vị, người này nghỉ thai sản đến tháng 3.",
                errors=state.errors,
            ),
            form_actions(on_cancel=state.close, save="Xác nhận đã rà soát"),
            on_submit=state.confirm,
            errors=state.errors,
            labels={"note": "Ghi chú", "accounts": "Tài khoản"},
            key=state.form_version,
        ),
        open=state.open,
        title="Xác nhận đã rà soát",
        subtitle=state.naming,
        on_close=state.close,
        name="confirmation",
    )
