"""Importing one workbook: read, check, and write all of it in one transaction, or nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from psycopg.errors import UniqueViolation

from models.enums import EventType
from thads_app import clock, db
from thads_app.errors import Invalid, Refused
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services.bulk import BATCH, BulkLoader
from thads_app.services.bulk_check import BulkWorld
from thads_app.services.event_counts import acting_for
from thads_app.services.folding import fold_now
from thads_app.services.importing.checking import Checker
from thads_app.services.importing.marking import write_marked_copy
from thads_app.services.importing.problems import Problem, Problems
from thads_app.services.importing.reading import read_records
from thads_app.services.importing.records import Records
from thads_app.services.importing.workbook import ImportFile
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

MANY_CASES = 2_000
"""From so many new cases on, the planner's picture of the tables is renewed at once."""

Told = Callable[[str, int, int], None]
"""Hears the stage (`reading`, `checking`, `writing`), how much of it is done, and of how much."""


@dataclass(slots=True)
class ImportOutcome:
    """What an import found and wrote. `written` is false for a dry run and when there were problems.

    `cases`, `events`, `officers` count what was, or in a dry run would be, added; `late` the events of closed months.
    """

    written: bool = False
    cases: int = 0
    events: int = 0
    officers: int = 0
    late: int = 0
    problem_count: int = 0
    problems: list[Problem] = field(default_factory=list[Problem])
    warnings: list[Problem] = field(default_factory=list[Problem])


async def import_workbook(
    actor: Actor,
    path: Path,
    *,
    dry_run: bool = False,
    recorded_at: datetime | None = None,
    errors_to: Path | None = None,
    told: Told | None = None,
) -> ImportOutcome:
    """Import an office's cases, events and officers from an .xlsx file; all of it or nothing.

    Args:
        actor: who imports; only offices of the right's scope may be written to.
        path: the file.
        dry_run: check everything, write nothing.
        recorded_at: when the system is to have learned of it; now when not given. Nothing may be dated after it.
        errors_to: where to write a copy of the workbook with the bad cells marked, when there are problems.
        told: hears of the progress.

    Raises:
        Forbidden: the actor may not import anywhere.
        Invalid: the file is no workbook, or too large, or `recorded_at` lies ahead.
        Refused: another session used one of the decision numbers meanwhile.
    """
    actor.scope(Permission.IMPORT)
    moment = recorded_at or clock.now()
    if moment > clock.now():
        raise Invalid(code="import_recorded_ahead")
    problems = Problems()
    file = ImportFile(path)
    records = read_records(file, problems, _stage(told, "reading"))
    file.close()
    running = _Run(actor, problems, dry_run=dry_run, told=told)
    outcome = running.outcome
    try:
        async with db.raw_connection(EVERYWHERE) as connection:
            checker = Checker(connection, await office_tree(), actor, problems, moment)
            await running.check_and_load(connection, checker, records)
            if not outcome.written:
                await connection.rollback()
    except UniqueViolation:
        raise Refused("import_collision") from None
    outcome.problem_count, outcome.problems, outcome.warnings = problems.total, problems.sorted(), problems.warnings
    if outcome.written:
        await fold_now()
        if outcome.cases >= MANY_CASES:
            await asyncio.to_thread(repository.refresh_planner)
    if problems.total and errors_to is not None:
        write_marked_copy(path, errors_to, outcome.problems, problems.total)
    return outcome


class _Run:
    """Checking and writing one workbook, in the caller's transaction."""

    def __init__(self, actor: Actor, problems: Problems, *, dry_run: bool, told: Told | None) -> None:
        self._actor, self._problems, self._dry_run, self._told = actor, problems, dry_run, told
        self.outcome = ImportOutcome()
        self.completions = 0

    @property
    def _in_vain(self) -> bool:
        return self._dry_run or self._problems.total > 0

    async def check_and_load(self, connection: Connection, checker: Checker, records: Records) -> None:
        """Check batch by batch; while nothing is wrong, the database takes in one as the next is checked.

        The first problem ends the writing, and the caller rolls back; the checking goes on to the end.
        """
        total, done = await checker.prepare(records), 0
        postings, working_days = checker.people.postings, get_settings().late_after_working_days
        world = BulkWorld(await office_tree(), clock.today(), working_days, postings, checker.guards)
        actor = self._actor
        stead = acting_for(actor, Permission.IMPORT, actor.office_id)
        loader = BulkLoader(connection, world, recorded_by=actor.account_id, on_behalf_of=stead)
        while done < total:
            seen, cases = await asyncio.to_thread(checker.next_cases, world, BATCH)
            done += seen
            self.outcome.cases += sum(case.new is not None for case in cases)
            self.outcome.events += sum(len(case.events) for case in cases)
            self.completions += sum(each.type is EventType.COMPLETED for case in cases for each in case.events)
            if not self._in_vain:
                await loader.load(cases)
            if self._told:
                self._told("checking" if self._dry_run else "writing", done, total)
        self.outcome.officers = checker.people.added
        if self._in_vain:
            await loader.abandon()
        else:
            await self._finish(connection, loader)

    async def _finish(self, connection: Connection, loader: BulkLoader) -> None:
        await loader.finish()
        self.outcome.written, self.outcome.late = True, loader.result.late
        detail: dict[str, object] = {
            "cases": self.outcome.cases,
            "events": self.outcome.events,
            "officers": self.outcome.officers,
            "late": self.outcome.late,
            "completions": self.completions,  # taken from the office's books without a second person (ADR 0015)
        }
        actor = self._actor
        await repository.write_audit(connection, actor.account_id, "import.done", actor.office_id, detail)


def _stage(told: Told | None, name: str) -> Callable[[int, int], None] | None:
    if told is None:
        return None
    return lambda done, total: told(name, done, total)
