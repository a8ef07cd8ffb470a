"""What every page promises: our language, names for all that can be used, sight, the keyboard, a phone's width."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.browser.people import CLERK, HEAD, LEADER, MISSING, OFFICER, PROVINCE_HEAD, People, make_case, ready

PHONE = {"width": 390, "height": 844}
PAGES = (
    (HEAD, "/ho-so"),
    (HEAD, "/ho-so/moi"),
    (HEAD, "/ban-giao"),
    (OFFICER, "/ban-giao/moi"),
    (LEADER, "/bang-dieu-hanh"),
    (HEAD, "/bieu-thong-ke"),
    (CLERK, "/nhap-du-lieu"),
    ("quantri.angiang", "/quan-tri"),
    ("quantri.angiang", "/quan-tri/tai-khoan"),
    ("quantri.angiang", "/quan-tri/tai-khoan/nhap"),
    ("quantri.angiang", "/quan-tri/ra-soat"),
    ("quantri.angiang", "tai-khoan"),  # an account's own page
    (HEAD, "/cho-xac-nhan"),
    (HEAD, "/xung-dot-loi-ich"),
    ("quantri.angiang", "/quan-tri/muc-xac-nhan"),
    (HEAD, "/nhat-ky"),
    (HEAD, "/nhat-ky?xem=neo"),
    (HEAD, "/quan-tri/ket-xuat"),
    (HEAD, "/du-lieu-ca-nhan"),
    (HEAD, "/du-lieu-ca-nhan?muc=hoat-dong"),
    (HEAD, "/tai-khoan"),
    (OFFICER, "/thong-bao"),
    (PROVINCE_HEAD, "/uy-quyen"),
    (OFFICER, "/quyen-cua-toi"),
    (OFFICER, "/quan-tri/quyen"),
    (OFFICER, "/quan-tri/quyen?vai-tro=officer"),
    (HEAD, MISSING),
    (HEAD, "ho-so"),  # a case's own page
)
# Words the framework, the browser's widgets or a developer would say, and no office does.
ENGLISH = re.compile(
    r"\b(error|loading|submit|cancel|search|undefined|null|nan|none|page|not found|sign in|log ?out|password|"
    r"choose file|no file|connect|reload|update|save|close|open|select|delete|required|please|unknown|true|false)\b",
    re.IGNORECASE,
)
SCRIPTS = Path(__file__).parent / "looks"
NAMELESS, TWICE, FAINT, SPOKEN = (
    (SCRIPTS / f"{name}.js").read_text() for name in ("nameless", "twice", "faint", "spoken")
)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def settled(page: Page) -> None:
    """Wait until nothing on the page is still being loaded."""
    await expect(page.locator(".skeleton, .table-wrap.busy, [aria-busy=true]")).to_have_count(0)


async def visit(people: People, page: Page, path: str) -> None:
    """Go to a page of the list, wherever it is."""
    if path == "ho-so":
        path = (await make_case(people, officer=OFFICER)).path
    if path == "tai-khoan":
        path = f"/quan-tri/tai-khoan/{(await people.actor(OFFICER)).account_id}"
    await page.goto(f"{people.server.url}{path}")
    if path != MISSING:
        await ready(page)
        await settled(page)
    await expect(page.locator("h1")).to_have_count(1)


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_a_page_speaks_vietnamese_and_can_be_read_by_everybody(people: People, who: str, path: str) -> None:
    page = await people.open(who, "/tai-khoan")
    await visit(people, page, path)
    assert await page.evaluate("document.documentElement.lang") == "vi"
    assert (await page.title()).strip(), path
    text = await page.evaluate(SPOKEN)
    assert sorted(set(ENGLISH.findall(text.replace("Excel", "")))) == []
    assert await page.evaluate(NAMELESS) == []
    assert await page.evaluate(TWICE) == []
    assert await page.evaluate(FAINT) == []
    await page.emulate_media(color_scheme="dark")
    await expect(page.locator("html")).to_have_class(re.compile(r"\bdark\b"))
    assert await page.evaluate(FAINT) == []


@pytest.mark.parametrize(("who", "path"), PAGES)
async def test_a_page_fits_a_phone(people: People, who: str, path: str) -> None:
    page = await people.open(who, "/tai-khoan", viewport=PHONE, has_touch=True, is_mobile=True)
    await visit(people, page, path)
    assert await page.evaluate(WIDER) <= 0
    if path == MISSING:
        return
    menu = page.get_by_role("navigation", name="Chức năng")
    await expect(menu).to_be_in_viewport()
    place = menu.get_by_role("link").first
    wanted = await place.get_attribute("href")
    await place.tap()
    await expect(page).to_have_url(re.compile(re.escape(str(wanted))))


async def test_the_palette_finds_cases_offices_pages_and_opens_them_by_keyboard(people: People) -> None:
    case = await make_case(people)
    page = await people.open(HEAD, "/tai-khoan")
    await page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    await expect(palette.get_by_role("option", name="Bàn giao", exact=True)).to_be_visible()
    await page.keyboard.type("thu ly ho so")
    await expect(palette.get_by_role("option", name="Thụ lý hồ sơ mới")).to_be_visible()
    await palette.get_by_role("combobox").fill(case.debtor)
    await expect(palette.get_by_role("option").filter(has_text=case.number)).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"{case.path}$"))
    await expect(palette).to_be_hidden()
    await expect(page.get_by_role("heading", level=1)).to_contain_text(case.debtor)
    await settled(page)
    await page.keyboard.press("Control+k")
    await palette.get_by_role("combobox").fill("không có gì như thế này")
    await expect(palette.get_by_text("Không tìm thấy")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(palette).to_be_hidden()


async def test_the_keyboard_reaches_everything_and_shows_where_it_is(people: People) -> None:
    page = await people.open(HEAD, "/ho-so")
    await settled(page)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="Tới nội dung chính")).to_be_focused()
    await page.keyboard.press("Enter")
    seen: list[str] = []
    for _ in range(12):
        await page.keyboard.press("Tab")
        seen.append(await page.evaluate("document.activeElement.innerText || document.activeElement.name"))
        shown = await page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== 'none' })()"
        )
        assert shown, f"nothing shows that {seen[-1]!r} has the focus"
    assert any("Thụ lý mới" in word for word in seen), seen


async def test_rows_are_walked_sorted_and_filtered_through_the_address(people: People) -> None:
    cases = [await make_case(people) for _ in range(2)]
    page = await people.open(HEAD, f"/ho-so?q={cases[0].debtor.rpartition(' ')[0]}")
    await settled(page)
    await page.keyboard.press("/")
    await expect(page.locator("[data-search]").first).to_be_focused()
    await page.locator("[data-search]").first.fill(cases[1].debtor)
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile("q="))
    await expect(page.locator("[data-table='ho-so'] [data-row]")).to_have_count(1)
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(re.compile(f"{cases[1].path}$"))
    await page.go_back()
    await expect(page.locator("[data-table='ho-so'] [data-row]")).to_have_count(1)
    await page.get_by_role("link", name="Số quyết định").click()
    await expect(page).to_have_url(re.compile("sap=so"))
    await expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Số quyết định")
