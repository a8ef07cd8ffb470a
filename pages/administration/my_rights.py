"""What I may see and do, and why; and under which written authorisations."""

from __future__ import annotations

import reflex as rx

from components.elements import link
from components.form import section
from pages.administration.authorisations import AuthorisationRow, authorisation_row
from pages.administration.authorisations_view import authorisations_table
from pages.administration.grants_view import rights_table
from pages.administration.rights_rows import RightRow, right_rows
from pages.frame import framed
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.services.administration.authorisations import authorisations_received
from thads_app.services.administration.effective_rights import effective_rights

PATH = "/quyen-cua-toi"


class MyRightsState(rx.State):
    """My own rights, as shown."""

    rights: list[RightRow] = []
    received: list[AuthorisationRow] = []

    @rx.event(supersedes=True)
    @policy("authenticated")
    async def load(self) -> None:
        """Read my rights of today."""
        actor = current_actor()
        self.rights = right_rows(await effective_rights(actor, actor.account_id or 0))
        self.received = [authorisation_row(line) for line in await authorisations_received(actor)]


def view() -> rx.Component:
    """Draw the page."""
    state = MyRightsState
    return framed(
        section("Tôi thấy và làm được gì", rights_table(state.rights)),
        rx.cond(
            state.received.length() > 0,
            section("Tôi được ủy quyền", authorisations_table(state.received, withdraw=False)),
        ),
        rx.el.p(
            "Thiếu một quyền cần cho công việc thì đề nghị quản trị của đơn vị cấp vai trò. ",
            link("Xem quyền của từng vai trò", href="/quan-tri/quyen"),
            class_name="muted",
        ),
        title="Quyền của tôi",
        active="",
    )
