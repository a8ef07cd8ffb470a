"""Statistical forms, and administering targets and successors: what is shown, refused, downloaded and changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import httpx
import openpyxl
import pytest

from pages.admin.state import SuccessorState, TargetState
from pages.frame import FrameState
from pages.reports.rows import FormRow
from pages.reports.state import ReportState
from tests.support.some_cases import World
from tests.support.tab import Denied, Tab
from thads_app.api import build_api
from thads_app.auth.requests import cookie_name
from thads_app.services import sessions
from thads_app.services.case_cells import read_cell
from thads_app.services.figure_cells import cases_behind

PAGE = "/bieu-thong-ke"
MONTH = "nam=2027&ky=2"


async def form(world: World, part: str, query: str) -> ReportState:
    tab = Tab(world.cast[part], f"{PAGE}?{query}")
    assert await tab.run(ReportState, "load") == []
    return tab.state(ReportState)


def row_of(state: ReportState, label: str) -> FormRow:
    return next(row for row in state.rows if row.label == label)


async def test_form_01_shows_each_figure_by_kind_and_source_with_the_cases_behind(world: World) -> None:
    state = await form(world, "statistician", f"bieu=01&don-vi=91-03&{MONTH}")
    assert state.error == ""
    assert [column.label for column in state.columns[:1]] == ["Tổng số"]
    assert {column.label for column in state.columns[1:]} == {"Dân sự", "Hình sự (phần dân sự)", "Hôn nhân và gia đình"}
    assert state.hidden_note.startswith("7 loại án")
    row = row_of(state, "Tổng số phải thi hành")
    assert row.cells[0] == "14"
    assert sum(int(cell) for cell in row.cells[1:]) == 14
    for place, column in enumerate(state.columns):
        cell = read_cell(dict(parse_qsl(f"{row.cases}&{column.cases}")))
        assert cell is not None
        found = await cases_behind(world.cast["statistician"], cell)
        assert str(len(found.rows)) == row.cells[place]
    assert len(state.checks) == 4


async def test_form_05_has_a_row_per_unit_that_leads_down(world: World) -> None:
    state = await form(world, "leader", f"bieu=05&don-vi=00&{MONTH}")
    assert state.rows[0].label == "Tổng số"
    assert len(state.rows) == 35
    province = next(row for row in state.rows if row.label == "THADS tỉnh An Giang")
    place = [column.label for column in state.columns].index("Tổng số phải thi hành")
    assert province.cells[place] == "298.000.000"
    down = await form(world, "leader", urlsplit(province.href).query)
    assert [crumb.label for crumb in down.crumbs] == ["Toàn quốc", "An Giang"]
    office = next(row for row in down.rows if row.label.startswith("Phòng THADS khu vực 3"))
    officers = await form(world, "leader", urlsplit(office.href).query)
    assert [row.label for row in officers.rows] == ["Tổng số", "Trần Thị An", "Lê Văn Bình", "Chưa phân công"]


async def test_a_cut_off_before_anything_was_recorded_shows_nothing(world: World) -> None:
    state = await form(world, "leader", f"bieu=01&don-vi=91&{MONTH}&tinh-den=1/10/2026")
    assert row_of(state, "Tổng số phải thi hành").cells == ["0"]
    assert dict(state.facts)["Số liệu ghi nhận"] == "đến hết ngày 01/10/2026"
    assert state.files[0].href.endswith("tinh-den=01%2F10%2F2026")


async def test_a_cut_off_that_is_no_day_is_named(world: World) -> None:
    state = await form(world, "leader", f"bieu=01&don-vi=91&{MONTH}&tinh-den=31/02/2026")
    assert "không có trong lịch" in state.problem


@pytest.mark.parametrize("unit", ["00", "68", "91"])
async def test_forms_of_units_outside_ones_offices_are_not_made(world: World, unit: str) -> None:
    state = await form(world, "office_head", f"bieu=04&don-vi={unit}&{MONTH}")
    assert "ngoài phạm vi" in state.error
    assert (state.rows, state.columns, state.files) == ([], [], [])


async def test_somebody_without_the_right_gets_no_form(world: World) -> None:
    with pytest.raises(Denied):
        await Tab(world.cast["central_admin"], PAGE).run(ReportState, "load")


# -- downloads ---------------------------------------------------------------------------------------------------------


@pytest.fixture
async def visitor(world: World) -> AsyncIterator[httpx.AsyncClient]:
    sessions.forget_everything()
    transport = httpx.ASGITransport(build_api(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:3000") as client:
        yield client


async def fetch(visitor: httpx.AsyncClient, world: World, part: str, address: str) -> httpx.Response:
    visitor.cookies.clear()
    if part:
        visitor.cookies.set(cookie_name(), (await world.cast.sign_in(part)).secret)
    return await visitor.get(address)


async def test_the_workbook_of_a_form_holds_the_figures_of_the_screen(visitor: httpx.AsyncClient, world: World) -> None:
    answer = await fetch(visitor, world, "leader", f"/api/reports/form.xlsx?bieu=01&don-vi=91&{MONTH}")
    assert answer.status_code == 200
    assert "Bieu%2001-TK-THA%2091" in answer.headers["content-disposition"]
    page = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert page is not None
    cells = {str(row[1]).strip(): row[2] for row in page.iter_rows(min_row=9, values_only=True)}
    assert cells["Tổng số phải thi hành"] == 17


async def test_the_workbook_of_a_dashboard_has_a_sheet_per_chart(visitor: httpx.AsyncClient, world: World) -> None:
    answer = await fetch(visitor, world, "leader", f"/api/reports/dashboard.xlsx?don-vi=00&{MONTH}")
    book = openpyxl.load_workbook(BytesIO(answer.content))
    charts = ["Chỉ tiêu", "Đơn vị", "Theo tháng", "Loại án", "Kết quả công bố"]
    assert book.sheetnames == [*charts, "Thông tin kết xuất"]
    names = [row[0] for row in book["Đơn vị"].iter_rows(min_row=6, values_only=True)]
    assert "THADS tỉnh An Giang" in names


async def test_csv_is_read_by_spreadsheets_as_vietnamese(visitor: httpx.AsyncClient, world: World) -> None:
    answer = await fetch(visitor, world, "leader", f"/api/reports/form.csv?bieu=04&don-vi=91&{MONTH}")
    assert answer.content.startswith("\ufeffunit,name".encode())


@pytest.mark.parametrize(
    ("part", "status"), [("", 401), ("charlie", 404), ("central_admin", 403), ("office_head", 404), ("leader", 200)]
)
async def test_downloads_follow_the_rights_of_the_screens(
    visitor: httpx.AsyncClient, world: World, part: str, status: int
) -> None:
    for path in ("form.xlsx", "form.json", "dashboard.xlsx"):
        answer = await fetch(visitor, world, part, f"/api/reports/{path}?bieu=01&don-vi=91&{MONTH}")
        assert answer.status_code == status, path
        assert status == 200 or "An Giang" not in answer.text


async def test_a_format_nobody_makes_is_refused_in_words(visitor: httpx.AsyncClient, world: World) -> None:
    answer = await fetch(visitor, world, "leader", "/api/reports/form.exe?bieu=01")
    assert answer.status_code == 422
    assert "message" in answer.json()


# -- targets and successors --------------------------------------------------------------------------------------------


async def test_a_target_is_set_shown_and_taken_away(world: World) -> None:
    tab = Tab(world.cast["province_admin"], "/quan-tri?nam=2027")
    await tab.run(TargetState, "load")
    await tab.run(TargetState, "start", "")
    typed = {"office_code": "91", "measure": "count", "rate": "83,9 %", "source_note": "QĐ 01/QĐ-BTP ngày 05/10/2026"}
    await tab.run(TargetState, "save", typed)
    state = tab.state(TargetState)
    assert (state.errors, state.open) == ({}, False)
    assert [(row.office, row.measure_label, row.rate) for row in state.rows] == [("An Giang", "Việc", "83,90\u00a0%")]
    await tab.run(TargetState, "ask_removal", state.rows[0].key)
    await tab.run(TargetState, "remove")
    assert tab.state(TargetState).rows == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"rate": "101"}, "rate"),
        ({"rate": "-1"}, "rate"),
        ({"rate": "NaN"}, "rate"),
        ({"rate": "1e9"}, "rate"),
        ({"rate": "tám mươi"}, "rate"),
        ({"rate": ""}, "rate"),
        ({"measure": "both"}, "measure"),
        ({"office_code": ""}, "office_code"),
        ({"office_code": "68"}, "office_code"),
        ({"source_note": " "}, "source_note"),
    ],
)
async def test_a_target_that_cannot_be_is_named_beside_its_field(
    world: World, changes: dict[str, str], field: str
) -> None:
    tab = Tab(world.cast["province_admin"], "/quan-tri?nam=2027")
    await tab.run(TargetState, "load")
    typed = {"office_code": "91", "measure": "count", "rate": "83,9", "source_note": "QĐ 01"}
    await tab.run(TargetState, "save", typed | changes)
    assert list(tab.state(TargetState).errors) == [field]
    await tab.run(TargetState, "load")
    assert tab.state(TargetState).rows == []


async def test_a_successor_is_changed_among_the_offices_of_the_province(world: World) -> None:
    tab = Tab(world.cast["province_admin"], "/quan-tri?muc=ke-thua")
    await tab.run(SuccessorState, "load")
    state = tab.state(SuccessorState)
    assert state.province == "An Giang"
    row = next(row for row in state.rows if row.code == "91-C05")
    assert (row.successor_code, row.tone) == ("91-03", "warn")
    await tab.run(SuccessorState, "start", "91-C05")
    await tab.run(SuccessorState, "save", {"successor": "68-01"})
    assert list(tab.state(SuccessorState).errors) == ["successor"]
    await tab.run(SuccessorState, "save", {"successor": "91-04"})
    changed = next(row for row in tab.state(SuccessorState).rows if row.code == "91-C05")
    assert (changed.successor_code, changed.how) == ("91-04", "Quản trị viên đã xác định")
    assert "91-C05" not in tab.state(FrameState).toast_text
    assert "Đã đổi đơn vị kế thừa" in tab.state(FrameState).toast_text


async def test_the_nation_sees_how_much_rests_on_the_rule(world: World) -> None:
    tab = Tab(world.cast["central_admin"], "/quan-tri?muc=ke-thua&don-vi=00")
    await tab.run(SuccessorState, "load")
    state = tab.state(SuccessorState)
    assert len(state.provinces) == 34
    assert sum(int(row.by_rule) for row in state.provinces) == 432


@pytest.mark.parametrize("handler", ["load", "start", "save"])
async def test_others_administer_nothing(world: World, handler: str) -> None:
    tab = Tab(world.cast["office_head"], "/quan-tri")
    for kind in (TargetState, SuccessorState):
        with pytest.raises(Denied):
            await tab.run(kind, handler, *([{}] if handler != "load" else []))
