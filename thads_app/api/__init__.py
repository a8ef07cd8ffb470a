"""HTTP beside the pages: sign-in, files, exports, health. `build_api` gathers the areas; each exposes `router`."""

import importlib
from urllib.parse import urlsplit

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.responses import Response

from thads_app.api.guard import require_policies
from thads_app.auth.incidents import note_incident
from thads_app.auth.plain_pages import plain_page, wants_page
from thads_app.auth.requests import safe_next
from thads_app.errors import DomainError, Invalid
from thads_app.messages import field_sentences, sentence

# Each of these modules exposes `router: APIRouter`; every route of it states a policy (see `guard`).
AREAS = (
    "thads_app.api.administration",
    "thads_app.api.auth",
    "thads_app.api.exports",
    "thads_app.api.handovers",
    "thads_app.api.health",
    "thads_app.api.imports",
    "thads_app.api.oidc",
    "thads_app.api.personal_data",
    "thads_app.api.reports",
    "thads_app.api.v1",
)

# Routes that take more than an ordinary form: path prefix → bytes. They must read what they get as a stream.
LARGER_BODIES: dict[str, int] = {"/api/imports": 512 * 2**20, "/api/administration/roster": 16 * 2**20}


# What heads the page shown to a browser that followed a link to a file it cannot have.
_TITLES = {400: "Chưa thực hiện được", 401: "Cần đăng nhập", 403: "Không có quyền", 404: "Không tìm thấy",
           429: "Quá nhiều lần trong thời gian ngắn", 503: "Hệ thống đang bận"}  # fmt: skip


def build_api() -> FastAPI:
    """The HTTP app with the routes of every area.

    Raises:
        RuntimeError: a route states no policy.
    """
    api = FastAPI(title="THADS", docs_url=None, redoc_url=None, openapi_url=None)
    for area in AREAS:
        api.include_router(importlib.import_module(area).router)
    require_policies(api)
    add_error_answers(api)
    return api


def add_error_answers(api: FastAPI) -> None:
    """Answer every error with its code and its Vietnamese sentence, and nothing else."""
    api.add_exception_handler(DomainError, _domain_error)
    api.add_exception_handler(RequestValidationError, _invalid_request)
    api.add_exception_handler(HTTPException, _http_error)
    api.add_exception_handler(Exception, _unforeseen)


async def _domain_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, DomainError):
        raise error
    if wants_page(request.headers):
        title = _TITLES.get(error.status, _TITLES[400])
        return plain_page(title, sentence(error), error.status, back=_came_from(request), headers=error.headers)
    content: dict[str, object] = {"code": error.code, "message": sentence(error)}
    if isinstance(error, Invalid):
        content["fields"] = field_sentences(error.fields)
    return JSONResponse(content, status_code=error.status, headers=error.headers)


def _came_from(request: Request) -> str:
    """The page of ours the browser was on, to go back to."""
    before = urlsplit(request.headers.get("referer", ""))
    return safe_next(before.path + (f"?{before.query}" if before.query else "")) or "/"


async def _invalid_request(_request: Request, _error: Exception) -> JSONResponse:
    # Never the value itself: it may be a password or personal data.
    return JSONResponse({"code": "invalid", "message": sentence("invalid")}, status_code=422)


async def _http_error(_request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {401: "signed_out", 403: "forbidden", 404: "not_found"}.get(status, "refused")
    return JSONResponse({"code": code, "message": sentence(code)}, status_code=status)


async def _unforeseen(request: Request, error: Exception) -> Response:
    number = note_incident(error)
    if wants_page(request.headers):
        return plain_page("Có lỗi ngoài dự kiến", sentence("incident", number=number), 500)
    return JSONResponse(
        {"code": "incident", "message": sentence("incident", number=number), "number": number}, status_code=500
    )
