"""Workbooks in and out for people signed in: the template, the upload, the marked copy."""

from __future__ import annotations

from io import BytesIO
from typing import Annotated
from urllib.parse import quote
from uuid import uuid4

from fastapi import APIRouter, Path, Request
from starlette.requests import ClientDisconnect
from starlette.responses import FileResponse, RedirectResponse, Response

from thads_app.api.guard import signed_in_actor
from thads_app.errors import DomainError
from thads_app.rules.rights import Actor, Permission
from thads_app.services.importing.jobs import my_marked_copy, take_upload, upload_limit, uploads_folder
from thads_app.services.importing.template import write_template
from thads_app.services.importing.uploads import Upload

router = APIRouter(prefix="/api/imports", include_in_schema=False)

PAGE = "/nhap-du-lieu"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Importer = Annotated[Actor, signed_in_actor(Permission.IMPORT)]


@router.get("/template.xlsx")
def template(_actor: Importer) -> Response:
    """The empty workbook to fill in."""
    held = BytesIO()
    write_template(held)
    return Response(held.getvalue(), media_type=XLSX, headers=_as_file("Mẫu nhập hồ sơ THADS.xlsx"))


@router.post("")
async def upload(request: Request, actor: Importer) -> Response:
    """Take a workbook from the page's form, begin to check it, and go back to the page, which shows how it goes.

    An upload beyond the limit is still read to its end, and thrown away, so that the browser shows our answer.
    """
    arriving = uploads_folder() / f"{uuid4().hex}.part"
    try:
        with Upload(request.headers.get("content-type", ""), arriving, upload_limit()) as taken:
            async for piece in request.stream():
                taken.feed(piece)
            taken.keep()
        job_id = await take_upload(actor, arriving, taken.name)
    except DomainError as refused:
        return RedirectResponse(f"{PAGE}?loi={refused.code}", 303)
    except ClientDisconnect:
        return Response(status_code=400)
    finally:
        arriving.unlink(missing_ok=True)
    return RedirectResponse(f"{PAGE}?viec={job_id}", 303)


@router.get("/{job_id}/errors.xlsx")
async def marked_copy(job_id: Annotated[int, Path(ge=1, lt=2**63)], actor: Importer) -> Response:
    """The workbook of one's own refused import, with the bad cells marked.

    Raises:
        NotFound: no such import of the caller's.
    """
    path, name = await my_marked_copy(actor, job_id)
    return FileResponse(path, media_type=XLSX, headers=_as_file(name))


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
