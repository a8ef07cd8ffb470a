"""Workbooks of administrators over HTTP: only for them, the passwords once and only from our own page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from tests.administration.test_finding_accounts import age
from tests.support.cast import Cast
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.services import sessions
from thads_app.services.administration import bulk_accounts
from thads_app.services.administration.bulk_accounts import create_from_roster
from thads_app.services.administration.roster_layout import ROSTER

ORIGIN = {"Origin": "http://localhost:3000"}
ROSTER_PATH = "/api/administration/roster"
SOMEBODY = "0" * 32


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000", headers=ORIGIN) as client:
        yield client


async def become(visitor: httpx.AsyncClient, cast: Cast, part: str) -> None:
    visitor.cookies.clear()
    visitor.cookies.set(cookie_name(), (await cast.sign_in(part)).secret)


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = ROSTER.name
    sheet.append([column.title for column in ROSTER.columns])
    for row in rows:
        sheet.append(list(row))
    held = BytesIO()
    book.save(held)
    return held.getvalue()


async def sent(visitor: httpx.AsyncClient, content: bytes) -> str:
    """Send a workbook as the page's form does; where the answer leads."""
    answer = await visitor.post(ROSTER_PATH, files={"file": ("danh sách.xlsx", content)})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_list_is_taken_in_checked_and_its_passwords_given_once(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await become(visitor, cast, "province_admin")
    where = await sent(visitor, workbook(("Lý Văn Tám", "05/03/1990", "91-03")))
    reference = where.rpartition("=")[2]
    made = await create_from_roster(cast["province_admin"], reference)
    path = f"{ROSTER_PATH}/{reference}/passwords.xlsx"
    assert made.count == 1
    assert (await visitor.get(path)).status_code == 405
    foreign = await visitor.post(path, headers={"Origin": "https://noi-khac.example"})
    assert foreign.status_code == 403
    given = await visitor.post(path)
    assert given.headers["cache-control"] == "no-store"
    assert "attachment" in given.headers["content-disposition"]
    assert load_workbook(BytesIO(given.content)).worksheets[0]["B2"].value == "tam.lv"
    assert (await visitor.post(path)).status_code == 409


async def test_a_file_of_something_else_leads_back_with_the_reason(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await become(visitor, cast, "province_admin")
    assert (await sent(visitor, b"")).endswith("?loi=import_no_file")
    large = b"x" * (bulk_accounts.LARGEST_BYTES + 1)
    assert (await sent(visitor, large)).endswith("?loi=import_too_large")


async def test_the_copy_with_marks_belongs_to_its_sender(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await become(visitor, cast, "province_admin")
    reference = (await sent(visitor, workbook(("Lý Văn Tám", "x", "91-03")))).rpartition("=")[2]
    found = await bulk_accounts.check_roster(cast["province_admin"], reference)
    assert found.problem_count == 1
    path = f"{ROSTER_PATH}/{reference}/errors.xlsx"
    assert (await visitor.get(path)).status_code == 200
    await become(visitor, cast, "central_admin")
    assert (await visitor.get(path)).status_code == 404
    assert (await visitor.get(f"{ROSTER_PATH}/..%2f..%2fx/errors.xlsx")).status_code in (404, 422)


async def test_the_review_is_taken_as_a_workbook(visitor: httpx.AsyncClient, cast: Cast) -> None:
    await age(120, "alice", "charlie")
    await become(visitor, cast, "province_admin")
    answer = await visitor.get("/api/administration/review.xlsx?loai=lau-khong-dung")
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [row[1] for row in rows] == ["alice"]


@pytest.mark.parametrize("part", ["", "leader", "province_head", "office_head", "alice", "charlie"])
async def test_nobody_else_gets_anything(visitor: httpx.AsyncClient, cast: Cast, part: str) -> None:
    if part:
        await become(visitor, cast, part)
    for method, path in (
        ("GET", f"{ROSTER_PATH}/template.xlsx"),
        ("POST", ROSTER_PATH),
        ("GET", f"{ROSTER_PATH}/{SOMEBODY}/errors.xlsx"),
        ("POST", f"{ROSTER_PATH}/{SOMEBODY}/passwords.xlsx"),
        ("GET", "/api/administration/review.xlsx"),
    ):
        assert (await visitor.request(method, path)).status_code == (403 if part else 401), path
