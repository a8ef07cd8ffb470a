"""The workbooks people are importing. Everybody sees their own only."""

from collections.abc import Sequence
from datetime import datetime

from psycopg import AsyncConnection
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import ImportJob
from models.enums import JobStatus

UNFINISHED = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)


async def find_job(session: AsyncSession, job_id: int, account_id: int | None = None) -> ImportJob | None:
    """A job; with an account, only one of its own."""
    query = select(ImportJob).where(col(ImportJob.id) == job_id)
    if account_id is not None:
        query = query.where(col(ImportJob.account_id) == account_id)
    return (await session.execute(query)).scalar_one_or_none()


async def jobs_of(session: AsyncSession, account_id: int, limit: int) -> Sequence[ImportJob]:
    """The latest jobs of an account, newest first."""
    query = select(ImportJob).where(col(ImportJob.account_id) == account_id)
    return (await session.execute(query.order_by(col(ImportJob.id).desc()).limit(limit))).scalars().all()


async def begin(session: AsyncSession, job_id: int, *, dry_run: bool) -> bool:
    """Queue a job unless it is under way already; return whether it was queued."""
    changed = await session.execute(
        update(ImportJob)
        .where(col(ImportJob.id) == job_id, col(ImportJob.status).not_in(UNFINISHED))
        .values(status=JobStatus.QUEUED.value, dry_run=dry_run, done=0, total=100, finished_at=None)
        .returning(col(ImportJob.id))
    )
    return changed.scalar_one_or_none() is not None


async def change(session: AsyncSession, job_id: int, **values: object) -> None:
    """Write columns of a job."""
    await session.execute(update(ImportJob).where(col(ImportJob.id) == job_id).values(**values))


async def fail_unfinished(session: AsyncSession, *, job_id: int | None = None, before: datetime | None = None) -> None:
    """Mark as failed a job whose process has ended, or all begun before a moment, as far as they are unfinished."""
    query = update(ImportJob).where(col(ImportJob.status).in_(UNFINISHED))
    if job_id is not None:
        query = query.where(col(ImportJob.id) == job_id)
    if before is not None:
        query = query.where(col(ImportJob.created_at) < before)
    await session.execute(query.values(status=JobStatus.FAILED.value))


async def save_progress(connection: AsyncConnection[tuple[object, ...]], job_id: int, percent: int, stage: str) -> None:
    """Write how far a running job is."""
    await connection.execute(
        """
        UPDATE import_job SET done = %s, total = 100, summary = jsonb_set(summary, '{stage}', to_jsonb(%s::text))
        WHERE id = %s AND status = 'running'
        """,
        [percent, stage, job_id],
    )
