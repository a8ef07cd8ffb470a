"""Administrators at work: the menu of many places on a phone, accounts made one by one and from a list, the review."""

from __future__ import annotations

import re
from pathlib import Path

from openpyxl import Workbook, load_workbook
from playwright.async_api import Page, expect

from tests.browser.people import People, ready
from thads_app.services.administration.roster_layout import ROSTER

ADMIN = "quantri.angiang"
PHONE = {"width": 390, "height": 844}
ACCOUNTS = "/quan-tri/tai-khoan"
TABLE = "[data-table='tai-khoan'] [data-row]"


async def test_a_phones_bar_shows_four_places_and_opens_the_others_by_keyboard(people: People) -> None:
    page = await people.open(ADMIN, ACCOUNTS, viewport=PHONE, has_touch=True, is_mobile=True)
    bar = page.get_by_role("navigation", name="Chức năng")
    await expect(bar.locator("li:visible")).to_have_count(5)
    assert await bar.evaluate("bar => bar.scrollWidth - bar.clientWidth") <= 0
    more = bar.get_by_role("button", name="Thêm")
    await more.focus()
    await page.keyboard.press("Enter")
    sheet = page.locator("#more-places")
    await expect(sheet).to_be_visible()
    place = sheet.get_by_role("link", name="Đơn vị, chỉ tiêu")
    await expect(place).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await expect(more).to_be_focused()
    await more.tap()
    await place.tap()
    await expect(page).to_have_url(re.compile("/quan-tri(\\?|$)"))
    await expect(sheet).to_be_hidden()


async def test_a_wide_screen_shows_every_place_under_its_group(people: People) -> None:
    page = await people.open(ADMIN, ACCOUNTS)
    menu = page.get_by_role("navigation", name="Chức năng")
    await expect(menu.get_by_role("button", name="Thêm")).to_be_hidden()
    await expect(menu.get_by_text("Quản trị", exact=True)).to_be_visible()
    await expect(menu.get_by_role("link", name="Tài khoản")).to_have_attribute("aria-current", "page")


async def test_an_account_is_made_with_the_keyboard_and_its_password_is_shown_once(people: People) -> None:
    page = await people.open(ADMIN, ACCOUNTS)
    await expect(page.locator(TABLE).first).to_be_visible()
    await page.keyboard.press("n")
    await page.get_by_label("Họ và tên").fill("Huỳnh Bảo Châu Thử")
    await page.get_by_label("Ngày sinh").fill("5/3/90")
    await page.get_by_role("combobox", name="Đơn vị").fill("khu vực 3")
    await page.get_by_role("option").filter(has_text="91-03").click()
    await page.keyboard.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Mật khẩu tạm")
    await expect(dialog.get_by_text("thu.hbc")).to_be_visible()
    secret = await dialog.locator("code.secret").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", secret)
    await dialog.get_by_role("link", name="Cấp quyền cho người này").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Huỳnh Bảo Châu Thử")
    await expect(page.get_by_text(secret)).to_have_count(0)
    await page.go_back()
    await page.locator("[data-search]").fill("huynh bao chau")
    await page.keyboard.press("Enter")
    await expect(page.locator(TABLE)).to_have_count(1)


async def test_a_mistake_is_told_beside_its_field_and_nothing_typed_is_lost(people: People) -> None:
    page = await people.open(ADMIN, ACCOUNTS)
    await page.get_by_role("button", name="Tạo tài khoản").click()
    await page.get_by_label("Họ và tên").fill("Người Nhỏ Tuổi")
    await page.get_by_label("Ngày sinh").fill("5/3/2020")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("alert")).to_contain_text("tuổi")
    await expect(page.get_by_label("Họ và tên")).to_have_value("Người Nhỏ Tuổi")
    await page.get_by_role("button", name="Bỏ qua").click()


async def test_a_list_of_people_becomes_accounts_and_their_passwords_are_taken_once(
    people: People, tmp_path: Path
) -> None:
    page = await people.open(ADMIN, f"{ACCOUNTS}/nhap")
    await _send(page, tmp_path, [("Tô Thị Lệ Thử", "x", "91-03")])
    await expect(page.get_by_role("alert").first).to_contain_text("1 lỗi")
    await expect(page.locator("[data-table='loi-danh-sach']")).to_contain_text("dd/mm/yyyy")
    await _send(page, tmp_path, [("Tô Thị Lệ Thử", "01/02/1991", "91-03"), ("Tô Văn Thử", "01/02/1992", "91-04")])
    await page.get_by_role("button", name="Tạo 2 người").click()
    await expect(page.get_by_text("Đã tạo 2 tài khoản.").first).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Tải danh sách mật khẩu tạm").click()
    await (await download.value).save_as(tmp_path / "mat-khau.xlsx")
    sheet = load_workbook(tmp_path / "mat-khau.xlsx").worksheets[0]
    rows = list(sheet.iter_rows(min_row=2, max_row=3, values_only=True))
    assert [row[0] for row in rows] == ["Tô Thị Lệ Thử", "Tô Văn Thử"]
    await page.reload()
    await ready(page)
    await expect(page.get_by_role("button", name="Tải danh sách mật khẩu tạm")).to_have_count(0)


async def _send(page: Page, folder: Path, people: list[tuple[str, str, str]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = ROSTER.name
    sheet.append([column.title for column in ROSTER.columns])
    for person in people:
        sheet.append(person)
    path = folder / "danh-sach.xlsx"
    book.save(path)
    async with page.expect_navigation():
        await page.set_input_files("#roster-file", path)
    await ready(page)


async def test_an_account_is_disabled_with_a_reason_and_opened_again(people: People) -> None:
    page = await people.open(ADMIN, f"{ACCOUNTS}?don-vi=91-04")
    await page.locator(TABLE).first.click()
    await expect(page).to_have_url(re.compile(r"/quan-tri/tai-khoan/\d+$"))
    await page.locator("summary", has_text="Thao tác").click()
    await page.get_by_role("button", name="Khóa tài khoản…").click()
    await page.get_by_label("Lý do").fill("Đi học tập trung")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("Đã khóa", exact=True)).to_be_visible()
    await page.locator("summary", has_text="Thao tác").click()
    await page.get_by_role("button", name="Mở lại tài khoản…").click()
    await page.get_by_role("button", name="Mở lại", exact=True).click()
    await expect(page.get_by_text("Đã khóa", exact=True)).to_have_count(0)


async def test_an_officer_with_open_cases_is_not_moved_but_asked_to_hand_over(people: People) -> None:
    page = await people.open(ADMIN, f"{ACCOUNTS}?q=chv1.kv3.angiang")
    await page.locator(TABLE).first.click()
    await page.locator("summary", has_text="Thao tác").click()
    await page.get_by_role("button", name="Chuyển đơn vị…").click()
    await expect(page.locator("[data-panel]")).to_contain_text("Phải bàn giao xong")
    await page.get_by_role("button", name="Nhắc lập bàn giao").click()
    await expect(page.locator("[data-panel]")).to_contain_text("Đã nhắc")
