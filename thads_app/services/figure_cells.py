"""From a figure to the cases behind it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from models import Case
from models.enums import CaseStatus, Measure
from thads_app.db import session as snapshot
from thads_app.repositories import figure_cells as repository
from thads_app.repositories.figure_cells import CellSums
from thads_app.rules.calendar import period
from thads_app.rules.indicators import Figure, terms_of
from thads_app.rules.rights import Actor, Permission
from thads_app.services.cubes import load_cubes
from thads_app.services.statistics import FigureQuery, find_unit, unit_cube

PAGE = 50


@dataclass(frozen=True)
class Cell:
    """One figure of one unit: the query of its sheet, the figure, and the side (None for either)."""

    query: FigureQuery
    figure: Figure
    measure: Measure | None = None


@dataclass(frozen=True)
class CellCase:
    """A case behind a figure, with what it contributes: việc (usually 1 or −1) and đồng."""

    case_id: int
    decision_number: str
    decision_date: date
    debtor_name: str
    creditor_name: str | None
    status: CaseStatus
    office_id: int
    officer_id: int | None
    outstanding: int
    count: int
    amount: int


@dataclass(frozen=True)
class CellPage:
    """One page of the cases behind a figure.

    `next` continues after the page. The totals are the figure itself. Cases that offices outside the actor's are
    responsible for now are not shown; `elsewhere_count` and `elsewhere_amount` are their part of the figure.
    """

    rows: tuple[CellCase, ...]
    next: tuple[date, int] | None
    total_count: int
    total_amount: int
    elsewhere_count: int
    elsewhere_amount: int


async def cases_behind(actor: Actor, cell: Cell, after: tuple[date, int] | None = None, limit: int = PAGE) -> CellPage:
    """The cases of a figure, newest decision first.

    Raises:
        Forbidden, NotFound, Refused: see `services.statistics.find_unit`.
    """
    visible = actor.scope(Permission.CASE_READ)
    async with snapshot(actor) as session:
        sums = await cell_sums(session, actor, cell)
        found = (await session.execute(repository.cell_page(sums, visible, after, limit + 1))).scalars().all()
        share = await repository.contributions(session, sums, [row.id for row in found if row.id is not None])
        rows = tuple(_row(row, share) for row in found[:limit])
        count, amount = await _total(session, actor, cell)
        shown = (count, amount) if visible.everything else await repository.visible_total(session, sums, visible)
    more = (rows[-1].decision_date, rows[-1].case_id) if len(found) > limit else None
    return CellPage(rows, more, count, amount, count - shown[0], amount - shown[1])


async def cell_condition(session: AsyncSession, actor: Actor, cell: Cell) -> ColumnElement[bool]:
    """The predicate on `Case` rows that they lie behind the figure; the case list adds it to its own filters and scope.

    Raises:
        Forbidden, NotFound, Refused: see `services.statistics.find_unit`.
    """
    return repository.in_cell(await cell_sums(session, actor, cell))


async def cell_sums(session: AsyncSession, actor: Actor, cell: Cell) -> CellSums:
    """The sums behind a figure the actor may see (dashboard or report).

    Raises:
        Forbidden, NotFound, Refused: see `services.statistics.find_unit`.
    """
    query = cell.query
    unit = await find_unit(session, actor, query, _permission(actor))
    start, end = query.period
    _, opening_end = period(query.fiscal_year, 0)
    return CellSums(
        terms=terms_of(cell.figure, query.regime),
        opening_end=opening_end,
        start=start,
        end=end,
        scope=unit.scope,
        officer=unit.officer_id,
        kind=query.kind,
        source=query.source,
        measure=cell.measure,
        as_of=query.as_of,
        large_unit=not unit.is_office,
    )


async def _total(session: AsyncSession, actor: Actor, cell: Cell) -> tuple[int, int]:
    unit = await find_unit(session, actor, cell.query, _permission(actor))
    (cube,) = await load_cubes(session, [unit_cube(unit, cell.query)])
    sheet = cube.total().year(cell.query.fiscal_year).sheet((), cell.query.months)
    parts = (Figure.COMPLETED, Figure.TERMINATED, Figure.REDUCED)
    figures = parts if cell.figure is Figure.COMPLETION_RATE else (cell.figure,)
    return sum(sheet.count[each] for each in figures), sum(sheet.amount[each] for each in figures)


def _permission(actor: Actor) -> Permission:
    return Permission.DASHBOARD_READ if actor.may(Permission.DASHBOARD_READ) else Permission.REPORT_READ


def _row(row: Case, share: dict[int, tuple[int, int]]) -> CellCase:
    case_id = row.id or 0
    count, amount = share.get(case_id, (0, 0))
    return CellCase(
        case_id=case_id,
        decision_number=row.decision_number,
        decision_date=row.decision_date,
        debtor_name=row.debtor_name,
        creditor_name=row.creditor_name,
        status=row.status,
        office_id=row.office_id,
        officer_id=row.officer_id,
        outstanding=row.outstanding,
        count=count,
        amount=amount,
    )
