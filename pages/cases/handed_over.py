"""The handovers a case was in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from components.elements import link
from components.formats import format_moment
from components.states import empty_state
from components.status import status
from models.enums import HANDOVER_ITEM_STATUS_LABELS, HANDOVER_KIND_LABELS
from thads_app.rules.handovers import label
from thads_app.rules.rights import Actor
from thads_app.services.case_edits import case_handovers


@dataclass(frozen=True)
class HandoverRow:
    """A handover, written out."""

    key: str
    href: str
    number: str
    kind: str
    sides: str
    sent: str
    status: str
    status_label: str
    note: str


async def handover_rows(actor: Actor, case_id: int) -> list[HandoverRow]:
    """The case's handovers, newest first."""
    return [
        HandoverRow(
            key=str(each.id),
            href=f"/ban-giao/{each.id}",
            number=label(each.number, each.year),
            kind=HANDOVER_KIND_LABELS[each.kind],
            sides=f"{each.giver} → {each.receiver}",
            sent=format_moment(each.sent_at),
            status=each.item_status.value,
            status_label=HANDOVER_ITEM_STATUS_LABELS[each.item_status],
            note=each.refusal_reason or "",
        )
        for each in await case_handovers(actor, case_id)
    ]


def handover_table(rows: rx.Var[list[HandoverRow]]) -> rx.Component:
    """Draw them."""

    def line(row: Any) -> rx.Component:
        return rx.el.tr(
            rx.el.td(link(row.number, href=row.href), data_phone="title"),
            rx.el.td(row.kind, data_label="Loại"),
            rx.el.td(row.sides, class_name="wide", data_label="Bên giao → bên nhận"),
            rx.el.td(row.sent, class_name="nowrap", data_label="Gửi lúc"),
            rx.el.td(status(row.status, row.status_label), data_label="Trạng thái"),
            rx.el.td(row.note, class_name="wide", data_label="Lý do từ chối", data_phone="line"),
            key=row.key,
        )

    heads = ("Bàn giao", "Loại", "Bên giao → bên nhận", "Gửi lúc", "Trạng thái", "Lý do từ chối")
    return rx.cond(
        rows.length() > 0,
        rx.el.div(
            rx.el.table(
                rx.el.caption(rx.el.span("Bàn giao của hồ sơ", class_name="only-read")),
                rx.el.thead(rx.el.tr(*(rx.el.th(head, scope="col") for head in heads))),
                rx.el.tbody(rx.foreach(rows, line)),
                class_name="table reflow",
            ),
            class_name="table-wrap",
        ),
        empty_state("Hồ sơ này chưa qua bàn giao nào.", symbol="handover"),
    )
