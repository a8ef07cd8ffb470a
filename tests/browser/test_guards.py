"""The law's guards in a browser: two people answer for a large completion; a relative's case is given to nobody kin."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.people import HEAD, OFFICER, PROVINCE_HEAD, People, make_case

LARGE = 600_000_000


async def test_a_large_completion_is_recorded_by_one_and_confirmed_by_another(people: People) -> None:
    case = await make_case(people, officer=OFFICER, amount=LARGE)
    officer = await people.open(OFFICER, case.path)
    await officer.get_by_role("button", name="Ghi nhận sự kiện").click()
    panel = officer.locator("[data-panel]")
    await panel.get_by_role("radio", name="Thi hành xong").check()
    await panel.get_by_role("button", name="Lưu").click()
    await expect(officer.locator(".toast")).to_contain_text("Đã gửi để người khác xác nhận")
    box = officer.locator(".notice").filter(has_text="Chờ xác nhận thi hành xong")
    await expect(box).to_contain_text("600.000.000")
    await expect(box.get_by_role("button", name="Rút lại")).to_be_visible()
    await expect(box.get_by_role("button", name="Xác nhận thi hành xong")).to_have_count(0)

    head = await people.open(HEAD, "/cho-xac-nhan")
    await head.get_by_role("link", name=case.number).click()
    await head.get_by_role("button", name="Xác nhận thi hành xong").click()
    await head.get_by_role("dialog").get_by_role("button", name="Xác nhận").click()
    await expect(head.locator(".toast")).to_contain_text("thi hành xong")
    await expect(head.locator(".card.figure").filter(has_text="Trạng thái")).to_contain_text("Thi hành xong")
    await expect(head.locator("li").filter(has_text="600.000.000").first).to_contain_text("xác nhận")


async def test_a_declared_relative_warns_at_the_case_and_cannot_be_assigned_again(people: People) -> None:
    case = await make_case(people, officer=OFFICER)
    page = await people.open(HEAD, case.path)
    await page.locator("summary").filter(has_text="Khác").click()
    await page.get_by_role("button", name="Khai báo xung đột lợi ích").click()
    panel = page.locator("[data-panel]")
    await panel.get_by_role("button", name="Khai báo").click()
    await expect(panel.locator("[data-field=relation] .field-error")).to_be_visible()
    await panel.get_by_label("Quan hệ", exact=True).select_option("sibling")
    await panel.get_by_label("Đương sự của việc này").select_option(index=1)
    await panel.get_by_role("button", name="Khai báo").click()
    await expect(page.get_by_role("alert").filter(has_text="khoản 5 Điều 21")).to_be_visible()
    listed = await people.open(PROVINCE_HEAD, "/xung-dot-loi-ich")
    row = listed.get_by_role("row").filter(has_text=case.number)
    await row.get_by_role("button", name="Kết thúc").click()
    await listed.get_by_label("Lý do").fill("Trùng tên, khác người")
    await listed.get_by_role("button", name="Kết thúc khai báo").click()
    await expect(row).to_have_count(0)
