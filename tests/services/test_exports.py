"""Whatever file leaves the application says who took it, when, for what and how much, and the head sees it listed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta

import httpx
import openpyxl
import psycopg
import pytest

from models.enums import PartyRole
from models.personal_enums import ExportKind
from tests.support.cast import PROVINCE, Cast
from tests.support.some_cases import NOW, intake
from thads_app import clock, db
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.errors import Forbidden
from thads_app.services import sessions
from thads_app.services.cases import PartyInput, register_case
from thads_app.services.export_files import STAMP_SHEET
from thads_app.services.exports import ExportLine, ExportQuery, list_exports, record_export

NUMBER = "001099000123"


@pytest.fixture
async def visitor(cast: Cast) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    for number in (1, 2, 3):
        people = [PartyInput(role=PartyRole.DEBTOR, name=f"Người thứ {number}", id_number=NUMBER)]
        await register_case(cast["intake_clerk"], intake(cast, number, parties=people), now=NOW)
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


async def get(visitor: httpx.AsyncClient, cast: Cast, part: str, path: str, **parameters: str) -> httpx.Response:
    visitor.cookies.clear()
    visitor.cookies.set(cookie_name(), (await cast.sign_in(part)).secret)
    answer = await visitor.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer


async def newest(cast: Cast, part: str = "office_head") -> ExportLine:
    return (await list_exports(cast[part], ExportQuery())).lines[0]


def stamp_of(answer: httpx.Response) -> tuple[str, dict[str, str]]:
    """The line of a workbook and its facts."""
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))[STAMP_SHEET]
    (line, *_), *others = list(sheet.values)
    return str(line), {str(row[0]): str(row[1]) for row in others if row[0] and row[1]}


async def test_a_list_says_who_when_for_what_and_how_many_and_holds_no_number(
    visitor: httpx.AsyncClient, cast: Cast
) -> None:
    answer = await get(visitor, cast, "alice", "/api/exports/cases", **{"trang-thai": "dang-mo", "tu": "03/10/2026"})
    line, facts = stamp_of(answer)
    found = await newest(cast)
    assert facts["Mã kết xuất"] == f"KX-{found.number}"
    assert (facts["Người kết xuất"], facts["Số dòng"]) == ("Trần Thị An", "2")
    assert facts["Điều kiện"] == "Trạng thái: đang mở; Từ ngày: 03/10/2026"
    assert line.startswith(f"KX-{found.number} · Trần Thị An (")
    assert line.endswith("2 dòng")
    assert (found.by, found.rows, found.kind, found.conditions) == (
        "Trần Thị An", 2, ExportKind.CASES, facts["Điều kiện"],
    )  # fmt: skip
    whole = str([list(sheet.values) for sheet in openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets])
    assert NUMBER not in whole


async def test_a_search_by_identity_number_is_recorded_masked(visitor: httpx.AsyncClient, cast: Cast) -> None:
    answer = await get(visitor, cast, "alice", "/api/exports/cases", q=NUMBER)
    line, facts = stamp_of(answer)
    assert facts["Số dòng"] == "3"
    assert "Từ khóa: •••••••••123" in line
    assert NUMBER not in (await newest(cast)).conditions


async def test_forms_carry_the_line_in_every_format(visitor: httpx.AsyncClient, cast: Cast) -> None:
    asked = {"bieu": "04", "don-vi": "91-03", "nam": "2027", "ky": "1"}
    book = await get(visitor, cast, "statistician", "/api/reports/form.xlsx", **asked)
    line, facts = stamp_of(book)
    assert facts["Nội dung"] == "Biểu thống kê"
    assert "Biểu: 04" in facts["Điều kiện"]
    first = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert first.title != STAMP_SHEET
    assert line.split(" · ")[0] in str(first.oddFooter.left.text)
    text = (await get(visitor, cast, "statistician", "/api/reports/form.csv", **asked)).text
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows[-1]) == 1
    assert rows[-1][0].startswith("# KX-")
    told = json.loads((await get(visitor, cast, "statistician", "/api/reports/form.json", **asked)).text)
    assert told["export"].startswith("KX-")
    assert told["unit"] == "91-03"
    kinds = [each.kind for each in (await list_exports(cast["office_head"], ExportQuery())).lines]
    assert kinds == [ExportKind.REPORT] * 3


async def test_a_dashboards_workbook_carries_the_line_on_every_printed_sheet(
    visitor: httpx.AsyncClient, cast: Cast
) -> None:
    answer = await get(visitor, cast, "office_head", "/api/reports/dashboard.xlsx")
    line, _ = stamp_of(answer)
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert all(line.split(" · ")[0] in str(each.oddFooter.left.text) for each in sheets if each.title != STAMP_SHEET)
    assert (await newest(cast)).kind is ExportKind.DASHBOARD


async def test_a_head_sees_the_exports_of_their_offices_and_no_others(cast: Cast) -> None:
    for part in ("alice", "charlie", "leader"):
        await record_export(cast[part], ExportKind.CASES, "ho-so.xlsx", 1, {})
    seen = {
        part: [line.by for line in (await list_exports(cast[part], ExportQuery())).lines]
        for part in ("office_head", "province_head", "charlie", "leader", "neighbour")
    }
    assert seen == {
        "office_head": ["Trần Thị An"],
        "province_head": ["Trần Thị An"],
        "charlie": ["Cao Xuân Ngoài"],
        "leader": ["Trần Quốc Lãnh", "Cao Xuân Ngoài", "Trần Thị An"],
        "neighbour": [],
    }
    for part in ("alice", "central_admin", "accountant"):
        with pytest.raises(Forbidden):
            await list_exports(cast[part], ExportQuery())


async def test_the_list_is_narrowed_by_person_kind_day_and_unit_and_paged(cast: Cast) -> None:
    await record_export(cast["alice"], ExportKind.CASES, "a.xlsx", 1, {})
    await record_export(cast["bob"], ExportKind.REPORT, "b.xlsx", 2, {})
    head = cast["province_head"]
    today = clock.today()

    async def names(**query: object) -> list[str]:
        return [line.file_name for line in (await list_exports(head, ExportQuery(**query))).lines]  # type: ignore[arg-type]

    assert await names() == ["b.xlsx", "a.xlsx"]
    assert await names(kind=ExportKind.CASES) == ["a.xlsx"]
    assert await names(words="binh VĂN") == ["b.xlsx"]
    assert await names(since=today, until=today) == ["b.xlsx", "a.xlsx"]
    assert await names(until=today - timedelta(days=1)) == []
    assert await names(office="91-04") == []
    assert await names(office=PROVINCE) == ["b.xlsx", "a.xlsx"]
    assert await names(since=date(2999, 1, 1)) == []
    newest_id = (await list_exports(head, ExportQuery())).lines[0].number
    assert await names(before_id=newest_id) == ["a.xlsx"]


async def test_a_record_of_an_export_cannot_be_changed_or_deleted_by_anybody(cast: Cast, database: str) -> None:
    await record_export(cast["alice"], ExportKind.CASES, "a.xlsx", 1, {})
    with psycopg.connect(db.libpq_dsn(database), autocommit=True) as owner:
        for act in ("UPDATE export_record SET row_count = 0", "DELETE FROM export_record", "TRUNCATE export_record"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(act)  # type: ignore[arg-type]


async def test_a_draft_of_a_handover_leaves_no_record(visitor: httpx.AsyncClient, cast: Cast) -> None:
    visitor.cookies.set(cookie_name(), (await cast.sign_in("alice")).secret)
    assert (await visitor.get("/api/handovers/999/bien-ban.pdf")).status_code == 404
    assert (await list_exports(cast["office_head"], ExportQuery())).lines == []
