"""Which event may follow which: every cell of the glossary's table, and every rule with its article."""

from datetime import date, timedelta

import pytest

from models.enums import CLOSED_STATUSES, OPEN_STATUSES, CaseStatus, EventType, Source
from thads_app.rules.lifecycle import LIFECYCLE, Refusal, refusals

S = CaseStatus
E = EventType
DAY = date(2026, 8, 3)
OWED = 10_000_000

# The glossary's "What may follow what", word for word; `assigned` stands in every open status.
FOLLOWS = {
    S.IN_PROGRESS: {
        E.COLLECTED,
        E.REDUCED,
        E.PARTLY_TERMINATED,
        E.PARTLY_ENTRUSTED,
        E.FOUND_WITHOUT_CONDITIONS,
        E.POSTPONED_BY_AGREEMENT,
        E.POSTPONED_OTHER,
        E.SUSPENDED,
        E.HELD_OTHER,
        E.ENTRUSTED,
        E.WITHDRAWN_BY_SUPERIOR,
        E.REVOKED,
        E.COMPLETED,
        E.TERMINATED,
    },
    S.WITHOUT_CONDITIONS: {
        E.FOUND_WITH_CONDITIONS,
        E.COLLECTED,
        E.REDUCED,
        E.PARTLY_TERMINATED,
        E.MOVED_TO_SEPARATE_BOOK,
        E.ENTRUSTED,
        E.WITHDRAWN_BY_SUPERIOR,
        E.REVOKED,
        E.COMPLETED,
        E.TERMINATED,
        E.REQUEST_RETURNED,
    },
    **{
        paused: {
            E.RESUMED,
            E.COLLECTED,
            E.REDUCED,
            E.PARTLY_TERMINATED,
            E.WITHDRAWN_BY_SUPERIOR,
            E.REVOKED,
            E.COMPLETED,
            E.TERMINATED,
        }
        for paused in (S.POSTPONED_BY_AGREEMENT, S.POSTPONED_OTHER, S.SUSPENDED, S.HELD_OTHER)
    },
    S.SEPARATE_BOOK: {E.RETURNED_FROM_SEPARATE_BOOK},
}

STATUS_AFTER = {
    E.FOUND_WITHOUT_CONDITIONS: S.WITHOUT_CONDITIONS,
    E.FOUND_WITH_CONDITIONS: S.IN_PROGRESS,
    E.POSTPONED_BY_AGREEMENT: S.POSTPONED_BY_AGREEMENT,
    E.POSTPONED_OTHER: S.POSTPONED_OTHER,
    E.SUSPENDED: S.SUSPENDED,
    E.RESUMED: S.IN_PROGRESS,
    E.HELD_OTHER: S.HELD_OTHER,
    E.MOVED_TO_SEPARATE_BOOK: S.SEPARATE_BOOK,
    E.RETURNED_FROM_SEPARATE_BOOK: S.IN_PROGRESS,
    E.ENTRUSTED: S.ENTRUSTED,
    E.WITHDRAWN_BY_SUPERIOR: S.WITHDRAWN,
    E.REVOKED: S.REVOKED,
    E.COMPLETED: S.COMPLETED,
    E.TERMINATED: S.TERMINATED,
    E.REQUEST_RETURNED: S.REQUEST_RETURNED,
}

PART_OF_THE_DEBT = (E.COLLECTED, E.REDUCED, E.PARTLY_TERMINATED, E.PARTLY_ENTRUSTED)
ALL_THAT_IS_LEFT = (E.TERMINATED, E.REQUEST_RETURNED, E.ENTRUSTED, E.WITHDRAWN_BY_SUPERIOR, E.REVOKED)
ORDINARY_EVENTS = [event for event in E if event not in (E.REGISTERED, E.CORRECTED)]


def a_status_before(event: EventType) -> CaseStatus:
    """Any status the event may follow."""
    return next(status for status in S if event in FOLLOWS.get(status, set()) or event is E.ASSIGNED)


def codes(event: EventType, **changes: object) -> list[str]:
    """The refusals of an event that is in order but for `changes`."""
    usual: dict[str, object] = {
        "status": a_status_before(event),
        "outstanding": OWED,
        "source": Source.ON_REQUEST,
        "business_date": DAY,
        "not_before": DAY - timedelta(days=30),
        "today": DAY + timedelta(days=1),
        "amount": 1_000_000 if event in PART_OF_THE_DEBT else None,
        "has_officer": event is E.ASSIGNED,
    }
    found: list[Refusal] = refusals(event, **(usual | changes))  # pyright: ignore[reportArgumentType]
    return [refusal.code for refusal in found]


@pytest.mark.parametrize("event", ORDINARY_EVENTS)
@pytest.mark.parametrize("status", list(S))
def test_an_event_follows_a_status_exactly_when_the_glossary_says_so(status: CaseStatus, event: EventType) -> None:
    allowed = event in FOLLOWS.get(status, set()) or (event is E.ASSIGNED and status in OPEN_STATUSES)
    assert (codes(event, status=status) == []) is allowed


@pytest.mark.parametrize("status", sorted(CLOSED_STATUSES))
@pytest.mark.parametrize("event", ORDINARY_EVENTS)
def test_a_closed_case_refuses_everything_with_the_reason_that_it_is_closed(
    status: CaseStatus, event: EventType
) -> None:
    assert "case_closed" in codes(event, status=status)


@pytest.mark.parametrize("event", ORDINARY_EVENTS)
def test_an_event_leaves_the_status_of_the_glossary(event: EventType) -> None:
    assert LIFECYCLE[event].to_status == STATUS_AFTER.get(event)


@pytest.mark.parametrize("event", ORDINARY_EVENTS)
def test_every_rule_names_where_the_law_says_so(event: EventType) -> None:
    assert any(mark in LIFECYCLE[event].article for mark in ("Đ.", "TT "))


@pytest.mark.parametrize("event", ORDINARY_EVENTS)
def test_no_event_is_dated_in_the_future(event: EventType) -> None:
    assert codes(event, today=DAY - timedelta(days=1)) == ["date_in_future"]
    assert codes(event, today=DAY) == []


@pytest.mark.parametrize("event", ORDINARY_EVENTS)
def test_no_event_is_dated_before_the_previous_one_of_its_case(event: EventType) -> None:
    assert codes(event, not_before=DAY + timedelta(days=1)) == ["date_before_last_event"]
    assert codes(event, not_before=DAY) == []


@pytest.mark.parametrize("event", PART_OF_THE_DEBT)
@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, ["amount_needed"]),
        (0, ["amount_not_positive"]),
        (-1, ["amount_not_positive"]),
        (1, []),
        (OWED, []),
        (OWED + 1, ["amount_over_outstanding"]),
    ],
)
def test_part_of_a_debt_is_more_than_nothing_and_at_most_what_is_outstanding(
    event: EventType, amount: int | None, expected: list[str]
) -> None:
    assert codes(event, amount=amount) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, []),
        (OWED, []),
        (OWED - 1, ["completed_leaves_outstanding"]),
        (0, ["completed_leaves_outstanding"]),
        (OWED + 1, ["amount_over_outstanding"]),
        (-1, ["amount_negative"]),
    ],
)
def test_dieu_52_completion_leaves_nothing_outstanding(amount: int | None, expected: list[str]) -> None:
    assert codes(E.COMPLETED, amount=amount) == expected


def test_a_case_that_owes_no_money_is_completed_with_a_blank_or_a_zero() -> None:
    assert codes(E.COMPLETED, outstanding=0, amount=None) == []
    assert codes(E.COMPLETED, outstanding=0, amount=0) == []


@pytest.mark.parametrize("event", PART_OF_THE_DEBT)
def test_a_case_that_owes_no_money_has_no_part_of_a_debt(event: EventType) -> None:
    assert codes(event, outstanding=0, amount=1) == ["amount_over_outstanding"]


@pytest.mark.parametrize("event", ALL_THAT_IS_LEFT)
def test_what_ends_a_case_takes_all_that_is_outstanding_and_no_other_sum(event: EventType) -> None:
    assert codes(event, amount=None) == []
    assert codes(event, amount=OWED) == []
    assert codes(event, amount=OWED - 1) == ["amount_not_allowed"]


def test_dieu_36_3_an_assignment_names_its_officer() -> None:
    assert codes(E.ASSIGNED, has_officer=False) == ["officer_needed"]


def test_dieu_44a_without_conditions_is_found_only_while_the_case_is_in_progress() -> None:
    assert codes(E.FOUND_WITHOUT_CONDITIONS, status=S.IN_PROGRESS) == []
    assert codes(E.FOUND_WITHOUT_CONDITIONS, status=S.SUSPENDED) == ["event_not_after_status"]


def test_nghi_dinh_62_2015_dieu_9_5_only_a_case_without_conditions_moves_to_the_separate_book() -> None:
    assert codes(E.MOVED_TO_SEPARATE_BOOK, status=S.WITHOUT_CONDITIONS) == []
    assert codes(E.MOVED_TO_SEPARATE_BOOK, status=S.IN_PROGRESS) == ["event_not_after_status"]


@pytest.mark.parametrize("event", [E.POSTPONED_BY_AGREEMENT, E.POSTPONED_OTHER, E.SUSPENDED])
def test_dieu_48_and_49_a_pause_ends_by_resuming_before_another_begins(event: EventType) -> None:
    status = LIFECYCLE[event].to_status
    assert status is not None
    assert codes(E.RESUMED, status=status) == []
    assert codes(E.SUSPENDED, status=status) == ["event_not_after_status"]


def test_dieu_55_a_case_is_entrusted_in_part_only_while_in_progress() -> None:
    assert codes(E.PARTLY_ENTRUSTED, status=S.IN_PROGRESS) == []
    assert codes(E.PARTLY_ENTRUSTED, status=S.WITHOUT_CONDITIONS) == ["event_not_after_status"]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 30), ["event_not_yet_law"]),
        (date(2026, 7, 1), []),
    ],
)
def test_nghi_dinh_152_2026_dieu_22_2_a_request_is_returned_from_01_07_2026(day: date, expected: list[str]) -> None:
    assert codes(E.REQUEST_RETURNED, business_date=day, not_before=day) == expected


def test_nghi_dinh_152_2026_dieu_22_2_only_a_case_opened_on_request_has_a_request_to_return() -> None:
    assert codes(E.REQUEST_RETURNED, source=Source.EX_OFFICIO) == ["event_other_source"]
