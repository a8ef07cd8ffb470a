"""Sealing: every audit entry gets its place in its office's hash chain, in order, a few seconds after it was written.

Writers take no lock and wait for nothing. Any number of processes may seal; the database lets one at a time do it.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.repositories import audit as repository
from thads_app.repositories.audit import Fence
from thads_app.rules.audit_chain import seal
from thads_app.rules.rights import EVERYWHERE

STEP = 1_000
"""Entries sealed in one transaction."""

_RETRY_SECONDS = 0.05


@dataclass(frozen=True)
class SealLag:
    """What waits for its seal: entries, and since when the oldest does."""

    entries: int
    since: datetime | None


class Sealer:
    """Seals what is complete. Keeps the fence between calls: a long transaction may hold it up for a while."""

    def __init__(self) -> None:
        self._fence: Fence | None = None

    async def step(self) -> int:
        """Seal whatever can be sealed now without waiting; return how many entries were."""
        # Chains belong to all offices, and sealing them is the system's own work.
        if self._fence is None:
            async with unit_of_work(EVERYWHERE) as session:
                newest, sealed = await repository.newest_and_sealed(session)
                if newest <= sealed:
                    return 0
                self._fence = await repository.fence(session)
        async with unit_of_work(EVERYWHERE) as session:
            if not await repository.fence_passed(session, self._fence):
                return 0
        fence, self._fence = self._fence, None
        return await _seal_upto(fence.upto)


async def _seal_upto(upto: int) -> int:
    done = 0
    while True:
        async with unit_of_work(EVERYWHERE) as session:
            if not await repository.try_sealer_lock(session):
                return done
            entries = await repository.unsealed(session, upto, STEP)
            if not entries:
                return done
            heads = await repository.heads_of(session, sorted({entry.chain for entry in entries}))
            await repository.add_seals(session, await asyncio.to_thread(seal, entries, heads))
        done += len(entries)


async def seal_now(patience: float = 10.0) -> int:
    """Seal every entry committed so far; return how many were.

    Args:
        patience: seconds to wait for transactions already running to end.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    sealer, done = Sealer(), 0
    while True:
        done += await sealer.step()
        if not (await seal_lag()).entries or loop.time() >= deadline:
            return done
        await asyncio.sleep(_RETRY_SECONDS)


async def seal_lag() -> SealLag:
    """How far sealing is behind."""
    async with snapshot(EVERYWHERE) as session:
        return SealLag(*await repository.waiting(session))
