"""The pictures of the README and the user guide, made from the demonstration: `make screenshots`.

A small demonstration is made in `.data-screenshots`; each picture is 1440 px wide with a reduced palette.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from tests.support.serving import ROOT, THADS, served
from thads_app import clock
from thads_app.rules.history import fiscal_year
from thads_app.services.demo_accounts import DEMO_PASSWORD
from thads_app.setup.browser import chromium

PICTURES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SETTLE_MS = 2500
WIDTH, HEIGHT = 1440, 900
TALL = {"dashboard": 1340, "bang-dieu-hanh-tinh": 1340, "thu-ly": 1340, "ghi-nhan": 1300}

CLERK, OFFICE_HEAD = "thuly.kv3.angiang", "truongphong.kv3.angiang"
LEADER, STATISTICIAN, ADMINISTRATOR = "lanhdao.tw", "thongke.angiang", "quantri.angiang"

YEAR = fiscal_year(clock.today()) - 1  # the last whole one

# Addresses that are found when they are needed.
A_CASE, A_HANDOVER = "a case", "a handover"

# (picture, account, address, what to press before the picture is taken)
SHOTS = (
    ("danh-sach", CLERK, "/ho-so", ()),
    ("thu-ly", CLERK, "/ho-so/moi", ()),
    ("nhap-du-lieu", CLERK, "/nhap-du-lieu", ()),
    ("ban-giao", CLERK, "/ban-giao?hop=tat-ca", ()),
    ("lap-ban-giao", CLERK, A_HANDOVER, ()),
    ("viec", OFFICE_HEAD, A_CASE, ()),
    ("ghi-nhan", OFFICE_HEAD, A_CASE, ("e", "1")),
    ("phan-cong", OFFICE_HEAD, A_CASE, ("a",)),
    ("phim-tat", OFFICE_HEAD, "/ho-so", ("?",)),
    ("tim-nhanh", OFFICE_HEAD, "/ho-so", ("Control+k",)),
    ("bieu-thong-ke", STATISTICIAN, f"/bieu-thong-ke?nam={YEAR}", ()),
    ("nhat-ky", OFFICE_HEAD, "/nhat-ky", ()),
    ("tai-khoan", ADMINISTRATOR, "/quan-tri/tai-khoan", ()),
    ("quyen-tung-vai-tro", ADMINISTRATOR, "/quan-tri/quyen", ()),
    ("dashboard", LEADER, f"/bang-dieu-hanh?nam={YEAR}", ()),
    ("bang-dieu-hanh-tinh", LEADER, f"/bang-dieu-hanh?don-vi=91&nam={YEAR}", ()),
)


async def take(url: str) -> None:
    """Sign in as each account once and take its pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        anonymous = await _page(browser)
        await anonymous.goto(f"{url}/login")
        await _picture(anonymous, "dang-nhap")
        for account in dict.fromkeys(shot[1] for shot in SHOTS):
            context = (await _signed_in(browser, url, account)).context
            for name, _, address, keys in (shot for shot in SHOTS if shot[1] == account):
                page = await context.new_page()  # a panel left open would stand open again in the same tab
                await page.set_viewport_size({"width": WIDTH, "height": TALL.get(name, HEIGHT)})
                await page.goto(url + await _found(page, url, address))
                for key in keys:
                    await page.wait_for_timeout(SETTLE_MS)
                    await page.keyboard.press(key)
                await _picture(page, name)
                await page.close()
        await browser.close()


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
    )
    return await context.new_page()


async def _signed_in(browser: Browser, url: str, account: str) -> Page:
    page = await _page(browser)
    await page.goto(f"{url}/login")
    await page.fill("input[name=username]", account)
    await page.fill("input[name=password]", DEMO_PASSWORD)
    await page.keyboard.press("Enter")
    await page.wait_for_url(lambda address: "/login" not in address)
    return page


async def _found(page: Page, url: str, address: str) -> str:
    """The address itself, or one that exists only in this demonstration."""
    if address == A_CASE:
        return (await _cases(page, f"{url}/ho-so?trang-thai=in_progress&sap=ngay"))[0]
    if address == A_HANDOVER:
        chosen = await _cases(page, f"{url}/ho-so?chua-phan-cong=1&trang-thai=dang-mo")
        return f"/ban-giao/moi?viec={','.join(each.rpartition('/')[2] for each in chosen[-3:])}"
    return address


async def _cases(page: Page, address: str) -> list[str]:
    """The addresses of the cases of a list."""
    await page.goto(address)
    links = page.locator("tbody a[href^='/ho-so/']")
    await links.first.wait_for()
    return await links.evaluate_all("found => found.map(each => each.getAttribute('href'))")


async def _picture(page: Page, name: str) -> None:
    await page.wait_for_timeout(SETTLE_MS)
    target = PICTURES / f"{name}.png"
    await page.screenshot(path=target)
    _reduce(target)


def _reduce(path: Path) -> None:
    with Image.open(path) as picture:
        # Rare colours, such as a badge's, count as much as common ones; then the common ones become exact.
        few = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
        few.save(path, optimize=True)


def main() -> None:
    """Make the demonstration when there is none, serve it, and take every picture."""
    environment = os.environ | {"THADS_DATA_DIR": str(ROOT / ".data-screenshots"), "THADS_DEMO": "true"}
    subprocess.run([THADS, "db", "upgrade"], env=environment, cwd=ROOT, check=True)
    subprocess.run([THADS, "demo", "--scale", "small"], env=environment, cwd=ROOT, check=False)
    with served(environment) as url:
        asyncio.run(take(url))


if __name__ == "__main__":
    main()
