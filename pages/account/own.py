"""The page of one's own account: password, second factor, where one is signed in, ending sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import button
from components.elements import link, native_form
from components.form import section
from pages.account.devices import device_name
from pages.account.second_factor import two_factor_section
from pages.auth.password import password_form
from pages.frame import announce, framed
from thads_app.auth.gate import current_actor, current_username
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.vietnamese import format_moment
from thads_app.services import sessions


@dataclass(frozen=True)
class SessionRow:
    """One of my sessions, as shown."""

    reference: str
    device: str
    address: str
    last_seen: str
    began: str
    current: bool


class OwnAccountState(rx.State):
    """One's own account, as shown."""

    username: str = ""
    rows: list[SessionRow] = []
    loading: bool = True

    @rx.event(supersedes=True)
    @policy("authenticated")
    async def load(self) -> None:
        """Read my sessions."""
        self.username = current_username()
        self.rows = [
            SessionRow(
                each.reference,
                device_name(each.user_agent),
                each.address,
                "Đang dùng" if each.current else format_moment(each.last_seen_at),
                format_moment(each.created_at),
                each.current,
            )
            for each in await sessions.my_sessions(current_actor())
        ]
        self.loading = False

    @rx.event
    @policy("authenticated")
    async def end(self, reference: str) -> Any:
        """End one of my other sessions."""
        try:
            await sessions.end_my_session(current_actor(), str(reference))
            await announce(self, "Đã kết thúc phiên.")
        except DomainError as refusal:
            await announce(self, sentence(refusal), "warn")
        return OwnAccountState.load

    @rx.event
    @policy("authenticated")
    async def end_others(self) -> Any:
        """End all of my sessions but this one."""
        ended = await sessions.end_my_other_sessions(current_actor())
        await announce(self, f"Đã kết thúc {ended} phiên khác." if ended else "Không có phiên nào khác.")
        return OwnAccountState.load


def _end_button(row: Any) -> rx.Component:
    return rx.cond(
        row.current,
        rx.el.span("Phiên này", class_name="muted"),
        button("Kết thúc", class_name="small", on_click=OwnAccountState.end(row.reference)),
    )


_COLUMNS = (
    Column("device", "Thiết bị", lambda row: row.device, phone="title", hideable=False),
    Column("address", "Địa chỉ mạng", lambda row: row.address),
    Column("last_seen", "Dùng lần cuối", lambda row: row.last_seen),
    Column("began", "Đăng nhập lúc", lambda row: row.began),
    Column("end", "", _end_button, hideable=False, phone="line"),
)


def own_account_page() -> rx.Component:
    """Password on top, then the second factor, then sessions."""
    return framed(
        section(
            "Đổi mật khẩu",
            rx.el.p(
                "Tên đăng nhập: ",
                rx.el.b(OwnAccountState.username),
                " · ",
                link("Quyền của tôi", href="/quyen-cua-toi"),
                class_name="muted",
            ),
            password_form(),
        ),
        section("Xác thực hai lớp", two_factor_section(), id="xac-thuc-hai-lop"),
        section(
            "Nơi đang đăng nhập",
            data_table(
                _COLUMNS,
                OwnAccountState.rows,
                name="own-sessions",
                caption="Các phiên đăng nhập của tôi",
                row_key=lambda row: row.reference,
                loading=OwnAccountState.loading,
            ),
            rx.el.div(
                button("Kết thúc các phiên khác", on_click=OwnAccountState.end_others),
                native_form(
                    rx.el.button("Đăng xuất ở mọi nơi", type="submit", class_name="button"),
                    action="/api/auth/logout-everywhere",
                    method="post",
                ),
                class_name="own-actions",
            ),
        ),
        title="Tài khoản của tôi",
        active="",
    )
