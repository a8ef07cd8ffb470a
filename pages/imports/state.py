"""The import page: which import is shown, how far it is, what was wrong, what came before it."""

from __future__ import annotations

import asyncio
from typing import Any

import reflex as rx

from components.formats import format_number
from models.enums import JobStatus
from pages.frame import announce
from pages.imports.rows import HistoryRow, ProblemRow, history_row, problem_rows, result_of, size_of
from thads_app.auth.gate import current_actor, still_current_actor
from thads_app.auth.policy import policy
from thads_app.auth.reflex_internals import tab_is_open
from thads_app.errors import DomainError
from thads_app.messages import MESSAGES, sentence
from thads_app.rules.rights import Permission
from thads_app.services.importing.jobs import JobView, my_job, my_jobs, start_job, upload_limit

SECONDS_BETWEEN_LOOKS = 0.7
LONGEST_ID = 18


class ImportState(rx.State):
    """One import and the list of those before it, written out."""

    loaded: bool = False
    trouble: str = ""
    limit_label: str = ""
    job_id: str = ""
    file_name: str = ""
    result: str = ""
    size: str = ""
    running: bool = False
    percent: int = 0
    stage: str = ""
    rejected: bool = False
    failed: bool = False
    can_import: bool = False
    imported: bool = False
    problem_label: str = ""
    problems: list[ProblemRow] = []
    warnings: list[str] = []
    marked_href: str = ""
    history: list[HistoryRow] = []

    @rx.event(supersedes=True)
    @policy(Permission.IMPORT)
    async def load(self) -> Any:
        """Show the import the address names, and follow it while it runs."""
        asked = self.router.url.query_parameters
        code = asked.get("loi", "")
        limit = upload_limit() // 2**20
        self.limit_label = f"Tệp .xlsx, tối đa {limit} MB."
        self.trouble = sentence(code, limit=limit) if code in MESSAGES else ""
        await self._show(asked.get("viec", ""))
        self.loaded = True
        return ImportState.follow if self.running else None

    @rx.event
    @policy(Permission.IMPORT)
    async def import_now(self) -> Any:
        """Import the workbook that was checked."""
        try:
            await start_job(current_actor(), _id_of(self.job_id), dry_run=False)
        except DomainError as problem:
            self.trouble = sentence(problem)
        await self._show(self.job_id)
        return ImportState.follow if self.running else None

    @rx.event(background=True)
    @policy(Permission.IMPORT)
    async def follow(self) -> None:
        """Look again and again until the import has ended, the page shows another, or the tab is closed."""
        async with self:
            followed, tab = self.job_id, self.router.session.client_token
        while tab_is_open(tab):
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            if await still_current_actor() is None:
                return
            async with self:
                if self.job_id != followed or not self.running:
                    return
                await self._show(followed)
                if not self.running:
                    await self._tell()
                    return

    async def _show(self, wanted: str) -> None:
        actor = current_actor()
        jobs = await my_jobs(actor)
        self.history = [history_row(job) for job in jobs]
        try:
            job = await my_job(actor, _id_of(wanted)) if wanted else None
        except DomainError as problem:
            job, self.trouble = None, sentence(problem)
        self.job_id = str(job.id) if job else ""
        if job is not None:
            self._write(job)

    def _write(self, job: JobView) -> None:
        self.file_name, self.result, self.size = job.file_name, result_of(job), size_of(job)
        self.running, self.percent, self.stage = not job.finished, job.percent, job.stage or "Đang chờ"
        self.rejected, self.failed = job.status is JobStatus.REJECTED, job.status is JobStatus.FAILED
        self.can_import = job.can_import
        self.imported = job.status is JobStatus.DONE and not job.dry_run
        self.problems, self.warnings = problem_rows(job), job.warnings
        self.marked_href = f"/api/imports/{job.id}/errors.xlsx" if job.has_marked_copy else ""
        listed = len(job.problems)
        more = f", dưới đây là {listed} lỗi đầu" if job.problem_count > listed else ""
        count = format_number(job.problem_count)
        self.problem_label = job.refusal or f"Tệp có {count} lỗi{more}. Chưa ghi gì; hãy sửa rồi tải lên lại."

    async def _tell(self) -> None:
        if self.imported:
            await announce(self, f"Đã nhập {self.size}.")
        elif self.can_import:
            await announce(self, "Tệp đúng, có thể nhập.")
        else:
            await announce(self, self.result, "alert")


def _id_of(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0
