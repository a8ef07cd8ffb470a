"""Whether many events at once are lawful, case by case: the same rules as recording them one by one in the app.

Events stand in the order in which they are to be recorded. What is checked as each is recorded: it may follow what is
in force before it (`rules.history.replay`), an assignment finds its office (`rules.assignment`), a correction has a
target that may go. A faulty event is left out and the rest is checked without it, so that all faults come out at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from models.enums import EventType, JudgmentKind, PartyRole, Source
from thads_app import clock
from thads_app.rules.assignment import assignment_office
from thads_app.rules.history import History, HistoryEvent, UnlawfulHistory, in_force, replay
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule, Refusal, refusals
from thads_app.rules.offices import OfficeTree
from thads_app.services.bulk_guards import BulkGuards

_FAULTS_PER_CASE = 100


@dataclass(slots=True)
class BulkEvent:
    """An event to record. `corrects` is the key of the event it reverses: an id, or the `key` of another new event.

    `key` is negative until the event has an id. `receiving_office_id` of an assignment is filled in by the check.
    `row` is the caller's own mark. `state_unknown`: what stands before it could not be read, so only what the event
    says by itself is checked.
    """

    type: EventType
    business_date: date
    recorded_at: datetime
    amount: int | None = None
    staff_id: int | None = None
    receiving_office_id: int | None = None
    document_number: str | None = None
    ground: str | None = None
    note: str | None = None
    corrects: int | None = None
    handover_id: int | None = None
    row: int = 0
    key: int = 0
    state_unknown: bool = False


@dataclass(frozen=True, slots=True)
class BulkParty:
    """A party of a new case."""

    role: PartyRole
    name: str
    id_number: str | None = None
    address: str | None = None
    telephone: str | None = None
    bank_account: str | None = None


@dataclass(frozen=True, slots=True)
class BulkObligation:
    """An obligation of a new case; `amount` in đồng."""

    content: str
    amount: int
    state_revenue: bool = False


@dataclass(slots=True)
class NewCase:
    """What a new case is, besides its events. Its amount is the sum of its obligations, in đồng."""

    decision_number: str
    decision_date: date
    received_entrustment: bool
    judgment_number: str
    judgment_date: date
    issuing_body: str
    parties: list[BulkParty]
    obligations: list[BulkObligation]


@dataclass(slots=True)
class BulkCase:
    """A case with the events to record: a new one (`new`), or one of the database (`case_id`, `past`).

    The first event of a new case is its registration. `past` holds all recorded events of a known case.
    """

    registered_office_id: int
    source: Source
    judgment_kind: JudgmentKind
    state_revenue: bool
    credit_institution: bool
    events: list[BulkEvent]
    new: NewCase | None = None
    case_id: int = 0
    past: list[HistoryEvent] = field(default_factory=list[HistoryEvent])
    last_recorded_at: datetime | None = None
    in_handover: bool = False

    @property
    def facts(self) -> NewCase:
        """What a new case is; only new cases may be asked."""
        if self.new is None:
            raise ValueError("a known case brings no facts of its own")
        return self.new


@dataclass(frozen=True, slots=True)
class Posting:
    """Where an officer works, from–to, both ends included."""

    office_id: int
    valid_from: date | None
    valid_to: date | None

    def on(self, day: date) -> bool:
        """Whether it holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(slots=True)
class BulkWorld:
    """What the checks need to know besides the case: offices, officers (by id) with their postings, the guards."""

    tree: OfficeTree
    today: date
    late_after_working_days: int
    postings: dict[int, list[Posting]] = field(default_factory=dict[int, list[Posting]])
    guards: BulkGuards = field(default_factory=BulkGuards)


@dataclass(frozen=True, slots=True)
class Fault:
    """One event of a case and one reason why it may not be recorded."""

    event: BulkEvent
    refusal: Refusal


def check_case(case: BulkCase, world: BulkWorld) -> list[Fault]:
    """Every reason why the events of a case may not be recorded; empty when they may.

    Fills in keys, and the receiving offices of assignments.
    """
    return _Check(case, world).run()


def history_of(case: BulkCase, events: Iterable[HistoryEvent], world: BulkWorld) -> History:
    """Replay a case's events as everything else in the app does."""
    return replay(
        events,
        office_id=case.registered_office_id,
        source=case.source,
        offices=world.tree.line,
        today=world.today,
    )


def as_history(event: BulkEvent, sequence: int) -> HistoryEvent:
    """A new event as replay wants it."""
    assigned = event.type is EventType.ASSIGNED
    return HistoryEvent(
        key=event.key,
        sequence=sequence,
        type=event.type,
        business_date=event.business_date,
        amount=event.amount,
        staff_id=event.staff_id if assigned else None,
        receiving_office_id=event.receiving_office_id if assigned else None,
        corrects=event.corrects,
    )


class _Check:
    """The walk over one case's new events."""

    def __init__(self, case: BulkCase, world: BulkWorld) -> None:
        self.case, self.world = case, world
        self.faults: list[Fault] = []
        self.kept: list[HistoryEvent] = list(case.past)
        self.by_key: dict[int, BulkEvent] = {}
        self.base = max((event.sequence for event in case.past), default=0)
        self.last_past = max((event.business_date for event in in_force(case.past)), default=None)
        self.checked_upto = len(self.kept)

    def run(self) -> list[Fault]:
        """Check every event and return what is wrong."""
        for position, event in enumerate(self.case.events, start=1):
            event.key = event.key or -position
            self.by_key[event.key] = event
            if len(self.faults) >= _FAULTS_PER_CASE:
                break
            found = self._before_replay(event)
            if found:
                self.faults += [Fault(event, refusal) for refusal in found]
                if event.type is EventType.REGISTERED:
                    self._forget_state()
            elif event.type is EventType.CORRECTED:
                self._correct(event, self.base + position)
            elif not event.state_unknown:
                self._take(event, self.base + position)
        self._settle()
        return self.faults

    # -- pieces ------------------------------------------------------------------------------------------------

    def _before_replay(self, event: BulkEvent) -> list[Refusal]:
        """What replay does not look at: the day of recording, and events already recorded."""
        recorded_on = clock.vietnam_day(event.recorded_at)
        if event.business_date > recorded_on:
            return [Refusal("date_in_future", "business_date", (("date", event.business_date),))]
        last = self.case.last_recorded_at
        if last is not None and event.recorded_at < last:
            return [Refusal("import_recorded_before", "business_date", (("date", clock.vietnam_day(last)),))]
        if event.state_unknown:
            return self._by_itself(event)
        if self.last_past is not None and event.business_date < self.last_past:
            return [
                Refusal(
                    "date_before_last_event", "business_date", (("date", event.business_date), ("last", self.last_past))
                )
            ]
        return []

    def _by_itself(self, event: BulkEvent) -> list[Refusal]:
        """What can be said of an event when the state before it is unknown."""
        if event.type in (EventType.CORRECTED, EventType.REGISTERED):
            return []
        row = LIFECYCLE[event.type]
        return refusals(
            event.type,
            status=next(iter(row.from_statuses)),
            outstanding=(event.amount or 0) if row.amount is not AmountRule.NONE else 0,
            source=self.case.source,
            business_date=event.business_date,
            not_before=event.business_date,
            today=self.world.today,
            amount=event.amount,
            has_officer=event.staff_id is not None,
        )

    def _forget_state(self) -> None:
        """Without a registration nothing is known of what follows."""
        for event in self.case.events:
            event.state_unknown = True

    def _take(self, event: BulkEvent, sequence: int) -> None:
        if event.type is EventType.ASSIGNED and event.staff_id is not None:
            refusal = self._find_office(event, event.staff_id)
            if refusal is not None:
                self.faults.append(Fault(event, refusal))
                return
        self.kept.append(as_history(event, sequence))

    def _find_office(self, event: BulkEvent, staff_id: int) -> Refusal | None:
        if self.case.in_handover:
            return Refusal("case_in_handover", "type")
        office_id, officer_id = self.case.registered_office_id, None
        for earlier in in_force(self.kept):
            if earlier.type is EventType.ASSIGNED:
                office_id = self.world.tree.line.on(office_id, earlier.business_date)
                office_id, officer_id = earlier.receiving_office_id or office_id, earlier.staff_id
        day = event.business_date
        target = assignment_office(
            self.world.tree,
            case_office_id=self.world.tree.line.on(office_id, day),
            officer_office_ids=[p.office_id for p in self.world.postings.get(staff_id, []) if p.on(day)],
            day=day,
            first=officer_id is None,
        )
        if isinstance(target, Refusal):
            return target
        event.receiving_office_id = target
        return self.world.guards.refusal(
            staff_id,
            case_id=self.case.case_id,
            identities=[party.id_number for party in self.case.new.parties] if self.case.new else (),
            office_id=target or self.world.tree.line.on(office_id, day),
            day=day,
        )

    def _correct(self, event: BulkEvent, sequence: int) -> None:
        """A correction: what stands before it must be lawful with its target, and without it."""
        self._settle()
        if event.state_unknown:
            return
        refusal = self._correction_refusal(event)
        if refusal is None:
            trial = [*self.kept, as_history(event, sequence)]
            try:
                history_of(self.case, trial, self.world)
            except UnlawfulHistory as unlawful:
                params = (("event", unlawful.event.type), ("date", unlawful.event.business_date))
                refusal = Refusal("correction_breaks_later", "type", params)
            else:
                self.kept, self.checked_upto = trial, len(trial)
                self.last_past = max((e.business_date for e in in_force(trial) if e.key > 0), default=None)
        if refusal is not None:
            self.faults.append(Fault(event, refusal))

    def _correction_refusal(self, event: BulkEvent) -> Refusal | None:
        target = next((each for each in in_force(self.kept) if each.key == event.corrects), None)
        if target is None:
            return Refusal("correction_target_missing", "type")
        if target.type is EventType.REGISTERED:
            return Refusal("registration_not_correctable", "type")
        if event.business_date < target.business_date:
            return Refusal("correction_before_event", "business_date", (("date", target.business_date),))
        if event.amount:
            return Refusal("amount_not_allowed", "amount", (("event", event.type),))
        return None

    def _settle(self) -> None:
        """Replay what has been kept; leave out, one by one, the events that may not stand."""
        while len(self.kept) > self.checked_upto and len(self.faults) < _FAULTS_PER_CASE:
            try:
                history_of(self.case, self.kept, self.world)
            except UnlawfulHistory as unlawful:
                event = self.by_key.get(unlawful.event.key)
                if event is None or event.type is EventType.REGISTERED:
                    # An old event, or the registration: nothing can be left out, and the file is not to blame.
                    self._blame_last(unlawful)
                    return
                self.faults += [Fault(event, refusal) for refusal in unlawful.refusals]
                self.kept = [each for each in self.kept if each.key != unlawful.event.key]
            else:
                self.checked_upto = len(self.kept)

    def _blame_last(self, unlawful: UnlawfulHistory) -> None:
        event = self.by_key.get(self.kept[-1].key) or self.case.events[-1]
        self.faults += [Fault(event, replace(refusal, field="type")) for refusal in unlawful.refusals]
        self.kept = list(self.case.past)
        self.checked_upto = len(self.kept)
