"""The process that checks and imports one job's workbook: `python -m thads_app.services.importing.worker JOB`."""

import asyncio
import logging
import os
import resource
import sys
import threading

from models.enums import JobStatus
from thads_app import clock, db, logs
from thads_app.db import unit_of_work
from thads_app.errors import DomainError
from thads_app.messages import sentence
from thads_app.repositories import accounts as account_repository
from thads_app.repositories import import_jobs as repository
from thads_app.rules.rights import EVERYWHERE, NOWHERE, Actor
from thads_app.services.importing.jobs import marked_path, upload_path
from thads_app.services.importing.marking import problem_sentence
from thads_app.services.importing.problems import Problem
from thads_app.services.importing.run import ImportOutcome, import_workbook
from thads_app.services.sessions import actor_of

log = logging.getLogger(__name__)

_MEMORY = 4 * 2**30
_LISTED = 100
_PROGRESS_SECONDS = 0.7
_STAGES = {"reading": (0, 30, "Đang đọc tệp"), "checking": (30, 100, "Đang kiểm tra"), "writing": (30, 100, "Đang ghi")}


class Reporter:
    """Writes a job's progress from a thread of its own, so that the work need not wait for it."""

    def __init__(self, job_id: int) -> None:
        self._job_id = job_id
        self._now = (0, "Đang đọc tệp")
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._report, daemon=True)
        self._thread.start()

    def told(self, stage: str, done: int, total: int) -> None:
        """Remember how far the work is."""
        start, end, label = _STAGES[stage]
        self._now = (start + (end - start) * done // max(total, 1), label)

    def stop(self) -> None:
        """Write no more."""
        self._over.set()
        self._thread.join()

    def _report(self) -> None:
        said: tuple[int, str] | None = None
        while not self._over.wait(_PROGRESS_SECONDS):
            if self._now != said:
                said = self._now
                asyncio.run(self._save(*said))

    async def _save(self, percent: int, label: str) -> None:
        async with db.raw_connection(EVERYWHERE, timeout_ms=5_000) as connection:
            await repository.save_progress(connection, self._job_id, percent, label)


async def run_job(job_id: int) -> None:
    """Check or import a job's workbook and write how it ended."""
    async with unit_of_work(EVERYWHERE) as session:
        job = await repository.find_job(session, job_id)
        if job is None:
            return
        dry_run, account_id = job.dry_run, job.account_id
        await repository.change(session, job_id, status=JobStatus.RUNNING.value, summary={})
    marked_path(job_id).unlink(missing_ok=True)
    reporter = Reporter(job_id)
    try:
        actor = await _actor(account_id)
        path = upload_path(job_id)
        outcome = await import_workbook(actor, path, dry_run=dry_run, errors_to=marked_path(job_id), told=reporter.told)
    except DomainError as refused:
        reporter.stop()
        await _finish(job_id, JobStatus.REJECTED, {"refusal": sentence(refused)})
        upload_path(job_id).unlink(missing_ok=True)
        return
    except BaseException:
        reporter.stop()
        raise
    reporter.stop()
    status = JobStatus.REJECTED if outcome.problem_count else JobStatus.DONE
    await _finish(job_id, status, _summary(outcome))
    if outcome.written or outcome.problem_count:
        path.unlink(missing_ok=True)


async def _actor(account_id: int) -> Actor:
    """Whoever started the job, with the rights they have now; without any when they were stopped meanwhile."""
    today = clock.today()
    async with unit_of_work(NOWHERE) as session:
        account = await account_repository.account_by_id(session, account_id)
        grants = [grant for grant, _ in await account_repository.grants_of(session, [account_id])]
    if account is None or account.disabled_at is not None:
        return Actor(account_id=account_id, name="", office_id=0)
    valid = [
        (grant.role, grant.office_id)
        for grant in grants
        if (grant.valid_from is None or grant.valid_from <= today)
        and (grant.valid_to is None or grant.valid_to >= today)
    ]
    return await actor_of(account, valid)


async def _finish(job_id: int, status: JobStatus, summary: dict[str, object]) -> None:
    async with unit_of_work(EVERYWHERE) as session:
        await repository.change(
            session, job_id, status=status.value, summary=summary, done=100, finished_at=clock.now()
        )


def _summary(outcome: ImportOutcome) -> dict[str, object]:
    return {
        "cases": outcome.cases,
        "events": outcome.events,
        "officers": outcome.officers,
        "late": outcome.late,
        "problem_count": outcome.problem_count,
        "problems": [_listed(problem) for problem in outcome.problems[:_LISTED]],
        "warnings": [_warning(warning) for warning in outcome.warnings[:_LISTED]],
    }


def _listed(problem: Problem) -> list[str]:
    return [problem.sheet, str(problem.row or ""), problem.column, problem.value, problem_sentence(problem)]


def _warning(warning: Problem) -> str:
    row = f", dòng {warning.row}" if warning.row else ""
    return f"{warning.sheet}{row}: {problem_sentence(warning)}"


def main() -> None:
    """Run one job within bounds: less memory than the machine has, and after everybody's pages."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    os.nice(5)
    logs.configure(quiet=True)
    logs.begin("import")
    asyncio.run(_run(int(sys.argv[1])))


async def _run(job_id: int) -> None:
    try:
        await run_job(job_id)
    except Exception:
        log.exception("import job %s failed", job_id)
        sys.exit(1)
    finally:
        await db.dispose()


if __name__ == "__main__":
    main()
