"""Work on one case: events, corrections, two people at once."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.people import CLERK, HEAD, OFFICER, People, collect, make_case


async def open_panel(page: Page, key: str) -> None:
    """Open a panel by its key."""
    await expect(page.locator(f"[data-key={key}]").first).to_be_visible()
    await page.keyboard.press(key)
    await expect(page.locator("[data-panel]")).to_be_visible()


async def test_an_event_is_recorded_by_keyboard_and_struck_out_again(people: People) -> None:
    case = await make_case(people, officer=OFFICER)
    page = await people.open(OFFICER, case.path)
    await open_panel(page, "e")
    await page.keyboard.press("Escape")
    await expect(page.locator("[data-panel]")).to_have_count(0)
    await open_panel(page, "e")
    panel = page.locator("[data-panel]")
    await page.locator("h1").click()
    await page.keyboard.press("1")
    await expect(panel.get_by_role("radio", name="Thu được tiền")).to_be_checked()
    amount = panel.get_by_label("Số tiền")
    await amount.fill("60 triệu")
    await page.keyboard.press("Control+Enter")
    await expect(panel.locator("[data-field=amount] .field-error")).to_be_visible()
    await amount.fill("20 triệu")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".toast")).to_contain_text("Đã ghi nhận")
    await expect(page.locator(".card.figure").filter(has_text="Còn phải thi hành")).to_contain_text("30.000.000")
    head = await people.open(HEAD, case.path)
    entry = head.locator("li").filter(has_text="20.000.000")
    await entry.get_by_role("button", name="Đính chính").click()
    panel = head.locator("[data-panel]")
    await panel.get_by_role("button", name="Đính chính").click()
    await expect(panel.locator("[data-field=note] .field-error")).to_be_visible()
    await panel.get_by_label("Lý do").fill("Ghi nhầm hồ sơ")
    await panel.get_by_role("button", name="Đính chính").click()
    await expect(head.locator(".toast")).to_contain_text("Đính chính")
    await expect(head.locator(".card.figure").filter(has_text="Còn phải thi hành")).to_contain_text("50.000.000")
    await expect(head.get_by_text("Ghi nhầm hồ sơ").first).to_be_visible()


async def test_whoever_records_second_is_told_and_loses_nothing(people: People) -> None:
    case = await make_case(people, officer=OFFICER)
    page = await people.open(OFFICER, case.path)
    await open_panel(page, "e")
    panel = page.locator("[data-panel]")
    await panel.get_by_role("radio", name="Thu được tiền").check()
    await panel.get_by_label("Số tiền").fill("5 triệu")
    await panel.locator("[name=ground]").fill("Biên lai số 7")
    await collect(people, HEAD, case, 10_000_000)
    await panel.get_by_role("button", name="Lưu").click()
    await expect(panel.get_by_role("alert")).to_contain_text("Nội dung bạn nhập vẫn còn")
    await expect(panel.locator("[name=ground]")).to_have_value("Biên lai số 7")
    await expect(panel.get_by_label("Số tiền")).to_have_value("5.000.000")
    await panel.get_by_role("button", name="Lưu").click()
    await expect(page.locator(".toast")).to_contain_text("Đã ghi nhận")
    await expect(page.locator(".card.figure").filter(has_text="Còn phải thi hành")).to_contain_text("35.000.000")


async def test_of_two_who_edit_a_case_the_second_sees_what_the_first_changed(people: People) -> None:
    case, head = await make_case(people), await people.actor(HEAD)
    pages = [await people.open(who, case.path) for who in (HEAD, CLERK)]
    for page in pages:
        await page.locator("summary").filter(has_text="Khác").click()
        await page.get_by_role("button", name="Sửa thông tin").click()
        await expect(page.locator("[name='judgment.issuing_body']")).to_be_visible()
    first, second = pages
    await first.locator("[name='judgment.issuing_body']").fill("TAND khu vực 9")
    await first.locator("form [data-save]").click()
    await expect(first.locator(".toast")).to_contain_text("Đã lưu")
    await second.locator("[name='parties.0.address']").fill("Ấp Thử, xã Thử")
    await second.locator("form [data-save]").click()
    told = second.get_by_role("alert").filter(has_text="đã lưu hồ sơ này")
    await expect(told).to_contain_text(head.name)
    await expect(told).to_contain_text("TAND khu vực 9")
    await expect(second.locator("[name='parties.0.address']")).to_have_value("Ấp Thử, xã Thử")
    await second.locator("form [data-save]").click()
    await expect(second.locator(".toast")).to_contain_text("Đã lưu")


async def test_what_may_not_be_done_is_not_offered(people: People) -> None:
    case = await make_case(people, officer=OFFICER)
    page = await people.open("thukho.kv3.angiang", case.path)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(case.debtor)
    for key in ("a", "e", "h"):
        await expect(page.locator(f".page-actions [data-key={key}]")).to_have_count(0)
    await page.keyboard.press("e")
    await expect(page.locator("[data-panel]")).to_have_count(0)
