"""Each definition of the statistics notes (TT 05/2024/TT-BTP), worked by hand on one case."""

import pytest

from models.enums import EventType, Source
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
    period,
)
from tests.support.naive_oracle import broken_identities
from tests.support.naive_oracle import figures as naive_figures

E = EventType


def story(*events: tuple, office: int = NEW, source: Source = Source.ON_REQUEST) -> Story:
    told = Story(office=office, source=source)
    for when, what, *rest in events:
        amount = rest[0] if rest and what is not E.ASSIGNED else None
        officer = rest[0] if what is E.ASSIGNED else None
        to_office = rest[1] if what is E.ASSIGNED and len(rest) > 1 else None
        told.add(when, what, amount, officer=officer, to_office=to_office)
    return told


def nonzero(figures: dict[str, tuple[int, int]], *names: str) -> dict[str, tuple[int, int]]:
    return {name: pair for name, pair in figures.items() if pair != (0, 0) and (not names or name in names)}


def test_a_case_is_newly_registered_in_its_year_and_carried_over_in_the_next() -> None:
    told = story(("15/10/2025", E.REGISTERED, 100))
    assert nonzero(told.figures(2026, 1)) == {
        "newly_registered": (1, 100),
        "in_progress": (1, 100),
        "registered_total": (1, 100),
        "to_enforce": (1, 100),
        "with_conditions": (1, 100),
        "carried_forward": (1, 100),
    }
    assert told.figures(2025, 12)["to_enforce"] == (0, 0)
    assert nonzero(told.figures(2027, 1), "newly_registered", "carried_over") == {"carried_over": (1, 100)}


def test_a_case_registered_on_30_09_belongs_to_the_year_that_ends_and_on_01_10_to_the_next() -> None:
    assert story(("30/09/2026", E.REGISTERED, 5)).figures(2026, 12)["newly_registered"] == (1, 5)
    assert story(("01/10/2026", E.REGISTERED, 5)).figures(2026, 12)["newly_registered"] == (0, 0)
    assert story(("01/10/2026", E.REGISTERED, 5)).figures(2027, 1)["newly_registered"] == (1, 5)


def test_a_case_closed_on_30_09_is_not_carried_over_and_one_closed_on_01_10_is() -> None:
    on_last_day = story(("01/03/2026", E.REGISTERED, 100), ("30/09/2026", E.COMPLETED))
    assert on_last_day.figures(2027, 12)["carried_over"] == (0, 0)
    day_after = story(("01/03/2026", E.REGISTERED, 100), ("01/10/2026", E.COMPLETED))
    assert nonzero(day_after.figures(2027, 12), "carried_over", "completed", "carried_forward") == {
        "carried_over": (1, 100),
        "completed": (1, 100),
    }


def test_the_first_assignment_gives_the_case_to_the_officer_as_if_from_the_start_of_the_year() -> None:
    told = story(("15/03/2026", E.REGISTERED, 100), ("10/01/2027", E.COLLECTED, 30), ("05/02/2027", E.ASSIGNED, ALICE))
    before = told.figures(2027, 4, officer=None)
    assert nonzero(before, "carried_over", "completed", "in_progress") == {
        "carried_over": (1, 100),
        "completed": (0, 30),
        "in_progress": (1, 70),
    }
    assert nonzero(told.figures(2027, 4, officer=ALICE)) == {}
    unassigned = told.figures(2027, 5, officer=None)
    assert nonzero(unassigned, "carried_over", "completed", "transferred", "in_progress") == {
        "carried_over": (0, 30),
        "completed": (0, 30),
    }
    assert nonzero(told.figures(2027, 5, officer=ALICE), "carried_over", "transferred", "in_progress") == {
        "carried_over": (1, 70),
        "in_progress": (1, 70),
    }


def test_the_first_assignment_in_the_year_of_registration_moves_newly_registered() -> None:
    told = story(("15/10/2025", E.REGISTERED, 100), ("20/12/2025", E.ASSIGNED, ALICE))
    assert nonzero(told.figures(2026, 3, officer=None)) == {}
    assert told.figures(2026, 3, officer=ALICE)["newly_registered"] == (1, 100)
    assert told.figures(2026, 2, officer=ALICE)["newly_registered"] == (0, 0)


def test_a_reassignment_moves_what_is_outstanding_through_transferred_and_leaves_results_behind() -> None:
    told = story(
        ("15/10/2025", E.REGISTERED, 100),
        ("15/10/2025", E.ASSIGNED, ALICE),
        ("02/12/2025", E.COLLECTED, 40),
        ("10/01/2026", E.ASSIGNED, BINH),
        ("10/03/2026", E.COMPLETED),
    )
    alice, binh = told.figures(2026, 6, officer=ALICE), told.figures(2026, 6, officer=BINH)
    assert nonzero(alice, "newly_registered", "transferred", "completed", "carried_forward") == {
        "newly_registered": (1, 100),
        "transferred": (-1, -60),
        "completed": (0, 40),
    }
    assert nonzero(binh, "newly_registered", "transferred", "completed", "carried_forward") == {
        "transferred": (1, 60),
        "completed": (1, 60),
    }
    assert told.figures(2026, 6, office=NEW)["transferred"] == (0, 0)


def test_assigning_the_officer_who_has_the_case_already_moves_nothing() -> None:
    told = story(("15/10/2025", E.REGISTERED, 9), ("16/10/2025", E.ASSIGNED, ALICE), ("17/10/2025", E.ASSIGNED, ALICE))
    assert told.figures(2026, 1, officer=ALICE)["transferred"] == (0, 0)


def test_a_reassignment_to_another_office_moves_the_case_between_the_offices() -> None:
    told = story(
        ("15/10/2025", E.REGISTERED, 100),
        ("15/10/2025", E.ASSIGNED, ALICE),
        ("10/01/2026", E.ASSIGNED, BINH, NEW_ELSEWHERE),
    )
    assert told.figures(2026, 4, office=NEW)["transferred"] == (-1, -100)
    assert told.figures(2026, 4, office=NEW_ELSEWHERE)["transferred"] == (1, 100)
    assert told.figures(2026, 4)["transferred"] == (0, 0)


def test_a_case_moved_to_the_separate_book_leaves_carried_over_with_what_is_outstanding_at_the_move() -> None:
    told = story(
        ("15/03/2026", E.REGISTERED, 100),
        ("16/03/2026", E.ASSIGNED, ALICE),
        ("15/04/2026", E.FOUND_WITHOUT_CONDITIONS),
        ("05/11/2026", E.COLLECTED, 10),
        ("10/12/2026", E.MOVED_TO_SEPARATE_BOOK),
    )
    assert told.figures(2027, 2, officer=ALICE)["carried_over"] == (1, 100)
    assert nonzero(told.figures(2027, 3, officer=ALICE)) == {
        "carried_over": (0, 10),
        "registered_total": (0, 10),
        "to_enforce": (0, 10),
        "completed": (0, 10),
        "with_conditions": (0, 10),
        "separate_book": (1, 90),
    }
    assert nonzero(told.figures(2028, 12, officer=ALICE)) == {"separate_book": (1, 90)}


def test_a_case_registered_and_moved_to_the_separate_book_in_one_year_leaves_newly_registered() -> None:
    told = story(
        ("15/10/2025", E.REGISTERED, 100),
        ("15/11/2025", E.FOUND_WITHOUT_CONDITIONS),
        ("15/12/2025", E.MOVED_TO_SEPARATE_BOOK),
    )
    assert nonzero(told.figures(2026, 12)) == {"separate_book": (1, 100)}


def test_a_return_in_the_same_year_counts_as_newly_registered_and_a_second_move_takes_it_off_again() -> None:
    told = story(
        ("15/03/2025", E.REGISTERED, 100),
        ("15/04/2025", E.FOUND_WITHOUT_CONDITIONS),
        ("10/11/2025", E.MOVED_TO_SEPARATE_BOOK),
        ("10/02/2026", E.RETURNED_FROM_SEPARATE_BOOK),
        ("10/03/2026", E.FOUND_WITHOUT_CONDITIONS),
        ("10/05/2026", E.MOVED_TO_SEPARATE_BOOK),
    )
    names = ("carried_over", "newly_registered", "separate_book")
    assert nonzero(told.figures(2026, 1), *names) == {"carried_over": (1, 100)}
    assert nonzero(told.figures(2026, 2), *names) == {"separate_book": (1, 100)}
    assert nonzero(told.figures(2026, 5), *names) == {"newly_registered": (1, 100)}
    assert nonzero(told.figures(2026, 8), *names) == {"separate_book": (1, 100)}


def test_a_return_in_a_later_year_counts_as_newly_registered_there_and_is_carried_over_afterwards() -> None:
    told = story(
        ("15/03/2025", E.REGISTERED, 100),
        ("15/04/2025", E.FOUND_WITHOUT_CONDITIONS),
        ("10/05/2025", E.MOVED_TO_SEPARATE_BOOK),
        ("10/02/2027", E.RETURNED_FROM_SEPARATE_BOOK),
    )
    names = ("carried_over", "newly_registered", "separate_book")
    assert nonzero(told.figures(2026, 12), *names) == {"separate_book": (1, 100)}
    assert nonzero(told.figures(2027, 5), *names) == {"newly_registered": (1, 100)}
    assert nonzero(told.figures(2028, 1), *names) == {"carried_over": (1, 100)}


def test_a_case_changing_hands_inside_the_separate_book_moves_there_only() -> None:
    told = story(
        ("15/03/2026", E.REGISTERED, 100),
        ("16/03/2026", E.ASSIGNED, ALICE),
        ("15/04/2026", E.FOUND_WITHOUT_CONDITIONS),
        ("10/05/2026", E.MOVED_TO_SEPARATE_BOOK),
        ("10/06/2026", E.ASSIGNED, BINH),
        ("10/07/2026", E.RETURNED_FROM_SEPARATE_BOOK),
    )
    assert nonzero(told.figures(2026, 9, officer=ALICE)) == {}
    assert nonzero(told.figures(2026, 9, officer=BINH)) == {"separate_book": (1, 100)}
    assert nonzero(told.figures(2026, 10, officer=BINH), "newly_registered", "transferred", "in_progress") == {
        "newly_registered": (1, 100),
        "in_progress": (1, 100),
    }


def test_a_first_assignment_inside_the_separate_book_has_no_place_to_move() -> None:
    told = story(
        ("15/03/2026", E.REGISTERED, 100),
        ("15/04/2026", E.FOUND_WITHOUT_CONDITIONS),
        ("10/05/2026", E.MOVED_TO_SEPARATE_BOOK),
        ("10/06/2026", E.ASSIGNED, ALICE),
    )
    assert nonzero(told.figures(2026, 9, officer=None)) == {}
    assert nonzero(told.figures(2026, 9, officer=ALICE)) == {"separate_book": (1, 100)}


def test_the_reorganisation_transfers_an_open_case_on_01_07_2025_between_offices_but_not_for_its_officer() -> None:
    told = story(("15/03/2025", E.REGISTERED, 100), ("16/03/2025", E.ASSIGNED, ALICE), office=OLD)
    assert told.figures(2025, 9, office=OLD)["transferred"] == (0, 0)
    assert told.figures(2025, 9, office=OLD)["carried_forward"] == (1, 100)
    assert told.figures(2025, 10, office=OLD)["transferred"] == (-1, -100)
    assert told.figures(2025, 10, office=OLD)["carried_forward"] == (0, 0)
    assert told.figures(2025, 10, office=NEW)["transferred"] == (1, 100)
    assert told.figures(2025, 10, officer=ALICE)["transferred"] == (0, 0)
    assert told.figures(2025, 10, officer=ALICE)["newly_registered"] == (1, 100)
    assert told.history().state.office_id == NEW


@pytest.mark.parametrize(("closing", "by"), [("30/06/2025", OLD), ("01/07/2025", NEW)])
def test_a_result_on_the_last_day_is_the_ended_offices_and_on_the_day_after_its_successors(
    closing: str, by: int
) -> None:
    told = story(("15/03/2025", E.REGISTERED, 100), (closing, E.COMPLETED), office=OLD)
    assert told.figures(2025, 12, office=by)["completed"] == (1, 100)
    assert told.figures(2025, 12)["completed"] == (1, 100)
    assert (told.figures(2025, 12, office=NEW)["transferred"] == (1, 100)) is (by == NEW)


def test_a_case_in_the_separate_book_passes_to_the_successor_there_only() -> None:
    told = story(
        ("15/03/2025", E.REGISTERED, 100),
        ("15/04/2025", E.FOUND_WITHOUT_CONDITIONS),
        ("10/05/2025", E.MOVED_TO_SEPARATE_BOOK),
        office=OLD,
    )
    assert nonzero(told.figures(2025, 12, office=OLD)) == {}
    assert nonzero(told.figures(2025, 12, office=NEW)) == {"separate_book": (1, 100)}


def test_a_first_assignment_after_the_reorganisation_moves_the_place_inside_the_new_office() -> None:
    told = story(("15/03/2024", E.REGISTERED, 100), ("10/08/2025", E.ASSIGNED, ALICE), office=OLD)
    office = told.figures(2025, 12, office=NEW)
    assert nonzero(office, "carried_over", "transferred") == {"transferred": (1, 100)}
    assert told.figures(2025, 12, officer=ALICE)["carried_over"] == (1, 100)
    assert told.figures(2025, 12, officer=None)["carried_over"] == (0, 0)


def test_an_office_whose_successor_has_ended_too_passes_on_along_the_line() -> None:
    told = story(("15/03/2024", E.REGISTERED, 100), office=OLD_NEIGHBOUR)
    told.ended = REORGANISED | {NEW: (period(2026, 12)[1], NEW_ELSEWHERE)}
    assert told.figures(2026, 12, office=NEW)["carried_forward"] == (1, 100)
    assert told.figures(2027, 1, office=NEW_ELSEWHERE)["transferred"] == (1, 100)
    assert [move.day.isoformat() for move in told.history().moves] == ["2025-07-01", "2026-10-01"]


def test_money_is_completed_when_collected_and_the_case_when_it_is_completed() -> None:
    told = story(("15/10/2025", E.REGISTERED, 100), ("15/11/2025", E.COLLECTED, 100), ("15/12/2025", E.COMPLETED))
    assert told.figures(2026, 2)["completed"] == (0, 100)
    assert told.figures(2026, 2)["carried_forward"] == (1, 0)
    assert told.figures(2026, 3)["completed"] == (1, 100)
    assert told.figures(2026, 3)["carried_forward"] == (0, 0)


def test_a_partial_entrustment_leaves_with_its_money_only() -> None:
    told = story(("15/10/2025", E.REGISTERED, 100), ("15/11/2025", E.PARTLY_ENTRUSTED, 30))
    found = told.figures(2026, 2)
    assert nonzero(found, "entrusted", "to_enforce", "carried_forward", "in_progress") == {
        "entrusted": (0, 30),
        "to_enforce": (1, 70),
        "carried_forward": (1, 70),
        "in_progress": (1, 70),
    }


@pytest.mark.parametrize(
    ("event", "indicator"),
    [(E.ENTRUSTED, "entrusted"), (E.WITHDRAWN_BY_SUPERIOR, "withdrawn"), (E.REVOKED, "revoked")],
)
def test_a_case_that_leaves_the_count_takes_what_is_outstanding_off_to_enforce(
    event: EventType, indicator: str
) -> None:
    told = story(("15/10/2025", E.REGISTERED, 100), ("15/11/2025", E.COLLECTED, 25), ("15/12/2025", event))
    found = told.figures(2026, 3)
    assert found[indicator] == (1, 75)
    assert found["to_enforce"] == (0, 25)
    assert found["carried_forward"] == (0, 0)


def test_terminated_counts_whole_and_partial_terminations_and_reduced_counts_money_only() -> None:
    told = story(
        ("15/10/2025", E.REGISTERED, 100),
        ("15/11/2025", E.REDUCED, 20),
        ("16/11/2025", E.PARTLY_TERMINATED, 30),
        ("15/12/2025", E.TERMINATED),
    )
    assert nonzero(told.figures(2026, 2), "terminated", "reduced", "carried_forward") == {
        "reduced": (0, 20),
        "terminated": (0, 30),
        "carried_forward": (1, 50),
    }
    assert nonzero(told.figures(2026, 3), "terminated", "reduced", "carried_forward", "with_conditions") == {
        "reduced": (0, 20),
        "terminated": (1, 80),
        "with_conditions": (1, 100),
    }


def test_nghi_dinh_152_2026_dieu_22_2_a_returned_request_counts_as_terminated() -> None:
    told = story(
        ("15/10/2025", E.REGISTERED, 100),
        ("15/11/2025", E.FOUND_WITHOUT_CONDITIONS),
        ("01/07/2026", E.REQUEST_RETURNED),
    )
    assert told.figures(2026, 9)["without_conditions"] == (1, 100)
    assert told.figures(2026, 10)["terminated"] == (1, 100)


@pytest.mark.parametrize(
    ("event", "indicator", "bucket_2019"),
    [
        (E.POSTPONED_BY_AGREEMENT, "postponed_by_agreement", "with_conditions"),
        (E.POSTPONED_OTHER, "postponed_other", "with_conditions"),
        (E.SUSPENDED, "suspended", "with_conditions"),
        (E.HELD_OTHER, "held_other", "with_conditions"),
        (E.FOUND_WITHOUT_CONDITIONS, "without_conditions", "without_conditions"),
    ],
)
def test_an_open_case_counts_by_its_status_on_the_last_day(event: EventType, indicator: str, bucket_2019: str) -> None:
    told = story(("15/10/2018", E.REGISTERED, 100), ("30/11/2018", event))
    assert told.figures(2019, 1)["in_progress"] == (1, 100)
    assert told.figures(2019, 2)[indicator] == (1, 100)
    assert told.figures(2019, 2)["in_progress"] == (0, 0)
    assert told.figures(2019, 2)[bucket_2019] == (1, 100)


def test_a_case_that_owes_no_money_is_counted_like_any_other() -> None:
    told = story(("15/10/2025", E.REGISTERED, 0), ("15/10/2025", E.ASSIGNED, ALICE), ("15/12/2025", E.COMPLETED))
    assert nonzero(told.figures(2026, 2, officer=ALICE), "newly_registered", "carried_forward") == {
        "newly_registered": (1, 0),
        "carried_forward": (1, 0),
    }
    assert told.figures(2026, 3, officer=ALICE)["completed"] == (1, 0)


def test_every_worked_history_agrees_with_the_naive_reading_and_every_identity() -> None:
    told = story(
        ("15/03/2024", E.REGISTERED, 100),
        ("15/04/2024", E.FOUND_WITHOUT_CONDITIONS),
        ("10/11/2024", E.MOVED_TO_SEPARATE_BOOK),
        ("10/02/2025", E.RETURNED_FROM_SEPARATE_BOOK),
        ("11/02/2025", E.ASSIGNED, ALICE),
        ("10/05/2025", E.PARTLY_ENTRUSTED, 15),
        ("10/08/2025", E.ASSIGNED, BINH),
        ("10/09/2025", E.SUSPENDED),
        ("10/12/2025", E.TERMINATED),
        office=OLD_ELSEWHERE,
    )
    for year in (2024, 2025, 2026):
        for months in range(1, 13):
            for officer in (None, ALICE, BINH, "any"):
                found = told.figures(year, months, officer=officer)
                expected = naive_figures(
                    [told.naive()],
                    lambda _, who, own=officer: own in ("any", who),
                    year,
                    period(year, months)[1],
                    REORGANISED,
                )
                assert found == expected
                assert broken_identities(found) == []
