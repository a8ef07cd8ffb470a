"""Assembles the app: gate, HTTP, lifespan, pages. Nothing else lives here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import reflex as rx
from starlette.types import ASGIApp

from components.connection import app_wraps
from components.elements import asset_url
from components.head import STYLESHEETS, head_components
from pages.auth.notice import session_notice
from pages.registry import page_rules, register_pages
from thads_app import clock, db, logs
from thads_app.api import LARGER_BODIES, build_api
from thads_app.auth.body_limit import BodyLimit
from thads_app.auth.gate import Gate
from thads_app.auth.headers import SecureHeaders
from thads_app.auth.open_tabs import follow_rights_forever
from thads_app.auth.page_gate import PageGate
from thads_app.auth.request_log import RequestLog
from thads_app.auth.session_state import on_backend_error, on_frontend_error
from thads_app.auth.socket_door import SocketDoor
from thads_app.auth.socket_guard import SocketGuard
from thads_app.jobs.folding import fold_forever
from thads_app.jobs.keep import keep_running
from thads_app.jobs.live import listen_forever
from thads_app.jobs.sealing import seal_forever
from thads_app.jobs.tidying import tidy_forever
from thads_app.rules.lateness import is_late
from thads_app.services.auditing import note_refusal_inside
from thads_app.serving import die_with_parent

# What each worker process does beside serving, for as long as it serves.
BACKGROUND: tuple[Callable[[], Awaitable[None]], ...] = (
    fold_forever,
    seal_forever,
    tidy_forever,
    listen_forever,
    follow_rights_forever,
)


@asynccontextmanager
async def resources() -> AsyncIterator[None]:
    """Hold what each worker process needs for as long as it serves."""
    die_with_parent()
    logs.configure()
    db.tell_of_refusals(note_refusal_inside)
    running: list[asyncio.Future[Any]] = [asyncio.ensure_future(keep_running(work)) for work in BACKGROUND]
    # The calendar of holidays takes a second or two to load: not while somebody waits for the first save.
    running.append(asyncio.ensure_future(asyncio.to_thread(is_late, clock.today(), clock.today(), 1)))
    yield
    for task in running:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*running, return_exceptions=True)
    await db.dispose()


def guard_http(app: ASGIApp) -> ASGIApp:
    """Put around the app, outermost first: the socket's door, headers, the log, limits of bodies, the gate of pages."""
    return SocketDoor(SecureHeaders(RequestLog(BodyLimit(PageGate(app, page_rules()), LARGER_BODIES))))


app = rx.App(
    html_lang="vi",
    stylesheets=[*STYLESHEETS, "/css/sign_in.css", "/css/dashboard.css", "/css/rights.css"],
    head_components=[
        *head_components(),
        *(rx.el.script(src=asset_url(name), defer=True) for name in ("sign_in.js", "pictures.js")),
    ],
    app_wraps={**app_wraps(), (4, "SessionNotice"): lambda stateful: session_notice() if stateful else None},
    toaster=None,
    api_transformer=[build_api(), guard_http],
    backend_exception_handler=on_backend_error,
    frontend_exception_handler=on_frontend_error,
)
app.add_middleware(Gate())
SocketGuard().install(app)
app.register_lifespan_task(resources)
register_pages(app)
