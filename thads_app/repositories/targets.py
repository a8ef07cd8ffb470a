"""Yearly targets of the completion rate."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import Target
from models.enums import Measure


async def targets_of_year(session: AsyncSession, office_ids: Sequence[int], fiscal_year: int) -> Sequence[Target]:
    """The targets of these offices. Targets are no secret inside the service; no scope applies."""
    query = select(Target).where(Target.office_id.in_(office_ids), Target.fiscal_year == fiscal_year)
    return (await session.execute(query)).scalars().all()


async def save_target(
    session: AsyncSession, office_id: int, fiscal_year: int, measure: Measure, rate: Decimal, source_note: str
) -> None:
    """Set a target, replacing the one there is."""
    row = insert(Target).values(
        office_id=office_id, fiscal_year=fiscal_year, measure=measure, rate=rate, source_note=source_note
    )
    replaced = {"rate": row.excluded.rate, "source_note": row.excluded.source_note}
    cell = [Target.office_id, Target.fiscal_year, Target.measure]
    await session.execute(row.on_conflict_do_update(index_elements=cell, set_=replaced))


async def delete_target(session: AsyncSession, office_id: int, fiscal_year: int, measure: Measure) -> None:
    """Take a target away; the one of the office above holds again."""
    await session.execute(
        delete(Target).where(
            Target.office_id == office_id, Target.fiscal_year == fiscal_year, Target.measure == measure
        )
    )
