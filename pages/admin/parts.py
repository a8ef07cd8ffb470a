"""What the administration of offices shows, written out: targets, and who succeeds an office that ended."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from components.formats import format_rate
from components.inputs import Option
from models.enums import MEASURE_LABELS, OfficeLevel
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Scope
from thads_app.services.targets import TargetLine

PATH = "/quan-tri"
HOW_KNOWN = {
    "source": "Theo văn bản đã công bố",
    "rule": "Quy tắc tạm, chưa có nguồn",
    "administrator": "Quản trị viên đã xác định",
}


@dataclass(frozen=True)
class TargetRow:
    """One target of the table."""

    key: str
    office: str
    code: str
    measure: str
    measure_label: str
    rate: str
    source: str


@dataclass(frozen=True)
class SuccessorRow:
    """One ended office with its successor."""

    code: str
    name: str
    successor_code: str
    successor: str
    how: str
    tone: str


@dataclass(frozen=True)
class ProvinceRow:
    """A province with how many of its former offices rest on a rule."""

    code: str
    name: str
    href: str
    ended: str
    by_rule: str
    uncertain: bool


def target_row(line: TargetLine) -> TargetRow:
    """A target written out."""
    return TargetRow(
        key=f"{line.office_code}/{line.measure}",
        office=line.office_name,
        code=line.office_code,
        measure=line.measure.value,
        measure_label=MEASURE_LABELS[line.measure],
        rate=format_rate(line.rate),
        source=line.source_note,
    )


def managed_province(tree: OfficeTree, scope: Scope, code: str) -> OfficeNode | None:
    """The province of today named by a code, or the only one the scope holds; None for an overview of several."""
    provinces = provinces_of(tree, scope)
    named = tree.by_code.get(code)
    if named is not None:
        province_id = tree.province_today(named.id)
        found = next((province for province in provinces if province.id == province_id), None)
        if found is not None:
            return found
    return provinces[0] if len(provinces) == 1 else None


def provinces_of(tree: OfficeTree, scope: Scope) -> list[OfficeNode]:
    """The provinces of today the scope holds, by code."""
    found = [
        node
        for node in tree.nodes.values()
        if node.level is OfficeLevel.PROVINCE and node.valid_to is None and scope.holds(node.id)
    ]
    return sorted(found, key=lambda node: node.code)


def ended_districts(tree: OfficeTree, province: OfficeNode) -> list[OfficeNode]:
    """The Chi cục that ended and passed into a province, by code."""
    found = [
        node
        for node in tree.nodes.values()
        if node.level is OfficeLevel.DISTRICT
        and node.valid_to is not None
        and tree.province_today(node.id) == province.id
    ]
    return sorted(found, key=lambda node: node.code)


def successor_rows(tree: OfficeTree, province: OfficeNode) -> list[SuccessorRow]:
    """The ended offices of a province, each with who has its cases now and how that is known."""
    return [
        SuccessorRow(
            code=node.code,
            name=node.short_name,
            successor_code=successor.code,
            successor=successor.short_name,
            how=HOW_KNOWN.get(node.successor_rule or "", node.successor_rule or ""),
            tone="warn" if node.successor_rule == "rule" else "",
        )
        for node in ended_districts(tree, province)
        for successor in [tree.nodes[node.successor_id or node.id]]
    ]


def successor_options(tree: OfficeTree, province: OfficeNode) -> list[Option]:
    """The regional offices of a province an ended Chi cục can have passed to."""
    regions = [node for node in tree.children.get(province.id, []) if node.level is OfficeLevel.REGION]
    return [Option(node.code, f"{node.short_name} ({node.code})") for node in regions]


def province_rows(tree: OfficeTree, scope: Scope, year: str) -> list[ProvinceRow]:
    """The provinces with how much of their succession is uncertain, the most uncertain first."""
    rows: list[tuple[int, ProvinceRow]] = []
    for province in provinces_of(tree, scope):
        ended = ended_districts(tree, province)
        by_rule = sum(node.successor_rule == "rule" for node in ended)
        parameters = {"muc": "ke-thua", "don-vi": province.code, "nam": year}
        href = f"{PATH}?{urlencode({name: value for name, value in parameters.items() if value})}"
        row = ProvinceRow(province.code, province.short_name, href, str(len(ended)), str(by_rule), by_rule > 0)
        rows.append((by_rule, row))
    return [row for _, row in sorted(rows, key=lambda pair: (-pair[0], pair[1].code))]
