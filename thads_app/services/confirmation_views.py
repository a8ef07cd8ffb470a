"""What is shown of completions that wait for a second person, and the limit above which they do."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.guard_enums import CompletionStatus
from thads_app import clock
from thads_app.db import session as reading
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound
from thads_app.repositories import cases as case_repository
from thads_app.repositories import confirmations as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.confirmations import ListedCompletion
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.rights import NOWHERE, Actor, Permission
from thads_app.services.confirmations import REASON_LIMIT, confirming_barred
from thads_app.services.event_counts import acting_for
from thads_app.services.office_tree import office_tree

SHOWN = 200
COUNT_LIMIT = 100


@dataclass(frozen=True)
class CompletionView:
    """A completion request as shown. `collected` is what the case will have collected all told, in đồng.

    `barred` is why the reader may not confirm it although the right is held.
    """

    id: int
    case_id: int
    decision_number: str
    debtor_name: str
    office_id: int
    business_date: date
    outstanding: int
    collected: int
    document_number: str
    ground: str
    note: str
    recorded_by: str
    on_behalf_of: str
    recorded_at: datetime
    status: CompletionStatus
    answered_by: str
    answered_at: datetime | None
    reason: str
    may_answer: bool
    may_withdraw: bool
    barred: Refusal | None


@dataclass(frozen=True)
class CompletionLimit:
    """đồng above which two people are needed, where the figure comes from, and whether the reader may change it."""

    amount: int
    source_note: str
    may_change: bool


async def waiting_count(actor: Actor) -> int:
    """How many completions wait for the actor's confirmation, at most `COUNT_LIMIT`."""
    scope = actor.scopes.get(Permission.COMPLETION_CONFIRM, NOWHERE)
    if not scope or actor.account_id is None:
        return 0
    async with reading(actor) as session:
        return await repository.waiting_count(session, scope, actor.account_id, COUNT_LIMIT)


async def completions(actor: Actor, *, answered: bool = False) -> list[CompletionView]:
    """Those that wait, oldest first, or the last answered ones: of offices where the actor confirms, and their own."""
    answers = (CompletionStatus.CONFIRMED, CompletionStatus.REFUSED, CompletionStatus.WITHDRAWN)
    scope = actor.scopes.get(Permission.COMPLETION_CONFIRM, NOWHERE)
    async with reading(actor) as session:
        rows = await repository.listed(
            session,
            scope,
            actor.account_id,
            statuses=answers if answered else (CompletionStatus.WAITING,),
            limit=SHOWN,
        )
        return [await _view(session, actor, row) for row in rows]


async def completion(actor: Actor, asked_id: int) -> CompletionView:
    """One request: of an office where the actor confirms, or recorded by the actor.

    Raises:
        NotFound: there is none within reach.
    """
    async with reading(actor) as session:
        row = await repository.one(session, actor.scope(Permission.CASE_READ), asked_id)
        known = row is not None and (
            row.request.recorded_by == actor.account_id
            or actor.may_in(Permission.COMPLETION_CONFIRM, row.case.office_id)
        )
        if row is None or not known:
            raise NotFound
        return await _view(session, actor, row)


async def waiting_at_case(actor: Actor, case_id: int) -> CompletionView | None:
    """The completion of a case that waits, if one does.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    async with reading(actor) as session:
        if await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id) is None:
            raise NotFound
        rows = await repository.of_case(session, case_id)
        waiting = next((row for row in rows if row.request.status is CompletionStatus.WAITING), None)
        return await _view(session, actor, waiting) if waiting else None


async def _view(session: AsyncSession, actor: Actor, row: ListedCompletion) -> CompletionView:
    asked, case = row.request, row.case
    waits = asked.status is CompletionStatus.WAITING
    right = waits and actor.may_in(Permission.COMPLETION_CONFIRM, case.office_id)
    stead = acting_for(actor, Permission.COMPLETION_CONFIRM, case.office_id)
    barred = await confirming_barred(session, actor, asked, case, stead) if right else None
    return CompletionView(
        id=asked.id or 0,
        case_id=asked.case_id,
        decision_number=case.decision_number,
        debtor_name=case.debtor_name,
        office_id=case.office_id,
        business_date=asked.business_date,
        outstanding=case.outstanding,
        collected=case.collected + case.outstanding if waits else asked.collected,
        document_number=asked.document_number or "",
        ground=asked.ground or "",
        note=asked.note or "",
        recorded_by=row.recorded_by,
        on_behalf_of=row.on_behalf_of,
        recorded_at=asked.recorded_at or clock.now(),
        status=asked.status,
        answered_by=row.answered_by,
        answered_at=asked.answered_at,
        reason=asked.reason or "",
        may_answer=right and barred is None,
        may_withdraw=waits and asked.recorded_by == actor.account_id,
        barred=barred,
    )


# -- the limit -------------------------------------------------------------------------------------------------------


async def completion_limit(actor: Actor) -> CompletionLimit:
    """The limit as it stands."""
    tree = await office_tree()
    async with reading(actor) as session:
        amount, note = await repository.completion_limit(session)
    return CompletionLimit(amount, note, actor.may_in(Permission.OFFICE_MANAGE, tree.root.id))


async def change_limit(actor: Actor, amount: int | None, source_note: str) -> None:
    """Set the limit for the whole country; completions that wait already go on waiting.

    Raises:
        Forbidden: the actor does not manage the whole country. Invalid: fields are wrong.
    """
    tree = await office_tree()
    if not actor.may_in(Permission.OFFICE_MANAGE, tree.root.id):
        raise Forbidden("forbidden_office")
    note = source_note.strip()
    errors: dict[str, FieldError] = {}
    if amount is None or amount < 0:
        errors["amount"] = FieldError("limit_needed")
    if not note or len(note) > REASON_LIMIT:
        errors["source_note"] = FieldError("limit_source_needed")
    if errors or amount is None:
        raise Invalid(fields=errors)
    async with unit_of_work(actor) as session:
        before, _ = await repository.completion_limit(session)
        await repository.set_limit(session, amount, note)
        detail: dict[str, object] = {"changes": {"amount": [str(before), str(amount)]}, "source_note": note}
        await write_audit(
            session, actor, "setting.changed", "setting", repository.LIMIT_KEY, office_id=tree.root.id, detail=detail
        )
