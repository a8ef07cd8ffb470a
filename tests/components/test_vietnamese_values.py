"""Money, dates and words: the server's parsers, and the browser's held to the same table."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thads_app.rules import vietnamese as vn

CASES = json.loads((Path(__file__).parent / "values.json").read_text())
TODAY = date.fromisoformat(CASES["today"])
FIELDS_JS = Path(__file__).parents[2] / "assets" / "fields.js"


def _money(text: str) -> int | str:
    try:
        return vn.parse_money(text)
    except vn.MoneyError as error:
        return error.code


def _date(text: str) -> str:
    try:
        return vn.format_date(vn.parse_date(text, TODAY))
    except vn.DateError as error:
        return error.code


@pytest.mark.parametrize(("typed", "expected"), CASES["money"])
def test_money_is_read_as_people_type_it(typed: str, expected: int | str) -> None:
    assert _money(typed) == expected


@pytest.mark.parametrize(("typed", "expected"), CASES["dates"])
def test_dates_are_read_as_people_type_them(typed: str, expected: str) -> None:
    assert _date(typed) == expected


@pytest.mark.parametrize(("amount", "expected"), CASES["words"])
def test_amounts_are_read_aloud(amount: int, expected: str) -> None:
    assert vn.amount_in_words(amount) == expected


def test_the_browser_reads_every_value_as_the_server_does() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    script = f"""
      require({json.dumps(str(FIELDS_JS))});
      const f = globalThis.thadsFields, cases = JSON.parse(process.argv[1]), today = new Date(2026, 7, 15);
      const attempt = (fn) => {{ try {{ return fn(); }} catch (error) {{ return error.message; }} }};
      console.log(JSON.stringify({{
        money: cases.money.map(([typed]) => attempt(() => f.parseMoney(typed))),
        dates: cases.dates.map(([typed]) => attempt(() => f.parseDate(typed, today))),
        words: cases.words.map(([amount]) => f.amountInWords(amount)),
      }}));
    """
    run = subprocess.run(
        [node, "-e", script, json.dumps(CASES)], capture_output=True, text=True, timeout=30, check=True
    )
    answers = json.loads(run.stdout)
    for kind in ("money", "dates", "words"):
        assert answers[kind] == [expected for _, expected in CASES[kind]]


@given(st.integers(0, vn.MONEY_LIMIT - 1))
def test_a_formatted_amount_is_read_back_unchanged(amount: int) -> None:
    assert vn.parse_money(vn.format_money(amount)) == amount


@given(st.dates(vn.EARLIEST, vn.LATEST))
def test_a_formatted_date_is_read_back_unchanged(day: date) -> None:
    assert vn.parse_date(vn.format_date(day), TODAY) == day


@given(st.text(max_size=40))
def test_no_text_breaks_the_parsers(text: str) -> None:
    _money(text)
    _date(text)
    vn.sort_key(text)


def test_labels_compare_without_case_accents_and_blanks() -> None:
    assert vn.normalise("  Thi hành   XONG ") == "thi hanh xong"
    assert vn.normalise("Đắk Lắk") == vn.normalise("dak lak")


def test_people_are_sorted_by_given_name_then_tone() -> None:
    names = ["Nguyễn Văn Ánh", "Trần An", "Lê Ân", "Phạm Bình", "Đỗ Đạt", "Đỗ Dung", "Lê Ánh", "Lê Anh", "Lê Ảnh"]
    assert sorted(names, key=vn.name_sort_key) == [
        "Trần An", "Lê Anh", "Lê Ảnh", "Lê Ánh", "Nguyễn Văn Ánh", "Lê Ân", "Phạm Bình", "Đỗ Dung", "Đỗ Đạt",
    ]  # fmt: skip


def test_offices_are_sorted_in_dictionary_order() -> None:
    assert sorted(["Đồng Nai", "Đà Nẵng", "Điện Biên", "Cà Mau", "Đắk Lắk", "An Giang"], key=vn.sort_key) == [
        "An Giang", "Cà Mau", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Đồng Nai",
    ]  # fmt: skip


def test_numbers_are_written_the_vietnamese_way() -> None:
    assert vn.format_number(-1250000) == "−1.250.000"
    assert vn.format_rate(Decimal("55.405")) == "55,41\u00a0%"
    assert vn.format_rate(None) == "–"
    assert vn.format_compact_money(1_250_000_000) == "1,25 tỷ"
    assert vn.format_compact_money(950) == "950 đồng"


def test_moments_are_shown_in_vietnamese_time() -> None:
    assert vn.format_moment(datetime(2026, 8, 15, 20, 2, tzinfo=UTC)) == "03:02 16/08/2026"
