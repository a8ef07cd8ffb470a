"""Hearing whose rights changed: the database announces every change on one channel (migration 0030)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import psycopg

from thads_app import db
from thads_app.rules.rights import NOWHERE

RIGHTS_CHANNEL = "thads_rights"
RECONNECT_SECONDS = 2.0

logger = logging.getLogger(__name__)


async def hear_forever(heard: Callable[[int | None], None]) -> None:
    """Call `heard` with each account whose rights changed, until cancelled; reconnect when the line breaks.

    None stands for anybody: changes may have been missed.
    """
    while True:
        try:
            await hear(heard)
        except (psycopg.Error, OSError):
            logger.exception("lost the line on which changes of rights are announced; connecting again")
        await asyncio.sleep(RECONNECT_SECONDS)


async def hear(heard: Callable[[int | None], None], ready: asyncio.Event | None = None) -> None:
    """Call `heard` for as long as the connection lasts.

    Args:
        heard: gets the account's id, or None for anybody.
        ready: set once nothing can be missed any more.

    Raises:
        psycopg.Error: the connection broke.
    """
    async with db.raw_connection(NOWHERE) as connection:
        await connection.set_autocommit(True)
        await connection.execute(f"LISTEN {RIGHTS_CHANNEL}")
        heard(None)
        if ready is not None:
            ready.set()
        async for notice in connection.notifies():
            heard(int(notice.payload) if notice.payload.isdecimal() else None)
