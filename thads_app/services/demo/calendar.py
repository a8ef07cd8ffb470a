"""The days of the demonstration: working days ready to look up, and when things get recorded."""

# ruff: noqa: PLR2004 (the shares are the data of this module)

from datetime import date, datetime, time, timedelta
from random import Random

from thads_app.clock import VIETNAM
from thads_app.rules.calendar import is_working_day

_ONE_DAY = timedelta(days=1)


class DemoCalendar:
    """Working days from `first` to `last`; nothing happens after `last`."""

    def __init__(self, first: date, last: date) -> None:
        self.first, self.last = first, last
        self.days = [day for day in _span(first, last) if is_working_day(day)]
        self._at_or_after: dict[date, date] = {}
        following: date | None = None
        working = set(self.days)
        for day in reversed(list(_span(first, last))):
            following = day if day in working else following
            if following is not None:
                self._at_or_after[day] = following

    def working(self, day: date) -> date | None:
        """The day itself or the working day that follows; None when it lies beyond the last."""
        return self._at_or_after.get(max(day, self.first))

    def recorded(self, rng: Random, day: date, not_before: datetime) -> datetime:
        """When an event of that day was entered: mostly the same day, sometimes days, rarely weeks later."""
        chance = rng.random()
        lag = 0 if chance < 0.72 else rng.randint(1, 3) if chance < 0.95 else rng.randint(4, 45)
        entered = self.working(day + timedelta(days=lag)) or self.last
        minute = rng.randrange(8 * 60, 17 * 60)
        moment = datetime.combine(entered, time(minute // 60, minute % 60, rng.randrange(60)), VIETNAM)
        if moment > not_before:
            return moment
        return not_before + timedelta(seconds=rng.randrange(1, 60))


def _span(first: date, last: date) -> list[date]:
    return [first + n * _ONE_DAY for n in range((last - first).days + 1)]
