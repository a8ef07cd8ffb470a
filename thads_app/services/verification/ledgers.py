"""The books of one case: its events in order, its money, its row and its assignments."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from models.enums import CaseStatus, EventType, Source
from thads_app.repositories.verification import RawCase, RawEvent
from thads_app.rules.lifecycle import refusals
from thads_app.services.verification.differences import Difference
from thads_app.services.verification.walk import CLOSED_AS, OPEN_STATUSES, Step


def case_differences(case: RawCase, steps: Sequence[Step], today: date) -> list[Difference]:
    """Everything wrong with a case, given its steps up to today."""
    where = f"việc {case.id} (số {case.decision_number})"
    found = [
        *_sequence(case.events),
        *_corrections(case.events),
        *_lawfulness(case, steps, today),
        *_row(case, steps),
        *_tenures(case, steps),
    ]
    return [Difference(where, *each) for each in found]


Finding = tuple[str, str, str]


def _sequence(events: Sequence[RawEvent]) -> Iterator[Finding]:
    """Events are numbered 1, 2, 3 …, begin with the registration, and were recorded in that order."""
    numbers = [event.sequence for event in events]
    if numbers != list(range(1, len(events) + 1)):
        yield "số thứ tự sự kiện liên tục", f"1…{len(events)}", ", ".join(map(str, numbers[:20])) or "(trống)"
    if events and events[0].type != "registered":
        yield "sự kiện đầu tiên", "registered", events[0].type
    for earlier, later in pairwise(events):
        if later.recorded_at < earlier.recorded_at:
            yield f"thời điểm ghi của sự kiện {later.id}", f"từ {earlier.recorded_at}", str(later.recorded_at)


def _corrections(events: Sequence[RawEvent]) -> Iterator[Finding]:
    """A correction strikes out one earlier event of its own case, never another correction, and none twice."""
    by_id = {event.id: event for event in events}
    struck: set[int] = set()
    for event in events:
        if event.type != "corrected":
            continue
        target = by_id.get(event.corrects_id or 0)
        if target is None or target.type == "corrected" or target.sequence >= event.sequence or target.id in struck:
            yield f"đính chính {event.id}", "một sự kiện trước đó của chính việc này", str(event.corrects_id)
        else:
            struck.add(target.id)
    registrations = [event for event in events if event.type == "registered" and event.id not in struck]
    if len(registrations) != 1:
        yield "số sự kiện thụ lý còn hiệu lực", "1", str(len(registrations))


def _lawfulness(case: RawCase, steps: Sequence[Step], today: date) -> Iterator[Finding]:
    """Every event in force may follow what stood before it, and never leaves less than nothing owed."""
    last = date.min
    for step in steps:
        if step.after.owed < 0:
            yield f"số còn phải thi hành sau {step.what} ngày {step.day}", "không âm", str(step.after.owed)
        if step.event is None or step.before is None:
            last = step.day if step.event is not None else last
            continue
        reasons = refusals(
            EventType(step.what),
            status=CaseStatus(step.before.status),
            outstanding=step.before.owed,
            source=Source(case.source),
            business_date=step.day,
            not_before=last,
            today=today,
            amount=step.event.amount,
            has_officer=step.event.staff_id is not None,
        )
        for reason in reasons:
            yield f"sự kiện {step.event.id} ({step.what}) ngày {step.day}", "được phép", reason.code
        last = step.day


def _row(case: RawCase, steps: Sequence[Step]) -> Iterator[Finding]:
    """The row of the case is what its events leave."""
    if not steps:
        return
    opened, now = steps[0], steps[-1].after
    events = [step for step in steps if step.event is not None]
    changes = [step for step in events if step.before is None or step.before.status != step.after.status]
    collected = sum(
        step.before.owed - step.after.owed
        for step in events
        if step.before is not None and step.what in {"collected", "completed"}
    )
    wanted = {
        "decision_date": opened.day,
        "amount": opened.after.owed,
        "office_id": now.office_id,
        "officer_id": now.officer_id,
        "status": now.status,
        "outstanding": now.owed,
        "collected": collected,
        "status_since": changes[-1].day,
        "last_event_date": events[-1].day,
        "closed_on": None if now.status in OPEN_STATUSES else events[-1].day,
    }
    for column, value in wanted.items():
        if getattr(case, column) != value:
            yield f"cột {column}", str(value), str(getattr(case, column))


def _tenures(case: RawCase, steps: Sequence[Step]) -> Iterator[Finding]:
    """Each assignment lasts until the next, or until the case is closed."""
    assigned = [step for step in steps if step.what == "assigned"]
    closing = next((step.day for step in steps if step.what in CLOSED_AS), None)
    ends = [*(step.day for step in assigned[1:]), closing]
    wanted = [
        (step.after.officer_id, step.after.office_id, step.day, end, step.event.id if step.event else 0)
        for step, end in zip(assigned, ends, strict=False)
    ]
    kept = sorted((each[1:] for each in case.tenures), key=lambda each: (each[2], each[4]))
    if sorted(wanted, key=lambda each: (each[2], each[4])) != kept:
        yield "các lần phân công", _listed(wanted), _listed(kept)


def _listed(rows: Iterable[tuple[object, ...]]) -> str:
    return "; ".join(", ".join(map(str, row)) for row in rows) or "(không có)"
