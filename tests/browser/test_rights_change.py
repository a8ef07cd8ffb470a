"""Rights change while a page is open: within five seconds, and without a click, it shows nothing it may not."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Page, expect

from models.enums import Role
from tests.browser.people import OFFICE, PROVINCE_HEAD, People, make_case
from thads_app import clock, db
from thads_app.rules.rights import AUTHORISABLE, Permission
from thads_app.services.administration.accounts import disable, enable
from thads_app.services.administration.authorisations import (
    GiveAuthorisation,
    authorisations_given,
    give_authorisation,
    withdraw_authorisation,
)
from thads_app.services.administration.grant_views import GrantState, grants_of_account
from thads_app.services.administration.grants import GiveGrant, TakeBack, give_grant, take_back
from thads_app.services.office_tree import office_tree

ADMIN, ACCOUNTANT, DEPUTY, STATISTICIAN = (
    "quantri.angiang", "ketoan.kv3.angiang", "phothutruong.angiang", "thongke.angiang",
)  # fmt: skip
FIVE = 5.0


@asynccontextmanager
async def within_five_seconds() -> AsyncIterator[None]:
    """What happens inside, from the change to what the browser shows, takes at most five seconds."""
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    print(f"the open page followed after {took:.2f} s")
    assert took <= FIVE


async def gone(page: Page, where: str, words: str) -> None:
    """The page has left for somewhere else and shows nothing of what it showed."""
    await expect(page).to_have_url(re.compile(where), timeout=FIVE * 1000)
    await expect(page.get_by_text(words)).to_have_count(0, timeout=FIVE * 1000)


def by_hand(statement: str, **values: object) -> None:
    """Change something as nobody in the app would: by the owner of the database."""
    with db.raw_owner_connection() as owner:
        owner.execute(statement, values)


async def looking_at_a_case(people: People) -> tuple[Page, str]:
    case = await make_case(people)
    page = await people.open(ACCOUNTANT, case.path)
    await expect(page.get_by_role("heading", level=1)).to_contain_text(case.debtor)
    return page, case.debtor


async def test_an_open_page_goes_when_its_readers_account_is_disabled(people: People) -> None:
    page, debtor = await looking_at_a_case(people)
    admin, accountant = await people.actor(ADMIN), await people.actor(ACCOUNTANT)
    try:
        async with within_five_seconds():
            await disable(admin, accountant.account_id or 0, "Nghỉ việc")
            await gone(page, "/login", debtor)
    finally:
        await enable(admin, accountant.account_id or 0)


async def test_an_open_page_goes_when_the_role_is_taken_back_even_by_going_back(people: People) -> None:
    page, debtor = await looking_at_a_case(people)
    admin, accountant = await people.actor(ADMIN), await people.actor(ACCOUNTANT)
    grants = await grants_of_account(admin, accountant.account_id or 0)
    grant = next(each for each in grants if each.state is GrantState.IN_FORCE)
    try:
        async with within_five_seconds():
            await take_back(admin, TakeBack(grant_id=grant.id, reason="Chuyển công tác"))
            await gone(page, "/khong-co-quyen", debtor)
        await page.goto(f"{people.server.url}/ho-so")
        await expect(page).to_have_url(re.compile("/khong-co-quyen"))
    finally:
        again = GiveGrant(
            account_id=accountant.account_id or 0, role=Role.ACCOUNTANT, office_code=OFFICE, reason="Trở lại"
        )
        await give_grant(admin, again)


async def test_an_open_page_goes_when_the_last_day_is_over(people: People) -> None:
    page, debtor = await looking_at_a_case(people)
    account = (await people.actor(ACCOUNTANT)).account_id
    ends = "UPDATE role_grant SET valid_to = {} WHERE account_id = %(account)s AND ended_at IS NULL"
    begins = "UPDATE role_grant SET valid_from = {} WHERE account_id = %(account)s AND ended_at IS NULL"
    try:
        by_hand(begins.format("NULL"), account=account)
        async with within_five_seconds():
            by_hand(ends.format("current_date - 2"), account=account)
            await gone(page, "/khong-co-quyen", debtor)
    finally:
        by_hand(ends.format("NULL"), account=account)


async def test_an_open_case_goes_when_its_reader_moves_to_another_office(people: People) -> None:
    page, debtor = await looking_at_a_case(people)
    account, tree = (await people.actor(ACCOUNTANT)).account_id, await office_tree()
    moved = (
        "UPDATE account SET office_id = %(office)s WHERE id = %(account)s",
        "UPDATE role_grant SET office_id = %(office)s WHERE account_id = %(account)s AND ended_at IS NULL",
    )
    try:
        async with within_five_seconds():
            for statement in moved:
                by_hand(statement, account=account, office=tree.by_code["91-04"].id)
            await expect(page.get_by_text(debtor)).to_have_count(0, timeout=FIVE * 1000)
    finally:
        for statement in moved:
            by_hand(statement, account=account, office=tree.by_code[OFFICE].id)


async def test_what_a_deputy_is_doing_ends_with_the_withdrawal(people: People) -> None:
    page = await people.open(DEPUTY, "/ho-so/moi")
    await expect(page.get_by_label("Số quyết định").first).to_be_visible()
    head, deputy = await people.actor(PROVINCE_HEAD), await people.actor(DEPUTY)
    running = [line for line in await authorisations_given(head) if line.withdrawable]
    assert running, "the demonstration's deputy acts under a document"
    try:
        async with within_five_seconds():
            for line in running:
                await withdraw_authorisation(head, line.id, "Thủ trưởng đã trở lại")
            await expect(page).to_have_url(re.compile("/khong-co-quyen"), timeout=FIVE * 1000)
    finally:
        today: Any = clock.today()
        await give_authorisation(
            head,
            GiveAuthorisation(
                number=f"{int(time.time())}/GUQ", signed_on=today, deputy_id=deputy.account_id or 0, office_code="91",
                permissions=[each for each in Permission if each in AUTHORISABLE], valid_from=today, valid_to=today,
            ),
        )  # fmt: skip


async def test_an_open_dashboard_is_no_longer_followed(people: People) -> None:
    page = await people.open(STATISTICIAN, "/bang-dieu-hanh")
    await expect(page.get_by_text("Phải thi hành").first).to_be_visible()
    admin, statistician = await people.actor(ADMIN), await people.actor(STATISTICIAN)
    (grant,) = [
        each for each in await grants_of_account(admin, statistician.account_id or 0)
        if each.state is GrantState.IN_FORCE
    ]  # fmt: skip
    try:
        async with within_five_seconds():
            await take_back(admin, TakeBack(grant_id=grant.id, reason="Chuyển công tác"))
            await gone(page, "/khong-co-quyen", "Phải thi hành")
    finally:
        again = GiveGrant(
            account_id=statistician.account_id or 0, role=Role.STATISTICIAN, office_code="91", reason="Trở lại"
        )
        await give_grant(admin, again)


async def test_a_role_given_brings_its_pages_into_the_menu_without_a_click(people: People) -> None:
    page = await people.open(ACCOUNTANT, "/ho-so")
    menu = page.get_by_role("navigation", name="Chức năng")
    await expect(menu.get_by_role("link", name="Nhập dữ liệu")).to_have_count(0)
    admin, accountant = await people.actor(ADMIN), await people.actor(ACCOUNTANT)
    wish = GiveGrant(
        account_id=accountant.account_id or 0, role=Role.STATISTICIAN, office_code=OFFICE, reason="Kiêm nhiệm"
    )
    given = 0
    try:
        async with within_five_seconds():
            given = await give_grant(admin, wish)
            await expect(menu.get_by_role("link", name="Nhập dữ liệu")).to_have_count(1, timeout=FIVE * 1000)
    finally:
        await take_back(admin, TakeBack(grant_id=given, reason="Hết kiêm nhiệm"))


@pytest.mark.parametrize("step", ["preview", "give"])
async def test_an_administrator_sees_what_a_role_adds_and_then_gives_it(people: People, step: str) -> None:
    secretary = (await people.actor("thuky.kv3.angiang")).account_id
    page = await people.open(ADMIN, f"/quan-tri/tai-khoan/{secretary}")
    await expect(page.get_by_role("heading", name="Người này thấy và làm được gì, vì sao")).to_be_visible()
    await page.get_by_role("button", name="Cấp vai trò").first.click()
    panel = page.get_by_role("complementary", name="Cấp vai trò")
    await panel.get_by_label("Vai trò").select_option(label="Cán bộ lưu trữ")
    await panel.get_by_label("Đơn vị").fill("91-03")
    await panel.locator("[role=option]").filter(has_text="91-03").click()
    await panel.get_by_label("Căn cứ").fill("QĐ phân công số 9")
    await panel.get_by_role("button", name="Xem trước").click()
    await expect(panel.get_by_text("Không thay đổi gì so với hiện nay.")).to_be_visible()
    if step == "preview":
        return
    await panel.get_by_role("button", name="Cấp vai trò").click()
    await expect(page.get_by_text("Đã cấp vai trò Cán bộ lưu trữ")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="Cán bộ lưu trữ · ")
    await row.get_by_role("button", name="Thu hồi").first.click()
    taking = page.get_by_role("complementary", name="Thu hồi vai trò")
    await taking.get_by_label("Căn cứ").fill("Cấp nhầm")
    await taking.get_by_role("button", name="Thu hồi").click()
    await expect(page.get_by_role("row").filter(has_text="Cấp nhầm").first).to_contain_text("Đã thu hồi")
