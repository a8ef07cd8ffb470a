"""How long signing in takes at twenty a second, and what the gate costs each event (`make bench`).

Budgets: sign-in p95 <= 400 ms with Argon2 included; the gate <= 1 ms p95 once warm.
"""

from __future__ import annotations

import asyncio
import time
from statistics import quantiles

from tests.support.cast import PASSWORD, Cast
from thads_app.auth.policy import Verdict, judge, needs
from thads_app.rules.rights import Permission
from thads_app.services import sessions

PER_SECOND = 20
SIGN_INS = 200
CHECKS = 2_000


def report(what: str, seconds: list[float]) -> float:
    """Print median and p95 in milliseconds; return the p95."""
    cuts = quantiles(sorted(seconds), n=20)
    print(f"{what}: median {cuts[9] * 1000:.2f} ms, p95 {cuts[18] * 1000:.2f} ms (n={len(seconds)})")
    return cuts[18] * 1000


async def test_sign_in_at_twenty_a_second(cast: Cast) -> None:
    names = [cast.username(part) for part in cast.actors]
    taken: list[float] = []

    async def one(number: int) -> None:
        began = time.perf_counter()
        await sessions.sign_in(names[number % len(names)], PASSWORD, address=f"192.0.2.{number % 250}")
        taken.append(time.perf_counter() - began)

    await one(0)
    taken.clear()
    running: list[asyncio.Task[None]] = []
    for number in range(SIGN_INS):
        running.append(asyncio.create_task(one(number)))
        await asyncio.sleep(1 / PER_SECOND)
    await asyncio.gather(*running)
    assert report("sign-in at 20 a second", taken) <= 400


async def test_what_the_check_of_an_event_costs(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    demanded = needs(Permission.CASE_READ)
    taken: list[float] = []
    for _ in range(CHECKS):
        began = time.perf_counter()
        caller = await sessions.resolve(opened.secret, address="192.0.2.7")
        assert judge(demanded, caller) is Verdict.ALLOWED
        taken.append(time.perf_counter() - began)
    assert report("session and policy check of one event, warm", taken) <= 1
    cold: list[float] = []
    for _ in range(200):
        sessions.forget_everything()
        began = time.perf_counter()
        await sessions.resolve(opened.secret, address="192.0.2.7")
        cold.append(time.perf_counter() - began)
    report("the same, asking the database", cold)
