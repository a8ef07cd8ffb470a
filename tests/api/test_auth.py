"""Signing in over HTTP as a browser does it: forms, cookies, redirects."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text
from starlette.types import Message, Receive, Scope, Send

from tests.support.cast import PASSWORD, Cast
from thads_app import thads_app as assembled
from thads_app.api import build_api
from thads_app.auth.body_limit import BodyLimit
from thads_app.auth.requests import address_group, cookie_name, safe_next
from thads_app.db import unit_of_work
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import accounts, sessions, throttle
from thads_app.settings import get_settings

ORIGIN = {"Origin": "http://localhost:3000"}


@pytest.fixture
async def browser_like(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    transport = httpx.ASGITransport(assembled.guard_http(build_api()), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", headers=ORIGIN) as client:
        yield client


async def enter(client: httpx.AsyncClient, username: str = "alice", password: str = PASSWORD, **more: str):
    return await client.post("/api/auth/login", data={"username": username, "password": password, **more})


async def test_signing_in_sets_a_cookie_no_script_can_read_and_goes_on(browser_like: httpx.AsyncClient) -> None:
    answer = await enter(browser_like)
    assert (answer.status_code, answer.headers["location"]) == (303, "/ho-so")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{cookie_name()}=")
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Secure" not in cookie


async def test_over_tls_the_cookie_is_bound_to_this_host(
    browser_like: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure = get_settings().model_copy(update={"public_origin": "https://thads.example"})
    monkeypatch.setattr("thads_app.auth.requests.get_settings", lambda: secure)
    answer = await browser_like.post(
        "/api/auth/login",
        data={"username": "alice", "password": PASSWORD},
        headers={"Origin": "https://thads.example"},
    )
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-thads=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("part", "home"),
    [("leader", "/bang-dieu-hanh"), ("office_head", "/bang-dieu-hanh"), ("alice", "/ho-so"), ("intake_clerk", "/ho-so"),
     ("central_admin", "/quan-tri")],
)  # fmt: skip
async def test_everybody_begins_where_their_work_is(
    browser_like: httpx.AsyncClient, cast: Cast, part: str, home: str
) -> None:
    answer = await enter(browser_like, cast.username(part))
    assert answer.headers["location"] == home


async def test_after_signing_in_one_comes_back_to_the_page_one_wanted(browser_like: httpx.AsyncClient) -> None:
    answer = await enter(browser_like, tiep="/ho-so/17?tab=tien")
    assert answer.headers["location"] == "/ho-so/17?tab=tien"


async def test_nobody_is_led_elsewhere_after_signing_in(browser_like: httpx.AsyncClient) -> None:
    for wanted in (
        "https://doc-hai.example", "//doc-hai.example", "/\\doc-hai.example", "/api/auth/logout", "javascript:alert(1)",
        "/a/../../b", "/ho-so\r\nSet-Cookie: a=b", "/<script>",
    ):  # fmt: skip
        assert safe_next(wanted) == ""
        assert (await enter(browser_like, tiep=wanted)).headers["location"] == "/ho-so", wanted


async def test_a_refusal_comes_back_as_a_code_and_never_with_what_was_typed(browser_like: httpx.AsyncClient) -> None:
    answer = await enter(browser_like, "alice<script>", "mật khẩu gõ nhầm", tiep="/ho-so/17")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?loi=sai&tiep=%2Fho-so%2F17")
    assert "set-cookie" not in answer.headers
    assert "script" not in answer.text


async def test_a_blocked_account_is_told_how_long_to_wait(browser_like: httpx.AsyncClient) -> None:
    for _ in range(5):
        await enter(browser_like, password="sai")
    answer = await enter(browser_like)
    assert answer.headers["location"] == "/login?loi=khoa&phut=1"


async def test_a_post_from_another_sites_page_is_refused(browser_like: httpx.AsyncClient) -> None:
    await enter(browser_like)
    foreign = (
        "https://doc-hai.example", "null", "http://localhost:3001", "https://localhost:3000",
        "http://localhost:3000.doc-hai.example",
    )  # fmt: skip
    for path in ("login", "logout", "logout-everywhere", "password"):
        for origin in foreign:
            answer = await browser_like.post(
                f"/api/auth/{path}", data={"username": "alice", "password": PASSWORD}, headers={"Origin": origin}
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), (path, origin)
    assert (await browser_like.post("/api/auth/logout-everywhere")).status_code == 303


async def test_signing_out_takes_the_cookie_and_the_session(browser_like: httpx.AsyncClient) -> None:
    await enter(browser_like)
    secret = browser_like.cookies[cookie_name()]
    answer = await browser_like.post("/api/auth/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?loi=da-ra")
    assert cookie_name() not in browser_like.cookies
    assert await sessions.resolve(secret) is None


async def test_signing_out_everywhere_needs_somebody(browser_like: httpx.AsyncClient) -> None:
    assert (await browser_like.post("/api/auth/logout-everywhere")).status_code == 401


async def test_a_temporary_password_leads_to_the_password_page_and_nowhere_else(
    browser_like: httpx.AsyncClient, cast: Cast
) -> None:
    given = await accounts.reset_password(cast["province_admin"], "alice")
    assert (await enter(browser_like, password=given)).headers["location"] == "/doi-mat-khau"
    before = browser_like.cookies[cookie_name()]
    new = "ba con voi di hoc 1987"
    for bad, code in (("khác", "khong-khop"), ("", "khong-khop")):
        answer = await browser_like.post("/api/auth/password", data={"current": given, "new": new, "repeated": bad})
        assert answer.headers["location"] == f"/doi-mat-khau?loi={code}"
    answer = await browser_like.post("/api/auth/password", data={"current": given, "new": new, "repeated": new})
    assert answer.headers["location"] == "/ho-so"
    assert browser_like.cookies[cookie_name()] != before
    assert await sessions.resolve(before) is None


@pytest.mark.parametrize(
    ("typed", "code"),
    [({"current": "sai"}, "hien-tai"), ({"new": "ngắn", "repeated": "ngắn"}, "ngan"),
     ({"new": "matkhau123456", "repeated": "matkhau123456"}, "de-doan"),
     ({"new": PASSWORD, "repeated": PASSWORD}, "nhu-cu")],
)  # fmt: skip
async def test_a_password_that_cannot_be_taken_is_explained(
    browser_like: httpx.AsyncClient, typed: dict[str, str], code: str
) -> None:
    await enter(browser_like)
    good = {"current": PASSWORD, "new": "ba con voi di hoc 1987", "repeated": "ba con voi di hoc 1987"}
    answer = await browser_like.post("/api/auth/password", data={**good, **typed})
    assert answer.headers["location"] == f"/tai-khoan?loi={code}"


async def test_garbage_is_refused_without_a_trace(browser_like: httpx.AsyncClient) -> None:
    for content in (b"", b"\xff\xfe", b"username[]=1&password=%00", b'{"username": "alice"}'):
        for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data", "text/plain"):
            answer = await browser_like.post("/api/auth/login", content=content, headers={"Content-Type": kind})
            assert answer.status_code in {303, 400, 422}, (content, kind)
            assert "Traceback" not in answer.text
            await throttle.pardon("", "127.0.0.1")


async def test_too_long_a_body_is_refused_before_it_is_read(browser_like: httpx.AsyncClient) -> None:
    answer = await browser_like.post("/api/auth/login", content=b"x" * (2 * 1024 * 1024))
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_that_lies_about_its_length_is_cut_off() -> None:
    reached = 0

    async def reading(_scope: Scope, receive: Receive, _send: Send) -> None:
        nonlocal reached
        while (await receive()).get("more_body"):
            reached += 1

    async def endless() -> Message:
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    told: list[dict[str, object]] = []

    async def note(message: Message) -> None:
        told.append(dict(message))

    await BodyLimit(reading)({"type": "http", "path": "/api/auth/login", "headers": []}, endless, note)
    assert told[0]["status"] == 413
    assert reached <= 16


async def test_two_audiences_of_one_post_are_told_apart_by_their_network() -> None:
    assert address_group("2001:db8:1:2:3:4:5:6") == address_group("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert address_group("::ffff:192.0.2.1") == address_group("192.0.2.1") == "192.0.2.1"
    assert address_group("không phải") == "không phải"


async def test_the_recorded_address_is_the_trusted_proxys_word_only(
    browser_like: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = {"X-Forwarded-For": "203.0.113.66, 198.51.100.7"}
    await browser_like.post("/api/auth/login", data={"username": "alice", "password": PASSWORD}, headers=forged)
    behind_one = get_settings().model_copy(update={"trusted_proxy_hops": 1})
    monkeypatch.setattr("thads_app.auth.requests.get_settings", lambda: behind_one)
    await browser_like.post("/api/auth/login", data={"username": "bob", "password": PASSWORD}, headers=forged)
    async with unit_of_work(EVERYWHERE) as session:
        rows = (await session.execute(text("SELECT address FROM auth_session ORDER BY created_at"))).scalars().all()
    assert rows == ["127.0.0.1", "198.51.100.7"]


async def test_health_readiness_and_metrics_answer_anybody(browser_like: httpx.AsyncClient) -> None:
    assert (await browser_like.get("/healthz")).json() == {"status": "ok"}
    assert (await browser_like.get("/readyz")).json() == {"status": "ready", "database": True}
    await enter(browser_like)
    metrics = (await browser_like.get("/metrics")).text
    assert 'thads_sign_ins_total{outcome="opened"}' in metrics
    assert "alice" not in metrics


async def test_without_a_database_it_is_alive_but_not_ready(
    browser_like: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere() -> None:
        raise OSError("mật khẩu của cơ sở dữ liệu là abc")

    monkeypatch.setattr("thads_app.api.health.unit_of_work", nowhere)
    answer = await browser_like.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unready")
    assert "abc" not in answer.text
    assert (await browser_like.get("/healthz")).status_code == 200
