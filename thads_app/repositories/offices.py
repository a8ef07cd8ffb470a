"""Offices and postings as the database has them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Case, Office, Posting, StaffMember
from models.enums import OPEN_STATUSES
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope


async def all_offices(session: AsyncSession) -> Sequence[Office]:
    """Every office, old and new. Offices are public knowledge; no scope applies."""
    return (await session.execute(select(Office).order_by(col(Office.code)))).scalars().all()


async def staff_member(session: AsyncSession, staff_id: int) -> StaffMember | None:
    """One staff member."""
    return await session.get(StaffMember, staff_id)


async def postings_of(session: AsyncSession, staff_ids: Sequence[int]) -> Sequence[Posting]:
    """All postings of these people, oldest first."""
    query = (
        select(Posting)
        .where(col(Posting.staff_id).in_(staff_ids))
        .order_by(col(Posting.valid_from).nulls_first(), col(Posting.id))
    )
    return (await session.execute(query)).scalars().all()


async def officers_in(
    session: AsyncSession, scope: Scope, office_ids: Sequence[int], day: date
) -> Sequence[tuple[StaffMember, int]]:
    """Officers posted on `day` in any of these offices of the scope, with the posting's office, by name."""
    query = (
        select(StaffMember, col(Posting.office_id))
        .join(Posting, col(Posting.staff_id) == col(StaffMember.id))
        .where(
            col(StaffMember.grade).is_not(None),
            col(Posting.office_id).in_(office_ids),
            in_scope(col(Posting.office_id), scope),
            or_(col(Posting.valid_from).is_(None), col(Posting.valid_from) <= day),
            or_(col(Posting.valid_to).is_(None), col(Posting.valid_to) >= day),
        )
        .order_by(col(StaffMember.name_key), col(StaffMember.code))
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def open_loads(session: AsyncSession, scope: Scope, staff_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Open cases and their outstanding đồng of each officer, counted in the scope."""
    query = (
        select(col(Case.officer_id), func.count(), func.coalesce(func.sum(col(Case.outstanding)), 0))
        .where(
            col(Case.officer_id).in_(staff_ids),
            col(Case.status).in_(OPEN_STATUSES),
            in_scope(col(Case.office_id), scope),
        )
        .group_by(col(Case.officer_id))
    )
    found = (await session.execute(query)).all()
    return {officer: (int(count), int(owed)) for officer, count, owed in found if officer is not None}


async def change_successor(session: AsyncSession, office_id: int, successor_id: int) -> None:
    """Name another successor of an ended office."""
    await session.execute(
        update(Office)
        .where(col(Office.id) == office_id)
        .values(successor_id=successor_id, successor_rule="administrator")
    )


async def cases_touching(session: AsyncSession, office_ids: Sequence[int]) -> Sequence[int]:
    """Ids of the cases registered by, or now at, one of the offices. For recomputing after a change of successor."""
    query = select(col(Case.id)).where(
        or_(col(Case.registered_office_id).in_(office_ids), col(Case.office_id).in_(office_ids))
    )
    return [
        int(row) for row in (await session.execute(query.order_by(col(Case.id)))).scalars().all() if row is not None
    ]
