"""Signing in and out, and changing one's password: plain form posts, so that no password meets a socket or a state."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from prometheus_client import Counter
from starlette.responses import RedirectResponse, Response

from thads_app.api.farewell import farewell
from thads_app.api.guard import RoutePolicy, signed_in_actor
from thads_app.auth.landing import (
    CODE_PAGE,
    OWN_ACCOUNT,
    PASSWORD_PAGE,
    SET_UP_PAGE,
    SIGN_IN_PAGE,
    landing_path,
    waypoint,
)
from thads_app.auth.requests import (
    address_group,
    client_address,
    drop_session_cookie,
    safe_next,
    session_cookie,
    set_session_cookie,
)
from thads_app.errors import Invalid, Refused
from thads_app.rules.rights import Actor
from thads_app.services import own_account, sessions, two_factor
from thads_app.services.sessions import NewSession, SignedIn, Stage

router = APIRouter(prefix="/api/auth", include_in_schema=False)
_sign_ins = Counter("thads_sign_ins", "Attempts to sign in", ["outcome"])

# The sign-in page holds one hidden sentence per code; nothing that was typed ever comes back.
_FAILED, _BLOCKED, _BUSY = "sai", "khoa", "ban"
_SIGN_IN_CODES = {"sign_in_failed": _FAILED, "sign_in_blocked": _BLOCKED, "local_sign_in_off": "noi-bo-tat"}
_WRONG_CODE, _UNREADABLE = "ma-sai", "khong-doc"
_SECOND = "hl-"  # before codes of the second factor on one's own page, where the password's messages stand too
_FIELD_CODES = {
    "current_password_wrong": "hien-tai",
    "password_too_short": "ngan",
    "password_too_long": "dai",
    "password_obvious": "de-doan",
    "password_unchanged": "nhu-cu",
    "password_not_repeated": "khong-khop",
}

Typed = Annotated[str, Form(max_length=400)]


@router.post("/login")
async def login(
    request: Request,
    _public: Annotated[object, Depends(RoutePolicy("public"))],
    username: Typed = "",
    password: Typed = "",
    tiep: Typed = "",
) -> RedirectResponse:
    """Open a session and go on; back to the sign-in page with a code when refused."""
    address = client_address(request)
    wanted = safe_next(tiep)
    try:
        opened = await sessions.sign_in(
            username, password, address=address, address_group=address_group(address),
            user_agent=request.headers.get("user-agent", ""), replaces=_secret(request),
        )  # fmt: skip
    except Refused as refusal:
        code = _SIGN_IN_CODES.get(refusal.code, _BUSY)
        _sign_ins.labels(refusal.code).inc()
        query = {"loi": code}
        if code == _BLOCKED:
            query["phut"] = str(refusal.params["minutes"])
        return _see(f"{SIGN_IN_PAGE}?{urlencode(query | ({'tiep': wanted} if wanted else {}))}")
    _sign_ins.labels("opened").inc()
    return let_in(opened, wanted)


@router.post("/second")
async def second(
    request: Request,
    caller: Annotated[SignedIn, Depends(RoutePolicy("second_stage"))],
    code: Typed = "",
    tiep: Typed = "",
) -> RedirectResponse:
    """Take the code of the authenticator app, or a recovery code, and go on."""
    wanted = safe_next(tiep)
    along = {"tiep": wanted} if wanted else {}
    try:
        opened = await two_factor.pass_second(
            caller.actor, code, secret=_secret(request), address_group=address_group(client_address(request)),
            user_agent=request.headers.get("user-agent", ""),
        )  # fmt: skip
    except Invalid:
        _sign_ins.labels("second_failed").inc()
        return _see(f"{CODE_PAGE}?{urlencode({'loi': _WRONG_CODE} | along)}")
    except Refused as refusal:
        _sign_ins.labels(refusal.code).inc()
        told = _waiting(refusal) if refusal.code == "sign_in_blocked" else {"loi": _UNREADABLE}
        return _see(f"{CODE_PAGE}?{urlencode(told | along)}")
    _sign_ins.labels("opened").inc()
    return let_in(opened, wanted)


@router.post("/second/begin")
async def begin_second(
    request: Request, caller: Annotated[SignedIn, Depends(RoutePolicy("enrolling"))], current: Typed = ""
) -> RedirectResponse:
    """Propose a new secret for the authenticator app; the page then shows it."""
    page = SET_UP_PAGE if caller.stage is Stage.ENROL else OWN_ACCOUNT
    try:
        await two_factor.begin(caller.actor, current, address_group=address_group(client_address(request)))
    except Invalid:
        return _see(f"{page}?loi={_SECOND}hien-tai")
    except Refused as refusal:
        told = {"sign_in_blocked": f"khoa-{refusal.params.get('minutes')}", "sign_in_again": "lai"}.get(refusal.code)
        return _see(f"{page}?loi={_SECOND}{told}" if told else page)
    return _see(f"{page}#xac-thuc-hai-lop" if page == OWN_ACCOUNT else page)


@router.post("/logout")
async def logout(request: Request, _public: Annotated[object, Depends(RoutePolicy("public"))]) -> Response:
    """End this browser's session, and the provider's where one opened it."""
    secret = _secret(request)
    await sessions.sign_out(secret)
    return await _leave(sessions.hashed(secret))


@router.post("/logout-everywhere")
async def logout_everywhere(actor: Annotated[Actor, signed_in_actor("any_stage")]) -> Response:
    """End every session of the account, and the provider's where one opened this one."""
    await sessions.end_all_my_sessions(actor)
    return await _leave(actor.session_hash)


@router.post("/password")
async def change_password(
    request: Request,
    caller: Annotated[SignedIn, Depends(RoutePolicy("any_stage"))],
    current: Typed = "",
    new: Typed = "",
    repeated: Typed = "",
) -> RedirectResponse:
    """Change one's own password; every other session ends, this browser gets a new one."""
    page = PASSWORD_PAGE if caller.stage is Stage.PASSWORD else OWN_ACCOUNT
    if new != repeated:
        return _see(f"{page}?loi={_FIELD_CODES['password_not_repeated']}")
    try:
        opened = await own_account.change_own_password(
            caller.actor, current, new, secret=_secret(request), user_agent=request.headers.get("user-agent", ""),
            address_group=address_group(client_address(request)),
        )  # fmt: skip
    except Invalid as wrong:
        code = next(_FIELD_CODES.get(error.code, "de-doan") for error in wrong.fields.values())
        return _see(f"{page}?loi={code}")
    except Refused as refusal:
        minutes = f"&phut={refusal.params['minutes']}" if refusal.code == "sign_in_blocked" else ""
        return _see(f"{page}?loi={_BLOCKED if minutes else _BUSY}{minutes}")
    on = waypoint(opened.stage) or (
        f"{OWN_ACCOUNT}?xong=mat-khau" if page == OWN_ACCOUNT else landing_path(opened.actor)
    )
    answer = _see(on)
    set_session_cookie(answer, opened.secret)
    return answer


def let_in(opened: NewSession, wanted: str) -> RedirectResponse:
    """Give the browser its session and lead it to what is still missing, or to where it wanted to go."""
    on = waypoint(opened.stage)
    if on == CODE_PAGE and wanted:
        on += f"?{urlencode({'tiep': wanted})}"
    answer = _see(on or wanted or landing_path(opened.actor))
    set_session_cookie(answer, opened.secret)
    return answer


def _waiting(refusal: Refused) -> dict[str, str]:
    return {"loi": _BLOCKED, "phut": str(refusal.params["minutes"])}


def _secret(request: Request) -> str:
    return session_cookie(request.headers.get("cookie", ""))


def _see(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303, headers={"Cache-Control": "no-store"})


async def _leave(session_hash: str) -> Response:
    answer = await farewell(session_hash) or _see(f"{SIGN_IN_PAGE}?loi=da-ra")
    drop_session_cookie(answer)
    return answer
