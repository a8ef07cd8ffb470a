"""Everything the framework would say in English, in our words: lost line, broken page.

The upgrade banner: ``assets/drafts.js``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import reflex as rx
from reflex_components_core.base.error_boundary import ErrorBoundary
from reflex_components_core.core.banner import has_connection_errors

from components import messages as msg
from components.elements import icon


def connection_banner() -> rx.Component:
    """Say that the line is lost and, for a moment, that it is back.

    Shown by the socket's state and by the browser's own (``html[data-offline]``, set in ``assets/drafts.js``).
    """
    return rx.el.div(
        rx.el.span(class_name="dot", aria_hidden="true"),
        rx.el.span(msg.CONNECTION_LOST, class_name="lost"),
        rx.el.span(msg.CONNECTION_BACK, class_name="back"),
        class_name="connection",
        role="status",
        data_connection="",
        data_lost=rx.cond(has_connection_errors, "true", "false"),
    )


def broken_page() -> rx.Component:
    """What stands where a page failed to draw. No stack trace: the browser sends it to the server's log by itself."""
    return rx.el.div(
        rx.el.main(
            rx.el.div(
                icon("alert"),
                rx.el.h1(msg.PAGE_BROKEN),
                rx.el.p(msg.PAGE_BROKEN_TEXT),
                rx.el.div(
                    rx.el.a(msg.RELOAD, href="", class_name="button primary"),
                    rx.el.a(msg.GO_HOME, href="/", class_name="button"),
                    class_name="actions",
                ),
                class_name="empty",
            )
        ),
        class_name="plain-page",
    )


def _boundary(stateful: bool) -> rx.Component:
    props: dict[str, Any] = {} if stateful else {"on_error": rx.noop()}
    return ErrorBoundary.create(fallback_render=rx.Var.create(broken_page()), **props)


def app_wraps() -> dict[tuple[int, str], Callable[[bool], rx.Component | None]]:
    """Return what ``rx.App(app_wraps=...)`` takes: our boundary and banner in place of the framework's."""
    return {
        (55, "ErrorBoundary"): _boundary,
        (5, "Overlay"): lambda stateful: rx.fragment(connection_banner()) if stateful else None,
    }
