"""Making the statistical forms. Nothing is typed: every cell is a sum of deltas, and every identity is checked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import JudgmentKind, Measure, Source
from thads_app import clock
from thads_app.db import session as snapshot
from thads_app.errors import DomainError, Invalid, Refused
from thads_app.repositories import statistics as repository
from thads_app.repositories.statistics import UNASSIGNED, GroupBy
from thads_app.rules.cubes import Cube
from thads_app.rules.forms import FORMS, Form, Layout
from thads_app.rules.indicators import ZERO_SHEET, Sheet, Violation, fallen, sum_violations, violations
from thads_app.rules.regimes import Regime
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.units import Breakdown, UnitRef, office_ref
from thads_app.services.cubes import load_cubes
from thads_app.services.statistics import (
    FigureQuery,
    Unit,
    check_breakdown,
    find_unit,
    officer_refs,
    part_refs,
    unit_cube,
)

Column = tuple[JudgmentKind, Source]


@dataclass(frozen=True)
class ReportRow:
    """A row of a form; `rows` are the parts printed under it (officers under an office, offices under a province)."""

    unit: UnitRef
    sheet: Sheet
    rows: "tuple[ReportRow, ...]" = ()


@dataclass(frozen=True)
class Report:
    """A form, made.

    Attributes:
        rows: the unit's own total, then one row per part.
        columns: for forms 01 and 02, the unit's total by kind of judgment and source.
        as_of: the moment it is known at.
        receiver: the unit the form is sent to; None for the nation.
    """

    form: Form
    query: FigureQuery
    unit: UnitRef
    receiver: UnitRef | None
    regime: Regime
    breakdown: Breakdown | None
    rows: tuple[ReportRow, ...]
    columns: dict[Column, Sheet]
    as_of: datetime

    @property
    def total(self) -> Sheet:
        """The unit's own total."""
        return self.rows[0].sheet

    def all_rows(self) -> Iterator[tuple[int, ReportRow]]:
        """Every row with its depth, those under a row right after it."""
        for place, row in enumerate(self.rows):
            yield from _with_depth(row, 0 if place == 0 else 1)


def _with_depth(row: ReportRow, depth: int) -> Iterator[tuple[int, ReportRow]]:
    yield depth, row
    for below in row.rows:
        yield from _with_depth(below, depth + 1)


async def make_report(
    actor: Actor, form_code: str, query: FigureQuery, breakdown: Breakdown | None = None, *, columns: bool = True
) -> Report:
    """Make one form for one unit and period.

    Args:
        actor: who asks; the permission is `report.read`.
        form_code: `01/TK-THA` … `12/TK-THA`.
        query: unit, period, cut-off and map.
        breakdown: rows under the total. Forms 04 and 05 have the unit's own parts and theirs when left out.
        columns: whether forms 01 and 02 get their columns by kind and source (nobody needs them in JSON).

    Raises:
        Invalid: no such form. Refused: its data are not kept yet, the unit has no such parts, or a figure
            contradicts another. Forbidden, NotFound: see `services.statistics.find_unit`.
    """
    form = FORMS.get(form_code)
    if form is None:
        raise Invalid("form_unknown", {"form": form_code})
    if form.layout is None:
        raise Refused("form_not_kept", {"form": form.code, "title": form.title})
    as_of = query.as_of or clock.now()
    async with snapshot(actor) as session:
        unit = await find_unit(session, actor, query, Permission.REPORT_READ)
        nested = form.layout is Layout.UNITS and breakdown is None
        shown = unit.default_breakdown if nested else breakdown
        check_breakdown(unit, shown)
        total, rows = await _rows(session, unit, query, shown, nested=nested)
        split = await _columns(session, unit, query) if columns and form.layout is Layout.LINES else {}
    report = Report(
        form=form,
        query=query,
        unit=unit.ref,
        receiver=_receiver(unit),
        regime=query.regime,
        breakdown=shown,
        rows=(ReportRow(unit.ref, total), *rows),
        columns=split,
        as_of=as_of,
    )
    _check(report)
    return report


async def _rows(
    session: AsyncSession, unit: Unit, query: FigureQuery, breakdown: Breakdown | None, *, nested: bool
) -> tuple[Sheet, list[ReportRow]]:
    """The total and the rows under it, with the parts of each row when nested."""
    fine, groups = breakdown, None
    if nested and breakdown is Breakdown.PROVINCE:
        fine = Breakdown.OFFICE
    elif nested and breakdown is Breakdown.OFFICE:
        groups = (GroupBy.OFFICE, GroupBy.OFFICER)
    (cube,) = await load_cubes(session, [unit_cube(unit, query, fine, groups=groups)])
    total_block = cube.total().year(query.fiscal_year)
    total = total_block.sheet((), query.months)
    _refuse(fallen(total_block.sheet((), query.months - 1), total) if query.months else [], unit.ref)
    if breakdown is None:
        return total, []
    if not nested or breakdown is Breakdown.OFFICER:
        return total, await _plain_rows(session, unit, query, breakdown, cube)
    if breakdown is Breakdown.PROVINCE:
        return total, await _provinces(session, unit, query, cube)
    return total, await _offices(session, unit, query, cube)


async def _plain_rows(
    session: AsyncSession, unit: Unit, query: FigureQuery, breakdown: Breakdown, cube: Cube
) -> list[ReportRow]:
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    with_figures = [key for key, sheet in sheets.items() if not sheet.empty]
    refs = await part_refs(session, unit, query, breakdown, with_figures)
    return [ReportRow(ref, sheets.get(key, ZERO_SHEET)) for key, ref in refs]


async def _provinces(session: AsyncSession, unit: Unit, query: FigureQuery, by_office: Cube) -> list[ReportRow]:
    tree = unit.tree

    def province_id(office_id: int) -> int:
        province = tree.province_of(office_id)
        return province.id if province else office_id

    provinces = by_office.rekeyed(lambda key: (province_id(int(str(key[0]))),))
    rows = await _plain_rows(session, unit, query, Breakdown.PROVINCE, provinces)
    offices = await _plain_rows(session, unit, query, Breakdown.OFFICE, by_office)
    return [
        replace(row, rows=tuple(each for each in offices if province_id(tree.by_code[each.unit.code].id) == part))
        for row in rows
        for part in [tree.by_code[row.unit.code].id]
    ]


async def _offices(session: AsyncSession, unit: Unit, query: FigureQuery, cube: Cube) -> list[ReportRow]:
    rows = await _plain_rows(session, unit, query, Breakdown.OFFICE, cube.regrouped(0))
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    kept = {key: sheet for key, sheet in sheets.items() if not sheet.empty}
    ids = {int(str(key[1])) for key in kept}
    people = await repository.people(session, sorted(ids - {UNASSIGNED}))
    found: list[ReportRow] = []
    for row in rows:
        office = unit.tree.by_code[row.unit.code].id
        here = {int(str(key[1])): sheet for key, sheet in kept.items() if key[0] == office}
        refs = officer_refs(people, list(here), row.unit.code)
        found.append(replace(row, rows=tuple(ReportRow(ref, here[int(str(key[0]))]) for key, ref in refs)))
    return found


async def _columns(session: AsyncSession, unit: Unit, query: FigureQuery) -> dict[Column, Sheet]:
    groups = (GroupBy.KIND, GroupBy.SOURCE)
    (cube,) = await load_cubes(session, [unit_cube(unit, query, groups=groups)])
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    found = {(JudgmentKind(str(key[0])), Source(str(key[1]))): sheet for key, sheet in sheets.items()}
    kinds = [query.kind] if query.kind else list(JudgmentKind)
    return {(kind, source): found.get((kind, source), ZERO_SHEET) for kind in kinds for source in Source}


def _receiver(unit: Unit) -> UnitRef | None:
    if unit.officer_id is not None or unit.ref.own:
        return office_ref(unit.node)
    return office_ref(unit.tree.nodes[unit.node.parent_id]) if unit.node.parent_id is not None else None


def _check(report: Report) -> None:
    for _, row in report.all_rows():
        _refuse(violations(row.sheet), row.unit)
        if row.rows:
            _refuse(sum_violations(row.sheet, [below.sheet for below in row.rows]), row.unit)
    if len(report.rows) > 1:
        _refuse(sum_violations(report.total, [row.sheet for row in report.rows[1:]]), report.unit)
    if report.columns:
        _refuse(sum_violations(report.total, list(report.columns.values())), report.unit)


def _refuse(broken: Iterable[Violation], unit: UnitRef) -> None:
    for violation in broken:
        params: dict[str, object] = {
            "unit": unit.name,
            "identity": violation.identity,
            "measure": "việc" if violation.measure is Measure.COUNT else "tiền",
            "left": violation.left,
            "right": violation.right,
        }
        raise Contradiction("identity_broken", params)


@dataclass
class Contradiction(DomainError):
    """Figures that must agree do not: no form is made of them."""

    status: int = 500
