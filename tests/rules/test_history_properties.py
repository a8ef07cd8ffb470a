"""Whatever happens to cases, the deltas say what the statistics notes say, and every identity holds."""

from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.enums import CaseStatus, EventType
from tests.support.histories import (
    ALICE,
    BINH,
    NEW,
    NEW_ELSEWHERE,
    OLD,
    OLD_ELSEWHERE,
    OLD_NEIGHBOUR,
    REORGANISED,
    Story,
    figures_of_deltas,
    period,
)
from tests.support.naive_oracle import broken_identities, figures
from tests.support.strategies import CHI, stories
from thads_app.rules.history import OfficeLine, fiscal_year

OFFICES = (OLD, OLD_NEIGHBOUR, OLD_ELSEWHERE, NEW, NEW_ELSEWHERE)
OFFICERS = (None, ALICE, BINH, CHI)
NEVER_FALLING = ("completed", "terminated", "entrusted", "revoked")
MONTHS = (1, 5, 9, 10, 12)

relaxed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
several = st.lists(stories(), min_size=1, max_size=3)


def years(told: list[Story]) -> range:
    dates = [event.business_date for story in told for event in story.events]
    return range(fiscal_year(min(dates)), fiscal_year(max(dates)) + 2)


def deltas(told: list[Story]) -> list:
    return [delta for story in told for delta in story.history().deltas]


def everybody(_office: int, _officer: int | None) -> bool:
    return True


def at_office(office: int) -> Callable[[int, int | None], bool]:
    return lambda held, _officer: held == office


def of_officer(officer: int | None) -> Callable[[int, int | None], bool]:
    return lambda _office, held: held == officer


UNITS = [everybody, *map(at_office, OFFICES), *map(of_officer, OFFICERS)]


@relaxed
@given(several)
def test_deltas_give_every_unit_what_the_notes_say_word_by_word(told: list[Story]) -> None:
    found, cases = deltas(told), [story.naive() for story in told]
    for year in years(told):
        for months in MONTHS:
            end = period(year, months)[1]
            for unit in UNITS:
                assert figures_of_deltas(found, unit, year, months) == figures(cases, unit, year, end, REORGANISED)


@relaxed
@given(several)
def test_every_identity_holds_for_every_unit_in_every_period(told: list[Story]) -> None:
    found = deltas(told)
    for year in years(told):
        for unit in UNITS:
            for months in MONTHS:
                assert broken_identities(figures_of_deltas(found, unit, year, months)) == []


@relaxed
@given(several)
def test_what_is_carried_forward_at_twelve_months_is_carried_over_at_the_start_of_the_next_year(
    told: list[Story],
) -> None:
    found = deltas(told)
    for year in years(told):
        end = period(year, 12)[1]
        opening = [delta for delta in found if delta.business_date <= end]
        for unit in UNITS:
            carried = figures_of_deltas(found, unit, year, 12)["carried_forward"]
            assert figures_of_deltas(opening, unit, year + 1, 1)["carried_over"] == carried


@relaxed
@given(several)
def test_a_parent_is_the_sum_of_its_children(told: list[Story]) -> None:
    found = deltas(told)
    for year in years(told):
        for months in (3, 12):
            whole = figures_of_deltas(found, everybody, year, months)
            for children in (list(map(at_office, OFFICES)), list(map(of_officer, OFFICERS))):
                parts = [figures_of_deltas(found, child, year, months) for child in children]
                for name, pair in whole.items():
                    assert pair == (sum(p[name][0] for p in parts), sum(p[name][1] for p in parts)), name


@relaxed
@given(several)
def test_the_number_of_cases_with_a_result_never_falls_within_a_year(told: list[Story]) -> None:
    found = deltas(told)
    for year in years(told):
        for unit in UNITS:
            run = [figures_of_deltas(found, unit, year, months) for months in range(1, 13)]
            for name in NEVER_FALLING:
                counts = [figures_of_period[name][0] for figures_of_period in run]
                assert counts == sorted(counts), name


@relaxed
@given(several)
def test_on_todays_map_the_transfers_of_the_reorganisation_cancel_and_totals_stay(told: list[Story]) -> None:
    line, found = OfficeLine(REORGANISED), deltas(told)
    stayed = [s for s in told if not any(e.receiving_office_id for e in s.events)]
    for year in years(told):
        today = [
            figures_of_deltas(found, lambda held, _, new=new: line.today(held) == new, year, 12)
            for new in (NEW, NEW_ELSEWHERE)
        ]
        whole = figures_of_deltas(found, everybody, year, 12)
        assert all(sum(f[name][1] for f in today) == whole[name][1] for name in whole)
        if len(stayed) == len(told):
            assert all(f["transferred"] == (0, 0) for f in today)


@relaxed
@given(stories())
def test_the_ledger_of_a_case_adds_up(told: Story) -> None:
    history = told.history()
    state = history.state
    taken = {"completed": 0, "terminated": 0, "reduced": 0, "entrusted": 0, "withdrawn": 0, "revoked": 0}
    for delta in history.deltas:
        if delta.indicator.value in taken:
            taken[delta.indicator.value] += delta.amount
    assert state.outstanding == state.amount - sum(taken.values()) >= 0
    assert state.collected == taken["completed"]
    assert (state.outstanding == 0) or state.status not in (CaseStatus.COMPLETED, CaseStatus.TERMINATED)


@relaxed
@given(stories())
def test_events_told_in_another_order_of_recording_count_the_same(told: Story) -> None:
    again = Story(office=told.office, source=told.source, events=list(reversed(told.events)))
    assert again.history() == told.history()


@relaxed
@given(stories())
def test_correcting_everything_but_the_registration_leaves_only_the_registration(told: Story) -> None:
    last = told.events[-1].business_date
    struck = {event.corrects for event in told.events}
    for event in reversed(told.events[1:]):
        if event.type is not EventType.CORRECTED and event.key not in struck:
            told.correct(last, event.key)
    alone = Story(office=told.office, source=told.source, events=told.events[:1])
    line = {year: told.figures(year, 12) for year in years([told])}
    assert line == {year: alone.figures(year, 12) for year in years([told])}
