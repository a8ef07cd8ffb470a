"""The browser's way to an identity provider and back, and the provider's own call that somebody signed out there."""

from __future__ import annotations

import hmac
import json
import time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from prometheus_client import Counter
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from thads_app.api.auth import let_in
from thads_app.api.farewell import our_address
from thads_app.api.guard import RoutePolicy
from thads_app.auth import oidc
from thads_app.auth.landing import SIGN_IN_PAGE, SINGLE_SIGN_ON_CODES
from thads_app.auth.oidc import ProviderError
from thads_app.auth.providers import IdentityProvider
from thads_app.auth.requests import client_address, safe_next, session_cookie
from thads_app.auth.sealing import UnsealableError, seal, unseal
from thads_app.errors import NotFound, Refused
from thads_app.services import single_sign_on
from thads_app.settings import get_settings

router = APIRouter(prefix="/api/auth", include_in_schema=False)
_outcomes = Counter("thads_single_sign_ons", "Attempts to sign in with an identity provider", ["outcome"])

_STATE, _STATE_SECONDS = "oidc-state", 600
_OF_PROVIDER = {"unreachable": "sso_unreachable"}  # everything else a provider gets wrong is `sso_invalid`
_CANCELLED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})
_Short = Annotated[str, Query(max_length=4000)]
_Public = Annotated[object, Depends(RoutePolicy("public"))]


class _BroughtBack(BaseModel):
    """What a provider adds to the address it sends a browser back to."""

    code: str = Field(default="", max_length=4000)
    state: str = Field(default="", max_length=400)
    error: str = Field(default="", max_length=400)
    iss: str | None = Field(default=None, max_length=400)


@router.get("/ways")
async def ways(_public: _Public) -> JSONResponse:
    """How people may sign in here: with a password of ours, or with which providers."""
    settings = get_settings()
    providers = [{"id": each.id, "label": each.label} for each in settings.oidc_providers]
    return JSONResponse({"password": settings.local_sign_in, "providers": providers})


@router.get("/oidc/{provider_id}/start")
async def start(request: Request, provider_id: str, _public: _Public, tiep: _Short = "") -> RedirectResponse:
    """Send the browser to the provider, with a sealed note of what it must bring back.

    A page of another site cannot begin this for somebody: their browser is shown the sign-in page, with the button.
    """
    provider = _provider(provider_id)
    if request.headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
        wanted = safe_next(tiep)
        return _see(f"{SIGN_IN_PAGE}?{urlencode({'tiep': wanted})}" if wanted else SIGN_IN_PAGE)
    try:
        asked = await oidc.ask(provider, redirect_uri=callback_address(provider))
    except ProviderError as failed:
        return await _refused(request, provider, _OF_PROVIDER.get(failed.code, "sso_invalid"), failed.code)
    note = {"state": asked.state, "nonce": asked.nonce, "verifier": asked.verifier, "next": safe_next(tiep),
            "until": int(time.time()) + _STATE_SECONDS}  # fmt: skip
    answer = _see(asked.address)
    _keep_note(answer, seal(_STATE, json.dumps(note), bound_to=provider.id))
    return answer


@router.get("/oidc/{provider_id}/callback")
async def callback(
    request: Request,
    provider_id: str,
    _public: _Public,
    back: Annotated[_BroughtBack, Query()],
) -> RedirectResponse:
    """The browser comes back: check everything, find the account, open a session."""
    provider = _provider(provider_id)
    note = _note_of(request, provider)
    if note is None or not hmac.compare_digest(str(note["state"]).encode(), back.state.encode()):
        return await _refused(request, provider, "sso_expired", "state")
    if back.error or not back.code:
        reason = "sso_cancelled" if back.error in _CANCELLED else "sso_invalid"
        return await _refused(request, provider, reason, "cancelled" if back.error in _CANCELLED else "provider_error")
    try:
        who = await oidc.identify(
            provider, code=back.code, verifier=str(note["verifier"]), nonce=str(note["nonce"]), issuer=back.iss,
            redirect_uri=callback_address(provider),
        )  # fmt: skip
        opened = await single_sign_on.sign_in(
            provider, subject=who.subject, sid=who.sid, claims=who.claims, methods=who.methods, id_token=who.id_token,
            address=client_address(request), user_agent=request.headers.get("user-agent", ""),
            replaces=session_cookie(request.headers.get("cookie", "")),
        )  # fmt: skip
    except ProviderError as failed:
        return await _refused(request, provider, _OF_PROVIDER.get(failed.code, "sso_invalid"), failed.code)
    except Refused as refusal:
        return await _refused(request, provider, refusal.code, refusal.code)
    _outcomes.labels("opened").inc()
    answer = let_in(opened, safe_next(str(note["next"])))
    _drop_note(answer)
    return answer


@router.post("/oidc/{provider_id}/backchannel-logout")
async def backchannel_logout(
    provider_id: str, _public: _Public, logout_token: Annotated[str, Form(max_length=20_000)] = ""
) -> Response:
    """The provider tells that somebody signed out there: their sessions here end (Back-Channel Logout 1.0)."""
    provider = _provider(provider_id)
    kept = {"Cache-Control": "no-store"}
    try:
        told = await oidc.logout_of(provider, logout_token)
        await single_sign_on.end_sessions(provider, subject=told.subject, sid=told.sid, jti=told.jti)
    except (ProviderError, Refused):
        _outcomes.labels("logout_refused").inc()
        return JSONResponse({"error": "invalid_request"}, 400, headers=kept)
    _outcomes.labels("signed_out_there").inc()
    return Response(status_code=200, headers=kept)


@router.get("/oidc/{provider_id}/signed-out")
async def signed_out(provider_id: str, _public: _Public) -> RedirectResponse:
    """The browser comes back from signing out at the provider."""
    _provider(provider_id)
    return _see(f"{SIGN_IN_PAGE}?loi=da-ra")


def callback_address(provider: IdentityProvider) -> str:
    """Where the provider sends browsers back to; registered there letter by letter."""
    return our_address(provider, "callback")


def _provider(provider_id: str) -> IdentityProvider:
    found = next((each for each in get_settings().oidc_providers if each.id == provider_id), None)
    if found is None:
        raise NotFound
    return found


async def _refused(request: Request, provider: IdentityProvider, code: str, reason: str) -> RedirectResponse:
    _outcomes.labels(code).inc()
    await single_sign_on.note_refusal(provider.id, reason, client_address(request))
    answer = _see(f"{SIGN_IN_PAGE}?{urlencode({'loi': SINGLE_SIGN_ON_CODES[code]})}")
    _drop_note(answer)
    return answer


# --- the note the browser carries -------------------------------------------------------------------------------------


def _note_of(request: Request, provider: IdentityProvider) -> dict[str, object] | None:
    """What was sealed when this very browser was sent to this very provider; None when too old, forged or missing."""
    try:
        note = json.loads(unseal(_STATE, request.cookies.get(_note_name(), ""), bound_to=provider.id))
    except (UnsealableError, ValueError):
        return None
    return note if note["until"] >= time.time() else None


def _note_name() -> str:
    return "__Host-thads-oidc" if get_settings().secure_cookies else "thads_oidc"


def _keep_note(answer: Response, sealed: str) -> None:
    # Lax: the browser brings it along when the provider sends it back, which is a navigation from another site.
    answer.set_cookie(
        _note_name(), sealed, max_age=_STATE_SECONDS, path="/", secure=get_settings().secure_cookies, httponly=True,
        samesite="lax",
    )  # fmt: skip


def _drop_note(answer: Response) -> None:
    answer.delete_cookie(_note_name(), path="/", secure=get_settings().secure_cookies, httponly=True, samesite="lax")


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})
