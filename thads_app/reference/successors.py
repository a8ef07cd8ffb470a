"""Which regional office took over each former district: the sources first, then one fixed rule.

The rule, for a new province whose sources leave districts open (``docs/offices.md`` tells it to readers):

1. Former provinces are taken in order: first the one that holds the new administrative centre (its code is the new
   province's code), then the others by code.
2. The regions for which no source names a district are dealt out to the former provinces in that order, in proportion
   to their open districts (largest remainder, at least one each where there are enough).
3. Within a former province the open districts, in the order of their codes, are cut into runs of equal length, one run
   per region: neighbours in the official list stay together.
4. Where no region is free, a district joins the region of the nearest district, by code, of its own former province.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby

from thads_app.reference.files import name_key
from thads_app.reference.places import District, Province

_TOKEN = re.compile(
    r"^(?P<kind>thành phố|thị xã|huyện|quận)?\s*(?P<name>[^()]+?)\s*(?:\((?P<note>[^()]*)\))?$", re.IGNORECASE
)


class UnknownDistrictError(ValueError):
    """A district named by a source is missing from the list of districts, or is named ambiguously."""


@dataclass(frozen=True)
class Region:
    """A regional office as the source lists it; ``old_districts`` is empty where no source was found."""

    new_code: str
    number: int
    old_districts: tuple[str, ...]

    @property
    def code(self) -> str:
        """Office code, for example ``91-03``."""
        return f"{self.new_code}-{self.number:02d}"


@dataclass(frozen=True)
class Successor:
    """The region that follows a district and where that comes from: ``source`` or ``rule``."""

    region_code: str
    basis: str


def find_successors(
    provinces: list[Province], districts: list[District], regions: list[Region]
) -> dict[str, Successor]:
    """Give every former district exactly one regional office.

    Args:
        provinces: The former provinces with their new province.
        districts: All former districts.
        regions: All regional offices.

    Returns:
        Successor by district code.

    Raises:
        UnknownDistrictError: A source names a district that is not in the list, or that fits several.
    """
    found: dict[str, Successor] = {}
    for new_code in sorted({province.new_code for province in provinces}):
        old = [province for province in provinces if province.new_code == new_code]
        codes = {province.code for province in old}
        own_districts = [district for district in districts if district.province_code in codes]
        own_regions = [region for region in regions if region.new_code == new_code]
        sourced = _from_source(old, own_districts, own_regions)
        found.update(sourced)
        found.update(_by_rule(new_code, own_districts, own_regions, sourced))
    return found


def _from_source(provinces: list[Province], districts: list[District], regions: list[Region]) -> dict[str, Successor]:
    found: dict[str, Successor] = {}
    for region in regions:
        for token in region.old_districts:
            district = match_district(token, provinces, districts)
            if district.code in found:
                message = f"{token}: named for {found[district.code].region_code} and for {region.code}"
                raise UnknownDistrictError(message)
            found[district.code] = Successor(region.code, "source")
    return found


def match_district(token: str, provinces: list[Province], districts: list[District]) -> District:
    """Find the one district a source means by ``thị xã Kỳ Anh``, ``Châu Thành (Bến Tre)`` or ``Quận 3``.

    Raises:
        UnknownDistrictError: None fits, or more than one.
    """
    parts = _TOKEN.match(token.strip())
    if parts is None:
        raise UnknownDistrictError(token)
    candidates = [district for district in districts if name_key(district.name) == name_key(parts["name"])]
    if parts["kind"]:
        candidates = [district for district in candidates if district.kind == parts["kind"].lower()]
    note = name_key(parts["note"] or "")
    named = {province.code for province in provinces if name_key(province.name) == note}
    if named:
        candidates = [district for district in candidates if district.province_code in named]
    if len(candidates) != 1:
        message = f"{token}: fits {[district.code for district in candidates]}"
        raise UnknownDistrictError(message)
    return candidates[0]


def _by_rule(
    new_code: str, districts: list[District], regions: list[Region], sourced: dict[str, Successor]
) -> dict[str, Successor]:
    open_districts = sorted(
        (district for district in districts if district.code not in sourced),
        key=lambda district: (district.province_code != new_code, district.province_code, district.code),
    )
    taken = {successor.region_code for successor in sourced.values()}
    free = sorted(region.code for region in regions if region.code not in taken)
    groups = [list(group) for _, group in groupby(open_districts, key=lambda district: district.province_code)]
    if not groups:
        return {}
    if len(free) < len(groups):
        return {district.code: _nearest(district, districts, sourced) for district in open_districts}
    found: dict[str, Successor] = {}
    for group, share in zip(groups, share_out(len(free), [len(group) for group in groups]), strict=True):
        mine, free = free[:share], free[share:]
        for region_code, run in zip(mine, cut(group, len(mine)), strict=True):
            found.update({district.code: Successor(region_code, "rule") for district in run})
    return found


def _nearest(district: District, districts: list[District], sourced: dict[str, Successor]) -> Successor:
    known = [each for each in districts if each.code in sourced]
    near = min(
        known,
        key=lambda each: (
            each.province_code != district.province_code,
            abs(int(each.code) - int(district.code)),
            each.code,
        ),
    )
    return Successor(sourced[near.code].region_code, "rule")


def share_out(places: int, weights: list[int]) -> list[int]:
    """Deal ``places`` out in proportion to ``weights``: one each first, the rest by largest remainder.

    ``len(weights) <= places`` is required; the result sums to ``places``.
    """
    spare = places - len(weights)
    total = sum(weights)
    ideal = [max(weight * places / total - 1, 0) for weight in weights]
    scale = spare / sum(ideal) if sum(ideal) else 0
    shares = [int(value * scale + 1e-9) for value in ideal]
    by_remainder = sorted(range(len(weights)), key=lambda index: (-(ideal[index] * scale - shares[index]), index))
    for index in by_remainder[: spare - sum(shares)]:
        shares[index] += 1
    return [share + 1 for share in shares]


def cut(items: list[District], runs: int) -> list[list[District]]:
    """Cut a list into ``runs`` consecutive runs whose lengths differ by at most one, the longer ones first."""
    size, longer = divmod(len(items), runs)
    result: list[list[District]] = []
    start = 0
    for run in range(runs):
        end = start + size + (1 if run < longer else 0)
        result.append(items[start:end])
        start = end
    return result


def regions_from_rows(rows: list[dict[str, str]]) -> list[Region]:
    """Turn the lines of ``regional_units.csv`` into regions, numbered as the source numbers them."""
    grouped: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row in rows:
        names = [name.strip() for name in row["old_districts"].split(",") if name.strip()]
        grouped[row["new_code"], int(row["unit_no"])].extend(names)
    return [Region(code, number, tuple(names)) for (code, number), names in sorted(grouped.items())]
