"""Every route says who may use it, by a dependency that also checks it: `Depends(RoutePolicy(…))`."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from thads_app.auth import limits
from thads_app.auth.policy import Needs, NeedWord, Verdict, judge, needs, rights_of
from thads_app.auth.request_log import name_account, name_route
from thads_app.auth.requests import address_group, client_address, comes_from_us, session_cookie
from thads_app.errors import Forbidden
from thads_app.logs import request_id
from thads_app.rules.rights import Actor, Permission
from thads_app.services import own_account, sessions
from thads_app.services.auditing import note_refusal
from thads_app.services.sessions import SignedIn, Stage

_FIRST = {
    Verdict.ENTER_CODE_FIRST: "second_first",
    Verdict.CHANGE_PASSWORD_FIRST: "password_first",
    Verdict.SET_UP_FIRST: "set_up_first",
}
_WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


_Pair = tuple[limits.Limit | None, limits.Limit]
_API: _Pair = (limits.API_BY_ACCOUNT, limits.API_BY_ADDRESS)
_SIGN_IN: _Pair = (None, limits.SIGN_IN_BY_ADDRESS)
_EXPORT: _Pair = (limits.EXPORT_BY_ACCOUNT, limits.EXPORT_BY_ADDRESS)
_IMPORT: _Pair = (limits.IMPORT_BY_ACCOUNT, limits.IMPORT_BY_ADDRESS)
_OTHER: _Pair = (limits.ROUTE_BY_ACCOUNT, limits.ROUTE_BY_ADDRESS)


def _limits_of(request: Request, demanded: Needs) -> _Pair:
    """How often the route may be used, by what it demands."""
    if Permission.EXPORT in demanded:
        return _EXPORT
    if Permission.IMPORT in demanded and request.method in _WRITING:
        return _IMPORT
    if request.method in _WRITING and request.url.path.startswith("/api/auth/"):
        return _SIGN_IN
    return _OTHER


def _spend(pair: _Pair, account: str, address: str) -> None:
    limits.spend(pair[0], account, pair[1], address_group(address) if address else "")


class RoutePolicy:
    """What a route for people demands; as a dependency it yields the caller (`SignedIn`, or None when public)."""

    def __init__(self, *words: NeedWord) -> None:
        self.demanded: Needs = needs(*words)

    async def __call__(self, request: Request) -> SignedIn | None:
        """Resolve the session and check it.

        Raises:
            Forbidden: not signed in (401), not allowed (403), or a post from another site's page.
            Refused: too often (429).
        """
        name_route(_pattern(request))
        if request.method in _WRITING and not comes_from_us(request.headers):
            raise Forbidden("foreign_origin")
        address = client_address(request)
        _spend(_limits_of(request, self.demanded), "", address)
        secret = session_cookie(request.headers.get("cookie", ""))
        caller = await sessions.resolve(secret, address=address) if secret else None
        if caller is not None:
            name_account(caller.actor.account_id)
            _spend(_limits_of(request, self.demanded), str(caller.actor.account_id), "")
            caller = replace(caller, actor=replace(caller.actor, request_id=request_id()))
        await _admit(request, self.demanded, caller)
        return caller


class TokenPolicy:
    """What a route of `/api/v1` demands of the bearer token; as a dependency it yields the token's actor."""

    def __init__(self, *words: NeedWord) -> None:
        self.demanded: Needs = needs(*words)

    async def __call__(self, request: Request, authorization: Annotated[str, Header()] = "") -> Actor:
        """Resolve the token and check it.

        Raises:
            Forbidden: no valid token (401), or its account lacks the right (403).
            Refused: too often (429).
        """
        name_route(_pattern(request))
        address = client_address(request)
        _spend(_API, "", address)
        scheme, _, secret = authorization.partition(" ")
        actor = None
        if scheme.lower() == "bearer":
            actor = await own_account.actor_of_token(secret.strip(), address=address)
        if actor is None:
            raise Forbidden("signed_out", status=401)
        name_account(actor.account_id)
        _spend(_API, str(actor.account_id), "")
        actor = replace(actor, request_id=request_id())
        await _admit(request, self.demanded, SignedIn(actor, Stage.FULL, ""))
        return actor


def signed_in_actor(*words: NeedWord) -> object:
    """Give a route the actor of the cookie: annotate its argument with `Annotated[Actor, …]` around this."""
    return Depends(_ActorOf(*words))


def api_actor(*words: NeedWord) -> object:
    """Give a route the actor of the bearer token: annotate its argument with `Annotated[Actor, …]` around this."""
    return Depends(TokenPolicy(*words))


class _ActorOf(RoutePolicy):
    async def __call__(self, request: Request) -> Actor:  # type: ignore[override]
        caller = await super().__call__(request)
        if caller is None:
            raise Forbidden("signed_out", status=401)
        return caller.actor


def _pattern(request: Request) -> str:
    """The route's pattern, as `/api/v1/cases/{case_id}`."""
    return str(getattr(request.scope.get("route"), "path", ""))


async def _admit(request: Request, demanded: Needs, caller: SignedIn | None) -> None:
    verdict = judge(demanded, caller)
    if verdict is Verdict.FORBIDDEN and caller is not None:
        await note_refusal(caller.actor, "route", _pattern(request), rights_of(demanded))
    _require(verdict)


def _require(verdict: Verdict) -> None:
    if verdict is Verdict.SIGN_IN_FIRST:
        raise Forbidden("signed_out", status=401)
    if verdict in _FIRST:
        raise Forbidden(_FIRST[verdict])
    if verdict is Verdict.FORBIDDEN:
        raise Forbidden


def route_policies(api: FastAPI) -> Iterator[tuple[str, Needs | None]]:
    """The path of every route with what it demands; None where nothing was stated, or what it is cannot be told."""
    yield from _policies(api.routes)


def _policies(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, Needs | None]]:
    for route in routes:
        included = getattr(route, "original_router", None)  # how FastAPI keeps an included router
        if included is not None:
            yield from _policies(included.routes)
        elif isinstance(route, APIRoute):
            yield route.path, _demanded(route.dependant)
        else:
            yield getattr(route, "path", repr(route)), None


def _demanded(dependant: Dependant) -> Needs | None:
    for part in dependant.dependencies:
        if isinstance(part.call, RoutePolicy | TokenPolicy):
            return part.call.demanded
        if (inner := _demanded(part)) is not None:
            return inner
    return None


def require_policies(api: FastAPI) -> None:
    """Refuse to start with a route that states no policy.

    Raises:
        RuntimeError: names the routes.
    """
    bare = [path for path, demanded in route_policies(api) if demanded is None]
    if bare:
        raise RuntimeError(f"routes without a policy: {', '.join(bare)}")
