"""How often somebody may do something, and how they are told that it was too often."""

from __future__ import annotations

import pytest

from tests.support.api_client import open_api, open_client
from tests.support.cast import Cast
from thads_app.auth import limits
from thads_app.auth.limits import Limit, Meter
from thads_app.auth.requests import cookie_name
from thads_app.errors import Refused

TEN = Limit("thử", 10, 2.0)


def test_a_burst_is_welcome_and_then_the_steady_rate() -> None:
    meter = Meter(TEN)
    assert [meter.take("a", 100.0) for _ in range(10)] == [0.0] * 10
    assert meter.take("a", 100.0) == pytest.approx(0.5)
    assert meter.take("a", 100.6) == 0.0
    assert meter.take("a", 100.6) > 0


def test_refused_attempts_cost_nothing() -> None:
    meter = Meter(TEN)
    for _ in range(1_000):
        meter.take("a", 100.0)
    assert meter.take("a", 100.5) == 0.0


def test_nobody_pays_for_another() -> None:
    meter = Meter(TEN)
    for _ in range(20):
        meter.take("a", 100.0)
    assert meter.take("b", 100.0) == 0.0


def test_many_senders_are_forgotten_before_they_fill_the_memory() -> None:
    meter = Meter(TEN)
    for number in range(50_000):
        meter.take(str(number), 100.0)
    assert len(meter._free_at) <= 20_000


def test_the_longest_wait_is_the_one_told() -> None:
    with pytest.raises(Refused) as refused:
        limits.refuse_if_waiting([("a", 0.0), ("b", 2.2), ("c", 1.0)])
    assert (refused.value.code, refused.value.params["seconds"], refused.value.status) == ("too_often", 3, 429)


async def test_exporting_too_often_is_refused_per_account_with_a_time_to_come_back(cast: Cast) -> None:
    alice, bob = await cast.sign_in("alice"), await cast.sign_in("bob")
    async with open_client() as client:
        client.cookies.set(cookie_name(), alice.secret)
        statuses = [
            (await client.get("/api/reports/form.csv?bieu=01/TK-THA")).status_code
            for _ in range(limits.EXPORT_BY_ACCOUNT.burst)
        ]
        assert 429 not in statuses
        refused = await client.get("/api/exports/cases")
        page = await client.get("/api/exports/cases", headers={"Sec-Fetch-Mode": "navigate"})
        client.cookies.set(cookie_name(), bob.secret)
        other = await client.get("/api/exports/cases")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert refused.json()["code"] == "too_often"
    assert "Hãy thử lại sau" in page.text
    assert page.headers["retry-after"]
    assert other.status_code == 200


async def test_the_api_refuses_as_a_problem_and_says_when_to_come_back(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thads_app.api.guard._API", (Limit("api", 3, 0.5), Limit("api", 1000, 100.0)))
    api = await open_api(cast)
    answers = [await api.get("alice", "/cases") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["content-type"] == "application/problem+json"
    assert answers[-1].headers["retry-after"] == "2"
    assert (await api.get("bob", "/cases")).status_code == 200


async def test_guessing_tokens_is_counted_by_address(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads_app.api.guard._API", (Limit("api", 100, 10.0), Limit("api", 5, 0.5)))
    async with open_client() as client:
        statuses = [
            (await client.get("/api/v1/cases", headers={"Authorization": f"Bearer thads_{n:032}"})).status_code
            for n in range(7)
        ]
    assert statuses == [401] * 5 + [429] * 2


async def test_attempts_to_sign_in_from_one_address_are_held_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads_app.api.guard._SIGN_IN", (None, Limit("sign_in", 2, 0.5)))
    async with open_client() as client:
        statuses = [(await client.post("/api/auth/login", data={"username": "x"})).status_code for _ in range(4)]
    assert statuses == [303, 303, 429, 429]
