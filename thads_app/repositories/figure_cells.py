"""The cases behind a figure: those whose deltas, summed for it, are not nought."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case, StatDelta
from models.enums import Indicator, JudgmentKind, Measure, Source
from thads_app.repositories.base import in_scope
from thads_app.repositories.statistics import UNASSIGNED
from thads_app.rules.indicators import Term, When
from thads_app.rules.rights import EVERYWHERE, Scope

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_delta: Any = StatDelta
_case: Any = Case
# Cells of many cases are walked in the list's order and left when a page is full; cells of few are gathered first.
_CROWDED = frozenset(
    {Indicator.NEWLY_REGISTERED, Indicator.COMPLETED, Indicator.IN_PROGRESS, Indicator.WITHOUT_CONDITIONS}
)


@dataclass(frozen=True)
class CellSums:
    """The deltas one cell sums.

    Attributes:
        terms: indicator, days and sign, from `rules.indicators.terms_of`.
        opening_end, start, end: 30/09 before, 01/10, and the period's last day.
        scope: the offices of the unit.
        officer: only this officer's; `UNASSIGNED` for nobody's.
        kind, source: only these cases.
        measure: cases whose việc (or đồng) is not nought; None for either.
        as_of: only deltas recorded up to that moment.
        large_unit: whether the unit is a province or the nation.
    """

    terms: tuple[Term, ...]
    opening_end: date
    start: date
    end: date
    scope: Scope = EVERYWHERE
    officer: int | None = None
    kind: JudgmentKind | None = None
    source: Source | None = None
    measure: Measure | None = None
    as_of: datetime | None = None
    large_unit: bool = False

    @property
    def crowded(self) -> bool:
        """Whether a large part of all cases may lie behind the cell."""
        return self.large_unit and self.officer is None and any(term.indicator in _CROWDED for term in self.terms)

    @property
    def registered_by(self) -> date:
        """The last day on which a case behind the cell can have been registered."""
        of_before = all(
            term.when is When.OPENING or (term.when is When.FLOW and term.indicator is Indicator.CARRIED_OVER)
            for term in self.terms
        )
        return self.opening_end if of_before else self.end


def cell_case_ids(cell: CellSums) -> Subquery:
    """Columns `case_id`, `count`, `amount`: every case behind the cell with what it contributes. To join."""
    count, amount = _sums(cell)
    return (
        select(_delta.case_id, count.label("count"), amount.label("amount"))
        .where(*_wanted(cell))
        .group_by(_delta.case_id)
        .having(_not_nought(cell, count, amount))
        .subquery("cell")
    )


def in_cell(cell: CellSums) -> ColumnElement[bool]:
    """The predicate on `Case` rows that they lie behind the cell; for lists paged by key."""
    registered = _case.decision_date <= cell.registered_by
    if not cell.crowded:
        return and_(registered, _case.id.in_(select(cell_case_ids(cell).c.case_id)))
    count, amount = _sums(cell)
    of_case = (
        select(literal(1))
        .where(_delta.case_id == _case.id, *_wanted(cell))
        .having(_not_nought(cell, count, amount))
        .correlate(Case)
    )
    return and_(registered, of_case.exists())


async def visible_total(session: AsyncSession, cell: CellSums, visible: Scope) -> tuple[int, int]:
    """Việc and đồng of the cases behind a cell that lie in a scope now."""
    ids = cell_case_ids(cell)
    query = (
        select(func.coalesce(func.sum(ids.c["count"]), 0), func.coalesce(func.sum(ids.c.amount), 0))
        .select_from(ids.join(Case, _case.id == ids.c.case_id))
        .where(in_scope(_case.office_id, visible))
    )
    row = (await session.execute(query)).one()
    return int(row[0]), int(row[1])


def cell_page(cell: CellSums, visible: Scope, after: tuple[date, int] | None, limit: int) -> Select[Any]:
    """Cases behind a cell that lie in a scope now, newest decision first, after a (decision date, id)."""
    query = (
        select(Case)
        .where(in_scope(_case.office_id, visible), in_cell(cell))
        .order_by(_case.decision_date.desc(), _case.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(tuple_(_case.decision_date, _case.id) < after)
    return query


async def contributions(session: AsyncSession, cell: CellSums, case_ids: list[int]) -> dict[int, tuple[int, int]]:
    """What each of these cases contributes to the cell: việc and đồng."""
    count, amount = _sums(cell)
    query = (
        select(_delta.case_id, count, amount)
        .where(_delta.case_id.in_(case_ids), *_wanted(cell))
        .group_by(_delta.case_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in (await session.execute(query)).all()}


def _sums(cell: CellSums) -> tuple[Any, Any]:
    weight = _weight(cell)
    return func.sum(weight * _delta.count), func.sum(weight * _delta.amount)


def _not_nought(cell: CellSums, count: Any, amount: Any) -> ColumnElement[bool]:
    if cell.measure is Measure.COUNT:
        return count != 0
    return amount != 0 if cell.measure is Measure.AMOUNT else or_(count != 0, amount != 0)


def _weight(cell: CellSums) -> Any:
    """+1 or −1 for the way a delta enters the cell."""
    groups = _by_days(cell)
    if len(groups) <= 1:
        return literal(groups[0][1] if groups else 0)
    return case(*((condition, sign) for condition, sign in groups), else_=0)


def _wanted(cell: CellSums) -> list[ColumnElement[bool]]:
    if not cell.terms:
        return [false()]
    wanted = [
        in_scope(_delta.office_id, cell.scope),
        _delta.indicator.in_(sorted({term.indicator for term in cell.terms})),
        _delta.business_date <= cell.end,
        or_(*(condition for condition, _ in _by_days(cell))),
    ]
    if cell.officer is not None:
        unassigned = cell.officer == UNASSIGNED
        wanted.append(_delta.officer_id.is_(None) if unassigned else _delta.officer_id == cell.officer)
    if cell.kind is not None:
        wanted.append(_delta.judgment_kind == cell.kind)
    if cell.source is not None:
        wanted.append(_delta.source == cell.source)
    if cell.as_of is not None:
        wanted.append(_delta.recorded_at <= cell.as_of)
    return wanted


def _by_days(cell: CellSums) -> list[tuple[ColumnElement[bool], int]]:
    """Conditions that exclude each other, with the sign of the deltas that meet them."""
    groups: list[tuple[ColumnElement[bool], int]] = []
    for when, days in (
        (When.FLOW, _delta.business_date >= cell.start),
        (When.OPENING, _delta.business_date <= cell.opening_end),
        (When.CLOSING, _delta.business_date <= cell.end),
    ):
        for sign in (1, -1):
            indicators = sorted(t.indicator for t in cell.terms if t.when is when and t.sign == sign)
            if indicators:
                groups.append((and_(_delta.indicator.in_(indicators), days), sign))
    return groups
