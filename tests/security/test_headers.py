"""What answers tell the browser to refuse, and which requests are ours."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from tests.support.api_client import open_client
from tests.support.cast import Cast
from thads_app.auth.headers import BuiltPages, Inline, SecureHeaders, inline_of, page_policy
from thads_app.auth.requests import comes_from_us, cookie_name
from thads_app.settings import get_settings

DOCUMENT = (
    '<html><head><script src="/a.js" defer=""></script><script>one()</script><style data-emotion="css a">.a{}</style>'
    '</head><body><script type="module" async="">import "/b.js"</script><script>one()</script></body></html>'
)


def directives(policy: str) -> dict[str, str]:
    """A policy's parts by name."""
    return {part.split(" ")[0]: part.partition(" ")[2] for part in policy.split("; ")}


def word(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.fixture
def built(tmp_path: Path) -> BuiltPages:
    (tmp_path / "ho-so").mkdir()
    (tmp_path / "ho-so" / "index.html").write_text(DOCUMENT)
    (tmp_path / "__spa-fallback.html").write_text("<script>other()</script>")
    (tmp_path / "404.html").write_text("<script>none()</script>")
    return BuiltPages(tmp_path)


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    """One answer of each kind."""
    kinds: dict[str, Response] = {
        "/api/x": JSONResponse({}),
        "/api/kept": JSONResponse({}, headers={"Cache-Control": "max-age=300"}),
        "/x.pdf": Response(b"%PDF", media_type="application/pdf"),
        "/a.css": PlainTextResponse("", media_type="text/css"),
    }
    await kinds.get(scope["path"], HTMLResponse("<p>trang</p>"))(scope, receive, send)


@pytest.fixture
async def visitor(built: BuiltPages) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(SecureHeaders(answer, built))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


@pytest.fixture
def over_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THADS_PUBLIC_ORIGIN", "https://thads.example")
    get_settings.cache_clear()


@pytest.fixture(autouse=True)
def _settings_again() -> Iterator[None]:
    yield
    get_settings.cache_clear()


def test_each_inline_script_and_style_is_named_by_its_hash_and_files_are_not() -> None:
    found = inline_of(DOCUMENT)
    assert found.scripts == (word("one()"), word('import "/b.js"'))
    assert found.styles == (word(".a{}"),)


async def test_a_page_may_run_its_own_scripts_and_nothing_else(visitor: httpx.AsyncClient) -> None:
    policy = directives((await visitor.get("/ho-so")).headers["content-security-policy"])
    assert policy["script-src"] == f"'self' {word('one()')} " + word('import "/b.js"')
    assert policy["default-src"] == "'none'"
    for name in ("object-src", "base-uri", "frame-ancestors", "script-src-attr", "style-src-attr"):
        assert policy[name] == "'none'", name
    assert policy["form-action"] == "'self'"


async def test_no_policy_ever_allows_inline_or_evaluated_text(visitor: httpx.AsyncClient) -> None:
    for path in ("/ho-so", "/ho-so/17", "/khong-co", "/api/x", "/x.pdf", "/a.css"):
        policy = (await visitor.get(path)).headers["content-security-policy"]
        assert "unsafe" not in policy, path
        assert "*" not in policy, path


async def test_pages_with_a_variable_part_may_run_the_shells_scripts(visitor: httpx.AsyncClient) -> None:
    policy = directives((await visitor.get("/ho-so/17")).headers["content-security-policy"])
    assert word("other()") in policy["script-src"]
    assert word("none()") in policy["script-src"]


async def test_what_is_no_page_may_do_nothing(visitor: httpx.AsyncClient) -> None:
    answer = await visitor.get("/api/x")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["cache-control"] == "no-store"
    assert (await visitor.get("/api/kept")).headers["cache-control"] == "max-age=300"


@pytest.mark.parametrize("path", ["/ho-so", "/api/x", "/a.css", "/x.pdf"])
async def test_every_answer_carries_the_guards(visitor: httpx.AsyncClient, path: str) -> None:
    headers = (await visitor.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers  # a browser would never come back to http://localhost


@pytest.mark.usefixtures("over_tls")
async def test_over_tls_browsers_are_told_to_stay_and_the_cookie_is_bound_to_the_host(
    visitor: httpx.AsyncClient,
) -> None:
    headers = (await visitor.get("/ho-so")).headers
    assert int(headers["strict-transport-security"].split("max-age=")[1].split(";")[0]) >= 31_536_000
    assert "upgrade-insecure-requests" in headers["content-security-policy"]
    assert "wss://thads.example" in headers["content-security-policy"]
    assert cookie_name() == "__Host-thads"


@pytest.mark.usefixtures("over_tls")
async def test_over_tls_the_session_cookie_is_secure_and_of_this_host_alone(cast: Cast) -> None:
    from tests.support.cast import PASSWORD

    async with open_client() as client:
        form = {"username": cast.username("alice"), "password": PASSWORD}
        opened = await client.post("/api/auth/login", data=form, headers={"Origin": "https://thads.example"})
    cookie = opened.headers["set-cookie"]
    assert cookie.startswith("__Host-thads=")
    for part in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert part in cookie, part
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"origin": "http://localhost:3000"}, True),
        ({"origin": "http://localhost:3000.doc-hai.example"}, False),
        ({"origin": "http://localhost"}, False),
        ({"origin": "https://localhost:3000"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://localhost:3000", "sec-fetch-site": "cross-site"}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "none"}, False),
        ({"referer": "http://localhost:3000/ho-so"}, True),
        ({"referer": "http://localhost:3000@doc-hai.example/"}, False),
        ({"referer": "https://doc-hai.example/?http://localhost:3000/"}, False),
        ({"cookie": "thads_session=abc"}, False),
        ({"cookie": "other=abc"}, True),
        ({}, True),
    ],
)
def test_only_posts_of_our_own_pages_come_from_us(headers: dict[str, str], ours: bool) -> None:
    assert comes_from_us(headers) is ours


async def test_a_post_with_a_cookie_and_no_origin_changes_nothing(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    async with open_client() as client:
        client.cookies.set(cookie_name(), opened.secret)
        for path in ("/api/auth/logout", "/api/auth/logout-everywhere", "/api/auth/password", "/api/imports"):
            refused = await client.post(path)
            assert (refused.status_code, refused.json()["code"]) == (403, "foreign_origin"), path
        still = await client.get("/tai-khoan")
    assert "location" not in still.headers  # nobody was sent to the sign-in page: the session lives


async def test_a_refusal_is_a_page_for_a_browser_and_data_for_a_program(cast: Cast) -> None:
    opened = await cast.sign_in("province_admin")
    async with open_client() as client:
        client.cookies.set(cookie_name(), opened.secret)
        browser = {"Sec-Fetch-Mode": "navigate", "Referer": "http://localhost:3000/ho-so?q=x"}
        page = await client.get("/api/exports/cases", headers=browser)
        data = await client.get("/api/exports/cases")
    assert (page.status_code, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "Bạn không có quyền" in page.text
    assert 'href="/ho-so?q=x"' in page.text
    assert data.json()["code"] == "forbidden"


async def test_the_page_of_a_refusal_never_leads_elsewhere(cast: Cast) -> None:
    async with open_client() as client:
        for before in ("https://doc-hai.example/", "javascript:alert(1)", "http://localhost:3000//doc-hai.example"):
            browser = {"Sec-Fetch-Mode": "navigate", "Referer": before}
            page = await client.get("/api/exports/cases", headers=browser)
            assert 'href="/"' in page.text, before


def test_the_policy_names_the_providers_signing_out_may_lead_to() -> None:
    policy = directives(page_policy(Inline(), origins=("http://a",), form_targets=("https://sso.example",)))
    assert policy["form-action"] == "'self' https://sso.example"
