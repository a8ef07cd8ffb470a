"""The tree of offices as a value: subtrees, successors, and who may reach what from where."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.enums import OfficeLevel
from thads_app.rules.history import OfficeLine
from thads_app.rules.rights import EVERYWHERE, Scope


@dataclass(frozen=True)
class OfficeNode:
    """One office; validity bounds are inclusive, None means without bound."""

    id: int
    code: str
    name: str
    short_name: str
    level: OfficeLevel
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None
    successor_id: int | None
    successor_rule: str | None = None

    def valid_on(self, day: date) -> bool:
        """Whether the office existed on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class OfficeTree:
    """All offices. Build it once; it is immutable and shared."""

    nodes: dict[int, OfficeNode] = field(default_factory=dict[int, OfficeNode])

    @cached_property
    def by_code(self) -> dict[str, OfficeNode]:
        """Office by its code."""
        return {node.code: node for node in self.nodes.values()}

    @cached_property
    def line(self) -> OfficeLine:
        """Which offices ended, and who succeeded them."""
        return OfficeLine(
            {
                node.id: (node.valid_to, node.successor_id)
                for node in self.nodes.values()
                if node.valid_to is not None and node.successor_id is not None
            }
        )

    @cached_property
    def children(self) -> dict[int, list[OfficeNode]]:
        """Direct children of each office, by code."""
        found: dict[int, list[OfficeNode]] = defaultdict(list)
        for node in sorted(self.nodes.values(), key=lambda n: n.code):
            if node.parent_id is not None:
                found[node.parent_id].append(node)
        return found

    @cached_property
    def root(self) -> OfficeNode:
        """The nation."""
        return next(node for node in self.nodes.values() if node.parent_id is None)

    @cached_property
    def _subtrees(self) -> dict[int, frozenset[int]]:
        subtrees: dict[int, frozenset[int]] = {}

        def visit(office_id: int) -> frozenset[int]:
            ids = frozenset({office_id}).union(*(visit(child.id) for child in self.children.get(office_id, [])))
            subtrees[office_id] = ids
            return ids

        visit(self.root.id)
        return subtrees

    @cached_property
    def _predecessors(self) -> dict[int, frozenset[int]]:
        found: dict[int, set[int]] = defaultdict(set)
        for node in self.nodes.values():
            last = self.line.today(node.id)
            if last != node.id:
                found[last].add(node.id)
        return {office_id: frozenset(ids) for office_id, ids in found.items()}

    def subtree_ids(self, office_id: int) -> frozenset[int]:
        """The office and everything below it."""
        return self._subtrees[office_id]

    def today_ids(self, office_id: int) -> frozenset[int]:
        """The subtree and every ended office whose work passed into it: the unit on today's map."""
        subtree = self.subtree_ids(office_id)
        return subtree.union(*(self._predecessors.get(each, frozenset()) for each in subtree))

    def grant_scope(self, office_id: int) -> Scope:
        """What a grant at this office reaches: its unit on today's map; at the nation, everything."""
        if office_id == self.root.id:
            return EVERYWHERE
        return Scope(office_ids=self.today_ids(office_id))

    def province_of(self, office_id: int) -> OfficeNode | None:
        """The province-level office above (or at) this one; None for the nation."""
        node: OfficeNode | None = self.nodes[office_id]
        while node is not None and node.level is not OfficeLevel.PROVINCE:
            node = self.nodes[node.parent_id] if node.parent_id is not None else None
        return node

    def province_today(self, office_id: int) -> int | None:
        """Id of the province the office's work belongs to on today's map."""
        province = self.province_of(self.line.today(office_id))
        return province.id if province else None

    def same_office_today(self, one: int, other: int) -> bool:
        """Whether two offices are one on today's map (an office and its predecessor are)."""
        return self.line.today(one) == self.line.today(other)
