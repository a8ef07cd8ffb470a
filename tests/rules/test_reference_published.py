"""Published results: what is mapped to our codes, what is not, and which figure speaks for a year."""

from dataclasses import replace
from decimal import Decimal

import pytest

from models.enums import Measure
from thads_app.reference.published import (
    PublishedRow,
    find_office,
    load_published,
    national_history,
    national_targets,
    parse_day,
    parse_period,
)


@pytest.fixture(scope="module")
def rows() -> list[PublishedRow]:
    return load_published()


def test_every_line_of_the_file_is_kept_with_its_source(rows: list[PublishedRow]) -> None:
    assert len(rows) == 550
    assert all(row.source_url for row in rows)


@pytest.mark.parametrize(
    ("unit", "ended", "code"),
    [
        ("Toàn quốc", "2025-09-30", "00"),
        ("Toàn quốc - án tín dụng, ngân hàng", "2022-09-30", "00"),
        ("Kiên Giang", "2021-09-30", "91-C"),
        ("An Giang", "2021-09-30", "89-C"),
        ("An Giang (sau hợp nhất)", "2026-02-28", "91"),
        ("TP Hồ Chí Minh", "2024-09-30", "79-C"),
        ("TP Hồ Chí Minh (sau hợp nhất)", "2025-09-30", "79"),
        ("Bà Rịa - Vũng Tàu", "2024-09-30", "77-C"),
        ("Chi cục THADS TP Bảo Lộc (Lâm Đồng) - thu NSNN", "2021-09-30", "68-C02"),
        ("Nghệ An", "2020-05", "40-C"),
        ("Cụm thi đua số 3 THADS Thanh Hóa (7 Chi cục)", "2021-09-30", None),
        ("Tuyên Quang sau hợp nhất (suy đoán, trích đoạn không nêu tên tỉnh)", "2025-09-30", None),
        ("An Giang", "2025-09-30", None),
    ],
)
def test_a_name_means_one_office_on_the_map_of_its_day_or_none(unit: str, ended: str, code: str | None) -> None:
    assert find_office(unit, ended) == code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-10-01..2025-09-30", (2025, 12)),
        ("2023-10-01..2023-12-31", (2024, 3)),
        ("2023-10-01..2024-02-29", (2024, 5)),
        ("2019-10-01..2020-05-13", (None, None)),
        ("2019-10-01..2020-05", (None, None)),
        ("2019-01-01..2019-12-31", (None, None)),
        ("", (None, None)),
    ],
)
def test_only_whole_months_from_october_are_a_period(text: str, expected: tuple[int | None, int | None]) -> None:
    assert parse_period(text) == expected


def test_a_bare_year_is_no_publication_day() -> None:
    assert parse_day("2020") is None
    assert str(parse_day("2024-12-09 (ngày hiển thị trên trang)")) == "2024-12-09"


def test_figures_of_a_part_of_the_work_never_pass_for_the_whole(rows: list[PublishedRow]) -> None:
    credit = [row for row in rows if "án tín dụng" in row.unit_name and row.original_indicator == "tong_phai_thi_hanh"]
    assert {row.value for row in credit} == {Decimal(37058), Decimal(137311299746000)}
    assert all(row.indicator is None for row in credit)


def test_published_rates_are_the_published_results_over_those_with_conditions() -> None:
    points = {(point.fiscal_year, point.measure, point.indicator): point for point in national_history()}
    for year in (2020, 2022, 2024):
        done = points[year, Measure.COUNT, "completed"].value
        base = points[year, Measure.COUNT, "with_conditions"].value
        assert round(100 * done / base, 2) == points[year, Measure.COUNT, "completion_rate"].value


def test_a_year_is_spoken_for_by_its_final_and_exact_figure() -> None:
    points = {(point.fiscal_year, point.measure, point.indicator): point for point in national_history()}
    assert points[2024, Measure.COUNT, "to_enforce"].value == 1021783
    assert points[2024, Measure.AMOUNT, "completed"].value == 116531786859000
    assert points[2025, Measure.COUNT, "with_conditions"].preliminary
    assert [key for key in points if key[0] == 2021] == []


def test_history_takes_whole_years_of_the_nation_only(rows: list[PublishedRow]) -> None:
    whole = next(row for row in rows if row.office_code == "00" and row.months == 12 and row.indicator == "completed")
    assert len(national_history([whole])) == 1
    assert national_history([replace(whole, months=10)]) == []
    assert national_history([replace(whole, office_code="79")]) == []


def test_the_national_targets_are_those_published() -> None:
    rates = {(target.fiscal_year, target.measure): target.rate for target in national_targets()}
    assert rates[2025, Measure.COUNT] == Decimal("83.9")
    assert rates[2025, Measure.AMOUNT] == Decimal("51.9")
    assert (2023, Measure.COUNT) not in rates
