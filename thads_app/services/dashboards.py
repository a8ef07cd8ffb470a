"""Everything one dashboard page needs, at any depth, from two cubes and three small queries."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import JUDGMENT_KIND_LABELS, JudgmentKind, Measure
from thads_app import clock
from thads_app.db import session as snapshot
from thads_app.reference.published import HistoryPoint, national_history
from thads_app.repositories.statistics import GroupBy
from thads_app.rules.calendar import period
from thads_app.rules.cubes import Cube, Key, YearBlock
from thads_app.rules.indicators import OPEN_STOCKS, ZERO_SHEET, Figure, Sheet
from thads_app.rules.regimes import Regime
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.targets import TargetInForce
from thads_app.rules.units import Breakdown, UnitRef, office_ref
from thads_app.services.cubes import load_cubes
from thads_app.services.statistics import FigureQuery, Unit, find_unit, part_refs, unit_cube
from thads_app.services.targets import TargetTable, line_upwards, targets_around

COMPOSITION = (
    Figure.COMPLETED,
    Figure.TERMINATED,
    Figure.REDUCED,
    *(Figure(each.value) for each in OPEN_STOCKS),
)
"""The parts of `to_enforce`, in the order charts show them: for việc and for đồng they add up to it."""


@dataclass(frozen=True)
class PathStep:
    """A unit above the one shown; `open` when the actor may go there."""

    unit: UnitRef
    open: bool


@dataclass(frozen=True)
class MonthPoint:
    """Cumulative figures at the end of a month of the year, and of the same month a year earlier."""

    month: int
    end: date
    now: Sheet | None
    before: Sheet


@dataclass(frozen=True)
class PartRow:
    """A row of the ranking: a unit directly below the one shown.

    Attributes:
        sheet, before: its figures now and in the same period last year.
        rates: its completion rates in percent, and `points`: percentage points against last year.
        ahead: percentage points against the progress line of its target.
        trend: the rate after each month of the period, for the sparkline.
    """

    unit: UnitRef
    sheet: Sheet
    before: Sheet
    rates: dict[Measure, Decimal | None]
    points: dict[Measure, Decimal | None]
    ahead: dict[Measure, Decimal | None]
    targets: dict[Measure, TargetInForce | None]
    trend: dict[Measure, list[Decimal | None]]


@dataclass(frozen=True)
class KindRow:
    """The figures of one kind of judgment."""

    kind: JudgmentKind
    label: str
    sheet: Sheet


@dataclass(frozen=True)
class Dashboard:
    """One page of figures. `read_at` is the moment the figures are of (the cut-off, when one was asked for)."""

    query: FigureQuery
    unit: UnitRef
    path: tuple[PathStep, ...]
    period: tuple[date, date]
    regime: Regime
    read_at: datetime
    sheet: Sheet
    before: Sheet
    targets: dict[Measure, TargetInForce | None]
    breakdown: Breakdown | None
    parts: tuple[PartRow, ...]
    kinds: tuple[KindRow, ...]
    series: tuple[MonthPoint, ...]
    history: tuple[HistoryPoint, ...]

    def composition(self, measure: Measure) -> list[tuple[Figure, int]]:
        """The parts of `to_enforce` that are not nought."""
        side = self.sheet.of(measure)
        return [(figure, side[figure]) for figure in COMPOSITION if side[figure]]

    @property
    def answerable(self) -> list[PartRow]:
        """The parts that somebody answers for: cases not yet assigned are a row, but nobody's result."""
        return [part for part in self.parts if part.unit.code]

    def behind(self, measure: Measure) -> list[PartRow]:
        """The answerable parts below their progress line."""
        return [part for part in self.answerable if (part.ahead[measure] or Decimal(0)) < 0]


async def dashboard(actor: Actor, query: FigureQuery) -> Dashboard:
    """Read a dashboard.

    Raises:
        Forbidden, NotFound, Refused: see `services.statistics.find_unit`.
    """
    async with snapshot(actor) as session:
        unit = await find_unit(session, actor, query, Permission.DASHBOARD_READ)
        breakdown = unit.default_breakdown
        parts_query = unit_cube(unit, query, breakdown, years_before=1)
        by_kind = unit_cube(unit, replace(query, kind=None), groups=(GroupBy.KIND,))
        parts_cube, kinds_cube = await load_cubes(session, [parts_query, by_kind])
        refs = await _refs(session, unit, query, breakdown, parts_cube)
        office_ids = [unit.node.id, *(int(str(key[0])) for key, ref in refs if not ref.is_officer)]
        targets = await targets_around(session, unit.tree, office_ids, query.fiscal_year, query.months)
    total, total_before = _years(parts_cube.total(), query)
    return Dashboard(
        query=query,
        unit=unit.ref,
        path=_path(actor, unit),
        period=query.period,
        regime=query.regime,
        read_at=query.as_of or clock.now(),
        sheet=total.sheet((), query.months),
        before=total_before.sheet((), query.months),
        targets={measure: targets.of(unit.node.id, measure) for measure in Measure},
        breakdown=breakdown,
        parts=_parts(unit, query, parts_cube, refs, targets),
        kinds=_kinds(kinds_cube, query),
        series=_series(total, total_before, query),
        history=_history() if unit.node.id == unit.tree.root.id and unit.officer_id is None else (),
    )


@cache
def _history() -> tuple[HistoryPoint, ...]:
    return tuple(national_history())


async def series(actor: Actor, query: FigureQuery) -> list[MonthPoint]:
    """A unit's figures through the months of the year, beside the year before.

    Raises:
        Forbidden, NotFound, Refused: see `services.statistics.find_unit`.
    """
    async with snapshot(actor) as session:
        unit = await find_unit(session, actor, query, Permission.DASHBOARD_READ)
        (cube,) = await load_cubes(session, [unit_cube(unit, query, years_before=1)])
    now, before = _years(cube.total(), query)
    return list(_series(now, before, query))


def _years(cube: Cube, query: FigureQuery) -> tuple[YearBlock, YearBlock]:
    return cube.year(query.fiscal_year), cube.year(query.fiscal_year - 1)


async def _refs(
    session: AsyncSession, unit: Unit, query: FigureQuery, breakdown: Breakdown | None, cube: Cube
) -> list[tuple[Key, UnitRef]]:
    if breakdown is None:
        return []
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    return await part_refs(session, unit, query, breakdown, [key for key, sheet in sheets.items() if not sheet.empty])


def _parts(
    unit: Unit, query: FigureQuery, cube: Cube, refs: list[tuple[Key, UnitRef]], targets: TargetTable
) -> tuple[PartRow, ...]:
    if not refs:
        return ()
    now, before = _years(cube, query)
    sheets, sheets_before = now.sheets(query.months), before.sheets(query.months)
    rows: list[PartRow] = []
    for key, ref in refs:
        office_id = unit.node.id if ref.is_officer else int(str(key[0]))
        sheet, earlier = sheets.get(key, ZERO_SHEET), sheets_before.get(key, ZERO_SHEET)
        rates = {measure: sheet.rate(measure) for measure in Measure}
        aims = {measure: targets.of(office_id, measure) for measure in Measure}
        rows.append(
            PartRow(
                unit=ref,
                sheet=sheet,
                before=earlier,
                rates=rates,
                points={measure: _difference(rates[measure], earlier.rate(measure)) for measure in Measure},
                ahead={measure: _ahead(aims[measure], rates[measure]) for measure in Measure},
                targets=aims,
                trend={measure: now.rates(key, measure, query.months) for measure in Measure},
            )
        )
    return tuple(rows)


def _difference(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    return None if now is None or before is None else now - before


def _ahead(target: TargetInForce | None, rate: Decimal | None) -> Decimal | None:
    return target.points_ahead(rate) if target else None


def _kinds(cube: Cube, query: FigureQuery) -> tuple[KindRow, ...]:
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    rows = [
        KindRow(kind, JUDGMENT_KIND_LABELS[kind], sheets[kind.value,])
        for kind in JudgmentKind
        if (kind.value,) in sheets and not sheets[kind.value,].empty
    ]
    return tuple(sorted(rows, key=lambda row: -row.sheet.count[Figure.TO_ENFORCE]))


def _series(now: YearBlock, before: YearBlock, query: FigureQuery) -> tuple[MonthPoint, ...]:
    return tuple(
        MonthPoint(
            month=month,
            end=period(query.fiscal_year, month)[1],
            now=now.sheet((), month) if month <= query.months else None,
            before=before.sheet((), month),
        )
        for month in range(1, 13)
    )


def _path(actor: Actor, unit: Unit) -> tuple[PathStep, ...]:
    """The units above, the nation first; of an officer, their office last."""
    scope = actor.scope(Permission.DASHBOARD_READ)
    line = [unit.tree.nodes[office_id] for office_id, _ in line_upwards(unit.tree, unit.node.id)]
    above = line if unit.officer_id is not None or unit.ref.own else line[1:]
    return tuple(PathStep(office_ref(node), scope.holds(node.id)) for node in reversed(above))
