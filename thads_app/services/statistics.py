"""Figures of officers, offices, provinces and the nation: (actor, query) → sheets.

A unit outside the actor's offices does not exist for them: `NotFound`, above their own unit as beside it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import StaffMember
from models.enums import JudgmentKind, OfficeLevel, Source
from thads_app.db import session as snapshot
from thads_app.errors import NotFound, Refused
from thads_app.repositories import statistics as repository
from thads_app.repositories.statistics import UNASSIGNED, CubeQuery, GroupBy
from thads_app.rules.calendar import period
from thads_app.rules.cubes import Cube, Key
from thads_app.rules.indicators import ZERO_SHEET, Sheet
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.regimes import Regime, regime_of
from thads_app.rules.rights import EVERYWHERE, Actor, Permission, Scope
from thads_app.rules.units import (
    Breakdown,
    OrganisationMap,
    UnitRef,
    expected_parts,
    office_ref,
    part_keys,
    unassigned_ref,
    unit_offices,
)
from thads_app.services.cubes import load_cubes
from thads_app.services.office_tree import office_tree

NOBODY = ""
"""As `FigureQuery.officer`: the cases assigned to nobody."""


@dataclass(frozen=True)
class FigureQuery:
    """Whose figures, when, as known when, on which map.

    Attributes:
        unit: the office's code.
        fiscal_year, months: the period, cumulative from 01/10.
        organisation: as it was, or on today's map.
        own: the office alone, without the offices below it.
        officer: an officer's code, `NOBODY` for unassigned cases, None for everybody.
        kind, source: only these cases.
        as_of: as known at that moment; None as known now.
    """

    unit: str
    fiscal_year: int
    months: int
    organisation: OrganisationMap = OrganisationMap.TODAY
    own: bool = False
    officer: str | None = None
    kind: JudgmentKind | None = None
    source: Source | None = None
    as_of: datetime | None = None

    @property
    def period(self) -> tuple[date, date]:
        """First and last day."""
        return period(self.fiscal_year, self.months)

    @property
    def regime(self) -> Regime:
        """The circular in force for the year."""
        return regime_of(self.fiscal_year)


@dataclass(frozen=True)
class UnitSheet:
    """A unit with its figures."""

    unit: UnitRef
    sheet: Sheet


@dataclass(frozen=True)
class Unit:
    """A unit the actor may see, resolved: its office, the offices whose deltas count, and the officer if it is one."""

    tree: OfficeTree
    node: OfficeNode
    ref: UnitRef
    offices: frozenset[int]
    officer_id: int | None = None

    @property
    def scope(self) -> Scope:
        """The predicate's offices; everything for the nation."""
        whole = self.node.id == self.tree.root.id and len(self.offices) == len(self.tree.nodes)
        return EVERYWHERE if whole else Scope(office_ids=self.offices)

    @property
    def is_office(self) -> bool:
        """Whether its parts are officers."""
        return self.ref.own or self.node.level in {OfficeLevel.DISTRICT, OfficeLevel.REGION}

    @property
    def default_breakdown(self) -> Breakdown | None:
        """What lies directly under it: officers under an office, nothing under an officer, else offices."""
        if self.officer_id is not None:
            return None
        if self.is_office:
            return Breakdown.OFFICER
        return Breakdown.PROVINCE if self.node.level is OfficeLevel.CENTRAL else Breakdown.OFFICE


async def figures(
    actor: Actor,
    query: FigureQuery,
    breakdown: Breakdown | None = None,
    permission: Permission = Permission.REPORT_READ,
) -> list[UnitSheet]:
    """The sheet of a unit, followed by one per part when a breakdown is asked for.

    Parts add up to the unit in every figure. Parts without any case are listed when they existed in the period, people
    only when they have figures.

    Raises:
        Forbidden, NotFound: see `find_unit`. Refused: the unit has no such parts.
    """
    async with snapshot(actor) as session:
        unit = await find_unit(session, actor, query, permission)
        check_breakdown(unit, breakdown)
        cube_query = unit_cube(unit, query, breakdown)
        (cube,) = await load_cubes(session, [cube_query])
        total = cube.total().year(query.fiscal_year).sheet((), query.months)
        rows = [UnitSheet(unit.ref, total)]
        if breakdown is not None:
            rows += await part_sheets(session, unit, query, breakdown, cube)
        return rows


async def find_unit(session: AsyncSession, actor: Actor, query: FigureQuery, permission: Permission) -> Unit:
    """The unit a query names, when the actor may see it.

    Raises:
        Forbidden: the actor holds the permission nowhere.
        NotFound: there is no such unit, or it is not wholly inside the actor's offices.
        Refused: it has ended and today's map is asked for.
    """
    scope = actor.scope(permission)
    tree = await office_tree()
    node = tree.by_code.get(query.unit)
    if node is None or not scope.holds(node.id):
        raise NotFound("unit_not_found", {"unit": query.unit})
    if query.organisation is OrganisationMap.TODAY and node.valid_to is not None:
        successor = tree.nodes[tree.line.today(node.id)]
        raise Refused("unit_not_on_todays_map", {"unit": node.code, "successor": successor.code})
    own = query.own and node.level in {OfficeLevel.CENTRAL, OfficeLevel.PROVINCE}
    offices = unit_offices(tree, node, query.organisation, own=own)
    if not scope.everything and not offices <= scope.office_ids:
        raise NotFound("unit_not_found", {"unit": query.unit})
    unit = Unit(tree, node, office_ref(node, own=own), offices)
    return unit if query.officer is None else await _officer_unit(session, unit, query.officer)


async def _officer_unit(session: AsyncSession, unit: Unit, code: str) -> Unit:
    if code == NOBODY:
        return Unit(unit.tree, unit.node, unassigned_ref(unit.node.code), unit.offices, UNASSIGNED)
    person = await repository.person_by_code(session, code)
    if person is None or person.id is None or not await repository.worked_in(session, unit.scope, person.id):
        raise NotFound("officer_not_found", {"officer": code})
    ref = UnitRef(person.code, person.full_name, person.full_name, "officer", office_code=unit.node.code)
    return Unit(unit.tree, unit.node, ref, unit.offices, person.id)


def check_breakdown(unit: Unit, breakdown: Breakdown | None) -> None:
    """Refuse a breakdown into parts the unit cannot have.

    Raises:
        Refused: provinces under an office, offices under a person.
    """
    below_province = unit.is_office or unit.officer_id is not None
    if breakdown is Breakdown.PROVINCE and below_province:
        raise Refused("unit_has_no_such_parts", {"unit": unit.ref.name, "by": breakdown.value})


def unit_cube(
    unit: Unit,
    query: FigureQuery,
    breakdown: Breakdown | None = None,
    *,
    groups: tuple[GroupBy, ...] | None = None,
    years_before: int = 0,
) -> CubeQuery:
    """The sums a unit's figures need, for the query's whole year (any months of it) and so many years before."""
    start, _ = period(query.fiscal_year - years_before, 0)
    _, end = period(query.fiscal_year, 12)
    if groups is None:
        groups = () if breakdown is None else (GroupBy.OFFICER if breakdown is Breakdown.OFFICER else GroupBy.OFFICE,)
    keys = {}
    if GroupBy.OFFICE in groups:
        keys = part_keys(unit.tree, unit.node, unit.offices, query.organisation, breakdown)
    return CubeQuery(
        start=start,
        end=end,
        scope=unit.scope,
        groups=groups,
        office_keys=() if all(key == office_id for office_id, key in keys.items()) else tuple(sorted(keys.items())),
        officer=unit.officer_id,
        kind=query.kind,
        source=query.source,
        as_of=query.as_of,
    )


async def part_sheets(
    session: AsyncSession, unit: Unit, query: FigureQuery, breakdown: Breakdown, cube: Cube
) -> list[UnitSheet]:
    """The rows under a total, in the order they are listed, from a cube by that breakdown."""
    sheets = cube.year(query.fiscal_year).sheets(query.months)
    refs = await part_refs(session, unit, query, breakdown, [key for key in sheets if not sheets[key].empty])
    return [UnitSheet(ref, sheets.get(key, ZERO_SHEET)) for key, ref in refs]


async def part_refs(
    session: AsyncSession, unit: Unit, query: FigureQuery, breakdown: Breakdown, with_figures: Iterable[Key]
) -> list[tuple[Key, UnitRef]]:
    """Key and unit of each part to list: offices by code, the unit's own work first; people by name, nobody last."""
    ids = {int(str(key[0])) for key in with_figures}
    if breakdown is Breakdown.OFFICER:
        people = await repository.people(session, sorted(ids - {UNASSIGNED}))
        return officer_refs(people, ids, unit.node.code)
    keys = part_keys(unit.tree, unit.node, unit.offices, query.organisation, breakdown)
    expected = {part.id for part in expected_parts(unit.tree, unit.node, keys, query.organisation, query.period)}
    nodes = sorted((unit.tree.nodes[each] for each in ids | expected), key=lambda node: node.code)
    return [((node.id,), office_ref(node, own=_is_own_work(node, breakdown))) for node in nodes]


def _is_own_work(node: OfficeNode, breakdown: Breakdown) -> bool:
    """Whether a row stands for the work of an office that has others below it, and not for all of them."""
    whole_province = breakdown is Breakdown.PROVINCE and node.level is OfficeLevel.PROVINCE
    return node.level in {OfficeLevel.CENTRAL, OfficeLevel.PROVINCE} and not whole_province


def officer_refs(people: Mapping[int, StaffMember], ids: Iterable[int], office_code: str) -> list[tuple[Key, UnitRef]]:
    """Officers as rows of an office, by name, the cases of nobody last.

    Args:
        people: the officers by id.
        ids: those to list; `UNASSIGNED` for the cases of nobody.
        office_code: the office they are shown under.
    """
    wanted = set(ids)
    listed = sorted((person for each, person in people.items() if each in wanted), key=lambda p: (p.name_key, p.code))
    refs: list[tuple[Key, UnitRef]] = [
        ((person.id,), UnitRef(person.code, person.full_name, person.full_name, "officer", office_code=office_code))
        for person in listed
    ]
    if UNASSIGNED in wanted:
        refs.append(((UNASSIGNED,), unassigned_ref(office_code)))
    return refs
