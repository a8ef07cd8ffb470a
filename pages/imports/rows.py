"""An import as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from components.formats import format_number
from models.enums import JobStatus
from thads_app.rules.vietnamese import format_moment
from thads_app.services.importing.jobs import JobView

RESULTS = {
    JobStatus.QUEUED: "Đang chờ",
    JobStatus.RUNNING: "Đang xử lý",
    JobStatus.REJECTED: "Có lỗi, chưa ghi gì",
    JobStatus.FAILED: "Gặp sự cố, chưa ghi gì",
}


@dataclass(frozen=True)
class ProblemRow:
    """One mistake of the workbook."""

    key: str
    sheet: str
    row: str
    column: str
    value: str
    why: str


@dataclass(frozen=True)
class HistoryRow:
    """One earlier import."""

    id: str
    href: str
    file_name: str
    at: str
    result: str
    size: str


def result_of(job: JobView) -> str:
    """How an import stands, in words."""
    if job.status is JobStatus.DONE:
        return "Đã kiểm tra, chưa nhập" if job.dry_run else "Đã nhập"
    return RESULTS[job.status]


def size_of(job: JobView) -> str:
    """What an import brought, or would bring."""
    if job.status is not JobStatus.DONE:
        return f"{format_number(job.problem_count)} lỗi" if job.problem_count else ""
    parts = [f"{format_number(job.cases)} việc", f"{format_number(job.events)} sự kiện"]
    if job.officers:
        parts.append(f"{format_number(job.officers)} chấp hành viên mới")
    if job.late:
        parts.append(f"{format_number(job.late)} sự kiện ghi nhận muộn")
    return " · ".join(parts)


def history_row(job: JobView) -> HistoryRow:
    """An import as a row of the list."""
    return HistoryRow(
        str(job.id),
        f"/nhap-du-lieu?viec={job.id}",
        job.file_name,
        format_moment(job.created_at),
        result_of(job),
        size_of(job),
    )


def problem_rows(job: JobView) -> list[ProblemRow]:
    """The mistakes listed on screen."""
    return [ProblemRow(str(place), *parts) for place, parts in enumerate(job.problems)]
