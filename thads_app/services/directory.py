"""Offices and officers to look up: what other programs know them by are codes, what we know them by are ids."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from models.enums import Grade, OfficeLevel
from thads_app import clock, db
from thads_app.errors import FieldError, Invalid, NotFound
from thads_app.repositories import directory as repository
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import NOWHERE, Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services.office_tree import office_tree

PAGE_SIZE = 50


@dataclass(frozen=True)
class OfficerEntry:
    """An officer with the offices they work at, on today's map."""

    id: int
    code: str
    name: str
    grade: Grade
    offices: list[OfficeNode]


@dataclass(frozen=True)
class OfficerPage:
    """Officers by code; `following` is the code behind which the next page begins, None at the end."""

    rows: list[OfficerEntry]
    following: str | None


@dataclass(frozen=True)
class OfficePage:
    """Offices by code; `following` is the code behind which the next page begins, None at the end."""

    rows: list[OfficeNode]
    following: str | None


@dataclass(frozen=True)
class Person:
    """A staff member by code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class OfficeWish:
    """Which offices are asked for; an empty field asks nothing. `day`: only those in being on it."""

    text: str = ""
    level: OfficeLevel | None = None
    parent: str = ""
    day: date | None = None


async def list_offices(wish: OfficeWish, *, after: str = "", size: int = PAGE_SIZE) -> OfficePage:
    """Offices by code. They are public knowledge: every one who is signed in may read them all.

    Raises:
        Invalid: there is no such parent (`parent`).
    """
    tree = await office_tree()
    parent = office_id(tree, wish.parent, "parent") if wish.parent else None
    words = normalise(wish.text).split()
    rows = [
        node
        for node in sorted(tree.nodes.values(), key=lambda each: each.code)
        if node.code > after
        and (wish.level is None or node.level is wish.level)
        and (parent is None or node.parent_id == parent)
        and (wish.day is None or node.valid_on(wish.day))
        and all(word in normalise(f"{node.code} {node.name} {node.short_name}") for word in words)
    ]
    return OfficePage(rows[:size], rows[size - 1].code if len(rows) > size else None)


async def list_officers(
    actor: Actor, *, office: str = "", text: str = "", after: str = "", size: int = PAGE_SIZE, day: date | None = None
) -> OfficerPage:
    """Officers working today in the offices whose cases the actor may read.

    Args:
        actor: who asks.
        office: code of an office: only its unit on today's map.
        text: words of the name, or a piece of the code, without case and accents.
        after: the code they come behind.
        size: how many.
        day: today, for tests.

    Raises:
        Forbidden: the actor may read no cases. NotFound: no such office among the actor's.
    """
    scope = actor.scope(Permission.CASE_READ)
    on = day or clock.today()
    tree = await office_tree()
    node = tree.by_code.get(office)
    if office and (node is None or not scope.holds(node.id)):
        raise NotFound
    office_ids = sorted(tree.today_ids(node.id)) if node is not None else None
    words = normalise(text).split()
    async with db.session(actor) as session:
        found = await repository.officers_after(
            session, scope, office_ids=office_ids, day=on, after=after, limit=None if words else size + 1
        )
        named = [one for one in found if all(word in normalise(f"{one.code} {one.full_name}") for word in words)]
        ids = [one.id for one in named[:size] if one.id is not None]
        posts = await repository.posts_of(session, scope, ids, on)
        rows = [
            OfficerEntry(one.id, one.code, one.full_name, one.grade, _offices(tree, posts.get(one.id, [])))
            for one in named[:size]
            if one.id is not None and one.grade is not None
        ]
    return OfficerPage(rows, rows[-1].code if len(named) > size else None)


def _offices(tree: OfficeTree, office_ids: Iterable[int]) -> list[OfficeNode]:
    return [tree.nodes[each] for each in dict.fromkeys(tree.line.today(office_id) for office_id in office_ids)]


def office_id(tree: OfficeTree, code: str, field: str) -> int:
    """The id of an office by its code.

    Raises:
        Invalid: there is no such office; `field` names where it was said.
    """
    node = tree.by_code.get(code)
    if node is None:
        raise Invalid(fields={field: FieldError("office_unknown", {"code": code})})
    return node.id


async def officer_id(code: str, field: str = "officer") -> int:
    """The id of an officer by their code.

    Raises:
        Invalid: there is no such officer; `field` names where it was said.
    """
    async with db.session(NOWHERE) as session:
        found = await repository.officers_by_code(session, [code])
    if code not in found:
        raise Invalid(fields={field: FieldError("officer_unknown")})
    return found[code]


async def some_officer_id(code: str | None, field: str = "officer") -> int | None:
    """The same where an officer need not be named."""
    return None if code is None else await officer_id(code, field)


async def people(ids: Iterable[int | None]) -> dict[int, Person]:
    """Code and name of staff members, by id, for showing what the caller was allowed to read."""
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    async with db.session(NOWHERE) as session:
        found = await repository.staff_by_id(session, wanted)
    return {staff_id: Person(code, name) for staff_id, (code, name) in found.items()}
