"""How a demonstration case lives: what happens to it, when, and for how much, always within the lifecycle.

Shares and seasons follow the published totals (statistics notes): about two thirds of cases have conditions, most of
those end within the year with a rush in August and September, one in four lacks conditions, few are put off or leave.
"""

# ruff: noqa: PLR2004 (the shares are the data of this module)

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from models.enums import EventType, Source
from thads_app.services.demo.calendar import DemoCalendar

_Choice = TypeVar("_Choice")

E = EventType
_BIG = 300_000_000
_RETURN_REQUESTS_FROM = date(2026, 7, 1)

_PATHS_SMALL = (("quick", 668), ("slow", 28), ("without", 250), ("put_off", 14), ("ended", 33), ("leaves", 7))
_PATHS_BIG = (("quick", 430), ("slow", 130), ("without", 360), ("put_off", 35), ("ended", 38), ("leaves", 7))
_PUT_OFF = ((E.POSTPONED_BY_AGREEMENT, 45), (E.POSTPONED_OTHER, 30), (E.SUSPENDED, 15), (E.HELD_OTHER, 10))
_LEAVES = ((E.ENTRUSTED, 95), (E.REVOKED, 2), (E.WITHDRAWN_BY_SUPERIOR, 3))


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens. `wrong` marks a mistake that the next happening corrects."""

    type: EventType
    day: date
    amount: int | None = None
    wrong: bool = False


class Life:
    """The history of one case after its registration and first assignment, made step by step."""

    def __init__(self, rng: Random, calendar: DemoCalendar, *, since: date, amount: int, source: Source) -> None:
        self._rng, self._calendar, self._source = rng, calendar, source
        self._day, self._amount, self._left = since, amount, amount
        self._over = False
        self.happenings: list[Happening] = []

    def run(self) -> list[Happening]:
        """Live until the end of the case or of the demonstration."""
        paths = _PATHS_BIG if self._amount > _BIG else _PATHS_SMALL
        path = self._pick(paths)
        getattr(self, f"_{path}")()
        return self.happenings

    # -- the ways a case may go --------------------------------------------------------------------------------

    def _quick(self) -> None:
        days = 8 + int(self._rng.expovariate(1 / (50 if self._amount <= _BIG else 120)))
        end = self._seasonal(self._day + timedelta(days=days))
        if self._left > 5_000_000 and self._rng.random() < 0.45:
            self._collect_before(end, self._rng.randint(1, 3))
        self._happen(E.COMPLETED, end)

    def _slow(self) -> None:
        for _ in range(self._rng.randint(1, 6)):
            self._wait(60, 200)
            self._collect(self._rng.uniform(0.02, 0.15))
        if self._rng.random() < 0.5:
            self._quick()

    def _without(self) -> None:
        self._wait(20, 110)
        self._happen(E.FOUND_WITHOUT_CONDITIONS, self._day)
        chance = self._rng.random()
        if chance < 0.24:
            self._wait(90, 420)
            self._happen(E.FOUND_WITH_CONDITIONS, self._day)
            self._quick()
        elif chance < 0.44:
            self._separate_book()
        elif chance < 0.52:
            self._wait(120, 400)
            self._happen(E.TERMINATED, self._seasonal(self._day))
        elif chance < 0.58:
            self._wait(120, 400)
            self._reduce()
        elif chance < 0.66 and self._source is Source.ON_REQUEST:
            self._wait(150, 500)
            if self._day >= _RETURN_REQUESTS_FROM:
                self._happen(E.REQUEST_RETURNED, self._day)
        elif chance < 0.78:
            self._wait(60, 300)
            self._collect(self._rng.uniform(0.01, 0.1))

    def _separate_book(self) -> None:
        self._wait(365, 640)
        self._happen(E.MOVED_TO_SEPARATE_BOOK, self._day)
        if self._rng.random() < 0.12:
            self._wait(120, 400)
            self._happen(E.RETURNED_FROM_SEPARATE_BOOK, self._day)
            self._quick()

    def _put_off(self) -> None:
        self._wait(20, 90)
        self._happen(self._pick(_PUT_OFF), self._day)
        if self._rng.random() < 0.65:
            self._wait(30, 180)
            self._happen(E.RESUMED, self._day)
            self._quick()

    def _ended(self) -> None:
        if self._left > 2_000_000 and self._rng.random() < 0.2:
            self._wait(20, 120)
            self._happen(E.PARTLY_TERMINATED, self._day, self._share(self._rng.uniform(0.1, 0.6)))
            self._quick()
            return
        self._wait(15, 200)
        self._happen(E.TERMINATED, self._seasonal(self._day))

    def _leaves(self) -> None:
        if self._left > 10_000_000 and self._rng.random() < 0.1:
            self._wait(15, 60)
            self._happen(E.PARTLY_ENTRUSTED, self._day, self._share(0.4))
            self._quick()
            return
        self._wait(8, 60)
        self._happen(self._pick(_LEAVES), self._day)

    # -- pieces ------------------------------------------------------------------------------------------------

    def _pick(self, weighted: tuple[tuple[_Choice, int], ...]) -> _Choice:
        choices = [choice for choice, _ in weighted]
        return self._rng.choices(choices, [weight for _, weight in weighted])[0]

    def _wait(self, least: int, most: int) -> None:
        self._day += timedelta(days=self._rng.randint(least, most))

    def _seasonal(self, day: date) -> date:
        """Push part of what would end in spring and summer into the rush of August and September."""
        rush = 0.2 if self._amount <= _BIG else 0.5
        if 4 <= day.month <= 9 and self._rng.random() < rush:
            return max(day, date(day.year, 8, 1) + timedelta(days=self._rng.randrange(59)))
        return day

    def _collect_before(self, end: date, times: int) -> None:
        for _ in range(times):
            room = (end - self._day).days
            if room < 20:
                return
            self._day += timedelta(days=self._rng.randint(5, room // 2))
            self._collect(self._rng.uniform(0.1, 0.4))

    def _collect(self, share: float) -> None:
        amount = self._share(share)
        if amount <= 0 or self._over:
            return
        if self._rng.random() < 0.02 and amount * 10 <= self._left:
            # A nought too many, noticed within days.
            self._happen(E.COLLECTED, self._day, amount * 10, wrong=True)
            self._wait(1, 6)
            self._happen(E.CORRECTED, self._day)
        self._happen(E.COLLECTED, self._day, amount)

    def _reduce(self) -> None:
        amount = self._share(0.25)
        if amount > 0:
            self._happen(E.REDUCED, self._day, amount)

    def _share(self, share: float) -> int:
        """Part of what is left, rounded as receipts are."""
        unit = 100_000 if self._left > 10_000_000 else 1_000
        return min(int(self._left * share) // unit * unit, self._left)

    def _happen(self, kind: EventType, day: date, amount: int | None = None, *, wrong: bool = False) -> None:
        working = self._calendar.working(max(day, self._day))
        if self._over or working is None or (amount is not None and amount <= 0):
            self._over = self._over or working is None
            return
        self._day = working
        self.happenings.append(Happening(kind, working, amount, wrong))
        if amount is not None and not wrong:
            self._left -= amount
        if kind in (E.COMPLETED, E.TERMINATED, E.REQUEST_RETURNED, E.ENTRUSTED, E.REVOKED, E.WITHDRAWN_BY_SUPERIOR):
            self._over = True
