"""Assigning and handing over: officers, their head and the intake room, each in a browser of their own."""

from __future__ import annotations

import re

from playwright.async_api import Page, expect

from tests.browser.people import CLERK, HEAD, OFFICER, OTHER_OFFICER, People, make_case


async def pick_officer(page: Page, name: str) -> None:
    """Choose an officer in the panel of an assignment and save."""
    panel = page.locator("[data-panel]")
    await panel.get_by_role("radio", name=re.compile(name)).check()
    await panel.get_by_role("button", name="Phân công").click()


async def test_a_head_assigns_one_case_and_sees_what_each_officer_carries(people: People) -> None:
    case, officer = await make_case(people), await people.actor(OFFICER)
    page = await people.open(HEAD, case.path)
    await expect(page.locator("[data-key=a]")).to_be_visible()
    await page.keyboard.press("a")
    panel = page.locator("[data-panel]")
    choice = panel.locator("label.choice").filter(has_text=officer.name)
    await expect(choice).to_contain_text(re.compile(r"\d+ việc đang mở · còn "))
    await panel.get_by_role("button", name="Phân công").click()
    await expect(panel.locator(".field-error").first).to_be_visible()
    await pick_officer(page, officer.name)
    await expect(page.locator(".toast")).to_contain_text(f"Đã phân công 1 việc cho {officer.name}.")
    await expect(panel).to_have_count(0)
    await expect(page.locator(".cards").get_by_text(officer.name)).to_be_visible()


async def test_a_head_assigns_many_cases_at_once_from_the_list(people: People) -> None:
    cases, officer = [await make_case(people) for _ in range(3)], await people.actor(OTHER_OFFICER)
    page = await people.open(HEAD, "/ho-so?chua-phan-cong=1&trang-thai=dang-mo")
    for case in cases:
        await page.get_by_role("row").filter(has_text=case.number).locator("[data-pick]").check()
    await expect(page.locator(".bulk")).to_contain_text("3 việc đã chọn")
    await page.keyboard.press("a")
    await expect(page.locator("[data-panel]")).to_contain_text("Phân công 3 việc")
    await pick_officer(page, officer.name)
    await expect(page.locator(".toast")).to_contain_text(f"Đã phân công 3 việc cho {officer.name}.")
    for case in cases:
        await expect(page.get_by_role("row").filter(has_text=case.number)).to_have_count(0)


async def test_the_intake_room_hands_a_case_over_and_the_officer_confirms_it(people: People) -> None:
    case, officer = await make_case(people), await people.actor(OFFICER)
    giver = await people.open(CLERK, case.path)
    await expect(giver.locator("[data-key=h]")).to_be_visible()
    await giver.keyboard.press("h")
    await expect(giver.get_by_role("cell").filter(has_text=case.number)).to_be_visible()
    await giver.get_by_label("Bên nhận").select_option(value=str(officer.staff_id))
    await giver.locator(f"[name='sheets_{case.id}']").fill("24")
    await giver.get_by_role("button", name="Gửi bàn giao").click()
    await expect(giver).to_have_url(re.compile(r"/ban-giao/\d+$"))
    await expect(giver.get_by_text("Chờ xác nhận").first).to_be_visible()
    await expect(giver.get_by_role("button", name=re.compile("^Xác nhận"))).to_have_count(0)
    number = giver.url.rpartition("/")[2]

    receiver = await people.open(OFFICER, "/ban-giao")
    await expect(receiver.locator("nav.side .tally")).to_have_text(re.compile(r"\d+"))
    waiting = int(await receiver.locator("nav.side .tally").inner_text())
    await receiver.locator(f"a[href='/ban-giao/{number}']").click()
    await expect(receiver.get_by_text("24 bút lục")).to_be_visible()
    await receiver.get_by_role("button", name="Xác nhận đã nhận 1 hồ sơ").click()
    await expect(receiver.locator(".toast")).to_contain_text("Trách nhiệm của 1 hồ sơ đã chuyển.")
    left = receiver.locator("nav.side .tally")
    if waiting > 1:
        await expect(left).to_have_text(str(waiting - 1))
    else:
        await expect(left).to_have_count(0)
    await people.go(receiver, case.path)
    await expect(receiver.locator(".cards").get_by_text(officer.name)).to_be_visible()
    record = await receiver.request.get(f"{people.server.url}/api/handovers/{number}/bien-ban.pdf")
    assert record.ok
    assert (await record.body()).startswith(b"%PDF")


async def test_officers_hand_over_among_themselves_only_once_the_head_agrees(people: People) -> None:
    case = await make_case(people, officer=OFFICER)
    refused = await make_case(people, officer=OFFICER)
    mine, theirs = await people.actor(OFFICER), await people.actor(OTHER_OFFICER)
    giver = await people.open(OFFICER, f"/ban-giao/moi?viec={case.id},{refused.id}")
    await giver.get_by_role("button", name="Gửi bàn giao").click()
    await expect(giver.locator("[data-field='receiver'] .field-error")).to_be_visible()
    await expect(giver.locator("[data-field='reason'] .field-error")).to_be_visible()
    await giver.get_by_label("Bên nhận").select_option(value=str(theirs.staff_id))
    await giver.get_by_label("Lý do bàn giao").fill("Luân chuyển")
    await giver.get_by_role("button", name="Gửi bàn giao").click()
    await expect(giver).to_have_url(re.compile(r"/ban-giao/\d+$"))
    path = "/ban-giao/" + giver.url.rpartition("/")[2]

    receiver = await people.open(OTHER_OFFICER, path)
    await receiver.get_by_role("button", name=f"Từ chối hồ sơ {refused.number}").click()
    await receiver.get_by_label("Lý do từ chối").fill("Thiếu bản án gốc")
    await receiver.get_by_role("dialog").get_by_role("button", name="Từ chối hồ sơ").click()
    await expect(receiver.get_by_text("Thiếu bản án gốc").first).to_be_visible()
    await receiver.get_by_role("button", name="Xác nhận đã nhận 1 hồ sơ").click()
    await expect(receiver.locator(".toast")).to_contain_text("Đã xác nhận 1 hồ sơ.")
    await people.go(receiver, case.path)
    await expect(receiver.locator(".cards").get_by_text(mine.name)).to_be_visible()

    head = await people.open(HEAD, path)
    await head.get_by_role("button", name="Thủ trưởng xác nhận 1 hồ sơ").click()
    await expect(head.locator(".toast")).to_contain_text("Trách nhiệm của 1 hồ sơ đã chuyển.")
    await people.go(giver, case.path)
    await expect(giver.locator(".cards").get_by_text(theirs.name)).to_be_visible()
    await people.go(giver, refused.path)
    await expect(giver.locator(".cards").get_by_text(mine.name)).to_be_visible()
