"""Importing in the browser: a workbook with mistakes comes back marked, a right one is written when asked for."""

from __future__ import annotations

import time
from pathlib import Path

from openpyxl import load_workbook
from playwright.async_api import Page, expect

from tests.browser.people import CLERK, OFFICE, People
from tests.support.workbooks import case_row, write_workbook


async def send(page: Page, path: Path) -> None:
    """Choose a workbook; choosing it sends it."""
    await page.get_by_label("Chọn tệp để kiểm tra").set_input_files(path)
    await expect(page.get_by_role("heading", name=path.name)).to_be_visible()


async def test_a_workbook_is_checked_returned_with_marks_and_then_imported(people: People, tmp_path: Path) -> None:
    serial = int(time.time() * 10) % 10**8
    numbers = [f"{serial + step}/QĐ-NHAP" for step in range(3)]
    wrong = write_workbook(
        tmp_path / f"sai-{serial}.xlsx",
        [case_row(numbers[0], OFFICE, "31/02/2026"), case_row(numbers[1], "91-99"), case_row(numbers[2], OFFICE)],
    )
    right = write_workbook(tmp_path / f"dung-{serial}.xlsx", [case_row(number, OFFICE) for number in numbers])
    page = await people.open(CLERK, "/nhap-du-lieu")
    await send(page, wrong)
    await expect(page.get_by_role("alert").filter(has_text="Tệp có 2 lỗi")).to_be_visible(timeout=30_000)
    problems = page.locator("[data-table='loi-nhap']")
    await expect(problems).to_contain_text("31/02/2026")
    await expect(problems).to_contain_text("91-99")
    await expect(page.get_by_role("button", name="Nhập thật")).to_have_count(0)
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Tải bản sao đánh dấu ô sai").click()
    await (await download.value).save_as(tmp_path / "danh-dau.xlsx")
    marked = load_workbook(tmp_path / "danh-dau.xlsx")
    notes = [cell.comment.text for sheet in marked for row in sheet.iter_rows() for cell in row if cell.comment]
    assert len(notes) == 2, notes

    await send(page, right)
    await expect(page.get_by_text("Chưa ghi gì.")).to_be_visible(timeout=30_000)
    await page.get_by_role("button", name="Nhập thật").click()
    await expect(page.get_by_text("Đã nhập 3 việc").first).to_be_visible(timeout=30_000)
    await people.go(page, f"/ho-so?q={serial + 1}")
    await expect(page.get_by_role("row").filter(has_text=numbers[1])).to_be_visible()


async def test_a_file_that_is_no_workbook_is_refused_in_words(people: People, tmp_path: Path) -> None:
    page = await people.open(CLERK, "/nhap-du-lieu")
    false = tmp_path / "khong-phai.xlsx"
    false.write_text("đây không phải là một tệp Excel")
    await page.get_by_label("Chọn tệp để kiểm tra").set_input_files(false)
    await expect(page.get_by_role("alert").first).to_be_visible(timeout=30_000)
    await expect(page.get_by_role("button", name="Nhập thật")).to_have_count(0)


async def test_somebody_who_may_not_import_is_told_so(people: People) -> None:
    page = await people.open("thukho.kv3.angiang", "/ho-so")
    await expect(page.get_by_role("link", name="Nhập dữ liệu")).to_have_count(0)
    await page.goto(f"{people.server.url}/nhap-du-lieu")
    await expect(page.get_by_text("Bạn không có quyền mở trang này")).to_be_visible()
