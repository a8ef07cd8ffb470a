"""Writing many checked cases and events in one transaction: the way of imports and of the demonstration.

The same `rules.history.replay` that records a single event yields every state, assignment and delta here; only the
writing differs (COPY). A figure as known at an earlier moment comes out as if the events had been recorded one by one:
where events of a case carry different moments of recording, deltas are the differences between its replays from moment
to moment.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.services.bulk_check import BulkCase, BulkWorld
from thads_app.services.bulk_rows import (
    BatchContext,
    BatchRows,
    JudgmentKey,
    Row,
    build_rows,
    judgment_key,
    search_words,
)

BATCH = 2000
"""Cases written together; bounds the memory for their rows."""

JUDGMENTS_REMEMBERED = 50_000


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

    While the database takes in one batch the rows of the next are built in a thread. `finish` waits for the last; then
    the caller commits and folds (`services.folding.fold_now`).
    """

    def __init__(
        self,
        connection: Connection,
        world: BulkWorld,
        *,
        recorded_by: int | None = None,
        on_behalf_of: int | None = None,
    ) -> None:
        self._connection, self.world = connection, world
        self._recorded_by, self._on_behalf_of = recorded_by, on_behalf_of
        self._judgments: dict[JudgmentKey, int] = {}
        self._last_judgments: list[JudgmentKey] = []
        self._joined = False
        self._built: BatchRows | None = None
        self._writing: asyncio.Task[None] | None = None
        self.result = BulkResult()

    async def load(self, cases: Sequence[BulkCase], told: Callable[[int], None] | None = None) -> None:
        """Take cases and events in, batch by batch; `told` hears how many cases are done."""
        if not self._joined:
            await repository.join_delta_writers(self._connection)
            self._joined = True
        for start in range(0, len(cases), BATCH):
            await self._batch(cases[start : start + BATCH])
            if told:
                told(min(start + BATCH, len(cases)))

    async def finish(self) -> None:
        """Write what is still waiting, and tell open dashboards, at the commit, whose figures changed."""
        await self._written()
        self._write_built()
        await self._written()
        await repository.announce_figures(self._connection, self.result.office_ids)

    async def abandon(self) -> None:
        """Let go of what waits, so that the caller can roll back."""
        self._built = None
        await self._written()

    # -- one batch ---------------------------------------------------------------------------------------------

    async def _batch(self, cases: Sequence[BulkCase]) -> None:
        await self._written()  # one connection does one thing at a time
        context = await self._context(cases)
        self._write_built()
        self._built = await asyncio.to_thread(build_rows, cases, context)
        self.result.late += self._built.late
        self.result.office_ids |= self._built.office_ids

    async def _context(self, cases: Sequence[BulkCase]) -> BatchContext:
        await self._give_ids(cases)
        known = [case.case_id for case in cases if case.new is None]
        new = [case for case in cases if case.new is not None]
        return BatchContext(
            world=self.world,
            recorded_by=self._recorded_by,
            on_behalf_of=self._on_behalf_of,
            held=await repository.held_cells(self._connection, known) if known else {},
            vectors=await repository.search_vectors(self._connection, [search_words(case) for case in new]),
            new_judgments=await self._find_judgments(new),
            judgments=self._judgments,
        )

    def _write_built(self) -> None:
        """Begin to write the batch that was built last."""
        if self._built is not None:
            self._writing = asyncio.create_task(self._write(self._built))
            self._built = None

    async def _written(self) -> None:
        if self._writing is not None:
            await self._writing
            self._writing = None

    async def _write(self, rows: BatchRows) -> None:
        if rows.known:
            await repository.drop_assignments(self._connection, rows.known)
            await repository.update_cases(self._connection, rows.updates)
        for table, table_rows in rows.tables.items():
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

    async def _find_judgments(self, cases: Sequence[BulkCase]) -> list[Row]:
        """Know the judgments of these cases; return the rows of those nobody has received before."""
        wanted = {judgment_key(case): case for case in cases}
        if len(self._judgments) > JUDGMENTS_REMEMBERED:
            # Older ones can be read again; those of the batch not yet written cannot.
            self._judgments = {key: self._judgments[key] for key in self._last_judgments}
        unknown = [key for key in wanted if key not in self._judgments]
        self._judgments |= await repository.known_judgments(self._connection, unknown)
        missing = [key for key in unknown if key not in self._judgments]
        ids = await repository.new_ids(self._connection, "judgment", len(missing))
        self._judgments |= dict(zip(missing, ids, strict=True))
        self._last_judgments = list(wanted)
        return [(self._judgments[key], wanted[key].facts.judgment_number, *key) for key in missing]
