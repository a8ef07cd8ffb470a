"""Which offices a demonstration fills, how much each gets, and who works there."""

from dataclasses import dataclass, field
from enum import StrEnum
from random import Random

from models.enums import Grade, OfficeLevel
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.services.demo import names
from thads_app.services.demo_accounts import demo_accounts

SHOWN_OFFICE = "91-03"
"""The office the demonstration's accounts work in; it is made richer than its neighbours."""

_SHOWN_PROVINCE = "91"
_WEALTH = {"01": 2.0, "79": 2.9, "31": 0.9, "48": 0.9, "92": 0.8, "75": 1.0, "56": 0.8}
_MOUNTAINS = {"04", "08", "11", "12", "14", "15", "19", "20"}
_WEIGHTS = {"01": 2.6, "79": 4.2, "91": 1.6, "80": 1.5, "82": 1.5, "75": 1.4, "92": 1.3, "86": 1.3, "96": 1.1}


class Scale(StrEnum):
    """How much a demonstration holds."""

    SMALL = "small"
    PROVINCE = "province"
    NATIONAL = "national"


@dataclass(slots=True)
class DemoOfficer:
    """Somebody invented who enforces at an office of today."""

    code: str
    name: str
    grade: Grade


@dataclass(slots=True)
class DemoUnit:
    """One office of today: with the offices whose work it took over, its cases and its officers.

    `wealth` scales the sums, 1 being the nation's mean.
    """

    office: OfficeNode
    predecessors: list[OfficeNode]
    province: OfficeNode
    cases: int
    wealth: float
    officers: list[DemoOfficer] = field(default_factory=list[DemoOfficer])


def make_plan(tree: OfficeTree, scale: Scale, rng: Random) -> list[DemoUnit]:
    """The offices of a demonstration, with their officers."""
    if scale is Scale.PROVINCE:
        units = _whole_province(tree, rng, tree.by_code[_SHOWN_PROVINCE], 100_000)
    elif scale is Scale.NATIONAL:
        units = _whole_nation(tree, rng, 1_000_000)
    else:
        units = _sample(tree, rng)
    per_officer = {Scale.SMALL: 12, Scale.PROVINCE: 650, Scale.NATIONAL: 240}[scale]
    for unit in units:
        least = 2 if unit.office.level is OfficeLevel.REGION else 1
        unit.officers = _officers(unit, rng, max(least, min(30, round(unit.cases / per_officer))))
    return units


def _provinces(tree: OfficeTree) -> list[OfficeNode]:
    return [node for node in tree.children[tree.root.id] if node.valid_to is None]


def _unit(tree: OfficeTree, office: OfficeNode, province: OfficeNode, cases: float) -> DemoUnit:
    old = [node for node in tree.nodes.values() if node.successor_id == office.id]
    wealth = _WEALTH.get(province.code, 0.12 if province.code in _MOUNTAINS else 0.5)
    return DemoUnit(office, sorted(old, key=lambda node: node.code), province, max(1, round(cases)), wealth)


def _sample(tree: OfficeTree, rng: Random) -> list[DemoUnit]:
    """Every province with its own office and two or three regions, about 3,000 cases in all."""
    units: list[DemoUnit] = []
    for province in _provinces(tree):
        weight = _WEIGHTS.get(province.code, 0.8)
        units.append(_unit(tree, province, province, 11 * weight))
        regions = [node for node in tree.children.get(province.id, []) if _has_past(tree, node)]
        wanted = 5 if province.code == _SHOWN_PROVINCE else rng.choice((2, 3))
        for region in regions[:wanted]:
            shown = region.code == SHOWN_OFFICE
            units.append(_unit(tree, region, province, 150 if shown else 22 * weight * rng.uniform(0.7, 1.3)))
    return units


def _has_past(tree: OfficeTree, office: OfficeNode) -> bool:
    return any(node.successor_id == office.id for node in tree.nodes.values())


def _whole_province(tree: OfficeTree, rng: Random, province: OfficeNode, total: int) -> list[DemoUnit]:
    """A province with all its regions; its own office gets a tenth."""
    regions = tree.children.get(province.id, [])
    weights = [rng.uniform(0.6, 1.5) for _ in regions]
    own = total // 10
    units = [_unit(tree, province, province, own)]
    for region, weight in zip(regions, weights, strict=True):
        units.append(_unit(tree, region, province, (total - own) * weight / sum(weights)))
    return units


def _whole_nation(tree: OfficeTree, rng: Random, total: int) -> list[DemoUnit]:
    provinces = _provinces(tree)
    weights = [_WEIGHTS.get(province.code, 0.8) for province in provinces]
    units: list[DemoUnit] = []
    for province, weight in zip(provinces, weights, strict=True):
        units += _whole_province(tree, rng, province, int(total * weight / sum(weights)))
    return units


def _officers(unit: DemoUnit, rng: Random, count: int) -> list[DemoOfficer]:
    accounts = {account.staff_code: account for account in demo_accounts() if account.staff_code}
    found: list[DemoOfficer] = []
    for number in range(1, count + 1):
        code = f"CHV-{unit.office.code}-{number:02d}"
        grade = rng.choices((Grade.JUNIOR, Grade.INTERMEDIATE, Grade.SENIOR), (62, 35, 3))[0]
        name = names.person(rng)
        account = accounts.get(code)
        if account is not None:
            name, grade = account.full_name, Grade.INTERMEDIATE if "trung" in account.position else Grade.JUNIOR
        found.append(DemoOfficer(code, name, grade))
    return found
