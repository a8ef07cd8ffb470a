"""Lists of cases: every case once, in order, both ways; only those in scope; whatever the address says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from models.enums import CaseStatus, JudgmentKind, Measure
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, PROVINCE
from tests.support.some_cases import ELSEWHERE, HERE, NEXT_DOOR, World, make_world
from thads_app import db
from thads_app.errors import Forbidden, NotFound
from thads_app.repositories import case_lists as repository
from thads_app.repositories.case_lists import CaseSort
from thads_app.rules.indicators import Figure
from thads_app.rules.rights import Actor
from thads_app.rules.vietnamese import sort_key
from thads_app.services.case_cells import cell_parameters, read_cell
from thads_app.services.case_lists import (
    ListedCase,
    find_officers,
    list_cases,
    next_number,
    preview_assignment,
    similar_cases,
    stream_export,
    suggest_number,
)
from thads_app.services.case_query import CaseQuery, read_place, read_query, write_place
from thads_app.services.figure_cells import Cell
from thads_app.services.search import find, find_offices
from thads_app.services.statistics import FigureQuery

STATEMENTS_OF_A_PAGE = 6


@pytest.fixture(scope="module")
async def world(module_database: str) -> World:
    return await make_world()


async def walk(actor: Actor, query: CaseQuery, size: int) -> list[ListedCase]:
    """All rows, page after page."""
    found: list[ListedCase] = []
    following: CaseQuery | None = query
    while following is not None:
        page = await list_cases(actor, following, size=size)
        found += page.rows
        following = page.following
    return found


async def numbers(actor: Actor, **parameters: str) -> list[str]:
    """The decision numbers of a list, smallest first."""
    query = read_query({name.replace("_", "-"): value for name, value in parameters.items()})
    assert query.problems == ()
    page = await list_cases(actor, query)
    assert page.problems == ()
    return sorted((row.decision_number for row in page.rows), key=lambda number: int(number.partition("/")[0]))


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", list(CaseSort))
async def test_pages_meet_every_case_once_in_order_and_lead_back_the_same_way(
    world: World, sort: CaseSort, descending: bool
) -> None:
    head = world.cast["office_head"]
    query = CaseQuery(sort=sort, descending=descending)
    whole = (await list_cases(head, query)).rows
    keys = [(row.place(sort).value, row.id) for row in whole]
    assert keys == sorted(keys, reverse=descending)
    assert len(keys) == HERE

    pages = []
    following: CaseQuery | None = query
    while following is not None:
        page = await list_cases(head, following, size=4)
        pages.append(page)
        following = page.following
    assert [row.id for page in pages for row in page.rows] == [row.id for row in whole]
    assert pages[0].previous is None
    for before, page in pairwise(pages):
        assert page.previous is not None
        back = await list_cases(head, page.previous, size=4)
        assert [row.id for row in back.rows] == [row.id for row in before.rows]


async def test_numbers_sort_as_numbers_and_not_as_texts(world: World) -> None:
    rows = (await list_cases(world.cast["office_head"], CaseQuery(sort=CaseSort.NUMBER, descending=False))).rows
    assert [row.decision_number for row in rows] == [f"{n}/QĐ-THADS" for n in range(1, HERE + 1)]


async def test_names_sort_as_the_vietnamese_dictionary_does(world: World) -> None:
    rows = (await list_cases(world.cast["office_head"], CaseQuery(sort=CaseSort.DEBTOR, descending=False))).rows
    names = list(dict.fromkeys(row.debtor_name for row in rows))
    assert names == [
        "Ẩn Danh",
        "Công ty TNHH Hưng Thịnh",
        "Lê Hồng Phúc",
        "Nguyễn Văn Hùng",
        "Phạm Đức Ân",
        "Trần Thị Đào",
    ]


async def test_a_count_stops_at_its_bound_and_the_pages_stay_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = world.cast["office_head"]
    exact = await list_cases(head, CaseQuery())
    assert (exact.count, exact.more) == (HERE, False)
    monkeypatch.setattr(repository, "COUNT_LIMIT", 5)
    monkeypatch.setattr("thads_app.services.case_lists.COUNT_LIMIT", 5)
    bounded = await list_cases(head, CaseQuery())
    assert (bounded.count, bounded.more) == (5, True)
    assert [row.id for row in bounded.rows] == [row.id for row in exact.rows]
    assert [row.id for row in await walk(head, CaseQuery(), 3)] == [row.id for row in exact.rows]


async def test_everybody_sees_the_cases_of_their_own_offices_and_no_others(world: World) -> None:
    seen = {
        name: {row.id for row in (await list_cases(world.cast[name], CaseQuery())).rows}
        for name in ("leader", "province_head", "office_head", "alice", "neighbour", "charlie")
    }
    assert seen["office_head"] == seen["alice"] == set(world.here)
    assert seen["neighbour"] == set(world.next_door)
    assert seen["charlie"] == set(world.elsewhere)
    assert seen["province_head"] == {*world.here, *world.next_door}
    assert len(seen["leader"]) == HERE + NEXT_DOOR + ELSEWHERE
    with pytest.raises(Forbidden):
        await list_cases(world.cast["central_admin"], CaseQuery())


async def test_asking_for_an_office_narrows_but_never_widens(world: World) -> None:
    head = world.cast["office_head"]
    assert len(await numbers(head, don_vi=PROVINCE)) == HERE
    assert await numbers(head, don_vi=OFFICE_ELSEWHERE) == []
    assert len(await numbers(world.cast["province_head"], don_vi=OFFICE)) == HERE
    assert len(await numbers(world.cast["leader"], don_vi="00")) == HERE + NEXT_DOOR + ELSEWHERE


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("nguyen van hung", [6, 12]),
        ("NGUYỄN  văn Hù", [6, 12]),
        ("hung nguyen", [6, 12]),
        ("dao tran", [1, 7, 13]),
        ("thinh cong ty", [3, 9]),
        ("103/2026", [3]),
        ("14/qđ", [14]),
        ("số 3 ngân hàng", [3]),
        ("khong co ai", []),
        ("'; drop table cases; --", []),
        ("<b>Hùng</b>", []),
        ("& | ! :* ()", list(range(1, HERE + 1))),
    ],
)
async def test_search_reads_numbers_and_names_without_accents(world: World, asked: str, found: list[int]) -> None:
    assert await numbers(world.cast["office_head"], q=asked) == [f"{n}/QĐ-THADS" for n in found]


async def test_search_takes_only_the_last_word_for_a_beginning(world: World) -> None:
    head = world.cast["office_head"]
    assert await numbers(head, q="văn hu") != []
    assert await numbers(head, q="vă hung") == []


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"trang_thai": "completed"}, [1]),
        ({"trang_thai": "da-ket-thuc"}, [1]),
        ({"trang_thai": "completed,without_conditions"}, [1, 2]),
        ({"trang_thai": "dang-mo"}, range(2, HERE + 1)),
        ({"loai_an": "civil"}, [3, 6, 9, 12]),
        ({"loai_an": "civil,family"}, [2, 3, 5, 6, 8, 9, 11, 12, 14]),
        ({"nguon": "ex_officio"}, [2, 4, 6, 8, 10, 12, 14]),
        ({"chua_phan_cong": "1"}, [9, 10, 11, 12, 13, 14]),
        ({"chv": "CHV-alice"}, [2, 4, 6, 8]),
        ({"chv": "CHV-alice,CHV-bob"}, range(1, 9)),
        ({"tu": "10/10/2026", "den": "12/10/26"}, [9, 10, 11]),
        ({"tien_tu": "60 triệu"}, [3, 8, 13]),
        ({"tien_tu": "1000000", "tien_den": "5.000.000"}, [1, 2, 5, 6, 7, 10, 11, 12]),
        ({"tien_den": "0"}, [4, 9, 14]),
        ({"nsnn": "co"}, []),
        ({"tin_dung": "khong"}, range(1, HERE + 1)),
        ({"nam": "2027"}, range(1, HERE + 1)),
        ({"nam": "2026"}, []),
    ],
)
async def test_each_condition_keeps_exactly_the_cases_it_names(
    world: World, parameters: dict[str, str], found: Any
) -> None:
    assert await numbers(world.cast["office_head"], **parameters) == [f"{n}/QĐ-THADS" for n in found]


async def test_mine_are_the_cases_i_am_the_officer_of(world: World) -> None:
    assert await numbers(world.cast["bob"], cua_toi="1") == [f"{n}/QĐ-THADS" for n in (1, 3, 5, 7)]
    assert await numbers(world.cast["office_head"], cua_toi="1") == []


async def test_the_cases_behind_a_figure_are_the_figure(world: World) -> None:
    head = world.cast["office_head"]
    for figure, expected in ((Figure.NEWLY_REGISTERED, HERE), (Figure.COMPLETED, 1), (Figure.IN_PROGRESS, HERE - 2)):
        cell = Cell(FigureQuery(unit=OFFICE, fiscal_year=2027, months=1), figure, Measure.COUNT)
        assert read_cell(cell_parameters(cell)) == cell
        page = await list_cases(head, read_query(cell_parameters(cell)))
        assert page.count == expected
        assert page.cell
    with pytest.raises(NotFound):
        await list_cases(world.cast["charlie"], read_query(cell_parameters(cell)))


async def test_a_page_costs_a_fixed_number_of_statements(world: World) -> None:
    await list_cases(world.cast["office_head"], CaseQuery())
    seen: list[str] = []
    engine = db.engine().sync_engine

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await list_cases(world.cast["office_head"], read_query({"q": "nguyen", "trang-thai": "dang-mo"}))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(seen) <= STATEMENTS_OF_A_PAGE, seen


async def test_officers_are_offered_with_what_they_carry_now(world: World) -> None:
    head = world.cast["office_head"]
    preview = await preview_assignment(head, [*world.here[:2], world.elsewhere[0]])
    assert {case.id for case in preview.cases} == set(world.here[:2])
    loads = {officer.code: (officer.open_cases, officer.outstanding) for officer in preview.officers}
    # Bob's first case is completed; 20 million of his second were collected.
    assert loads == {"CHV-alice": (4, 72_000_000), "CHV-bob": (3, 56_000_000)}
    with pytest.raises(NotFound):
        await preview_assignment(head, world.elsewhere)


async def test_cases_one_may_see_but_not_assign_are_named_apart(world: World) -> None:
    preview = await preview_assignment(world.cast["alice"], world.here[:3])
    assert preview.cases == []
    assert len(preview.barred) == 3
    assert preview.officers == []


async def test_officers_are_found_without_accents_and_only_in_scope(world: World) -> None:
    assert [officer.name for officer in await find_officers(world.cast["office_head"], "tran thi")] == ["Trần Thị An"]
    assert await find_officers(world.cast["charlie"], "tran thi") == []


async def test_the_same_judgment_and_debtor_are_noticed_whatever_the_spelling(world: World) -> None:
    head, day = world.cast["office_head"], date(2026, 9, 1)
    same = await similar_cases(head, " 103/2026/ds-st", day, "CONG TY TNHH  hung thinh")
    assert [case.decision_number for case in same] == ["3/QĐ-THADS"]
    assert await similar_cases(head, "103/2026/DS-ST", day, "Người khác") == []
    assert len(await similar_cases(head, "103/2026/DS-ST", day)) == 1
    assert await similar_cases(head, "103/2026/DS-ST", date(2026, 9, 2)) == []
    elsewhere = await similar_cases(world.cast["charlie"], "103/2026/DS-ST", day)
    assert {case.id for case in elsewhere} <= set(world.elsewhere)


async def test_the_next_number_follows_the_largest_of_the_year(world: World) -> None:
    clerk = world.cast["intake_clerk"]
    assert await suggest_number(clerk, OFFICE, date(2026, 11, 2)) == f"{HERE + 1}/QĐ-THADS"
    assert await suggest_number(clerk, OFFICE, date(2027, 1, 4)) == "1/QĐ-THADS"
    with pytest.raises(NotFound):
        await suggest_number(clerk, OFFICE_ELSEWHERE, date(2026, 11, 2))
    assert next_number("0099/QĐ-CTHADS") == "0100/QĐ-CTHADS"
    assert next_number("QĐ 7") == "1/QĐ-THADS"


async def test_the_palette_finds_cases_by_number_first_and_offices_in_scope(world: World) -> None:
    head = world.cast["office_head"]
    assert (await find(head, "3")).cases[0].decision_number == "3/QĐ-THADS"
    assert [case.decision_number for case in (await find(head, "3 hung thinh")).cases] == ["3/QĐ-THADS"]
    assert [case.decision_number for case in (await find(head, "Hưng Thịnh 103")).cases] == ["3/QĐ-THADS"]
    assert (await find(head, "  ")).cases == []
    assert [office.code for office in await find_offices(head, "khu vuc", 10)] == [OFFICE]
    found = await find(world.cast["charlie"], "hung thinh")
    assert {case.id for case in found.cases} <= set(world.elsewhere)


async def test_an_export_holds_the_whole_list_in_its_order(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repository, "_EXPORT_CHUNK", 4)
    head = world.cast["office_head"]
    query = read_query({"sap": "con-lai", "trang-thai": "dang-mo"})
    chunks = [chunk async for chunk in stream_export(head, query)]
    assert [len(chunk) for chunk in chunks] == [4, 4, 4, 1]
    listed = (await list_cases(head, query)).rows
    assert [case.id for chunk in chunks for case in chunk] == [row.id for row in listed]
    assert chunks[0][0].judgment_number


async def test_nobody_exports_without_the_right_or_beyond_their_offices(world: World) -> None:
    charlie = world.cast["charlie"]
    found = [case.id async for chunk in stream_export(charlie, CaseQuery()) for case in chunk]
    assert set(found) == set(world.elsewhere)
    with pytest.raises(Forbidden):
        _ = [chunk async for chunk in stream_export(world.cast["central_admin"], CaseQuery())]


async def test_a_place_that_is_no_place_begins_the_list(world: World) -> None:
    head = world.cast["office_head"]
    first = [row.id for row in (await list_cases(head, CaseQuery())).rows]
    for word in ("rác", "AAAA", "W10", "bnVsbA", write_place(repository.CasePlace("x", 3)), "%00", "-" * 599):
        page = await list_cases(head, read_query({"sau": word}))
        assert [row.id for row in page.rows] == first


PARAMETERS = ["nam", "don-vi", "q", "cua-toi", "chv", "trang-thai", "loai-an", "nguon", "nsnn", "tu", "den", "tien-tu"]
PARAMETERS += ["tien-den", "o", "o-nam", "o-thang", "o-don-vi", "o-tinh-den", "sap", "sau", "truoc"]


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=40)))
def test_any_address_can_be_read_and_written_back_the_same(parameters: dict[str, str]) -> None:
    query = read_query(parameters)
    again = read_query(query.parameters())
    assert again == query
    assert again.problems == ()
    assert again.address() == query.address()
    read_cell(dict(query.cell))


@given(
    st.sampled_from(list(CaseSort)),
    st.integers(0, 2**62),
    st.integers(0, 2**62),
    st.dates(),
    st.text(max_size=20).map(sort_key),
)
def test_a_place_survives_the_address(sort: CaseSort, number: int, case_id: int, day: date, name: str) -> None:
    value: Any = number
    if sort in (CaseSort.DATE, CaseSort.STATUS_SINCE):
        value = day
    elif sort is CaseSort.DEBTOR:
        value = name
    place = repository.CasePlace(value, case_id)
    assert read_place(write_place(place), sort) == place


def test_what_cannot_be_read_is_named_and_the_rest_still_counts() -> None:
    query = read_query({"tu": "31/02/2026", "tien-tu": "nhiều", "loai-an": "civil,lạ", "nam": "20x6", "sap": "màu"})
    assert set(query.problems) == {"tu", "tien-tu", "loai-an", "nam", "sap"}
    assert query.kinds == (JudgmentKind.CIVIL,)
    assert query.sort is CaseSort.DATE
    assert not replace(query, kinds=()).filtered
    assert CaseStatus.COMPLETED in read_query({"trang-thai": "da-ket-thuc"}).wanted_statuses
