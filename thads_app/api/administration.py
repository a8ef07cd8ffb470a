"""Workbooks of administrators, in and out: lists of people for new accounts, their passwords, the yearly review."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, RedirectResponse, Response

from thads_app.api.guard import signed_in_actor
from thads_app.errors import DomainError
from thads_app.rules.rights import Actor, Permission
from thads_app.services.administration import bulk_accounts, review
from thads_app.services.importing.uploads import Upload

router = APIRouter(prefix="/api/administration", include_in_schema=False)

PAGE = "/quan-tri/tai-khoan/nhap"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Administrator = Annotated[Actor, signed_in_actor(Permission.ACCOUNT_MANAGE)]
Reference = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


@router.get("/roster/template.xlsx")
def template(_actor: Administrator) -> Response:
    """The empty workbook of people to fill in."""
    return _workbook(bulk_accounts.roster_template(), "Mẫu danh sách tài khoản THADS.xlsx")


@router.post("/roster")
async def upload(request: Request, actor: Administrator) -> Response:
    """Take a workbook of people from the page's form and go back to the page, which says what it would do."""
    arriving = bulk_accounts.folder() / f"{uuid4().hex}.part"
    try:
        with Upload(request.headers.get("content-type", ""), arriving, bulk_accounts.LARGEST_BYTES) as taken:
            async for piece in request.stream():
                taken.feed(piece)
            taken.keep()
        reference = bulk_accounts.take_roster(actor, arriving, taken.name)
    except DomainError as refused:
        return RedirectResponse(f"{PAGE}?loi={refused.code}", 303)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        arriving.unlink(missing_ok=True)
    return RedirectResponse(f"{PAGE}?tep={reference}", 303)


@router.get("/roster/{reference}/errors.xlsx")
def marked_copy(reference: Reference, actor: Administrator) -> Response:
    """One's own workbook with the bad cells marked.

    Raises:
        NotFound: no such workbook of the caller's.
    """
    path, name = bulk_accounts.marked_copy(actor, reference)
    return FileResponse(path, media_type=XLSX, headers=_as_file(name))


@router.post("/roster/{reference}/passwords.xlsx")
async def passwords(reference: Reference, actor: Administrator) -> Response:
    """The temporary passwords of the accounts one has just made, once.

    Raises:
        Refused: they were taken already, or too long ago.
    """
    content, name = await bulk_accounts.take_passwords(actor, reference)
    return _workbook(content, name)


@router.get("/review.xlsx")
async def review_list(request: Request, actor: Administrator) -> Response:
    """What the yearly review shows, as a workbook."""
    content, name = await review.export_review(actor, review.review_query(request.query_params))
    return _workbook(content, name)


def _workbook(content: bytes, name: str) -> Response:
    return Response(content, media_type=XLSX, headers=_as_file(name))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
