"""Signing in with a real identity provider in a real browser: the way there and back, and all that can be wrong."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator

import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from models.enums import Role
from tests.oidc.conftest import TestProvider, Together
from thads_app import db
from thads_app.services import accounts
from thads_app.services.office_tree import forget_offices

pytestmark = pytest.mark.browser
OFFICE = "91-03"
BUTTON = "Đăng nhập thử nghiệm"


@pytest.fixture
async def person(together: Together) -> AsyncIterator[str]:
    """An intake clerk's account of this test's own, known by an e-mail address; services work on the app's data."""
    db.choose_database(together.app.database_url)
    forget_offices()
    name = f"mot.lan.{time.time_ns()}"
    wanted = accounts.CreateAccount(
        username=name, full_name="Người Một Lần", office_code=OFFICE, email=f"{name.upper()}@thads.test"
    )
    await accounts.create_account(await accounts.operator(), wanted)
    await grant(name, Role.INTAKE_CLERK)
    yield name
    await db.dispose()
    db.choose_database(None)
    forget_offices()


async def grant(name: str, role: Role) -> None:
    wanted = accounts.GrantRole(username=name, role=role, office_code=OFFICE, reason="Thử nghiệm")
    await accounts.grant_role(await accounts.operator(), wanted)


async def go_there(page: Page, together: Together, wanted: str = "/tai-khoan") -> None:
    """From the sign-in page to the provider's."""
    await page.goto(f"{together.app.url}/login?tiep={wanted}")
    await page.get_by_role("link", name=BUTTON).click()


async def sign_in_there(page: Page, name: str) -> None:
    """Type a name at the provider and agree to what it asks."""
    await page.locator("input[name=login]").fill(name)
    await page.locator("input[name=password]").fill("bất kỳ")
    await page.get_by_role("button", name="Sign-in").click()
    await page.get_by_role("button", name="Continue").click()


async def come_in(page: Page, together: Together, name: str) -> None:
    await go_there(page, together)
    await sign_in_there(page, name)
    await expect(page).to_have_url(f"{together.app.url}/tai-khoan")


async def refused(page: Page, together: Together, sentence: str, code: str) -> None:
    await expect(page).to_have_url(f"{together.app.url}/login?loi={code}")
    await expect(page.get_by_role("alert")).to_contain_text(sentence)
    await page.goto(f"{together.app.url}/tai-khoan")
    await expect(page).to_have_url(re.compile("/login"))


def trail(together: Together, action: str, *, reason: str = "") -> int:
    with psycopg.connect(db.libpq_dsn(together.app.database_url)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM audit_entry WHERE action = %s AND (%s = '' OR detail ->> 'reason' = %s)",
            (action, reason, reason),
        ).fetchone()
    return int(found[0]) if found else 0


async def test_a_person_signs_in_there_and_works_here(together: Together, page: Page, person: str) -> None:
    before = trail(together, "account.signed_in")
    await come_in(page, together, person)
    await expect(page.get_by_text(person)).to_be_visible()
    assert trail(together, "account.signed_in") == before + 1
    cookies = {each["name"]: each for each in await page.context.cookies(together.app.url)}
    assert "thads_oidc" not in cookies
    assert cookies["thads_session"].get("httpOnly")


async def test_after_the_provider_changed_its_key_people_still_come_in(
    together: Together, provider: TestProvider, page: Page, browser: Browser, person: str
) -> None:
    await come_in(page, together, person)
    provider.rotate()
    context = await browser.new_context(locale="vi-VN")
    await come_in(await context.new_page(), together, person)
    await context.close()


async def test_an_answer_made_for_another_sign_in_is_refused(
    together: Together, provider: TestProvider, page: Page, person: str
) -> None:
    provider.turn(wrongNonce=True)
    await go_there(page, together)
    await sign_in_there(page, person)
    await refused(page, together, "không hợp lệ nên bị từ chối", "sso-khong-hop-le")
    assert trail(together, "oidc.refused", reason="nonce")


async def test_a_token_past_its_time_is_refused(
    together: Together, provider: TestProvider, page: Page, person: str
) -> None:
    before = trail(together, "oidc.refused", reason="token")
    provider.turn(expired=True)
    await go_there(page, together)
    await sign_in_there(page, person)
    await refused(page, together, "không hợp lệ nên bị từ chối", "sso-khong-hop-le")
    assert trail(together, "oidc.refused", reason="token") == before + 1


async def test_somebody_without_an_account_is_told_whom_to_ask(together: Together, page: Page) -> None:
    await go_there(page, together)
    await sign_in_there(page, "nguoi.la")
    await refused(page, together, "Chưa có tài khoản nào khớp", "sso-khong-tai-khoan")
    assert trail(together, "oidc.refused", reason="sso_no_account")


async def test_a_disabled_account_stays_shut(together: Together, page: Page, person: str) -> None:
    await accounts.disable_account(await accounts.operator(), person)
    await go_there(page, together)
    await sign_in_there(page, person)
    await refused(page, together, "không còn dùng được", "sso-khoa")


async def test_an_address_the_provider_has_not_verified_names_nobody(
    together: Together, provider: TestProvider, page: Page, person: str
) -> None:
    provider.turn(unverified=True)
    await go_there(page, together)
    await sign_in_there(page, person)
    await refused(page, together, "chưa được xác minh", "sso-chua-xac-minh")


async def test_whoever_turns_back_at_the_provider_is_asked_again(together: Together, page: Page, person: str) -> None:
    await go_there(page, together)
    await page.get_by_role("link", name="Cancel").click()
    await refused(page, together, "Bạn đã dừng việc đăng nhập", "sso-dung")


async def test_an_answer_brought_by_another_browser_opens_nothing(
    together: Together, page: Page, browser: Browser, person: str
) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url) if "/callback?" in request.url else None)
    await come_in(page, together, person)
    context = await browser.new_context(locale="vi-VN")
    other = await context.new_page()
    await other.goto(seen[0])
    await refused(other, together, "mở từ cửa sổ khác", "sso-het-han")
    await go_there(other, together)  # this browser now waits for an answer of its own
    await other.goto(seen[0])
    await refused(other, together, "mở từ cửa sổ khác", "sso-het-han")
    await context.close()


async def test_signing_out_here_signs_out_there_too(together: Together, page: Page, person: str) -> None:
    await come_in(page, together, person)
    await page.evaluate("document.querySelector('form[action=\"/api/auth/logout\"]').requestSubmit()")
    await page.get_by_role("button", name="Yes, sign me out").click()
    await expect(page).to_have_url(f"{together.app.url}/login?loi=da-ra")
    await go_there(page, together)
    await expect(page.locator("input[name=login]")).to_be_visible()  # the provider asks anew


async def test_signing_out_there_ends_the_open_page_here_within_five_seconds(
    together: Together, page: Page, person: str
) -> None:
    await come_in(page, together, person)
    there = await page.context.new_page()
    await there.goto(f"{together.provider.issuer}/session/end")
    await there.get_by_role("button", name="Yes, sign me out").click()
    await expect(there.get_by_text("Sign-out Success")).to_be_visible()
    await expect(page.get_by_text("Phiên làm việc đã kết thúc")).to_be_visible(timeout=5_000)
    assert trail(together, "oidc.signed_out")


async def test_a_head_who_comes_from_there_still_sets_a_second_factor_up_unless_the_provider_asked_for_one(
    together: Together, provider: TestProvider, page: Page, browser: Browser, person: str
) -> None:
    await grant(person, Role.HEAD)
    await go_there(page, together)
    await sign_in_there(page, person)
    await expect(page.get_by_role("heading", name="Thiết lập xác thực hai lớp")).to_be_visible()
    await page.goto(f"{together.app.url}/ho-so")
    await expect(page).to_have_url(f"{together.app.url}/thiet-lap-xac-thuc")
    provider.turn(methods=["pwd", "mfa"])
    context = await browser.new_context(locale="vi-VN")
    await come_in(await context.new_page(), together, person)
    await context.close()
