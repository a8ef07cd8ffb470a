"""Working days, terms and the statistical year, by worked examples that name their article."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thads_app.rules.calendar import (
    VIETNAM,
    TermUnit,
    add_months,
    add_working_days,
    end_of_term,
    fiscal_month,
    fiscal_year,
    is_working_day,
    next_working_day,
    on_or_after_working_day,
    period,
    working_days_between,
)
from thads_app.rules.calendar_data import Swap

DAYS = st.dates(date(2018, 1, 1), date(2027, 12, 31))


def _closed(first: date, last: date) -> bool:
    return not any(is_working_day(first + timedelta(days=step)) for step in range((last - first).days + 1))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2024, 2, 8), date(2024, 2, 14)),
        (date(2024, 8, 31), date(2024, 9, 3)),
        (date(2025, 1, 25), date(2025, 2, 2)),
        (date(2025, 8, 30), date(2025, 9, 2)),
        (date(2026, 1, 1), date(2026, 1, 4)),
        (date(2026, 2, 14), date(2026, 2, 22)),
        (date(2026, 4, 25), date(2026, 4, 27)),
        (date(2026, 4, 30), date(2026, 5, 3)),
        (date(2026, 8, 29), date(2026, 9, 2)),
        (date(2026, 11, 24), date(2026, 11, 24)),
    ],
)
def test_offices_are_closed_on_the_announced_breaks_and_open_around_them(first: date, last: date) -> None:
    assert _closed(first, last)
    before, after = first - timedelta(days=1), last + timedelta(days=1)
    assert is_working_day(before)
    assert is_working_day(after)


@pytest.mark.parametrize(
    "day",
    [date(2019, 1, 5), date(2019, 5, 4), date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)],
)
def test_a_saturday_worked_against_a_day_off_is_a_working_day(day: date) -> None:
    assert day.weekday() == 5
    assert is_working_day(day)


def test_a_holiday_on_a_weekend_is_made_up_on_the_next_working_day() -> None:
    # Bộ luật Lao động 2019 Đ.111.3: Giỗ Tổ of 2019 fell on Sunday 14/04.
    assert not is_working_day(date(2019, 4, 15))
    assert is_working_day(date(2019, 4, 16))


def test_a_day_off_says_why() -> None:
    assert VIETNAM.reason_off(date(2026, 9, 2)) == "Quốc khánh"
    assert VIETNAM.reason_off(date(2025, 5, 2)) == "Nghỉ hoán đổi, làm bù ngày 26/04/2025"
    assert VIETNAM.reason_off(date(2026, 9, 5)) is None


def test_a_further_order_changes_the_calendar_it_is_given_to_and_no_other() -> None:
    swap = Swap(date(2027, 4, 15), date(2027, 4, 24), "test")
    changed = VIETNAM.with_swaps([swap])
    assert not is_working_day(swap.day_off, changed)
    assert is_working_day(swap.worked_instead, changed)
    assert is_working_day(swap.day_off)


@pytest.mark.parametrize(
    ("event", "count", "last"),
    [
        # Five working days for the enforcement decision, request received on Friday 05/06/2026.
        (date(2026, 6, 5), 5, date(2026, 6, 12)),
        # Over the Lunar New Year of 2026 (14–22/02).
        (date(2026, 2, 12), 3, date(2026, 2, 24)),
        # Over a worked Saturday.
        (date(2025, 4, 25), 1, date(2025, 4, 26)),
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        (date(2026, 6, 6), 0, date(2026, 6, 6)),
    ],
)
def test_working_days_are_counted_from_the_day_after_the_event(event: date, count: int, last: date) -> None:
    # BLDS 2015 Đ.147.3.
    assert add_working_days(event, count) == last


@pytest.mark.parametrize(
    ("event", "count", "unit", "last"),
    [
        # Đ.147.3, Đ.148.1: ten days for voluntary compliance from Monday 01/06/2026 end on Thursday 11/06.
        (date(2026, 6, 1), 10, TermUnit.DAY, date(2026, 6, 11)),
        # Đ.148.5: the last day, Saturday 13/06, moves to Monday.
        (date(2026, 6, 3), 10, TermUnit.DAY, date(2026, 6, 15)),
        # Đ.148.5 with a public holiday: 02/09/2026 is inside the break, the term ends on 03/09.
        (date(2026, 8, 23), 10, TermUnit.DAY, date(2026, 9, 3)),
        # Đ.148.2: the corresponding day of the last week.
        (date(2026, 6, 3), 2, TermUnit.WEEK, date(2026, 6, 17)),
        # Đ.148.3: the corresponding day; the last day of a month that has none (28/02/2025 is a Friday).
        (date(2026, 6, 15), 1, TermUnit.MONTH, date(2026, 7, 15)),
        (date(2025, 1, 31), 1, TermUnit.MONTH, date(2025, 2, 28)),
        # Đ.148.4: the five years to request enforcement of a judgment in force from 10/07/2021.
        (date(2021, 7, 10), 5, TermUnit.YEAR, date(2026, 7, 10)),
        (date(2024, 2, 29), 1, TermUnit.YEAR, date(2025, 2, 28)),
        (date(2026, 6, 5), 5, TermUnit.WORKING_DAY, date(2026, 6, 12)),
    ],
)
def test_terms_end_as_the_civil_code_says(event: date, count: int, unit: TermUnit, last: date) -> None:
    assert end_of_term(event, count, unit) == last


def test_a_negative_term_is_refused() -> None:
    for unit in TermUnit:
        with pytest.raises(ValueError, match="negative"):
            end_of_term(date(2026, 6, 1), -1, unit)


@given(DAYS, st.integers(0, 60))
def test_adding_and_counting_working_days_agree(start: date, count: int) -> None:
    end = add_working_days(start, count)
    assert working_days_between(start, end) == count
    assert count == 0 or is_working_day(end)


@given(DAYS)
def test_the_next_working_day_is_later_and_none_is_skipped(day: date) -> None:
    found = next_working_day(day)
    assert found > day
    assert working_days_between(day, found) == 1
    assert on_or_after_working_day(found) == found


@given(DAYS, st.integers(0, 40))
def test_months_go_forward_and_keep_the_day_or_the_end_of_the_month(day: date, count: int) -> None:
    later = add_months(day, count)
    assert (later.year - day.year) * 12 + later.month - day.month == count
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "year", "month"),
    [
        (date(2024, 9, 30), 2024, 12),
        (date(2024, 10, 1), 2025, 1),
        (date(2025, 4, 30), 2025, 7),
        (date(2025, 9, 30), 2025, 12),
    ],
)
def test_the_statistical_year_starts_on_the_first_of_october(day: date, year: int, month: int) -> None:
    # TT 05/2024/TT-BTP Đ.5.
    assert (fiscal_year(day), fiscal_month(day)) == (year, month)


@pytest.mark.parametrize(
    ("months", "last"),
    [
        (0, date(2024, 9, 30)),
        (1, date(2024, 10, 31)),
        (5, date(2025, 2, 28)),
        (7, date(2025, 4, 30)),
        (12, date(2025, 9, 30)),
    ],
)
def test_periods_are_cumulative_and_end_with_their_month(months: int, last: date) -> None:
    assert period(2025, months) == (date(2024, 10, 1), last)


def test_a_period_of_a_leap_february_has_29_days_and_13_months_are_refused() -> None:
    assert period(2024, 5)[1] == date(2024, 2, 29)
    for months in (-1, 13):
        with pytest.raises(ValueError, match="0 to 12"):
            period(2025, months)


@given(DAYS)
def test_a_day_lies_in_the_period_of_its_own_month_and_in_no_shorter_one(day: date) -> None:
    first, last = period(fiscal_year(day), fiscal_month(day))
    assert first <= day <= last
    assert day > period(fiscal_year(day), fiscal_month(day) - 1)[1]
