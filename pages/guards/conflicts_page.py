"""Declared conflicts of interest of the officers of one's offices, and one's own."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import button, notice
from components.elements import link
from components.states import empty_state
from components.tabs import Tab, tabs
from models.guard_enums import KINSHIP_LABELS
from pages.cases.declare import DeclareState, declare_panel, end_question
from pages.cases.guard_rows import ConflictRow, conflict_row
from pages.frame import framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.rules.rights import Permission
from thads_app.services.conflict_views import family_beside_accountants, listed

PATH = "/xung-dot-loi-ich"
ENDED = "da-ket-thuc"
SECTIONS = [Tab("", "Đang có hiệu lực", PATH), Tab(ENDED, "Đã kết thúc", f"{PATH}?xem={ENDED}")]


class ConflictsState(rx.State):
    """The declarations, written out."""

    rows: list[ConflictRow] = []
    loading: bool = True
    section: str = ""
    family: list[str] = []

    @rx.event(supersedes=True)
    @policy(Permission.CASE_ASSIGN, Permission.EVENT_RECORD_OWN)
    async def load(self) -> Any:
        """Show those in force, or those that ended."""
        asked = self.router.url.query_parameters.get("xem", "")
        self.section, self.loading = ENDED if asked == ENDED else "", True
        yield
        actor = current_actor()
        self.rows = [conflict_row(view) for view in await listed(actor, ended=self.section == ENDED)]
        self.family = [
            f"{each.officer} – kế toán {each.accountant} ({KINSHIP_LABELS[each.relation]})"
            for each in await family_beside_accountants(actor)
        ]
        self.loading = False


def _actions(row: Any) -> rx.Component:
    return rx.cond(
        row.may_end,
        rx.el.button("Kết thúc", type="button", class_name="link", on_click=DeclareState.ask_end(row.id, row.officer)),
        rx.cond(row.ended != "", row.ended, ""),
    )


def _concerns(row: Any) -> rx.Component:
    return rx.cond(row.href != "", link(row.concerns, href=row.href), row.concerns)


COLUMNS = (
    Column("chap-hanh-vien", "Chấp hành viên", lambda row: rx.el.b(row.officer), hideable=False, phone="title"),
    Column("quan-he", "Quan hệ", lambda row: rx.el.span(row.relation, title=row.article), wide=True, phone="line"),
    Column("nguoi", "Với", lambda row: row.person),
    Column("pham-vi", "Chặn", _concerns, wide=True, phone="line"),
    Column("khai-bao", "Khai báo", lambda row: row.declared),
    Column("viec", "", _actions, hideable=False, phone="bare"),
)


def view() -> rx.Component:
    """Draw the list."""
    state = ConflictsState
    return framed(
        tabs(SECTIONS, state.section, "Khai báo xung đột lợi ích"),
        rx.cond(
            state.family.length() > 0,
            notice(
                rx.el.b("Cần bố trí lại: "),
                "chấp hành viên có quan hệ ruột thịt với kế toán cùng cơ quan "
                "(khoản 4 Điều 8 Thông tư 78/2020/TT-BTC).",
                rx.el.ul(rx.foreach(state.family, rx.el.li), style={"margin": 0, "paddingInlineStart": "18px"}),
                tone="warn",
                symbol="alert",
                style={"marginBottom": "12px"},
            ),
        ),
        data_table(
            COLUMNS,
            state.rows,
            name="xung-dot",
            caption="Khai báo xung đột lợi ích",
            row_key=lambda row: row.id,
            loading=state.loading,
            empty=empty_state(
                rx.cond(
                    state.section == "",
                    "Chưa có khai báo nào. Khai báo khi đương sự là người thân của chấp hành viên.",
                    "Chưa có khai báo nào đã kết thúc.",
                ),
                symbol="people",
            ),
        ),
        title="Xung đột lợi ích",
        active="conflicts",
        actions=(button("Khai báo", tone="primary", key="n", key_label="N", on_click=DeclareState.start_general),),
        overlays=(declare_panel(state.load), end_question(state.load)),
    )
