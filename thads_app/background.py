"""Small work that follows an answer: begun now, finished soon, waited for before connections are let go."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_log = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()


def after(work: Coroutine[Any, Any, None]) -> None:
    """Begin some work and let the caller go on. What it raises is logged, and stops nobody."""
    task = asyncio.get_running_loop().create_task(_guarded(work))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _guarded(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # noqa: BLE001 (whatever it is, the answer was given)
        _log.exception("work after an answer failed")


async def settle() -> None:
    """Wait until all such work of the running loop is done."""
    loop = asyncio.get_running_loop()
    while waiting := [task for task in _running if task.get_loop() is loop]:
        await asyncio.gather(*waiting, return_exceptions=True)
