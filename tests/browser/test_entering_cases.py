"""Entering cases as a clerk does: by keyboard, with mistakes, with a lost line, with a case that is there already."""

from __future__ import annotations

import re
import time

from playwright.async_api import Page, expect

from tests.browser.people import CLERK, People, make_case, ready


async def type_and_go_on(page: Page, text: str) -> None:
    """Type into the field that has the focus and go to the next."""
    await page.keyboard.type(text)
    await page.keyboard.press("Tab")


async def focused(page: Page) -> str:
    """The name of the field that has the focus."""
    return await page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")


async def tab_to(page: Page, name: str, *, most: int = 25) -> None:
    """Press Tab until a field has the focus."""
    for _ in range(most):
        if await focused(page) == name:
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"{most} tabs do not reach {name}")


async def test_a_case_is_entered_by_keyboard_alone(people: People) -> None:
    page = await people.open(CLERK, "/ho-so")
    serial = int(time.time() * 10) % 10**8
    debtor = f"Bàn Phím {serial}"
    await expect(page.get_by_role("link", name="Thụ lý mới").first).to_be_visible()
    await page.keyboard.press("n")
    await expect(page.locator("[name='judgment.number']")).to_be_focused()
    await type_and_go_on(page, f"{serial}/2026/DS-ST")
    await type_and_go_on(page, "3/8/26")
    await expect(page.locator("[name='judgment.judgment_date']")).to_have_value("03/08/2026")
    await type_and_go_on(page, "D")
    await type_and_go_on(page, "TAND khu vực 3 – An Giang")
    await tab_to(page, "parties.0.name")
    await type_and_go_on(page, debtor)
    await tab_to(page, "parties.1.name")
    await type_and_go_on(page, "Ngân hàng Thử")
    await tab_to(page, "obligations.0.content")
    await type_and_go_on(page, "Trả nợ gốc")
    await type_and_go_on(page, "1,25 tỷ")
    await expect(page.get_by_text("một tỷ hai trăm năm mươi triệu đồng")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    beside = page.locator("[data-field='source'] .field-error")
    await expect(beside).to_be_visible()
    await expect(page.locator("[data-error-summary]")).to_be_focused()
    await expect(page.locator("[data-field='judgment.number'] .field-error")).to_have_count(0)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.locator("[name=source]")).to_be_focused()
    await expect(page.locator("[name='parties.0.name']")).to_have_value(debtor)
    await page.keyboard.type("Theo")
    await page.keyboard.press("Control+Enter")
    await expect(page).to_have_url(re.compile(r"/ho-so/\d+$"))
    await expect(page.get_by_role("heading", level=1)).to_contain_text(debtor)
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1.250.000.000")
    await expect(page.locator(".toast")).to_contain_text("Đã thụ lý")


async def test_what_was_typed_survives_a_reload_and_is_saved_once_the_line_is_back(people: People) -> None:
    page = await people.open(CLERK, "/ho-so/moi")
    serial = int(time.time() * 10) % 10**8
    await page.get_by_label("Số bản án").fill(f"{serial}/2026/DS-ST")
    await page.get_by_label("Ngày bản án").fill("03/08/2026")
    await page.get_by_label("Loại án").select_option(label="Dân sự")
    await page.get_by_label("Cơ quan ban hành").fill("TAND khu vực 3 – An Giang")
    await page.locator("[name='parties.0.name']").fill(f"Mất Mạng {serial}")
    await page.locator("[name='parties.1.name']").fill("Ngân hàng Thử")
    await page.locator("[name='obligations.0.content']").fill("Trả nợ gốc")
    await page.locator("[name='obligations.0.amount']").fill("20 triệu")
    await page.locator("[name='source']").select_option(label="Theo yêu cầu")
    await page.reload()
    await ready(page)
    await expect(page.locator("[name='parties.0.name']")).to_have_value(f"Mất Mạng {serial}")
    await expect(page.locator("[name='obligations.0.amount']")).to_have_value("20.000.000")
    await expect(page.get_by_text("Đã khôi phục nội dung nhập dở lúc")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.get_by_text("Mất kết nối, đang giữ nội dung đã nhập.")).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Sẽ lưu ngay khi có kết nối trở lại.")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page).to_have_url(re.compile(r"/ho-so/\d+$"), timeout=20_000)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(f"Mất Mạng {serial}")
    await people.go(page, "/ho-so/moi")
    await expect(page.locator("[name='parties.0.name']")).to_have_value("")


async def test_a_case_that_is_there_already_is_pointed_out_before_it_is_saved(people: People) -> None:
    there = await make_case(people)
    page = await people.open(CLERK, "/ho-so/moi")
    await page.get_by_label("Số bản án").fill(there.number.replace("QĐ-THADS", "2026/DS-ST"))
    await page.get_by_label("Ngày bản án").fill("3/8/2026")
    await page.locator("[name='parties.0.name']").fill(there.debtor.upper())
    await page.keyboard.press("Tab")
    warning = page.get_by_role("alert").filter(has_text="Có thể đã thụ lý")
    await expect(warning).to_be_visible()
    await expect(warning.get_by_role("link")).to_have_attribute("href", there.path)
