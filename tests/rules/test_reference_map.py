"""The map of the 34 provinces: nothing of the country is missing, and nothing stands where it does not belong."""

import json
from pathlib import Path

import pytest
from shapely.geometry import Point, Polygon
from shapely.ops import unary_union

from models.enums import OfficeLevel
from thads_app.reference.build_map import SOURCE_IDS, as_path, merge, polygons, read_rings
from thads_app.reference.offices import load_offices
from thads_app.reference.places import provinces

SHAPES = Path(__file__).parents[2] / "components" / "province_shapes.json"


@pytest.fixture(scope="module")
def land() -> dict[str, Polygon]:
    drawing = json.loads(SHAPES.read_text(encoding="utf-8"))
    return {
        province["code"]: unary_union([shape for path in province["paths"] for shape in polygons(path)])
        for province in drawing["provinces"]
    }


def test_every_present_province_is_drawn_once_and_under_its_own_name() -> None:
    drawing = json.loads(SHAPES.read_text(encoding="utf-8"))
    offices = {
        row.code: row.short_name for row in load_offices() if row.level is OfficeLevel.PROVINCE and row.valid_to is None
    }
    assert {province["code"]: province["name"] for province in drawing["provinces"]} == offices
    assert len(drawing["provinces"]) == 34


def test_every_former_province_is_part_of_the_drawing() -> None:
    assert sorted(SOURCE_IDS.values()) == [province.code for province in provinces()]


def test_hoang_sa_belongs_to_da_nang_and_truong_sa_to_khanh_hoa_and_both_lie_out_at_sea(
    land: dict[str, Polygon],
) -> None:
    drawing = json.loads(SHAPES.read_text(encoding="utf-8"))
    archipelagos = {each["name"]: each for each in drawing["archipelagos"]}
    assert {name: each["code"] for name, each in archipelagos.items()} == {"Hoàng Sa": "48", "Trường Sa": "56"}
    for each in archipelagos.values():
        islands = polygons(each["path"])
        assert len(islands) >= 15
        assert min(island.centroid.x for island in islands) > max(shape.bounds[2] for shape in land.values())
        assert all(polygons(each["area"])[0].contains(island) for island in islands)


@pytest.mark.parametrize(
    ("code", "neighbours"),
    [
        ("01", {"19", "24", "25", "33", "37"}),
        ("46", {"44", "48"}),
        ("51", {"48", "52"}),
        ("66", {"52", "56", "68"}),
        ("79", {"68", "75", "80", "82"}),
        ("96", {"91", "92"}),
    ],
)
def test_provinces_touch_the_neighbours_they_have(land: dict[str, Polygon], code: str, neighbours: set[str]) -> None:
    # A shared corner is no border: only shapes that run along one another count.
    found = {
        other for other, shape in land.items() if other != code and land[code].buffer(1).intersection(shape).area > 3
    }
    assert found == neighbours


def test_provinces_do_not_lie_upon_one_another(land: dict[str, Polygon]) -> None:
    total = sum(shape.area for shape in land.values())
    assert total - unary_union(list(land.values())).area < total / 500


def test_the_drawing_stays_small_enough_to_send_with_the_page() -> None:
    assert SHAPES.stat().st_size <= 150_000


def test_relative_and_absolute_paths_read_the_same_and_a_second_ring_starts_where_the_first_did() -> None:
    relative = read_rings("m 1,1 2,0 0,2 z m 5,5 1,0 0,1 z")
    absolute = read_rings("M1 1L3 1L3 3ZM6 6L7 6L7 7Z")
    assert relative == absolute


def test_merging_leaves_no_border_between_neighbours_with_a_hairline_gap() -> None:
    parts = [Polygon([(0, 0), (5, 0), (5, 5), (0, 5)]), Polygon([(5.1, 0), (9, 0), (9, 5), (5.1, 5)])]
    merged = merge(parts)
    assert len(merged) == 1
    assert merged[0].contains(Point(5.05, 2))


def test_a_path_written_and_read_again_is_the_same_shape() -> None:
    square = Polygon([(1.25, -0.5), (3, -0.5), (3, 2), (1.25, 2)])
    assert polygons(as_path([square], digits=2))[0].equals(square)


def test_an_islet_too_small_for_the_last_digit_is_still_drawn() -> None:
    speck = Polygon([(5, 5), (5.001, 5), (5.001, 5.001)])
    assert as_path([speck]) == "M5,5l.1,0z"


def test_no_path_of_the_map_is_left_without_a_line() -> None:
    assert "lz" not in SHAPES.read_text(encoding="utf-8")
