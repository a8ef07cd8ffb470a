"""The policy of content in a real browser: our pages break none of it, and a script that is not ours does not run."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.people import CLERK, HEAD, LEADER, MISSING, OFFICER, PROVINCE_HEAD, People, make_case
from tests.browser.test_second_factor import PASSWORD, enter, set_up, with_own_password
from tests.conftest import AppServer

WATCH = """
window.__broken = [];
document.addEventListener("securitypolicyviolation", (event) => window.__broken.push(
  [event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber, event.sample].join(" ")));
"""
WALKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (HEAD, ("/ho-so", "/ho-so/moi", "/ban-giao", "/bieu-thong-ke", "/bang-dieu-hanh", "/thong-bao", "/tai-khoan")),
    (HEAD, ("/nhat-ky", "/nhat-ky?xem=neo", "/du-lieu-ca-nhan", "/du-lieu-ca-nhan?muc=hoat-dong")),
    (HEAD, ("/quan-tri/ket-xuat", "/cho-xac-nhan", "/xung-dot-loi-ich")),
    (PROVINCE_HEAD, ("/uy-quyen", "/nhat-ky")),
    (LEADER, ("/bang-dieu-hanh", "/bieu-thong-ke", "/tai-khoan")),
    (CLERK, ("/nhap-du-lieu", "/ho-so")),
    (OFFICER, ("/ban-giao/moi", "ho-so", "/quyen-cua-toi", "/quan-tri/quyen", "/quan-tri/quyen?vai-tro=officer")),
    ("quantri.angiang", ("/quan-tri", "/quan-tri/muc-xac-nhan", "/quan-tri/ra-soat", "/bang-dieu-hanh")),
    ("quantri.angiang", ("/quan-tri/tai-khoan", "/quan-tri/tai-khoan/nhap", "tai-khoan")),
)


async def broken(page: Page) -> list[str]:
    """What the page was refused so far."""
    return list(await page.evaluate("window.__broken ?? ['not watched']"))


async def address_of(people: People, path: str) -> str:
    """A page of the list, wherever it is."""
    if path == "ho-so":
        return (await make_case(people, officer=OFFICER)).path
    return f"/quan-tri/tai-khoan/{(await people.actor(OFFICER)).account_id}" if path == "tai-khoan" else path


async def quiet(page: Page) -> None:
    """Wait until nothing is loading and what was drawn has settled."""
    await page.wait_for_selector(".skeleton, .table-wrap.busy, [aria-busy=true]", state="detached")
    await page.wait_for_timeout(800)


@pytest.mark.parametrize(("who", "paths"), WALKS)
async def test_no_page_of_ours_asks_for_what_the_policy_forbids(
    people: People, who: str, paths: tuple[str, ...]
) -> None:
    page = await people.open(who, "/tai-khoan")
    await page.add_init_script(WATCH)
    for path in paths:
        wanted = await address_of(people, path)
        await people.go(page, wanted)
        await quiet(page)
        assert await broken(page) == [], wanted


async def test_charts_are_drawn_drilled_and_saved_as_pictures_within_the_policy(people: People) -> None:
    page = await people.open(LEADER, "/tai-khoan")
    await page.add_init_script(WATCH)
    await people.go(page, "/bang-dieu-hanh")
    await page.wait_for_selector(".js-plotly-plot .main-svg", timeout=20_000)
    await quiet(page)
    saving = page.locator("[data-picture]").first
    if await saving.count():
        async with page.expect_download() as saved:
            await saving.click()
        assert (await saved.value).suggested_filename.endswith((".png", ".svg"))
    assert await broken(page) == []


async def test_signing_in_and_out_breaks_nothing(app_server: AppServer, page: Page) -> None:
    await page.add_init_script(WATCH)
    for path in ("/login", f"{MISSING}/x", "/khong-co-quyen"):
        await page.goto(f"{app_server.url}{path}")
        await page.wait_for_timeout(700)
        assert await broken(page) == [], path


async def test_setting_up_a_second_factor_and_being_asked_for_it_breaks_nothing(
    app_server: AppServer, page: Page
) -> None:
    name = f"chinh.sach.{time.time_ns()}"
    app_server.thads("users", "create", name, "--name", "Người Thử", "--office", "91-03", "--role", "intake_clerk")
    await page.add_init_script(WATCH)
    await with_own_password(page, app_server, name)
    await set_up(page)
    assert await broken(page) == []
    await page.context.clear_cookies()
    await enter(page, app_server, name, PASSWORD)
    await expect(page).to_have_url(re.compile("/xac-thuc"))
    await page.wait_for_timeout(700)
    assert await broken(page) == []
    app_server.thads("users", "disable", name)


async def test_a_script_somebody_put_into_a_page_does_not_run(people: People, app_server: AppServer) -> None:
    """What a hole in a page would let in: inline scripts, handlers in attributes, foreign files, evaluated text."""
    page = await people.open(HEAD, "/tai-khoan")
    await page.add_init_script(WATCH)

    async def poisoned(route: Any) -> None:
        answer = await route.fetch()
        body = (await answer.text()).replace(
            "</body>",
            "<script>window.__ran = 'inline'</script><img src='/x' onerror=\"window.__ran = 'attribute'\">"
            "<script src='https://doc-hai.example/x.js'></script><base href='https://doc-hai.example/'>"
            "<iframe src='https://doc-hai.example/'></iframe><script src='data:text/javascript,__ran=1'></script>"
            "</body>",
        )
        await route.fulfill(response=answer, body=body)

    await page.route("**/tai-khoan", poisoned)
    await page.goto(f"{app_server.url}/tai-khoan")
    await page.wait_for_timeout(2_000)
    assert await page.evaluate("window.__ran ?? null") is None
    refused = json.dumps(await broken(page))
    for directive in ("script-src-elem inline", "script-src-attr inline", "https://doc-hai.example/x.js", "base-uri"):
        assert directive in refused, (directive, refused)
    people.complaints.clear()  # the browser rightly complained of each of them


async def test_text_is_never_evaluated_as_code(people: People) -> None:
    page = await people.open(HEAD, "/tai-khoan")
    await page.add_init_script(WATCH)
    await people.go(page, "/tai-khoan")
    await page.evaluate(
        """async () => {
          const element = document.createElement("button");
          document.body.append(element);
          await new Promise((done) => {
            element.addEventListener("click", () => {
              try { window.__ran = eval("1 + 1"); } catch { window.__ran = "refused"; }
              done();
            });
            setTimeout(() => element.click(), 0);
          });
        }"""
    )
    assert await page.evaluate("window.__ran") == "refused"
    people.complaints.clear()


async def test_no_page_can_be_framed(app_server: AppServer, browser: Browser) -> None:
    context = await browser.new_context()
    page = await context.new_page()
    await page.route("https://ngoai.example/", lambda route: route.fulfill(
        content_type="text/html", body=f"<iframe src='{app_server.url}/login'></iframe>"))  # fmt: skip
    await page.goto("https://ngoai.example/")
    await page.wait_for_timeout(1_000)
    frame = page.frames[1]
    assert "login" not in frame.url or not await frame.locator("form").count()
    await context.close()
