"""Parts of the pages that work without state: all messages are in the document, `assets/sign_in.js` shows one."""

from collections.abc import Mapping

import reflex as rx

from components.dialogs import notice
from components.inputs import text_field
from thads_app.messages import sentence
from thads_app.services.throttle import DELAYS_MINUTES

PASSWORD_MESSAGES = {
    "hien-tai": sentence("current_password_wrong"),
    "ngan": sentence("password_too_short", minimum=12),
    "dai": sentence("password_too_long", maximum=200),
    "de-doan": sentence("password_obvious"),
    "nhu-cu": sentence("password_unchanged"),
    "khong-khop": sentence("password_not_repeated"),
}
WAITING_MESSAGES = {
    "ban": sentence("busy"),
    **{f"khoa-{minutes}": sentence("sign_in_blocked", minutes=minutes) for minutes in DELAYS_MINUTES},
}


def hidden_messages(messages: Mapping[str, str], *, tone: str = "alert") -> list[rx.Component]:
    """One hidden message per code; the script shows the one whose code is in the address."""
    return [
        notice(
            text, tone=tone, symbol="alert" if tone == "alert" else "info", role="alert", data_code=code, hidden=True
        )
        for code, text in messages.items()
    ]


def password_field(name: str, label: str, *, known: bool, hint: str = "") -> rx.Component:
    """A password field that can be shown, and warns of Caps Lock."""
    return rx.el.div(
        text_field(
            name,
            label,
            hint=hint,
            type="password",
            auto_complete="current-password" if known else "new-password",
            required=True,
            max_length=200,
            class_name="password",
        ),
        rx.el.button(
            rx.el.span("Hiện", class_name="word"),
            type="button",
            class_name="button plain small reveal",
            aria_label=f"Hiện hoặc ẩn: {label}",
            aria_pressed="false",
            data_reveal="",
        ),
        rx.el.p("Caps Lock đang bật.", class_name="caps", role="status", data_caps="", hidden=True),
        class_name="secret",
    )


def mark() -> rx.Component:
    """The name of the program above a lone form."""
    return rx.el.div(rx.el.span(class_name="mark", aria_hidden="true"), rx.el.b("THADS"), class_name="sign-in-brand")
