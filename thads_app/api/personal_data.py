"""The registers of personal data as Excel files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from models.personal_enums import (
    DATA_REQUEST_KIND_LABELS,
    DATA_REQUEST_STATUS_LABELS,
    REQUEST_CHANNEL_LABELS,
    ExportKind,
)
from thads_app import clock
from thads_app.api.guard import signed_in_actor
from thads_app.rules.rights import Actor, Permission
from thads_app.services.data_requests import RequestQuery, RequestView, list_requests
from thads_app.services.export_files import table_workbook
from thads_app.services.exports import record_export
from thads_app.services.processing import list_activities

router = APIRouter(prefix="/api/personal-data", include_in_schema=False)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 10_000
Keeper = Annotated[Actor, signed_in_actor(Permission.PRIVACY_MANAGE)]

_REQUEST_HEADS = [
    ("Số", 12), ("Đơn vị", 28), ("Ngày nhận", 12), ("Cách nhận", 22), ("Người yêu cầu", 26), ("Yêu cầu", 24),
    ("Nội dung", 50), ("Phản hồi trước", 14), ("Đã phản hồi", 12), ("Xong trước", 12), ("Gia hạn", 12),
    ("Phụ trách", 24), ("Trạng thái", 22), ("Kết thúc", 12), ("Trả lời, căn cứ", 50),
]  # fmt: skip
_ACTIVITY_HEADS = [
    ("Mã", 10), ("Hoạt động", 32), ("Mục đích", 44), ("Căn cứ pháp lý", 44), ("Chủ thể dữ liệu", 32), ("Dữ liệu", 44),
    ("Nơi nhận", 36), ("Thời hạn lưu", 36), ("Biện pháp bảo vệ", 44), ("Kết thúc", 12),
]  # fmt: skip


@router.get("/requests.xlsx")
async def requests_file(request: Request, actor: Keeper) -> Response:
    """The requests the address of the page asks for, without how the people are reached."""
    asked = dict(request.query_params)
    state = asked.get("trang-thai", "")
    query = RequestQuery(
        office=asked.get("don-vi", ""),
        open_only=state == "mo",
        closed_only=state == "xong",
        overdue_only=state == "qua-han",
    )
    page = await list_requests(actor, query, size=MOST_ROWS)
    name = f"yeu-cau-du-lieu-ca-nhan-{clock.today():%Y%m%d}.xlsx"
    stamp = await record_export(actor, ExportKind.DATA_REQUESTS, name, len(page.rows), asked)
    return _file(table_workbook("Yêu cầu", _REQUEST_HEADS, map(_request_cells, page.rows), stamp), name)


def _request_cells(view: RequestView) -> list[object]:
    return [
        view.label, view.office, view.received_on, REQUEST_CHANNEL_LABELS[view.channel], view.subject_name,
        DATA_REQUEST_KIND_LABELS[view.kind], view.content, view.respond_by, view.responded_on, view.due_on,
        view.extended_on, view.responsible, DATA_REQUEST_STATUS_LABELS[view.status], view.closed_on, view.answer,
    ]  # fmt: skip


@router.get("/processing.xlsx")
async def processing_file(actor: Keeper) -> Response:
    """The register of processing."""
    rows = await list_activities(actor)
    name = f"so-hoat-dong-xu-ly-{clock.today():%Y%m%d}.xlsx"
    stamp = await record_export(actor, ExportKind.PROCESSING, name, len(rows), {})
    cells: list[list[object]] = [[row.code, *row.texts.values(), row.ended_on] for row in rows]
    return _file(table_workbook("Hoạt động xử lý", _ACTIVITY_HEADS, cells, stamp), name)


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=XLSX, headers=headers)
