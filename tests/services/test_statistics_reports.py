"""Forms 01, 02, 04 and 05 as JSON, CSV and Excel, from the service and from the command line."""

import csv
import io
import json
import os
import random
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from models.enums import JudgmentKind, Measure
from tests.support.random_cases import RandomWorld, people_offices, random_case, write
from thads_app.cli import build_group
from thads_app.errors import Invalid, NotFound, Refused
from thads_app.rules.indicators import Figure, sum_violations
from thads_app.rules.rights import Actor, Permission, system_operator
from thads_app.rules.units import Breakdown
from thads_app.services import reports
from thads_app.services.folding import fold_now
from thads_app.services.report_files import report_csv, report_json, report_xlsx
from thads_app.services.reports import Report, make_report
from thads_app.services.statistics import FigureQuery

pytestmark = pytest.mark.usefixtures("world")
ADDITIVE = [figure.value for figure in Figure if figure is not Figure.COMPLETION_RATE]


@pytest.fixture(scope="module")
async def world(module_database: str) -> RandomWorld:
    found = await people_offices(["91", "04"])
    rng = random.Random(5)
    await write(found, [random_case(rng, found, number) for number in range(1, 301)])
    await fold_now()
    return found


@pytest.fixture
def operator(world: RandomWorld) -> Actor:
    return system_operator(world.bulk.tree.root.id)


def query(unit: str = "91", months: int = 12, **changes: Any) -> FigureQuery:
    return FigureQuery(unit, 2026, months, **changes)


def additive(rows: list[dict[str, Any]]) -> bool:
    total, *parts = rows
    return all(
        total[side][code] == sum(part[side][code] for part in parts)
        for side in ("count", "amount")
        for code in ADDITIVE
    )


async def test_json_has_the_shape_other_programs_rely_on(operator: Actor) -> None:
    cut_off = datetime(2026, 10, 10, 3, 0, tzinfo=UTC)
    made = report_json(await make_report(operator, "01/TK-THA", query(as_of=cut_off), columns=False))
    assert {key: value for key, value in made.items() if key != "rows"} == {
        "form": "01/TK-THA",
        "unit": "91",
        "fy": 2026,
        "months": 12,
        "from": "2025-10-01",
        "to": "2026-09-30",
        "as_of": "2026-10-10T03:00:00+00:00",
        "regime": "TT05/2024",
    }
    (row,) = made["rows"]
    assert (row["unit"], row["name"]) == ("91", "THADS tỉnh An Giang")
    assert set(row) == {"unit", "name", "count", "amount"}
    assert set(row["count"]) == set(row["amount"]) == {figure.value for figure in Figure}
    assert row["count"]["to_enforce"] > 0


@pytest.mark.parametrize("form", ["01/TK-THA", "02/TK-THA", "04/TK-THA", "05/TK-THA"])
@pytest.mark.parametrize(
    ("unit", "by"),
    [
        ("00", Breakdown.PROVINCE),
        ("00", Breakdown.OFFICE),
        ("91", Breakdown.OFFICE),
        ("91", Breakdown.OFFICER),
        ("91-02", Breakdown.OFFICER),
    ],
)
async def test_a_breakdown_adds_one_row_per_part_under_the_total(
    operator: Actor, form: str, unit: str, by: Breakdown
) -> None:
    rows = report_json(await make_report(operator, form, query(unit), by))["rows"]
    assert rows[0]["unit"] == unit
    assert len(rows) > 2
    assert additive(rows)
    assert all("rows" not in row for row in rows)


@pytest.mark.parametrize("unit", ["00", "91", "91-02"])
async def test_form_04_lists_offices_and_the_officers_of_each(operator: Actor, unit: str) -> None:
    rows = report_json(await make_report(operator, "04/TK-THA", query(unit)))["rows"]
    assert additive(rows)
    if unit == "91-02":
        assert {"91-02.1", "91-02.2"} <= {row["unit"] for row in rows}
        return
    with_parts = [row for row in rows[1:] if row.get("rows")]
    assert len(with_parts) > 1
    for row in with_parts:
        assert additive([row, *row["rows"]])


async def test_the_same_form_at_the_same_cut_off_never_changes(operator: Actor, world: RandomWorld) -> None:
    cut_off = datetime(2026, 10, 20, tzinfo=UTC)
    asked = query(months=11, as_of=cut_off)
    before = report_json(await make_report(operator, "05/TK-THA", asked))
    rng = random.Random(6)
    late = [random_case(rng, world, 5000 + number) for number in range(80)]
    late = [case for case in late if case.events[0].recorded_at > cut_off]
    assert late
    await write(world, late)
    assert report_json(await make_report(operator, "05/TK-THA", asked)) == before
    now = report_json(await make_report(operator, "05/TK-THA", query("00", months=12)))
    assert now["rows"][0] != before["rows"][0]


async def test_a_kind_narrows_the_form(operator: Actor) -> None:
    whole = (await make_report(operator, "01/TK-THA", query("00"))).total
    kinds = [(await make_report(operator, "01/TK-THA", query("00", kind=kind))).total for kind in JudgmentKind]
    assert sum_violations(whole, kinds) == []


async def test_forms_whose_data_are_not_kept_are_refused_in_one_sentence(operator: Actor) -> None:
    for number in (3, 6, 7, 8, 9, 10, 11, 12):
        with pytest.raises(Refused) as refused:
            await make_report(operator, f"{number:02d}/TK-THA", query())
        assert refused.value.code == "form_not_kept"
    with pytest.raises(Invalid):
        await make_report(operator, "13/TK-THA", query())


async def test_provinces_under_an_office_are_refused(operator: Actor) -> None:
    with pytest.raises(Refused):
        await make_report(operator, "01/TK-THA", query("91-02"), Breakdown.PROVINCE)


async def test_another_provinces_form_does_not_exist(operator: Actor, world: RandomWorld) -> None:
    tree = world.bulk.tree
    place = tree.by_code["91"].id
    person = Actor(None, "Thống kê", place, {Permission.REPORT_READ: tree.grant_scope(place)})
    assert (await make_report(person, "01/TK-THA", query("91"))).total.count[Figure.TO_ENFORCE] > 0
    for unit in ("04", "00", "04-01"):
        with pytest.raises(NotFound):
            await make_report(person, "01/TK-THA", query(unit))


async def test_no_form_is_made_of_figures_that_contradict_each_other(
    operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "violations", lambda sheet: sum_violations(sheet, []))
    with pytest.raises(reports.Contradiction) as broken:
        await make_report(operator, "01/TK-THA", query())
    assert broken.value.code == "identity_broken"


async def test_csv_has_a_line_per_row_with_the_codes_as_columns(operator: Actor) -> None:
    made = await make_report(operator, "04/TK-THA", query(), Breakdown.OFFICE)
    lines = list(csv.DictReader(io.StringIO(report_csv(made))))
    assert len(lines) == len(made.rows)
    assert (lines[0]["unit"], lines[0]["depth"]) == ("91", "0")
    assert int(lines[0]["amount.to_enforce"]) == made.total.amount[Figure.TO_ENFORCE]
    assert int(lines[0]["count.completed"]) == sum(int(line["count.completed"]) for line in lines[1:])
    rate = made.total.rate(Measure.COUNT)
    assert lines[0]["count.completion_rate"] == f"{rate:.2f}"


def cells(made: Report) -> list[list[Any]]:
    book = openpyxl.load_workbook(io.BytesIO(report_xlsx(made)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def find_row(rows: list[list[Any]], label: str) -> list[Any]:
    return next(row for row in rows if len(row) > 1 and isinstance(row[1], str) and row[1].strip() == label)


async def test_the_workbook_of_form_01_breaks_the_total_by_kind_and_source(operator: Actor) -> None:
    made = await make_report(operator, "01/TK-THA", query())
    rows = cells(made)
    text = "\n".join(str(value) for row in rows for value in row if value is not None)
    for wording in ("Biểu số: 01/TK-THA", "KẾT QUẢ THI HÀNH ÁN DÂN SỰ TÍNH BẰNG VIỆC", "Thông tư 05/2024/TT-BTP",
                    "12 tháng năm 2026 (từ 01/10/2025 đến 30/09/2026)", "THADS tỉnh An Giang (91)", "NGƯỜI LẬP BIỂU",
                    "THỦ TRƯỞNG ĐƠN VỊ", "Hôn nhân và gia đình", "Theo yêu cầu", "Chủ động"):  # fmt: skip
        assert wording in text
    to_enforce = find_row(rows, "Tổng số phải thi hành")
    assert to_enforce[2] == made.total.count[Figure.TO_ENFORCE]
    assert to_enforce[2] == sum(to_enforce[3:23])
    rate = made.total.rate(Measure.COUNT)
    assert rate is not None
    assert find_row(rows, "Tỷ lệ thi hành xong trên có điều kiện (%)")[2] == float(rate)


async def test_the_workbook_of_form_05_lists_offices_and_officers_in_dong(operator: Actor) -> None:
    made = await make_report(operator, "05/TK-THA", query())
    rows = cells(made)
    assert any(value and "Đơn vị tính: Đồng" in str(value) for row in rows for value in row)
    numbers = [str(row[0]) for row in rows if row[0] is not None]
    assert {"1", "2", "1.1", "2.1"} <= set(numbers)
    assert find_row(rows, "Tổng số")[2] == made.total.amount[Figure.REGISTERED_TOTAL]


def run(database: str, *arguments: str) -> "subprocess.CompletedProcess[bytes]":
    thads = Path(sys.executable).parent / "thads"
    environment = {**os.environ, "THADS_DATABASE_URL": database}
    return subprocess.run([thads, "report", *arguments], env=environment, capture_output=True, check=False)


COMMON = ("--unit", "91", "--fy", "2025", "--months", "7")


def test_the_command_prints_json_and_shows_the_organisation_as_it_was(module_database: str) -> None:
    done = run(module_database, "01/TK-THA", *COMMON)
    assert done.returncode == 0, done.stderr.decode()
    as_was = json.loads(done.stdout)
    assert as_was["rows"][0]["count"]["to_enforce"] == 0, "the agency began on 01/07/2025"
    todays = json.loads(run(module_database, "01/TK-THA", *COMMON, "--org", "today", "--by", "office").stdout)
    assert todays["rows"][0]["count"]["to_enforce"] > 0
    assert additive(todays["rows"])
    former = [
        json.loads(run(module_database, "01/TK-THA", "--unit", code, *COMMON[2:]).stdout)["rows"][0]
        for code in ("89-C", "91-C")
    ]
    assert additive([todays["rows"][0], *former])


def test_the_command_knows_an_officer_as_a_unit(module_database: str) -> None:
    done = run(module_database, "02/TK-THA", "--unit", "91-02.1", "--fy", "2026", "--months", "12", "--org", "today")
    made = json.loads(done.stdout)
    assert made["unit"] == "91-02.1"
    assert made["rows"][0]["count"]["transferred"] is not None


def test_the_command_writes_files(module_database: str, tmp_path: Path) -> None:
    out = tmp_path / "bieu.xlsx"
    done = run(module_database, "04/TK-THA", *COMMON, "--format", "xlsx", "--out", str(out), "--org", "today")
    assert (done.returncode, done.stdout) == (0, b"")
    assert openpyxl.load_workbook(out).active.max_row > 10
    assert run(module_database, "04/TK-THA", *COMMON, "--out", str(tmp_path / "no" / "x.json")).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("13/TK-THA", *COMMON),
        ("01/TK-THA", "--unit", "91", "--fy", "2025", "--months", "13"),
        ("01/TK-THA", "--unit", "91", "--fy", "2025", "--months", "0"),
        ("01/TK-THA", "--unit", "91", "--fy", "hai", "--months", "7"),
        ("01/TK-THA", "--fy", "2025", "--months", "7"),
        ("01/TK-THA", *COMMON, "--as-of", "hôm qua"),
        ("01/TK-THA", *COMMON, "--kind", "theft"),
    ],
)
def test_wrong_use_exits_2_with_a_sentence(arguments: tuple[str, ...]) -> None:
    done = CliRunner().invoke(build_group(), ["report", *arguments])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("01/TK-THA", "--unit", "X9", "--fy", "2025", "--months", "7"), "X9"),
        (("03/TK-THA", *COMMON), "chưa theo dõi"),
        (("01/TK-THA", "--unit", "89-C", *COMMON[2:], "--org", "today"), "91"),
    ],
)
def test_what_cannot_be_made_exits_1_with_one_sentence_on_stderr(
    module_database: str, arguments: tuple[str, ...], words: str
) -> None:
    done = run(module_database, *arguments)
    assert (done.returncode, done.stdout) == (1, b"")
    sentence = done.stderr.decode().strip()
    assert words in sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence
