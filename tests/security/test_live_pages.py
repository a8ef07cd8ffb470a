"""Open dashboards change by themselves, over a real socket: those concerned, soon, and none that is gone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import date

import pytest

from models.enums import EventType
from pages.dashboard.state import DashboardState
from tests.security.conftest import ROOT, Target, Wire
from tests.support.cast import OFFICE_ELSEWHERE, Cast
from tests.support.some_cases import NOW, intake
from thads_app.jobs.live import LiveHub, hub, listen, read_offices
from thads_app.rules.rights import EVERYWHERE, Actor, Scope
from thads_app.services import sessions
from thads_app.services.cases import register_case
from thads_app.services.dashboards import Dashboard, dashboard
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.statistics import FigureQuery

LOAD = f"{ROOT}.{DashboardState.get_full_name().removeprefix(ROOT).lstrip('.')}.load"
PATH = "/bang-dieu-hanh"
MONTH = "nam=2027&ky=2"
SOON = 2.0


@pytest.fixture(autouse=True)
async def listening(target: Target, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Announcements reach this process's hub, as the lifespan of the served app has it."""
    monkeypatch.setattr("pages.live.LOOK_ROUND_SECONDS", 0.3)
    ready = asyncio.Event()
    line = asyncio.ensure_future(listen(hub, ready))
    await asyncio.wait_for(ready.wait(), 5)
    yield
    line.cancel()
    await asyncio.gather(line, return_exceptions=True)
    for wire in target.wires:
        await wire.client.disconnect()
    await until(lambda: len(hub) == 0)


async def until(holds: object, seconds: float = 5.0) -> float:
    """Wait until something holds; return how long it took."""
    assert callable(holds)
    begun = time.monotonic()
    while not holds():
        if time.monotonic() - begun > seconds:
            raise AssertionError("it never came to hold")
        await asyncio.sleep(0.02)
    return time.monotonic() - begun


async def look_at(wire: Wire, unit: str) -> None:
    """Open a unit's dashboard in a tab."""
    query = dict(part.split("=") for part in f"don-vi={unit}&{MONTH}".split("&"))
    address = f"{PATH}?don-vi={unit}&{MONTH}"
    before = len(wire.said)
    await wire.send(LOAD, router_data={"pathname": PATH, "asPath": address, "query": query})
    await until(lambda: "Phải thi hành" in repr(wire.said[before:]))
    await asyncio.sleep(0.2)


async def one_case(cast: Cast, office: str = "91-03", number: int = 1) -> int:
    part = "intake_clerk" if office == "91-03" else "charlie"
    return (await register_case(cast[part], intake(cast, number, office), now=NOW)).case_id


async def completed(cast: Cast, case_id: int, part: str = "intake_clerk") -> None:
    command = {"case_id": case_id, "type": EventType.COMPLETED, "business_date": date(2026, 10, 30)}
    await record_event(cast[part], RecordEvent.model_validate(command), now=NOW)


async def test_dashboards_above_an_office_change_within_two_seconds_and_others_do_not(
    target: Target, cast: Cast
) -> None:
    case_id = await one_case(cast)
    leader = await target.wire((await cast.sign_in("leader")).secret)
    head = await target.wire((await cast.sign_in("province_head")).secret)
    elsewhere = await target.wire((await cast.sign_in("charlie")).secret)
    await look_at(leader, "00")
    await look_at(head, "91")
    await look_at(elsewhere, OFFICE_ELSEWHERE)
    quiet = len(elsewhere.said)
    heard = {wire.client.sid: len(wire.said) for wire in (leader, head)}
    await completed(cast, case_id)
    for wire in (leader, head):
        since = heard[wire.client.sid]
        took = await until(lambda w=wire, s=since: "'changed': True" in repr(w.said[s:]), SOON)
        assert took < SOON
    await asyncio.sleep(0.5)
    assert len(elsewhere.said) == quiet


async def test_a_burst_of_events_is_few_changes(target: Target, cast: Cast) -> None:
    ids = [await one_case(cast, number=number) for number in range(1, 9)]
    leader = await target.wire((await cast.sign_in("leader")).secret)
    await look_at(leader, "00")
    before = len(leader.said)
    for case_id in ids:
        await completed(cast, case_id)
    await asyncio.sleep(2.5)
    changes = [each for each in leader.said[before:] if "'cards_rx_state_'" in repr(each)]
    assert 1 <= len(changes) <= 4
    assert "'value': '8'" in repr(changes[-1])


async def test_tabs_that_look_at_the_same_figures_share_one_reading(
    target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = await one_case(cast)
    secret = (await cast.sign_in("leader")).secret
    wires = [await target.wire(secret) for _ in range(5)]
    for wire in wires:
        await look_at(wire, "00")
    readings: list[str] = []

    async def counted(actor: Actor, query: FigureQuery) -> Dashboard:
        readings.append(query.unit)
        return await dashboard(actor, query)

    monkeypatch.setattr("pages.dashboard.sharing.dashboard", counted)
    await completed(cast, case_id)
    for wire in wires:
        await until(lambda w=wire: "'changed': True" in repr(w.said), SOON)
    assert readings == ["00"]


async def test_a_tab_that_drills_down_follows_what_it_shows_then(target: Target, cast: Cast) -> None:
    here = await one_case(cast)
    there = await one_case(cast, OFFICE_ELSEWHERE, 2)
    leader = await target.wire((await cast.sign_in("leader")).secret)
    await look_at(leader, "00")
    await look_at(leader, "91")
    assert len(hub) == 1
    before = len(leader.said)
    await completed(cast, there, "charlie")
    await asyncio.sleep(0.6)
    assert "'changed': True" not in repr(leader.said[before:])
    await completed(cast, here)
    await until(lambda: "'changed': True" in repr(leader.said[before:]), SOON)


def working() -> int:
    """How many tasks do something; a closed socket's ping sleeps on for half a minute and ends by itself."""
    return sum("_send_ping" not in repr(task.get_coro()) for task in asyncio.all_tasks())


async def test_following_ends_with_the_tab_however_many(target: Target, cast: Cast) -> None:
    secret = (await cast.sign_in("leader")).secret
    await look_at(await target.wire(secret), "91")  # what the server starts once and keeps is running now
    tasks = working()
    wires = [await target.wire(secret) for _ in range(30)]
    for wire in wires:
        await wire.send(LOAD, router_data={"pathname": PATH, "asPath": f"{PATH}?don-vi=00&{MONTH}"})
    await until(lambda: len(hub) == len(wires) + 1, 20)
    for wire in wires:
        await wire.client.disconnect()
    await until(lambda: len(hub) == 1)
    await until(lambda: working() <= tasks)


async def test_following_ends_when_the_tab_shows_another_page(target: Target, cast: Cast) -> None:
    leader = await target.wire((await cast.sign_in("leader")).secret)
    await look_at(leader, "00")
    assert len(hub) == 1
    await leader.send(
        f"{ROOT}.set_is_hydrated", {"value": True}, router_data={"pathname": "/ho-so", "asPath": "/ho-so"}
    )
    await until(lambda: len(hub) == 0)


async def test_nothing_more_is_shown_once_the_session_has_ended(target: Target, cast: Cast) -> None:
    case_id = await one_case(cast)
    opened = await cast.sign_in("leader")
    leader = await target.wire(opened.secret)
    await look_at(leader, "00")
    await sessions.sign_out(opened.secret)
    before = len(leader.said)
    await completed(cast, case_id)
    await until(lambda: len(hub) == 0)
    assert "'cards_rx_state_'" not in repr(leader.said[before:])


# -- the hub -----------------------------------------------------------------------------------------------------------


async def test_a_tab_watches_one_page_at_a_time() -> None:
    mine = LiveHub()
    first = mine.watch("tab", "/a", Scope(office_ids=frozenset({1})))
    assert first is not None
    assert mine.watch("tab", "/a", Scope(office_ids=frozenset({2}))) is None
    mine.publish(frozenset({1}))
    assert not await first.wait(0.01)
    mine.publish(frozenset({2, 3}))
    assert await first.wait(0.01)
    second = mine.watch("tab", "/b", EVERYWHERE)
    assert second is not None
    assert await first.wait(0.01), "the follower of the old page is woken, to see that it is no longer wanted"
    mine.leave(first)
    assert mine.current("tab") is second


@pytest.mark.parametrize("payload", ["", "x", "[]", "{}", '{"offices":null}', '{"offices":["a"]}', '{"offices":{}}'])
def test_an_announcement_nobody_can_read_wakes_nobody(payload: str) -> None:
    assert read_offices(payload) == frozenset()


def test_an_announcement_names_offices() -> None:
    assert read_offices('{"offices":[3,1]}') == frozenset({1, 3})
