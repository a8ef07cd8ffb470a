"""Writing many checked cases and events in one transaction: the way of imports and of the demonstration.

The same `rules.history.replay` that records a single event yields every state, assignment and delta here; only the
writing differs (COPY). A figure as known at an earlier moment comes out as if the events had been recorded one by one:
where events of a case carry different moments of recording, deltas are the differences between its replays from moment
to moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from psycopg.types.json import Jsonb

from models.cases import REGISTRATION_BOOK
from models.enums import EventType, PartyRole
from thads_app import clock
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.repositories.cases import search_text
from thads_app.rules.history import Delta, History, HistoryEvent
from thads_app.rules.lateness import is_late
from thads_app.rules.vietnamese import normalise, sort_key
from thads_app.services.bulk_check import BulkCase, BulkWorld, as_history, history_of

BATCH = 4000
"""Cases written together; bounds the memory for their rows."""

_Cell = tuple[Any, date, int, int | None]
_JudgmentKey = tuple[str, date, str, str]


@dataclass(slots=True)
class BulkResult:
    """What was written. `case_ids` are the new cases' ids in the order given."""

    cases: int = 0
    events: int = 0
    late: int = 0
    office_ids: set[int] = field(default_factory=set[int])
    case_ids: list[int] = field(default_factory=list[int])


class BulkLoader:
    """Writes batches of cases in the transaction of one connection. Cases must have passed `check_case`.

    The caller commits, then folds (`services.folding.fold_now`).
    """

    def __init__(self, connection: Connection, world: BulkWorld, *, recorded_by: int | None = None) -> None:
        self._connection, self.world, self._recorded_by = connection, world, recorded_by
        self._judgments: dict[_JudgmentKey, int] = {}
        self._no_payload = Jsonb({})
        self._joined = False
        self.result = BulkResult()

    async def load(self, cases: Sequence[BulkCase], told: Callable[[int], None] | None = None) -> None:
        """Write cases and events, batch by batch; `told` hears how many cases are done."""
        if not self._joined:
            await repository.join_delta_writers(self._connection)
            self._joined = True
        for start in range(0, len(cases), BATCH):
            await self._batch(cases[start : start + BATCH])
            if told:
                told(min(start + BATCH, len(cases)))

    async def announce(self) -> None:
        """Tell open dashboards, at the commit, whose figures changed."""
        await repository.announce_figures(self._connection, self.result.office_ids)

    # -- one batch ---------------------------------------------------------------------------------------------

    async def _batch(self, cases: Sequence[BulkCase]) -> None:
        await self._give_ids(cases)
        known = [case.case_id for case in cases if case.new is None]
        held = await repository.held_cells(self._connection, known) if known else {}
        rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in repository.COLUMNS}
        updates: list[tuple[Any, ...]] = []
        texts: list[str] = []
        histories: list[History] = []
        for case in cases:
            history = self._events_and_deltas(case, held.get(case.case_id, {}), rows)
            rows["assignment"] += [
                (case.case_id, t.staff_id, t.office_id, t.since, t.until, t.event_key) for t in history.tenures
            ]
            if case.new is None:
                updates.append(_update_row(case, history))
            else:
                texts.append(_search_text(case))
                histories.append(history)
        vectors = await repository.search_vectors(self._connection, texts)
        new = [case for case in cases if case.new is not None]
        await self._find_judgments(new, rows["judgment"])
        for case, history, vector in zip(new, histories, vectors, strict=True):
            self._new_case_rows(case, history, vector, rows)
        if known:
            await repository.drop_assignments(self._connection, known)
            await repository.update_cases(self._connection, updates)
        for table, table_rows in rows.items():
            if table_rows:
                await repository.copy_rows(self._connection, table, table_rows)

    async def _give_ids(self, cases: Sequence[BulkCase]) -> None:
        """Draw ids for cases and events, and let corrections point at them."""
        new = [case for case in cases if case.new is not None]
        for case, case_id in zip(new, await repository.new_ids(self._connection, "cases", len(new)), strict=True):
            case.case_id = case_id
        self.result.case_ids += [case.case_id for case in new]
        count = sum(len(case.events) for case in cases)
        ids = iter(await repository.new_ids(self._connection, "case_event", count))
        for case in cases:
            given: dict[int, int] = {}
            for event in case.events:
                given[event.key] = event_id = next(ids)
                event.key = event_id
                if event.corrects is not None:
                    event.corrects = given.get(event.corrects, event.corrects)
        self.result.cases += len(new)
        self.result.events += count

    def _events_and_deltas(
        self, case: BulkCase, held: dict[_Cell, tuple[int, int]], rows: dict[str, list[tuple[Any, ...]]]
    ) -> History:
        base = max((event.sequence for event in case.past), default=0)
        added = [as_history(event, base + n) for n, event in enumerate(case.events, start=1)]
        history = history_of(case, [*case.past, *added], self.world)
        rows["case_event"] += self._event_rows(case, added, history)
        flags = (case.judgment_kind.value, case.source.value, case.state_revenue, case.credit_institution)
        for event_id, moment, cell, count, amount in case_deltas(case, added, history, held, self.world):
            indicator, day, office_id, officer_id = cell
            rows["stat_delta"].append(
                (event_id, case.case_id, str(indicator), day, moment, office_id, officer_id, *flags, count, amount)
            )
            self.result.office_ids.add(office_id)
        return history

    def _event_rows(self, case: BulkCase, added: Sequence[HistoryEvent], history: History) -> list[tuple[Any, ...]]:
        units = units_after(case, [*case.past, *added], history)
        found: list[tuple[Any, ...]] = []
        for event, placed in zip(case.events, added, strict=True):
            late = is_late(
                event.business_date, clock.vietnam_day(event.recorded_at), self.world.late_after_working_days
            )
            self.result.late += late
            office_id, officer_id = units[event.key]
            found.append((
                event.key, case.case_id, placed.sequence, event.type.value, event.business_date, event.recorded_at,
                self._recorded_by, office_id, officer_id, placed.staff_id, event.receiving_office_id, event.amount,
                event.document_number, event.ground, event.note, self._no_payload, event.corrects, event.handover_id,
                late,
            ))  # fmt: skip
        return found

    def _new_case_rows(
        self, case: BulkCase, history: History, vector: str, rows: dict[str, list[tuple[Any, ...]]]
    ) -> None:
        for position, party in enumerate(case.facts.parties, start=1):
            rows["party"].append((case.case_id, party.role.value, party.name, party.id_number, party.address, position))
        for position, owed in enumerate(case.facts.obligations, start=1):
            rows["obligation"].append((case.case_id, owed.content, owed.amount, owed.state_revenue, position))
        judgment_id = self._judgments[_judgment_key(case)]
        rows["cases"].append(_case_row(case, history, judgment_id, vector, self._recorded_by))

    async def _find_judgments(self, cases: Sequence[BulkCase], rows: list[tuple[Any, ...]]) -> None:
        wanted = {_judgment_key(case): case for case in cases}
        unknown = [key for key in wanted if key not in self._judgments]
        self._judgments |= await repository.known_judgments(self._connection, unknown)
        missing = [key for key in unknown if key not in self._judgments]
        ids = await repository.new_ids(self._connection, "judgment", len(missing))
        for key, judgment_id in zip(missing, ids, strict=True):
            self._judgments[key] = judgment_id
            rows.append((judgment_id, wanted[key].facts.judgment_number, *key))


def case_deltas(
    case: BulkCase,
    added: Sequence[HistoryEvent],
    history: History,
    held: dict[_Cell, tuple[int, int]],
    world: BulkWorld,
) -> list[tuple[int, datetime, _Cell, int, int]]:
    """(event, moment, cell, ±count, ±đồng) that the new events of a case add to what its deltas hold already."""
    moments = [event.recorded_at for event in case.events]
    if not held and len(set(moments)) > 1 and _grows_event_by_event(case, history, world):
        by_event = {event.key: event.recorded_at for event in case.events}
        return _summed(history.deltas, by_event)
    if not held and len(set(moments)) == 1:
        return _summed(history.deltas, dict.fromkeys((event.key for event in case.events), moments[0]))
    found: list[tuple[int, datetime, _Cell, int, int]] = []
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


def _cells(deltas: Sequence[Delta]) -> dict[_Cell, tuple[int, int]]:
    sums: dict[_Cell, tuple[int, int]] = {}
    for delta in deltas:
        cell = (delta.indicator, delta.business_date, delta.office_id, delta.officer_id)
        count, amount = sums.get(cell, (0, 0))
        sums[cell] = (count + delta.count, amount + delta.amount)
    return {cell: value for cell, value in sums.items() if value != (0, 0)}


def _summed(deltas: Sequence[Delta], moments: dict[int, datetime]) -> list[tuple[int, datetime, _Cell, int, int]]:
    """Deltas of one moment summed per cell, under the last event that touched the cell."""
    sums: dict[tuple[datetime, _Cell], list[int]] = {}
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


def _judgment_key(case: BulkCase) -> _JudgmentKey:
    new = case.facts
    key = normalise(new.judgment_number).replace(" ", "")
    return key, new.judgment_date, new.issuing_body, case.judgment_kind.value


def _search_text(case: BulkCase) -> str:
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
