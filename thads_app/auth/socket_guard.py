"""The guard at the socket: unknown events, floods and oversized messages end here; a tab is its session's alone."""

import hashlib
import logging
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

MESSAGE_BYTES = 256 * 1024
BURST = 60
PER_SECOND = 15.0
_LONGEST_TOKEN = 64

log = logging.getLogger(__name__)
_dropped = Counter("thads_socket_dropped", "Socket events dropped by the guard", ["reason"])
_open = Gauge("thads_sockets", "Open sockets")


@dataclass
class Bucket:
    """A token bucket: `BURST` events at once, `PER_SECOND` in the long run."""

    left: float = BURST
    since: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        """Whether one more event is welcome now."""
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
        self._buckets: dict[str, Bucket] = {}

    def install(self, app: rx.App) -> None:
        """Put the guard around the app's socket."""
        internals.wrap_socket(
            app,
            connect=self._around_connect,
            event=self._around_event,
            disconnected=self._disconnected,
            message_bytes=MESSAGE_BYTES,
        )

    def _around_connect(self, inner: OnConnect) -> OnConnect:
        async def on_connect(sid: str, environ: dict[str, Any], auth: Any = None) -> Any:
            own = own_token(environ)
            if own is None:
                _dropped.labels("connect").inc()
                return False
            self._buckets[sid] = Bucket()
            _open.set(len(self._buckets))
            boot = auth if acceptable_boot(auth) else None
            return await inner(sid, {**environ, "QUERY_STRING": urlencode({"token": own})}, boot)

        return on_connect

    def _around_event(self, inner: OnEvent) -> OnEvent:
        async def on_event(sid: str, data: Any) -> None:
            bucket = self._buckets.get(sid)
            if bucket is None or not bucket.take():
                _dropped.labels("flood").inc()
            elif not well_formed(data):
                _dropped.labels("unknown").inc()
            else:
                await inner(sid, data)

        return on_event

    def _disconnected(self, sid: str) -> None:
        self._buckets.pop(sid, None)
        _open.set(len(self._buckets))


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
