"""The gate in front of documents: who is sent which page, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests.support.cast import Cast
from thads_app.auth.headers import SecureHeaders
from thads_app.auth.page_gate import PageGate, PageRule
from thads_app.auth.policy import needs
from thads_app.auth.requests import cookie_name
from thads_app.rules.rights import Permission
from thads_app.services import accounts, sessions

RULES = [
    PageRule("/login", needs("public")),
    PageRule("/khong-co-quyen", needs("public")),
    PageRule("/", needs("authenticated")),
    PageRule("/ho-so", needs(Permission.CASE_READ)),
    PageRule("/ho-so/[case_id]", needs(Permission.CASE_READ)),
    PageRule("/nhap-du-lieu", needs(Permission.IMPORT)),
    PageRule("/doi-mat-khau", needs("any_stage")),
]


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    app = SecureHeaders(PageGate(PlainTextResponse("vỏ trang"), RULES))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:3000") as client:
        yield client


async def arrive(visitor: httpx.AsyncClient, secret: str = "") -> None:
    visitor.cookies.clear()
    if secret:
        visitor.cookies.set(cookie_name(), secret)


SHAPES = ["/ho-so", "/ho-so/", "/ho-so.html", "/ho-so/index.html", "/ho-so/17", "/"]


async def test_nobody_is_sent_a_page_without_signing_in(visitor: httpx.AsyncClient) -> None:
    for path in SHAPES:
        answer = await visitor.get(path)
        assert answer.status_code == 303, path
        assert answer.headers["location"].startswith("/login")
        assert "vỏ trang" not in answer.text


async def test_the_wanted_page_is_remembered(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/ho-so/17?tab=tien&nam=2026")
    assert answer.headers["location"] == "/login?tiep=%2Fho-so%2F17%3Ftab%3Dtien%26nam%3D2026"


async def test_a_right_opens_the_page_and_its_lack_the_wall(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await arrive(visitor, (await cast.sign_in("alice")).secret)
    assert (await visitor.get("/ho-so")).text == "vỏ trang"
    assert (await visitor.get("/nhap-du-lieu")).headers["location"] == "/khong-co-quyen"
    await arrive(visitor, (await cast.sign_in("intake_clerk")).secret)
    assert (await visitor.get("/nhap-du-lieu")).text == "vỏ trang"


async def test_the_start_page_leads_to_ones_work(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await arrive(visitor, (await cast.sign_in("leader")).secret)
    assert (await visitor.get("/")).headers["location"] == "/bang-dieu-hanh"


async def test_whoever_is_signed_in_needs_no_sign_in_page(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await arrive(visitor, (await cast.sign_in("alice")).secret)
    assert (await visitor.get("/login?tiep=/ho-so/17")).headers["location"] == "/ho-so/17"
    assert (await visitor.get("/login")).headers["location"] == "/ho-so"
    await arrive(visitor, "A" * 43)
    assert (await visitor.get("/login")).text == "vỏ trang"


async def test_a_temporary_password_opens_the_password_page_alone(visitor: httpx.AsyncClient, cast: Cast) -> None:
    given = await accounts.reset_password(cast["province_admin"], "bob")
    await arrive(visitor, (await sessions.sign_in("bob", given, address="192.0.2.1")).secret)
    for path in (*SHAPES, "/nhap-du-lieu", "/login"):
        assert (await visitor.get(path)).headers["location"] == "/doi-mat-khau", path
    assert (await visitor.get("/doi-mat-khau")).text == "vỏ trang"


async def test_whoever_chose_their_password_changes_it_on_their_account_page(
    visitor: httpx.AsyncClient, cast: Cast
) -> None:
    await arrive(visitor, (await cast.sign_in("bob")).secret)
    assert (await visitor.get("/doi-mat-khau")).headers["location"] == "/tai-khoan"


async def test_pages_of_people_are_not_kept_by_the_browser(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await arrive(visitor, (await cast.sign_in("alice")).secret)
    assert (await visitor.get("/ho-so")).headers["cache-control"] == "no-store"
    assert "cache-control" not in (await visitor.get("/css/base.css")).headers


async def test_files_and_other_routes_are_not_touched(visitor: httpx.AsyncClient) -> None:
    for path in ("/css/base.css", "/assets/index-abc.js", "/api/auth/login", "/khong-co-trang-nay"):
        assert (await visitor.get(path)).text == "vỏ trang"


async def test_every_answer_carries_the_guards(visitor: httpx.AsyncClient) -> None:
    for path in ("/css/base.css", "/ho-so", "/login"):
        headers = (await visitor.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "same-origin"
