"""What data subjects asked for, and the register of processing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, DataRequest, ProcessingActivity
from models.personal_enums import OPEN_DATA_REQUESTS, DataRequestStatus
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_request: Any = DataRequest
_activity: Any = ProcessingActivity
_account: Any = Account

NUMBER_LOCK = 7406


@dataclass(frozen=True)
class RequestFilter:
    """Which requests a list shows; an empty field asks nothing. `overdue_on` keeps those late on that day."""

    office_ids: tuple[int, ...] | None = None
    statuses: tuple[DataRequestStatus, ...] = ()
    overdue_on: date | None = None
    before_id: int | None = None


async def next_number(session: AsyncSession, office_id: int, year: int) -> int:
    """The number of an office's next request of a year; others wait until the transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:space, :office)"), {"space": NUMBER_LOCK, "office": office_id}
    )
    query = select(func.max(_request.number)).where(_request.office_id == office_id, _request.year == year)
    return int((await session.execute(query)).scalar_one() or 0) + 1


async def find_request(
    session: AsyncSession, scope: Scope, request_id: int, *, lock: bool = False
) -> DataRequest | None:
    """One request in scope."""
    query = select(DataRequest).where(_request.id == request_id, in_scope(_request.office_id, scope))
    if lock:
        query = query.with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def requests_page(
    session: AsyncSession, scope: Scope, wanted: RequestFilter, limit: int
) -> list[tuple[DataRequest, str | None]]:
    """Requests in scope, newest first, with who is responsible."""
    query: Any = (
        select(DataRequest, _account.full_name)
        .outerjoin(Account, _account.id == _request.responsible_id)
        .where(in_scope(_request.office_id, scope))
        .order_by(_request.id.desc())
        .limit(limit)
    )
    if wanted.office_ids is not None:
        query = query.where(in_scope(_request.office_id, Scope(office_ids=frozenset(wanted.office_ids))))
    if wanted.statuses:
        query = query.where(_request.status.in_(wanted.statuses))
    if wanted.overdue_on is not None:
        query = query.where(_overdue(wanted.overdue_on))
    if wanted.before_id is not None:
        query = query.where(_request.id < wanted.before_id)
    found: Any = await session.execute(query)
    return [(row[0], row[1]) for row in found]


async def request_counts(session: AsyncSession, scope: Scope, today: date) -> tuple[int, int]:
    """How many requests in scope are open, and how many of them are late."""
    still_open = _request.status.in_(OPEN_DATA_REQUESTS)
    query: Any = select(func.count().filter(still_open), func.count().filter(_overdue(today))).where(
        in_scope(_request.office_id, scope)
    )
    row: Any = (await session.execute(query)).one()
    return int(row[0]), int(row[1])


def _overdue(today: date) -> Any:
    waiting = _request.status == DataRequestStatus.RECEIVED
    in_hand = _request.status == DataRequestStatus.IN_HAND
    return or_(and_(waiting, _request.respond_by < today), and_(in_hand, _request.due_on < today))


async def people_of(
    session: AsyncSession, office_ids: Sequence[int], words: Sequence[str], limit: int
) -> list[Account]:
    """Accounts in use of some offices whose name holds every word, for a choice of who is responsible."""
    query: Any = (
        select(Account)
        .where(_account.office_id.in_(office_ids), _account.disabled_at.is_(None))
        .order_by(_account.search_key, _account.id)
        .limit(limit)
    )
    for word in words:
        query = query.where(_account.search_key.contains(word, autoescape=True))
    return list((await session.execute(query)).scalars())


async def person_of(session: AsyncSession, office_ids: Sequence[int], account_id: int) -> Account | None:
    """An account in use of some offices."""
    query = select(Account).where(
        _account.id == account_id, _account.office_id.in_(office_ids), _account.disabled_at.is_(None)
    )
    return (await session.execute(query)).scalar_one_or_none()


async def activities(session: AsyncSession) -> Sequence[ProcessingActivity]:
    """The register of processing, in its order. It is the service's own; no scope applies."""
    return (await session.execute(select(ProcessingActivity).order_by(_activity.code))).scalars().all()


async def find_activity(session: AsyncSession, code: str, *, lock: bool = False) -> ProcessingActivity | None:
    """One activity of the register."""
    query = select(ProcessingActivity).where(_activity.code == code)
    if lock:
        query = query.with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


def store_activities(connection: Connection, rows: Sequence[Mapping[str, str]]) -> None:
    """Load the activities the program itself carries out where the register has none of that code yet.

    Works as the owner, at set-up; what somebody edited stays.
    """
    if rows:
        connection.execute(insert(ProcessingActivity).on_conflict_do_nothing(index_elements=["code"]), [*rows])
