"""Working days in Vietnam, terms of the Civil Code, and the statistical year.

Sources: Bộ luật Lao động 2019 Đ.111–112 (days off), Bộ luật Dân sự 2015 Đ.145–148 (terms), TT 05/2024/TT-BTP Đ.5
(statistical year 01/10–30/09).
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

import holidays

from thads_app.rules.calendar_data import SWAPS, Swap

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONTHS_IN_YEAR = 12
_FIRST_MONTH = 10


class TermUnit(StrEnum):
    """What a term is counted in."""

    DAY = "day"
    WORKING_DAY = "working_day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@cache
def _public_holidays(year: int) -> dict[date, str]:
    # Swaps are ours to state (calendar_data), so that each carries its source: the package's own are taken out.
    swapped = {swap.day_off for swap in SWAPS}
    found = holidays.country_holidays("VN", years=year, language="vi")
    return {day: name for day, name in found.items() if day.year == year and day not in swapped}


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days state offices work: Monday to Friday, less holidays and days given off, plus days worked instead."""

    swaps: tuple[Swap, ...] = SWAPS

    def is_working_day(self, day: date) -> bool:
        """Say whether offices are open on that day."""
        if any(swap.worked_instead == day for swap in self.swaps):
            return True
        return day.weekday() < _SATURDAY and self.reason_off(day) is None

    def reason_off(self, day: date) -> str | None:
        """Return the Vietnamese name of the holiday or break on that day; ``None`` on others, plain weekends too."""
        for swap in self.swaps:
            if swap.day_off == day:
                return f"Nghỉ hoán đổi, làm bù ngày {swap.worked_instead:%d/%m/%Y}"
        return _public_holidays(day.year).get(day)

    def with_swaps(self, extra: Iterable[Swap]) -> "WorkingCalendar":
        """Return a calendar that knows further orders, for example those an administrator has entered."""
        return WorkingCalendar((*self.swaps, *extra))


VIETNAM = WorkingCalendar()


def is_working_day(day: date, calendar: WorkingCalendar = VIETNAM) -> bool:
    """Say whether state offices work on that day (Bộ luật Lao động 2019 Đ.111–112, and the swaps ordered)."""
    return calendar.is_working_day(day)


def next_working_day(day: date, calendar: WorkingCalendar = VIETNAM) -> date:
    """Return the first working day after ``day``."""
    return on_or_after_working_day(day + _ONE_DAY, calendar)


def on_or_after_working_day(day: date, calendar: WorkingCalendar = VIETNAM) -> date:
    """Return ``day`` when offices work on it, else the working day that follows (BLDS 2015 Đ.148.5)."""
    while not calendar.is_working_day(day):
        day += _ONE_DAY
    return day


def add_working_days(day: date, count: int, calendar: WorkingCalendar = VIETNAM) -> date:
    """Return the last day of a term of ``count`` working days after the event of ``day``.

    The day of the event is not counted (BLDS 2015 Đ.147.3). ``count`` 0 gives ``day`` itself.

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        message = "a term cannot be negative"
        raise ValueError(message)
    for _ in range(count):
        day = next_working_day(day, calendar)
    return day


def working_days_between(start: date, end: date, calendar: WorkingCalendar = VIETNAM) -> int:
    """Count the working days after ``start`` up to and including ``end``; 0 when ``end`` is not later."""
    days = (end - start).days
    return sum(calendar.is_working_day(start + timedelta(days=step)) for step in range(1, days + 1))


def end_of_term(event: date, count: int, unit: TermUnit, calendar: WorkingCalendar = VIETNAM) -> date:
    """Return the last day of a term that an event starts.

    Terms follow the solar calendar (BLDS 2015 Đ.145.2). The day of the event is not counted (Đ.147.3); a term in days
    ends with its last day (Đ.148.1), in weeks, months or years on the corresponding day (Đ.148.2–4), which is the last
    day of the month where that month has no such day (Đ.148.3); a last day off moves to the next working day (Đ.148.5).

    Raises:
        ValueError: ``count`` is negative.
    """
    if count < 0:
        message = "a term cannot be negative"
        raise ValueError(message)
    if unit is TermUnit.WORKING_DAY:
        return add_working_days(event, count, calendar)
    return on_or_after_working_day(_calendar_end(event, count, unit), calendar)


def _calendar_end(event: date, count: int, unit: TermUnit) -> date:
    if unit is TermUnit.DAY:
        return event + timedelta(days=count)
    if unit is TermUnit.WEEK:
        return event + timedelta(weeks=count)
    return add_months(event, count * _MONTHS_IN_YEAR if unit is TermUnit.YEAR else count)


def add_months(day: date, count: int) -> date:
    """Return the corresponding day ``count`` months on, or the last of that month if it is shorter (BLDS Đ.148.3)."""
    year, month = divmod(day.year * _MONTHS_IN_YEAR + day.month - 1 + count, _MONTHS_IN_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def fiscal_year(day: date) -> int:
    """Return the statistical year of a day: 01/10/2024–30/09/2025 is 2025 (TT 05/2024/TT-BTP Đ.5)."""
    return day.year + (day.month >= _FIRST_MONTH)


def fiscal_month(day: date) -> int:
    """Return which month of its statistical year a day is in: October 1 … September 12."""
    return (day.month - _FIRST_MONTH) % _MONTHS_IN_YEAR + 1


def period(year: int, months: int) -> tuple[date, date]:
    """Return the first and last day of the first ``months`` months of a statistical year (periods are cumulative).

    0 months is the empty period before the year starts: its last day is 30/09 of the year before, so that stocks "at
    0 months" are those carried over.

    Raises:
        ValueError: ``months`` is not between 0 and 12.
    """
    if not 0 <= months <= _MONTHS_IN_YEAR:
        message = f"a period has 0 to 12 months, not {months}"
        raise ValueError(message)
    first = date(year - 1, _FIRST_MONTH, 1)
    return first, add_months(first, months) - _ONE_DAY
