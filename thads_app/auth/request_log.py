"""One line in the log per request, and a number for it that the answer carries too."""

from __future__ import annotations

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thads_app import logs
from thads_app.auth.incidents import note_incident
from thads_app.auth.plain_pages import plain_page, wants_page
from thads_app.errors import DomainError
from thads_app.messages import sentence

log = structlog.stdlib.get_logger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_QUIET = frozenset({"", "/healthz", "/readyz", "/metrics"})
_FAILED = 500
_WRONG = 400
_seconds = Histogram("thads_request_seconds", "Time to answer a request, files of the front end aside", ["route"])


def name_route(pattern: str) -> None:
    """Say which route answers the request: its pattern, never the address that was asked for."""
    if (trace := logs.current_trace()) is not None:
        trace.route = pattern


def name_account(account_id: int | None) -> None:
    """Say on whose behalf the request came."""
    if (trace := logs.current_trace()) is not None:
        trace.account_id = account_id


class RequestLog:
    """Wraps the whole HTTP app, outermost."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Number the request, pass it on, and note how it ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = logs.begin("request")
        status, whole = 0, False

        async def noted(message: Message) -> None:
            nonlocal status, whole
            whole = message["type"] == "http.response.body" and not message.get("more_body", False)
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = trace.request_id
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except Exception as failed:
            if whole:  # whoever answered has noted it
                return
            if isinstance(failed, DomainError) and not status:  # from around the routes, as the gate of pages
                await _refused(scope, failed)(scope, receive, noted)
                return
            number = note_incident(failed)
            if status:
                raise
            await _failed(scope, number)(scope, receive, noted)
        finally:
            _note(trace, scope["method"], status or _FAILED)


def _refused(scope: Scope, error: DomainError) -> Response:
    told = sentence(error)
    if wants_page(Headers(scope=scope)):
        return plain_page("Chưa thực hiện được", told, error.status, headers=error.headers)
    return JSONResponse({"code": error.code, "message": told}, error.status, headers=error.headers)


def _failed(scope: Scope, number: str) -> Response:
    told = sentence("incident", number=number)
    if wants_page(Headers(scope=scope)):
        return plain_page("Có lỗi ngoài dự kiến", told, _FAILED)
    return JSONResponse({"code": "incident", "message": told, "number": number}, _FAILED)


def _note(trace: logs.Trace, method: str, status: int) -> None:
    """Files of the front end and probes are noted only when they fail."""
    if trace.route:
        _seconds.labels(trace.route).observe(trace.milliseconds / 1000)
    if trace.route in _QUIET and status < _WRONG:
        return
    log.info(
        "request",
        method=method if method in _METHODS else "other",
        route=trace.route or "unknown",
        status=status,
        ms=trace.milliseconds,
    )
