"""Keeping a background job alive: whatever it dies of is noted under a number, and it starts again."""

import asyncio
from collections.abc import Awaitable, Callable

from thads_app.auth.incidents import note_incident

SECONDS_BEFORE_AGAIN = 5.0


async def keep_running(work: Callable[[], Awaitable[None]], pause: float = SECONDS_BEFORE_AGAIN) -> None:
    """Run a job that should never end; start it again after a pause when it failed. Ends when the job returns."""
    while True:
        try:
            await work()
        except Exception as failed:  # noqa: BLE001 (a job that is gone is worse than any failure of it)
            note_incident(failed)
            await asyncio.sleep(pause)
        else:
            return
