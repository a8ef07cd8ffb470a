"""Signing in and out in a real browser, with and without scripts."""

from __future__ import annotations

import re
import time

import pytest
from playwright.async_api import Browser, Page, expect

from tests.conftest import AppServer
from thads_app.services.demo_accounts import DEMO_PASSWORD

OFFICER = "chv2.kv3.angiang"


async def enter(page: Page, username: str, password: str) -> None:
    await page.get_by_label("Tên đăng nhập").fill(username)
    await page.get_by_label("Mật khẩu", exact=True).fill(password)
    await page.get_by_role("button", name="Đăng nhập").click()


async def test_a_wrong_password_is_explained_and_the_wanted_page_is_not_forgotten(
    app_server: AppServer, page: Page
) -> None:
    await page.goto(f"{app_server.url}/tai-khoan")
    await expect(page).to_have_url(re.compile("/login"))
    await expect(page.get_by_label("Tên đăng nhập")).to_be_focused()
    await enter(page, OFFICER, "không phải mật khẩu này")
    await expect(page.get_by_role("alert")).to_contain_text("mật khẩu không đúng")
    await expect(page.get_by_label("Tên đăng nhập")).to_have_value(OFFICER)
    await expect(page.get_by_label("Mật khẩu", exact=True)).to_have_value("")
    await enter(page, OFFICER, DEMO_PASSWORD)
    await expect(page).to_have_url(f"{app_server.url}/tai-khoan")
    await expect(page.get_by_role("heading", name="Tài khoản của tôi")).to_be_visible()


async def test_a_session_ended_elsewhere_is_over_on_the_open_page_within_five_seconds(
    app_server: AppServer, page: Page
) -> None:
    await page.goto(f"{app_server.url}/login?tiep=/tai-khoan")
    await enter(page, OFFICER, DEMO_PASSWORD)
    await expect(page.get_by_text("Phiên này")).to_be_visible()
    app_server.thads("users", "disable", OFFICER)
    try:
        await expect(page).to_have_url(re.compile("/login"), timeout=5_000)  # nobody clicks
        await expect(page.get_by_text("Phiên làm việc đã kết thúc")).to_be_visible()
    finally:
        app_server.thads("users", "enable", OFFICER)


async def test_after_signing_out_back_shows_nothing(app_server: AppServer, page: Page) -> None:
    await page.goto(f"{app_server.url}/login?tiep=/tai-khoan")
    await enter(page, OFFICER, DEMO_PASSWORD)
    await expect(page.get_by_text(OFFICER)).to_be_visible()
    await page.evaluate("document.querySelector('form[action=\"/api/auth/logout\"]').requestSubmit()")
    await expect(page.get_by_text("Bạn đã đăng xuất.")).to_be_visible()
    await page.go_back()
    await expect(page).to_have_url(re.compile("/login"))
    await expect(page.get_by_text(OFFICER)).to_have_count(0)


async def test_a_temporary_password_must_be_changed_before_anything_else(app_server: AppServer, page: Page) -> None:
    made = app_server.thads(
        "users", "create", "nguoi.moi", "--name", "Người Mới", "--office", "91-03", "--role", "intake_clerk"
    )
    given = made.strip().rpartition(": ")[2]
    await page.goto(f"{app_server.url}/ho-so/moi")
    await enter(page, "nguoi.moi", given)
    await expect(page.get_by_role("heading", name="Đổi mật khẩu")).to_be_visible()
    await page.goto(f"{app_server.url}/ho-so")
    await expect(page).to_have_url(re.compile("/doi-mat-khau"))
    for label, typed in (
        ("Mật khẩu hiện tại", given),
        ("Mật khẩu mới", "ba con voi di hoc 1987"),
        ("Nhập lại mật khẩu mới", "ba con voi di hoc 1987"),
    ):
        await page.get_by_label(label, exact=True).fill(typed)
    await page.get_by_role("button", name="Đổi mật khẩu").click()
    await expect(page).to_have_url(f"{app_server.url}/ho-so")


@pytest.mark.parametrize("width", [1440, 390])
async def test_signing_in_needs_no_script(app_server: AppServer, browser: Browser, width: int) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 800})
    page = await context.new_page()
    await page.goto(f"{app_server.url}/login")
    await enter(page, OFFICER, DEMO_PASSWORD)
    await expect(page).to_have_url(f"{app_server.url}/ho-so")
    await context.close()


async def test_too_many_wrong_passwords_lock_the_name_out_and_say_for_how_long(
    app_server: AppServer, page: Page
) -> None:
    name = f"khong.ai.{time.time_ns()}"
    await page.goto(f"{app_server.url}/login")
    for _ in range(12):
        await enter(page, name, "không phải mật khẩu này")
        told = page.get_by_role("alert")
        await expect(told).to_be_visible()
        if "quá nhiều lần" in await told.inner_text():
            break
    await expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Hãy thử lại sau khoảng \d+ phút"))


@pytest.mark.parametrize("path", ["/ho-so", "/bang-dieu-hanh?don-vi=00&nam=2027&ky=2", "/ban-giao/1", "/quan-tri"])
async def test_nobody_sees_a_page_without_signing_in(app_server: AppServer, page: Page, path: str) -> None:
    await page.goto(f"{app_server.url}{path}")
    await expect(page).to_have_url(re.compile(r"/login\?"))
    await expect(page.locator("[data-row], .card.figure")).to_have_count(0)
