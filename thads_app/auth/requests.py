"""What an HTTP request says about its sender: the session cookie, the address, the origin, where to go next."""

import ipaddress
import re
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from thads_app.settings import get_settings

_NEXT = re.compile(r"/(?![/\\])[\w\-./?=&%,:+~*\[\]]{0,500}", re.ASCII)


def cookie_name() -> str:
    """The session cookie's name; the prefix makes browsers refuse it without TLS or from a sub-domain."""
    return "__Host-thads" if get_settings().secure_cookies else "thads_session"


def session_cookie(header: str) -> str:
    """The session's secret inside a Cookie header, or an empty text."""
    try:
        found = SimpleCookie(header).get(cookie_name())
    except CookieError:
        return ""
    return found.value if found else ""


def set_session_cookie(response: Response, secret: str) -> None:
    """Give the browser its session; scripts cannot read it and other sites' posts do not carry it."""
    settings = get_settings()
    response.set_cookie(
        cookie_name(),
        secret,
        max_age=settings.session_absolute_hours * 3600,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def drop_session_cookie(response: Response) -> None:
    """Take the session back from the browser."""
    response.delete_cookie(cookie_name(), path="/", secure=get_settings().secure_cookies, httponly=True, samesite="lax")


def client_address(request: HTTPConnection) -> str:
    """The sender's address: the peer's, or what the outermost trusted proxy saw. Never more than 64 characters."""
    peer = request.client.host if request.client else ""
    hops = get_settings().trusted_proxy_hops
    if hops:
        seen = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
        if len(seen) >= hops:
            peer = seen[-hops]
    return peer[:64]


def address_group(address: str) -> str:
    """What one sender can hold: an IPv4 address, or a /64 of IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def comes_from_us(headers: Mapping[str, str]) -> bool:
    """Whether a writing request comes from our own pages.

    Every browser names the origin of a post. A sender that names nothing at all is no browser; it may sign in, but a
    session's cookie that comes without any origin is refused.
    """
    ours = get_settings().origins
    if origin := headers.get("origin"):
        return origin in ours
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    if referer := headers.get("referer"):
        parts = urlsplit(referer)
        return f"{parts.scheme}://{parts.netloc}" in ours
    return not session_cookie(headers.get("cookie", ""))


def safe_next(wanted: str) -> str:
    """A path of ours to go on to, or an empty text: never another site, never the API."""
    if _NEXT.fullmatch(wanted) and not wanted.startswith(("/api/", "/login")) and ".." not in wanted:
        return wanted
    return ""
