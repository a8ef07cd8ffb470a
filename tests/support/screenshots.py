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
from thads_app.services.demo_accounts import DEMO_PASSWORD
from thads_app.setup.browser import chromium

PICTURES = ROOT / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
SETTLE_MS = 2500

CLERK, OFFICE_HEAD = "thuly.kv3.angiang", "truongphong.kv3.angiang"
LEADER, STATISTICIAN = "lanhdao.tw", "thongke.angiang"

# (picture, account, address, what to press before the picture is taken)
SHOTS = (
    ("danh-sach", CLERK, "/ho-so", ()),
    ("thu-ly", CLERK, "/ho-so/moi", ()),
    ("nhap-du-lieu", CLERK, "/nhap-du-lieu", ()),
    ("ban-giao", CLERK, "/ban-giao", ()),
    ("viec", OFFICE_HEAD, "first case", ()),
    ("ghi-nhan", OFFICE_HEAD, "first case", ("e",)),
    ("tim-nhanh", OFFICE_HEAD, "/ho-so", ("Control+k",)),
    ("bieu-thong-ke", STATISTICIAN, "/bieu-thong-ke", ()),
    ("dashboard", LEADER, "/bang-dieu-hanh", ()),
    ("bang-dieu-hanh-tinh", LEADER, "/bang-dieu-hanh?don-vi=91", ()),
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
            page = await _signed_in(browser, url, account)
            for name, _, address, keys in (shot for shot in SHOTS if shot[1] == account):
                await page.goto(url + (await _first_case(page, url) if address == "first case" else address))
                await page.wait_for_timeout(SETTLE_MS)
                for key in keys:
                    await page.keyboard.press(key)
                await _picture(page, name)
        await browser.close()


async def _page(browser: Browser) -> Page:
    context = await browser.new_context(
        viewport={"width": 1440, "height": 900}, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh"
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


async def _first_case(page: Page, url: str) -> str:
    await page.goto(f"{url}/ho-so?trang-thai=in_progress")
    link = page.locator("tbody a[href^='/ho-so/']").first
    await link.wait_for()
    return await link.get_attribute("href") or "/ho-so"


async def _picture(page: Page, name: str) -> None:
    await page.wait_for_timeout(SETTLE_MS)
    target = PICTURES / f"{name}.png"
    await page.screenshot(path=target)
    _reduce(target)


def _reduce(path: Path) -> None:
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


def main() -> None:
    """Make the demonstration when there is none, serve it, and take every picture."""
    environment = os.environ | {"THADS_DATA_DIR": str(ROOT / ".data-screenshots"), "THADS_DEMO": "true"}
    subprocess.run([THADS, "db", "upgrade"], env=environment, cwd=ROOT, check=True)
    subprocess.run([THADS, "demo", "--scale", "small"], env=environment, cwd=ROOT, check=False)
    with served(environment) as url:
        asyncio.run(take(url))


if __name__ == "__main__":
    main()
