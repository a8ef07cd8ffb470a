"""Pages already open follow the rights of whoever looks at them, within five seconds and without a click.

The gate notes here which session each tab showed its page with, and with which rights. When the database announces that
somebody's rights changed, at midnight, and now and then for sessions left unused, those sessions are resolved again; a
tab that showed more than its reader may see now is told to load everything anew; the gate then empties it, because it
was filled under other rights, and decides what it may have.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from thads_app import clock
from thads_app.auth import reflex_internals as internals
from thads_app.jobs.rights_news import hear_forever
from thads_app.rules.rights import NOWHERE, Actor
from thads_app.services import own_account, sessions
from thads_app.services.sessions import SignedIn, Stage

SETTLE_SECONDS = 0.5
"""How long announcements are gathered, so that whoever signs out or changes the password is not overtaken."""

SWEEP_SECONDS = 30.0
"""How often sessions are looked at although nothing was announced: left unused, or announced on a broken line."""

TOLD_SECONDS = 10.0
_MANY = 50


@dataclass(frozen=True)
class OpenTab:
    """What a tab's page was loaded with."""

    actor: Actor
    stage: Stage

    def differs(self, now: SignedIn) -> bool:
        """Whether anything the page may depend on is different."""
        return _substance(self.actor) != _substance(now.actor) or self.stage is not now.stage

    def shows_too_much(self, now: SignedIn) -> bool:
        """Whether the page may show what its reader may no longer see."""
        held = now.actor.scopes
        return (
            self.stage is not now.stage
            or self.actor.office_id != now.actor.office_id
            or self.actor.staff_id != now.actor.staff_id
            or any(not scope.within(held.get(right, NOWHERE)) for right, scope in self.actor.scopes.items())
        )


def fingerprint(caller: SignedIn | None) -> str:
    """What a tab was filled under, in short: a tab filled under other rights is emptied before it is sent again."""
    if caller is None:
        return ""
    actor = caller.actor
    scopes = sorted((right, scope.everything, sorted(scope.office_ids)) for right, scope in actor.scopes.items())
    told = repr((scopes, sorted(actor.roles), actor.office_id, actor.staff_id, caller.stage))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _substance(actor: Actor) -> tuple[object, ...]:
    return (actor.scopes, actor.roles, actor.office_id, actor.staff_id, actor.mandates)


class OpenTabs:
    """The tabs of this process."""

    def __init__(self) -> None:
        self._tabs: dict[str, OpenTab] = {}
        self._told: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._tabs)

    def note(self, token: str, caller: SignedIn | None, event_name: str) -> None:
        """Note who looks at a tab, at each event of it.

        What was shown is remembered until the tab has been emptied: a load with fewer rights does not hide that.
        """
        if caller is None:
            if event_name in internals.HYDRATE:
                self._tabs.pop(token, None)
            return
        known = self._tabs.get(token)
        loading = event_name == internals.LOAD_BY_CLIENT
        if known is None or event_name in internals.HYDRATE or (loading and not known.shows_too_much(caller)):
            self._tabs[token] = OpenTab(caller.actor, caller.stage)

    def was_told(self, token: str) -> bool:
        """Whether the tab loads its page because it was told to: nobody asked for what it is then refused."""
        return self._told.get(token, 0.0) > time.monotonic()

    async def check(self, accounts: Collection[int] | None = None) -> int:
        """Tell the tabs of these accounts (None: of all) whose page no longer fits; return how many."""
        self._forget_closed()
        told = 0
        for token, tab in list(self._tabs.items()):
            if accounts is not None and tab.actor.account_id not in accounts:
                continue
            now = await sessions.resolve_hash(tab.actor.session_hash, touch=False)
            if now is not None and not tab.differs(now):
                continue
            if now is None or tab.shows_too_much(now):
                await self._tell(token, internals.HYDRATE_AND_LOAD)
            else:
                await self._tell(token, internals.LOAD_BY_CLIENT)
            told += 1
        return told

    async def _tell(self, token: str, event_name: str) -> None:
        self._told[token] = time.monotonic() + TOLD_SECONDS
        await internals.send_to_tab(token, event_name)

    def _forget_closed(self) -> None:
        for token in [token for token in self._tabs if not internals.tab_is_open(token)]:
            del self._tabs[token]
        moment = time.monotonic()
        for token in [token for token, until in self._told.items() if until < moment]:
            del self._told[token]


open_tabs = OpenTabs()
"""This process's tabs."""


class RightsWatch:
    """Gathers announcements and has the tabs concerned checked."""

    def __init__(self, tabs: OpenTabs) -> None:
        self._tabs = tabs
        self._accounts: set[int] = set()
        self._everybody = False
        self._heard = asyncio.Event()

    def heard(self, account_id: int | None) -> None:
        """Note an announcement; None: anybody's rights may have changed."""
        if account_id is None:
            self._everybody = True
        else:
            self._accounts.add(account_id)
        self._heard.set()

    async def run(self) -> None:
        """Check tabs as announcements come, when the day changes, and now and then all of them; never returns."""
        day, swept = clock.today(), time.monotonic()
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._heard.wait(), SETTLE_SECONDS)
                await asyncio.sleep(SETTLE_SECONDS)
            day = self._at_midnight(day)
            if time.monotonic() - swept > SWEEP_SECONDS:
                swept, self._everybody = time.monotonic(), True
            await self.check_now()

    async def check_now(self) -> int:
        """Check what was announced so far; return how many tabs were told."""
        accounts = None if self._everybody else frozenset(self._accounts)
        self._accounts, self._everybody = set(), False
        self._heard.clear()
        if accounts is not None and not accounts:
            return 0
        _forget(accounts)
        return await self._tabs.check(accounts)

    def _at_midnight(self, day: date) -> date:
        today = clock.today()
        if today != day:
            self._everybody = True
        return today


def _forget(accounts: frozenset[int] | None) -> None:
    own_account.forget_tokens()
    if accounts is None or len(accounts) > _MANY:
        sessions.forget_everything()
        return
    for account_id in accounts:
        sessions.forget_account(account_id)


async def follow_rights_forever() -> None:
    """Keep the tabs of this process within their readers' rights until cancelled."""
    watch = RightsWatch(open_tabs)
    line = asyncio.ensure_future(hear_forever(watch.heard))
    try:
        await watch.run()
    finally:
        line.cancel()
        await asyncio.gather(line, return_exceptions=True)
