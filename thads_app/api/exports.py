"""Lists as Excel files: read chunk by chunk, written row by row to a file on disk, then sent; never whole in memory."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse
from xlsxwriter import Workbook

from models.enums import CASE_STATUS_LABELS, JUDGMENT_KIND_LABELS, SOURCE_LABELS
from models.personal_enums import ExportKind
from thads_app import clock
from thads_app.api.guard import signed_in_actor
from thads_app.rules.rights import Actor, Permission
from thads_app.services.case_lists import ExportedCase, stream_export
from thads_app.services.case_query import read_query
from thads_app.services.export_files import stamp_workbook
from thads_app.services.exports import ExportStamp, record_export

router = APIRouter()

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROW_LIMIT = 1_000_000
"""An Excel sheet ends a little above."""

HEADS: tuple[tuple[str, int], ...] = (
    ("Mã đơn vị", 10),
    ("Đơn vị", 24),
    ("Số QĐ THA", 18),
    ("Ngày QĐ THA", 12),
    ("Nguồn thụ lý", 13),
    ("Số bản án", 20),
    ("Ngày bản án", 12),
    ("Cơ quan ban hành", 28),
    ("Loại án", 22),
    ("Người phải THA", 30),
    ("Người được THA", 30),
    ("Thu NSNN", 10),
    ("Tổ chức tín dụng", 15),
    ("Phải thi hành (đ)", 18),
    ("Đã thu (đ)", 18),
    ("Còn lại (đ)", 18),
    ("Mã chấp hành viên", 18),
    ("Chấp hành viên", 24),
    ("Trạng thái", 22),
    ("Từ ngày", 12),
    ("Ngày kết thúc", 13),
)


class CaseSheet:
    """The workbook being written. Texts are written as texts: none of them can become a formula."""

    def __init__(self, path: Path) -> None:
        self.book = Workbook(
            str(path), {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(path.parent)}
        )
        self.sheet = self.book.add_worksheet("Hồ sơ")
        self.date = self.book.add_format({"num_format": "dd/mm/yyyy"})
        self.money = self.book.add_format({"num_format": "#,##0"})
        bold = self.book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        self.sheet.freeze_panes(1, 3)
        for column, (head, width) in enumerate(HEADS):
            self.sheet.set_column(column, column, width)
            self.sheet.write_string(0, column, head, bold)
        self.row = 0

    def add(self, cases: list[ExportedCase]) -> bool:
        """Write a chunk; False when the sheet is full."""
        for case in cases:
            if self.row >= ROW_LIMIT:
                self.sheet.write_string(self.row + 1, 0, f"Danh sách còn dài hơn {ROW_LIMIT} dòng; hãy thêm điều kiện.")
                return False
            self.row += 1
            for column, value in enumerate(_cells(case)):
                self._write(column, value)
        return True

    def _write(self, column: int, value: object) -> None:
        if value is None or value == "":
            return
        if isinstance(value, int):
            self.sheet.write_number(self.row, column, value, self.money)
        elif isinstance(value, str):
            self.sheet.write_string(self.row, column, value)
        else:
            self.sheet.write_datetime(self.row, column, value, self.date)

    def close(self, stamp: ExportStamp) -> None:
        """Finish the file: who took it, when, for what, how many rows."""
        self.sheet.autofilter(0, 0, max(1, self.row), len(HEADS) - 1)
        self.book.set_properties({"comments": stamp.line})
        stamp_workbook(self.book, stamp, printed=[self.sheet])
        self.book.close()


def _cells(case: ExportedCase) -> tuple[Any, ...]:
    return (
        case.office_code,
        case.office_name,
        case.decision_number,
        case.decision_date,
        SOURCE_LABELS[case.source],
        case.judgment_number,
        case.judgment_date,
        case.issuing_body,
        JUDGMENT_KIND_LABELS[case.judgment_kind],
        case.debtor_name,
        case.creditor_name,
        "Có" if case.state_revenue else "",
        "Có" if case.credit_institution else "",
        case.amount,
        case.collected,
        case.outstanding,
        case.officer_code,
        case.officer_name,
        CASE_STATUS_LABELS[case.status],
        case.status_since,
        case.closed_on,
    )


@router.get("/api/exports/cases")
async def export_cases(request: Request, actor: Annotated[Actor, signed_in_actor(Permission.EXPORT)]) -> FileResponse:
    """The list that the parameters ask for (those of the list page), as far as the actor may see it."""
    query = read_query(request.query_params)
    folder = Path(tempfile.mkdtemp(prefix="thads-export-"))
    path = folder / "ho-so.xlsx"
    name = f"ho-so-{_stamp(clock.now())}.xlsx"
    try:
        sheet = await asyncio.to_thread(CaseSheet, path)
        async for chunk in stream_export(actor, query):
            if not await asyncio.to_thread(sheet.add, chunk):
                break
        asked = query.first_page().parameters()
        stamp = await record_export(actor, ExportKind.CASES, name, sheet.row, asked)
        await asyncio.to_thread(sheet.close, stamp)
    except BaseException:
        _remove(folder)
        raise
    return FileResponse(
        path,
        media_type=XLSX,
        filename=name,
        headers={"Cache-Control": "no-store"},
        background=BackgroundTask(_remove, folder),
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(clock.VIETNAM).strftime("%Y%m%d-%H%M")


def _remove(folder: Path) -> None:
    """The file, and the row file the writer leaves when it was stopped half way."""
    shutil.rmtree(folder, ignore_errors=True)
