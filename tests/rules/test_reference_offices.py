"""The committed offices: one sound tree, nothing lost, and a reproducible choice of successors."""

from collections import Counter

import pytest

from models.enums import OfficeLevel
from thads_app.reference.build_offices import as_csv, build_from_sources
from thads_app.reference.files import DATA, name_key, read_rows
from thads_app.reference.offices import (
    FIRST_DAY_OF_NEW_OFFICES,
    LAST_DAY_OF_OLD_OFFICES,
    OfficeDataError,
    OfficeRow,
    check_offices,
    load_offices,
)
from thads_app.reference.places import District, Province
from thads_app.reference.successors import (
    Region,
    UnknownDistrictError,
    find_successors,
    match_district,
    share_out,
)


@pytest.fixture(scope="module")
def offices() -> dict[str, OfficeRow]:
    return {row.code: row for row in load_offices()}


def test_the_nation_has_the_published_number_of_offices_of_each_kind(offices: dict[str, OfficeRow]) -> None:
    kinds = Counter((row.level, row.valid_to is None) for row in offices.values())
    assert kinds == {
        (OfficeLevel.CENTRAL, True): 1,
        (OfficeLevel.PROVINCE, True): 34,
        (OfficeLevel.REGION, True): 355,
        (OfficeLevel.PROVINCE, False): 63,
        (OfficeLevel.DISTRICT, False): 696,
    }


def test_every_province_has_as_many_regional_offices_as_the_source_counts(offices: dict[str, OfficeRow]) -> None:
    counted = Counter(row.parent_code for row in offices.values() if row.level is OfficeLevel.REGION)
    assert counted == {row["new_code"]: int(row["count"]) for row in read_rows("regional_counts.csv")}


def test_old_offices_end_the_day_before_the_new_ones_start(offices: dict[str, OfficeRow]) -> None:
    dates = {(row.valid_from, row.valid_to) for row in offices.values() if row.code != "00"}
    assert dates == {(None, LAST_DAY_OF_OLD_OFFICES), (FIRST_DAY_OF_NEW_OFFICES, None)}


def test_every_ended_office_has_a_successor_under_the_province_its_own_province_became(
    offices: dict[str, OfficeRow],
) -> None:
    for row in offices.values():
        if row.level is OfficeLevel.DISTRICT:
            agency = offices[row.parent_code or ""]
            assert offices[row.successor_code or ""].parent_code == agency.successor_code, row.code


def test_the_committed_file_is_what_the_builder_makes() -> None:
    assert as_csv(build_from_sources()) == (DATA / "offices.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("code", "name", "successor", "basis"),
    [
        ("89-C", "Cục THADS tỉnh An Giang", "91", "source"),
        ("27-C", "Cục THADS tỉnh Bắc Ninh", "24", "source"),
        ("42-C12", "Chi cục THADS thị xã Kỳ Anh", "42-02", "source"),
        ("83-C02", "Chi cục THADS huyện Châu Thành", "86-05", "source"),
        ("84-C05", "Chi cục THADS huyện Châu Thành", "86-10", "source"),
        ("45-C06", "Chi cục THADS huyện Đakrông", "44-07", "source"),
        ("79-C09", "Chi cục THADS Quận 3", "79-01", "source"),
        ("14-C12", "Chi cục THADS huyện Vân Hồ", "14-06", "rule"),
    ],
)
def test_known_offices_have_their_names_and_successors(
    offices: dict[str, OfficeRow], code: str, name: str, successor: str, basis: str
) -> None:
    row = offices[code]
    assert (row.name, row.successor_code, row.successor_rule) == (name, successor, basis)


def test_two_districts_of_one_name_are_told_apart_by_their_kind(offices: dict[str, OfficeRow]) -> None:
    assert {offices["42-C11"].short_name, offices["42-C12"].short_name} == {"CC huyện Kỳ Anh", "CC thị xã Kỳ Anh"}
    named = Counter((row.parent_code, row.short_name) for row in offices.values())
    assert max(named.values()) == 1


def test_no_region_is_without_a_predecessor_while_the_rule_had_districts_to_give(
    offices: dict[str, OfficeRow],
) -> None:
    followed = {row.successor_code for row in offices.values() if row.level is OfficeLevel.DISTRICT}
    by_rule = {(row.successor_code or "")[:2] for row in offices.values() if row.successor_rule == "rule"}
    idle = {row.code for row in offices.values() if row.level is OfficeLevel.REGION} - followed
    assert not {code for code in idle if code[:2] in by_rule}


def _province(code: str, name: str) -> Province:
    return Province(code, name, f"Cục THADS tỉnh {name}", "20", "Nam", "THADS tỉnh Nam")


NORTH, SOUTH = _province("10", "Bắc"), _province("20", "Nam")


def _districts(province: str, first: int, count: int) -> list[District]:
    return [District(str(first + step), "huyện", f"X{first + step}", province) for step in range(count)]


def test_the_rule_serves_the_province_of_the_new_centre_first_and_keeps_neighbours_together() -> None:
    districts = _districts("10", 100, 2) + _districts("20", 200, 4)
    regions = [Region("20", number, ()) for number in (1, 2, 3)]
    found = find_successors([NORTH, SOUTH], districts, regions)
    assert {code: successor.region_code for code, successor in found.items()} == {
        "200": "20-01",
        "201": "20-01",
        "202": "20-02",
        "203": "20-02",
        "100": "20-03",
        "101": "20-03",
    }


def test_without_a_free_region_a_district_joins_its_nearest_neighbour_of_the_same_province() -> None:
    districts = _districts("10", 199, 1) + _districts("20", 200, 3)
    regions = [Region("20", 1, ("X199",)), Region("20", 2, ("X200", "X201"))]
    assert find_successors([NORTH, SOUTH], districts, regions)["202"].region_code == "20-02"


def test_a_source_that_names_an_unknown_or_ambiguous_district_is_refused() -> None:
    twins = [District("1", "huyện", "Long Mỹ", "10"), District("2", "thị xã", "Long Mỹ", "10")]
    assert match_district("thị xã Long Mỹ", [NORTH], twins).code == "2"
    with pytest.raises(UnknownDistrictError, match="fits"):
        match_district("Long Mỹ", [NORTH], twins)
    with pytest.raises(UnknownDistrictError):
        match_district("Nơi Khác", [NORTH], twins)


def test_a_district_named_for_two_regions_is_refused() -> None:
    regions = [Region("20", 1, ("X200",)), Region("20", 2, ("X200",))]
    with pytest.raises(UnknownDistrictError, match="20-01"):
        find_successors([SOUTH], _districts("20", 200, 1), regions)


@pytest.mark.parametrize(
    ("places", "weights", "shares"),
    [(9, [3, 11], [2, 7]), (2, [1, 50], [1, 1]), (4, [5], [4]), (3, [1, 1, 1], [1, 1, 1])],
)
def test_regions_are_shared_out_in_proportion_and_none_is_lost(
    places: int, weights: list[int], shares: list[int]
) -> None:
    assert share_out(places, weights) == shares


def test_contradictory_offices_are_refused_with_every_contradiction_named() -> None:
    nation = OfficeRow("00", "N", "N", OfficeLevel.CENTRAL, None, None, None, None, "")
    orphan = OfficeRow("99-01", "R", "R", OfficeLevel.REGION, "99", FIRST_DAY_OF_NEW_OFFICES, None, None, "")
    ended = OfficeRow("98-C", "C", "C", OfficeLevel.PROVINCE, "00", None, LAST_DAY_OF_OLD_OFFICES, "98", "source")
    with pytest.raises(OfficeDataError, match=r"99-01: parent 99.*98-C: successor 98"):
        check_offices([nation, orphan, ended])


def test_names_are_compared_without_case_accents_and_signs() -> None:
    assert name_key("Đa Krông") == name_key("ĐAKRÔNG") == "dakrong"
    assert name_key("Ia H’Drai") == name_key("Ia H'Drai")
