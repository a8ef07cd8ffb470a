"""Random but lawful histories of one case, for Hypothesis."""

from datetime import date, timedelta

from hypothesis import strategies as st

from models.enums import CLOSED_STATUSES, EventType, Source
from tests.support.histories import ALICE, BINH, NEW, NEW_ELSEWHERE, OLD, OLD_ELSEWHERE, OLD_NEIGHBOUR, TODAY, Story
from thads_app.rules.history import UnlawfulHistory
from thads_app.rules.lifecycle import LIFECYCLE, AmountRule, refusals

CHI = 103
OFFICERS = (ALICE, BINH, CHI)
GAPS = st.sampled_from((0, 0, 1, 7, 20, 45, 90, 150, 270, 400))
FIRST_DAYS = (date(2018, 9, 30), date(2019, 10, 1), date(2023, 10, 2), date(2024, 6, 30), date(2025, 4, 1))
AFTER_REORGANISATION = date(2025, 7, 1)
CANDIDATES = [event for event in EventType if event not in (EventType.REGISTERED, EventType.CORRECTED)]
# What makes histories long and intricate is drawn more often than what ends them.
WEIGHT = {
    EventType.ASSIGNED: 6,
    EventType.COLLECTED: 3,
    EventType.FOUND_WITHOUT_CONDITIONS: 8,
    EventType.FOUND_WITH_CONDITIONS: 2,
    EventType.MOVED_TO_SEPARATE_BOOK: 12,
    EventType.RETURNED_FROM_SEPARATE_BOOK: 12,
    EventType.RESUMED: 6,
    EventType.POSTPONED_BY_AGREEMENT: 2,
    EventType.SUSPENDED: 2,
}


@st.composite
def stories(draw: st.DrawFn, most_events: int = 14) -> Story:
    """A lawful history with assignments, reassignments across offices, separate-book turns and corrections."""
    new = draw(st.booleans())
    offices = (NEW, NEW_ELSEWHERE) if new else (OLD, OLD_NEIGHBOUR, OLD_ELSEWHERE)
    story = Story(office=draw(st.sampled_from(offices)), source=draw(st.sampled_from(list(Source))))
    first = date(2025, 7, 1) if new else draw(st.sampled_from(FIRST_DAYS))
    day = min(first + timedelta(days=draw(st.integers(0, 200))), TODAY if new else date(2025, 6, 30))
    story.add(day, EventType.REGISTERED, draw(st.sampled_from((0, 1, 100, 5_000_000, 10**12))))
    for _ in range(draw(st.integers(min(4, most_events), most_events))):
        day += timedelta(days=draw(GAPS))
        if day > TODAY:
            break
        if draw(st.integers(0, 7)) == 7:
            try_correction(draw, story, day)
        else:
            add_lawful_event(draw, story, day)
    return story


def try_correction(draw: st.DrawFn, story: Story, day: date) -> None:
    """Strike out some event when the rest still makes a lawful history."""
    struck = {event.corrects for event in story.events}
    open_to_it = [e.key for e in story.events[1:] if e.type is not EventType.CORRECTED and e.key not in struck]
    if not open_to_it:
        return
    story.correct(day, draw(st.sampled_from(open_to_it)))
    try:
        story.history()
    except UnlawfulHistory:
        story.events.pop()


def add_lawful_event(draw: st.DrawFn, story: Story, day: date) -> None:
    """Add one event that may happen on that day, if there is any."""
    history = story.history()
    state = history.state
    if state.status in CLOSED_STATUSES or day < state.last_event_date:
        return
    part = draw(st.integers(1, max(state.outstanding, 1)))
    lawful = [
        event
        for event in CANDIDATES
        if not refusals(
            event,
            status=state.status,
            outstanding=state.outstanding,
            source=story.source,
            business_date=day,
            not_before=state.last_event_date,
            today=TODAY,
            amount=part if LIFECYCLE[event].amount is AmountRule.PART else None,
            has_officer=True,
        )
    ]
    event = draw(st.sampled_from([event for event in lawful for _ in range(WEIGHT.get(event, 1))]))
    if event is EventType.ASSIGNED:
        elsewhere = (NEW, NEW_ELSEWHERE) if day >= AFTER_REORGANISATION else (OLD, OLD_NEIGHBOUR, OLD_ELSEWHERE)
        moves = state.officer_id is not None and draw(st.booleans())
        to_office = draw(st.sampled_from(elsewhere)) if moves else None
        story.add(day, event, officer=draw(st.sampled_from(OFFICERS)), to_office=to_office)
        return
    amount = part if LIFECYCLE[event].amount is AmountRule.PART else None
    if event is EventType.COMPLETED and draw(st.booleans()):
        amount = state.outstanding
    story.add(day, event, amount)
