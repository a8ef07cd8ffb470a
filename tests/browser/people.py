"""Several people at work on the served app at once, each in a browser of their own, and the cases they work on.

Whoever opens a page through `people` also promises that it throws nothing, complains of nothing and asks no other host.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from models.enums import EventType, JudgmentKind, PartyRole, Source
from tests.conftest import AppServer
from thads_app import clock
from thads_app.auth.requests import cookie_name
from thads_app.rules.rights import Actor
from thads_app.services import sessions
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, RegisterCase, register_case
from thads_app.services.demo_accounts import DEMO_PASSWORD
from thads_app.services.events import RecordEvent, assign_cases, record_event
from thads_app.services.office_tree import office_tree

LEADER = "lanhdao.tw"
PROVINCE_HEAD = "thutruong.angiang"
HEAD = "truongphong.kv3.angiang"
OFFICER, OTHER_OFFICER = "chv1.kv3.angiang", "chv2.kv3.angiang"
CLERK = "thuly.kv3.angiang"
ELSEWHERE = "truongphong.kv1.lamdong"
OFFICE = "91-03"
DESKTOP = {"width": 1440, "height": 900}
# A lost line is meant to be lost, and a browser says so.
EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|WebSocket connection to|net::ERR_ABORTED")
MISSING = "/khong-co-trang-nay"
"""A page there is none of; the browser complains of it rightly."""
# A kept server meets no number twice, and the steps leave room for the numbers the app proposes next.
_numbers = count(int(time.time()) % 10_000_000, 100)

expect.set_options(timeout=10_000)


@dataclass
class People:
    """Those signed in during one test."""

    server: AppServer
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _secrets: dict[str, tuple[str, Actor]] = field(default_factory=dict)

    async def actor(self, username: str) -> Actor:
        """Somebody of the demonstration, for what happens away from the browser."""
        return (await self._signed_in(username))[1]

    async def _signed_in(self, username: str) -> tuple[str, Actor]:
        if username not in self._secrets:
            opened = await sessions.sign_in(username, DEMO_PASSWORD, address="192.0.2.13", user_agent="Thử nghiệm")
            self._secrets[username] = (opened.secret, opened.actor)
        return self._secrets[username]

    async def open(self, username: str, path: str, **options: Any) -> Page:
        """Open a page as somebody, in a browser of their own, and wait until it can be worked with."""
        secret, _ = await self._signed_in(username)
        context = await self.browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", **({"viewport": DESKTOP} | options)
        )
        self.contexts.append(context)
        await context.add_cookies([{"name": cookie_name(), "value": secret, "url": self.server.url}])
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{path}: {error}"))
        page.on("console", self._note_message)
        page.on("request", self._note_request)
        await self.go(page, path)
        return page

    async def go(self, page: Page, path: str) -> None:
        """Go to another page by its address."""
        await page.goto(f"{self.server.url}{path}")
        await ready(page)

    def _note_message(self, message: ConsoleMessage) -> None:
        if MISSING in (message.location or {}).get("url", ""):
            return
        if message.type in ("error", "warning") and not EXPECTED.search(message.text):
            self.complaints.append(f"{message.type}: {message.text}")

    def _note_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.netloc != urlsplit(self.server.url).netloc:
            self.complaints.append(f"asked {request.url}")


async def ready(page: Page) -> None:
    """Wait until the frame is filled: the socket is up and the page knows who looks at it."""
    await expect(page.locator("[data-account]:not([data-account=''])")).to_have_count(1, timeout=20_000)


@dataclass(frozen=True)
class Made:
    """A case made for a test."""

    id: int
    number: str
    debtor: str

    @property
    def path(self) -> str:
        """Its page."""
        return f"/ho-so/{self.id}"


async def make_case(people: People, *, officer: str = "", amount: int = 50_000_000) -> Made:
    """A case of a name of its own at the office of region 3, given to an officer when one is named."""
    serial = next(_numbers)
    tree, clerk = await office_tree(), await people.actor(CLERK)
    decided = min(clock.today(), clock.today().replace(day=1) + timedelta(days=1))
    debtor = f"Người Thử {serial}"
    made = await register_case(
        clerk,
        RegisterCase(
            office_id=tree.by_code[OFFICE].id,
            decision_number=f"{serial}/QĐ-THADS",
            decision_date=decided,
            source=Source.ON_REQUEST,
            judgment=JudgmentInput(
                number=f"{serial}/2026/DS-ST",
                judgment_date=date(2026, 8, 3),
                issuing_body="TAND khu vực 3 – An Giang",
                kind=JudgmentKind.CIVIL,
            ),
            parties=[
                PartyInput(role=PartyRole.DEBTOR, name=debtor),
                PartyInput(role=PartyRole.CREDITOR, name="Ngân hàng Thử"),
            ],
            obligations=[ObligationInput(content="Trả nợ gốc", amount=amount)],
        ),
    )
    if officer:
        head, receiver = await people.actor(HEAD), await people.actor(officer)
        assert receiver.staff_id is not None
        results = await assign_cases(head, [made.case_id], receiver.staff_id, decided)
        assert results[0].ok, results
    return Made(made.case_id, made.decision_number, debtor)


async def collect(people: People, username: str, case: Made, amount: int) -> None:
    """Somebody records a collection, away from the browser."""
    command = RecordEvent(case_id=case.id, type=EventType.COLLECTED, business_date=clock.today(), amount=amount)
    await record_event(await people.actor(username), command)
