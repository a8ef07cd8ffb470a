"""Cases: the list with its filters, registering, reading, changing particulars, assigning several at once."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from pydantic import Field

from models.personal_enums import PersonalField, RevealPurpose
from thads_app.api.guard import api_actor
from thads_app.api.v1.case_models import (
    CaseAnswer,
    CaseChanges,
    CaseFilters,
    CaseList,
    Change,
    EditedAnswer,
    NewCase,
    RegisteredAnswer,
    case_answer,
    case_row,
)
from thads_app.api.v1.fields import (
    Answer,
    Body,
    Code,
    Day,
    Id,
    PathId,
    Text,
    bad_cursor,
    read_cursor,
    write_cursor,
)
from thads_app.api.v1.names import names_of
from thads_app.api.v1.problems import told
from thads_app.api.v1.routing import area
from thads_app.errors import FieldError, Invalid, StaleVersion
from thads_app.rules.rights import Actor, Permission
from thads_app.services import case_edits, case_lists, cases, directory, events
from thads_app.services.case_query import CaseQuery, read_place
from thads_app.services.office_tree import office_tree
from thads_app.services.personal_data import Reveal, reveal

router = area("/cases")

MOST_ASSIGNED = 500
Reader = Annotated[Actor, api_actor(Permission.CASE_READ)]
Editor = Annotated[Actor, api_actor(Permission.CASE_UPDATE)]


class NewAssignments(Body):
    """Cases to give to one officer. With a `request_id`, sending it again assigns nothing twice."""

    case_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST_ASSIGNED)]
    officer: Code
    business_date: Day
    document_number: Annotated[Text, Field(max_length=80)] | None = None
    note: Annotated[Text, Field(max_length=1000)] | None = None
    request_id: UUID | None = None


class RevealBody(Body):
    """Which number is wanted and what for; `reason` says it in words."""

    field: PersonalField
    purpose: RevealPurpose
    reason: Annotated[Text, Field(min_length=5, max_length=300)]


class RevealedAnswer(Answer):
    """The number whole."""

    name: str
    field: PersonalField
    value: str


class Outcome(Answer):
    """How the assignment of one case ended; `code` and `detail` say why it did not happen."""

    case_id: int
    decision_number: str
    ok: bool
    code: str | None = None
    detail: str | None = None


class Outcomes(Answer):
    """How each assignment ended."""

    results: list[Outcome]


@router.get("")
async def list_cases(actor: Reader, filters: Annotated[CaseFilters, Query()]) -> CaseList:
    """The cases you may see, filtered and sorted; follow `next` for more."""
    page = await case_lists.list_cases(actor, await _query(filters), size=filters.limit)
    names = await names_of(row.officer_id for row in page.rows)
    return CaseList(
        items=[case_row(row, names) for row in page.rows],
        count=page.count,
        count_exceeded=page.more,
        next=_cursor(page.following),
        previous=_cursor(page.previous),
    )


@router.post("", status_code=201)
async def register_case(
    actor: Annotated[Actor, api_actor(Permission.CASE_CREATE)], body: NewCase, response: Response
) -> RegisteredAnswer:
    """Register an enforcement decision as a case; assign it at once when an officer is named."""
    tree = await office_tree()
    command = cases.RegisterCase(
        office_id=directory.office_id(tree, body.office, "office"),
        decision_number=body.decision_number,
        decision_date=body.decision_date,
        source=body.source,
        received_entrustment=body.received_entrustment,
        judgment=body.judgment.as_input(),
        parties=[party.as_input() for party in body.parties],
        obligations=[owed.as_input() for owed in body.obligations],
        state_revenue=body.state_revenue,
        credit_institution=body.credit_institution,
        staff_id=await directory.some_officer_id(body.officer),
        assigned_on=body.assigned_on,
        request_id=body.request_id,
    )
    made = await cases.register_case(actor, command)
    response.headers["Location"] = f"{router.prefix}/{made.case_id}"
    return RegisteredAnswer(id=made.case_id, decision_number=made.decision_number, late=made.late)


@router.post("/assignments")
async def assign_cases(actor: Annotated[Actor, api_actor(Permission.CASE_ASSIGN)], body: NewAssignments) -> Outcomes:
    """Assign cases to one officer, each on its own: some may succeed where others do not."""
    staff_id = await directory.officer_id(body.officer)
    results = await events.assign_cases(
        actor,
        list(dict.fromkeys(body.case_ids)),
        staff_id,
        body.business_date,
        document_number=body.document_number,
        note=body.note,
        request_id=body.request_id,
    )
    return Outcomes(results=[_outcome(result) for result in results])


@router.get("/{case_id}")
async def read_case(actor: Reader, case_id: PathId) -> CaseAnswer:
    """One case: who, how much, where it stands."""
    case = await cases.case_detail(actor, case_id)
    return case_answer(case, await names_of([case.officer_id]))


@router.post("/{case_id}/parties/{party_id}/reveal")
async def reveal_number(
    actor: Annotated[Actor, api_actor(Permission.PERSONAL_REVEAL, Permission.PERSONAL_REVEAL_OWN)],
    case_id: PathId,
    party_id: PathId,
    body: RevealBody,
) -> RevealedAnswer:
    """See one masked number whole, for a purpose; it leaves a trace, as on screen."""
    found = await reveal(actor, Reveal(case_id, party_id, body.field, body.purpose, body.reason))
    return RevealedAnswer(name=found.name, field=found.field, value=found.value)


@router.patch("/{case_id}")
async def change_case(actor: Editor, case_id: PathId, body: CaseChanges) -> EditedAnswer:
    """Change particulars of a case. Its state, amount and dates change by events only."""
    before = await case_edits.editable_case(actor, case_id)
    if before.version != body.version:
        log = await case_edits.case_log(actor, case_id)
        raise StaleVersion(by=log[0].by if log else "")
    edited = await case_edits.edit_case(actor, before, _wanted(before.particulars, body))
    changed = {name: Change(before=pair[0], now=pair[1]) for name, pair in edited.changed.items()}
    return EditedAnswer(id=edited.case_id, version=edited.version, changed=changed)


def _wanted(present: case_edits.Particulars, body: CaseChanges) -> case_edits.Particulars:
    if body.parties is not None and present.parties is None:
        too_many = FieldError("parties_from_list", {"limit": case_edits.EDITABLE_PARTIES})
        raise Invalid(fields={"parties": too_many})
    plain = ("decision_number", "source", "received_entrustment", "state_revenue", "credit_institution")
    changes: dict[str, object] = {name: getattr(body, name) for name in plain if getattr(body, name) is not None}
    if body.judgment is not None:
        changes["judgment"] = body.judgment.as_input()
    if body.parties is not None:
        changes["parties"] = [party.as_input() for party in body.parties]
    if body.obligations is not None:
        changes["obligations"] = [owed.as_input() for owed in body.obligations]
    return present.model_copy(update=changes)


def _outcome(result: events.AssignResult) -> Outcome:
    code, detail = told(result.error) if result.error else (None, None)
    return Outcome(
        case_id=result.case_id, decision_number=result.decision_number, ok=result.ok, code=code, detail=detail
    )


async def _query(filters: CaseFilters) -> CaseQuery:
    tree = await office_tree()
    if filters.office is not None:
        directory.office_id(tree, filters.office, "office")
    for position, code in enumerate(filters.officer):
        await directory.officer_id(code, f"officer.{position}")
    asked = CaseQuery(
        office=filters.office or "",
        officers=tuple(filters.officer),
        mine=filters.mine,
        unassigned=filters.unassigned,
        open_only=filters.open,
        closed_only=filters.closed,
        statuses=tuple(filters.status),
        kinds=tuple(filters.kind),
        source=filters.source,
        state_revenue=filters.state_revenue,
        credit_institution=filters.credit_institution,
        decided_from=filters.decided_from,
        decided_to=filters.decided_to,
        amount_min=filters.amount_min,
        amount_max=filters.amount_max,
        year=filters.year,
        text=filters.q,
        sort=filters.sort,
        descending=not filters.ascending,
    )
    return _placed(asked, filters.cursor) if filters.cursor else asked


def _placed(asked: CaseQuery, cursor: str) -> CaseQuery:
    side, place, sort = read_cursor(cursor, str, str, str)
    if side not in {"after", "before"} or sort != asked.sort.value or read_place(place, asked.sort) is None:
        raise bad_cursor()
    return replace(asked, after=place) if side == "after" else replace(asked, before=place)


def _cursor(neighbour: CaseQuery | None) -> str | None:
    if neighbour is None:
        return None
    side = "after" if neighbour.after else "before"
    return write_cursor(side, neighbour.after or neighbour.before, neighbour.sort.value)
