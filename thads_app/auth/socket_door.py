"""The door in front of the socket: whose page asks, how often, and how many sockets they hold already.

It stands before the socket's own protocol begins: whoever is refused here costs one look at a few headers.
"""

from __future__ import annotations

from collections import Counter as Tally

from prometheus_client import Counter
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from thads_app.auth.limits import SOCKET_BY_ADDRESS, SOCKET_BY_NOBODY, SOCKET_BY_SESSION, meter_of, note_refusal
from thads_app.auth.requests import address_group, client_address, session_cookie
from thads_app.services import sessions
from thads_app.settings import get_settings

# Sockets open at once: a whole office may share one address; a tab of somebody not signed in is a sign-in page.
MOST_OPEN = {"address": 3000, "session": 60, "nobody": 200}
_RATES = {"address": SOCKET_BY_ADDRESS, "session": SOCKET_BY_SESSION, "nobody": SOCKET_BY_NOBODY}
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
        holders = await _holders(connection)
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
            kind = holder.partition(":")[0]
            if self._open[holder] >= MOST_OPEN[kind]:
                return "open"
            limit = _RATES[kind]
            if meter_of(limit, kind).take(holder) > 0:
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


async def _holders(connection: HTTPConnection) -> dict[str, int]:
    """Whom the socket counts for: its address, and its session or, without one, nobody at that address."""
    address = client_address(connection)
    group = address_group(address)
    secret = session_cookie(connection.headers.get("cookie", ""))
    signed = await sessions.resolve(secret, address=address, touch=False) if secret else None
    whose = f"session:{signed.actor.session_hash}" if signed else f"nobody:{group}"
    return {f"address:{group}": 1, whose: 1}
