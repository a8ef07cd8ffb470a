"""A short way to tell the history of one case, and to read figures off the deltas it yields."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from models.enums import STOCK_INDICATORS, EventType, Indicator, Source
from tests.support.naive_oracle import Figures, Holds, NaiveCase, NaiveEvent, totals
from thads_app.rules.history import Delta, History, HistoryEvent, OfficeLine, replay

# Old offices 1 and 2 of one province and 3 of another ended with the reorganisation; 11 and 12 took over.
OLD, OLD_NEIGHBOUR, OLD_ELSEWHERE, NEW, NEW_ELSEWHERE = 1, 2, 3, 11, 12
LAST_OLD_DAY = date(2025, 6, 30)
REORGANISED = {
    OLD: (LAST_OLD_DAY, NEW),
    OLD_NEIGHBOUR: (LAST_OLD_DAY, NEW),
    OLD_ELSEWHERE: (LAST_OLD_DAY, NEW_ELSEWHERE),
}
ALICE, BINH = 101, 102
TODAY = date(2028, 12, 31)


def day(text: str) -> date:
    """A date from dd/mm/yyyy."""
    d, m, y = text.split("/")
    return date(int(y), int(m), int(d))


def period(year: int, months: int) -> tuple[date, date]:
    """The first and the last day of `months` months of a statistical year."""
    month = (9 + months - 1) % 12 + 1
    calendar_year = year - 1 if month >= 10 else year
    following = date(calendar_year + month // 12, month % 12 + 1, 1)
    return date(year - 1, 10, 1), date.fromordinal(following.toordinal() - 1)


@dataclass
class Story:
    """One case told event by event: `Story().add("05/11/2024", REGISTERED, 100)`."""

    office: int = NEW
    source: Source = Source.ON_REQUEST
    ended: dict[int, tuple[date, int]] = field(default_factory=lambda: dict(REORGANISED))
    events: list[HistoryEvent] = field(default_factory=list)

    def add(
        self,
        when: str | date,
        what: EventType,
        amount: int | None = None,
        *,
        officer: int | None = None,
        to_office: int | None = None,
    ) -> int:
        """Tell one more event; returns its key."""
        key = len(self.events) + 1
        business_date = day(when) if isinstance(when, str) else when
        self.events.append(HistoryEvent(key, key, what, business_date, amount, officer, to_office))
        return key

    def correct(self, when: str | date, corrects: int) -> int:
        """Strike out an earlier event."""
        key = len(self.events) + 1
        business_date = day(when) if isinstance(when, str) else when
        self.events.append(HistoryEvent(key, key, EventType.CORRECTED, business_date, corrects=corrects))
        return key

    def history(self, today: date = TODAY) -> History:
        """What the program makes of it."""
        line = OfficeLine(self.ended)
        return replay(self.events, office_id=self.office, source=self.source, offices=line, today=today)

    def naive(self) -> NaiveCase:
        """The same for the naive oracle."""
        told = [
            NaiveEvent(
                e.key,
                e.sequence,
                e.type.value,
                e.business_date,
                e.amount,
                e.staff_id,
                e.receiving_office_id,
                e.corrects,
            )
            for e in self.events
        ]
        return NaiveCase(self.office, tuple(told))

    def figures(
        self, year: int, months: int, *, office: int | None = None, officer: int | str | None = "any"
    ) -> Figures:
        """The figures of an office, an officer (None: not yet assigned) or everybody, from the deltas."""

        def holds(office_id: int, officer_id: int | None) -> bool:
            return office in (None, office_id) and officer in ("any", officer_id)

        return figures_of_deltas(self.history().deltas, holds, year, months)


def figures_of_deltas(deltas: Iterable[Delta], holds: Holds, year: int, months: int) -> Figures:
    """A unit's figures from deltas: flows sum the year, stocks everything, `carried_over` starts as the stock."""
    first, last = period(year, months)
    sums = {indicator: [0, 0] for indicator in Indicator}
    for delta in deltas:
        if delta.business_date > last or not holds(delta.office_id, delta.officer_id):
            continue
        stock = delta.indicator in STOCK_INDICATORS
        if delta.business_date < first and stock and delta.indicator is not Indicator.SEPARATE_BOOK:
            sums[Indicator.CARRIED_OVER][0] += delta.count
            sums[Indicator.CARRIED_OVER][1] += delta.amount
        if stock or delta.business_date >= first:
            sums[delta.indicator][0] += delta.count
            sums[delta.indicator][1] += delta.amount
    found = {indicator.value: (pair[0], pair[1]) for indicator, pair in sums.items()}
    return found | totals(found, year)
