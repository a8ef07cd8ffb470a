"""Random years in the life of several offices: whatever is recorded, the figures are what the notes say.

Everything goes through the services into a real PostgreSQL. At the end of each life the application's figures are held
against `thads verify` (from the raw events) and against the naive oracle of these tests, and what was filed at earlier
cut-offs must not have moved.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from itertools import count
from random import Random
from typing import Any, TypeVar

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from models.enums import EventType, JudgmentKind, Measure, Source
from tests.support.histories import period
from tests.support.naive_oracle import broken_identities
from tests.support.naive_oracle import figures as naive_figures
from tests.support.office_life import NEW_OFFICES, OLD_OFFICES, POSTS, Life, ended, naive_cases
from thads_app import db
from thads_app.embedded_postgres import EmbeddedPostgres
from thads_app.rules.indicators import Figure, Sheet, add_sheets
from thads_app.rules.units import Breakdown, OrganisationMap, unit_offices
from thads_app.services.events import RecordEvent
from thads_app.services.folding import fold_now
from thads_app.services.statistics import FigureQuery, UnitSheet, figures
from thads_app.services.verify import verify

T = TypeVar("T")
EXAMPLES, STEPS = 5, 12
_numbers = count(1)
GAPS = st.sampled_from((0, 0, 1, 10, 40, 100, 250))
AMOUNTS = st.sampled_from((0, 1, 99_999, 250_000_000, 3 * 10**12))


@pytest.fixture
def new_database(postgres: EmbeddedPostgres) -> Iterator[Callable[[], str]]:
    """Makes a clean database, which the application works on, each time it is called."""
    made: list[str] = []

    def execute(statement: str) -> None:
        with psycopg.connect(db.libpq_dsn(postgres.url("postgres")), autocommit=True) as connection:
            connection.execute(statement)

    def drop() -> None:
        while made:
            execute(f"DROP DATABASE {made.pop()} WITH (FORCE)")

    def make() -> str:
        drop()
        name = f"thads_life_{next(_numbers)}"
        execute(f"CREATE DATABASE {name} TEMPLATE thads_template STRATEGY FILE_COPY")
        made.append(name)
        db.choose_database(postgres.url(name))
        return name

    yield make
    db.choose_database(None)
    drop()


class Offices(RuleBasedStateMachine):
    """Clerks, officers and heads at work."""

    new_database: Callable[[], str]

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.new_database()
        self.life = self.run(Life.begin())
        self.filed: list[tuple[FigureQuery, Breakdown, list[UnitSheet]]] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    # -- what happens ----------------------------------------------------------------------------------------------

    @initialize(seasons=st.lists(st.randoms(use_true_random=True), min_size=2, max_size=4))
    def busy_seasons(self, seasons: list[Random]) -> None:
        for chance in seasons:
            self.run(self.life.busy_season(chance))
            self.a_report_is_filed(2026, 3, "91")

    @rule(
        office=st.sampled_from(OLD_OFFICES + NEW_OFFICES),
        days=st.integers(0, 700),
        amount=AMOUNTS,
        kind=st.sampled_from((JudgmentKind.CIVIL, JudgmentKind.CRIMINAL)),
        source=st.sampled_from(Source),
        officer=st.none() | st.integers(0, len(POSTS) - 1),
    )
    def register(
        self, *, office: str, days: int, amount: int, kind: JudgmentKind, source: Source, officer: int | None
    ) -> None:
        chosen = None if officer is None else self.life.officers[officer]
        self.run(
            self.life.register(office=office, days_ago=days, amount=amount, kind=kind, source=source, officer=chosen)
        )

    @precondition(lambda self: self.life.cases)
    @rule(data=st.data(), gap=GAPS, part=st.fractions(0, 1))
    def record(self, data: st.DataObject, gap: int, part: Any) -> None:
        case_id = data.draw(st.sampled_from(self.life.cases), "case")
        possible = self.run(self.life.possible(case_id))
        if possible:
            kind = data.draw(st.sampled_from(possible), "event")
            officer = data.draw(st.sampled_from(self.life.officers), "officer")
            self.run(self.life.happen(case_id, kind, gap=gap, part=part, officer=officer))

    @precondition(lambda self: self.life.cases)
    @rule(data=st.data(), officer=st.integers(0, len(POSTS) - 1), gap=st.integers(0, 90))
    def assign_many(self, data: st.DataObject, officer: int, gap: int) -> None:
        chosen = data.draw(st.lists(st.sampled_from(self.life.cases), unique=True, min_size=1, max_size=4), "cases")
        self.run(self.life.assign(chosen, self.life.officers[officer], self.life.today - timedelta(days=gap)))

    @precondition(lambda self: self.life.cases)
    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        case_id = data.draw(st.sampled_from(self.life.cases), "case")
        events = self.run(self.life.correctable(case_id))
        if not events:
            return
        target = data.draw(st.sampled_from(events), "event")
        self.run(
            self.life.record(
                RecordEvent(
                    case_id=case_id,
                    type=EventType.CORRECTED,
                    business_date=self.life.today,
                    corrects_id=target,
                )
            )
        )

    @precondition(lambda self: self.life.cases)
    @rule(
        data=st.data(),
        receiver=st.integers(0, len(POSTS) - 1),
        answer=st.sampled_from(("confirmed", "refused", "recalled", "left open")),
    )
    def hand_over(self, data: st.DataObject, receiver: int, answer: str) -> None:
        case_id = data.draw(st.sampled_from(self.life.cases), "case")
        self.run(self.life.hand_over(case_id, self.life.officers[receiver], answer))

    @precondition(lambda self: self.life.cases)
    @rule(
        data=st.data(),
        kind=st.sampled_from(JudgmentKind),
        source=st.sampled_from(Source),
        more=st.sampled_from((0, 1, 50_000)),
        days_later=st.sampled_from((0, 3)),
    )
    def mend_particulars(
        self, *, data: st.DataObject, kind: JudgmentKind, source: Source, more: int, days_later: int
    ) -> None:
        case_id = data.draw(st.sampled_from(self.life.cases), "case")
        self.run(self.life.edit(case_id, kind=kind, source=source, more=more, days_later=days_later))

    @rule(days=st.sampled_from((1, 20, 45, 120)))
    def days_pass(self, days: int) -> None:
        self.life.wait(days)

    @rule()
    def summaries_are_folded(self) -> None:
        self.run(fold_now())

    @precondition(lambda self: len(self.filed) < 6)
    @rule(year=st.sampled_from((2025, 2026)), months=st.integers(1, 12), unit=st.sampled_from(("00", "91", "91-10")))
    def a_report_is_filed(self, year: int, months: int, unit: str) -> None:
        query = FigureQuery(unit, year, months, OrganisationMap.TODAY, as_of=self.life.moment)
        breakdown = {"00": Breakdown.PROVINCE, "91": Breakdown.OFFICE}.get(unit, Breakdown.OFFICER)
        self.filed.append((query, breakdown, self.run(figures(self.life.operator, query, breakdown))))

    # -- what must hold afterwards ----------------------------------------------------------------------------------

    def teardown(self) -> None:
        try:
            self.run(self.everything_agrees())
        finally:
            self.run(db.dispose())
            self.runner.close()

    async def everything_agrees(self) -> None:
        found = await verify(cut_offs=2, today=self.life.today)
        assert [str(difference) for difference in found.differences] == []
        for query, breakdown, sheets in self.filed:
            assert await figures(self.life.operator, query, breakdown) == sheets, "a filed figure changed"
        await self.figures_are_the_naive_ones()

    async def figures_are_the_naive_ones(self) -> None:
        cases, tree = await naive_cases(), self.life.tree
        closed = ended(tree)
        for code, organisation, breakdown in UNITS:
            offices = unit_offices(tree, tree.by_code[code], organisation, own=False)
            for year in (2024, 2025, 2026):
                for months in (1, 9, 10, 12):
                    query = FigureQuery(code, year, months, organisation)
                    total, *parts = await figures(self.life.operator, query, breakdown)
                    last_day = period(year, months)[1]
                    expected = naive_figures(
                        cases, lambda office, _, own=offices: office in own, year, last_day, closed
                    )
                    assert plain(total.sheet) == expected, (code, organisation, year, months)
                    assert broken_identities(expected) == []
                    assert add_sheets([part.sheet for part in parts]) == total.sheet


UNITS = (
    ("00", OrganisationMap.AS_WAS, Breakdown.PROVINCE),
    ("89-C", OrganisationMap.AS_WAS, Breakdown.OFFICE),
    ("89-C01", OrganisationMap.AS_WAS, Breakdown.OFFICER),
    ("91", OrganisationMap.TODAY, Breakdown.OFFICE),
    ("91-10", OrganisationMap.TODAY, Breakdown.OFFICER),
)


def plain(sheet: Sheet) -> dict[str, tuple[int, int]]:
    """A sheet as the naive oracle writes it."""
    return {
        figure.value: (sheet.value(Measure.COUNT, figure), sheet.value(Measure.AMOUNT, figure))
        for figure in Figure
        if figure is not Figure.COMPLETION_RATE
    }


@pytest.mark.slow
def test_random_lives_of_several_offices_leave_only_true_figures(new_database: Callable[[], str]) -> None:
    Offices.new_database = staticmethod(new_database)
    run_state_machine_as_test(
        Offices,
        settings=settings(
            max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
