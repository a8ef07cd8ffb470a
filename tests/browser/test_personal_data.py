"""Seeing a masked number, and looking after what data subjects ask for, in a real browser."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from models.enums import EventType, JudgmentKind, PartyRole, Source
from tests.browser.people import HEAD, OFFICE, OFFICER, People, make_case
from thads_app import clock
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.exports import ExportQuery, list_exports
from thads_app.services.office_tree import office_tree

NUMBER, PHONE = "999099000123", "0000 123 456"


async def picture(page: Page, name: str) -> None:
    """A picture to look at, when somebody asked for one."""
    folder = os.environ.get("LOOK_AT")
    if folder:
        await page.screenshot(path=str(Path(folder) / f"{name}.png"))


async def case_with_numbers(people: People) -> str:
    """A case whose debtor has numbers; its page."""
    serial = (await make_case(people)).number.partition("/")[0]
    decided = min(clock.today(), clock.today().replace(day=1) + timedelta(days=1))
    head = await people.actor(HEAD)
    made = await register_case(
        head,
        RegisterCase(
            office_id=(await office_tree()).by_code[OFFICE].id,
            decision_number=f"9{serial}/QĐ-THADS",
            decision_date=decided,
            source=Source.ON_REQUEST,
            judgment=JudgmentInput(
                number=f"9{serial}/2026/DS-ST", judgment_date=decided, issuing_body="TAND", kind=JudgmentKind.CIVIL
            ),
            parties=[
                PartyInput(role=PartyRole.DEBTOR, name=f"Người Có Số {serial}", id_number=NUMBER, telephone=PHONE),
                PartyInput(role=PartyRole.CREDITOR, name="Ngân hàng Thử", bank_account="999012345678 – Ngân hàng Thử"),
            ],
            obligations=[ObligationInput(content="Trả nợ gốc", amount=5_000_000)],
        ),
    )
    return f"/ho-so/{made.case_id}"


async def test_a_head_sees_a_number_by_keyboard_for_a_purpose_and_masks_it_again(people: People) -> None:
    path = await case_with_numbers(people)
    page = await people.open(HEAD, f"{path}?xem=duong-su")
    await expect(page.get_by_text("•••••••••123")).to_be_visible()
    assert NUMBER not in await page.content()
    ask = page.get_by_role("button", name=re.compile("Hiện số định danh của Người Có Số"))
    await ask.focus()
    await page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Xem số định danh")
    await expect(panel).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await expect(panel.get_by_text("Hãy chọn mục đích xem.").first).to_be_visible()
    await picture(page, "hien-so-loi")
    await panel.get_by_label("Mục đích").select_option(label="Thu, chi trả tiền thi hành án")
    await panel.get_by_label("Xem để làm gì").fill("lập phiếu chi đợt 1")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text(NUMBER)).to_be_visible()
    await expect(panel).to_be_hidden()
    await picture(page, "hien-so")
    await page.get_by_role("button", name=re.compile("Che lại số định danh")).click()
    await expect(page.get_by_text(NUMBER)).to_be_hidden()
    officer = await people.open(OFFICER, f"{path}?xem=duong-su")
    await expect(officer.get_by_text("•••••••••123")).to_be_visible()
    await expect(officer.get_by_role("button", name=re.compile("^Hiện"))).to_have_count(0)


async def test_the_officer_in_charge_reads_a_number_in_a_note_for_a_purpose(people: People) -> None:
    made = await make_case(people, officer=OFFICER)
    note = RecordEvent(
        case_id=made.id, type=EventType.COLLECTED, business_date=clock.today(), amount=1_000, note="gọi 0999123456"
    )
    await record_event(await people.actor(OFFICER), note)
    page = await people.open(OFFICER, made.path)
    await expect(page.get_by_text("gọi •••••••456")).to_be_visible()
    assert "0999123456" not in await page.content()
    ask = page.get_by_role("button", name=re.compile("^Hiện số trong diễn biến"))
    await expect(ask).to_have_count(1)
    await ask.focus()
    await page.keyboard.press("Enter")
    panel = page.get_by_role("complementary", name="Xem số trong diễn biến")
    await panel.get_by_label("Mục đích").select_option(label="Tống đạt, thông báo, liên hệ đương sự")
    await panel.get_by_label("Xem để làm gì").fill("gọi báo ngày làm việc")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text("gọi 0999123456")).to_be_visible()
    await picture(page, "hien-so-dien-bien")
    await page.get_by_role("button", name=re.compile("^Che lại số trong diễn biến")).click()
    await expect(page.get_by_text("gọi 0999123456")).to_be_hidden()


async def test_editing_a_case_keeps_the_numbers_it_was_not_shown(people: People) -> None:
    path = await case_with_numbers(people)
    page = await people.open(HEAD, path)
    await page.get_by_text("Khác", exact=True).click()
    await page.get_by_role("button", name="Sửa thông tin").click()
    field = page.locator("#o-parties\\.0\\.id_number")
    await expect(field).to_have_value("•••••••••123")
    await picture(page, "sua-ho-so")
    await page.locator("#o-parties\\.0\\.address").fill("Long Xuyên")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text(re.compile("Đã lưu"))).to_be_visible()
    await people.go(page, f"{path}?xem=duong-su")
    await expect(page.get_by_text("•••••••••123")).to_be_visible()
    await expect(page.get_by_text("Long Xuyên")).to_be_visible()


async def test_a_request_is_taken_in_answered_and_exported(people: People) -> None:
    page = await people.open(HEAD, "/du-lieu-ca-nhan")
    await page.keyboard.press("n")
    panel = page.get_by_role("complementary", name="Yêu cầu mới")
    await panel.get_by_label("Nhận bằng cách nào").select_option(label="Qua bưu chính")
    await panel.get_by_label("Yêu cầu", exact=True).select_option(label="Chỉnh sửa dữ liệu")
    await panel.get_by_label("Người yêu cầu").fill("Nguyễn Thị Mẫu")
    await panel.get_by_label("Nội dung").fill("Địa chỉ của tôi đã đổi")
    await picture(page, "yeu-cau-moi")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_text(re.compile("Đã ghi yêu cầu YC-"))).to_be_visible()
    await page.get_by_role("button", name=re.compile("^YC-")).first.click()
    one = page.get_by_role("complementary", name=re.compile("^YC-"))
    await expect(one.get_by_text("Địa chỉ của tôi đã đổi")).to_be_visible()
    await picture(page, "mot-yeu-cau")
    await one.get_by_label("Bước tiếp theo").select_option(label="Đã phản hồi tiếp nhận")
    await one.get_by_role("button", name="Ghi bước này").click()
    await expect(page.get_by_text("Đang giải quyết").first).to_be_visible()
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="Xuất Excel").click()
    assert (await taken.value).suggested_filename.startswith("yeu-cau-du-lieu-ca-nhan")
    made = (await list_exports(await people.actor(HEAD), ExportQuery())).lines[0]
    await people.go(page, "/quan-tri/ket-xuat")
    await expect(page.get_by_text(f"KX-{made.number}", exact=True)).to_be_visible()
    await picture(page, "ket-xuat")
    await people.go(page, "/du-lieu-ca-nhan?muc=hoat-dong")
    await expect(page.get_by_text("XL-04 · Nhật ký hệ thống")).to_be_visible()
    await picture(page, "hoat-dong-xu-ly")
    await page.set_viewport_size({"width": 390, "height": 844})
    for name, path in (("dt-ket-xuat", "/quan-tri/ket-xuat"), ("dt-yeu-cau", "/du-lieu-ca-nhan")):
        await people.go(page, path)
        await expect(page.locator("tbody tr").first).to_be_visible()
        await picture(page, name)
