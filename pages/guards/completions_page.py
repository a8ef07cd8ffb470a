"""Large completions that wait for a second person: the list for those who confirm, and one's own."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import notice
from components.formats import format_money
from components.states import empty_state
from components.status import tag
from components.tabs import Tab, tabs
from pages.cases.guard_rows import CompletionRow, completion_row
from pages.frame import framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.rules.rights import Permission
from thads_app.services.confirmation_views import completion_limit, completions

PATH = "/cho-xac-nhan"
ANSWERED = "da-tra-loi"
SECTIONS = [Tab("", "Đang chờ", PATH), Tab(ANSWERED, "Đã trả lời", f"{PATH}?xem={ANSWERED}")]
READERS = (Permission.COMPLETION_CONFIRM, Permission.EVENT_RECORD, Permission.EVENT_RECORD_OWN)


class CompletionsState(rx.State):
    """The requests, written out, and the limit above which they are needed."""

    rows: list[CompletionRow] = []
    loading: bool = True
    section: str = ""
    limit: str = ""
    limit_note: str = ""

    @rx.event(supersedes=True)
    @policy(*READERS)
    async def load(self) -> Any:
        """Show what waits, or what was answered last."""
        asked = self.router.url.query_parameters.get("xem", "")
        self.section, self.loading = ANSWERED if asked == ANSWERED else "", True
        yield
        actor = current_actor()
        self.rows = [completion_row(view) for view in await completions(actor, answered=self.section == ANSWERED)]
        limit = await completion_limit(actor)
        self.limit, self.limit_note = format_money(limit.amount), limit.source_note
        self.loading = False


COLUMNS = (
    Column("so", "Số quyết định", lambda row: row.number, hideable=False),
    Column("duong-su", "Người phải thi hành án", lambda row: row.debtor, wide=True, phone="line"),
    Column("ngay", "Ngày thi hành xong", lambda row: row.day),
    Column("tong-thu", "Tổng thu (đ)", lambda row: row.collected, number=True),
    Column("ghi-nhan", "Ghi nhận", lambda row: row.recorded, wide=True, phone="line"),
    Column(
        "trang-thai",
        "Trạng thái",
        lambda row: rx.cond(
            row.may_answer,
            tag("chờ bạn", "accent"),
            rx.cond(row.may_withdraw, tag("bạn đã gửi"), rx.el.span(row.status_label)),
        ),
    ),
    Column("tra-loi", "Trả lời", lambda row: row.answer, wide=True, phone="line"),
)


def view() -> rx.Component:
    """Draw the list."""
    state = CompletionsState
    return framed(
        tabs(SECTIONS, state.section, "Thi hành xong chờ xác nhận"),
        rx.cond(
            state.limit != "",
            notice(
                "Khi tổng số đã thu của việc trên ",
                rx.el.b(state.limit, " đ"),
                ", người ghi nhận thi hành xong không tự xác nhận; kế toán hoặc thủ trưởng xác nhận. ",
                "Trước đó việc chưa tính là xong. ",
                rx.el.span("Căn cứ của mức: ", state.limit_note, ".", class_name="muted"),
                style={"marginBottom": "12px"},
            ),
        ),
        data_table(
            COLUMNS,
            state.rows,
            name="cho-xac-nhan",
            caption="Thi hành xong chờ xác nhận",
            row_key=lambda row: row.id,
            row_href=lambda row: row.href,
            loading=state.loading,
            empty=empty_state(
                rx.cond(
                    state.section == "",
                    "Không có việc thi hành xong nào chờ xác nhận.",
                    "Chưa có đề nghị nào được trả lời.",
                ),
                symbol="check",
            ),
        ),
        title="Chờ xác nhận thi hành xong",
        active="completions",
    )
