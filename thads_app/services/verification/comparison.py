"""The figures the application shows, against those counted from the raw events: every cell, identity and rate."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, partial

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import Measure
from thads_app.repositories.statistics import CubeQuery, GroupBy
from thads_app.repositories.verification import RawOffice
from thads_app.rules.cubes import Cube, YearBlock
from thads_app.rules.indicators import FIGURE_LABELS, Figure
from thads_app.rules.rights import Permission, Scope, system_operator
from thads_app.rules.units import Breakdown, OrganisationMap
from thads_app.services.cubes import load_cubes
from thads_app.services.statistics import FigureQuery, find_unit, unit_cube
from thads_app.services.verification.differences import Difference, as_known
from thads_app.services.verification.tally import Cell, Numbers, Portion, Tally, figures_of

_SIDES = ("việc", "đồng")
_UNIT_FORMS = ("01/TK-THA", "02/TK-THA")
_PART_FORMS = ("04/TK-THA", "05/TK-THA")
_NEVER_FALLING = ("completed", "terminated", "entrusted", "revoked")
_LABELS = {figure.value: label for figure, label in FIGURE_LABELS.items()}
_OPEN = (
    "in_progress",
    "postponed_by_agreement",
    "postponed_other",
    "suspended",
    "held_other",
    "without_conditions",
)


@dataclass(frozen=True)
class World:
    """The offices as they are stored, the officers' codes, and the statistical years to compare."""

    offices: Mapping[int, RawOffice]
    officers: Mapping[int, str]
    years: range

    @cached_property
    def ended(self) -> dict[int, tuple[date, int]]:
        """Office that ended → (its last day, its successor)."""
        return {
            office.id: (office.valid_to, office.successor_id)
            for office in self.offices.values()
            if office.valid_to is not None and office.successor_id is not None
        }

    def today(self, office_id: int) -> int:
        """Where an office's work is done on today's map."""
        ended = self.ended
        while office_id in ended:
            office_id = ended[office_id][1]
        return office_id

    def lines_up(self, office_id: int) -> Iterator[int]:
        """The office and everything above it."""
        place: int | None = office_id
        while place is not None:
            yield place
            place = self.offices[place].parent_id

    def province(self, office_id: int) -> int:
        """The province-level office above (or at) an office; the office itself above all provinces."""
        above = (each for each in self.lines_up(office_id) if self.offices[each].level == "province")
        return next(above, office_id)

    def named(self, office_id: Hashable) -> str:
        """An office in words."""
        known = self.offices.get(int(str(office_id)))
        return f"đơn vị {known.code if known else office_id}"

    def officer_named(self, officer_id: Hashable) -> str:
        """An officer in words."""
        number = int(str(officer_id))
        return f"CHV {self.officers.get(number, number)}" if number else "chưa phân công"


Key = tuple[Hashable, ...]
KeyOf = Callable[[Cell], Key]
Named = Callable[[Key], str]


@dataclass(frozen=True)
class Keyed:
    """What was counted, by key: each row's key, and the rows."""

    keys: tuple[Key, ...]
    portion: Portion


@dataclass
class Comparer:
    """Compares one tally with the application, and collects what differs."""

    session: AsyncSession
    world: World
    tally: Tally
    as_of: datetime | None = None
    compared: int = 0

    def __post_init__(self) -> None:
        self.differences: list[Difference] = []
        self._officers = self._keyed(None, lambda cell: (cell.office_id, cell.officer_id))
        self._officer_lines = {year: self._officers.portion.lines(year) for year in self.world.years}
        self._today = {office: self.world.today(office) for office in self.world.offices}

    # -- the finest cells ----------------------------------------------------------------------------------------

    async def cells_of(self, offices: frozenset[int]) -> None:
        """Every officer of these offices, by kind and source; at past cut-offs without those, which may be mended."""
        if self.as_of is None:
            fine = (GroupBy.OFFICE, GroupBy.OFFICER, GroupBy.KIND, GroupBy.SOURCE)
            await self._cells(offices, fine, tuple)
            by_kind = (GroupBy.OFFICE, GroupBy.KIND)
            await self._cells(offices, by_kind, lambda cell: (cell.office_id, cell.judgment_kind))
        else:
            by_officer = (GroupBy.OFFICE, GroupBy.OFFICER)
            await self._cells(offices, by_officer, lambda cell: (cell.office_id, cell.officer_id))

    async def _cells(self, offices: frozenset[int], groups: tuple[GroupBy, ...], key_of: KeyOf) -> None:
        query = CubeQuery(
            start=date(self.world.years[0] - 1, 10, 1),
            end=date(self.world.years[-1], 9, 30),
            scope=Scope(office_ids=offices),
            groups=groups,
            as_of=self.as_of,
        )
        (cube,) = await load_cubes(self.session, [query])
        mine = self._keyed(offices, key_of)

        def named(key: Key) -> str:
            rest = [str(part) for part in key[2:]] if GroupBy.OFFICER in groups else [str(part) for part in key[1:]]
            officer = [self.world.officer_named(key[1])] if GroupBy.OFFICER in groups else []
            return " · ".join([self.world.named(key[0]), *officer, *rest])

        for year in self.world.years:
            self._compare(cube, year, mine.keys, mine.portion.lines(year), named=named, forms=_PART_FORMS)
        if GroupBy.OFFICER in groups:
            self._identities(cube, named)

    # -- units ---------------------------------------------------------------------------------------------------

    async def unit(self, office: RawOffice, organisation: OrganisationMap) -> None:
        """A unit's own figures and those of its parts, as the forms show them."""
        today = organisation is OrganisationMap.TODAY
        place = self._today if today else {each: each for each in self.world.offices}
        offices = frozenset(each for each in self.world.offices if office.id in self.world.lines_up(place[each]))
        root = next(each.id for each in self.world.offices.values() if each.parent_id is None)
        last = self.world.years[-1]
        query = FigureQuery(office.code, last, 12, organisation, as_of=self.as_of)
        unit = await find_unit(self.session, system_operator(root), query, Permission.REPORT_READ)
        breakdown = unit.default_breakdown
        cube_query = unit_cube(unit, query, breakdown, years_before=len(self.world.years) - 1)
        (cube,) = await load_cubes(self.session, [cube_query])
        map_name = " · theo bản đồ hiện nay" if today else ""

        def part(office_id: int, officer_id: int) -> Key:
            if breakdown is Breakdown.OFFICER:
                return (officer_id,)
            held = place[office_id]
            return (self.world.province(held) if breakdown is Breakdown.PROVINCE else held,)

        def part_named(key: Key) -> str:
            own = self.world.officer_named(key[0]) if breakdown is Breakdown.OFFICER else self.world.named(key[0])
            return f"{self.world.named(office.id)} · {own}{map_name}"

        def unit_named(_key: Key) -> str:
            return f"{self.world.named(office.id)}{map_name}"

        keys, rows, into = self._parts(offices, part)
        for year in self.world.years:
            lines = self._officer_lines[year]
            parts = np.zeros((len(keys), *lines.shape[1:]), dtype=np.int64)
            np.add.at(parts, into, lines[rows])
            self._compare(cube, year, keys, parts, named=part_named, forms=_PART_FORMS)
            whole = self._compare(
                cube.total(), year, ((),), parts.sum(axis=0, keepdims=True), named=unit_named, forms=_UNIT_FORMS
            )
            self._rates(whole, cube.total().year(year), unit_named(()), year)

    def _parts(
        self, offices: frozenset[int], part: Callable[[int, int], Key]
    ) -> tuple[tuple[Key, ...], list[int], list[int]]:
        """The parts of a unit, the officers' rows that count in it, and the part each of them counts in."""
        places: dict[Key, int] = {}
        rows: list[int] = []
        into: list[int] = []
        for row, key in enumerate(self._officers.keys):
            office_id, officer_id = (int(str(each)) for each in key)
            if office_id in offices:
                rows.append(row)
                into.append(places.setdefault(part(office_id, officer_id), len(places)))
        return tuple(places), rows, into

    # -- comparing -----------------------------------------------------------------------------------------------

    def _keyed(self, offices: frozenset[int] | None, key_of: KeyOf) -> Keyed:
        rows: dict[Key, int] = {}
        row_of_cell = np.full(len(self.tally.cells), -1, dtype=np.int64)
        for cell, number in self.tally.cells.items():
            if offices is None or cell.office_id in offices:
                row_of_cell[number] = rows.setdefault(key_of(cell), len(rows))
        return Keyed(tuple(rows), self.tally.portion(row_of_cell, len(rows)))

    def _compare(
        self,
        cube: Cube,
        year: int,
        own_keys: Sequence[Key],
        lines: Numbers,
        *,
        named: Named,
        forms: tuple[str, str],
    ) -> dict[str, Numbers]:
        """Compare every figure of every key in every month of a year; return the expected ones."""
        expected = figures_of(lines, year)
        theirs = cube.year(year)
        known = {figure.value: value for figure, value in theirs.figures.items()}
        union = tuple(dict.fromkeys((*own_keys, *theirs.keys)))
        place = {key: row for row, key in enumerate(union)}
        left_rows, right_rows = [place[key] for key in own_keys], [place[key] for key in theirs.keys]
        for name, own in expected.items():
            # A key that one side does not know has zeros there.
            difference = np.zeros((len(union), *own.shape[1:]), dtype=np.int64)
            difference[left_rows] += own
            difference[right_rows] -= known[name]
            self.compared += difference.size
            if not difference.any():
                continue
            right = np.zeros_like(difference)
            right[right_rows] = known[name]
            for row, months, side in np.argwhere(difference).tolist():
                found = int(right[row, months, side])
                self.differences.append(
                    Difference(
                        f"{named(union[row])} · biểu {forms[side]}",
                        f"{self._line(name, year, months)}, {_SIDES[side]}",
                        str(found + int(difference[row, months, side])),
                        str(found),
                    )
                )
        return expected

    def _line(self, name: str, year: int, months: int) -> str:
        return f"{_LABELS.get(name, name)} ({name}) · {months} tháng năm {year}{as_known(self.as_of)}"

    def _rates(self, expected: dict[str, Numbers], theirs: YearBlock, where: str, year: int) -> None:
        done = expected["completed"] + expected["terminated"] + expected["reduced"]
        for side, measure in enumerate(Measure):
            found = theirs.rates((), measure, 12)
            for months in range(1, 13):
                wanted = _rate(int(done[0, months, side]), int(expected["with_conditions"][0, months, side]))
                self.compared += 1
                if wanted != found[months - 1]:
                    self.differences.append(
                        Difference(
                            f"{where} · biểu {_UNIT_FORMS[side]}",
                            self._line("completion_rate", year, months),
                            str(wanted),
                            str(found[months - 1]),
                        )
                    )

    def _identities(self, cube: Cube, named: Named) -> None:
        """What must hold inside the application's own figures, cell by cell; sums of cells then hold it too."""
        for year in self.world.years:
            block = cube.year(year)
            check = partial(self._identity, year=year, names=[named(key) for key in block.keys])
            value = {figure.value: numbers for figure, numbers in block.figures.items()}
            classified = value["with_conditions"] + value["outside"] + value["without_conditions"]
            still_open = np.sum([value[name] for name in _OPEN], axis=0)
            check("to_enforce = có + ngoài + chưa có điều kiện", value["to_enforce"], classified)
            check("carried_forward = việc đang mở", value["carried_forward"], still_open)
            for name in _NEVER_FALLING:
                run = value[name][:, :, :1]
                check(f"{name} không giảm trong năm", np.maximum.accumulate(run, axis=1), run)
            if year + 1 in self.world.years:
                opening = cube.year(year + 1).figures[Figure.CARRIED_OVER][:, :1]
                check("carried_over năm sau = carried_forward", value["carried_forward"][:, 12:13], opening)

    def _identity(self, name: str, left: Numbers, right: Numbers, *, year: int, names: Sequence[str]) -> None:
        for row, months, side in np.argwhere(left != right).tolist():
            where = f"{names[row]} · hệ thức {name} · {months} tháng năm {year}{as_known(self.as_of)}"
            self.differences.append(
                Difference(where, _SIDES[side], str(left[row, months, side]), str(right[row, months, side]))
            )


def _rate(done: int, base: int) -> Decimal | None:
    """100 × done / base with two decimals, half up; None over nothing."""
    return None if base == 0 else Decimal((20_000 * done + base) // (2 * base)) / 100
