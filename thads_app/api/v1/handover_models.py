"""What requests and answers about handovers say."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from models.enums import CaseStatus, HandoverItemStatus, HandoverKind, HandoverStatus
from thads_app.api.v1.fields import Answer, Body, Code, Cursor, Id, Money, PageSize, Text, Version
from thads_app.api.v1.names import OfficeRef
from thads_app.messages import sentence
from thads_app.rules.handovers import MAX_ITEMS, Confirmer
from thads_app.services.handover_views import Box, HandoverDetail, HandoverView, ItemView

# -- requests --------------------------------------------------------------------------------------------------------


class ItemBody(Body):
    """One case with what lies in its dossier; `money_in_custody` in đồng."""

    case_id: Id
    sheet_count: Annotated[int, Field(strict=True, ge=0, le=100_000)] = 0
    open_deadlines: Annotated[Text, Field(max_length=500)] = ""
    money_in_custody: Money = 0
    note: Annotated[Text, Field(max_length=500)] = ""


class Draft(Body):
    """A handover to prepare. Between officers the giver is you unless you name the one you act for."""

    kind: HandoverKind
    giver: Code | None = None
    receiver: Code | None = None
    reason: Annotated[Text, Field(max_length=500)] = ""
    items: Annotated[list[ItemBody], Field(min_length=1, max_length=MAX_ITEMS)]


class DraftChange(Draft):
    """A draft as it is to be. `version` is that of the draft as read."""

    version: Version


class Seen(Body):
    """The version of the handover you saw; without one, whatever it is now is acted on."""

    version: Version | None = None


class Confirmation(Seen):
    """In which capacity you confirm, and which items; all that wait for you when left out."""

    confirmer: Confirmer
    item_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_ITEMS)] | None = None


class RefusalBody(Seen):
    """In which capacity you refuse, which items, and why."""

    confirmer: Confirmer
    item_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_ITEMS)]
    reason: Annotated[Text, Field(min_length=1, max_length=500)]


class HandoverFilters(Body):
    """Which handovers are listed."""

    box: Box = Box.ALL
    status: Annotated[list[HandoverStatus], Field(default_factory=list, max_length=10)]
    limit: PageSize = 50
    cursor: Cursor = ""


# -- answers ---------------------------------------------------------------------------------------------------------


class SavedAnswer(Answer):
    """A handover after a change."""

    id: int
    label: str
    status: HandoverStatus
    version: int


class HandoverRow(Answer):
    """A handover as lists show it; `items` counts its cases by their state."""

    id: int
    label: str
    kind: HandoverKind
    status: HandoverStatus
    giver: str
    giver_office: OfficeRef
    receiver: str
    receiver_office: OfficeRef
    reason: str
    created_at: datetime | None
    sent_at: datetime | None
    closed_at: datetime | None
    items: dict[HandoverItemStatus, int]


class HandoverList(Answer):
    """One page, newest first."""

    items: list[HandoverRow]
    next: str | None
    previous: str | None


class ItemAnswer(Answer):
    """One case of a handover and what you may do with it; `problem` says why it cannot be confirmed any more."""

    id: int
    case_id: int
    decision_number: str
    decision_date: date
    debtor: str
    creditor: str
    case_status: CaseStatus
    outstanding: int
    sheet_count: int
    open_deadlines: str
    money_in_custody: int
    note: str
    status: HandoverItemStatus
    refusal_reason: str
    received_by: str
    received_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    problem: str | None
    may_confirm: bool
    may_approve: bool


class HandoverAnswer(Answer):
    """A handover whole."""

    handover: HandoverRow
    version: int
    business_date: date | None
    prepared_by: str
    items: list[ItemAnswer]
    may_edit: bool
    may_recall: bool


class ItemOutcome(Answer):
    """How the confirmation of one item ended; `moved` when responsibility went over with it."""

    item_id: int
    case_id: int
    ok: bool
    moved: bool
    code: str | None
    detail: str | None


class ItemOutcomes(Answer):
    """How each confirmation ended."""

    results: list[ItemOutcome]


def handover_row(view: HandoverView) -> HandoverRow:
    """A row of a list."""
    return HandoverRow(
        id=view.id,
        label=view.label,
        kind=view.kind,
        status=view.status,
        giver=view.giver,
        giver_office=OfficeRef(code=view.giver_office_code, name=view.giver_office),
        receiver=view.receiver,
        receiver_office=OfficeRef(code=view.receiver_office_code, name=view.receiver_office),
        reason=view.reason,
        created_at=view.created_at,
        sent_at=view.sent_at,
        closed_at=view.closed_at,
        items=view.items,
    )


def handover_answer(detail: HandoverDetail) -> HandoverAnswer:
    """A handover whole."""
    return HandoverAnswer(
        handover=handover_row(detail.view),
        version=detail.version,
        business_date=detail.business_date,
        prepared_by=detail.prepared_by,
        items=[_item(item) for item in detail.items],
        may_edit=detail.may_edit,
        may_recall=detail.may_recall,
    )


def _item(item: ItemView) -> ItemAnswer:
    return ItemAnswer(
        id=item.id,
        case_id=item.case_id,
        decision_number=item.decision_number,
        decision_date=item.decision_date,
        debtor=item.debtor,
        creditor=item.creditor,
        case_status=item.case_status,
        outstanding=item.outstanding,
        sheet_count=item.sheet_count,
        open_deadlines=item.open_deadlines,
        money_in_custody=item.money_in_custody,
        note=item.note,
        status=item.status,
        refusal_reason=item.refusal_reason,
        received_by=item.received_by,
        received_at=item.received_at,
        approved_by=item.approved_by,
        approved_at=item.approved_at,
        problem=sentence(item.problem) if item.problem else None,
        may_confirm=item.may_confirm,
        may_approve=item.may_approve,
    )
