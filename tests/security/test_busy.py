"""When no database connection is free, people are asked to come back: no incident, no half-told page."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.security.conftest import Target
from tests.security.states import event_of
from tests.support.cast import PASSWORD, Cast
from thads_app import db
from thads_app.errors import Refused
from thads_app.messages import sentence
from thads_app.rules.rights import NOWHERE
from thads_app.services import own_account, sessions

BUSY = sentence("busy")
HTML = {"Accept": "text/html"}
ORIGIN = {"Origin": "http://localhost:3000"}


@pytest.fixture
async def secret(target: Target, cast: Cast) -> str:
    """A session opened while there were connections."""
    return (await cast.sign_in("alice")).secret


class _Exhausted:
    """Holds every connection the pool may make."""

    def __init__(self) -> None:
        self.held: list[object] = []

    async def begin(self, *, forget: bool = True) -> None:
        pool = db.engine().sync_engine.pool
        pool._timeout = 0.1  # type: ignore[attr-defined]  # nobody waits ten seconds in a test
        try:
            while True:
                self.held.append(await db.engine().connect())
        except db.NoFreeConnection:
            if forget:
                sessions.forget_everything()
                own_account.forget_tokens()

    async def end(self) -> None:
        for each in self.held:
            await each.close()  # type: ignore[attr-defined]
        self.held.clear()


@pytest.fixture
async def exhausted(target: Target) -> AsyncIterator[_Exhausted]:
    holding = _Exhausted()
    yield holding
    await holding.end()


async def test_a_transaction_without_a_connection_is_refused_as_busy(cast: Cast, exhausted: _Exhausted) -> None:
    await exhausted.begin()
    for who in (cast["alice"], NOWHERE):
        with pytest.raises(Refused, match="busy") as refusal:
            async with db.unit_of_work(who) as working:
                await working.connection()
        assert refusal.value.status == 503
        with pytest.raises(Refused, match="busy"):
            async with db.session(who) as reading:
                await reading.connection()


async def test_routes_and_pages_say_so_and_when_to_come_back(
    target: Target, cast: Cast, secret: str, exhausted: _Exhausted
) -> None:
    await exhausted.begin()
    async with target.http(secret, headers=ORIGIN) as client:
        posted = await client.post("/api/auth/logout")
        page = await client.get("/ho-so", headers=HTML)
        bearer = {"Authorization": "Bearer " + "x" * 40}
        program = await client.get("/api/v1/cases", headers=bearer)
    for answer in (posted, page, program):
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5"), answer.text
        assert BUSY in answer.text
        assert "incident" not in answer.text
    assert posted.json()["code"] == program.json()["code"] == "busy"


async def test_signing_in_comes_back_to_the_form_with_the_sentence(
    target: Target, cast: Cast, exhausted: _Exhausted
) -> None:
    await exhausted.begin()
    async with target.http(headers=ORIGIN) as client:
        answer = await client.post("/api/auth/login", data={"username": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?loi=ban")


async def test_a_tab_shows_the_sentence_and_works_again_afterwards(
    target: Target, secret: str, exhausted: _Exhausted
) -> None:
    wire = await target.wire(secret)
    await wire.ask(event_of("load"))
    await exhausted.begin()
    heard = await wire.ask(event_of("where"), wait=0.8)
    assert BUSY in heard
    assert heard.count(BUSY) == 1, "it was told once"
    assert "bí mật" not in heard
    assert "từ " not in heard
    await exhausted.end()
    assert "từ " in await wire.ask(event_of("where"), wait=0.8)


async def test_a_handler_that_finds_no_connection_shows_the_sentence(
    target: Target, secret: str, exhausted: _Exhausted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "_KEPT_SECONDS", 60.0)  # who acts is known; what they want is not at hand
    wire = await target.wire(secret)
    await wire.ask(event_of("load"))
    await exhausted.begin(forget=False)
    assert BUSY in await wire.ask(event_of("reads"), wait=0.8)
