"""How fast a dashboard is in a real browser: `python -m tests.load.bench_dashboard [--url http://localhost:3000]`.

Needs the app running on demonstration data (`thads demo --scale province`, `make run`). Two budgets: navigation to the
first chart with nothing cached, and a click on a province to the frame after the last change of the page.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from thads_app.services.demo_accounts import DEMO_PASSWORD
from thads_app.setup.browser import chromium

USER = "lanhdao.tw"
NATION = "/bang-dieu-hanh?don-vi=00&nam={year}&ky={months}"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FIRST_CHART_MS, CLICK_MEDIAN_MS, CLICK_P95_MS = 2000.0, 200.0, 350.0
BARS = "#ty-le .barlayer .point"

# From the input event to the first frame after the last mutation; quiet for half a second means that it was the last.
WATCH = """
() => {
  window.measured = new Promise((resolve) => {
    let begun, last = 0, quiet;
    addEventListener("click", (event) => { begun ??= event.timeStamp; }, { capture: true });
    new MutationObserver((_, observer) => {
      if (begun === undefined) return;
      requestAnimationFrame(() => setTimeout(() => { last = performance.now(); }));
      clearTimeout(quiet);
      quiet = setTimeout(() => { observer.disconnect(); resolve(last - begun); }, 500);
    }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
}
"""
FIRST = """
(bars) => new Promise((resolve) => {
  const look = () => document.querySelector(bars)
    ? requestAnimationFrame(() => setTimeout(() => resolve(performance.now()))) : requestAnimationFrame(look);
  look();
})
"""


@dataclass(frozen=True)
class Options:
    """What is measured, where."""

    url: str
    year: str
    months: str
    repeats: int

    @property
    def nation(self) -> str:
        """The national dashboard."""
        return self.url + NATION.format(year=self.year, months=self.months)


async def signed_in(browser: Browser, options: Options) -> BrowserContext:
    """A browser context with a session, at the size of an office screen."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768}, locale="vi-VN")
    page = await context.new_page()
    await page.goto(f"{options.url}/login")
    await page.fill("input[name=username]", USER)
    await page.fill("input[name=password]", DEMO_PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url(lambda url: "/login" not in url)
    await page.close()
    return context


async def first_chart(browser: Browser, options: Options) -> list[float]:
    """Navigation → first chart in milliseconds, each time with an empty cache."""
    found: list[float] = []
    for _ in range(options.repeats):
        warm = await signed_in(browser, options)
        cookies = await warm.storage_state()
        await warm.close()
        # A new context starts with an empty cache; only the session goes along.
        context = await browser.new_context(
            viewport={"width": 1366, "height": 768}, locale="vi-VN", storage_state=cookies
        )
        page = await context.new_page()
        await page.goto(options.nation, wait_until="commit")
        found.append(await page.evaluate(FIRST, BARS))
        await context.close()
    return found


async def clicks(page: Page, options: Options) -> list[float]:
    """Click on a province of the map → new chart painted, in milliseconds."""
    await page.goto(options.nation)
    await page.wait_for_selector(BARS)
    await page.wait_for_timeout(1500)
    codes: list[str] = await page.evaluate(
        "() => [...document.querySelectorAll('.map-card [data-code]')].map((shape) => shape.dataset.code)"
    )
    found: list[float] = []
    for number in range(options.repeats + 3):
        code = codes[number * 7 % len(codes)]
        await page.evaluate(WATCH)
        # A dispatched click: the ring that follows the pointer would be a change of its own.
        await page.evaluate(
            "(code) => requestAnimationFrame(() => document.querySelector(`.map-card [data-code='${code}']`)"
            ".dispatchEvent(new MouseEvent('click', {bubbles: true})))",
            code,
        )
        elapsed: float = await page.evaluate("() => window.measured")
        await page.wait_for_url(lambda url, code=code: f"don-vi={code}" in url)
        if number >= 3:
            found.append(elapsed)
        await page.go_back()
        await page.wait_for_url(lambda url: "don-vi=00" in url)
        await page.wait_for_timeout(700)
    return found


def report(name: str, times: list[float], median: float, p95: float) -> bool:
    """Print a line and say whether the budget holds."""
    ordered = sorted(times)
    middle, high = statistics.median(ordered), ordered[max(0, int(len(ordered) * 0.95 + 0.5) - 1)]
    good = middle <= median and high <= p95
    print(
        f"{name:34} median {middle:7.0f} ms   p95 {high:7.0f} ms   n={len(ordered)}   "
        f"budget {median:.0f} / {p95:.0f} ms   {'ok' if good else 'OVER'}",
        flush=True,
    )
    return good


async def main(options: Options) -> int:
    """Measure both; 1 when a budget is not kept."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium()), args=FLAGS)
        cold = report("navigation → first chart", await first_chart(browser, options), FIRST_CHART_MS, FIRST_CHART_MS)
        context = await signed_in(browser, options)
        page = await context.new_page()
        quick = report("click on a province → new chart", await clicks(page, options), CLICK_MEDIAN_MS, CLICK_P95_MS)
        await browser.close()
    return 0 if cold and quick else 1


def _options() -> Options:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://localhost:3000")
    parser.add_argument("--year", default="2026")
    parser.add_argument("--months", default="12")
    parser.add_argument("--repeats", type=int, default=30)
    given = parser.parse_args()
    return Options(given.url, given.year, given.months, given.repeats)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(_options())))
