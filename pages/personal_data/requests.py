"""Requests of data subjects: the list by the address, one of them beside it, and a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import reflex as rx

from components.formats import format_date, format_number
from components.inputs import Option
from components.tabs import Tab
from models.personal_enums import (
    DATA_REQUEST_KIND_LABELS,
    DATA_REQUEST_STATUS_LABELS,
    REQUEST_CHANNEL_LABELS,
    DataRequestKind,
    DataRequestStatus,
    RequestChannel,
)
from pages.cases.typed import Typed, problem_words, words_of
from pages.frame import announce
from thads_app import clock
from thads_app.auth.gate import current_actor
from thads_app.auth.policy import policy
from thads_app.errors import DomainError, FieldError
from thads_app.messages import sentence
from thads_app.rules.data_requests import RequestStep
from thads_app.rules.rights import Permission
from thads_app.services.data_requests import (
    NewRequest,
    RequestAct,
    RequestQuery,
    RequestView,
    find_people,
    give_to,
    list_requests,
    record_request,
    take_step,
)
from thads_app.services.office_tree import office_tree
from thads_app.services.search import find_offices

PATH = "/du-lieu-ca-nhan"
REQUESTS, REGISTER = "yeu-cau", "hoat-dong"
FILTERS = {"mo": "Chưa xong", "qua-han": "Quá hạn", "xong": "Đã xong", "tat-ca": "Tất cả"}
OFFICE_CHOICES = 12
STEP_LABELS = {
    RequestStep.RESPOND: "Đã phản hồi tiếp nhận",
    RequestStep.EXTEND: "Gia hạn",
    RequestStep.FULFIL: "Đã thực hiện",
    RequestStep.REFUSE: "Từ chối",
    RequestStep.WITHDRAW: "Người yêu cầu rút",
}
TONES = {DataRequestStatus.FULFILLED: "good", DataRequestStatus.REFUSED: "warn"}


@dataclass(frozen=True)
class RequestRow:
    """One request, written out."""

    id: int
    version: int
    label: str
    office: str
    received: str
    channel: str
    kind: str
    subject: str
    contact: str
    content: str
    status: str
    tone: str
    respond_by: str
    due: str
    overdue: bool
    responsible: str
    history: str
    answer: str
    term_source: str
    steps: list[Option]


NONE_OPEN = RequestRow(
    id=0, version=0, label="", office="", received="", channel="", kind="", subject="", contact="", content="",
    status="", tone="", respond_by="", due="", overdue=False, responsible="", history="", answer="", term_source="",
    steps=[],
)  # fmt: skip


class RequestListState(rx.State):
    """The list, and the panels of one request and of a new one."""

    section: str = REQUESTS
    sections: list[Tab] = []
    rows: list[RequestRow] = []
    loading: bool = True
    error: str = ""
    filters: list[Tab] = []
    filter: str = "mo"
    first_href: str = ""
    next_href: str = ""
    count_label: str = ""
    export_href: str = ""
    today: str = ""
    home_code: str = ""
    home_label: str = ""
    offices: list[Option] = []
    people: list[Option] = []
    creating: bool = False
    opened: bool = False
    row: RequestRow = NONE_OPEN
    form_key: str = ""
    saved: str = ""
    busy: bool = False
    errors: dict[str, str] = {}

    @rx.event(supersedes=True)
    @policy(Permission.PRIVACY_MANAGE)
    async def load(self) -> Any:
        """Show the requests the address asks for."""
        self.loading, self.error = True, ""
        yield
        actor = current_actor()
        parameters = self.router.url.query_parameters
        self.section = REGISTER if parameters.get("muc") == REGISTER else REQUESTS
        asked = parameters.get("trang-thai", "")
        self.filter = asked if asked in FILTERS else "mo"
        tree = await office_tree()
        home = tree.nodes[actor.office_id]
        self.home_code, self.home_label = home.code, home.short_name
        self.today = format_date(clock.today())
        office = parameters.get("don-vi", "")
        try:
            page = await list_requests(actor, query_of(parameters))
        except DomainError as problem:
            self.rows, self.error = [], sentence(problem)
        else:
            self.rows = [row_of(view) for view in page.rows]
            kept = {"don-vi": office if office in tree.by_code else ""}
            counts = {"mo": page.open_count, "qua-han": page.overdue_count}
            self.filters = [
                Tab(key, label, address({**kept, "trang-thai": key}), str(counts.get(key) or ""))
                for key, label in FILTERS.items()
            ]
            self.sections = [
                Tab(REQUESTS, "Yêu cầu của chủ thể dữ liệu", address(kept), str(page.open_count or "")),
                Tab(REGISTER, "Hoạt động xử lý", address({**kept, "muc": REGISTER})),
            ]
            kept["trang-thai"] = self.filter
            self.first_href = address(kept) if parameters.get("sau") else ""
            self.next_href = address({**kept, "sau": str(page.next_id)}) if page.next_id else ""
            self.count_label = f"{format_number(len(page.rows))} yêu cầu"
            self.export_href = address(kept, "/api/personal-data/requests.xlsx")
        self.loading = False

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def start(self) -> None:
        """Open the panel of a new request."""
        self.opened, self.errors, self.form_key, self.creating = False, {}, str(uuid4()), True

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def show(self, request_id: int) -> None:
        """Open one request of the list beside it."""
        self.row = next((row for row in self.rows if row.id == request_id), NONE_OPEN)
        self.creating, self.errors, self.form_key = False, {}, str(uuid4())
        self.opened = self.row.id != 0

    @rx.event
    @policy("authenticated")
    async def close(self) -> None:
        """Close the panels."""
        self.creating = self.opened = False

    @rx.event(supersedes=True)
    @policy(Permission.PRIVACY_MANAGE)
    async def search_offices(self, text: str) -> None:
        """Fill the choice of offices."""
        found = await find_offices(current_actor(), str(text), OFFICE_CHOICES, Permission.PRIVACY_MANAGE)
        self.offices = [Option(node.code, node.short_name, node.code) for node in found]

    @rx.event(supersedes=True)
    @policy(Permission.PRIVACY_MANAGE)
    async def search_people(self, text: str) -> None:
        """Fill the choice of who is responsible."""
        found = await find_people(current_actor(), str(text))
        self.people = [Option(str(person.id), person.name, person.office) for person in found]

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def create(self, form_data: dict) -> Any:
        """Take in the request the form describes."""
        typed = Typed(form_data)
        command = _new_request(typed)
        if command is None:
            self.errors = words_of(typed.errors)
            return None
        try:
            made = await record_request(current_actor(), command)
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.errors, self.saved, self.creating = {}, str(uuid4()), False
        due = f"phản hồi trước {format_date(made.respond_by)}, xong trước {format_date(made.due_on)}"
        await announce(self, f"Đã ghi yêu cầu {made.label}: {due}.")
        return RequestListState.load

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def act(self, form_data: dict) -> Any:
        """Take the step the form names."""
        row, typed = self.row, Typed(form_data)
        if not self.opened:
            return None
        step = typed.word("step", RequestStep)
        words = typed.text("words", 2000)
        if typed.errors or step is None:
            self.errors = words_of(typed.errors)
            return None
        try:
            view = await take_step(
                current_actor(), RequestAct(request_id=row.id, version=row.version, step=step, words=words)
            )
        except DomainError as problem:
            self.errors = problem_words(problem)
            return None
        self.errors, self.opened = {}, False
        status = DATA_REQUEST_STATUS_LABELS[view.status].lower()
        await announce(self, f"{row.label}: {status}, hạn {format_date(view.due_on)}.")
        return RequestListState.load

    @rx.event
    @policy(Permission.PRIVACY_MANAGE)
    async def give(self, form_data: dict) -> Any:
        """Make the person chosen responsible."""
        row, typed = self.row, Typed(form_data)
        if not self.opened:
            return None
        person = typed.identifier("person")
        if person is None:
            self.errors = words_of(typed.errors)
            return None
        try:
            name = await give_to(current_actor(), row.id, person)
        except DomainError as problem:
            self.errors = {"person": sentence(FieldError("kind_choose")), **problem_words(problem)}
            return None
        self.errors, self.opened = {}, False
        await announce(self, f"{row.label} giao cho {name}.")
        return RequestListState.load


def address(parameters: Mapping[str, str], path: str = PATH) -> str:
    """The page, or the file, with these parameters."""
    said = {name: value for name, value in parameters.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def query_of(parameters: Mapping[str, str]) -> RequestQuery:
    """What the address asks for; open requests when it says nothing."""
    asked = parameters.get("trang-thai", "")
    before = parameters.get("sau", "")
    return RequestQuery(
        office=parameters.get("don-vi", ""),
        open_only=asked == "mo" or asked not in FILTERS,
        closed_only=asked == "xong",
        overdue_only=asked == "qua-han",
        before_id=int(before) if before.isascii() and before.isdigit() and len(before) < 18 else None,
    )


def _new_request(typed: Typed) -> NewRequest | None:
    """The command a form describes; None when something of it cannot be read (`typed.errors`)."""
    received = typed.day("received_on")
    channel = typed.word("channel", RequestChannel)
    kind = typed.word("kind", DataRequestKind)
    texts = {"subject_name": 120, "contact": 200, "content": 2000, "office_code": 12}
    values = {name: typed.text(name, limit) for name, limit in texts.items()}
    person = typed.identifier("person", needed=False)
    if not values["office_code"]:
        typed.errors["office_code"] = FieldError("required")
    if not values["subject_name"]:
        typed.errors["subject_name"] = FieldError("subject_name_needed")
    if not values["content"]:
        typed.errors["content"] = FieldError("required")
    if typed.errors or received is None or channel is None or kind is None:
        return None
    return NewRequest(
        received_on=received,
        channel=channel,
        kind=kind,
        others_involved=typed.ticked("others_involved"),
        responsible_id=person,
        **values,
    )


def row_of(view: RequestView) -> RequestRow:
    """A request written out."""
    return RequestRow(
        id=view.id,
        version=view.version,
        label=view.label,
        office=view.office,
        received=format_date(view.received_on),
        channel=REQUEST_CHANNEL_LABELS[view.channel],
        kind=DATA_REQUEST_KIND_LABELS[view.kind],
        subject=view.subject_name,
        contact=view.contact,
        content=view.content,
        status=f"Quá hạn · {DATA_REQUEST_STATUS_LABELS[view.status].lower()}"
        if view.overdue
        else DATA_REQUEST_STATUS_LABELS[view.status],
        tone="alert" if view.overdue else TONES.get(view.status, ""),
        respond_by=format_date(view.responded_on or view.respond_by) + (" (đã phản hồi)" if view.responded_on else ""),
        due=format_date(view.due_on),
        overdue=view.overdue,
        responsible=view.responsible or "Chưa giao",
        history=_history(view),
        answer=view.answer,
        term_source=view.term_source,
        steps=[Option(step.value, label) for step, label in STEP_LABELS.items() if step in view.steps],
    )


def _history(view: RequestView) -> str:
    parts = [f"Nhận {format_date(view.received_on)}, {REQUEST_CHANNEL_LABELS[view.channel].lower()}"]
    if view.others_involved:
        parts.append("cần bên khác cùng thực hiện")
    if view.responded_on:
        parts.append(f"phản hồi tiếp nhận {format_date(view.responded_on)}")
    if view.extended_on:
        parts.append(f"gia hạn {format_date(view.extended_on)}: {view.extension_reason}")
    if view.closed_on:
        parts.append(f"kết thúc {format_date(view.closed_on)}")
    return " · ".join(parts)
