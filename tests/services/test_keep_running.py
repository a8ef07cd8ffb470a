"""A background job that dies is started again; one that is told to stop stops."""

import asyncio
from contextlib import suppress

from thads_app.jobs.keep import keep_running


async def test_a_job_that_fails_starts_again_and_one_that_ends_is_left_alone() -> None:
    runs = 0

    async def failing_twice() -> None:
        nonlocal runs
        runs += 1
        if runs <= 2:
            raise ValueError("mất kết nối")

    await asyncio.wait_for(keep_running(failing_twice, pause=0), 5)
    assert runs == 3


async def test_a_cancelled_job_does_not_come_back() -> None:
    runs = 0

    async def endless() -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(60)

    kept = asyncio.ensure_future(keep_running(endless, pause=0))
    await asyncio.sleep(0)
    kept.cancel()
    with suppress(asyncio.CancelledError):
        await kept
    assert (runs, kept.cancelled()) == (1, True)
