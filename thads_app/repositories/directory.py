"""Officers as a directory: by code, by id, and page by page within the offices of a scope."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Posting, StaffMember
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope

# SQLModel types a column by its value; queries want the column.
_staff: Any = StaffMember
_posting: Any = Posting


def _posted(scope: Scope, office_ids: Sequence[int] | None, day: date) -> ColumnElement[bool]:
    conditions = [
        in_scope(_posting.office_id, scope),
        or_(_posting.valid_from.is_(None), _posting.valid_from <= day),
        or_(_posting.valid_to.is_(None), _posting.valid_to >= day),
    ]
    if office_ids is not None:
        conditions.append(in_scope(_posting.office_id, Scope(office_ids=frozenset(office_ids))))
    return and_(*conditions)


async def officers_after(
    session: AsyncSession, scope: Scope, *, office_ids: Sequence[int] | None, day: date, after: str, limit: int | None
) -> Sequence[StaffMember]:
    """Officers posted on a day in the scope (and in these offices), by code, behind a code.

    Args:
        session: the transaction.
        scope: the offices that may be looked at.
        office_ids: only these; all of the scope when None.
        day: the day of the posting.
        after: the code they come behind; from the beginning when empty.
        limit: at most so many; all when None (a few thousand people in the whole country).
    """
    posted = select(_posting.staff_id).where(_posted(scope, office_ids, day))
    query = select(StaffMember).where(_staff.grade.is_not(None), _staff.id.in_(posted)).order_by(_staff.code)
    if after:
        query = query.where(_staff.code > after)
    return (await session.execute(query.limit(limit))).scalars().all()


async def posts_of(session: AsyncSession, scope: Scope, staff_ids: Sequence[int], day: date) -> dict[int, list[int]]:
    """Person → the offices of the scope they are posted to on a day."""
    query = (
        select(_posting.staff_id, _posting.office_id)
        .where(_posting.staff_id.in_(staff_ids), _posted(scope, None, day))
        .order_by(_posting.id)
    )
    found: dict[int, list[int]] = {}
    for staff_id, office_id in await session.execute(query):
        found.setdefault(staff_id, []).append(office_id)
    return found


async def officers_by_code(session: AsyncSession, codes: Sequence[str]) -> dict[str, int]:
    """Code → id of officers. That somebody is an officer is no secret inside the service; no scope applies."""
    query = select(_staff.code, _staff.id).where(_staff.code.in_(codes), _staff.grade.is_not(None))
    return {row[0]: row[1] for row in await session.execute(query)}


async def staff_by_id(session: AsyncSession, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Id → code and name of staff members a case or an event the caller may see names."""
    query = select(_staff.id, _staff.code, _staff.full_name).where(_staff.id.in_(ids))
    return {staff_id: (code, name) for staff_id, code, name in await session.execute(query)}
