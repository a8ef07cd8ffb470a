"""What the gate has to say, above whichever page is open."""

import reflex as rx

from components.elements import icon
from thads_app.auth.session_state import SessionState


def session_notice() -> rx.Component:
    """A refusal or an incident, until it is closed."""
    return rx.cond(
        SessionState.notice != "",
        rx.el.div(
            icon("alert"),
            rx.el.div(SessionState.notice),
            rx.el.button(
                icon("close", small=True),
                type="button",
                class_name="button plain small icon-only",
                aria_label="Đóng thông báo",
                on_click=SessionState.close_notice,
            ),
            class_name="notice session-notice",
            data_tone="alert",
            role="alert",
        ),
    )
