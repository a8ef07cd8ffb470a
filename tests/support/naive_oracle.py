"""The definitions of the statistics notes read word by word, one unit, one year, one end date at a time.

Slow on purpose and shares nothing with the program: it walks the days of each case and asks of each step what the
notes say.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

# A unit is whatever can answer: do you hold a case of this office and this officer?
Holds = Callable[[int, int | None], bool]
Ended = Mapping[int, tuple[date, int]]

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
CLOSING = {"entrusted", "withdrawn_by_superior", "revoked", "completed", "terminated", "request_returned"}
COUNTED_UNDER = {
    "collected": "completed",
    "completed": "completed",
    "reduced": "reduced",
    "terminated": "terminated",
    "partly_terminated": "terminated",
    "request_returned": "terminated",
    "entrusted": "entrusted",
    "partly_entrusted": "entrusted",
    "withdrawn_by_superior": "withdrawn",
    "revoked": "revoked",
}
OPEN_BY_STATUS = (
    "in_progress",
    "postponed_by_agreement",
    "postponed_other",
    "suspended",
    "held_other",
    "without_conditions",
)


@dataclass(frozen=True)
class NaiveEvent:
    """One recorded event, as a clerk would read it off the timeline."""

    key: int
    sequence: int
    type: str
    day: date
    amount: int | None = None
    staff_id: int | None = None
    receiving_office_id: int | None = None
    corrects: int | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True)
class NaiveCase:
    """A case: who registered it, and everything recorded about it."""

    office_id: int
    events: tuple[NaiveEvent, ...]


@dataclass(frozen=True)
class Standing:
    """Who is responsible for a case, where it stands and what is owed."""

    office_id: int
    officer_id: int | None
    status: str
    outstanding: int

    @property
    def open(self) -> bool:
        return self.status != "closed"

    @property
    def counted(self) -> bool:
        return self.open and self.status != "separate_book"


@dataclass(frozen=True)
class Step:
    """What one event, or the end of an office, did."""

    day: date
    what: str
    before: Standing | None
    after: Standing


def steps_of(
    case: NaiveCase, ended: Ended, as_of: datetime | None = None, until: date = date(2100, 1, 1)
) -> list[Step]:
    """Every step of a case up to a day, as known at a cut-off; none when its registration was not known."""
    known = [e for e in case.events if as_of is None or e.recorded_at is None or e.recorded_at <= as_of]
    struck = {e.corrects for e in known if e.type == "corrected"}
    standing_events = [e for e in known if e.type != "corrected" and e.key not in struck]
    steps: list[Step] = []
    for event in sorted(standing_events, key=lambda e: (e.type != "registered", e.day, e.sequence)):
        if event.type == "registered":
            opened = Standing(case.office_id, None, "in_progress", event.amount or 0)
            steps.append(Step(event.day, "registered", None, opened))
        elif steps:
            steps += _office_ends(steps[-1].after, ended, event.day)
            steps.append(_apply(event, steps[-1].after))
    if steps:
        steps += _office_ends(steps[-1].after, ended, until)
    return [step for step in steps if step.day <= until]


def _office_ends(now: Standing, ended: Ended, before_events_of: date) -> list[Step]:
    passed: list[Step] = []
    while now.open and now.office_id in ended and ended[now.office_id][0] < before_events_of:
        last_day, successor = ended[now.office_id]
        after = replace(now, office_id=successor)
        passed.append(Step(last_day + timedelta(days=1), "office_ended", now, after))
        now = after
    return passed


def _apply(event: NaiveEvent, now: Standing) -> Step:
    if event.type == "assigned":
        after = replace(now, officer_id=event.staff_id, office_id=event.receiving_office_id or now.office_id)
    elif event.type in CLOSING:
        after = replace(now, status="closed", outstanding=0)
    else:
        left = now.outstanding - (event.amount or 0) if event.type in COUNTED_UNDER else now.outstanding
        after = replace(now, status=STATUS_AFTER.get(event.type, now.status), outstanding=left)
    return Step(event.day, event.type, now, after)


Figures = dict[str, tuple[int, int]]


def figures(
    cases: Iterable[NaiveCase], holds: Holds, year: int, end: date, ended: Ended, *, as_of: datetime | None = None
) -> Figures:
    """Every indicator of a unit for the statistical year from 01/10 to `end`: indicator → (việc, đồng)."""
    return figures_of_steps([steps_of(case, ended, as_of, end) for case in cases], holds, year)


def figures_of_steps(stories: Iterable[list[Step]], holds: Holds, year: int) -> Figures:
    """The same for cases whose steps, up to the end date, are known already."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def add(indicator: str, where: Standing, count: int, amount: int) -> None:
        if holds(where.office_id, where.officer_id):
            sums[indicator][0] += count
            sums[indicator][1] += amount

    for story in stories:
        _count_one(story, add, year)
    names = ("carried_over", "newly_registered", "transferred", "separate_book", *OPEN_BY_STATUS)
    found = {name: (sums[name][0], sums[name][1]) for name in (*names, *sorted(set(COUNTED_UNDER.values())))}
    return found | totals(found, year)


def _count_one(story: list[Step], add: Callable[[str, Standing, int, int], None], year: int) -> None:
    first_day = date(year - 1, 10, 1)
    before_year = [step for step in story if step.day < first_day]
    place = None
    if before_year and before_year[-1].after.counted:
        opening = before_year[-1].after
        place = "carried_over"
        add(place, opening, 1, opening.outstanding)
    for step in story[len(before_year) :]:
        place = _count_step(step, place, add)
    if story and story[-1].after.open:
        now = story[-1].after
        add(now.status, now, 1, now.outstanding)


def _count_step(step: Step, place: str | None, add: Callable[[str, Standing, int, int], None]) -> str | None:
    before, after = step.before, step.after
    if before is None or step.what == "returned_from_separate_book":
        add("newly_registered", after, 1, after.outstanding)
        return "newly_registered"
    if step.what == "moved_to_separate_book":
        assert place is not None
        add(place, before, -1, -before.outstanding)
        return None
    changed_hands = (before.office_id, before.officer_id) != (after.office_id, after.officer_id)
    if changed_hands and before.counted:
        first_assignment = step.what == "assigned" and before.officer_id is None
        assert place is not None
        indicator = place if first_assignment else "transferred"
        add(indicator, before, -1, -before.outstanding)
        add(indicator, after, 1, after.outstanding)
    if step.what in COUNTED_UNDER:
        add(COUNTED_UNDER[step.what], before, int(step.what in CLOSING), before.outstanding - after.outstanding)
    return place


def totals(found: Mapping[str, tuple[int, int]], year: int) -> Figures:
    """The indicators that are sums of others, with the regime in force in that year."""

    def total(plus: Iterable[str], minus: Iterable[str] = ()) -> tuple[int, int]:
        count = sum(found[name][0] for name in plus) - sum(found[name][0] for name in minus)
        return count, sum(found[name][1] for name in plus) - sum(found[name][1] for name in minus)

    registered = ("carried_over", "newly_registered")
    left = ("entrusted", "withdrawn", "revoked")
    results = ("completed", "terminated", "reduced")
    inside = ["in_progress", "postponed_by_agreement"]
    if year <= 2019:
        inside += ["postponed_other", "suspended", "held_other"]
    outside = [name for name in ("postponed_other", "suspended", "held_other") if name not in inside]
    return {
        "registered_total": total(registered),
        "to_enforce": total((*registered, "transferred"), left),
        "with_conditions": total((*results, *inside)),
        "outside": total(outside),
        "carried_forward": total((*registered, "transferred"), (*left, *results)),
    }


def broken_identities(found: Figures) -> list[str]:
    """Which identities of the notes the figures of a unit break; empty when all hold."""
    broken: list[str] = []
    for side in (0, 1):
        value = {name: pair[side] for name, pair in found.items()}
        if value["to_enforce"] != value["with_conditions"] + value["outside"] + value["without_conditions"]:
            broken.append(f"to_enforce, side {side}")
        if value["carried_forward"] != sum(value[name] for name in OPEN_BY_STATUS):
            broken.append(f"carried_forward, side {side}")
    return broken
