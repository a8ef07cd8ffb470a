"""Keeping the summaries close behind the deltas. Figures are exact without it; it keeps reading them fast."""

import asyncio
from dataclasses import dataclass

from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.repositories import folding as repository
from thads_app.rules.rights import EVERYWHERE

STEP = 500_000
"""Delta ids folded in one transaction."""

_RETRY_SECONDS = 0.02


@dataclass(frozen=True)
class FoldLag:
    """What waits to be folded: deltas, and for how many seconds at most."""

    deltas: int
    seconds: float


async def fold_now(patience: float = 30.0) -> int:
    """Fold every delta committed so far; return how many delta ids were folded.

    Args:
        patience: seconds to wait for a moment in which nobody writes deltas (a long import holds the lock all along).
    """
    async with snapshot(EVERYWHERE) as session:
        if await repository.nothing_to_fold(session):
            return 0
    upto = await _complete_upto(patience)
    if upto is None:
        return 0
    folded = 0
    while True:
        async with unit_of_work(EVERYWHERE) as session:
            before, after = await repository.fold_step(session, upto, STEP)
        folded += after - before
        if after == before or after >= upto:
            return folded


async def fold_lag() -> FoldLag:
    """How far the summaries are behind."""
    async with snapshot(EVERYWHERE) as session:
        deltas, seconds = await repository.unfolded(session)
    return FoldLag(deltas, seconds)


async def _complete_upto(patience: float) -> int | None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        async with unit_of_work(EVERYWHERE) as session:
            upto = await repository.complete_upto(session)
        if upto is not None or loop.time() >= deadline:
            return upto
        await asyncio.sleep(_RETRY_SECONDS)
