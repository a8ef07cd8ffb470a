"""Figures read from the database against the definitions read word by word."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from models.enums import Measure, Source
from tests.support import naive_oracle
from tests.support.naive_oracle import NaiveCase
from tests.support.random_cases import RandomWorld, naive, people_offices, random_case, write
from thads_app.errors import Forbidden, NotFound, Refused
from thads_app.rules.calendar import period
from thads_app.rules.indicators import Figure, Sheet, fallen, sum_violations, violations, year_violations
from thads_app.rules.rights import EVERYWHERE, Actor, Permission, system_operator
from thads_app.rules.units import Breakdown, OrganisationMap
from thads_app.services.bulk_check import BulkCase
from thads_app.services.cubes import forget_bases
from thads_app.services.dashboards import dashboard, series
from thads_app.services.figure_cells import Cell, cases_behind
from thads_app.services.folding import fold_lag, fold_now
from thads_app.services.statistics import NOBODY, FigureQuery, figures

AS_WAS, TODAYS = OrganisationMap.AS_WAS, OrganisationMap.TODAY
CUT_OFFS = [None, datetime(2024, 11, 15, 3, 0, tzinfo=UTC), datetime(2025, 9, 3, 0, 0, tzinfo=UTC)]
PERIODS = [(2019, 12), (2021, 5), (2025, 0), (2025, 7), (2025, 12), (2026, 6)]

pytestmark = pytest.mark.usefixtures("module_database")


class Lake:
    """The random cases of this module, half of them folded, and who may ask."""

    def __init__(self, world: RandomWorld, cases: list[BulkCase]) -> None:
        self.world, self.cases = world, cases
        self.tree = world.bulk.tree
        self.naive = [naive(case) for case in cases]
        self.operator = system_operator(self.tree.root.id)

    def oracle(
        self,
        query: FigureQuery,
        holds: Callable[[int, int | None], bool],
        which: Callable[[BulkCase], bool] = lambda _: True,
    ) -> naive_oracle.Figures:
        chosen: list[NaiveCase] = [told for case, told in zip(self.cases, self.naive, strict=True) if which(case)]
        end = query.period[1]
        return naive_oracle.figures(chosen, holds, query.fiscal_year, end, self.tree.line.ended, as_of=query.as_of)

    def holds(self, query: FigureQuery) -> Callable[[int, int | None], bool]:
        node = self.tree.by_code[query.unit]
        if query.organisation is TODAYS:
            return lambda office, _: node.id in self._line(self.tree.line.today(office))
        return lambda office, _: node.id in self._line(office)

    def _line(self, office_id: int) -> set[int]:
        found: set[int] = set()
        node = self.tree.nodes[office_id]
        while node.id not in found:
            found.add(node.id)
            node = self.tree.nodes[node.parent_id] if node.parent_id is not None else node
        return found


@pytest.fixture(scope="module")
async def lake(module_database: str) -> Lake:
    rng = random.Random(20260702)
    world = await people_offices(["91", "01", "04"])
    cases = [random_case(rng, world, number) for number in range(1, 451)]
    await write(world, cases[:250])
    await fold_now()
    await write(world, cases[250:])  # these stay outside the summaries
    return Lake(world, cases)


def same(sheet: Sheet, expected: naive_oracle.Figures) -> None:
    for side, measure in enumerate(Measure):
        found = {figure.value: value for figure, value in sheet.of(measure).items()}
        assert found == {name: expected[name][side] for name in found}


@pytest.mark.parametrize("as_of", CUT_OFFS)
@pytest.mark.parametrize("organisation", [AS_WAS, TODAYS])
@pytest.mark.parametrize("unit", ["00", "91", "91-02", "01"])
async def test_every_cell_of_a_unit_is_what_the_definitions_say(
    lake: Lake, unit: str, organisation: OrganisationMap, as_of: datetime | None
) -> None:
    for fiscal_year, months in PERIODS:
        query = FigureQuery(unit, fiscal_year, months, organisation, as_of=as_of)
        (found,) = await figures(lake.operator, query)
        same(found.sheet, lake.oracle(query, lake.holds(query)))
        assert violations(found.sheet) == []


@pytest.mark.parametrize("unit", ["91-C", "89-C", "91-C05"])
async def test_an_office_that_ended_keeps_its_figures_as_it_was(lake: Lake, unit: str) -> None:
    for fiscal_year, months in PERIODS:
        query = FigureQuery(unit, fiscal_year, months, AS_WAS)
        (found,) = await figures(lake.operator, query)
        same(found.sheet, lake.oracle(query, lake.holds(query)))


async def test_todays_map_does_not_know_an_office_that_ended_and_names_its_successor(lake: Lake) -> None:
    with pytest.raises(Refused) as refused:
        await figures(lake.operator, FigureQuery("89-C", 2025, 7, TODAYS))
    assert refused.value.params == {"unit": "89-C", "successor": "91"}


@pytest.mark.parametrize("as_of", CUT_OFFS[:2])
@pytest.mark.parametrize("organisation", [AS_WAS, TODAYS])
@pytest.mark.parametrize(
    ("unit", "breakdown"),
    [("00", Breakdown.PROVINCE), ("00", Breakdown.OFFICE), ("91", Breakdown.OFFICE), ("91", Breakdown.OFFICER),
     ("91-02", Breakdown.OFFICER), ("91-02", Breakdown.OFFICE)],
)  # fmt: skip
async def test_the_parts_of_a_unit_add_up_to_it_in_every_figure(
    lake: Lake, unit: str, breakdown: Breakdown, organisation: OrganisationMap, as_of: datetime | None
) -> None:
    for fiscal_year, months in PERIODS:
        query = FigureQuery(unit, fiscal_year, months, organisation, as_of=as_of)
        total, *parts = await figures(lake.operator, query, breakdown)
        assert sum_violations(total.sheet, [part.sheet for part in parts]) == []
        assert all(not violations(part.sheet) for part in parts)
        assert len({(part.unit.code, part.unit.own) for part in parts}) == len(parts)


async def test_each_province_of_the_nation_is_what_the_definitions_say(lake: Lake) -> None:
    query = FigureQuery("00", 2025, 12, AS_WAS)
    rows = (await figures(lake.operator, query, Breakdown.PROVINCE))[1:]
    assert {"89-C", "91-C", "91", "01-C", "01", "04-C", "04"} <= {row.unit.code for row in rows}
    for row in rows:
        unit = FigureQuery(row.unit.code, 2025, 12, AS_WAS)
        same(row.sheet, lake.oracle(unit, lake.holds(unit)))


async def test_an_officer_and_the_unassigned_cases_are_units_too(lake: Lake) -> None:
    query = FigureQuery("91", 2026, 12, TODAYS)
    rows = (await figures(lake.operator, query, Breakdown.OFFICER))[1:]
    assert len(rows) > 5
    assert rows[-1].unit.code == NOBODY
    inside = lake.holds(query)
    people = await staff_by_code(lake)
    for row in rows:
        person = people.get(row.unit.code)
        expected = lake.oracle(query, lambda office, officer, who=person: inside(office, officer) and officer == who)
        same(row.sheet, expected)
        alone = FigureQuery("91", 2026, 12, TODAYS, officer=row.unit.code)
        (single,) = await figures(lake.operator, alone)
        assert single.sheet == row.sheet


async def test_a_province_has_its_own_work_beside_its_regions(lake: Lake) -> None:
    query = FigureQuery("91", 2026, 12, TODAYS)
    rows = (await figures(lake.operator, query, Breakdown.OFFICE))[1:]
    own = next(row for row in rows if row.unit.own)
    assert own.unit.code == "91"
    place = lake.tree.by_code["91"].id
    same(own.sheet, lake.oracle(query, lambda office, _: lake.tree.line.today(office) == place))
    (alone,) = await figures(lake.operator, FigureQuery("91", 2026, 12, TODAYS, own=True))
    assert alone.sheet == own.sheet


async def test_figures_can_be_kept_to_one_kind_and_one_source(lake: Lake) -> None:
    kind = lake.cases[0].judgment_kind
    query = FigureQuery("00", 2025, 12, TODAYS, kind=kind, source=Source.EX_OFFICIO)
    (found,) = await figures(lake.operator, query)
    chosen = lake.oracle(query, lambda *_: True, lambda c: c.judgment_kind is kind and c.source is Source.EX_OFFICIO)
    same(found.sheet, chosen)


async def test_a_year_opens_with_what_the_year_before_carried_forward(lake: Lake) -> None:
    for unit in ("00", "91", "91-02"):
        for year in range(2020, 2027):
            (full,) = await figures(lake.operator, FigureQuery(unit, year, 12, AS_WAS))
            (opening,) = await figures(lake.operator, FigureQuery(unit, year + 1, 0, AS_WAS))
            assert year_violations(full.sheet, opening.sheet) == []


async def test_results_never_fall_from_month_to_month_as_known_at_one_cut_off(lake: Lake) -> None:
    for as_of in CUT_OFFS:
        sheets = [
            (await figures(lake.operator, FigureQuery("91", 2025, months, TODAYS, as_of=as_of)))[0].sheet
            for months in range(13)
        ]
        assert all(not fallen(one, later) for one, later in pairwise(sheets))


async def test_totals_are_the_same_on_both_maps(lake: Lake) -> None:
    for fiscal_year, months in PERIODS:
        one, other = [
            (await figures(lake.operator, FigureQuery("00", fiscal_year, months, organisation)))[0].sheet
            for organisation in OrganisationMap
        ]
        assert one == other


@pytest.mark.parametrize("organisation", [AS_WAS, TODAYS])
@pytest.mark.parametrize("unit", ["00", "91", "91-02"])
async def test_the_cases_behind_every_figure_make_up_the_figure(
    lake: Lake, unit: str, organisation: OrganisationMap
) -> None:
    for as_of in CUT_OFFS[:2]:
        query = FigureQuery(unit, 2025, 12, organisation, as_of=as_of)
        (found,) = await figures(lake.operator, query)
        for figure in Figure:
            rows, page, after = [], None, None
            while page is None or after is not None:
                page = await cases_behind(lake.operator, Cell(query, figure), after, limit=40)
                rows += page.rows
                after = page.next
            assert len({row.case_id for row in rows}) == len(rows)
            assert all(row.count or row.amount for row in rows)
            assert [(row.decision_date, row.case_id) for row in rows] == sorted(
                ((row.decision_date, row.case_id) for row in rows), reverse=True
            )
            totals = (sum(row.count for row in rows), sum(row.amount for row in rows))
            assert totals == (page.total_count, page.total_amount)
            if figure is not Figure.COMPLETION_RATE:
                assert totals == (found.sheet.count[figure], found.sheet.amount[figure])


async def test_a_count_leads_to_as_many_cases_as_it_says(lake: Lake) -> None:
    query = FigureQuery("91", 2026, 12, TODAYS)
    (found,) = await figures(lake.operator, query)
    for figure in (Figure.COMPLETED, Figure.IN_PROGRESS, Figure.CARRIED_OVER):
        page = await cases_behind(lake.operator, Cell(query, figure, Measure.COUNT), limit=5000)
        assert len(page.rows) == found.sheet.count[figure] > 0
    money = await cases_behind(lake.operator, Cell(query, Figure.COMPLETED, Measure.AMOUNT), limit=5000)
    assert all(row.amount for row in money.rows)
    assert any(row.count == 0 for row in money.rows), "part payments are money behind no completed case"


async def staff_by_code(lake: Lake) -> dict[str, int]:
    from sqlalchemy import select

    from models import StaffMember
    from thads_app.db import session

    async with session(EVERYWHERE) as reading:
        rows = await reading.execute(select(StaffMember.code, StaffMember.id))
        return {row.code: row.id for row in rows}


def clerk(lake: Lake, code: str, *permissions: Permission) -> Actor:
    scope = lake.tree.grant_scope(lake.tree.by_code[code].id)
    return Actor(None, "Cán bộ", lake.tree.by_code[code].id, dict.fromkeys(permissions, scope))


READ = (Permission.REPORT_READ, Permission.DASHBOARD_READ, Permission.CASE_READ)


@pytest.mark.parametrize("unit", ["00", "01", "91", "91-01", "89-C", "99", ""])
async def test_a_unit_outside_ones_offices_does_not_exist(lake: Lake, unit: str) -> None:
    person = clerk(lake, "91-02", *READ)
    query = FigureQuery(unit, 2025, 9, AS_WAS)
    with pytest.raises(NotFound):
        await figures(person, query)
    with pytest.raises(NotFound):
        await cases_behind(person, Cell(query, Figure.TO_ENFORCE))
    with pytest.raises(NotFound):
        await dashboard(person, query)


async def test_without_the_right_there_are_no_figures_at_all(lake: Lake) -> None:
    with pytest.raises(Forbidden):
        await figures(clerk(lake, "91", Permission.CASE_READ), FigureQuery("91", 2025, 9))


async def test_an_officer_of_elsewhere_is_not_found_in_a_unit(lake: Lake) -> None:
    with pytest.raises(NotFound):
        await figures(lake.operator, FigureQuery("91", 2025, 9, officer="nobody-of-that-code"))
    with pytest.raises(NotFound):
        await figures(lake.operator, FigureQuery("04", 2025, 9, officer="91-02.1"))


async def test_the_clerk_sees_their_office_as_the_nation_sees_it(lake: Lake) -> None:
    query = FigureQuery("91-02", 2026, 12, TODAYS)
    mine = await figures(clerk(lake, "91-02", *READ), query, Breakdown.OFFICER)
    assert mine == await figures(lake.operator, query, Breakdown.OFFICER)


async def test_cases_that_others_handle_now_are_counted_but_not_shown(lake: Lake) -> None:
    person = clerk(lake, "91-02", *READ)
    query = FigureQuery("91-02", 2025, 12, TODAYS)
    for figure in (Figure.CARRIED_OVER, Figure.NEWLY_REGISTERED, Figure.TRANSFERRED):
        page = await cases_behind(person, Cell(query, figure), limit=5000)
        inside = lake.tree.today_ids(lake.tree.by_code["91-02"].id)
        assert all(row.office_id in inside for row in page.rows)
        assert sum(row.count for row in page.rows) + page.elsewhere_count == page.total_count
        assert sum(row.amount for row in page.rows) + page.elsewhere_amount == page.total_amount


async def test_the_dashboard_says_the_same_as_the_figures(lake: Lake) -> None:
    for unit in ("00", "91", "91-02"):
        query = FigureQuery(unit, 2025, 10, TODAYS)
        page = await dashboard(lake.operator, query)
        assert page.breakdown is not None
        total, *parts = await figures(lake.operator, query, page.breakdown)
        assert page.sheet == total.sheet
        assert [(part.unit, part.sheet) for part in page.parts] == [(part.unit, part.sheet) for part in parts]
        (before,) = await figures(lake.operator, FigureQuery(unit, 2024, 10, TODAYS))
        assert page.before == before.sheet
        assert page.series[9].now == page.sheet
        assert page.series[10].now is None
        assert list(page.series) == await series(lake.operator, query)
        kinds = [row.sheet for row in page.kinds]
        assert sum_violations(page.sheet, kinds) == []
        for measure in Measure:
            assert sum(value for _, value in page.composition(measure)) == page.sheet.value(measure, Figure.TO_ENFORCE)
        for part in page.parts:
            assert part.trend[Measure.COUNT][-1] == part.rates[Measure.COUNT] == part.sheet.rate(Measure.COUNT)


async def test_the_nation_has_published_history_and_a_target_that_its_offices_inherit(lake: Lake) -> None:
    page = await dashboard(lake.operator, FigureQuery("00", 2025, 6))
    assert {point.fiscal_year for point in page.history} >= {2023, 2024, 2025}
    target = page.targets[Measure.COUNT]
    assert target is not None
    assert (str(target.rate), str(target.progress), target.office_code) == ("83.90", "41.95", "00")
    office = await dashboard(lake.operator, FigureQuery("91-02", 2025, 6))
    assert office.targets[Measure.COUNT] == target
    assert office.history == ()
    assert [step.unit.code for step in office.path] == ["00", "91"]


async def test_the_way_up_is_open_only_inside_ones_offices(lake: Lake) -> None:
    page = await dashboard(clerk(lake, "91", *READ), FigureQuery("91-02", 2025, 6))
    assert [(step.unit.code, step.open) for step in page.path] == [("00", False), ("91", True)]


async def test_an_officers_page_leads_up_through_their_office(lake: Lake) -> None:
    page = await dashboard(lake.operator, FigureQuery("91-02", 2026, 12, officer="91-02.1"))
    assert page.parts == ()
    assert page.breakdown is None
    assert [step.unit.code for step in page.path] == ["00", "91", "91-02"]


async def test_a_figure_is_live_before_and_after_folding(lake: Lake) -> None:
    query = FigureQuery("91", 2026, 12, TODAYS)
    before = await figures(lake.operator, query, Breakdown.OFFICE)
    lag = await fold_lag()
    assert lag.deltas > 0
    assert lag.seconds > 0
    assert await fold_now() > 0
    assert (await fold_lag()).deltas == 0
    assert await figures(lake.operator, query, Breakdown.OFFICE) == before
    forget_bases()
    assert await figures(lake.operator, query, Breakdown.OFFICE) == before
    # A new case counts at once, on top of bases read before it.
    more = [random_case(random.Random(7), lake.world, 9000 + number) for number in range(60)]
    await write(lake.world, more)
    lake.cases += more
    lake.naive += [naive(case) for case in more]
    for as_of in CUT_OFFS:
        asked = FigureQuery("00", 2026, 12, TODAYS, as_of=as_of)
        (found,) = await figures(lake.operator, asked)
        same(found.sheet, lake.oracle(asked, lake.holds(asked)))
    assert period(2026, 12) == query.period


async def test_folding_waits_for_whoever_writes_and_loses_nothing(lake: Lake) -> None:
    from thads_app.db import raw_connection
    from thads_app.services.bulk import BulkLoader

    cases = [random_case(random.Random(8), lake.world, 9500 + number) for number in range(20)]
    await fold_now()
    query = FigureQuery("00", 2027, 1, TODAYS)
    async with raw_connection(EVERYWHERE) as connection:
        loader = BulkLoader(connection, lake.world.bulk)
        await loader.load(cases)
        await loader.finish()
        assert await fold_now(patience=0.1) == 0, "a writer is at work"
    assert await fold_now() > 0
    lake.cases += cases
    lake.naive += [naive(case) for case in cases]
    (found,) = await figures(lake.operator, query)
    same(found.sheet, lake.oracle(query, lake.holds(query)))
