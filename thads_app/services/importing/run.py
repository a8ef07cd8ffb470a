"""Importing one workbook: read, check, and write all of it in one transaction, or nothing."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from psycopg.errors import UniqueViolation

from thads_app import clock, db
from thads_app.errors import Invalid, Refused
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.rules.rights import Actor, Permission
from thads_app.services.bulk import BulkLoader
from thads_app.services.folding import fold_now
from thads_app.services.importing.checking import Checker
from thads_app.services.importing.marking import write_marked_copy
from thads_app.services.importing.problems import Problem, Problems
from thads_app.services.importing.reading import read_records
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
    outcome = ImportOutcome()
    try:
        async with db.raw_connection() as connection:
            checker = Checker(connection, await office_tree(), actor, problems, moment)
            working_days = get_settings().late_after_working_days
            world = await checker.run(records, working_days, _stage(told, "checking"))
            outcome.cases = sum(case.new is not None for case in checker.cases)
            outcome.events = sum(len(case.events) for case in checker.cases)
            outcome.officers = checker.people.added
            if problems.total or dry_run:
                await connection.rollback()
            else:
                loader = BulkLoader(connection, world, recorded_by=actor.account_id)
                writing = _stage(told, "writing")
                await loader.load(checker.cases, writing and (lambda done: writing(done, len(checker.cases))))
                await _finish(connection, loader, actor, outcome)
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


async def _finish(connection: Connection, loader: BulkLoader, actor: Actor, outcome: ImportOutcome) -> None:
    await loader.finish()
    outcome.written, outcome.late = True, loader.result.late
    detail: dict[str, object] = {
        "cases": outcome.cases,
        "events": outcome.events,
        "officers": outcome.officers,
        "late": outcome.late,
    }
    await repository.write_audit(connection, actor.account_id, "import.done", actor.office_id, detail)


def _stage(told: Told | None, name: str) -> Callable[[int, int], None] | None:
    if told is None:
        return None
    return lambda done, total: told(name, done, total)
