"""The guard at the socket: unknown events, floods and oversized messages end here; a tab is its session's alone."""

import asyncio
import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode

import reflex as rx
from prometheus_client import Counter, Gauge

from thads_app.auth import reflex_internals as internals
from thads_app.auth.reflex_internals import OnConnect, OnEvent
from thads_app.auth.requests import session_cookie
from thads_app.auth.session_state import SessionState
from thads_app.services import sessions

MESSAGE_BYTES = 256 * 1024
BURST = 60
PER_SECOND = 15.0
# How long a tab that has gone may come back to its state. A state is some 200 KB, and anybody may open one.
KEPT_FOR_PEOPLE_SECONDS = 15 * 60.0
KEPT_FOR_STRANGERS_SECONDS = 10.0
_LONGEST_TOKEN = 64
_TELL_EVERY_SECONDS = 5.0
# What our pages send on the line: one connection to their namespace, its end, and three kinds of message.
_CONNECT = re.compile(r"0/_event[,?]")
_KNOWN = re.compile(r'1/_event,|2/_event,\d{0,9}\["(?:event|ping|client_error)"[,\]]')

_dropped = Counter("thads_socket_dropped", "Socket events dropped by the guard", ["reason"])
_sockets = Gauge("thads_sockets", "Open sockets")


@dataclass
class Line:
    """One open socket: what it may still send, whether it has connected, and when it was last told to slow down."""

    left: float = BURST
    since: float = field(default_factory=time.monotonic)
    connected: bool = False
    told_at: float = 0.0

    def take(self) -> bool:
        """Whether one more message is welcome now."""
        moment = time.monotonic()
        self.left = min(BURST, self.left + (moment - self.since) * PER_SECOND)
        self.since = moment
        if self.left < 1:
            return False
        self.left -= 1
        return True


class SocketGuard:
    """Stands around the socket of one app."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}
        self._open: dict[str, bool] = {}
        self._telling: set[asyncio.Task[None]] = set()
        self._app: rx.App | None = None

    def install(self, app: rx.App) -> None:
        """Put the guard around the app's socket."""
        self._app = app
        internals.wrap_socket(
            app,
            connect=self._around_connect,
            event=self._around_event,
            disconnected=self._disconnected,
            admitted=self._admitted,
            line_ended=self._line_ended,
            message_bytes=MESSAGE_BYTES,
        )

    def _admitted(self, line_id: str, data: object) -> bool:
        """Whether a raw message may be looked at at all: of a kind our pages send, and not too many."""
        line = self._lines.setdefault(line_id, Line())
        if not line.take():
            _dropped.labels("flood").inc()
            self._tell_to_slow_down(line_id, line)
            return False
        if isinstance(data, str):
            if _CONNECT.match(data) and not line.connected:
                line.connected = True
                return True
            if _KNOWN.match(data):
                return True
        _dropped.labels("message").inc()
        return False

    def _line_ended(self, line_id: str) -> None:
        self._lines.pop(line_id, None)

    def _tell_to_slow_down(self, line_id: str, line: Line) -> None:
        """Show the person why nothing happens, at most once in a while."""
        moment = time.monotonic()
        if self._app is None or moment - line.told_at < _TELL_EVERY_SECONDS:
            return
        line.told_at = moment
        if token := internals.token_of_line(self._app, line_id):
            telling = asyncio.ensure_future(internals.send_event(token, SessionState.show_refusal("too_fast")))
            self._telling.add(telling)
            telling.add_done_callback(self._telling.discard)

    def _around_connect(self, inner: OnConnect) -> OnConnect:
        async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
            own = own_token(environ)
            if own is None:
                _dropped.labels("connect").inc()
                return False
            self._open[sid] = await _is_signed_in(environ)
            _sockets.set(len(self._open))
            boot = auth if acceptable_boot(auth) else None
            return await inner(sid, {**environ, "QUERY_STRING": urlencode({"token": own})}, boot)

        return on_connect

    def _around_event(self, inner: OnEvent) -> OnEvent:
        async def on_event(sid: str, data: Any = None, *_rest: Any) -> None:
            if well_formed(data):
                await inner(sid, data)
            else:
                _dropped.labels("unknown").inc()

        return on_event

    def _disconnected(self, sid: str, token: str) -> None:
        signed_in = self._open.pop(sid, False)
        _sockets.set(len(self._open))
        if token:
            wait = KEPT_FOR_PEOPLE_SECONDS if signed_in else KEPT_FOR_STRANGERS_SECONDS
            asyncio.get_running_loop().call_later(wait, internals.release_state, token)


async def _is_signed_in(environ: Mapping[str, Any]) -> bool:
    secret = session_cookie(_cookies(environ))
    return bool(secret) and await sessions.resolve(secret, touch=False) is not None


def own_token(environ: Mapping[str, Any]) -> str | None:
    """The key of the tab's state: the token the browser made, tied to the session's cookie.

    Whoever learns another person's token reaches a state of their own with it, never that person's.
    None when the handshake carries no usable token.
    """
    given = parse_qs(str(environ.get("QUERY_STRING", ""))).get("token", [""])[0]
    if not given or len(given) > _LONGEST_TOKEN or not given.isascii():
        return None
    secret = session_cookie(_cookies(environ))
    return hashlib.sha256(f"{secret}\n{given}".encode()).hexdigest()[:40]


def _cookies(environ: Mapping[str, Any]) -> str:
    headers = environ.get("asgi.scope", {}).get("headers", [])
    return "; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie")


def well_formed(data: Any) -> bool:
    """Whether a message is an event we know, with arguments by name."""
    return (
        isinstance(data, dict)
        and internals.is_known(data.get("name"))
        and isinstance(data.get("payload", {}), dict)
        and isinstance(data.get("router_data", {}), dict)
    )


def acceptable_boot(auth: Any) -> bool:
    """Whether what came with the connection is what our own pages send: a map whose event, if any, is a hydration."""
    if not isinstance(auth, dict):
        return False
    boot = auth.get("event")
    return boot is None or (well_formed(boot) and boot["name"] in internals.HYDRATE)
