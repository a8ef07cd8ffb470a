"""Offices and postings as the database has them."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, Office, Posting, StaffMember
from models.enums import OPEN_STATUSES
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope


async def all_offices(session: AsyncSession) -> Sequence[Office]:
    """Every office, old and new. Offices are public knowledge; no scope applies."""
    return (await session.execute(select(Office).order_by(Office.code))).scalars().all()


async def staff_member(session: AsyncSession, staff_id: int) -> StaffMember | None:
    """One staff member."""
    return await session.get(StaffMember, staff_id)


async def postings_of(session: AsyncSession, staff_ids: Sequence[int]) -> Sequence[Posting]:
    """All postings of these people, oldest first."""
    query = (
        select(Posting).where(Posting.staff_id.in_(staff_ids)).order_by(Posting.valid_from.nulls_first(), Posting.id)
    )
    return (await session.execute(query)).scalars().all()


async def officers_in(
    session: AsyncSession, scope: Scope, office_ids: Sequence[int], day: date
) -> Sequence[tuple[StaffMember, int]]:
    """Officers posted on `day` in any of these offices of the scope, with the posting's office, by name."""
    query = (
        select(StaffMember, Posting.office_id)
        .join(Posting, Posting.staff_id == StaffMember.id)
        .where(
            StaffMember.grade.is_not(None),
            Posting.office_id.in_(office_ids),
            in_scope(Posting.office_id, scope),
            or_(Posting.valid_from.is_(None), Posting.valid_from <= day),
            or_(Posting.valid_to.is_(None), Posting.valid_to >= day),
        )
        .order_by(StaffMember.name_key, StaffMember.code)
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def open_loads(session: AsyncSession, scope: Scope, staff_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Open cases and their outstanding đồng of each officer, counted in the scope."""
    query = (
        select(Case.officer_id, func.count(), func.coalesce(func.sum(Case.outstanding), 0))
        .where(Case.officer_id.in_(staff_ids), Case.status.in_(OPEN_STATUSES), in_scope(Case.office_id, scope))
        .group_by(Case.officer_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in (await session.execute(query)).all()}


async def change_successor(session: AsyncSession, office_id: int, successor_id: int) -> None:
    """Name another successor of an ended office."""
    await session.execute(
        update(Office).where(Office.id == office_id).values(successor_id=successor_id, successor_rule="administrator")
    )


async def cases_touching(session: AsyncSession, office_ids: Sequence[int]) -> Sequence[int]:
    """Ids of the cases registered by, or now at, one of the offices. For recomputing after a change of successor."""
    query = select(Case.id).where(or_(Case.registered_office_id.in_(office_ids), Case.office_id.in_(office_ids)))
    return [int(row) for row in (await session.execute(query.order_by(Case.id))).scalars().all() if row is not None]
