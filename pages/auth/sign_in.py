"""The sign-in page: a plain form posted by the browser itself, so it works before any script has loaded."""

import reflex as rx

from components.elements import native_form
from components.inputs import text_field
from pages.auth.parts import WAITING_MESSAGES, hidden_messages, mark, password_field
from thads_app.auth.landing import SINGLE_SIGN_ON_CODES
from thads_app.messages import sentence

_REFUSALS = {
    "sai": sentence("sign_in_failed"),
    "noi-bo-tat": sentence("local_sign_in_off"),
    **WAITING_MESSAGES,
    **{code: sentence(reason) for reason, code in SINGLE_SIGN_ON_CODES.items()},
}
_NOTES = {
    "het-phien": "Phiên làm việc đã kết thúc. Hãy đăng nhập lại; nội dung đang nhập dở vẫn được giữ trên máy này.",
    "da-ra": "Bạn đã đăng xuất.",
}


def sign_in_page() -> rx.Component:
    """Name, password, one button; on wide screens a quiet panel that says what this is."""
    return rx.el.div(
        rx.el.aside(
            rx.el.div(
                rx.el.p("Cục Quản lý Thi hành án dân sự", class_name="overline"),
                rx.el.p("Từ hồ sơ của chấp hành viên đến số liệu của toàn quốc, trên một nguồn duy nhất."),
                class_name="sign-in-words",
            ),
            class_name="sign-in-panel",
            aria_hidden="true",
        ),
        rx.el.main(rx.el.div(*_card(), class_name="sign-in-card", data_sign_in="login")),
        class_name="sign-in",
    )


def _card() -> list[rx.Component]:
    return [
        mark(),
        rx.el.h1("Đăng nhập"),
        rx.el.p("Hệ thống quản lý thi hành án dân sự", class_name="muted"),
        *hidden_messages(_REFUSALS),
        *hidden_messages(_NOTES, tone="info"),
        # The providers are the operator's to choose, so the script asks for them; the password needs no script.
        # Inner HTML of its own is not React's to compare with what the script has put there meanwhile.
        rx.html("", class_name="sign-in-ways", custom_attrs={"data-ways": ""}),
        native_form(
            rx.el.input(type="hidden", name="tiep", default_value="", data_next=""),
            text_field(
                "username",
                "Tên đăng nhập",
                auto_complete="username",
                auto_focus=True,
                auto_capitalize="none",
                spell_check=False,
                required=True,
                max_length=60,
            ),
            password_field("password", "Mật khẩu", known=True),
            rx.el.button("Đăng nhập", type="submit", class_name="button primary wide"),
            action="/api/auth/login",
            method="post",
            class_name="sign-in-form",
        ),
        rx.el.p("Quên mật khẩu hoặc chưa có tài khoản: liên hệ quản trị của đơn vị.", class_name="small muted"),
    ]
