"""The real app behind a real socket, without its built pages: what an attacker meets."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import socketio

from thads_app import db
from thads_app.auth.requests import cookie_name
from thads_app.services import own_account, sessions
from thads_app.settings import get_settings

ROOT = "reflex___state____state"


@dataclass
class Wire:
    """One raw socket, and everything the server ever said on it."""

    client: socketio.AsyncClient
    said: list[Any] = field(default_factory=list)

    async def send(self, name: object, payload: object = None, **more: object) -> None:
        """Send one event as a page would."""
        data = {"name": name, "payload": payload if payload is not None else {}, "router_data": {"pathname": "/"}}
        await self.client.emit("event", {**data, **more}, namespace="/_event")

    async def ask(self, name: str, payload: object = None, *, wait: float = 0.25, **more: object) -> str:
        """Send one event and return everything said since."""
        before = len(self.said)
        await self.send(name, payload, **more)
        await asyncio.sleep(wait)
        return repr(self.said[before:])

    @property
    def heard(self) -> str:
        """Everything the server ever said here."""
        return repr(self.said)


@dataclass
class Target:
    """The served app and ways to reach it."""

    url: str
    wires: list[Wire] = field(default_factory=list)

    def http(self, secret: str = "", **options: Any) -> httpx.AsyncClient:
        """A browser's view of HTTP, signed in when a secret is given."""
        cookies = {cookie_name(): secret} if secret else None
        return httpx.AsyncClient(base_url=self.url, cookies=cookies, **options)

    async def wire(
        self, secret: str = "", *, token: str | None = None, origin: str | None = None, boot: bool = True
    ) -> Wire:
        """Open a socket as a page would: with its cookie, its tab's token, and the boot event."""
        client = socketio.AsyncClient(reconnection=False)
        wire = Wire(client)
        client.on("event", wire.said.append, namespace="/_event")
        headers = {"Origin": origin or get_settings().origin}
        if secret:
            headers["Cookie"] = f"{cookie_name()}={secret}"
        auth = {"event": {"name": f"{ROOT}.hydrate_and_load", "payload": {}, "router_data": {"pathname": "/"}}}
        await client.connect(
            f"{self.url}/_event?token={token or uuid.uuid4()}",
            headers=headers, namespaces=["/_event"], socketio_path="/_event", transports=["websocket"],
            auth=auth if boot else None, wait_timeout=5,
        )  # fmt: skip
        self.wires.append(wire)
        await asyncio.sleep(0.15)
        return wire


@pytest.fixture(scope="session")
async def _served() -> AsyncIterator[str]:
    from granian.constants import Interfaces
    from granian.server.embed import Server
    from reflex_base.environment import environment

    import tests.security.states  # noqa: F401
    from thads_app import thads_app as assembled

    environment.REFLEX_SKIP_COMPILE.set(True)
    background, assembled.BACKGROUND = assembled.BACKGROUND, ()  # the tests do its work by hand, when they want it
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(
        assembled.app(), address="127.0.0.1", port=port, interface=Interfaces.ASGI, log_enabled=False, websockets=True
    )
    serving = asyncio.ensure_future(server.serve())
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=url) as client:
        for _ in range(100):
            try:
                await client.get("/healthz")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    assembled.BACKGROUND = background  # read once, when serving began
    yield url
    server.stop()
    await asyncio.wait_for(serving, 20)


@pytest.fixture
async def target(_served: str, database: str) -> AsyncIterator[Target]:
    """The served app on this test's own database."""
    await db.dispose()
    sessions.forget_everything()
    own_account.forget_tokens()
    reached = Target(_served)
    yield reached
    for wire in reached.wires:
        await wire.client.disconnect()
