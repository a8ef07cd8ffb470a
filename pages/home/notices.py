"""What an account should know of, newest first; opening the page is reading it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.elements import link
from components.formats import format_moment
from components.states import empty_state
from components.status import tag
from pages.frame import framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.services.notices import read_notices


@dataclass(frozen=True)
class NoticeRow:
    """A notice, written out."""

    key: str
    text: str
    href: str
    at: str
    unread: bool


class NoticesState(rx.State):
    """The notices of whoever is signed in."""

    rows: list[NoticeRow] = []
    loaded: bool = False

    @rx.event
    @policy("authenticated")
    async def load(self) -> None:
        """Show the newest and mark all as read."""
        self.rows = [
            NoticeRow(str(each.id), each.text, each.href, format_moment(each.at), each.unread)
            for each in await read_notices(current_actor())
        ]
        self.loaded = True


def view() -> rx.Component:
    """Draw them."""
    state = NoticesState
    return framed(
        rx.cond(
            state.rows.length() > 0,
            rx.el.div(
                rx.el.table(
                    rx.el.caption(rx.el.span("Thông báo, mới nhất trước", class_name="only-read")),
                    rx.el.tbody(rx.foreach(state.rows, _line), data_list=""),
                    class_name="table reflow",
                ),
                class_name="table-wrap",
            ),
            rx.cond(state.loaded, empty_state("Chưa có thông báo nào.", symbol="bell")),
        ),
        title="Thông báo",
        active="",
    )


def _line(row: Any) -> rx.Component:
    return rx.el.tr(
        rx.el.td(
            link(row.text, href=row.href, data_row_link=""),
            class_name="key",
            style={"whiteSpace": "normal", "width": "100%"},
            data_phone="title",
        ),
        rx.el.td(rx.cond(row.unread, tag("mới", "accent")), data_phone="show"),
        rx.el.td(row.at, class_name="nowrap muted", data_phone="show"),
        data_row="",
        key=row.key,
    )
