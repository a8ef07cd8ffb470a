"""Pages already open follow the rights of whoever looks at them, over a real socket and without a click."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from models.enums import Role
from pages.cases.list_page import CaseListState
from tests.security.conftest import ROOT, Target, Wire
from tests.support.cast import OFFICE, Cast
from tests.support.some_cases import NOW, intake
from thads_app import clock, db
from thads_app.auth import open_tabs as tabs
from thads_app.auth.open_tabs import OpenTab, OpenTabs, RightsWatch, open_tabs
from thads_app.auth.reflex_internals import HYDRATE_AND_LOAD, LOAD_BY_CLIENT
from thads_app.jobs import rights_news
from thads_app.jobs.rights_news import hear
from thads_app.services import accounts, sessions
from thads_app.services.accounts import GrantRole
from thads_app.services.administration.grant_views import grants_of_account
from thads_app.services.administration.grants import ChangeEnd, TakeBack, change_end, take_back
from thads_app.services.cases import register_case
from thads_app.services.sessions import SignedIn, Stage

PATH = "/ho-so"
LOAD = f"{ROOT}.{CaseListState.get_full_name().removeprefix(ROOT).lstrip('.')}.load"
FIVE = 5.0


@pytest.fixture(autouse=True)
async def watching(target: Target, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Announcements reach this process, as in the served app."""
    monkeypatch.setattr(tabs, "SETTLE_SECONDS", 0.1)
    ready, watch = asyncio.Event(), RightsWatch(open_tabs)
    tasks = [asyncio.ensure_future(hear(watch.heard, ready)), asyncio.ensure_future(watch.run())]
    await asyncio.wait_for(ready.wait(), 5)
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def until(holds: Callable[[], bool], seconds: float = FIVE) -> None:
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() - begun < seconds, "it never came to hold"
        await asyncio.sleep(0.02)


async def look_at(target: Target, secret: str) -> Wire:
    """Open the list of cases as a page does."""
    wire = await target.wire(secret)
    await wire.send(HYDRATE_AND_LOAD, router_data={"pathname": PATH, "asPath": PATH})
    await wire.send(LOAD, router_data={"pathname": PATH, "asPath": PATH})
    await asyncio.sleep(0.4)
    return wire


async def told(wire: Wire, since: int, event: str = HYDRATE_AND_LOAD) -> str:
    """Wait until the tab is told to load its page anew, do so as a page would, and return what comes back."""
    await until(lambda: event in repr(wire.said[since:]))
    return await wire.ask(event, router_data={"pathname": PATH, "asPath": PATH}, wait=0.6)


async def one_case(cast: Cast) -> None:
    await register_case(cast["intake_clerk"], intake(cast, 1, OFFICE), now=NOW)


async def test_a_tab_whose_account_is_disabled_loses_its_page(target: Target, cast: Cast) -> None:
    await one_case(cast)
    wire = await look_at(target, (await cast.sign_in("statistician")).secret)
    assert "QĐ-THADS" in wire.heard
    since = len(wire.said)
    await accounts.disable_account(cast["province_admin"], "statistician")
    answer = await told(wire, since)
    assert "QĐ-THADS" not in answer
    assert "/login" in answer


@pytest.mark.parametrize("how", ["taken back", "ended by its last day", "moved to another office", "ended from SQL"])
async def test_a_tab_whose_reader_lost_the_right_is_emptied(target: Target, cast: Cast, how: str) -> None:
    await one_case(cast)
    wire = await look_at(target, (await cast.sign_in("statistician")).secret)
    since, admin, account_id = len(wire.said), cast["province_admin"], cast["statistician"].account_id or 0
    (grant,) = await grants_of_account(admin, account_id)
    if how == "taken back":
        await take_back(admin, TakeBack(grant_id=grant.id, reason="Chuyển công tác"))
    elif how == "ended by its last day":
        with db.raw_owner_connection() as owner:
            owner.execute("UPDATE role_grant SET valid_to = current_date - 2 WHERE id = %s", (grant.id,))
    elif how == "moved to another office":
        with db.raw_owner_connection() as owner:
            owner.execute("UPDATE account SET office_id = %s WHERE id = %s", (cast.office("91-04"), account_id))
            owner.execute("UPDATE role_grant SET office_id = %s WHERE id = %s", (cast.office("91-04"), grant.id))
    else:
        with db.raw_owner_connection() as owner:
            owner.execute("UPDATE role_grant SET ended_at = now(), end_reason = 'x' WHERE id = %s", (grant.id,))
    answer = await told(wire, since)
    assert "QĐ-THADS" not in answer
    if how != "moved to another office":
        assert "/khong-co-quyen" in answer


async def test_a_right_given_shows_without_a_click_and_without_emptying_the_page(target: Target, cast: Cast) -> None:
    wire = await look_at(target, (await cast.sign_in("bob")).secret)
    since = len(wire.said)
    await accounts.grant_role(
        cast["province_admin"], GrantRole(username="bob", role=Role.STATISTICIAN, office_code="91-04")
    )
    await told(wire, since, LOAD_BY_CLIENT)
    assert HYDRATE_AND_LOAD not in repr(wire.said[since:])


async def test_a_tab_of_somebody_else_is_left_alone(target: Target, cast: Cast) -> None:
    other = await look_at(target, (await cast.sign_in("alice")).secret)
    since = len(other.said)
    await accounts.disable_account(cast["province_admin"], "bob")
    await asyncio.sleep(0.6)
    assert HYDRATE_AND_LOAD not in repr(other.said[since:])


async def test_the_end_of_the_day_empties_the_tabs_of_those_whose_time_is_over(
    target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    await one_case(cast)
    (grant,) = await grants_of_account(cast["province_admin"], cast["statistician"].account_id or 0)
    today = clock.today()
    await change_end(cast["province_admin"], ChangeEnd(grant_id=grant.id, valid_to=today, reason="Hết nhiệm vụ"))
    wire = await look_at(target, (await cast.sign_in("statistician")).secret)
    await asyncio.sleep(0.4)
    assert "QĐ-THADS" in wire.heard
    since = len(wire.said)
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=1))
    answer = await told(wire, since)
    assert "QĐ-THADS" not in answer
    assert "/khong-co-quyen" in answer


async def test_being_told_is_not_an_attempt_anybody_made(target: Target, cast: Cast) -> None:
    wire = await look_at(target, (await cast.sign_in("statistician")).secret)
    since = len(wire.said)
    (grant,) = await grants_of_account(cast["province_admin"], cast["statistician"].account_id or 0)
    await take_back(cast["province_admin"], TakeBack(grant_id=grant.id, reason="Chuyển công tác"))
    await told(wire, since)
    with db.raw_owner_connection() as owner:
        refused = owner.execute("SELECT count(*) FROM audit_entry WHERE action = 'access.refused'").fetchone()
    assert refused == (0,)


async def test_closed_tabs_are_forgotten(target: Target, cast: Cast) -> None:
    secret = (await cast.sign_in("bob")).secret
    await open_tabs.check()
    before = len(open_tabs)
    wires = [await look_at(target, secret) for _ in range(5)]
    assert len(open_tabs) == before + 5
    for wire in wires:
        await wire.client.disconnect()
    await until(lambda: all(True for _ in wires))
    await asyncio.sleep(0.2)
    await open_tabs.check()
    assert len(open_tabs) <= before


async def test_what_a_tab_showed_is_remembered_until_it_is_emptied(cast: Cast) -> None:
    mine = OpenTabs()
    rich = SignedIn((await cast.sign_in("office_head")).actor, Stage.FULL, "x")
    poor = SignedIn((await cast.sign_in("bob")).actor, Stage.FULL, "x")
    mine.note("tab", rich, LOAD_BY_CLIENT)
    mine.note("tab", poor, LOAD_BY_CLIENT)
    assert mine._tabs["tab"] == OpenTab(rich.actor, Stage.FULL)
    mine.note("tab", poor, HYDRATE_AND_LOAD)
    assert mine._tabs["tab"] == OpenTab(poor.actor, Stage.FULL)
    mine.note("tab", None, HYDRATE_AND_LOAD)
    assert len(mine) == 0


async def test_a_burst_of_announcements_is_checked_together(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[object] = []
    mine = OpenTabs()

    async def count(accounts: object = None) -> int:
        checked.append(accounts)
        return 0

    monkeypatch.setattr(mine, "check", count)
    watch = RightsWatch(mine)
    for account_id in (1, 2, 2, 3):
        watch.heard(account_id)
    await watch.check_now()
    await watch.check_now()
    watch.heard(None)
    await watch.check_now()
    assert checked == [frozenset({1, 2, 3}), None]
    assert rights_news.RIGHTS_CHANNEL == "thads_rights"
    sessions.forget_everything()
