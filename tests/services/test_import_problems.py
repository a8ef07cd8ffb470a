"""A workbook with mistakes: every one is found at once, told where and why, and nothing is written."""

import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import text

from models.enums import EVENT_TYPE_LABELS, EventType
from tests.support.cast import Cast, make_cast
from tests.support.workbooks import case_row, event_row, officer_row, write_workbook
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid
from thads_app.messages import MESSAGES
from thads_app.rules.rights import EVERYWHERE, Actor, system_operator
from thads_app.services.importing import workbook as workbook_module
from thads_app.services.importing.columns import CASES, EVENTS, OFFICERS, SHEETS
from thads_app.services.importing.marking import problem_sentence
from thads_app.services.importing.run import import_workbook
from thads_app.services.importing.template import write_template
from thads_app.services.office_tree import office_tree


@pytest.fixture(scope="module")
async def cast(module_database: str) -> Cast:
    return await make_cast()


@pytest.fixture
async def operator(cast: Cast) -> Actor:
    return system_operator((await office_tree()).root.id)


async def case_count() -> int:
    async with unit_of_work(EVERYWHERE) as session:
        return (await session.execute(text("SELECT count(*) FROM cases"))).scalar_one()


async def problems_of(actor: Actor, tmp_path: Path, *sheets: Any, **options: Any) -> list[tuple[str, int, str, str]]:
    before = await case_count()
    outcome = await import_workbook(actor, write_workbook(tmp_path / "a.xlsx", *sheets), **options)
    assert outcome.problem_count == len(outcome.problems)
    assert not outcome.written or not outcome.problem_count
    if outcome.problem_count:
        assert await case_count() == before
    for problem in [*outcome.problems, *outcome.warnings]:
        assert problem.code in MESSAGES
        assert "…" not in problem_sentence(problem)
    return [(p.sheet, p.row, p.column, p.code) for p in outcome.problems]


BAD_CASE_CELLS = [
    ("Mã đơn vị", "99-99", "import_office_unknown"),
    ("Mã đơn vị", "00", "import_office_central"),
    ("Mã đơn vị", None, "import_required"),
    ("Số QĐ THA", "  ", "import_required"),
    ("Số QĐ THA", "x" * 61, "import_text_too_long"),
    ("Ngày QĐ THA", "31/02/2026", "import_no_such_day"),
    ("Ngày QĐ THA", "hôm qua", "import_not_a_date"),
    ("Ngày QĐ THA", 45000.0, "import_not_a_date"),
    ("Ngày QĐ THA", "2/13/2026", "import_no_such_day"),
    ("Ngày QĐ THA", "01/01/1850", "import_date_out_of_range"),
    ("Ngày QĐ THA", "01/01/1950", "date_too_early"),
    ("Ngày QĐ THA", "01/01/2099", "date_in_future"),
    ("Ngày bản án", "07/10/2025", "judgment_after_decision"),
    ("Nguồn thụ lý", "Tự nguyện", "import_unknown_source"),
    ("Nhận ủy thác", "chắc là có", "import_not_yes_no"),
    ("Loại án", "Dân sư sự", "import_unknown_judgment_kind"),
    ("Người phải THA", None, "import_required"),
    ("Số tiền phải thi hành", None, "import_required"),
    ("Số tiền phải thi hành", -5, "import_money_negative"),
    ("Số tiền phải thi hành", "-1.000", "import_money_negative"),
    ("Số tiền phải thi hành", 10.5, "import_money_fraction"),
    ("Số tiền phải thi hành", "1.23.4", "import_not_money"),
    ("Số tiền phải thi hành", "1,5 tỷ", "import_not_money"),
    ("Số tiền phải thi hành", 10**15, "import_money_too_large"),
    ("Mã chấp hành viên", "KHÔNG-CÓ", "import_officer_unknown"),
]


@pytest.mark.parametrize(("heading", "value", "code"), BAD_CASE_CELLS)
async def test_a_bad_cell_of_a_case_is_named(operator: Actor, tmp_path: Path, heading: str, value: object, code: str):
    found = await problems_of(operator, tmp_path, [case_row("1/QĐ", **{heading: value})])
    assert found == [("Hồ sơ", 2, heading, code)]


async def test_an_office_registers_only_while_it_exists(operator: Actor, tmp_path: Path):
    cases = [
        case_row("1/QĐ", decided="30/06/2025", **{"Ngày bản án": "01/06/2025"}),
        case_row("1/QĐ", "91-C05", decided="01/07/2025"),
    ]
    assert await problems_of(operator, tmp_path, cases) == [
        ("Hồ sơ", 2, "Ngày QĐ THA", "office_not_valid_on"),
        ("Hồ sơ", 3, "Ngày QĐ THA", "office_not_valid_on"),
    ]


GOOD_CASE_CELLS = [
    ("Số tiền phải thi hành", 0),
    ("Số tiền phải thi hành", "1.234.567"),
    ("Số tiền phải thi hành", "1234567"),
    ("Ngày QĐ THA", "6/10/2025"),
    ("Ngày QĐ THA", datetime(2025, 10, 6)),  # noqa: DTZ001 (as spreadsheets have them)
    ("Nguồn thụ lý", "CHU DONG"),
    ("Nguồn thụ lý", "ex_officio"),
    ("Loại án", "hinh su (phan dan su)"),
    ("Loại án", "family"),
    ("Nhận ủy thác", "có"),
    ("Mã đơn vị", "91"),
    ("Mã đơn vị", 91),
    ("Mã đơn vị", " 91-03 "),
    ("Số QĐ THA", 123),
]


@pytest.mark.parametrize(("heading", "value"), GOOD_CASE_CELLS)
async def test_a_good_cell_of_a_case_is_taken(operator: Actor, tmp_path: Path, heading: str, value: object):
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ", **{heading: value})], dry_run=True) == []


async def test_every_label_and_code_of_an_event_is_understood(operator: Actor, tmp_path: Path):
    for event, label in EVENT_TYPE_LABELS.items():
        if event is EventType.REGISTERED:
            continue
        for word in (label, event.value, label.upper()):
            events = [event_row("1/QĐ", "1/11/2025", word)]
            found = await problems_of(operator, tmp_path, [case_row("1/QĐ")], events, dry_run=True)
            assert "import_unknown_event" not in [code for *_, code in found]


BAD_EVENTS = [
    (event_row("1/QĐ", "05/10/2025", "Tạm đình chỉ"), "Ngày", "date_before_last_event"),
    (event_row("1/QĐ", "01/01/2099", "Tạm đình chỉ"), "Ngày", "date_in_future"),
    (event_row("1/QĐ", "01/11/2025", "Bán nhà"), "Loại sự kiện", "import_unknown_event"),
    (event_row("1/QĐ", "01/11/2025", "Tiếp tục thi hành án"), "Loại sự kiện", "event_not_after_status"),
    (event_row("1/QĐ", "01/11/2025", "Thu được tiền"), "Số tiền", "amount_needed"),
    (event_row("1/QĐ", "01/11/2025", "Thu được tiền", **{"Số tiền": 0}), "Số tiền", "amount_not_positive"),
    (event_row("1/QĐ", "01/11/2025", "Miễn, giảm", **{"Số tiền": 1_000_001}), "Số tiền", "amount_over_outstanding"),
    (event_row("1/QĐ", "01/11/2025", "Thi hành xong", **{"Số tiền": 5}), "Số tiền", "completed_leaves_outstanding"),
    (event_row("1/QĐ", "01/11/2025", "Đình chỉ", **{"Số tiền": 5}), "Số tiền", "amount_not_allowed"),
    (event_row("1/QĐ", "01/11/2025", "Phân công"), "Mã chấp hành viên", "officer_needed"),
    (event_row("1/QĐ", "01/11/2025", "Phân công", **{"Mã chấp hành viên": "X"}),
     "Mã chấp hành viên", "import_officer_unknown"),
    (event_row("1/QĐ", "01/11/2025", "Ủy thác", **{"Đơn vị nhận": "77-77"}), "Đơn vị nhận", "import_office_unknown"),
    (event_row("1/QĐ", "01/11/2025", "Ủy thác", **{"Đơn vị nhận": "89-C01"}), "Đơn vị nhận", "office_not_valid_on"),
    (event_row("1/QĐ", "01/11/2025", "Đính chính"), "Loại sự kiện", "registration_not_correctable"),
    (event_row("1/QĐ", "01/11/2025", "Đính chính", **{"Số văn bản": "9"}), "Số văn bản", "correction_target_missing"),
    (event_row("1/QĐ", "01/11/2025", "Thụ lý"), "Loại sự kiện", "event_not_recordable"),
    (event_row("2/QĐ", "01/11/2025", "Tạm đình chỉ"), "Số QĐ THA", "import_case_unknown"),
    (event_row("1/QĐ", "01/11/2025", "Tạm đình chỉ", office="91-99"), "Mã đơn vị", "import_office_unknown"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "column", "code"), BAD_EVENTS)
async def test_a_bad_event_is_named(operator: Actor, tmp_path: Path, event: Any, column: str, code: str):
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ")], [event]) == [("Sự kiện", 2, column, code)]


async def test_a_request_may_be_returned_only_from_july_2026_and_only_to_one_who_asked(operator: Actor, tmp_path: Path):
    """NĐ 152/2026 Đ.22.2."""
    events = [event_row("1/QĐ", "01/11/2025", "Chưa có điều kiện"), event_row("1/QĐ", "30/06/2026", "request_returned")]
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ")], events) == [
        ("Sự kiện", 3, "Ngày", "event_not_yet_law")
    ]
    events[1] = event_row("1/QĐ", "01/07/2026", "request_returned")
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ")], events, dry_run=True) == []
    ex_officio = [case_row("1/QĐ", **{"Nguồn thụ lý": "Chủ động"})]
    assert await problems_of(operator, tmp_path, ex_officio, events) == [
        ("Sự kiện", 3, "Loại sự kiện", "event_other_source")
    ]


async def test_all_problems_of_all_sheets_come_at_once(operator: Actor, tmp_path: Path):
    cases = [
        case_row("1/QĐ", amount="abc", **{"Nguồn thụ lý": "x"}),
        case_row("2/QĐ"),
        case_row("2/QĐ"),
        case_row("3/QĐ", **{"Ngày phân công": "07/10/2025"}),
    ]
    events = [
        event_row("2/QĐ", "01/11/2025", "Thu được tiền", **{"Số tiền": 9_000_000}),
        event_row("2/QĐ", "02/11/2025", "Tiếp tục thi hành án"),
        event_row("1/QĐ", "02/11/2025", "Thu được tiền"),
        event_row("9/QĐ", "02/11/2025", "Thu được tiền", **{"Số tiền": 1}),
    ]
    officers = [officer_row("Z1"), officer_row("Z1", name="Tên khác"), officer_row("Z2", grade="Siêu cấp")]
    assert await problems_of(operator, tmp_path, cases, events, officers) == [
        ("Chấp hành viên", 3, "Mã chấp hành viên", "import_officer_doubled"),
        ("Chấp hành viên", 4, "Ngạch", "import_unknown_grade"),
        ("Hồ sơ", 2, "Nguồn thụ lý", "import_unknown_source"),
        ("Hồ sơ", 2, "Số tiền phải thi hành", "import_not_money"),
        ("Hồ sơ", 4, "Số QĐ THA", "import_case_doubled"),
        ("Hồ sơ", 5, "Mã chấp hành viên", "import_officer_of_date"),
        ("Sự kiện", 2, "Số tiền", "amount_over_outstanding"),
        ("Sự kiện", 3, "Loại sự kiện", "event_not_after_status"),
        ("Sự kiện", 4, "Số tiền", "amount_needed"),
        ("Sự kiện", 5, "Số QĐ THA", "import_case_unknown"),
    ]


async def test_what_follows_an_unreadable_event_raises_no_false_alarm(operator: Actor, tmp_path: Path):
    events = [
        event_row("1/QĐ", "01/11/2025", "Tạm đình  chỉ!"),
        event_row("1/QĐ", "02/11/2025", "Tiếp tục thi hành án"),
        event_row("1/QĐ", "03/11/2025", "Miễn, giảm"),
    ]
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ")], events) == [
        ("Sự kiện", 2, "Loại sự kiện", "import_unknown_event"),
        ("Sự kiện", 4, "Số tiền", "amount_needed"),
    ]


async def test_a_number_taken_in_the_database_is_refused(operator: Actor, tmp_path: Path):
    assert await problems_of(operator, tmp_path, [case_row("taken/QĐ")]) == []
    assert await problems_of(operator, tmp_path, [case_row("taken/QĐ", decided="08/10/2025")]) == [
        ("Hồ sơ", 2, "Số QĐ THA", "decision_taken")
    ]
    assert await problems_of(operator, tmp_path, [case_row("taken/QĐ", decided="08/01/2026")], dry_run=True) == []


async def test_a_new_event_never_precedes_those_recorded(operator: Actor, tmp_path: Path):
    events = [event_row("seen/QĐ", "05/12/2025", "Tạm đình chỉ")]
    assert await problems_of(operator, tmp_path, [case_row("seen/QĐ")], events) == []
    earlier = [event_row("seen/QĐ", "04/12/2025", "Thu được tiền", **{"Số tiền": 1})]
    assert await problems_of(operator, tmp_path, [], earlier) == [("Sự kiện", 2, "Ngày", "date_before_last_event")]


async def test_nothing_is_recorded_before_what_the_case_already_knows(operator: Actor, tmp_path: Path):
    assert await problems_of(operator, tmp_path, [case_row("known/QĐ")]) == []
    later = [event_row("known/QĐ", "04/12/2025", "Tạm đình chỉ")]
    past = datetime(2026, 1, 1, tzinfo=UTC)
    assert await problems_of(operator, tmp_path, [], later, recorded_at=past) == [
        ("Sự kiện", 2, "Ngày", "import_recorded_before")
    ]


async def test_nothing_is_dated_after_its_recording(operator: Actor, tmp_path: Path):
    moment = datetime(2025, 10, 31, 16, 59, tzinfo=UTC)
    events = [event_row("1/QĐ", "31/10/2025", "Tạm đình chỉ"), event_row("1/QĐ", "01/11/2025", "Tiếp tục thi hành án")]
    assert await problems_of(operator, tmp_path, [case_row("1/QĐ")], events, recorded_at=moment) == [
        ("Sự kiện", 3, "Ngày", "date_in_future")
    ]
    with pytest.raises(Invalid, match="import_recorded_ahead"):
        await problems_of(operator, tmp_path, recorded_at=clock.now() + timedelta(hours=1))


async def test_an_unassigned_case_goes_only_to_an_officer_of_its_office(operator: Actor, tmp_path: Path):
    officers = [officer_row("N3"), officer_row("N4", "91-04"), officer_row("HN", "01-01")]
    first = [case_row("1/QĐ", **{"Mã chấp hành viên": "N4"})]
    assert await problems_of(operator, tmp_path, first, [], officers) == [
        ("Hồ sơ", 2, "Mã chấp hành viên", "officer_other_office")
    ]
    again = [case_row("1/QĐ", **{"Mã chấp hành viên": "N3"})]
    to_neighbour = [event_row("1/QĐ", "01/11/2025", "Phân công", **{"Mã chấp hành viên": "N4"})]
    assert await problems_of(operator, tmp_path, again, to_neighbour, officers, dry_run=True) == []
    to_hanoi = [event_row("1/QĐ", "01/11/2025", "Phân công", **{"Mã chấp hành viên": "HN"})]
    assert await problems_of(operator, tmp_path, again, to_hanoi, officers) == [
        ("Sự kiện", 2, "Mã chấp hành viên", "officer_other_province")
    ]


async def test_a_clerk_imports_only_for_the_offices_of_the_right(cast: Cast, tmp_path: Path):
    clerk, head, leader = cast["intake_clerk"], cast["province_head"], cast["leader"]
    elsewhere = [case_row("1/QĐ", "91-04"), case_row("1/QĐ", "68-01")]
    assert await problems_of(clerk, tmp_path, elsewhere) == [
        ("Hồ sơ", 2, "Mã đơn vị", "import_office_forbidden"),
        ("Hồ sơ", 3, "Mã đơn vị", "import_office_forbidden"),
    ]
    assert await problems_of(head, tmp_path, elsewhere) == [("Hồ sơ", 3, "Mã đơn vị", "import_office_forbidden")]
    predecessor = [case_row("1/QĐ", "91-C05", "04/11/2024")]
    assert await problems_of(clerk, tmp_path, predecessor, dry_run=True) == []
    with pytest.raises(Forbidden):
        await problems_of(leader, tmp_path, elsewhere)


async def test_another_offices_case_looks_like_no_case(cast: Cast, operator: Actor, tmp_path: Path):
    assert await problems_of(operator, tmp_path, [case_row("hidden/QĐ", "68-01")]) == []
    event = [event_row("hidden/QĐ", "01/11/2025", "Tạm đình chỉ", office="68-01")]
    assert await problems_of(cast["intake_clerk"], tmp_path, [], event) == [
        ("Sự kiện", 2, "Số QĐ THA", "import_case_unknown")
    ]
    assert await problems_of(cast["charlie"], tmp_path, [], event, dry_run=True) == []


async def test_a_number_of_several_years_is_the_latest_decided_unless_the_row_says_which(
    operator: Actor, tmp_path: Path
):
    cases = [case_row("7/QĐ", decided="06/10/2025"), case_row("7/QĐ", decided="06/01/2026")]
    newer = event_row("7/QĐ", "01/02/2026", "Tạm đình chỉ")
    older = event_row("7/QĐ", "01/03/2026", "Chưa có điều kiện", **{"Ngày QĐ THA": "06/10/2025"})
    outcome = await import_workbook(operator, write_workbook(tmp_path / "a.xlsx", cases, [newer, older]))
    assert [w.code for w in outcome.warnings] == ["import_case_of_several_years"]
    async with unit_of_work(EVERYWHERE) as session:
        found = await session.execute(
            text("SELECT decision_date, status FROM cases WHERE decision_number = '7/QĐ' ORDER BY 1")
        )
    assert [tuple(row) for row in found] == [
        (date(2025, 10, 6), "without_conditions"),
        (date(2026, 1, 6), "suspended"),
    ]


# -- the marked copy, the template ---------------------------------------------------------------------------------


async def test_the_marked_copy_colours_the_bad_cells_and_lists_why(operator: Actor, tmp_path: Path):
    path = write_workbook(
        tmp_path / "a.xlsx",
        [case_row("1/QĐ"), case_row("2/QĐ", amount="=cmd|' /C calc'!A0")],
        [event_row("1/QĐ", date(2025, 11, 1), "Thu được tiền", **{"Số tiền": 9_999_999})],
    )
    book = load_workbook(path)
    book["Hồ sơ"]["O3"].data_type = "s"
    book.save(path)
    marked = tmp_path / "marked.xlsx"
    outcome = await import_workbook(operator, path, errors_to=marked)
    assert outcome.problem_count == 2
    copy = load_workbook(marked)
    assert copy.sheetnames == ["Lỗi", "Hồ sơ", "Sự kiện", "Chấp hành viên"]
    bad_amount, bad_case = copy["Sự kiện"]["E2"], copy["Hồ sơ"]["O3"]
    assert bad_amount.value == 9_999_999
    assert "1.000.000" in bad_amount.comment.text
    assert bad_amount.fill.fgColor.rgb == bad_case.fill.fgColor.rgb == "FFFBD5C0"
    assert (bad_case.data_type, bad_case.value) == ("s", "=cmd|' /C calc'!A0")
    assert copy["Hồ sơ"]["O2"].comment is None
    assert copy["Hồ sơ"]["C2"].value.date() == date(2025, 10, 6)
    listed = [[cell.value for cell in row] for row in copy["Lỗi"].iter_rows(min_row=2)]
    assert [row[:3] for row in listed] == [["Hồ sơ", 3, "Số tiền phải thi hành"], ["Sự kiện", 2, "Số tiền"]]


async def test_the_template_imports_as_an_empty_workbook(operator: Actor, tmp_path: Path):
    path = tmp_path / "template.xlsx"
    write_template(path)
    outcome = await import_workbook(operator, path)
    assert (outcome.problem_count, outcome.warnings, outcome.cases) == (0, [], 0)
    book = load_workbook(path)
    for layout in SHEETS:
        headings = [cell.value for cell in book[layout.name][1]]
        assert headings == [column.title for column in layout.columns if column.offered]
    assert book["Sự kiện"].data_validations.dataValidation


# -- files that are no right workbook ------------------------------------------------------------------------------


async def refused(operator: Actor, path: Path) -> str:
    with pytest.raises(Invalid) as caught:
        await import_workbook(operator, path)
    assert caught.value.code in MESSAGES
    return caught.value.code


@pytest.mark.parametrize("content", [b"", b"Ma don vi;So QD", b"PK\x03\x04 broken", b"%PDF-1.7", b"\x00" * 5000])
async def test_a_file_that_is_no_workbook_is_refused(operator: Actor, tmp_path: Path, content: bytes):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert await refused(operator, path) == "import_not_workbook"


async def test_a_zip_that_is_no_workbook_is_refused(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "xin chào")
    assert await refused(operator, path) == "import_not_workbook"


async def test_a_protected_or_old_workbook_says_so(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"))
    assert await refused(operator, path) == "import_password"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)
    assert await refused(operator, path) == "import_old_format"


def repack(source: Path, target: Path, part: str, content: bytes) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == part else old.read(info))


async def test_a_zip_bomb_is_refused_before_it_is_read(
    operator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook_module, "UNPACKED_LIMIT", 20 * 2**20)
    bomb = tmp_path / "bomb.xlsx"
    repack(write_workbook(tmp_path / "a.xlsx"), bomb, "xl/worksheets/sheet1.xml", b" " * 30 * 2**20)
    assert bomb.stat().st_size < 100_000
    assert await refused(operator, bomb) == "import_unpacks_too_large"


async def test_a_bomb_that_lies_about_its_size_is_refused_too(
    operator: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workbook_module, "UNPACKED_LIMIT", 20 * 2**20)
    bomb = tmp_path / "bomb.xlsx"
    size = 30 * 2**20
    repack(write_workbook(tmp_path / "a.xlsx"), bomb, "xl/worksheets/sheet1.xml", b" " * size)
    bomb.write_bytes(bomb.read_bytes().replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little")))
    assert await refused(operator, bomb) == "import_unpacks_too_large"


async def test_a_lone_cell_far_to_the_right_is_refused(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = load_workbook(write_workbook(path))
    book["Hồ sơ"]["XFD1048576"] = "x"
    book.save(path)
    assert await refused(operator, path) == "import_too_wide"


async def test_a_lone_cell_far_down_and_rows_above_the_headings_do_no_harm(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = load_workbook(write_workbook(path, [case_row("1/QĐ", amount="x")]))
    book["Hồ sơ"].insert_rows(1, 3)
    book["Hồ sơ"]["A1"] = "DANH SÁCH VIỆC"
    book["Hồ sơ"]["C900000"] = " "
    book.save(path)
    outcome = await import_workbook(operator, path)
    assert [(p.row, p.code) for p in outcome.problems] == [(5, "import_not_money")]


async def test_missing_sheets_and_headings_are_named(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    Workbook().save(path)
    outcome = await import_workbook(operator, path)
    assert [p.code for p in outcome.problems] == ["import_sheets_missing"]
    book = load_workbook(write_workbook(path, [case_row("1/QĐ")]))
    book[CASES.name]["C1"] = "Ngày gì đó"
    book[EVENTS.name]["D1"] = None
    book[OFFICERS.name]["B1"] = "Mã đơn vị"
    book.save(path)
    outcome = await import_workbook(operator, path)
    assert [(p.sheet, p.code, p.value) for p in outcome.problems] == [
        ("Chấp hành viên", "import_heading_missing", "Họ tên"),
        ("Chấp hành viên", "import_heading_doubled", "Mã đơn vị"),
        ("Hồ sơ", "import_heading_missing", "Ngày QĐ THA"),
        ("Sự kiện", "import_heading_missing", "Loại sự kiện"),
    ]
    assert [w.value for w in outcome.warnings] == ["Ngày gì đó"]


async def test_a_failed_formula_is_not_taken_for_a_blank(operator: Actor, tmp_path: Path):
    path = tmp_path / "a.xlsx"
    book = load_workbook(
        write_workbook(path, [case_row("1/QĐ")], [event_row("1/QĐ", date(2025, 11, 1), "Thi hành xong")])
    )
    book[EVENTS.name]["E2"] = "#N/A"
    book[EVENTS.name]["E2"].data_type = "e"
    book.save(path)
    outcome = await import_workbook(operator, path)
    assert [(p.sheet, p.row, p.column, p.code) for p in outcome.problems] == [
        ("Sự kiện", 2, "Số tiền", "import_formula_error")
    ]
