"""Two officers and their head hand cases over in real browsers: written, sent, answered one by one, printed."""

from __future__ import annotations

import re

from playwright.async_api import Browser, Page, expect

from tests.conftest import AppServer
from thads_app.services.demo_accounts import DEMO_PASSWORD

GIVER, RECEIVER, HEAD = "chv1.kv3.angiang", "chv2.kv3.angiang", "truongphong.kv3.angiang"
RECEIVER_NAME = "Lý Thị Mỹ Dung"


async def person(browser: Browser, app_server: AppServer, username: str, path: str) -> Page:
    """A browser of their own, signed in, at the page."""
    context = await browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": 1366, "height": 768}
    )
    page = await context.new_page()
    page.set_default_timeout(15_000)
    await page.goto(f"{app_server.url}/login?tiep={path}")
    await page.get_by_label("Tên đăng nhập").fill(username)
    await page.get_by_label("Mật khẩu", exact=True).fill(DEMO_PASSWORD)
    await page.get_by_role("button", name="Đăng nhập").click()
    return page


async def add_a_case(page: Page, rows: int) -> None:
    """Pick the first case the box offers; the form then holds that many."""
    await page.get_by_label("Thêm hồ sơ", exact=True).click()
    await page.get_by_role("listbox").get_by_role("option").first.click()
    await expect(page.locator("form tbody tr")).to_have_count(rows)


async def test_a_handover_is_written_sent_answered_item_by_item_and_printed(
    app_server: AppServer, browser: Browser
) -> None:
    giver = await person(browser, app_server, GIVER, "/ban-giao/moi")
    await giver.get_by_label("Lý do bàn giao").fill("Điều chuyển công tác")
    await add_a_case(giver, 1)
    await add_a_case(giver, 2)
    await expect(giver.get_by_label("Lý do bàn giao")).to_have_value("Điều chuyển công tác")
    first = giver.locator("form tbody tr").first
    await first.get_by_label("Bút lục").fill("42")
    await first.get_by_label("Tiền đang quản lý").fill("1,5 triệu")
    await giver.get_by_role("button", name="Gửi bàn giao").click()
    await expect(giver.get_by_role("alert")).to_contain_text("Cần chọn bên nhận")
    receiver_choice = giver.get_by_label("Bên nhận")
    wanted = await receiver_choice.locator("option", has_text=RECEIVER_NAME).get_attribute("value")
    await receiver_choice.select_option(wanted)
    await giver.wait_for_timeout(500)  # what is typed is kept 300 ms after the last key
    await giver.reload()
    await expect(first.get_by_label("Bút lục")).to_have_value("42")
    await expect(first.get_by_label("Tiền đang quản lý")).to_have_value("1.500.000")
    await expect(giver.get_by_label("Bên nhận")).to_have_value(wanted or "")
    await giver.get_by_role("button", name="Gửi bàn giao").click()
    await expect(giver).to_have_url(re.compile(r"/ban-giao/\d+$"))
    path = giver.url.removeprefix(app_server.url)

    receiver = await person(browser, app_server, RECEIVER, path)
    await receiver.get_by_role("button", name=re.compile("^Từ chối hồ sơ")).first.click()
    await receiver.get_by_label("Lý do từ chối").fill("Thiếu biên bản xác minh")
    await receiver.keyboard.press("Control+Enter")
    await expect(receiver.get_by_text("Thiếu biên bản xác minh")).to_be_visible()
    await receiver.get_by_role("button", name="Xác nhận đã nhận 1 hồ sơ").click()
    await expect(receiver.get_by_text("Bên nhận đã xác nhận, chờ thủ trưởng")).to_be_visible()

    head = await person(browser, app_server, HEAD, path)
    await head.get_by_role("button", name="Thủ trưởng xác nhận 1 hồ sơ").click()
    await expect(head.get_by_text("1 đã nhận · 1 từ chối")).to_be_visible()
    record = await head.request.get(f"{app_server.url}/api{path.replace('ban-giao', 'handovers')}/bien-ban.pdf")
    assert (await record.body()).startswith(b"%PDF")
    moved = head.locator("tbody tr", has_text="Đã xác nhận").get_by_role("link").first
    await moved.click()
    await expect(head.get_by_text(RECEIVER_NAME).first).to_be_visible()

    outsider = await person(browser, app_server, "truongphong.kv1.lamdong", path)
    await expect(outsider.get_by_role("heading", name="Không tìm thấy bàn giao")).to_be_visible()
    for page in (giver, receiver, head, outsider):
        await page.context.close()
