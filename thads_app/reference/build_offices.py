"""Make ``data/offices.csv`` from the source files. Run: ``python -m thads_app.reference.build_offices``."""

import csv
import io

from models.enums import OfficeLevel
from thads_app.reference.files import DATA, name_key, read_rows
from thads_app.reference.offices import (
    COLUMNS,
    FIRST_DAY_OF_NEW_OFFICES,
    LAST_DAY_OF_OLD_OFFICES,
    NATION_CODE,
    OfficeRow,
    check_offices,
)
from thads_app.reference.places import (
    District,
    Province,
    by_province,
    districts_from_package,
    provinces,
    repeated_names,
)
from thads_app.reference.successors import Region, Successor, find_successors, regions_from_rows


def build_offices(former: list[Province], districts: list[District], regions: list[Region]) -> list[OfficeRow]:
    """Return the nation, the new offices, then the old ones with their successors.

    Args:
        former: The 63 former provinces.
        districts: Their districts, each of which had one Chi cục.
        regions: The regional offices of the 34 provinces.

    Raises:
        OfficeDataError: The result is not one sound tree.
        UnknownDistrictError: A source names an unknown district.
    """
    successors = find_successors(former, districts, regions)
    rows = [_nation(), *_new_offices(former, regions)]
    groups = by_province(districts)
    for province in former:
        rows.append(_old_agency(province))
        rows.extend(_old_district_offices(province, groups.get(province.code, []), successors))
    check_offices(rows)
    return rows


def _nation() -> OfficeRow:
    name = "Cục Quản lý Thi hành án dân sự"
    return OfficeRow(NATION_CODE, name, "Toàn quốc", OfficeLevel.CENTRAL, None, None, None, None, "")


def _new_offices(former: list[Province], regions: list[Region]) -> list[OfficeRow]:
    names = {province.new_code: province for province in former}
    rows: list[OfficeRow] = []
    for code, province in sorted(names.items()):
        rows.append(_new(code, province.new_agency, province.new_name, OfficeLevel.PROVINCE, parent=NATION_CODE))
        for region in regions:
            if region.new_code == code:
                label = f"{region.number} – {province.new_name}"
                name, short_name = f"Phòng THADS khu vực {label}", f"Phòng KV {label}"
                rows.append(_new(region.code, name, short_name, OfficeLevel.REGION, parent=code))
    return rows


def _new(code: str, name: str, short_name: str, level: OfficeLevel, parent: str) -> OfficeRow:
    return OfficeRow(code, name, short_name, level, parent, FIRST_DAY_OF_NEW_OFFICES, None, None, "")


def _old_agency(province: Province) -> OfficeRow:
    return OfficeRow(
        code=f"{province.code}-C",
        name=province.agency,
        short_name=f"Cục {province.name}",
        level=OfficeLevel.PROVINCE,
        parent_code=NATION_CODE,
        valid_from=None,
        valid_to=LAST_DAY_OF_OLD_OFFICES,
        successor_code=province.new_code,
        successor_rule="source",
    )


def _old_district_offices(
    province: Province, districts: list[District], successors: dict[str, Successor]
) -> list[OfficeRow]:
    repeated = repeated_names(districts)
    return [
        OfficeRow(
            code=f"{province.code}-C{number:02d}",
            name=f"Chi cục THADS {district.full_name}",
            short_name=_short_name(district, repeated),
            level=OfficeLevel.DISTRICT,
            parent_code=f"{province.code}-C",
            valid_from=None,
            valid_to=LAST_DAY_OF_OLD_OFFICES,
            successor_code=successors[district.code].region_code,
            successor_rule=successors[district.code].basis,
        )
        for number, district in enumerate(districts, start=1)
    ]


def _short_name(district: District, repeated: set[str]) -> str:
    plain = not district.name.isdigit() and name_key(district.name) not in repeated
    return f"CC {district.name if plain else district.full_name}"


def as_csv(rows: list[OfficeRow]) -> str:
    """Return the rows as the text of ``offices.csv`` (dates ISO, no value = blank)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        values = (getattr(row, column) for column in COLUMNS)
        writer.writerow("" if value is None else str(value) for value in values)
    return text.getvalue()


def build_from_sources() -> list[OfficeRow]:
    """Build the offices from the committed source files and the district package."""
    return build_offices(provinces(), districts_from_package(), regions_from_rows(read_rows("regional_units.csv")))


def main() -> None:
    """Write ``data/offices.csv`` anew."""
    (DATA / "offices.csv").write_text(as_csv(build_from_sources()), encoding="utf-8")


if __name__ == "__main__":
    main()
