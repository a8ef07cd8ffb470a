"""Folding deltas into the monthly summaries."""

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import StatDelta, StatFold
from thads_app.repositories.base import DELTA_WRITERS_LOCK

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_delta: Any = StatDelta
_fold: Any = StatFold
FOLDER_LOCK = 7402
"""Held by the one process that folds, until its transaction ends."""

_MONTHS = (
    "date_trunc('month', business_date::timestamp)::date, date_trunc('month', recorded_at AT TIME ZONE 'UTC')::date"
)
_OFFICE_COLUMNS = "office_id, indicator, business_month, recorded_month, judgment_kind"
_OFFICE_KEYS = f"office_id, indicator, {_MONTHS}, judgment_kind"
_FINE_COLUMNS = (
    "office_id, officer_id, indicator, business_month, recorded_month, judgment_kind, source, state_revenue, "
    "credit_institution"
)
_FINE_KEYS = f"office_id, officer_id, indicator, {_MONTHS}, judgment_kind, source, state_revenue, credit_institution"


def _fold_statement(table: str, columns: str, keys: str) -> str:
    places = ", ".join(str(place + 1) for place in range(columns.count(",") + 1))
    return (
        f"INSERT INTO {table} ({columns}, count, amount) "
        f"SELECT {keys}, sum(count), sum(amount) FROM stat_delta WHERE id > :after AND id <= :upto "
        # Rows of one office lie together then, for the index as for whoever reads them.
        f"GROUP BY {places} ORDER BY {places} "
        f"ON CONFLICT ({columns}) DO UPDATE SET "
        f"count = {table}.count + excluded.count, amount = {table}.amount + excluded.amount"
    )


_STATEMENTS = (
    text(_fold_statement("stat_office_monthly", _OFFICE_COLUMNS, _OFFICE_KEYS)),
    text(_fold_statement("stat_monthly", _FINE_COLUMNS, _FINE_KEYS)),
)


async def complete_upto(session: AsyncSession) -> int | None:
    """The highest delta id below which every delta is committed; None while somebody is writing deltas.

    The session must be a transaction of its own that ends at once: writers wait for it.
    """
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    if not (await session.execute(lock, {"key": DELTA_WRITERS_LOCK})).scalar_one():
        return None
    # A statement of its own, so that its snapshot is younger than the lock.
    return int((await session.execute(select(func.coalesce(func.max(_delta.id), 0)))).scalar_one())


async def nothing_to_fold(session: AsyncSession) -> bool:
    """Whether the mark has reached the newest delta there is; asked before taking any lock."""
    newest = select(func.coalesce(func.max(_delta.id), 0)).scalar_subquery()
    return bool((await session.execute(select(_fold.last_delta_id >= newest).where(_fold.id == 1))).scalar_one())


async def fold_step(session: AsyncSession, upto: int, limit: int) -> tuple[int, int]:
    """Fold at most `limit` delta ids after the mark, none above `upto`; return the mark before and after."""
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FOLDER_LOCK})
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(text("SET LOCAL work_mem = '128MB'"))
    before = int((await session.execute(select(_fold.last_delta_id).where(_fold.id == 1))).scalar_one())
    after = min(upto, before + limit)
    if after <= before:
        return before, before
    for statement in _STATEMENTS:
        await session.execute(statement, {"after": before, "upto": after})
    mark = text("UPDATE stat_fold SET last_delta_id = :after, folded_at = clock_timestamp() WHERE id = 1")
    await session.execute(mark, {"after": after})
    return before, after


async def unfolded(session: AsyncSession) -> tuple[int, float]:
    """How many deltas wait to be folded, and for how many seconds at most the oldest has waited.

    An import may date its recordings back, so the wait is not longer than since the last fold either.
    """
    fold = (await session.execute(select(_fold.last_delta_id, _fold.folded_at).where(_fold.id == 1))).one()
    oldest = text(
        "SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() -"
        " greatest(min(recorded_at), CAST(:folded_at AS timestamptz))), 0)"
        " FROM stat_delta WHERE id > :mark"
    )
    row = (await session.execute(oldest, {"mark": fold[0], "folded_at": fold[1]})).one()
    return int(row[0]), float(row[1]) if row[0] else 0.0
