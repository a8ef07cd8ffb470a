"""A case is its events: the state they leave, and the statistic deltas they yield.

Everything the service counts comes out of `replay`, a pure function of the events in force. Definitions: TT
05/2024/TT-BTP with the project's statistics notes. Two rules shape it:

* a case's place in a year's count is `newly_registered` when it was registered, or returned from the separate book,
  in that statistical year, and `carried_over` otherwise;
* when an office ends, its open cases pass on the next day to its successor with their officers, without any event.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from models.enums import CLOSED_STATUSES, CaseStatus, EventType, Indicator, Source
from thads_app.rules.calendar import fiscal_year
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule, Refusal, refusals

_FAR = date.max


@dataclass(frozen=True)
class OfficeLine:
    """Which offices ended: office → (its last day, its successor)."""

    ended: dict[int, tuple[date, int]] = field(default_factory=dict[int, tuple[date, int]])

    def on(self, office_id: int, day: date) -> int:
        """The office that carries on the work of `office_id` on that day."""
        while office_id in self.ended and self.ended[office_id][0] < day:
            office_id = self.ended[office_id][1]
        return office_id

    def today(self, office_id: int) -> int:
        """The last successor: the office's place on today's map."""
        return self.on(office_id, _FAR)


@dataclass(frozen=True)
class HistoryEvent:
    """What replay needs of one event; `amount` in đồng. An assignment's `receiving_office_id` moves the office too."""

    key: int
    sequence: int
    type: EventType
    business_date: date
    amount: int | None = None
    staff_id: int | None = None
    receiving_office_id: int | None = None
    corrects: int | None = None


@dataclass(frozen=True)
class Delta:
    """±count and ±amount (đồng) of one indicator at one office and officer on one day, due to one event."""

    event_key: int
    indicator: Indicator
    business_date: date
    office_id: int
    officer_id: int | None
    count: int
    amount: int


@dataclass(frozen=True)
class OfficeMove:
    """The day a case passed to another office because its own ended."""

    day: date
    from_office_id: int
    to_office_id: int


@dataclass(frozen=True)
class Tenure:
    """An officer's time with a case, both ends included; `until` None while it lasts."""

    staff_id: int
    office_id: int
    since: date
    until: date | None
    event_key: int


@dataclass(frozen=True)
class CaseState:
    """Where a case stands after its events."""

    office_id: int
    officer_id: int | None
    status: CaseStatus
    amount: int
    outstanding: int
    collected: int
    status_since: date
    last_event_date: date
    closed_on: date | None
    entered_year: int


@dataclass(frozen=True)
class History:
    """The outcome of a replay. `booked` is the đồng each event moved, `statuses` the status after it, by event key."""

    state: CaseState
    deltas: tuple[Delta, ...]
    tenures: tuple[Tenure, ...]
    moves: tuple[OfficeMove, ...]
    booked: dict[int, int]
    statuses: dict[int, CaseStatus]


class UnlawfulHistory(Exception):
    """An event of a history may not follow what stands before it."""

    def __init__(self, event: HistoryEvent, found: list[Refusal]) -> None:
        super().__init__(f"{event.type} on {event.business_date}: {[r.code for r in found]}")
        self.event = event
        self.refusals = found


def in_force(events: Iterable[HistoryEvent]) -> list[HistoryEvent]:
    """The events that count, in order: corrections and what they reverse left out, registration first."""
    events = list(events)
    reversed_keys = {event.corrects for event in events if event.type is EventType.CORRECTED}
    kept = [e for e in events if e.type is not EventType.CORRECTED and e.key not in reversed_keys]
    return sorted(
        kept,
        key=lambda e: (e.type is not EventType.REGISTERED, e.business_date, e.sequence),
    )


def replay(
    events: Iterable[HistoryEvent],
    *,
    office_id: int,
    source: Source,
    offices: OfficeLine,
    today: date,
) -> History:
    """Walk a case's events and return where it stands and what it counts for.

    Args:
        events: all events of the case, corrections included.
        office_id: the office that registered it.
        source: how it was opened.
        offices: which offices ended and who succeeded them.
        today: events may not be dated later; the state is given for this day.

    Raises:
        UnlawfulHistory: an event may not happen where it stands.
    """
    ordered = in_force(events)
    if not ordered or ordered[0].type is not EventType.REGISTERED:
        raise ValueError("a history starts with its registration")
    walk = _Walk(ordered[0], office_id, source, offices, today)
    for event in ordered[1:]:
        walk.step(event)
    return walk.finish()


def delta_sums(
    deltas: Iterable[Delta],
) -> dict[tuple[Indicator, date, int, int | None], tuple[int, int]]:
    """Deltas summed per (indicator, day, office, officer); cells that cancel are left out."""
    sums: dict[tuple[Indicator, date, int, int | None], list[int]] = defaultdict(lambda: [0, 0])
    for delta in deltas:
        cell = sums[(delta.indicator, delta.business_date, delta.office_id, delta.officer_id)]
        cell[0] += delta.count
        cell[1] += delta.amount
    return {key: (count, amount) for key, (count, amount) in sums.items() if count or amount}


_STOCK = {
    CaseStatus.IN_PROGRESS: Indicator.IN_PROGRESS,
    CaseStatus.WITHOUT_CONDITIONS: Indicator.WITHOUT_CONDITIONS,
    CaseStatus.POSTPONED_BY_AGREEMENT: Indicator.POSTPONED_BY_AGREEMENT,
    CaseStatus.POSTPONED_OTHER: Indicator.POSTPONED_OTHER,
    CaseStatus.SUSPENDED: Indicator.SUSPENDED,
    CaseStatus.HELD_OTHER: Indicator.HELD_OTHER,
    CaseStatus.SEPARATE_BOOK: Indicator.SEPARATE_BOOK,
}

# The flow that takes an event's result: (indicator, whether the case itself is counted).
_RESULT = {
    EventType.COLLECTED: (Indicator.COMPLETED, 0),
    EventType.COMPLETED: (Indicator.COMPLETED, 1),
    EventType.REDUCED: (Indicator.REDUCED, 0),
    EventType.PARTLY_TERMINATED: (Indicator.TERMINATED, 0),
    EventType.TERMINATED: (Indicator.TERMINATED, 1),
    EventType.REQUEST_RETURNED: (Indicator.TERMINATED, 1),
    EventType.PARTLY_ENTRUSTED: (Indicator.ENTRUSTED, 0),
    EventType.ENTRUSTED: (Indicator.ENTRUSTED, 1),
    EventType.WITHDRAWN_BY_SUPERIOR: (Indicator.WITHDRAWN, 1),
    EventType.REVOKED: (Indicator.REVOKED, 1),
}


class _Walk:
    """The mutable state of one replay."""

    def __init__(
        self,
        registered: HistoryEvent,
        office_id: int,
        source: Source,
        offices: OfficeLine,
        today: date,
    ) -> None:
        day = registered.business_date
        amount = registered.amount or 0
        if day > today:
            raise UnlawfulHistory(
                registered,
                [Refusal("date_in_future", "business_date", (("date", day),))],
            )
        self.source, self.offices, self.today = source, offices, today
        self.deltas: list[Delta] = []
        self.tenures: list[Tenure] = []
        self.moves: list[OfficeMove] = []
        self.booked: dict[int, int] = {registered.key: amount}
        self.statuses: dict[int, CaseStatus] = {registered.key: CaseStatus.IN_PROGRESS}
        self.state = CaseState(
            office_id=office_id,
            officer_id=None,
            status=CaseStatus.IN_PROGRESS,
            amount=amount,
            outstanding=amount,
            collected=0,
            status_since=day,
            last_event_date=day,
            closed_on=None,
            entered_year=fiscal_year(day),
        )
        self.event = registered
        self._add(Indicator.NEWLY_REGISTERED, day, 1, amount)
        self._add(Indicator.IN_PROGRESS, day, 1, amount)

    def step(self, event: HistoryEvent) -> None:
        """Apply one event after checking that it may happen."""
        self._pass_to_successors(event.business_date)
        self.event = event
        found = refusals(
            event.type,
            status=self.state.status,
            outstanding=self.state.outstanding,
            source=self.source,
            business_date=event.business_date,
            not_before=self.state.last_event_date,
            today=self.today,
            amount=event.amount,
            has_officer=event.staff_id is not None,
        )
        if found:
            raise UnlawfulHistory(event, found)
        if event.type is EventType.ASSIGNED:
            self._assign(event)
        else:
            self._result(event)
            self._change_status(event)
        self.state = replace(self.state, last_event_date=event.business_date)
        self.statuses[event.key] = self.state.status

    def finish(self) -> History:
        """Pass an open case on to the successors known, and close the account."""
        state_today = self.state
        if self.state.closed_on is None:
            self._pass_to_successors(self.today)
            state_today = self.state
            self._pass_to_successors(_FAR)
        tenures = tuple(self.tenures)
        if state_today.closed_on is not None and tenures and tenures[-1].until is None:
            tenures = (*tenures[:-1], replace(tenures[-1], until=state_today.closed_on))
        return History(state_today, tuple(self.deltas), tenures, tuple(self.moves), self.booked, self.statuses)

    # -- pieces ------------------------------------------------------------------------------------------------

    def _add(
        self,
        indicator: Indicator,
        day: date,
        count: int,
        amount: int,
        unit: tuple[int, int | None] | None = None,
    ) -> None:
        if count or amount:
            office_id, officer_id = unit or (
                self.state.office_id,
                self.state.officer_id,
            )
            self.deltas.append(Delta(self.event.key, indicator, day, office_id, officer_id, count, amount))

    def _place(self, day: date) -> Indicator:
        entered_now = self.state.entered_year == fiscal_year(day)
        return Indicator.NEWLY_REGISTERED if entered_now else Indicator.CARRIED_OVER

    def _move(self, indicators: Sequence[Indicator], day: date, target: tuple[int, int | None]) -> None:
        """Take the whole case off the present unit and put it on the target, in each of the indicators."""
        for indicator in indicators:
            self._add(indicator, day, -1, -self.state.outstanding)
            self._add(indicator, day, 1, self.state.outstanding, target)

    def _change_unit(self, day: date, target: tuple[int, int | None], *, first_assignment: bool) -> None:
        stock = _STOCK[self.state.status]
        if self.state.status is CaseStatus.SEPARATE_BOOK:
            self._move([stock], day, target)
        elif first_assignment:
            self._move([self._place(day), stock], day, target)
        else:
            self._move([Indicator.TRANSFERRED, stock], day, target)
        self.state = replace(self.state, office_id=target[0], officer_id=target[1])

    def _pass_to_successors(self, day: date) -> None:
        """Move an open case to the successor on the day after its office ended, for every end before `day`."""
        while self.state.closed_on is None:
            last_day, successor = self.offices.ended.get(self.state.office_id, (_FAR, 0))
            if last_day >= day:
                return
            move_day = last_day + timedelta(days=1)
            self.moves.append(OfficeMove(move_day, self.state.office_id, successor))
            self._change_unit(move_day, (successor, self.state.officer_id), first_assignment=False)

    def _assign(self, event: HistoryEvent) -> None:
        assert event.staff_id is not None
        day = event.business_date
        target = (event.receiving_office_id or self.state.office_id, event.staff_id)
        if target != (self.state.office_id, self.state.officer_id):
            self._change_unit(day, target, first_assignment=self.state.officer_id is None)
        if self.tenures and self.tenures[-1].until is None:
            self.tenures[-1] = replace(self.tenures[-1], until=day)
        self.tenures.append(Tenure(event.staff_id, target[0], day, None, event.key))

    def _result(self, event: HistoryEvent) -> None:
        """What the event achieved or took away, booked on whoever is responsible."""
        if event.type not in _RESULT:
            return
        indicator, count = _RESULT[event.type]
        whole = LIFECYCLE[event.type].amount in (
            AmountRule.ALL_COLLECTED,
            AmountRule.ALL_LEAVES,
        )
        amount = self.state.outstanding if whole else event.amount or 0
        self.booked[event.key] = amount
        self._add(indicator, event.business_date, count, amount)
        self._add(_STOCK[self.state.status], event.business_date, -count, -amount)
        collected = amount if indicator is Indicator.COMPLETED else 0
        self.state = replace(
            self.state,
            outstanding=self.state.outstanding - amount,
            collected=self.state.collected + collected,
        )

    def _change_status(self, event: HistoryEvent) -> None:
        status = LIFECYCLE[event.type].to_status
        if status is None:
            return
        day, outstanding = event.business_date, self.state.outstanding
        if status in CLOSED_STATUSES:
            self.state = replace(self.state, status=status, status_since=day, closed_on=day)
            return
        if event.type is EventType.MOVED_TO_SEPARATE_BOOK:
            self._add(self._place(day), day, -1, -outstanding)
        self._add(_STOCK[self.state.status], day, -1, -outstanding)
        self._add(_STOCK[status], day, 1, outstanding)
        self.state = replace(self.state, status=status, status_since=day)
        if event.type is EventType.RETURNED_FROM_SEPARATE_BOOK:
            self._add(Indicator.NEWLY_REGISTERED, day, 1, outstanding)
            self.state = replace(self.state, entered_year=fiscal_year(day))
