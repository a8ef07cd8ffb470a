"""When an event is entered late.

TT 05/2024/TT-BTP Đ.8.1 closes the figures at the end of each month; Đ.10 gives the officer one working day to report.
An event of a month that is recorded after that term is late. The number of working days is a setting.
"""

from datetime import date
from functools import lru_cache

from thads_app.rules.calendar import add_working_days


@lru_cache(maxsize=4096)
def closing_day(month: date, working_days: int) -> date:
    """The last day on which an event of that month (given by its first day) is recorded in time."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    last_day = date.fromordinal(following.toordinal() - 1)
    return add_working_days(last_day, working_days)


def is_late(business_date: date, recorded_on: date, working_days: int) -> bool:
    """Whether an event of `business_date` recorded on `recorded_on` missed its month's closing."""
    return recorded_on > closing_day(business_date.replace(day=1), working_days)
