"""Pages that change by themselves when figures they show change elsewhere (`thads_app.jobs.live`)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import reflex as rx

from thads_app.auth.gate import still_current_actor
from thads_app.auth.reflex_internals import tab_is_open
from thads_app.jobs.live import Watch, hub
from thads_app.rules.rights import Actor, Scope

LOOK_ROUND_SECONDS = 15.0
"""How often a follower that hears nothing looks whether its tab is still there."""

SECONDS_BETWEEN_CHANGES = 1.0
"""A tab is brought up to date at most this often, however much happens."""


def watch_figures(state: rx.State, scope: Scope) -> bool:
    """Watch these offices for the tab and its present page.

    Returns:
        Whether the page must start a follower (a background handler around `changes`); false when one runs already.
    """
    return hub.watch(state.router.session.client_token, state.router.url.path, scope) is not None


async def changes(state: rx.State) -> AsyncIterator[Actor]:
    """Tell a background handler each time figures its tab watches have changed, and who looks at them.

    Ends when the tab is closed, shows another page, or its session has ended. Being followed does not keep a session
    alive.
    """
    watch = hub.current(state.router.session.client_token)
    if watch is None:
        return
    try:
        while True:
            changed = await watch.wait(LOOK_ROUND_SECONDS)
            if not await _is_wanted(state, watch):
                return
            if not changed:
                continue
            actor = await still_current_actor()
            if actor is None:
                return
            yield actor
            await asyncio.sleep(SECONDS_BETWEEN_CHANGES)
    finally:
        hub.leave(watch)


async def _is_wanted(state: rx.State, watch: Watch) -> bool:
    """Whether the tab is open on the page of the watch. When not, the watch ends before the tab can renew it."""
    if hub.current(watch.key) is not watch:
        return False
    if not tab_is_open(watch.key):
        hub.leave(watch)
        return False
    async with state:
        if state.router.url.path != watch.path:
            hub.leave(watch)
            return False
    return True
