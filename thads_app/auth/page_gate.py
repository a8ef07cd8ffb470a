"""The gate in front of page documents: nobody is sent the shell of a page they may not open."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thads_app.auth.landing import DETOURS, FORBIDDEN_PAGE, OWN_ACCOUNT, SIGN_IN_PAGE, WAYPOINTS, landing_path, waypoint
from thads_app.auth.policy import Needs, Verdict, judge, rights_of
from thads_app.auth.request_log import name_account, name_route
from thads_app.auth.requests import client_address, safe_next, session_cookie
from thads_app.services import sessions
from thads_app.services.auditing import note_refusal
from thads_app.services.sessions import SignedIn


@dataclass(frozen=True)
class PageRule:
    """A page's route, as `/ho-so/[case_id]`, and what it demands."""

    route: str
    demanded: Needs

    def pattern(self) -> re.Pattern[str]:
        """The paths of the page, in the shapes the built front end answers to."""
        parts = [r"[^/]+" if part.startswith("[") else re.escape(part) for part in self.route.strip("/").split("/")]
        return re.compile("/" + "/".join(parts))


class PageGate:
    """Wraps the whole HTTP app."""

    def __init__(self, app: ASGIApp, rules: Iterable[PageRule]) -> None:
        self._app = app
        self._rules = [(rule.pattern(), rule) for rule in rules]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a document request that must go elsewhere; pass on the rest."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        demanded = self._demanded(request)
        if demanded is not None and (elsewhere := await self._elsewhere(request, demanded)):
            answer: Response = RedirectResponse(elsewhere, status_code=303, headers={"Cache-Control": "no-store"})
            await answer(scope, receive, _not_kept(send))
            return
        if demanded is not None and "." not in scope["path"] and not scope["path"].endswith("/"):
            # The built pages are folders: answer at once instead of sending the browser to the path with a slash.
            scope = {**scope, "path": scope["path"] + "/"}
        await self._app(scope, receive, _not_kept(send) if demanded is not None else send)

    def _demanded(self, request: Request) -> Needs | None:
        if request.method not in {"GET", "HEAD"}:
            return None
        path = _page_path(request.url.path)
        rule = next((rule for pattern, rule in self._rules if pattern.fullmatch(path)), None)
        if rule is None:
            return None
        name_route(rule.route)
        return rule.demanded

    async def _elsewhere(self, request: Request, demanded: Needs) -> str:
        """Where the browser must go instead; empty when the page is theirs to open."""
        path = _page_path(request.url.path)
        secret = session_cookie(request.headers.get("cookie", ""))
        caller = await sessions.resolve(secret, address=client_address(request)) if secret else None
        name_account(caller.actor.account_id if caller else None)
        if path == SIGN_IN_PAGE:
            return _after_sign_in(caller, request.query_params.get("tiep", "")) if caller else ""
        if path in WAYPOINTS and caller and path != waypoint(caller.stage):
            return waypoint(caller.stage) or OWN_ACCOUNT
        verdict = judge(demanded, caller)
        if verdict is Verdict.SIGN_IN_FIRST:
            return sign_in_path(request)
        if verdict in DETOURS:
            return DETOURS[verdict]
        if verdict is Verdict.FORBIDDEN:
            if caller is not None:
                await note_refusal(caller.actor, "page", path, rights_of(demanded))
            return FORBIDDEN_PAGE
        return landing_path(caller.actor) if path == "/" and caller else ""


def sign_in_path(request: Request) -> str:
    """The sign-in page that comes back to the requested page afterwards."""
    query = request.url.query
    wanted = safe_next(_page_path(request.url.path) + (f"?{query}" if query else ""))
    return SIGN_IN_PAGE + (f"?tiep={quote(wanted, safe='')}" if wanted not in ("", "/") else "")


def _after_sign_in(caller: SignedIn, wanted: str) -> str:
    return waypoint(caller.stage) or safe_next(wanted) or landing_path(caller.actor)


def _page_path(path: str) -> str:
    """The page's own path, whichever of the static shapes was asked for."""
    return path.removesuffix("/index.html").removesuffix(".html").rstrip("/").removesuffix("/index") or "/"


def _not_kept(send: Send) -> Send:
    async def with_header(message: Message) -> None:
        if message["type"] == "http.response.start":
            # Back after signing out must ask the server again, not show what the browser kept.
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return with_header
