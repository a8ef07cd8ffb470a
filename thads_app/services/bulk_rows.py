"""The rows that checked cases make in every table: pure, so that one batch is built while another is written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from psycopg.types.json import Jsonb

from models.cases import REGISTRATION_BOOK
from models.enums import EventType, PartyRole
from thads_app import clock
from thads_app.repositories.bulk import COLUMNS
from thads_app.repositories.cases import search_text
from thads_app.rules.history import Delta, History, HistoryEvent
from thads_app.rules.lateness import is_late
from thads_app.rules.personal_data import tidy_id_number
from thads_app.rules.vietnamese import normalise, sort_key
from thads_app.services.bulk_check import BulkCase, BulkWorld, as_history, history_of

Row = tuple[Any, ...]
Cell = tuple[Any, date, int, int | None]
JudgmentKey = tuple[str, date, str, str]

_NO_PAYLOAD = Jsonb({})


def _no_rows() -> dict[str, list[Row]]:
    return {table: [] for table in COLUMNS}


@dataclass(slots=True)
class BatchRows:
    """Everything one batch writes: rows to copy by table, rows of known cases to update, and what to tell of it."""

    tables: dict[str, list[Row]] = field(default_factory=_no_rows)
    updates: list[Row] = field(default_factory=list[Row])
    known: list[int] = field(default_factory=list[int])
    office_ids: set[int] = field(default_factory=set[int])
    late: int = 0


@dataclass(slots=True)
class BatchContext:
    """What the rows of a batch need from the database: deltas held by known cases, search vectors, judgments."""

    world: BulkWorld
    recorded_by: int | None
    on_behalf_of: int | None
    held: dict[int, dict[Cell, tuple[int, int]]]
    vectors: Sequence[str]
    judgments: dict[JudgmentKey, int]
    new_judgments: list[Row]


def build_rows(cases: Sequence[BulkCase], context: BatchContext) -> BatchRows:
    """The rows of checked cases whose ids have been given."""
    found = BatchRows()
    found.tables["judgment"] += context.new_judgments
    vectors = iter(context.vectors)
    for case in cases:
        history = _events_and_deltas(case, context, found)
        found.tables["assignment"] += [
            (case.case_id, t.staff_id, t.office_id, t.since, t.until, t.event_key) for t in history.tenures
        ]
        if case.new is None:
            found.known.append(case.case_id)
            found.updates.append(_update_row(case, history))
        else:
            _add_case(case, history, next(vectors), context, found)
    return found


def _events_and_deltas(case: BulkCase, context: BatchContext, found: BatchRows) -> History:
    base = max((event.sequence for event in case.past), default=0)
    added = [as_history(event, base + n) for n, event in enumerate(case.events, start=1)]
    history = history_of(case, [*case.past, *added], context.world)
    _add_events(case, added, history, context, found)
    flags = (case.judgment_kind.value, case.source.value, case.state_revenue, case.credit_institution)
    held = context.held.get(case.case_id, {})
    for event_id, moment, cell, count, amount in case_deltas(case, added, history, held, context.world):
        indicator, day, office_id, officer_id = cell
        found.tables["stat_delta"].append(
            (event_id, case.case_id, str(indicator), day, moment, office_id, officer_id, *flags, count, amount)
        )
        found.office_ids.add(office_id)
    return history


def _add_events(
    case: BulkCase, added: Sequence[HistoryEvent], history: History, context: BatchContext, found: BatchRows
) -> None:
    units = units_after(case, [*case.past, *added], history)
    rows, working_days = found.tables["case_event"], context.world.late_after_working_days
    for event, placed in zip(case.events, added, strict=True):
        late = is_late(event.business_date, clock.vietnam_day(event.recorded_at), working_days)
        found.late += late
        office_id, officer_id = units[event.key]
        rows.append((
            event.key, case.case_id, placed.sequence, event.type.value, event.business_date, event.recorded_at,
            context.recorded_by, office_id, officer_id, placed.staff_id, event.receiving_office_id, event.amount,
            event.document_number, event.ground, event.note, _NO_PAYLOAD, event.corrects, event.handover_id, late,
            context.on_behalf_of,
        ))  # fmt: skip


def _add_case(case: BulkCase, history: History, vector: str, context: BatchContext, found: BatchRows) -> None:
    for position, party in enumerate(case.facts.parties, start=1):
        number = tidy_id_number(party.id_number)
        found.tables["party"].append((
            case.case_id, party.role.value, party.name, number, party.telephone, party.bank_account, party.address,
            position,
        ))  # fmt: skip
    for position, owed in enumerate(case.facts.obligations, start=1):
        found.tables["obligation"].append((case.case_id, owed.content, owed.amount, owed.state_revenue, position))
    judgment_id = context.judgments[judgment_key(case)]
    found.tables["cases"].append(_case_row(case, history, judgment_id, vector, context.recorded_by))


def case_deltas(
    case: BulkCase,
    added: Sequence[HistoryEvent],
    history: History,
    held: dict[Cell, tuple[int, int]],
    world: BulkWorld,
) -> list[tuple[int, datetime, Cell, int, int]]:
    """(event, moment, cell, ±count, ±đồng) that the new events of a case add to what its deltas hold already."""
    moments = [event.recorded_at for event in case.events]
    if not held and len(set(moments)) > 1 and _grows_event_by_event(case, history, world):
        by_event = {event.key: event.recorded_at for event in case.events}
        return _summed(history.deltas, by_event)
    if not held and len(set(moments)) == 1:
        return _summed(history.deltas, dict.fromkeys((event.key for event in case.events), moments[0]))
    found: list[tuple[int, datetime, Cell, int, int]] = []
    before = held
    for end, event in enumerate(case.events, start=1):
        if end < len(moments) and moments[end] == event.recorded_at:
            continue
        known = history if end == len(moments) else history_of(case, [*case.past, *added[:end]], world)
        after = _cells(known.deltas)
        for cell in before.keys() | after.keys():
            old, new = before.get(cell, (0, 0)), after.get(cell, (0, 0))
            if old != new:
                found.append((event.key, event.recorded_at, cell, new[0] - old[0], new[1] - old[1]))
        before = after
    return found


def _grows_event_by_event(case: BulkCase, history: History, world: BulkWorld) -> bool:
    """Whether each event only adds deltas of its own: no corrections, no office that ended since, in date order.

    While a case of an office that ended was open, it was known to pass on; its later closing took that back.
    """
    if history.moves or case.registered_office_id in world.tree.line.ended:
        return False
    if any(event.type is EventType.CORRECTED for event in case.events):
        return False
    days = [event.business_date for event in case.events]
    return not case.past and all(one <= other for one, other in pairwise(days))


def _cells(deltas: Sequence[Delta]) -> dict[Cell, tuple[int, int]]:
    sums: dict[Cell, tuple[int, int]] = {}
    for delta in deltas:
        cell = (delta.indicator, delta.business_date, delta.office_id, delta.officer_id)
        count, amount = sums.get(cell, (0, 0))
        sums[cell] = (count + delta.count, amount + delta.amount)
    return {cell: value for cell, value in sums.items() if value != (0, 0)}


def _summed(deltas: Sequence[Delta], moments: dict[int, datetime]) -> list[tuple[int, datetime, Cell, int, int]]:
    """Deltas of one moment summed per cell, under the last event that touched the cell."""
    sums: dict[tuple[datetime, Cell], list[int]] = {}
    for delta in deltas:
        cell = (delta.indicator, delta.business_date, delta.office_id, delta.officer_id)
        found = sums.setdefault((moments[delta.event_key], cell), [0, 0, 0])
        found[0] = delta.event_key
        found[1] += delta.count
        found[2] += delta.amount
    return [
        (event_key, moment, cell, count, amount)
        for (moment, cell), (event_key, count, amount) in sums.items()
        if count or amount
    ]


def units_after(case: BulkCase, events: Sequence[HistoryEvent], history: History) -> dict[int, tuple[int, int | None]]:
    """By event key, the office and officer responsible once the event is recorded."""
    assigned = {tenure.event_key: tenure for tenure in history.tenures}
    found: dict[int, tuple[int, int | None]] = {}
    office_id, officer_id, moved = case.registered_office_id, None, 0
    for event in events:
        while moved < len(history.moves) and history.moves[moved].day <= event.business_date:
            office_id = history.moves[moved].to_office_id
            moved += 1
        if event.key in assigned:
            office_id, officer_id = assigned[event.key].office_id, assigned[event.key].staff_id
        found[event.key] = (office_id, officer_id)
    return found


def judgment_key(case: BulkCase) -> JudgmentKey:
    """What makes a judgment the same as one received before: number, date, issuing body, kind."""
    new = case.facts
    key = normalise(new.judgment_number).replace(" ", "")
    return key, new.judgment_date, new.issuing_body, case.judgment_kind.value


def search_words(case: BulkCase) -> str:
    """The words a new case is found by."""
    new = case.facts
    return search_text([new.decision_number, new.judgment_number, *(party.name for party in new.parties)])


def _first_name(case: BulkCase, role: PartyRole) -> str | None:
    return next((party.name for party in case.facts.parties if party.role is role), None)


def _case_row(
    case: BulkCase, history: History, judgment_id: int, vector: str, created_by: int | None
) -> tuple[Any, ...]:
    new, state = case.facts, history.state
    debtor = _first_name(case, PartyRole.DEBTOR) or ""
    return (
        case.case_id, case.registered_office_id, state.office_id, state.officer_id, REGISTRATION_BOOK,
        new.decision_number, new.decision_date, new.decision_date.year, case.source.value, new.received_entrustment,
        judgment_id, case.judgment_kind.value, case.state_revenue, case.credit_institution, state.amount,
        state.outstanding, state.collected, state.status.value, state.status_since, state.last_event_date,
        state.closed_on, debtor, sort_key(debtor)[:250], _first_name(case, PartyRole.CREDITOR), vector,
        len(case.events), case.events[0].recorded_at, created_by,
    )  # fmt: skip


def _update_row(case: BulkCase, history: History) -> tuple[Any, ...]:
    state = history.state
    return (
        state.office_id, state.officer_id, state.status.value, state.outstanding, state.collected, state.status_since,
        state.last_event_date, state.closed_on, len(case.events), case.case_id,
    )  # fmt: skip
