"""Officers by code and by name, for lists to be narrowed to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Posting, StaffMember
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope
from thads_app.rules.vietnamese import normalise


async def officers_by_code(session: AsyncSession, codes: Sequence[str]) -> Sequence[StaffMember]:
    """The officers of these codes. Names of officers are no secret inside the service; no scope applies."""
    if not codes:
        return []
    query = select(StaffMember).where(col(StaffMember.code).in_(codes)).order_by(col(StaffMember.name_key))
    return (await session.execute(query)).scalars().all()


async def officers_like(
    session: AsyncSession, scope: Scope, words: str, office_ids: Sequence[int] | None, limit: int
) -> list[StaffMember]:
    """Officers ever posted in the scope (and the offices) whose normalised name holds the words, by name.

    Names are few thousand at most, so they are compared in Python, where accents can be left out.
    """
    posted = select(col(Posting.staff_id)).where(in_scope(col(Posting.office_id), scope))
    if office_ids is not None:
        posted = posted.where(col(Posting.office_id) == any_(bindparam(None, list(office_ids), type_=ARRAY(INTEGER))))
    query = (
        select(StaffMember)
        .where(col(StaffMember.grade).is_not(None), col(StaffMember.id).in_(posted))
        .order_by(col(StaffMember.name_key), col(StaffMember.code))
    )
    found: list[StaffMember] = []
    for officer in (await session.execute(query)).scalars():
        if words in normalise(officer.full_name) or words in officer.code.casefold():
            found.append(officer)
            if len(found) == limit:
                break
    return found
