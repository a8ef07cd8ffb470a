"""The units figures are shown for: which offices make one up, and what its parts are, on either map."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.enums import OfficeLevel
from thads_app.rules.offices import OfficeNode, OfficeTree


class OrganisationMap(StrEnum):
    """On which organisation figures are shown."""

    AS_WAS = "as-was"
    TODAY = "today"


MAP_LABELS = {
    OrganisationMap.AS_WAS: "Tổ chức như đã có trong kỳ",
    OrganisationMap.TODAY: "Theo bản đồ tổ chức hiện nay",
}


class Breakdown(StrEnum):
    """By what the rows under a unit's total go."""

    PROVINCE = "province"
    OFFICE = "office"
    OFFICER = "officer"


OWN_WORK_SUFFIX = " (cơ quan)"
UNASSIGNED_NAME = "Chưa phân công"


@dataclass(frozen=True)
class UnitRef:
    """Who a row of figures is about.

    Attributes:
        code: the office's code, or the officer's; "" for cases assigned to nobody.
        name, short_name: as printed, as shown where room is scarce.
        level: the office's level; `officer` for a person or nobody.
        own: the office alone, without the offices below it.
        office_code: for officers, the office they are shown under.
    """

    code: str
    name: str
    short_name: str
    level: str
    own: bool = False
    office_code: str = ""

    @property
    def is_officer(self) -> bool:
        """Whether it is an officer, or the cases without one."""
        return self.level == Breakdown.OFFICER.value


def office_ref(node: OfficeNode, *, own: bool = False) -> UnitRef:
    """An office as a unit. `own` marks the work of a province's or the central office itself."""
    suffix = OWN_WORK_SUFFIX if own else ""
    return UnitRef(node.code, node.name + suffix, node.short_name + suffix, node.level.value, own, node.code)


def unassigned_ref(office_code: str) -> UnitRef:
    """The cases of an office that nobody is assigned to."""
    return UnitRef("", UNASSIGNED_NAME, UNASSIGNED_NAME, Breakdown.OFFICER.value, office_code=office_code)


def unit_offices(tree: OfficeTree, node: OfficeNode, organisation: OrganisationMap, *, own: bool) -> frozenset[int]:
    """The offices whose deltas make up a unit."""
    if own:
        if organisation is OrganisationMap.AS_WAS:
            return frozenset({node.id})
        return frozenset(each for each in tree.nodes if tree.line.today(each) == node.id)
    return tree.subtree_ids(node.id) if organisation is OrganisationMap.AS_WAS else tree.today_ids(node.id)


def part_keys(
    tree: OfficeTree,
    node: OfficeNode,
    offices: Iterable[int],
    organisation: OrganisationMap,
    breakdown: Breakdown | None,
) -> dict[int, int]:
    """Office → the part of the unit it counts in.

    Parts are the offices directly under the unit (`breakdown` None), its provinces, or every single office. An office
    that lies under no part (the unit's own work) is its own part.
    """
    today = organisation is OrganisationMap.TODAY
    keys: dict[int, int] = {}
    for office_id in offices:
        place = tree.line.today(office_id) if today else office_id
        if breakdown is Breakdown.OFFICE:
            keys[office_id] = place
        elif breakdown is Breakdown.PROVINCE:
            province = tree.province_of(place)
            keys[office_id] = province.id if province else place
        else:
            keys[office_id] = _child_of(tree, node.id, place)
    return keys


def _child_of(tree: OfficeTree, unit_id: int, office_id: int) -> int:
    place = tree.nodes[office_id]
    while place.id != unit_id and place.parent_id is not None and place.parent_id != unit_id:
        place = tree.nodes[place.parent_id]
    return place.id


def expected_parts(
    tree: OfficeTree,
    node: OfficeNode,
    keys: dict[int, int],
    organisation: OrganisationMap,
    period: tuple[date, date],
) -> list[OfficeNode]:
    """The parts that are listed even when they have no figures: those that existed in the period, or exist today.

    The central office handles no cases of its own, so it is listed only when it has figures.
    """
    first, last = period
    parts = [tree.nodes[part] for part in sorted(set(keys.values()))]
    if organisation is OrganisationMap.TODAY:
        listed = [part for part in parts if part.valid_to is None]
    else:
        listed = [
            part
            for part in parts
            if (part.valid_from is None or part.valid_from <= last)
            and (part.valid_to is None or part.valid_to >= first)
        ]
    return [part for part in listed if not (part.id == node.id and part.level is OfficeLevel.CENTRAL)]
