"""One's own second factor: set up with a picture and a code, recovery codes shown once, renewed, turned off.

The secret and the codes pass through the state of the open tab, and leave it as soon as they are used or put away.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import reflex as rx

from components.dialogs import button, notice
from components.elements import native_form
from components.form import error_summary
from components.inputs import text_field
from pages.auth.parts import hidden_messages, password_field
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, Invalid
from thads_app.messages import sentence
from thads_app.rules.vietnamese import format_date
from thads_app.services import two_factor
from thads_app.services.throttle import DELAYS_MINUTES

_BEGIN_MESSAGES = {
    "hl-hien-tai": sentence("current_password_wrong"),
    "hl-lai": sentence("sign_in_again"),
    **{f"hl-khoa-{minutes}": sentence("sign_in_blocked", minutes=minutes) for minutes in DELAYS_MINUTES},
}
_LABELS = {"code": "Mã xác thực"}
_FEW = 3


class TwoFactorState(rx.State):
    """How my second factor stands, and what is shown while it is set up."""

    loaded: bool = False
    in_use: bool = False
    required: bool = False
    since: str = ""
    codes_left: int = 0
    fresh: bool = True
    readable: str = ""
    path: str = ""
    box: str = "0 0 1 1"
    codes: list[str] = []
    asking: str = ""
    errors: dict[str, str] = {}

    @rx.event(supersedes=True)
    @policy("enrolling")
    async def load(self) -> None:
        """Read how it stands; codes shown before are put away."""
        self.codes, self.asking = [], ""
        await self._read()

    @rx.event
    @policy("enrolling")
    async def confirm(self, form_data: dict[str, Any]) -> None:
        """Put the app into use by the code it shows."""
        await self._with_code(form_data, two_factor.confirm)

    @rx.event
    @policy("authenticated")
    async def renew(self, form_data: dict[str, Any]) -> None:
        """Make new recovery codes."""
        await self._with_code(form_data, two_factor.renew_codes)

    @rx.event
    @policy("authenticated")
    async def replace_device(self, form_data: dict[str, Any]) -> None:
        """Leave the present telephone for another."""
        await self._with_code(form_data, two_factor.replace_device)

    @rx.event
    @policy("authenticated")
    async def turn_off(self, form_data: dict[str, Any]) -> None:
        """Do without from now on."""
        await self._with_code(form_data, two_factor.turn_off)

    @rx.event
    @policy("authenticated")
    async def ask(self, what: str) -> None:
        """Ask for a code before something is done: `renew`, `replace`, `off`, or nothing."""
        self.asking = what if what in ("renew", "replace", "off") else ""
        self.errors = {}

    @rx.event
    @policy("enrolling")
    async def put_away(self) -> None:
        """Take the recovery codes off the screen."""
        self.codes = []

    async def _with_code(self, form_data: dict[str, Any], act: Callable[..., Awaitable[list[str] | None]]) -> None:
        typed = str(form_data.get("code", ""))[:40]
        if not typed.strip():
            self.errors = {"code": sentence("code_needed")}
            return
        try:
            codes = await act(current_actor(), typed)
        except Invalid as wrong:
            self.errors = {"code": sentence(next(iter(wrong.fields.values())))}
            return
        except DomainError as refusal:
            self.errors = {"code": sentence(refusal)}
            return
        self.codes, self.asking = codes or [], ""
        await self._read()

    async def _read(self) -> None:
        now = await two_factor.status(current_actor())
        self.in_use, self.required, self.fresh = now.in_use, now.required, now.fresh
        self.since = format_date(clock.vietnam_day(now.since)) if now.since else ""
        self.codes_left = now.codes_left
        self.readable = now.proposal.readable if now.proposal else ""
        self.path = now.proposal.path if now.proposal else ""
        self.box = f"0 0 {now.proposal.side} {now.proposal.side}" if now.proposal else "0 0 1 1"
        self.errors = {}
        self.loaded = True


def two_factor_section(*, lone: bool = False) -> rx.Component:
    """Whatever comes next: begin, scan and confirm, keep the codes, or change what is in use.

    Args:
        lone: stands on the page somebody must pass, not among the rest of one's account.
    """
    return rx.el.div(
        *hidden_messages(_BEGIN_MESSAGES),
        rx.cond(
            TwoFactorState.codes.length() > 0,
            _codes(lone=lone),
            rx.cond(
                TwoFactorState.in_use,
                _in_use(),
                rx.cond(TwoFactorState.path != "", _scan(), rx.cond(TwoFactorState.loaded, _begin())),
            ),
        ),
        class_name="second-factor",
        data_sign_in="second",
    )


def _begin() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Ngoài mật khẩu, mỗi lần đăng nhập cần thêm mã 6 chữ số trên điện thoại của bạn. Người khác biết mật khẩu "
            "cũng không vào được.",
        ),
        rx.el.p(
            "Trước tiên, cài trên điện thoại một ứng dụng tạo mã, ví dụ Google Authenticator, Microsoft Authenticator "
            "hoặc Aegis.",
            class_name="muted",
        ),
        native_form(
            rx.cond(TwoFactorState.fresh, rx.fragment(), password_field("current", "Mật khẩu của bạn", known=True)),
            rx.el.button("Bắt đầu thiết lập", type="submit", class_name="button primary"),
            action="/api/auth/second/begin",
            method="post",
            class_name="sign-in-form",
        ),
    )


def _scan() -> rx.Component:
    return rx.el.div(
        rx.el.ol(
            rx.el.li("Mở ứng dụng tạo mã trên điện thoại, chọn thêm tài khoản, quét hình dưới đây."),
            rx.el.li("Nhập mã 6 chữ số ứng dụng đang hiện, rồi bấm Xác nhận."),
            class_name="steps",
        ),
        rx.el.svg(
            rx.el.svg.path(d=TwoFactorState.path, fill="#000"),
            view_box=TwoFactorState.box,
            role="img",
            aria_label="Hình để ứng dụng tạo mã quét",
            class_name="qr",
        ),
        rx.el.details(
            rx.el.summary("Không quét được? Gõ khóa này vào ứng dụng"),
            rx.el.code(TwoFactorState.readable, class_name="secret-key"),
        ),
        _code_form("Xác nhận", TwoFactorState.confirm, hint="Mã đổi sau mỗi 30 giây.", primary=True),
    )


def _codes(*, lone: bool) -> rx.Component:
    put_away = (
        native_form(
            rx.el.button("Tôi đã cất mã, tiếp tục", type="submit", class_name="button primary"),
            action="/",
            method="get",
        )
        if lone
        else button("Tôi đã cất mã", tone="primary", on_click=TwoFactorState.put_away)
    )
    return rx.el.div(
        notice("Xác thực hai lớp đang bật. Mã dự phòng chỉ hiện một lần này.", tone="good", role="status"),
        rx.el.p(
            "Mất điện thoại thì dùng một mã dự phòng thay cho mã 6 chữ số; mỗi mã dùng được một lần. Hãy in hoặc chép "
            "ra giấy, cất nơi chỉ bạn lấy được. Đừng lưu trên máy dùng chung."
        ),
        rx.el.ol(
            rx.foreach(TwoFactorState.codes, lambda code: rx.el.li(rx.el.code(code), key=code)),
            class_name="recovery-codes",
            aria_label="Mã dự phòng",
        ),
        rx.el.div(button("In", data_print=""), put_away, class_name="own-actions"),
    )


def _in_use() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "Đang bật từ ", rx.el.b(TwoFactorState.since), ". Còn ", rx.el.b(TwoFactorState.codes_left), " mã dự phòng."
        ),
        rx.cond(
            TwoFactorState.codes_left < _FEW,
            notice("Mã dự phòng sắp hết. Hãy tạo bộ mã mới.", tone="warn", symbol="alert"),
        ),
        rx.match(
            TwoFactorState.asking,
            (
                "renew",
                _ask("Tạo bộ mã mới thì các mã dự phòng cũ không dùng được nữa.", "Tạo mã mới", TwoFactorState.renew),
            ),
            (
                "replace",
                _ask(
                    "Mã trên điện thoại cũ hết tác dụng ngay; quét hình mới trên điện thoại mới để bật lại.",
                    "Chuyển",
                    TwoFactorState.replace_device,
                ),
            ),
            ("off", _ask("Tắt xong, chỉ cần mật khẩu là vào được tài khoản này.", "Tắt", TwoFactorState.turn_off)),
            rx.el.div(
                button("Chuyển sang điện thoại khác", on_click=TwoFactorState.ask("replace")),
                button("Tạo bộ mã dự phòng mới", on_click=TwoFactorState.ask("renew")),
                rx.cond(
                    TwoFactorState.required,
                    rx.el.span("Vai trò của bạn bắt buộc xác thực hai lớp.", class_name="muted"),
                    button("Tắt xác thực hai lớp", on_click=TwoFactorState.ask("off")),
                ),
                class_name="own-actions",
            ),
        ),
    )


def _ask(why: str, label: str, act: Any) -> rx.Component:
    return rx.el.div(
        rx.el.p(why),
        _code_form(label, act, hint="Mã 6 chữ số trên ứng dụng, hoặc một mã dự phòng.", primary=False),
    )


def _code_form(label: str, act: Any, *, hint: str, primary: bool) -> rx.Component:
    """A code typed over the socket: unlike a password it is worth nothing a moment later."""
    cancel = rx.fragment() if primary else button("Thôi", tone="plain", on_click=TwoFactorState.ask(""))
    return rx.el.form(
        error_summary(TwoFactorState.errors, _LABELS),
        text_field(
            "code",
            _LABELS["code"],
            hint=hint,
            errors=TwoFactorState.errors,
            auto_complete="one-time-code",
            input_mode="numeric" if primary else "text",
            max_length=40,
            class_name="code",
        ),
        rx.el.div(
            button(label, type="submit", tone="primary" if primary else ""),
            cancel,
            class_name="own-actions",
        ),
        on_submit=act,
        no_validate=True,
        class_name="sign-in-form",
    )
