"""One reading for all tabs that look at the same figures when something changes, however many there are."""

from __future__ import annotations

import asyncio

from thads_app.jobs.live import hub
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.services.dashboards import Dashboard, dashboard
from thads_app.services.statistics import FigureQuery

_KEPT = 64

_readings: dict[tuple[FigureQuery, Scope], tuple[int, asyncio.Task[Dashboard]]] = {}


async def latest_dashboard(actor: Actor, query: FigureQuery) -> Dashboard:
    """A dashboard not older than the last announcement this process heard.

    What a dashboard holds depends on the actor by the offices they may see alone, so those who see the same offices
    share it. Only for who has just heard an announcement: whoever opens a page reads for themselves.

    Raises:
        Forbidden, NotFound, Refused: see `services.dashboards.dashboard`.
    """
    place = (query, actor.scope(Permission.DASHBOARD_READ))
    heard = hub.heard
    known = _readings.get(place)
    if known is None or known[0] != heard:
        if len(_readings) >= _KEPT:
            _readings.clear()
        known = (heard, asyncio.ensure_future(dashboard(actor, query)))
        _readings[place] = known
    # A tab that closes meanwhile must not take the reading from the others.
    return await asyncio.shield(known[1])
