"""Terms of data subjects' requests (NĐ 356/2025/NĐ-CP Đ.5), counted as the Civil Code counts."""

from __future__ import annotations

from datetime import date

import pytest

from models.personal_enums import DataRequestKind, DataRequestStatus
from thads_app.rules.calendar import is_working_day
from thads_app.rules.data_requests import (
    TERMS,
    RequestStep,
    allowed_steps,
    deadlines,
    extended_due,
    is_overdue,
)

K, S, Step = DataRequestKind, DataRequestStatus, RequestStep


def test_every_kind_has_a_term_with_a_source_and_says_when_it_is_not_confirmed() -> None:
    assert set(TERMS) == set(K)
    for term in TERMS.values():
        assert 0 < term.days <= term.days_with_others
        assert term.source
        assert term.confirmed or "chưa xác nhận" in term.source


@pytest.mark.parametrize(
    ("received", "respond_by"),
    [
        (date(2026, 11, 4), date(2026, 11, 6)),  # Wednesday → Friday
        (date(2026, 11, 5), date(2026, 11, 9)),  # Thursday → Monday, over a weekend
        (date(2026, 4, 29), date(2026, 5, 5)),  # over the days off of 30/4 and 1/5
    ],
)
def test_the_response_is_due_in_two_working_days(received: date, respond_by: date) -> None:
    assert deadlines(K.ACCESS, received, others_involved=False).respond_by == respond_by


def test_terms_run_in_days_and_end_on_a_working_day() -> None:
    received = date(2026, 10, 7)
    assert deadlines(K.WITHDRAW, received, others_involved=False).due_on == date(2026, 10, 22)
    assert deadlines(K.WITHDRAW, received, others_involved=True).due_on == date(2026, 10, 27)
    # the tenth day is Saturday 17/10: Monday
    assert deadlines(K.RECTIFY, received, others_involved=False).due_on == date(2026, 10, 19)
    # the twentieth day is the day off of 24/11: Wednesday
    assert deadlines(K.ERASE, date(2026, 11, 4), others_involved=False).due_on == date(2026, 11, 25)
    for kind in K:
        assert is_working_day(extended_due(kind, received, others_involved=False))
        due = deadlines(kind, received, others_involved=True).due_on
        assert extended_due(kind, received, others_involved=True) > due


def test_an_extension_comes_once_after_the_response_and_before_the_end() -> None:
    due = date(2026, 11, 20)

    def steps(status: DataRequestStatus, *, extended: bool = False, day: int = 10) -> set[RequestStep]:
        return set(allowed_steps(status, extended=extended, due_on=due, today=date(2026, 11, day)))

    closing = {Step.FULFIL, Step.REFUSE, Step.WITHDRAW}
    assert steps(S.RECEIVED) == closing | {Step.RESPOND}
    assert steps(S.IN_HAND) == closing | {Step.EXTEND}
    assert steps(S.IN_HAND, extended=True) == closing
    assert steps(S.IN_HAND, day=21) == closing
    assert steps(S.FULFILLED) == steps(S.REFUSED) == steps(S.WITHDRAWN) == set()


def test_overdue_means_the_term_that_runs_now_has_passed() -> None:
    respond_by, due = date(2026, 11, 6), date(2026, 11, 20)
    assert not is_overdue(S.RECEIVED, respond_by, due, respond_by)
    assert is_overdue(S.RECEIVED, respond_by, due, date(2026, 11, 7))
    assert not is_overdue(S.IN_HAND, respond_by, due, due)
    assert is_overdue(S.IN_HAND, respond_by, due, date(2026, 11, 21))
    assert not is_overdue(S.FULFILLED, respond_by, due, date(2027, 1, 1))
