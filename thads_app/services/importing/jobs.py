"""Imports people start in the app: a file kept for a day, checked and written by a process of its own.

A process, because reading a large workbook takes a core and much memory that no other user should miss, and because a
file made to break the reader then breaks only that process.
"""

import asyncio
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from models import ImportJob
from models.enums import JobStatus
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound, Refused
from thads_app.repositories import import_jobs as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.settings import get_settings

HISTORY = 20
_KEPT = timedelta(hours=24)
_LONGEST = timedelta(hours=2)
_at_once = asyncio.Semaphore(1)
_running: set[asyncio.Task[None]] = set()


@dataclass(frozen=True)
class JobView:
    """A job as its owner sees it. `percent` of the work done; `problems` are (sheet, row, column, value, why)."""

    id: int
    file_name: str
    status: JobStatus
    dry_run: bool
    percent: int
    stage: str
    created_at: datetime | None
    cases: int = 0
    events: int = 0
    officers: int = 0
    late: int = 0
    problem_count: int = 0
    refusal: str = ""
    problems: list[tuple[str, str, str, str, str]] = field(default_factory=list[tuple[str, str, str, str, str]])
    warnings: list[str] = field(default_factory=list[str])
    has_marked_copy: bool = False
    can_import: bool = False

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.status not in (JobStatus.QUEUED, JobStatus.RUNNING)


def upload_limit() -> int:
    """The largest file taken, in bytes."""
    return get_settings().max_upload_mb * 2**20


def uploads_folder() -> Path:
    """Where uploaded workbooks wait; readable by the server's user only."""
    folder = get_settings().data_dir / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def upload_path(job_id: int) -> Path:
    """Where a job's workbook lies."""
    return uploads_folder() / f"{job_id}.xlsx"


def marked_path(job_id: int) -> Path:
    """Where a job's marked copy lies."""
    return uploads_folder() / f"{job_id}-loi.xlsx"


async def take_upload(actor: Actor, uploaded: Path, file_name: str) -> int:
    """Make a job of an uploaded file and start to check it; the file moves to the job. Returns the job's id.

    Raises:
        Forbidden: the actor may not import.
    """
    actor.scope(Permission.IMPORT)
    discard_old()
    async with unit_of_work(actor) as session:
        job = ImportJob(
            account_id=_account_id(actor), file_name=file_name, status=JobStatus.FAILED.value, dry_run=True, total=100
        )
        session.add(job)
        await session.flush()
        job_id = job.id or 0
        await write_audit(
            session, actor, "import.started", "import", job_id, office_id=actor.office_id, detail={"file": file_name}
        )
    os.replace(uploaded, upload_path(job_id))  # noqa: PTH105 (a rename within one folder takes no time)
    await start_job(actor, job_id, dry_run=True)
    return job_id


async def start_job(actor: Actor, job_id: int, *, dry_run: bool) -> None:
    """Check a job's workbook, or import it. Starting what runs already changes nothing.

    Raises:
        NotFound: no such job of the actor's. Refused: the file is no longer kept.
    """
    actor.scope(Permission.IMPORT)
    async with unit_of_work(actor) as session:
        job = await repository.find_job(session, job_id, _account_id(actor))
        if job is None:
            raise NotFound
        if not upload_path(job_id).exists():
            raise Refused("import_file_gone")
        queued = await repository.begin(session, job_id, dry_run=dry_run)
    if queued:
        task = asyncio.create_task(_work(job_id))
        _running.add(task)
        task.add_done_callback(_running.discard)


async def my_job(actor: Actor, job_id: int) -> JobView:
    """One job of the actor's.

    Raises:
        NotFound: no such job of the actor's.
    """
    actor.scope(Permission.IMPORT)
    async with unit_of_work(actor) as session:
        job = await repository.find_job(session, job_id, _account_id(actor))
        if job is None:
            raise NotFound
        return _view(job)


async def my_jobs(actor: Actor) -> list[JobView]:
    """The actor's latest jobs, newest first."""
    actor.scope(Permission.IMPORT)
    async with unit_of_work(actor) as session:
        await repository.fail_unfinished(session, before=clock.now() - _LONGEST)
        return [_view(job) for job in await repository.jobs_of(session, _account_id(actor), HISTORY)]


async def my_marked_copy(actor: Actor, job_id: int) -> tuple[Path, str]:
    """Where the marked copy of a job lies, and the name to give it.

    Raises:
        NotFound: no such job of the actor's, or no such copy.
    """
    job = await my_job(actor, job_id)
    if not job.has_marked_copy:
        raise NotFound
    return marked_path(job_id), f"{Path(job.file_name).stem} - lỗi.xlsx"


def _view(job: ImportJob) -> JobView:
    summary, job_id, status = job.summary, job.id or 0, JobStatus(job.status)

    def number(name: str) -> int:
        value = summary.get(name, 0)
        return value if isinstance(value, int) else 0

    def items(name: str) -> list[object]:
        value = summary.get(name, [])
        return list(value) if isinstance(value, list) else []  # pyright: ignore[reportUnknownArgumentType]

    problems = [tuple(str(part) for part in item) for item in items("problems") if isinstance(item, list)]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return JobView(
        id=job_id,
        file_name=job.file_name,
        status=status,
        dry_run=job.dry_run,
        percent=min(100, job.done),
        stage=str(summary.get("stage", "")),
        created_at=job.created_at,
        cases=number("cases"),
        events=number("events"),
        officers=number("officers"),
        late=number("late"),
        problem_count=number("problem_count"),
        refusal=str(summary.get("refusal", "")),
        problems=[(p[0], p[1], p[2], p[3], p[4]) for p in problems if len(p) == 5],  # noqa: PLR2004
        warnings=[str(item) for item in items("warnings")],
        has_marked_copy=status is JobStatus.REJECTED and marked_path(job_id).exists(),
        can_import=status is JobStatus.DONE and job.dry_run and upload_path(job_id).exists(),
    )


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise Forbidden
    return actor.account_id


def discard_old() -> None:
    """Delete the files whose time is over."""
    oldest = (clock.now() - _KEPT).timestamp()
    for path in uploads_folder().iterdir():
        with suppress(FileNotFoundError):  # another process was faster
            if path.is_file() and path.stat().st_mtime < oldest:
                path.unlink()


async def _work(job_id: int) -> None:
    """Run a job's process, one at a time per server process; say so when it ended without finishing its job."""
    async with _at_once:
        environment = os.environ | {"THADS_DATABASE_URL": db.app_url(), "THADS_OWNER_DATABASE_URL": db.owner_url()}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "thads_app.services.importing.worker", str(job_id),
            env=environment, stdin=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            failed = await process.wait() != 0
        except asyncio.CancelledError:
            process.terminate()
            raise
    if failed:  # one that ended well has said so itself, and its owner may have started the next already
        async with unit_of_work(EVERYWHERE) as session:
            await repository.fail_unfinished(session, job_id=job_id)
