"""Waking open pages when figures change: one LISTEN connection per process, and a hub that knows who watches what.

Every transaction that writes statistic deltas announces the offices concerned (`repositories.base.announce_figures`);
PostgreSQL delivers at the commit. Nothing is polled.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass, field

import psycopg

from thads_app import db
from thads_app.repositories.base import FIGURES_CHANNEL
from thads_app.rules.rights import NOWHERE, Scope

RECONNECT_SECONDS = 2.0

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Watch:
    """One open tab and the offices whose figures it shows."""

    key: str
    path: str
    scope: Scope
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self, seconds: float) -> bool:
        """Whether something watched changed since the last call that said so; waits at most so long for it."""
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return False
        self._changed.clear()
        return True

    def wake(self) -> None:
        """Say that something changed. Changes that come before anybody looks are one."""
        self._changed.set()


class LiveHub:
    """Who watches what in this process. A tab watches one thing at a time: the page it shows."""

    def __init__(self) -> None:
        self._watches: dict[str, Watch] = {}
        self.heard = 0
        """How many announcements came so far: what was read at the same count is equally new."""

    def __len__(self) -> int:
        return len(self._watches)

    def watch(self, key: str, path: str, scope: Scope) -> Watch | None:
        """Watch these offices from now on.

        Args:
            key: the tab.
            path: the page.
            scope: the offices.

        Returns:
            The watch, for a follower to be started; None when the same page of the tab is being followed already.
        """
        known = self._watches.get(key)
        if known is not None and known.path == path:
            known.scope = scope
            return None
        watch = Watch(key, path, scope)
        self._watches[key] = watch
        if known is not None:
            known.wake()  # its follower sees that it has been replaced
        return watch

    def current(self, key: str) -> Watch | None:
        """What a tab watches."""
        return self._watches.get(key)

    def leave(self, watch: Watch) -> None:
        """Stop watching, unless the tab already watches something else."""
        if self._watches.get(watch.key) is watch:
            del self._watches[watch.key]

    def publish(self, office_ids: frozenset[int]) -> None:
        """Wake everybody who watches one of these offices."""
        self.heard += 1
        for watch in self._watches.values():
            if watch.scope.everything or not watch.scope.office_ids.isdisjoint(office_ids):
                watch.wake()

    def publish_all(self) -> None:
        """Wake everybody: changes may have been missed."""
        self.heard += 1
        for watch in self._watches.values():
            watch.wake()


hub = LiveHub()
"""This process's hub."""


def read_offices(payload: str) -> frozenset[int]:
    """The offices of an announcement; none when it cannot be read."""
    try:
        offices = json.loads(payload)["offices"]
        return frozenset(int(office) for office in offices)
    except (ValueError, TypeError, KeyError):
        return frozenset()


async def listen_forever() -> None:
    """Pass announcements on to this process's hub until cancelled, reconnecting when the line breaks."""
    while True:
        try:
            await listen(hub)
        except (psycopg.Error, OSError):
            logger.exception("lost the line on which figures are announced; connecting again")
        await asyncio.sleep(RECONNECT_SECONDS)


async def listen(listening: LiveHub, ready: asyncio.Event | None = None) -> None:
    """Pass announcements on to a hub for as long as the connection lasts.

    Args:
        listening: the hub.
        ready: set once nothing can be missed any more.

    Raises:
        psycopg.Error: the connection broke.
    """
    async with db.raw_connection(NOWHERE) as connection:
        await connection.set_autocommit(True)
        await connection.execute(f"LISTEN {FIGURES_CHANNEL}")
        listening.publish_all()
        if ready is not None:
            ready.set()
        async for notice in connection.notifies():
            listening.publish(read_offices(notice.payload))
