"""Whatever an attacker sends, the server process keeps nothing of it: at most 5 MB over ten thousand of everything."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.security.conftest import ROOT
from tests.security.raw_line import RawLine, open_line
from tests.security.states import event_of
from tests.support.cast import Cast
from thads_app.settings import PROJECT_ROOT

MOST_GROWTH_KB = 5 * 1024
UNKNOWN, OVERSIZED, BENT = 10_000, 30, 3_000


@dataclass
class Server:
    """The served app in a process of its own."""

    process: asyncio.subprocess.Process
    url: str

    async def size_kb(self) -> int:
        """What the process holds after tidying up."""
        self.process.send_signal(signal.SIGUSR1)
        assert self.process.stdout is not None
        while (await asyncio.wait_for(self.process.stdout.readline(), 30)).strip() != b"tidy":
            pass
        return resident_kb(self.process.pid)


def resident_kb(pid: int) -> int:
    """How much of a process is in memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


@pytest.fixture
async def server(cast: Cast, database: str, tmp_path: Path) -> AsyncIterator[Server]:
    environment = {**os.environ, "THADS_DATABASE_URL": database, "PYTHONPATH": str(PROJECT_ROOT)}
    with (tmp_path / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.security.bare_server",
            cwd=PROJECT_ROOT, env=environment, stdout=asyncio.subprocess.PIPE, stderr=log,
        )  # fmt: skip
        assert process.stdout is not None
        port = (await asyncio.wait_for(process.stdout.readline(), 60)).strip().decode()
        await asyncio.sleep(1)
        yield Server(process, f"http://127.0.0.1:{port}")
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except asyncio.TimeoutError:  # noqa: UP041 (not the builtin one before 3.11)
            process.kill()


async def attack(url: str, secret: str) -> None:
    """One round of everything."""
    line = await open_line(url, secret)
    for number in range(UNKNOWN):
        await line.event(f"{ROOT}.khong_co_{number}_{uuid.uuid4()}", {"x": "y" * 50})
        if number % 500 == 0:
            await line.listen(0.01)
    await line.listen(0.3)
    await line.close()
    await _known_and_wrong(url, secret)
    for number in range(OVERSIZED):
        if line.socket.closed:
            line = await opened_slowly(url, secret if number % 2 else "")
        await line.send("42/_event," + json.dumps(["event", {"name": "x" * 1_000_000}]))
        await line.listen(0.05)
    await line.close()
    line = await opened_slowly(url, secret)
    for number in range(BENT):
        await line.send(f'42/_event,["connect",{{"QUERY_STRING":"token={uuid.uuid4()}"}}]')
        await line.send("40/_event,{}")
        await line.send("459999999999-/_event,[]")
        await line.send_bytes(b"x" * 2_000)
        await line.send(chr(number % 50))
        if number % 500 == 0:
            await line.listen(0.01)
    await line.close()


async def _known_and_wrong(url: str, secret: str) -> None:
    """What passes the first look: wrong arguments, other roles' handlers, setters, strangers' tabs."""
    for number in range(20):
        line = await opened_slowly(url, secret if number % 2 else "A" * 43, token=f"doan-{uuid.uuid4()}")
        for handler in ("count", "import_only", "forgotten", "setvar", "load"):
            for value in ("x" * 5_000, {"a": [1] * 500}, None, -1):
                await line.event(event_of(handler), {"number": value, "var_name": "rows", "value": value})
        await line.listen(0.1)
        await line.close()


async def opened_slowly(url: str, secret: str, token: str | None = None) -> RawLine:
    """A line, as soon as the door lets one in."""
    for _ in range(100):
        try:
            return await open_line(url, secret, token=token)
        except aiohttp.WSServerHandshakeError:
            await asyncio.sleep(0.3)
    raise AssertionError("the door never opened again")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the size from /proc")
async def test_ten_thousand_of_everything_leave_nothing_behind(server: Server, cast: Cast) -> None:
    secret = (await cast.sign_in("alice")).secret
    for _ in range(2):  # warm: every path was walked, every table of the interpreter has its size
        await attack(server.url, secret)
    await asyncio.sleep(2)
    before = await server.size_kb()
    await attack(server.url, secret)
    await asyncio.sleep(2)
    grown = await server.size_kb() - before
    print(f"\n{before / 1024:.1f} MB before, grown by {grown / 1024:.2f} MB")
    line = await opened_slowly(server.url, secret)
    await line.event(event_of("load"))
    assert "bí mật của Trần Thị An" in await line.listen(0.6)
    await line.close()
    assert grown <= MOST_GROWTH_KB
