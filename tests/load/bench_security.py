"""What the outside costs: signing in over HTTP at twenty a second, the gate of an event, the wrapping of a request.

Run with `make bench`, or alone: `.venv/bin/python -m pytest -q -s -m load tests/load/bench_security.py`.

Budgets: signing in p95 <= 400 ms (Argon2 included) at 20 a second; the gate of one event p95 <= 1 ms warm; all
wrapping of a request p95 <= 1 ms.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.load.bench_sign_in import report
from tests.security.conftest import Target, _served, target
from tests.security.states import event_of
from tests.support.cast import PASSWORD, Cast
from thads_app import thads_app as assembled
from thads_app.auth.gate import Gate
from thads_app.auth.requests import cookie_name
from thads_app.auth.socket_guard import SocketGuard

__all__ = ["_served", "target"]

PER_SECOND = 20
SIGN_INS = 200
EVENTS = 1_000


@pytest.fixture
async def browser(target: Target) -> AsyncIterator[httpx.AsyncClient]:
    async with target.http(headers={"Origin": "http://localhost:3000"}, timeout=30) as client:
        yield client


async def at_a_rate(what: Callable[[int], Awaitable[None]], number: int) -> None:
    """Begin one after the other at the rate, whether or not those before have ended."""
    running: list[asyncio.Future[None]] = []
    for each in range(number):
        running.append(asyncio.ensure_future(what(each)))
        await asyncio.sleep(1 / PER_SECOND)
    await asyncio.gather(*running)


async def test_signing_in_over_http(browser: httpx.AsyncClient, cast: Cast) -> None:
    names = [cast.username(part) for part in cast.actors]
    taken: list[float] = []

    async def one(number: int) -> None:
        began = time.perf_counter()
        form = {"username": names[number % len(names)], "password": PASSWORD}
        answer = await browser.post("/api/auth/login", data=form)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 303
        assert cookie_name() in answer.headers["set-cookie"]
        browser.cookies.clear()

    await one(0)
    taken.clear()
    await at_a_rate(one, SIGN_INS)
    assert report("signing in over HTTP at 20 a second", taken) <= 400


async def test_what_the_gate_adds_to_an_event(target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[float] = []
    original = Gate.preprocess

    async def timed(self: Gate, app: object, state: object, event: object) -> object:
        began = time.perf_counter()
        answer = await original(self, app, state, event)  # type: ignore[arg-type]
        taken.append(time.perf_counter() - began)
        return answer

    monkeypatch.setattr(Gate, "preprocess", timed)
    monkeypatch.setattr("thads_app.auth.socket_guard.PER_SECOND", 1e6)
    wire = await target.wire((await cast.sign_in("alice")).secret)
    for number in range(EVENTS):
        await wire.send(event_of("count"), {"number": number})
        if number % 50 == 0:
            await asyncio.sleep(0.05)
    for _ in range(100):
        if len(taken) >= EVENTS:
            break
        await asyncio.sleep(0.1)
    assert report("the gate of one event", taken[20:]) <= 1


async def test_what_the_wrapping_adds_to_a_request() -> None:
    cuts: list[float] = []
    inner = PlainTextResponse("")
    for what, app in (("a bare answer", inner), ("the same within everything around it", assembled.guard_http(inner))):
        taken: list[float] = []
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
            for _ in range(500):
                began = time.perf_counter()
                await client.get("/assets/x.js")
                taken.append(time.perf_counter() - began)
        cuts.append(report(what, taken))
    assert cuts[1] - cuts[0] <= 1


def test_what_the_look_at_a_message_costs() -> None:
    guard = SocketGuard()
    taken: list[float] = []
    text = '42/_event,["event",{"name":"x"}]'[1:]
    for number in range(5_000):
        began = time.perf_counter()
        guard._admitted(f"line-{number % 100}", text)
        taken.append(time.perf_counter() - began)
    assert report("the look at one message", taken) <= 0.1
