"""Requests of data subjects: taken in with their terms, answered, carried out or refused, and never forgotten.

Luật 91/2025/QH15 Đ.4; NĐ 356/2025/NĐ-CP Đ.5. The terms stand in `rules/data_requests.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import DataRequest
from models.personal_enums import (
    OPEN_DATA_REQUESTS,
    DataRequestKind,
    DataRequestStatus,
    RequestChannel,
)
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound, Refused, StaleVersion
from thads_app.repositories import data_requests as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.data_requests import RequestFilter
from thads_app.rules.data_requests import (
    TERMS,
    RequestStep,
    allowed_steps,
    deadlines,
    extended_due,
    is_overdue,
)
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import format_date, normalise
from thads_app.services.office_tree import office_tree

PAGE_SIZE = 50
CHOICES = 12
_ACTIONS = {
    RequestStep.RESPOND: "subject.request_respond",
    RequestStep.EXTEND: "subject.request_extend",
    RequestStep.FULFIL: "subject.request_fulfil",
    RequestStep.REFUSE: "subject.request_refuse",
    RequestStep.WITHDRAW: "subject.request_withdraw",
}
CLOSED = tuple(status for status in DataRequestStatus if status not in OPEN_DATA_REQUESTS)


class NewRequest(BaseModel):
    """A request as it came in. `others_involved`: a processor or third party must act too, which lengthens the term."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)

    office_code: str
    received_on: date
    channel: RequestChannel
    kind: DataRequestKind
    subject_name: str = Field(max_length=120)
    contact: str = Field(default="", max_length=200)
    content: str = Field(max_length=2000)
    others_involved: bool = False
    responsible_id: int | None = None


class RequestAct(BaseModel):
    """A step taken on a request. `words` are the answer, the ground of a refusal, or the reason of an extension."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)

    request_id: int
    version: int
    step: RequestStep
    words: str = Field(default="", max_length=2000)


@dataclass(frozen=True)
class RequestView:
    """A request as shown."""

    id: int
    version: int
    label: str
    office: str
    received_on: date
    channel: RequestChannel
    kind: DataRequestKind
    subject_name: str
    contact: str
    content: str
    others_involved: bool
    status: DataRequestStatus
    respond_by: date
    due_on: date
    responded_on: date | None
    extended_on: date | None
    extension_reason: str
    responsible: str
    answer: str
    closed_on: date | None
    overdue: bool
    steps: frozenset[RequestStep]
    term_source: str


@dataclass(frozen=True)
class RequestQuery:
    """Which requests are asked for. `office` is a code."""

    office: str = ""
    open_only: bool = False
    closed_only: bool = False
    overdue_only: bool = False
    before_id: int | None = None


@dataclass(frozen=True)
class RequestPage:
    """Some requests, newest first, with how many are open and late in all; `next_id` leads to older ones."""

    rows: list[RequestView]
    next_id: int | None
    open_count: int
    overdue_count: int


async def list_requests(
    actor: Actor, query: RequestQuery, *, today: date | None = None, size: int = PAGE_SIZE
) -> RequestPage:
    """The requests of the actor's offices.

    Raises:
        Forbidden: the actor does not look after personal data.
    """
    scope = actor.scope(Permission.PRIVACY_MANAGE)
    tree, day = await office_tree(), today or clock.today()
    office = tree.by_code.get(query.office)
    statuses = tuple(OPEN_DATA_REQUESTS) if query.open_only else CLOSED if query.closed_only else ()
    wanted = RequestFilter(
        office_ids=None if office is None or office.id == tree.root.id else tuple(sorted(tree.today_ids(office.id))),
        statuses=statuses,
        overdue_on=day if query.overdue_only else None,
        before_id=query.before_id,
    )
    async with db.session(actor) as session:
        found = await repository.requests_page(session, scope, wanted, size + 1)
        rows = [_view(row, name or "", tree, day) for row, name in found[:size]]
        open_count, overdue_count = await repository.request_counts(session, scope, day)
    return RequestPage(rows, rows[-1].id if len(found) > size else None, open_count, overdue_count)


def _view(row: DataRequest, responsible: str, tree: OfficeTree, today: date) -> RequestView:
    extended = row.extended_on is not None
    return RequestView(
        id=row.id or 0,
        version=row.version,
        label=f"YC-{row.number}/{row.year}",
        office=tree.nodes[row.office_id].short_name,
        received_on=row.received_on,
        channel=row.channel,
        kind=row.kind,
        subject_name=row.subject_name,
        contact=row.contact or "",
        content=row.content,
        others_involved=row.others_involved,
        status=row.status,
        respond_by=row.respond_by,
        due_on=row.due_on,
        responded_on=row.responded_on,
        extended_on=row.extended_on,
        extension_reason=row.extension_reason or "",
        responsible=responsible,
        answer=row.answer or "",
        closed_on=row.closed_on,
        overdue=is_overdue(row.status, row.respond_by, row.due_on, today),
        steps=allowed_steps(row.status, extended=extended, due_on=row.due_on, today=today),
        term_source=TERMS[row.kind].source,
    )


async def record_request(actor: Actor, command: NewRequest, *, today: date | None = None) -> RequestView:
    """Take a request in; its terms run from the day it came in.

    Raises:
        Forbidden: the actor looks after no personal data. NotFound: not of that office. Invalid: fields are wrong.
    """
    scope = actor.scope(Permission.PRIVACY_MANAGE)
    tree, day = await office_tree(), today or clock.today()
    office = tree.by_code.get(command.office_code)
    if office is None or not scope.holds(office.id):
        raise NotFound("office_not_found", {"code": command.office_code})
    _check_new(command, day)
    terms = deadlines(command.kind, command.received_on, others_involved=command.others_involved)
    async with unit_of_work(actor) as session:
        responsible = await _responsible(session, tree, office.id, command.responsible_id)
        row = DataRequest(
            office_id=office.id,
            year=command.received_on.year,
            number=await repository.next_number(session, office.id, command.received_on.year),
            received_on=command.received_on,
            channel=command.channel,
            kind=command.kind,
            subject_name=command.subject_name,
            contact=command.contact or None,
            content=command.content,
            others_involved=command.others_involved,
            respond_by=terms.respond_by,
            due_on=terms.due_on,
            responsible_id=command.responsible_id,
            created_by=actor.account_id,
        )
        session.add(row)
        await session.flush()
        view = _view(row, responsible, tree, day)
        await write_audit(
            session,
            actor,
            "subject.request_recorded",
            "data_request",
            row.id,
            office_id=office.id,
            detail={"number": view.label, "kind": command.kind.value, "date": format_date(terms.due_on)},
        )
    return view


def _check_new(command: NewRequest, today: date) -> None:
    wrong: dict[str, FieldError] = {}
    if not command.subject_name:
        wrong["subject_name"] = FieldError("subject_name_needed")
    if not command.content:
        wrong["content"] = FieldError("required")
    if command.received_on > today:
        wrong["received_on"] = FieldError("request_received_in_future")
    if wrong:
        raise Invalid(fields=wrong)


async def _responsible(session: AsyncSession, tree: OfficeTree, office_id: int, account_id: int | None) -> str:
    """The name of whoever is to be responsible: somebody of the office.

    Raises:
        Invalid: nobody of it.
    """
    if account_id is None:
        return ""
    person = await repository.person_of(session, sorted(tree.today_ids(office_id)), account_id)
    if person is None:
        raise Invalid(fields={"responsible": FieldError("kind_choose")})
    return person.full_name


async def take_step(actor: Actor, act: RequestAct, *, today: date | None = None) -> RequestView:
    """Respond to, extend, fulfil, refuse a request, or note that it was withdrawn.

    Raises:
        NotFound: no such request in the actor's offices. StaleVersion: somebody was faster.
        Refused: the step is not possible now. Invalid: the words are missing.
    """
    scope = actor.scope(Permission.PRIVACY_MANAGE)
    tree, day = await office_tree(), today or clock.today()
    _check_words(act)
    async with unit_of_work(actor) as session:
        row = await repository.find_request(session, scope, act.request_id, lock=True)
        if row is None:
            raise NotFound
        if row.version != act.version:
            raise StaleVersion
        extended = row.extended_on is not None
        if act.step not in allowed_steps(row.status, extended=extended, due_on=row.due_on, today=day):
            raise Refused("request_step_not_now")
        before = _told(row)
        _apply(row, act, day)
        row.version += 1
        await session.flush()
        await write_audit(
            session,
            actor,
            _ACTIONS[act.step],
            "data_request",
            row.id,
            office_id=row.office_id,
            before=before,
            after=_told(row),
            message=act.words,
        )
        return _view(row, "", tree, day)


def _check_words(act: RequestAct) -> None:
    needed = {
        RequestStep.FULFIL: "request_answer_needed",
        RequestStep.REFUSE: "request_ground_needed",
        RequestStep.EXTEND: "reason_needed",
    }
    if act.step in needed and not act.words:
        raise Invalid(fields={"words": FieldError(needed[act.step])})


def _told(row: DataRequest) -> dict[str, object]:
    return {"status": row.status.value, "due_on": format_date(row.due_on)}


def _apply(row: DataRequest, act: RequestAct, today: date) -> None:
    if act.step is RequestStep.EXTEND:
        row.due_on = extended_due(row.kind, row.received_on, others_involved=row.others_involved)
        row.extended_on, row.extension_reason = today, act.words[:500]
        return
    row.responded_on = row.responded_on or today
    if act.step is RequestStep.RESPOND:
        row.status = DataRequestStatus.IN_HAND
        return
    row.status = {
        RequestStep.FULFIL: DataRequestStatus.FULFILLED,
        RequestStep.REFUSE: DataRequestStatus.REFUSED,
        RequestStep.WITHDRAW: DataRequestStatus.WITHDRAWN,
    }[act.step]
    row.answer, row.closed_on = act.words or None, today


async def give_to(actor: Actor, request_id: int, account_id: int) -> str:
    """Make somebody of the office responsible for an open request; return the name.

    Raises:
        NotFound: no such request. Refused: it is closed. Invalid: nobody of that office.
    """
    scope = actor.scope(Permission.PRIVACY_MANAGE)
    tree = await office_tree()
    async with unit_of_work(actor) as session:
        row = await repository.find_request(session, scope, request_id, lock=True)
        if row is None:
            raise NotFound
        if row.status not in OPEN_DATA_REQUESTS:
            raise Refused("request_step_not_now")
        name = await _responsible(session, tree, row.office_id, account_id)
        row.responsible_id, row.version = account_id, row.version + 1
        await session.flush()
        await write_audit(
            session,
            actor,
            "subject.request_given",
            "data_request",
            row.id,
            office_id=row.office_id,
            detail={"full_name": name},
        )
    return name


@dataclass(frozen=True)
class Person:
    """Somebody to choose."""

    id: int
    name: str
    office: str


async def find_people(actor: Actor, text: str) -> list[Person]:
    """People of the actor's offices to be made responsible.

    Raises:
        Forbidden: the actor does not look after personal data.
    """
    scope = actor.scope(Permission.PRIVACY_MANAGE)
    tree = await office_tree()
    offices = [node.id for node in tree.nodes.values() if scope.holds(node.id)]
    async with db.session(actor) as session:
        found = await repository.people_of(session, offices, normalise(text[:100]).split(), CHOICES)
        return [
            Person(account.id or 0, account.full_name, tree.nodes[account.office_id].short_name) for account in found
        ]
