"""Handovers given, received, waiting for the head, and all within reach; everything chosen is in the address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from components.data_table import Column, data_table, pager
from components.elements import key_hint, link
from components.states import empty_state
from components.status import status
from components.tabs import Tab, segmented, tabs
from models.enums import HandoverStatus
from pages.frame import framed
from pages.handovers.rows import HandoverRow, handover_row
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.rules.rights import Actor, Permission
from thads_app.services.handover_views import Box, Waiting, list_handovers

PATH = "/ban-giao"
BOXES = {"giao": Box.OUTGOING, "nhan": Box.INCOMING, "duyet": Box.TO_APPROVE, "tat-ca": Box.ALL}
STATUSES: dict[str, tuple[HandoverStatus, ...]] = {
    "": (),
    "cho": (HandoverStatus.SENT,),
    "nhap": (HandoverStatus.DRAFT,),
    "xong": (HandoverStatus.CLOSED, HandoverStatus.RECALLED),
}
STATUS_WORDS = {"": "Tất cả", "cho": "Chờ xác nhận", "nhap": "Bản nháp", "xong": "Đã kết thúc"}
EMPTY = {
    "giao": "Bạn chưa giao hồ sơ nào.",
    "nhan": "Chưa có hồ sơ nào được giao cho bạn.",
    "duyet": "Không có bàn giao nào chờ thủ trưởng xác nhận.",
    "tat-ca": "Chưa có bàn giao nào trong phạm vi của bạn.",
}
LONGEST_ID = 18


class HandoverListState(rx.State):
    """One page of a list of handovers, written out."""

    rows: list[HandoverRow] = []
    loading: bool = True
    error: str = ""
    tabs: list[Tab] = []
    box: str = "nhan"
    statuses: list[Tab] = []
    status: str = ""
    count_label: str = ""
    empty: str = ""
    first_href: str = ""
    previous_href: str = ""
    next_href: str = ""
    can_create: bool = False

    @rx.event(supersedes=True)
    @policy(Permission.HANDOVER_READ)
    async def load(self) -> Any:
        """Show the list the address asks for."""
        actor = current_actor()
        asked = dict(self.router.url.query_parameters)
        self.loading, self.error = True, ""
        yield
        boxes = boxes_of(actor)
        box = asked.get("hop", "")
        box = box if box in boxes else boxes[0]
        offered = statuses_of(box)
        wanted = asked.get("trang-thai", "")
        wanted = wanted if wanted in offered else ""
        try:
            page = await list_handovers(
                actor,
                BOXES[box],
                STATUSES[wanted],
                office_code=asked.get("don-vi", "") if box == "tat-ca" else "",
                below=_id_of(asked.get("sau", "")),
                above=_id_of(asked.get("truoc", "")),
            )
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            self.rows = [handover_row(row) for row in page.rows]
            self.box, self.status, self.empty = box, wanted, EMPTY[box]
            kept = {name: asked[name] for name in ("nam", "don-vi") if asked.get(name)}
            self.tabs = tabs_of(boxes, page.waiting, kept)
            here = {**kept, "hop": box}
            self.statuses = [Tab(key, STATUS_WORDS[key], _address({**here, "trang-thai": key})) for key in offered]
            here = {**here, "trang-thai": wanted}
            self.first_href = _address(here) if page.newer else ""
            self.previous_href = _address({**here, "truoc": str(page.newer)}) if page.newer else ""
            self.next_href = _address({**here, "sau": str(page.older)}) if page.older else ""
            self.count_label = f"{len(page.rows)} bàn giao" if not (page.newer or page.older) else ""
            self.can_create = actor.may(Permission.HANDOVER_CREATE)
        self.loading = False


def boxes_of(actor: Actor) -> list[str]:
    """The lists of use to somebody, the one that opens first at the front."""
    found: list[str] = []
    if actor.staff_id is not None:
        found.append("nhan")
    if actor.may(Permission.HANDOVER_APPROVE):
        found.append("duyet")
    if actor.may(Permission.HANDOVER_CREATE):
        found.append("giao")
    return [*found, "tat-ca"]


def statuses_of(box: str) -> list[str]:
    """The states a list can be narrowed to: what waits for the head is sent, and nobody receives a draft."""
    if box == "duyet":
        return []
    return [key for key in STATUSES if key != "nhap" or box != "nhan"]


def tabs_of(boxes: list[str], waiting: Waiting, kept: Mapping[str, str]) -> list[Tab]:
    """The tabs in their fixed order, each with how many cases wait in it."""
    words = {"giao": "Tôi giao", "nhan": "Tôi nhận", "duyet": "Chờ thủ trưởng", "tat-ca": "Trong phạm vi"}
    counts = {"nhan": waiting.as_receiver, "duyet": waiting.as_head}
    return [
        Tab(key, word, _address({**kept, "hop": key}), str(counts.get(key) or ""))
        for key, word in words.items()
        if key in boxes
    ]


def _address(parameters: Mapping[str, str]) -> str:
    said = {name: value for name, value in parameters.items() if value}
    return f"{PATH}?{urlencode(said)}" if said else PATH


def _id_of(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None


COLUMNS = (
    Column("number", "Số", lambda row: row.number, hideable=False),
    Column("kind", "Loại", lambda row: row.kind, phone="hide"),
    Column("giver", "Bên giao", lambda row: row.giver, wide=True, phone="line"),
    Column("receiver", "Bên nhận", lambda row: row.receiver, wide=True, phone="line"),
    Column("size", "Hồ sơ", lambda row: row.size, number=True),
    Column("result", "Kết quả", lambda row: row.result),
    Column("at", "Gửi lúc", lambda row: row.at),
    Column("status", "Trạng thái", lambda row: status(row.status, row.status_label)),
)


def view() -> rx.Component:
    """Draw the lists."""
    state = HandoverListState
    return framed(
        tabs(state.tabs, state.box, "Các danh sách bàn giao"),
        rx.cond(
            state.statuses.length() > 0,
            rx.el.div(
                segmented(state.statuses, state.status, "Trạng thái bàn giao"),
                style={"marginBottom": "12px"},
                class_name="no-print",
            ),
        ),
        data_table(
            COLUMNS,
            state.rows,
            name="ban-giao",
            caption="Bàn giao hồ sơ",
            row_key=lambda row: row.id,
            row_href=lambda row: row.href,
            loading=state.loading,
            error=state.error,
            on_retry=state.load,
            empty=empty_state(state.empty, _create(""), symbol="handover"),
        ),
        pager(state.count_label, first=state.first_href, previous=state.previous_href, next=state.next_href),
        title="Bàn giao hồ sơ",
        active="handovers",
        actions=(_create("n"),),
    )


def _create(key: str) -> rx.Component:
    hint: tuple[rx.Component, ...] = (key_hint(key.upper()),) if key else ()
    return rx.cond(
        HandoverListState.can_create,
        link(
            "Lập bàn giao",
            *hint,
            href="/ban-giao/moi",
            class_name="button primary" if key else "button",
            **({"data_key": key} if key else {}),
        ),
    )
