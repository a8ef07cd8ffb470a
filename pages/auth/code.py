"""The second step of signing in, and the page of those who must set a second factor up first."""

import reflex as rx

from components.elements import native_form
from components.inputs import text_field
from pages.account.second_factor import two_factor_section
from pages.auth.parts import WAITING_MESSAGES, hidden_messages, mark
from thads_app.messages import sentence

_REFUSALS = {
    "ma-sai": sentence("code_wrong"),
    "khong-doc": sentence("second_factor_unreadable"),
    **WAITING_MESSAGES,
}


def code_page() -> rx.Component:
    """One field, for the app's six digits or a recovery code; posted by the browser itself."""
    return rx.el.div(
        rx.el.main(
            rx.el.div(
                mark(),
                rx.el.h1("Mã xác thực"),
                rx.el.p("Còn một bước nữa để chắc chắn là bạn.", class_name="muted"),
                *hidden_messages(_REFUSALS),
                native_form(
                    rx.el.input(type="hidden", name="tiep", default_value="", data_next=""),
                    text_field(
                        "code",
                        "Mã 6 chữ số trên ứng dụng",
                        hint="Không có điện thoại ở đây? Nhập một mã dự phòng.",
                        auto_complete="one-time-code",
                        auto_focus=True,
                        auto_capitalize="none",
                        spell_check=False,
                        required=True,
                        max_length=40,
                        class_name="code",
                    ),
                    rx.el.button("Xác nhận", type="submit", class_name="button primary wide"),
                    action="/api/auth/second",
                    method="post",
                    class_name="sign-in-form",
                ),
                rx.el.p(
                    "Mất cả điện thoại lẫn mã dự phòng: liên hệ quản trị của đơn vị để đặt lại.",
                    class_name="small muted",
                ),
                _leave(),
                class_name="sign-in-card",
                data_sign_in="code",
            )
        ),
        class_name="sign-in lone",
    )


def set_up_page() -> rx.Component:
    """Where administrators and heads come first, until their second factor is set up."""
    return rx.el.div(
        rx.el.main(
            rx.el.div(
                mark(),
                rx.el.h1("Thiết lập xác thực hai lớp"),
                rx.el.p(
                    "Vai trò của bạn bắt buộc xác thực hai lớp. Chỉ làm một lần, khoảng hai phút.", class_name="muted"
                ),
                two_factor_section(lone=True),
                _leave(),
                class_name="sign-in-card",
            )
        ),
        class_name="sign-in lone",
    )


def _leave() -> rx.Component:
    return native_form(
        rx.el.button("Đăng xuất", type="submit", class_name="button plain"),
        action="/api/auth/logout",
        method="post",
    )
