"""The places behind the offices: former and present provinces, and the districts of before 01/07/2025."""

from collections import defaultdict
from dataclasses import dataclass

from thads_app.reference.files import name_key, read_rows

# Spellings of the district package that differ from the names the districts themselves used.
SPELLING = {
    "Đa Krông": "Đakrông",
    "Phú Quí": "Phú Quý",
    "Krông A Na": "Krông Ana",
    "Đăk Hà": "Đắk Hà",
    "Đăk Glong": "Đắk Glong",
    "KBang": "Kbang",
    "M'Đrắk": "M'Drắk",
    "Đăk Pơ": "Đak Pơ",
}


@dataclass(frozen=True)
class Province:
    """One of the 63 provinces of before 01/07/2025 and the province it became part of."""

    code: str
    name: str
    agency: str
    new_code: str
    new_name: str
    new_agency: str


@dataclass(frozen=True)
class District:
    """One of the 696 district-level units that existed on 30/06/2025; ``kind`` is lower case (``huyện``)."""

    code: str
    kind: str
    name: str
    province_code: str

    @property
    def full_name(self) -> str:
        """Kind and name as written in a sentence; a numbered district keeps its capital (NĐ 30/2020, phụ lục II)."""
        return f"Quận {self.name}" if self.name.isdigit() else f"{self.kind} {self.name}"


def provinces() -> list[Province]:
    """Return the 63 former provinces in the order of their codes (source: ``provinces.csv``)."""
    return [
        Province(
            code=row["old_code"],
            name=display_name(row["old_code"], row["old_name"]),
            agency=row["old_thads_agency"],
            new_code=row["new_code"],
            new_name=display_name(row["new_code"], row["new_name"]),
            new_agency=row["new_thads_agency"],
        )
        for row in sorted(read_rows("provinces.csv"), key=lambda row: row["old_code"])
    ]


def display_name(code: str, name: str) -> str:
    """Return a province's short name; the city named after a person is never written without its kind."""
    return f"TP {name}" if code == "79" else name


def districts_from_package() -> list[District]:
    """Read the former districts from the package ``vietnamadminunits`` (MIT), in the order of their codes.

    Only the builder calls this, so the package is needed on the maintainer's machine alone.
    """
    from vietnamadminunits.database import get_data

    fields = "provinceCode,districtCode,district,districtType"
    records: list[dict[str, str]] = get_data(fields=fields, table="admin_units_legacy")
    return sorted((_district(record) for record in records), key=lambda district: district.code)


def _district(record: dict[str, str]) -> District:
    kind = record["districtType"].strip()
    name = record["district"].strip()[len(kind) :].strip()
    return District(
        code=record["districtCode"],
        kind=kind.lower(),
        name=SPELLING.get(name, name),
        province_code=record["provinceCode"],
    )


def by_province(districts: list[District]) -> dict[str, list[District]]:
    """Group districts by the code of their former province, each group in the order of the codes."""
    groups: dict[str, list[District]] = defaultdict(list)
    for district in sorted(districts, key=lambda each: each.code):
        groups[district.province_code].append(district)
    return dict(groups)


def repeated_names(districts: list[District]) -> set[str]:
    """Return the names that two districts of this list share (``thị xã Kỳ Anh``, ``huyện Kỳ Anh``), as keys."""
    keys = [name_key(district.name) for district in districts]
    return {key for key in keys if keys.count(key) > 1}
