"""The door in front of the socket: whose page asks, how often, and how many sockets they hold already.

It stands before the socket's own protocol begins: whoever is refused here costs one look at a few headers.
"""

from __future__ import annotations

import hashlib
from collections import Counter as Tally

from prometheus_client import Counter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thads_app.auth.limits import SOCKET_BY_ADDRESS, SOCKET_BY_SESSION, meter_of, note_refusal
from thads_app.auth.requests import address_group, client_address, session_cookie
from thads_app.settings import get_settings

OPEN_BY_SESSION = 60
OPEN_BY_ADDRESS = 3000
_POLICY_VIOLATION = 1008
_FRAMES = frozenset("1234")  # close, ping, pong and message of the engine's protocol, as text
_dropped = Counter("thads_socket_frames_dropped", "Frames no browser sends")
_refused = Counter("thads_sockets_refused", "Sockets refused at the door", ["reason"])


class SocketDoor:
    """Wraps the whole app; only sockets stop here."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._open: Tally[str] = Tally()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the connection on, or refuse it before it is accepted."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        holders = _holders(connection)
        if reason := self._reason_against(connection, holders):
            _refused.labels(reason).inc()
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        self._open.update(holders)
        try:
            await self._app(scope, _frames_of_ours(receive), send)
        finally:
            self._open.subtract(holders)
            for holder in holders:
                if self._open[holder] <= 0:
                    del self._open[holder]

    def _reason_against(self, connection: HTTPConnection, holders: dict[str, int]) -> str:
        # A browser always names the page's origin when it opens a socket, and no page can leave it out.
        if connection.headers.get("origin", "") not in get_settings().origins:
            return "origin"
        for holder in holders:
            by_session = holder.startswith("session:")
            if self._open[holder] >= (OPEN_BY_SESSION if by_session else OPEN_BY_ADDRESS):
                return "open"
            limit, side = (SOCKET_BY_SESSION, "session") if by_session else (SOCKET_BY_ADDRESS, "address")
            if meter_of(limit, side).take(holder) > 0:
                note_refusal(limit.kind)
                return "rate"
        return ""


def _frames_of_ours(receive: Receive) -> Receive:
    """Let through only frames of the kinds a browser sends.

    The socket's library leaves a task behind for each line on which it meets a frame it cannot read.
    """

    async def receive_known() -> Message:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive" or (message.get("text") or "")[:1] in _FRAMES:
                return message
            _dropped.inc()

    return receive_known


def _holders(connection: HTTPConnection) -> dict[str, int]:
    found = {f"address:{address_group(client_address(connection))}": 1}
    if secret := session_cookie(connection.headers.get("cookie", "")):
        found["session:" + hashlib.sha256(secret.encode()).hexdigest()[:32]] = 1
    return found
