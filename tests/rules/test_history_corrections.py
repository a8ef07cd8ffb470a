"""Corrections, refusals inside a history, and the state, tenures and moves that a replay leaves."""

from datetime import date

import pytest

from models.enums import CaseStatus, EventType, Source
from tests.support.histories import ALICE, BINH, NEW, OLD, Story, day
from thads_app.rules.history import History, OfficeLine, OfficeMove, UnlawfulHistory, delta_sums, fiscal_year

E = EventType


def registered(amount: int = 100, *, office: int = NEW, when: str = "15/10/2025") -> Story:
    told = Story(office=office)
    told.add(when, E.REGISTERED, amount)
    return told


def refused(told: Story) -> list[str]:
    with pytest.raises(UnlawfulHistory) as caught:
        told.history()
    return [refusal.code for refusal in caught.value.refusals]


def sums(history: History) -> object:
    return delta_sums(history.deltas)


def test_correcting_the_last_event_leaves_what_stood_before_it() -> None:
    told = registered()
    before = sums(told.history())
    closing = told.add("15/12/2025", E.COMPLETED)
    assert told.history().state.status is CaseStatus.COMPLETED
    told.correct("20/12/2025", closing)
    assert sums(told.history()) == before
    assert told.history().state.status is CaseStatus.IN_PROGRESS
    assert told.history().state.closed_on is None


def test_correcting_an_event_in_the_middle_counts_as_if_it_had_never_happened() -> None:
    told, without = registered(), registered()
    collected = told.add("15/11/2025", E.COLLECTED, 30)
    for story in (told, without):
        story.add("15/12/2025", E.FOUND_WITHOUT_CONDITIONS)
        story.add("15/01/2026", E.TERMINATED)
    assert told.figures(2026, 4)["terminated"] == (1, 70)
    told.correct("20/01/2026", collected)
    assert told.figures(2026, 4) == without.figures(2026, 4)
    assert told.figures(2026, 4)["terminated"] == (1, 100)


def test_a_completion_left_blank_collects_more_once_an_earlier_collection_is_corrected() -> None:
    told = registered()
    collected = told.add("15/11/2025", E.COLLECTED, 30)
    told.add("15/12/2025", E.COMPLETED)
    told.correct("20/12/2025", collected)
    assert told.figures(2026, 2)["completed"] == (0, 0)
    assert told.figures(2026, 3)["completed"] == (1, 100)


def test_a_completion_of_a_stated_sum_holds_the_collection_before_it_in_place() -> None:
    told = registered()
    collected = told.add("15/11/2025", E.COLLECTED, 30)
    told.add("15/12/2025", E.COMPLETED, 70)
    told.correct("20/12/2025", collected)
    assert refused(told) == ["completed_leaves_outstanding"]


def test_an_event_that_later_ones_rest_on_cannot_be_corrected() -> None:
    told = registered()
    found = told.add("15/11/2025", E.FOUND_WITHOUT_CONDITIONS)
    told.add("15/12/2025", E.MOVED_TO_SEPARATE_BOOK)
    told.correct("20/12/2025", found)
    assert refused(told) == ["event_not_after_status"]


def test_correcting_a_reduction_lets_what_was_paid_stay_within_the_debt() -> None:
    told = registered()
    told.add("15/11/2025", E.REDUCED, 40)
    told.add("16/11/2025", E.COLLECTED, 60)
    assert told.history().state.outstanding == 0
    told.correct("20/12/2025", 2)
    assert told.history().state.outstanding == 40


def test_correcting_the_first_assignment_makes_the_second_the_first() -> None:
    told = registered()
    first = told.add("20/10/2025", E.ASSIGNED, officer=ALICE)
    told.add("20/11/2025", E.ASSIGNED, officer=BINH)
    assert told.figures(2026, 2, officer=BINH)["transferred"] == (1, 100)
    told.correct("25/11/2025", first)
    assert told.figures(2026, 2, officer=ALICE)["registered_total"] == (0, 0)
    assert told.figures(2026, 2, officer=BINH)["newly_registered"] == (1, 100)
    assert told.figures(2026, 2, officer=BINH)["transferred"] == (0, 0)


def test_a_correction_may_be_followed_by_the_right_event() -> None:
    told = registered()
    wrong = told.add("15/11/2025", E.COLLECTED, 30)
    told.correct("20/11/2025", wrong)
    told.add("15/11/2025", E.COLLECTED, 35)
    assert told.history().state.collected == 35
    assert told.history().state.outstanding == 65


def test_a_case_closed_by_mistake_passes_to_the_successor_once_that_is_corrected() -> None:
    told = registered(office=OLD, when="15/03/2025")
    closing = told.add("10/06/2025", E.REVOKED)
    assert told.history().state.office_id == OLD
    assert told.history().moves == ()
    told.correct("10/08/2025", closing)
    assert told.history().state.office_id == NEW
    assert told.history().moves == (OfficeMove(date(2025, 7, 1), OLD, NEW),)


def test_more_than_is_outstanding_cannot_be_collected() -> None:
    told = registered()
    told.add("15/11/2025", E.COLLECTED, 60)
    told.add("16/11/2025", E.COLLECTED, 41)
    assert refused(told) == ["amount_over_outstanding"]


def test_nothing_follows_a_closing_event() -> None:
    told = registered()
    told.add("15/11/2025", E.TERMINATED)
    told.add("16/11/2025", E.ASSIGNED, officer=ALICE)
    assert refused(told) == ["case_closed"]


def test_nothing_is_dated_before_the_registration() -> None:
    told = registered()
    told.add("14/10/2025", E.COLLECTED, 10)
    assert refused(told) == ["date_before_last_event"]


def test_a_registration_cannot_lie_in_the_future() -> None:
    with pytest.raises(UnlawfulHistory):
        registered().history(today=date(2025, 10, 14))


def test_a_history_without_its_registration_is_none() -> None:
    told = registered()
    told.correct("16/10/2025", 1)
    with pytest.raises(ValueError, match="registration"):
        told.history()


def test_nghi_dinh_152_2026_dieu_22_2_a_request_of_a_case_opened_ex_officio_is_never_returned() -> None:
    told = Story(source=Source.EX_OFFICIO)
    told.add("15/10/2025", E.REGISTERED, 100)
    told.add("15/11/2025", E.FOUND_WITHOUT_CONDITIONS)
    told.add("15/07/2026", E.REQUEST_RETURNED)
    assert refused(told) == ["event_other_source"]


def test_the_state_tells_what_was_collected_and_what_is_still_owed() -> None:
    told = registered()
    told.add("15/11/2025", E.ASSIGNED, officer=ALICE)
    told.add("16/11/2025", E.COLLECTED, 30)
    told.add("17/11/2025", E.REDUCED, 10)
    told.add("18/11/2025", E.SUSPENDED)
    state = told.history().state
    assert (state.amount, state.collected, state.outstanding) == (100, 30, 60)
    assert (state.status, state.status_since) == (CaseStatus.SUSPENDED, day("18/11/2025"))
    assert (state.officer_id, state.office_id) == (ALICE, NEW)


def test_an_officers_time_ends_when_the_next_begins_or_the_case_closes() -> None:
    told = registered()
    told.add("20/10/2025", E.ASSIGNED, officer=ALICE)
    told.add("20/11/2025", E.ASSIGNED, officer=BINH)
    told.add("20/12/2025", E.COMPLETED)
    assert [(t.staff_id, t.since, t.until) for t in told.history().tenures] == [
        (ALICE, day("20/10/2025"), day("20/11/2025")),
        (BINH, day("20/11/2025"), day("20/12/2025")),
    ]


def test_the_statistical_year_turns_on_the_first_of_october() -> None:
    assert fiscal_year(date(2025, 9, 30)) == 2025
    assert fiscal_year(date(2025, 10, 1)) == 2026


def test_an_ended_office_leads_to_whoever_carries_on_its_work_that_day() -> None:
    line = OfficeLine({1: (date(2025, 6, 30), 2), 2: (date(2026, 9, 30), 3)})
    assert [line.on(1, d) for d in (date(2025, 6, 30), date(2025, 7, 1), date(2026, 10, 1))] == [1, 2, 3]
    assert line.today(1) == 3
