"""The second factor in a real browser: set up by the picture's secret, asked for at sign-in, recovered, turned off."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.async_api import Browser, Page, expect
from pyotp.totp import TOTP

from tests.browser.test_every_page import ENGLISH, FAINT, NAMELESS, SPOKEN, TWICE, WIDER
from tests.conftest import AppServer
from thads_app.auth.totp import STEP_SECONDS

PASSWORD = "ba con voi di hoc 1987"
TEMPORARY = re.compile(r": (\S+)\s*$")


@pytest.fixture
def newcomer(app_server: AppServer) -> Iterator[str]:
    """An officer's account of this test's own."""
    name = f"hai.lop.{time.time_ns()}"
    app_server.thads("users", "create", name, "--name", "Người Hai Lớp", "--office", "91-03", "--role", "intake_clerk")
    yield name
    app_server.thads("users", "disable", name)


async def enter(page: Page, server: AppServer, name: str, password: str, wanted: str = "/tai-khoan") -> None:
    await page.goto(f"{server.url}/login?tiep={wanted}")
    await page.get_by_label("Tên đăng nhập").fill(name)
    await page.get_by_label("Mật khẩu", exact=True).fill(password)
    await page.get_by_role("button", name="Đăng nhập", exact=True).click()


async def with_own_password(page: Page, server: AppServer, name: str) -> None:
    """Sign in with a temporary password and put the person's own in its place."""
    given = TEMPORARY.search(server.thads("users", "reset-password", name))
    assert given
    await enter(page, server, name, given[1])
    for label, typed in (
        ("Mật khẩu hiện tại", given[1]),
        ("Mật khẩu mới", PASSWORD),
        ("Nhập lại mật khẩu mới", PASSWORD),
    ):
        await page.get_by_label(label, exact=True).fill(typed)
    await page.get_by_role("button", name="Đổi mật khẩu").click()
    await page.goto(f"{server.url}/tai-khoan")


def code_at(secret: str, steps: int = 0) -> str:
    return TOTP(secret).at(int(time.time()) + steps * STEP_SECONDS)


async def set_up(page: Page) -> tuple[str, list[str]]:
    """Go through the set-up on the open page; return the secret and the recovery codes."""
    await page.get_by_role("button", name="Bắt đầu thiết lập").click()
    return await confirm(page)


async def confirm(page: Page) -> tuple[str, list[str]]:
    """Take the secret shown into the app, give its code; return the secret and the recovery codes."""
    await expect(page.get_by_role("img", name="Hình để ứng dụng tạo mã quét")).to_be_visible()
    await page.get_by_text("Không quét được?").click()
    secret = (await page.locator(".secret-key").inner_text()).replace(" ", "")
    await page.get_by_label("Mã xác thực").fill("000000")
    await page.get_by_role("button", name="Xác nhận").click()
    await expect(page.get_by_text("Mã không đúng").first).to_be_visible()
    await page.get_by_label("Mã xác thực").fill(code_at(secret))
    await page.get_by_role("button", name="Xác nhận").click()
    codes = page.get_by_role("list", name="Mã dự phòng").get_by_role("listitem")
    await expect(codes).to_have_count(10)
    return secret, await codes.all_inner_texts()


async def test_a_person_sets_it_up_signs_in_with_it_recovers_and_turns_it_off(
    app_server: AppServer, page: Page, newcomer: str
) -> None:
    await with_own_password(page, app_server, newcomer)
    secret, codes = await set_up(page)
    await page.get_by_role("button", name="Tôi đã cất mã").click()
    await expect(page.get_by_text("mã dự phòng.").first).to_contain_text("Còn 10 mã dự phòng")
    await page.reload()
    await expect(page.get_by_text(codes[0])).to_have_count(0)

    await page.context.clear_cookies()
    await enter(page, app_server, newcomer, PASSWORD)
    await expect(page).to_have_url(f"{app_server.url}/xac-thuc?tiep=%2Ftai-khoan")
    await page.goto(f"{app_server.url}/ho-so")
    await expect(page).to_have_url(f"{app_server.url}/xac-thuc")
    await page.goto(f"{app_server.url}/xac-thuc?tiep=/tai-khoan")
    await expect(page.get_by_label("Mã 6 chữ số trên ứng dụng")).to_be_focused()
    await page.keyboard.type("000000")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Mã không đúng hoặc đã được dùng")
    await page.get_by_label("Mã 6 chữ số trên ứng dụng").fill(code_at(secret, 1))
    await page.get_by_role("button", name="Xác nhận").click()
    await expect(page).to_have_url(f"{app_server.url}/tai-khoan")

    await page.context.clear_cookies()
    await enter(page, app_server, newcomer, PASSWORD)
    await page.get_by_label("Mã 6 chữ số trên ứng dụng").fill(codes[4].upper())
    await page.get_by_role("button", name="Xác nhận").click()
    await page.get_by_role("button", name="Chuyển sang điện thoại khác").click()
    await page.get_by_label("Mã xác thực").fill(codes[5])
    await page.get_by_role("button", name="Chuyển", exact=True).click()
    secret, codes = await confirm(page)
    await page.get_by_role("button", name="Tôi đã cất mã").click()

    await page.get_by_role("button", name="Tắt xác thực hai lớp").click()
    await page.get_by_label("Mã xác thực").fill(codes[5])
    await page.get_by_role("button", name="Tắt", exact=True).click()
    await expect(page.get_by_role("button", name="Bắt đầu thiết lập")).to_be_visible()


async def test_the_pages_of_the_second_factor_can_be_read_by_everybody_and_fit_a_phone(
    app_server: AppServer, page: Page, browser: Browser, newcomer: str
) -> None:
    await with_own_password(page, app_server, newcomer)
    await page.get_by_role("button", name="Bắt đầu thiết lập").click()
    await expect(page.get_by_role("img", name="Hình để ứng dụng tạo mã quét")).to_be_visible()
    await readable(page)
    await confirm(page)
    await readable(page)
    context = await browser.new_context(locale="vi-VN", viewport={"width": 390, "height": 800})
    phone = await context.new_page()
    await enter(phone, app_server, newcomer, PASSWORD)
    await expect(phone.get_by_role("heading", name="Mã xác thực")).to_be_visible()
    await readable(phone)
    assert await phone.evaluate(WIDER) <= 0
    await context.close()


async def readable(page: Page) -> None:
    """What every page promises (`test_every_page`), of a page that stands as it is now."""
    text = re.sub(r"Authenticator|Google|Microsoft|Aegis", "", await page.evaluate(SPOKEN))
    assert sorted(set(ENGLISH.findall(text))) == []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        for found in (NAMELESS, TWICE, FAINT):
            assert await page.evaluate(found) == [], scheme


async def test_the_code_is_taken_without_scripts_and_on_a_phone(
    app_server: AppServer, page: Page, browser: Browser, newcomer: str
) -> None:
    await with_own_password(page, app_server, newcomer)
    secret, _ = await set_up(page)
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    bare = await context.new_page()
    await enter(bare, app_server, newcomer, PASSWORD)
    await bare.get_by_label("Mã 6 chữ số trên ứng dụng").fill(code_at(secret, 1))
    await bare.get_by_role("button", name="Xác nhận").click()
    await expect(bare).to_have_url(f"{app_server.url}/ho-so")
    await context.close()
