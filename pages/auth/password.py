"""The password page somebody must pass before anything else; the same form stands on one's own account page."""

import reflex as rx

from components.elements import native_form
from pages.auth.parts import PASSWORD_MESSAGES, WAITING_MESSAGES, hidden_messages, mark, password_field


def password_form() -> rx.Component:
    """Present password, new one twice; posted by the browser, never through the socket."""
    return rx.el.div(
        *hidden_messages({**PASSWORD_MESSAGES, **WAITING_MESSAGES}),
        *hidden_messages({"mat-khau": "Đã đổi mật khẩu. Các phiên khác đã kết thúc."}, tone="good"),
        native_form(
            password_field("current", "Mật khẩu hiện tại", known=True),
            password_field(
                "new", "Mật khẩu mới", known=False, hint="Ít nhất 12 ký tự. Vài từ ghép lại dễ nhớ và khó đoán."
            ),
            password_field("repeated", "Nhập lại mật khẩu mới", known=False),
            rx.el.button("Đổi mật khẩu", type="submit", class_name="button primary"),
            action="/api/auth/password",
            method="post",
            class_name="sign-in-form",
        ),
        class_name="password-form",
        data_sign_in="password",
    )


def password_page() -> rx.Component:
    """Asked for at the first sign-in and after a reset."""
    return rx.el.div(
        rx.el.main(
            rx.el.div(
                mark(),
                rx.el.h1("Đổi mật khẩu"),
                rx.el.p(
                    "Mật khẩu bạn vừa dùng do quản trị cấp. Hãy đặt mật khẩu của riêng bạn để tiếp tục.",
                    class_name="muted",
                ),
                password_form(),
                native_form(
                    rx.el.button("Đăng xuất", type="submit", class_name="button plain"),
                    action="/api/auth/logout",
                    method="post",
                ),
                class_name="sign-in-card",
            )
        ),
        class_name="sign-in lone",
    )
