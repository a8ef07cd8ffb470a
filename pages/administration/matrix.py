"""Who may do what: permissions × roles as one table, or all of one role with what each right means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.data_table import Column, data_table
from components.dialogs import notice
from components.elements import link, only_read
from components.form import section
from components.status import tag
from models.enums import ROLE_LABELS, Role
from pages.frame import framed
from thads_app.auth.policy import policy
from thads_app.rules.rights import PERMISSION_LABELS
from thads_app.rules.rights_matrix import GROUPS, MARK_LABELS, MEANINGS, ROLE_NOTES, Mark, mark, titles_of

PATH = "/quan-tri/quyen"
_SIGNS = {Mark.YES: "●", Mark.OWN: "◐", Mark.AUTHORISED: "○"}
_TONES = {Mark.YES: "good", Mark.OWN: "accent", Mark.AUTHORISED: "warn"}


@dataclass(frozen=True)
class RoleRight:
    """One right of a role, as shown."""

    key: str
    group: str
    label: str
    word: str
    tone: str
    meaning: str


class MatrixState(rx.State):
    """The role looked at; all of them when blank."""

    role: str = ""
    title: str = ""
    titles: str = ""
    note: str = ""
    rows: list[RoleRight] = []

    @rx.event
    @policy("authenticated")
    async def load(self) -> None:
        """Show the role of the address."""
        asked = self.router.url.query_parameters.get("vai-tro", "")
        role = Role(asked) if asked in set(Role) else None
        self.role, self.rows = role.value if role else "", []
        if role is None:
            return
        self.title, self.note, self.titles = ROLE_LABELS[role], ROLE_NOTES[role], " · ".join(titles_of(role))
        self.rows = [
            RoleRight(
                permission.value,
                group.label,
                PERMISSION_LABELS[permission],
                MARK_LABELS[held],
                _TONES[held],
                MEANINGS[permission],
            )
            for group in GROUPS
            for permission in group.permissions
            for held in [mark(role, permission)]
            if held is not Mark.NO
        ]

    @rx.event
    @policy("authenticated")
    async def pick(self, role: str) -> Any:
        """Look at one role, or at all."""
        return rx.redirect(f"{PATH}?vai-tro={role}" if role in set(Role) else PATH)


def view() -> rx.Component:
    """Draw the page."""
    state = MatrixState
    return framed(
        rx.el.label(
            rx.el.span("Vai trò"),
            rx.el.select(
                rx.el.option("Tất cả vai trò", value=""),
                *(rx.el.option(label, value=role.value) for role, label in ROLE_LABELS.items()),
                value=state.role,
                on_change=state.pick,
                class_name="input",
            ),
            class_name="role-choice",
        ),
        rx.cond(state.role == "", _matrix(), _one_role()),
        title=rx.cond(state.role == "", "Ai được làm gì", state.title),
        active="rights",
    )


def _one_role() -> rx.Component:
    state = MatrixState
    columns = (
        Column("quyen", "Được làm", lambda row: rx.el.b(row.label), hideable=False, phone="title"),
        Column("cach", "Cách có", lambda row: tag(row.word, row.tone), phone="bare"),
        Column("nghia", "Nghĩa là", lambda row: row.meaning, phone="line"),
        Column("nhom", "Nhóm", lambda row: row.group, phone="hide"),
    )
    return rx.fragment(
        notice(
            state.note,
            rx.cond(state.titles != "", rx.fragment(" Chức danh qua các thời kỳ: ", state.titles, ".")),
        ),
        rx.el.div(
            data_table(
                columns,
                state.rows,
                name="quyen-cua-vai-tro",
                caption="Quyền của vai trò",
                row_key=lambda row: row.key,
            ),
            class_name="wraps",
        ),
        rx.el.p(link("Xem tất cả vai trò", href=PATH)),
    )


def _matrix() -> rx.Component:
    return rx.fragment(
        notice(
            "Quyền chỉ có ở đơn vị của vai trò và các đơn vị trực thuộc, trong thời hạn của nó. "
            "● có · ◐ chỉ với việc của mình · ○ chỉ khi có văn bản ủy quyền còn hiệu lực."
        ),
        *(
            section(
                group.label,
                rx.el.div(
                    rx.el.table(
                        rx.el.caption(only_read(group.label)),
                        rx.el.thead(
                            rx.el.tr(
                                rx.el.th("Quyền", scope="col"),
                                *(rx.el.th(_role_link(role), scope="col", class_name="role") for role in Role),
                            )
                        ),
                        rx.el.tbody(*(_row(permission) for permission in group.permissions)),
                        class_name="table matrix",
                    ),
                    class_name="table-wrap",
                    tab_index=0,
                    role="region",
                    aria_label=f"Quyền theo vai trò: {group.label}",
                ),
            )
            for group in GROUPS
        ),
    )


def _role_link(role: Role) -> rx.Component:
    return link(ROLE_LABELS[role], href=f"{PATH}?vai-tro={role}")


def _row(permission: Any) -> rx.Component:
    def cell(role: Role) -> rx.Component:
        held = mark(role, permission)
        if held is Mark.NO:
            return rx.el.td(only_read(MARK_LABELS[held]))
        sign = rx.el.span(_SIGNS[held], aria_hidden="true", title=MARK_LABELS[held])
        return rx.el.td(sign, only_read(MARK_LABELS[held]), data_mark=held.value)

    return rx.el.tr(
        rx.el.th(
            PERMISSION_LABELS[permission],
            rx.el.div(MEANINGS[permission], class_name="small muted"),
            scope="row",
        ),
        *(cell(role) for role in Role),
    )
