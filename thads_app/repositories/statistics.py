"""Sums of statistic deltas: summaries for what is folded, the deltas themselves for the rest.

A sum as of now is `base_rows` at a fold mark plus `tail_rows` after it: exact and live at any moment. Read both
in one snapshot (`db.session`), or keep a base and add the tail since its mark: deltas are append-only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import BigInteger, NullType

from models import Assignment, Posting, StaffMember, StatDelta, StatMonthly, StatOfficeMonthly
from models.enums import STOCK_INDICATORS, Indicator, JudgmentKind, Source
from thads_app.repositories.base import in_scope
from thads_app.rules.cubes import CubeRow
from thads_app.rules.rights import EVERYWHERE, Scope

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_delta: Any = StatDelta
_person: Any = StaffMember
_posting: Any = Posting
_assignment: Any = Assignment
UNASSIGNED = 0
"""Stands for "no officer" in keys and filters: ids of people start at 1."""


class GroupBy(StrEnum):
    """One part of a key of the sums."""

    OFFICE = "office"
    OFFICER = "officer"
    KIND = "kind"
    SOURCE = "source"


@dataclass(frozen=True)
class CubeQuery:
    """Which deltas to sum, and by what.

    Attributes:
        start: first day of the first month kept apart; stocks before it are summed into one slot, flows left out.
        end: last day that counts (a month's last).
        scope: offices that count, the unit's and the actor's at once.
        groups: parts of the key, in order; empty sums everything.
        office_keys: office id → key for `GroupBy.OFFICE`; offices not named keep their own id.
        officer: only this officer's (`UNASSIGNED` for none); None for all.
        kind, source: only these.
        as_of: only deltas recorded up to that moment; None for all.
    """

    start: date
    end: date
    scope: Scope = EVERYWHERE
    groups: tuple[GroupBy, ...] = ()
    office_keys: tuple[tuple[int, int], ...] = ()
    officer: int | None = None
    kind: JudgmentKind | None = None
    source: Source | None = None
    as_of: datetime | None = None

    @property
    def by_office_only(self) -> bool:
        """Whether the summary without officers and sources is enough."""
        fine = {GroupBy.OFFICER, GroupBy.SOURCE} & set(self.groups)
        return not fine and self.officer is None and self.source is None


class FoldMark(NamedTuple):
    """Where the fold stands.

    Deltas up to `last_delta_id` are in the summaries, and none of them is still to come; `newest_delta_id` is the
    highest there is. `database` tells these tables from any others (restored, emptied, copied).
    """

    last_delta_id: int
    newest_delta_id: int
    database: str


async def fold_mark(session: AsyncSession) -> FoldMark:
    """The fold's mark as the session's snapshot has it."""
    row = (
        await session.execute(
            text(
                "SELECT coalesce((SELECT last_delta_id FROM stat_fold WHERE id = 1), 0),"
                " coalesce((SELECT max(id) FROM stat_delta), 0),"
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
                " || '/' || pg_relation_filenode('stat_delta') || '/' || pg_relation_filenode('stat_monthly')"
                " || '/' || pg_relation_filenode('stat_office_monthly')"
            )
        )
    ).one()
    return FoldMark(int(row[0]), int(row[1]), str(row[2]))


async def base_rows(session: AsyncSession, query: CubeQuery, mark: FoldMark) -> list[CubeRow]:
    """Sums over every delta up to the mark. The session's snapshot must be the one the mark was read in."""
    parts = [_summary_part(query)]
    if query.as_of is not None:
        # The month of the cut-off is only partly known at it: its recordings are read one by one.
        in_its_month = and_(_delta.id <= mark.last_delta_id, _delta.recorded_at >= _recording_month_start(query.as_of))
        parts.append(_delta_part(query, in_its_month))
    return await _sums(session, query, parts)


async def tail_rows(session: AsyncSession, query: CubeQuery, after: int, upto: int | None = None) -> list[CubeRow]:
    """Sums over the deltas whose id is greater than `after`, and not greater than `upto`."""
    which = _delta.id > after
    if upto is not None:
        which = and_(which, _delta.id <= upto)
    return await _sums(session, query, [_delta_part(query, which)])


def _summary_part(query: CubeQuery) -> Select[Any]:
    table: Any = StatOfficeMonthly if query.by_office_only else StatMonthly
    wanted = _where(table, query, table.business_month)
    if query.as_of is not None:
        wanted.append(table.recorded_month < _recording_month_start(query.as_of).date())
    return _part(table, query, table.business_month, wanted)


def _delta_part(query: CubeQuery, which: ColumnElement[bool]) -> Select[Any]:
    wanted = [*_where(StatDelta, query, _delta.business_date), which]
    if query.as_of is not None:
        wanted.append(_delta.recorded_at <= query.as_of)
    month = cast(func.date_trunc("month", cast(_delta.business_date, DateTime)), Date)
    return _part(StatDelta, query, month, wanted)


def _recording_month_start(as_of: datetime) -> datetime:
    # The fold files a recording under its month in UTC; so does the reader.
    return as_of.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _where(table: Any, query: CubeQuery, day: Any) -> list[ColumnElement[bool]]:
    stocks = table.indicator.in_(sorted(STOCK_INDICATORS))
    wanted = [in_scope(table.office_id, query.scope), day <= query.end, or_(stocks, day >= query.start)]
    if query.kind is not None:
        wanted.append(table.judgment_kind == query.kind)
    if query.source is not None:
        wanted.append(table.source == query.source)
    if query.officer is not None:
        wanted.append(table.officer_id.is_(None) if query.officer == UNASSIGNED else table.officer_id == query.officer)
    return wanted


def _part(table: Any, query: CubeQuery, month: Any, wanted: Sequence[ColumnElement[bool]]) -> Any:
    columns = [_key_column(table, group).label(f"k{place}") for place, group in enumerate(query.groups)]
    before = query.start.toordinal() - 1
    bucket = func.greatest(month, date.fromordinal(before).replace(day=1))
    return select(
        *columns, table.indicator, bucket.label("month"), table.count.label("n"), table.amount.label("money")
    ).where(*wanted)


def _key_column(table: Any, group: GroupBy) -> Any:
    if group is GroupBy.OFFICE:
        return table.office_id
    if group is GroupBy.OFFICER:
        return func.coalesce(table.officer_id, UNASSIGNED)
    return table.judgment_kind if group is GroupBy.KIND else table.source


def _office_keys(query: CubeQuery) -> Any:
    offices, keys = zip(*query.office_keys, strict=True)
    array = ARRAY(Integer)
    return (
        func.unnest(bindparam(None, list(offices), type_=array), bindparam(None, list(keys), type_=array))
        .table_valued("office_id", "key", name="office_key")
        .render_derived()
    )


def _monthly(query: CubeQuery, rows: FromClause, names: Sequence[str], *, map_offices: bool) -> Any:
    """Sums per key, indicator and month of rows, or of sums by office that are to become sums by the office's key."""
    source, keys = rows, [rows.c[name] for name in names]
    if map_offices:
        place = query.groups.index(GroupBy.OFFICE)
        office_keys = _office_keys(query)
        source = rows.join(office_keys, office_keys.c.office_id == rows.c[f"k{place}"])
        keys[place] = office_keys.c.key.label(f"k{place}")
    sums = (func.sum(rows.c.n).label("n"), func.sum(rows.c.money).label("money"))
    return (
        select(*keys, rows.c.indicator, rows.c.month, *sums)
        .select_from(source)
        .group_by(*keys, rows.c.indicator, rows.c.month)
        .subquery()
    )


async def _sums(session: AsyncSession, query: CubeQuery, parts: Sequence[Select[Any]]) -> list[CubeRow]:
    names = [f"k{place}" for place in range(len(query.groups))]
    rows = (union_all(*parts) if len(parts) > 1 else parts[0]).subquery()
    # Offices get their keys once summed: joining millions of rows first would cost several times the sum.
    monthly = _monthly(query, rows, names, map_offices=False)
    if GroupBy.OFFICE in query.groups and query.office_keys:
        monthly = _monthly(query, monthly, names, map_offices=True)
    whole, as_read = BigInteger(), NullType()  # the driver makes lists of numbers; nothing is left to convert
    statement = select(
        *(monthly.c[name] for name in names),
        monthly.c.indicator,
        func.array_agg(monthly.c.month - literal(date(1970, 1, 1), Date), type_=as_read),
        func.array_agg(cast(monthly.c.n, whole), type_=as_read),
        func.array_agg(cast(monthly.c.money, whole), type_=as_read),
    ).group_by(*(monthly.c[name] for name in names), monthly.c.indicator)
    found = (await session.execute(statement)).all()
    epoch = date(1970, 1, 1).toordinal()
    months = {days: date.fromordinal(epoch + days) for days in {days for row in found for days in row[-3]}}
    return [
        CubeRow(
            key=tuple(row[: len(names)]),
            indicator=Indicator(row[-4]),
            months=[months[days] for days in row[-3]],
            counts=row[-2],
            amounts=row[-1],
        )
        for row in found
    ]


async def people(session: AsyncSession, staff_ids: Sequence[int]) -> dict[int, StaffMember]:
    """Officers by id, to name the rows of a table of figures."""
    wanted = bindparam(None, list(staff_ids), type_=ARRAY(Integer))
    query = select(StaffMember).where(_person.id == func.any(wanted))
    return {row.id: row for row in (await session.execute(query)).scalars() if row.id is not None}


async def person_by_code(session: AsyncSession, code: str) -> StaffMember | None:
    """The staff member with that code."""
    return (await session.execute(select(StaffMember).where(_person.code == code))).scalar_one_or_none()


async def worked_in(session: AsyncSession, scope: Scope, staff_id: int) -> bool:
    """Whether the person is or was posted in one of these offices, or held a case there."""
    if scope.everything:
        return True
    posted = select(literal(1)).where(_posting.staff_id == staff_id, in_scope(_posting.office_id, scope)).limit(1)
    if (await session.execute(posted)).first() is not None:
        return True
    held = select(literal(1)).where(_assignment.staff_id == staff_id, in_scope(_assignment.office_id, scope)).limit(1)
    return (await session.execute(held)).first() is not None
