"""The list as an Excel file over HTTP: only for those who may, only what they may see, texts as texts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import openpyxl
import pytest

from models.enums import PartyRole
from tests.support.cast import Cast
from tests.support.some_cases import NOW, intake
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.services import sessions
from thads_app.services.cases import PartyInput, register_case

PATH = "/api/exports/cases"


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    for number in (1, 2, 3):
        people = [PartyInput(role=PartyRole.DEBTOR, name=f'=HYPERLINK("http://x","{number}")')]
        await register_case(cast["intake_clerk"], intake(cast, number, parties=people), now=NOW)
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


async def get(visitor: httpx.AsyncClient, cast: Cast, part: str, **parameters: str) -> httpx.Response:
    visitor.cookies.clear()
    if part:
        visitor.cookies.set(cookie_name(), (await cast.sign_in(part)).secret)
    return await visitor.get(PATH, params=parameters)


def lines(response: httpx.Response) -> list[tuple[object, ...]]:
    assert response.status_code == 200, response.text
    book = openpyxl.load_workbook(BytesIO(response.content))
    return list(book.worksheets[0].values)


async def test_the_file_holds_the_list_of_the_address(visitor: httpx.AsyncClient, cast: Cast) -> None:
    answer = await get(visitor, cast, "office_head", sap="so", tu="03/10/2026")
    head, *rows = lines(answer)
    number, debtor, amount = head.index("Số QĐ THA"), head.index("Người phải THA"), head.index("Phải thi hành (đ)")
    assert [row[number] for row in rows] == ["2/QĐ-THADS", "3/QĐ-THADS"]
    assert [row[amount] for row in rows] == [1_000_000, 70_000_000]
    assert rows[0][debtor] == '=HYPERLINK("http://x","2")'
    assert answer.headers["content-disposition"].endswith('.xlsx"')
    assert answer.headers["cache-control"] == "no-store"


async def test_a_name_that_looks_like_a_formula_stays_a_text(visitor: httpx.AsyncClient, cast: Cast) -> None:
    answer = await get(visitor, cast, "office_head")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    kinds = {
        cell.data_type for row in book.worksheets[0].iter_rows(min_row=2) for cell in row if cell.value is not None
    }
    assert "f" not in kinds


async def test_outsiders_take_out_an_empty_list_and_strangers_nothing(visitor: httpx.AsyncClient, cast: Cast) -> None:
    assert len(lines(await get(visitor, cast, "charlie"))) == 1
    assert (await get(visitor, cast, "")).status_code == 401
    assert (await get(visitor, cast, "central_admin")).status_code == 403


async def test_no_file_stays_behind(
    visitor: httpx.AsyncClient, cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    lines(await get(visitor, cast, "office_head"))
    assert (
        await get(visitor, cast, "office_head", o="completed", **{"o-don-vi": "68", "o-nam": "2027", "o-thang": "1"})
    ).status_code == 404
    assert os.listdir(tmp_path) == []  # noqa: PTH208 (the other way blocks, says ASYNC240)
