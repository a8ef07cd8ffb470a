"""Handovers: drafting, sending, answering item by item, recalling, and the printed record."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from thads_app.api.guard import api_actor
from thads_app.api.handover_paper import handover_paper
from thads_app.api.v1.fields import PathId, bad_cursor, read_cursor, write_cursor
from thads_app.api.v1.handover_models import (
    Confirmation,
    Draft,
    DraftChange,
    HandoverAnswer,
    HandoverFilters,
    HandoverList,
    ItemOutcome,
    ItemOutcomes,
    RefusalBody,
    SavedAnswer,
    Seen,
    handover_answer,
    handover_row,
)
from thads_app.api.v1.problems import renamed, told
from thads_app.api.v1.routing import area
from thads_app.errors import Invalid
from thads_app.rules.rights import Actor, Permission
from thads_app.services import directory, handover_views, handovers

router = area("/handovers")

Reader = Annotated[Actor, api_actor(Permission.HANDOVER_READ)]
Giver = Annotated[Actor, api_actor(Permission.HANDOVER_CREATE)]
Receiver = Annotated[Actor, api_actor(Permission.HANDOVER_CONFIRM, Permission.HANDOVER_APPROVE)]


@router.get("")
async def list_handovers(actor: Reader, filters: Annotated[HandoverFilters, Query()]) -> HandoverList:
    """The handovers you may know of, newest first: given, received, to approve as head, or all."""
    below, above = _place(filters.cursor)
    page = await handover_views.list_handovers(
        actor, filters.box, filters.status, below=below, above=above, size=filters.limit
    )
    return HandoverList(
        items=[handover_row(view) for view in page.rows],
        next=write_cursor("below", page.older) if page.older else None,
        previous=write_cursor("above", page.newer) if page.newer else None,
    )


@router.post("", status_code=201)
async def draft_handover(actor: Giver, body: Draft, response: Response) -> SavedAnswer:
    """Prepare a handover. The same draft sent twice stays one; nothing moves before it is sent and confirmed."""
    saved = await _save(actor, body)
    response.headers["Location"] = f"{router.prefix}/{saved.id}"
    return saved


@router.get("/{handover_id}")
async def read_handover(actor: Reader, handover_id: PathId) -> HandoverAnswer:
    """One handover with its items and what you may do with them."""
    return handover_answer(await handover_views.handover_detail(actor, handover_id))


@router.put("/{handover_id}")
async def change_draft(actor: Giver, handover_id: PathId, body: DraftChange) -> SavedAnswer:
    """Write a draft anew."""
    return await _save(actor, body, handover_id, body.version)


@router.post("/{handover_id}/send")
async def send_handover(actor: Giver, handover_id: PathId, body: Seen | None = None) -> SavedAnswer:
    """Send a draft to its receiver."""
    saved = await handovers.send_handover(actor, handover_id, expected_version=body.version if body else None)
    return SavedAnswer.model_validate(saved)


@router.post("/{handover_id}/recall")
async def recall_handover(actor: Giver, handover_id: PathId, body: Seen | None = None) -> SavedAnswer:
    """Take back what nobody has confirmed yet."""
    saved = await handovers.recall_handover(actor, handover_id, expected_version=body.version if body else None)
    return SavedAnswer.model_validate(saved)


@router.post("/{handover_id}/items/confirm")
async def confirm_items(actor: Receiver, handover_id: PathId, body: Confirmation) -> ItemOutcomes:
    """Confirm items as receiver or as head; responsibility moves with the last confirmation an item needs."""
    results = await handovers.confirm_items(
        actor, handover_id, body.item_ids, confirmer=body.confirmer, expected_version=body.version
    )
    return ItemOutcomes(results=[_outcome(result) for result in results])


@router.post("/{handover_id}/items/refuse")
async def refuse_items(actor: Receiver, handover_id: PathId, body: RefusalBody) -> SavedAnswer:
    """Refuse items with a reason; they stay with the giver."""
    saved = await handovers.refuse_items(
        actor, handover_id, body.item_ids, body.reason, confirmer=body.confirmer, expected_version=body.version
    )
    return SavedAnswer.model_validate(saved)


@router.get(
    "/{handover_id}/document",
    response_class=Response,
    responses={200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}},
)
async def handover_document(actor: Reader, handover_id: PathId) -> Response:
    """The printed record (biên bản) of a handover that was sent."""
    paper = await handover_paper(actor, handover_id)
    headers = {"Content-Disposition": f'attachment; filename="{paper.name}"', "X-Export-Record": paper.code}
    return Response(paper.content, media_type="application/pdf", headers=headers)


async def _save(actor: Actor, body: Draft, handover_id: int | None = None, version: int | None = None) -> SavedAnswer:
    command = handovers.SaveHandover(
        handover_id=handover_id,
        kind=body.kind,
        giver_staff_id=await directory.some_officer_id(body.giver, "giver"),
        receiver_staff_id=await directory.some_officer_id(body.receiver, "receiver"),
        reason=body.reason,
        items=[handovers.ItemInput(**item.model_dump()) for item in body.items],
        expected_version=version,
    )
    try:
        return SavedAnswer.model_validate(await handovers.save_draft(actor, command))
    except Invalid as wrong:
        raise renamed(wrong, lambda name: _by_position(name, body)) from None


def _by_position(name: str, body: Draft) -> str:
    """Give a field named `items.<case id>…` by the service its name `items.<position>…` in the request."""
    parts = name.split(".")
    if parts[0] != "items" or len(parts) == 1:
        return name
    position = max(place for place, item in enumerate(body.items) if str(item.case_id) == parts[1])
    return ".".join(["items", str(position), *parts[2:]])


def _place(cursor: str) -> tuple[int | None, int | None]:
    """(below, above): the ids a page lies between."""
    if not cursor:
        return None, None
    side, handover_id = read_cursor(cursor, str, int)
    if side not in {"below", "above"} or not 0 <= handover_id < 2**63:
        raise bad_cursor()
    return (handover_id, None) if side == "below" else (None, handover_id)


def _outcome(result: handovers.ItemResult) -> ItemOutcome:
    code, detail = told(result.error) if result.error else (None, None)
    return ItemOutcome(
        item_id=result.item_id, case_id=result.case_id, ok=result.ok, moved=result.moved, code=code, detail=detail
    )
