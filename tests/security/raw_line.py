"""A socket without a client library: whatever bytes an attacker likes, and what comes back."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.security.conftest import ROOT
from thads_app.auth.requests import cookie_name
from thads_app.settings import get_settings

HYDRATE = {"event": {"name": f"{ROOT}.hydrate_and_load", "payload": {}, "router_data": {"pathname": "/"}}}


@dataclass
class RawLine:
    """One raw socket to the app."""

    session: aiohttp.ClientSession
    socket: aiohttp.ClientWebSocketResponse
    said: list[str] = field(default_factory=list)

    async def send(self, text: str) -> None:
        """Send one raw message; a socket that was closed takes nothing more."""
        if not self.socket.closed:
            await self.socket.send_str(text)

    async def send_bytes(self, content: bytes) -> None:
        """Send one raw binary message."""
        if not self.socket.closed:
            await self.socket.send_bytes(content)

    async def event(self, name: object, payload: object = None, **more: object) -> None:
        """Send an event as a page would."""
        data = {"name": name, "payload": payload if payload is not None else {}, "router_data": {"pathname": "/"}}
        await self.send("42/_event," + json.dumps(["event", data | more], separators=(",", ":")))

    async def listen(self, seconds: float = 0.25) -> str:
        """What comes within a time; answers pings, so that the line lives."""
        heard: list[str] = []
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0 and not self.socket.closed:
            try:
                message = await self.socket.receive(timeout=left)
            except asyncio.TimeoutError:  # noqa: UP041 (not the builtin one before 3.11)
                break
            if message.type is not aiohttp.WSMsgType.TEXT:
                break
            if message.data == "2":
                await self.socket.send_str("3")
            heard.append(message.data)
        self.said += heard
        return "\n".join(heard)

    async def close(self) -> None:
        """End the line."""
        await self.socket.close()
        await self.session.close()


async def open_line(
    url: str,
    secret: str = "",
    *,
    token: str | None = None,
    connect: bool = True,
    headers: dict[str, str] | None = None,
) -> RawLine:
    """Open a raw socket, by default as a page of ours does.

    Raises:
        aiohttp.WSServerHandshakeError: refused at the door.
    """
    sent: dict[str, str] = {"Origin": get_settings().origin}
    if secret:
        sent["Cookie"] = f"{cookie_name()}={secret}"
    session = aiohttp.ClientSession()
    try:
        socket = await session.ws_connect(
            f"{url}/_event/?token={token or uuid.uuid4()}&EIO=4&transport=websocket",
            headers=sent | (headers or {}), max_msg_size=0,
        )  # fmt: skip
    except BaseException:
        await session.close()
        raise
    line = RawLine(session, socket)
    if connect:
        await line.listen(0.1)
        await line.send("40/_event," + json.dumps(HYDRATE))
        await line.listen(0.2)
    return line


def parsed(heard: str) -> list[Any]:
    """The updates among what was heard."""
    return [json.loads(text.partition(",")[2])[1] for text in heard.split("\n") if text.startswith("42/_event,")]
