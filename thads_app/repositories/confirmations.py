"""Completions that wait for a second person, and the limit above which they do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import Account, Case, CompletionRequest, RoleGrant, Setting
from models.enums import Role
from models.guard_enums import CompletionStatus
from thads_app.repositories.base import in_scope
from thads_app.rules.guards import COMPLETION_LIMIT
from thads_app.rules.rights import Scope

LIMIT_KEY = "completion.second_person_above"

_request = CompletionRequest


class ListedCompletion(NamedTuple):
    """A completion request with its case and the names of the people in it."""

    request: CompletionRequest
    case: Case
    recorded_by: str
    on_behalf_of: str
    answered_by: str


async def completion_limit(session: AsyncSession) -> tuple[int, str]:
    """đồng above which a completion needs a second person, and where the figure comes from."""
    row = await session.get(Setting, LIMIT_KEY)
    return (int(row.value), row.source_note) if row else (COMPLETION_LIMIT, "")


async def set_limit(session: AsyncSession, limit: int, source_note: str) -> None:
    """Change the limit."""
    values = {"value": str(limit), "source_note": source_note, "updated_at": func.now()}
    statement = insert(Setting).values(key=LIMIT_KEY, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["key"], set_=values))


async def waiting_of(session: AsyncSession, case_id: int) -> CompletionRequest | None:
    """The request of a case that waits. The caller may see the case."""
    query = select(_request).where(col(_request.case_id) == case_id, col(_request.status) == CompletionStatus.WAITING)
    return (await session.execute(query)).scalar_one_or_none()


async def by_request(session: AsyncSession, request_id: UUID) -> CompletionRequest | None:
    """What a browser's request already asked for, if anything."""
    query = select(_request).where(col(_request.request_id) == request_id)
    return (await session.execute(query)).scalar_one_or_none()


async def find(session: AsyncSession, scope: Scope, asked_id: int, *, lock: bool = False) -> CompletionRequest | None:
    """The request when its case lies in the scope; `lock` keeps others from answering it."""
    query = (
        select(_request)
        .join(Case, col(Case.id) == col(_request.case_id))
        .where(col(_request.id) == asked_id, in_scope(col(Case.office_id), scope))
    )
    if lock:
        query = query.with_for_update(of=_request).execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


def _listed() -> Any:
    recorder: Any = aliased(Account)
    principal: Any = aliased(Account)
    answerer: Any = aliased(Account)
    return (
        select(
            _request,
            Case,
            recorder.full_name,
            func.coalesce(principal.full_name, ""),
            func.coalesce(answerer.full_name, ""),
        )
        .join(Case, col(Case.id) == col(_request.case_id))
        .join(recorder, recorder.id == col(_request.recorded_by))
        .outerjoin(principal, principal.id == col(_request.on_behalf_of))
        .outerjoin(answerer, answerer.id == col(_request.answered_by))
    )


async def listed(
    session: AsyncSession,
    scope: Scope,
    account_id: int | None,
    *,
    statuses: Sequence[CompletionStatus],
    limit: int,
) -> list[ListedCompletion]:
    """Requests of cases in the scope and the reader's own; waiting ones oldest first, answered ones newest first."""
    query = _listed().where(
        col(_request.status).in_(statuses),
        or_(in_scope(col(Case.office_id), scope), col(_request.recorded_by) == account_id),
    )
    oldest_first = tuple(statuses) == (CompletionStatus.WAITING,)
    order = col(_request.id) if oldest_first else col(_request.id).desc()
    return [ListedCompletion(*row) for row in (await session.execute(query.order_by(order).limit(limit))).all()]


async def one(session: AsyncSession, scope: Scope, asked_id: int) -> ListedCompletion | None:
    """A request when its case lies in the scope."""
    query = _listed().where(col(_request.id) == asked_id, in_scope(col(Case.office_id), scope))
    row = (await session.execute(query)).first()
    return ListedCompletion(*row) if row else None


async def of_case(session: AsyncSession, case_id: int) -> list[ListedCompletion]:
    """The requests of a case the caller may see, newest first."""
    query = _listed().where(col(_request.case_id) == case_id).order_by(col(_request.id).desc()).limit(20)
    return [ListedCompletion(*row) for row in (await session.execute(query)).all()]


async def waiting_count(session: AsyncSession, scope: Scope, account_id: int | None, limit: int) -> int:
    """How many requests wait for somebody who may confirm in the scope and recorded none of them, at most `limit`."""
    cut = (
        select(col(_request.id))
        .join(Case, col(Case.id) == col(_request.case_id))
        .where(
            col(_request.status) == CompletionStatus.WAITING,
            col(_request.recorded_by) != account_id,
            in_scope(col(Case.office_id), scope),
        )
        .limit(limit)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(cut))).scalar_one())


async def confirmers_at(session: AsyncSession, office_ids: Sequence[int], day: date) -> set[int]:
    """The usable accounts of the heads and accountants of exactly these offices."""
    query = (
        select(col(Account.id))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(
            col(RoleGrant.office_id).in_(office_ids),
            col(RoleGrant.role).in_((Role.HEAD, Role.ACCOUNTANT)),
            col(Account.disabled_at).is_(None),
            col(RoleGrant.ended_at).is_(None),
            or_(col(RoleGrant.valid_from).is_(None), col(RoleGrant.valid_from) <= day),
            or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) >= day),
        )
    )
    return {row for row in (await session.execute(query)).scalars() if row is not None}
