"""What the events of one case say happened to it, step by step, read plainly.

Written from the glossary and the statistics notes; it shares no code with `rules.history`, whose results it is to
judge.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from thads_app.repositories.verification import RawCase, RawEvent

Ended = Mapping[int, tuple[date, int]]
"""Office that ended → (its last day, its successor)."""

CLOSED_AS = {
    "entrusted": "entrusted",
    "withdrawn_by_superior": "withdrawn",
    "revoked": "revoked",
    "completed": "completed",
    "terminated": "terminated",
    "request_returned": "request_returned",
}
STATUS_AFTER = {
    "found_without_conditions": "without_conditions",
    "found_with_conditions": "in_progress",
    "postponed_by_agreement": "postponed_by_agreement",
    "postponed_other": "postponed_other",
    "suspended": "suspended",
    "resumed": "in_progress",
    "held_other": "held_other",
    "moved_to_separate_book": "separate_book",
    "returned_from_separate_book": "in_progress",
}
PART_OF_THE_DEBT = frozenset({"collected", "reduced", "partly_terminated", "partly_entrusted"})
OPEN_STATUSES = frozenset(
    {
        "in_progress",
        "without_conditions",
        "postponed_by_agreement",
        "postponed_other",
        "suspended",
        "held_other",
        "separate_book",
    }
)
OFFICE_ENDED = "office_ended"

_ONE_DAY = timedelta(days=1)


class Standing(NamedTuple):
    """Who is responsible for a case, its status, and what is still owed in đồng."""

    office_id: int
    officer_id: int | None
    status: str
    owed: int


class Step(NamedTuple):
    """What an event, or the end of an office, changed on a day. `before` is None for the registration."""

    day: date
    what: str
    before: Standing | None
    after: Standing
    event: RawEvent | None


def events_in_force(events: Iterable[RawEvent], as_of: datetime | None = None) -> list[RawEvent]:
    """The events known at a cut-off that no correction known by then struck out, in the order they happened."""
    known = [event for event in events if as_of is None or event.recorded_at <= as_of]
    struck = {event.corrects_id for event in known if event.type == "corrected"}
    kept = [event for event in known if event.type != "corrected" and event.id not in struck]
    kept.sort(key=lambda event: (event.type != "registered", event.day, event.sequence))
    return kept


def steps_of(case: RawCase, events: Iterable[RawEvent], ended: Ended, last_day: date) -> list[Step]:
    """Every step of a case up to `last_day`; none when its registration is not among the events."""
    steps: list[Step] = []
    for event in events:
        if not steps:
            if event.type != "registered":
                return []
            opened = Standing(case.registered_office_id, None, "in_progress", event.amount or 0)
            steps.append(Step(event.day, "registered", None, opened, event))
            continue
        _pass_on(steps, ended, event.day)
        steps.append(_step(event, steps[-1].after))
    if steps:
        _pass_on(steps, ended, last_day + _ONE_DAY)
    return [step for step in steps if step.day <= last_day]


def _pass_on(steps: list[Step], ended: Ended, day: date) -> None:
    """An open case whose office ended before `day` went to the successor on the day after the end."""
    now = steps[-1].after
    while now.status in OPEN_STATUSES and now.office_id in ended:
        last_day, successor = ended[now.office_id]
        if last_day >= day:
            return
        after = now._replace(office_id=successor)
        steps.append(Step(last_day + _ONE_DAY, OFFICE_ENDED, now, after, None))
        now = after


def _step(event: RawEvent, now: Standing) -> Step:
    what = event.type
    if what == "assigned":
        after = now._replace(officer_id=event.staff_id, office_id=event.receiving_office_id or now.office_id)
    elif what in CLOSED_AS:
        after = now._replace(status=CLOSED_AS[what], owed=0)
    elif what in PART_OF_THE_DEBT:
        after = now._replace(owed=now.owed - (event.amount or 0))
    else:
        after = now._replace(status=STATUS_AFTER.get(what, now.status))
    return Step(event.day, what, now, after, event)
