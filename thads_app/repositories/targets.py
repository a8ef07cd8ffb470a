"""Yearly targets of the completion rate."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from models import Office, Target
from models.enums import Measure
from thads_app.rules.targets import NationalTarget

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_target: Any = Target
_office: Any = Office


async def targets_of_year(session: AsyncSession, office_ids: Sequence[int], fiscal_year: int) -> Sequence[Target]:
    """The targets of these offices. Targets are no secret inside the service; no scope applies."""
    query = select(Target).where(_target.office_id.in_(office_ids), _target.fiscal_year == fiscal_year)
    return (await session.execute(query)).scalars().all()


async def save_target(session: AsyncSession, target: Target) -> None:
    """Set a target, replacing the one there is."""
    row = insert(Target).values(target.model_dump(exclude={"id"}))
    replaced = {"rate": row.excluded.rate, "source_note": row.excluded.source_note}
    cell = [_target.office_id, _target.fiscal_year, _target.measure]
    await session.execute(row.on_conflict_do_update(index_elements=cell, set_=replaced))


async def delete_target(session: AsyncSession, office_id: int, fiscal_year: int, measure: Measure) -> None:
    """Take a target away; the one of the office above holds again."""
    await session.execute(
        delete(Target).where(
            _target.office_id == office_id, _target.fiscal_year == fiscal_year, _target.measure == measure
        )
    )


def store_national_targets(connection: Connection, targets: Sequence[NationalTarget]) -> None:
    """Load the nation's published targets where none is set yet. Works as the owner, at set-up; no scope applies."""
    nation = connection.execute(select(_office.id).where(_office.parent_id.is_(None))).scalar_one()
    rows = [
        {
            "office_id": nation,
            "fiscal_year": target.fiscal_year,
            "measure": measure,
            "rate": rate,
            "source_note": target.source_note,
        }
        for target in targets
        for measure, rate in ((Measure.COUNT, target.count), (Measure.AMOUNT, target.amount))
    ]
    connection.execute(insert(Target).on_conflict_do_nothing(), rows)
