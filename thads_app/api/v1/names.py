"""Offices and officers as answers name them: by code and name."""

from collections.abc import Iterable
from dataclasses import dataclass

from thads_app.api.v1.fields import Answer
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.services.directory import Person, people
from thads_app.services.office_tree import office_tree


class OfficeRef(Answer):
    """An office."""

    code: str
    name: str


class OfficerRef(Answer):
    """An officer."""

    code: str
    name: str


@dataclass(frozen=True)
class Names:
    """What ids stand for."""

    tree: OfficeTree
    people: dict[int, Person]

    def office(self, office_id: int) -> OfficeRef:
        """The office of an id."""
        return office_ref(self.tree.nodes[office_id])

    def some_office(self, office_id: int | None) -> OfficeRef | None:
        """The office of an id, if there is one."""
        return None if office_id is None else self.office(office_id)

    def officer(self, staff_id: int | None) -> OfficerRef | None:
        """The officer of an id, if there is one."""
        person = self.people.get(staff_id or 0)
        return OfficerRef(code=person.code, name=person.name) if person else None


def office_ref(node: OfficeNode) -> OfficeRef:
    """An office by code and name."""
    return OfficeRef(code=node.code, name=node.short_name)


async def names_of(staff_ids: Iterable[int | None] = ()) -> Names:
    """The names of all offices and of these people."""
    return Names(await office_tree(), await people(staff_ids))
