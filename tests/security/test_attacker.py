"""An attacker who speaks the socket's protocol by hand: forged connections, binary parts, floods, bent messages."""

from __future__ import annotations

import asyncio
import json
import uuid
from typing import Any

import aiohttp
import pytest

from tests.security.conftest import ROOT, Target
from tests.security.raw_line import RawLine, open_line, parsed
from tests.security.states import VaultState, event_of
from tests.support.cast import Cast
from thads_app.auth import limits, socket_door, socket_guard
from thads_app.thads_app import app

HIDDEN = ("Traceback", 'File "', "psycopg", "sqlalchemy", "site-packages", "SELECT ", "Error(")


async def opened(target: Target, cast: Cast, part: str = "alice", **options: Any) -> RawLine:
    return await open_line(target.url, (await cast.sign_in(part)).secret, **options)


async def is_served(line: RawLine, name: str = "Trần Thị An") -> bool:
    await line.event(event_of("load"))
    return f"bí mật của {name}" in await line.listen(0.4)


def sockets_of_pages() -> int:
    assert app.sio is not None
    rooms = app.sio.manager.rooms.get("/_event", {})
    return len(rooms.get(None, {}))


@pytest.mark.parametrize("word", ["connect", "disconnect"])
async def test_a_message_that_calls_itself_a_connection_is_none(target: Target, cast: Cast, word: str) -> None:
    """The framework would run its handler of connections with an environment of the attacker's making."""
    line = await opened(target, cast)
    forged = {
        "QUERY_STRING": f"token={uuid.uuid4()}",
        "REMOTE_ADDR": "6.6.6.6",
        "asgi.scope": {"client": ["6.6.6.6", 1], "headers": [["cookie", "thads_session=x"]]},
    }
    await line.send("42/_event," + json.dumps([word, forged], separators=(",", ":")))
    await line.send(f'42/_event,["{word}"]')
    await line.event(event_of("where"))
    answer = await line.listen(0.4)
    assert "từ 127.0.0.1" in answer
    assert "6.6.6.6" not in answer
    await line.close()


async def test_a_forged_connection_does_not_refill_what_a_flood_may_spend(target: Target, cast: Cast) -> None:
    line = await opened(target, cast)
    for number in range(400):
        await line.send(f'42/_event,["connect",{{"QUERY_STRING":"token=t{number}"}}]')
        await line.event(event_of("count"), {"number": number})
    answers = (await line.listen(1.0)).count("number_rx_state_")
    assert answers < 120
    await line.close()


async def test_one_line_holds_one_connection_however_often_it_asks(target: Target, cast: Cast) -> None:
    line = await opened(target, cast)
    before = sockets_of_pages()
    for _ in range(50):
        await line.send("40/_event,")
        await line.send("40/_event,{}")
        await line.send("40/khac,")
        await line.send("40")
    await line.listen(0.3)
    assert sockets_of_pages() == before
    await line.close()


async def test_binary_parts_are_never_kept(target: Target, cast: Cast) -> None:
    """A message may announce ten digits' worth of binary parts; the framework would keep each until the last came."""
    assert app.sio is not None
    line = await opened(target, cast)
    await line.send('459999999999-/_event,["event",{"_placeholder":true,"num":0}]')
    for _ in range(20):
        await line.send_bytes(b"x" * 100_000)
    await line.listen(0.3)
    assert app.sio._binary_packet == {}
    assert await is_served(line)
    await line.close()


BENT = [
    "", "4", "42", "42/_event", "42/_event,", "42/_event,[", '42/_event,["event"', '42/_event,["event"]',
    '42/_event,["event",null]', '42/_event,["event",{},{},{}]', "42/_event,[7,{}]", "42/_event,[]", "42/_event,{}",
    '42/_event,["on_event",{}]', '42/_event,["__class__",{}]', '42/_event,["emit_update",{}]', "42/,[]",
    '42["event",{}]',
    '42/_event,["event",' + "[" * 50_000 + "]" * 50_000 + "]",
    '42/_event,["event",{"name":"x","payload":{"a":' + "9" * 20_000 + "}}]",
    '42/_event,["event",{"name":"x\\u0000","payload":{"\\ud800":"\\udfff"}}]',
    '42/_event,["client_error",{"message":"' + "x" * 1_000 + '"},1,2,3]', '42/_event,["ping",1,2]',
    "43/_event,999[1]", "44/_event,{}", "46/_event,1[]", "47", "4x", "9", "6", "5", "3probe", "\x00", "🙂",
]  # fmt: skip


def tasks_of_lines() -> int:
    """How many tasks the socket's library keeps for writing on lines."""
    return sum("writer" in getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())


async def test_bent_messages_hurt_nobody(target: Target, cast: Cast) -> None:
    neighbour = await opened(target, cast, "bob")
    secret = (await cast.sign_in("alice")).secret
    for text in BENT:
        line = await open_line(target.url, secret)
        await line.send(text)
        heard = await line.listen(0.15)
        assert not [word for word in HIDDEN if word in heard], text[:60]
        await line.close()
        limits.forget_everybody()
    assert await is_served(neighbour, "Lê Văn Bình")
    await asyncio.sleep(0.3)
    assert tasks_of_lines() == 1  # the neighbour's
    await neighbour.close()


async def test_replayed_and_guessed_tab_tokens_open_no_state_of_others(target: Target, cast: Cast) -> None:
    token = str(uuid.uuid4())
    alice = await opened(target, cast, token=token)
    assert await is_served(alice)
    charlie = (await cast.sign_in("charlie")).secret
    assert app.event_namespace is not None
    known = list(app.event_namespace.token_to_sid)
    for guess in [token, token.upper(), token[:-1], *known, "0" * 36, "'", "%00", "../state", *map(str, range(20))]:
        for secret in (charlie, ""):
            line = await open_line(target.url, secret, token=guess)
            await line.event(event_of("load"))
            heard = await line.listen(0.1) + "\n".join(line.said)
            assert "Trần Thị An" not in heard, guess
            await line.close()
        limits.forget_everybody()
    assert await is_served(alice)
    await alice.close()


async def test_forged_headers_change_neither_the_person_nor_the_address(target: Target, cast: Cast) -> None:
    alice = await cast.sign_in("alice")
    forged = {
        "X-Forwarded-For": "6.6.6.6", "X-Real-IP": "6.6.6.6", "Forwarded": "for=6.6.6.6", "X-Forwarded-User": "leader",
        "Authorization": f"Bearer {alice.secret}", "X-Original-URL": "/quan-tri", "asgi-scope-client": "6.6.6.6",
    }  # fmt: skip
    stranger = await open_line(target.url, headers=forged)
    assert not await is_served(stranger)
    line = await open_line(target.url, alice.secret, headers=forged)
    await line.event(event_of("where"), router_data={"pathname": "/", "ip": "6.6.6.6", "headers": {"x": "6.6.6.6"}})
    answer = await line.listen(0.4)
    assert "từ 127.0.0.1" in answer
    assert "từ 6.6.6.6" not in answer
    for each in (stranger, line):
        await each.close()


@pytest.mark.parametrize("headers", [{"Origin": ""}, {"Origin": "null"}, {"Origin": "https://doc-hai.example"}])
async def test_a_socket_whose_page_is_not_ours_is_refused_at_the_door(
    target: Target, cast: Cast, headers: dict[str, str]
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await opened(target, cast, headers=headers)
    assert refused.value.status == 403


async def test_one_session_opens_only_so_many_sockets(
    target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(socket_door.MOST_OPEN, "session", 5)
    secret = (await cast.sign_in("alice")).secret
    lines = [await open_line(target.url, secret, connect=False) for _ in range(5)]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await open_line(target.url, secret)
    other = await opened(target, cast, "bob")
    assert await is_served(other, "Lê Văn Bình")
    for line in lines:
        await line.close()
    await asyncio.sleep(0.2)
    again = await open_line(target.url, secret)
    assert await is_served(again)
    for line in (again, other):
        await line.close()


async def test_made_up_sessions_count_as_nobodys(target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(socket_door.MOST_OPEN, "nobody", 5)
    lines = [await open_line(target.url, f"{number:043}", connect=False) for number in range(5)]
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await open_line(target.url, "x" * 43)
    person = await opened(target, cast)
    assert await is_served(person)
    for line in (*lines, person):
        await line.close()


async def test_the_state_of_a_tab_that_has_gone_goes_too(
    target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_guard, "KEPT_FOR_STRANGERS_SECONDS", 0.2)
    monkeypatch.setattr(socket_guard, "KEPT_FOR_PEOPLE_SECONDS", 0.2)
    states = app.state_manager.states  # type: ignore[attr-defined]
    token = str(uuid.uuid4())
    alice = await opened(target, cast, token=token)
    before = set(states)
    strangers = [await open_line(target.url) for _ in range(3)]
    assert len(set(states) - before) == 3
    for line in strangers:
        await line.close()
    await asyncio.sleep(0.6)
    assert set(states) <= before
    assert await is_served(alice)
    await alice.close()
    again = await opened(target, cast, token=token)
    await asyncio.sleep(0.6)
    assert await is_served(again)  # who came back in time keeps the state
    await again.close()


async def test_one_session_opens_sockets_only_so_fast(target: Target, cast: Cast) -> None:
    secret = (await cast.sign_in("alice")).secret
    refused = 0
    for _ in range(limits.SOCKET_BY_SESSION.burst + 10):
        try:
            await (await open_line(target.url, secret, connect=False)).close()
        except aiohttp.WSServerHandshakeError:
            refused += 1
    assert refused >= 5


async def test_somebody_too_fast_is_told_so_in_words_and_served_again_soon(
    target: Target, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_guard, "PER_SECOND", 100.0)
    line = await opened(target, cast)
    for number in range(300):
        await line.event(event_of("count"), {"number": number})
    assert "Bạn thao tác quá nhanh" in await line.listen(1.5)
    assert await is_served(line)
    await line.close()


INTERNAL = f"{ROOT}.reflex___state____"
STORAGE = f"{INTERNAL}update_vars_internal_state.update_vars_internal"
FAILURE = f"{INTERNAL}frontend_event_exception_state.handle_frontend_exception"


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        (f"{ROOT}.hydrate", {"__class__": "x"}),
        (f"{ROOT}.set_is_hydrated", {"value": "Trần"}),
        (STORAGE, {"vars": {"rows": ["x"]}}),
        (STORAGE, {"vars": {f"{VaultState.get_full_name()}.rows": []}}),
        (STORAGE, {"vars": "x" * 10_000}),
        (f"{INTERNAL}on_load_internal_state.on_load_internal", {"x": 1}),
        (FAILURE, {"info": "x" * 9_000, "component_stack": 7}),
    ],
)  # fmt: skip
async def test_the_frameworks_own_events_reach_nothing_of_ours(
    target: Target, cast: Cast, name: str, payload: dict[str, object]
) -> None:
    alice = await opened(target, cast)
    assert await is_served(alice)
    for part in ("", "charlie"):
        line = await open_line(target.url, (await cast.sign_in(part)).secret if part else "")
        await line.event(name, payload)
        heard = await line.listen(0.3)
        assert "Trần Thị An" not in heard
        assert not [word for word in HIDDEN if word in heard]
        await line.close()
    assert await is_served(alice)
    await alice.close()


async def test_a_page_one_may_not_open_sends_nothing_when_a_tab_says_it_is_there(target: Target, cast: Cast) -> None:
    line = await opened(target, cast, "accountant")
    on = {"pathname": "/quan-tri", "asPath": "/quan-tri", "query": {}}
    await line.event(f"{INTERNAL}on_load_internal_state.on_load_internal", router_data=on)
    updates = parsed(await line.listen(0.5))
    states = {state.rsplit(".", 1)[-1] for update in updates for state in update.get("delta") or {}}
    assert not [state for state in states if "office" in state or "admin" in state], states
    assert any(event["name"] == "_redirect" for update in updates for event in update.get("events", []))
    await line.close()
