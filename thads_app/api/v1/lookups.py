"""Who you are, which offices there are, which officers work in yours."""

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import Field

from models.enums import Grade, OfficeLevel, Role
from thads_app.api.guard import api_actor
from thads_app.api.v1.fields import (
    Answer,
    Body,
    Code,
    Cursor,
    Day,
    PageSize,
    Text,
    bad_cursor,
    read_cursor,
    write_cursor,
)
from thads_app.api.v1.names import OfficeRef, OfficerRef, names_of, office_ref
from thads_app.api.v1.routing import area
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.services import directory
from thads_app.services.office_tree import office_tree

router = area("")
router.tags = ["lookups"]

Anybody = Annotated[Actor, api_actor("authenticated")]
Words = Annotated[Text, Field(max_length=100, description="Words of the name or code, without accents")]


class Right(Answer):
    """One right, and over how many offices you hold it; null is all of them."""

    permission: Permission
    offices: int | None


class Me(Answer):
    """Whom the token stands for."""

    name: str
    office: OfficeRef
    officer: OfficerRef | None
    roles: list[Role]
    rights: list[Right]


class OfficeQuery(Body):
    """Which offices are listed; `on`: only those in being that day."""

    q: Words = ""
    level: OfficeLevel | None = None
    parent: Code | None = None
    on: Day | None = None
    limit: PageSize = 50
    cursor: Cursor = ""


class OfficerQuery(Body):
    """Which officers are listed."""

    office: Code | None = None
    q: Words = ""
    limit: PageSize = 50
    cursor: Cursor = ""


class OfficeAnswer(Answer):
    """An office, valid from–to, both days included; one that has ended names its successor."""

    code: str
    name: str
    short_name: str
    level: OfficeLevel
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successor: str | None


class OfficeList(Answer):
    """One page by code."""

    items: list[OfficeAnswer]
    next: str | None


class OfficerAnswer(Answer):
    """An officer with the offices they work at today."""

    code: str
    name: str
    grade: Grade
    offices: list[OfficeRef]


class OfficerList(Answer):
    """One page by code."""

    items: list[OfficerAnswer]
    next: str | None


@router.get("/me")
async def read_me(actor: Anybody) -> Me:
    """Whom your token stands for, and what it may do."""
    names = await names_of([actor.staff_id])
    return Me(
        name=actor.name,
        office=names.office(actor.office_id),
        officer=names.officer(actor.staff_id),
        roles=sorted(actor.roles),
        rights=[
            Right(permission=permission, offices=None if scope.everything else len(scope.office_ids))
            for permission, scope in sorted(actor.scopes.items())
            if scope
        ],
    )


@router.get("/offices")
async def list_offices(_actor: Anybody, query: Annotated[OfficeQuery, Query()]) -> OfficeList:
    """All offices, those that have ended too, by code."""
    wish = directory.OfficeWish(query.q, query.level, query.parent or "", query.on)
    page = await directory.list_offices(wish, after=_after(query.cursor), size=query.limit)
    tree = await office_tree()
    return OfficeList(items=[_office(tree, node) for node in page.rows], next=_next(page.following))


@router.get("/officers")
async def list_officers(
    actor: Annotated[Actor, api_actor(Permission.CASE_READ)], query: Annotated[OfficerQuery, Query()]
) -> OfficerList:
    """Officers of the offices whose cases you may read, by code."""
    page = await directory.list_officers(
        actor, office=query.office or "", text=query.q, after=_after(query.cursor), size=query.limit
    )
    items = [
        OfficerAnswer(
            code=row.code, name=row.name, grade=row.grade, offices=[office_ref(office) for office in row.offices]
        )
        for row in page.rows
    ]
    return OfficerList(items=items, next=_next(page.following))


def _office(tree: OfficeTree, node: OfficeNode) -> OfficeAnswer:
    parent, successor = tree.nodes.get(node.parent_id or 0), tree.nodes.get(node.successor_id or 0)
    return OfficeAnswer(
        code=node.code,
        name=node.name,
        short_name=node.short_name,
        level=node.level,
        parent=parent.code if parent else None,
        valid_from=node.valid_from,
        valid_to=node.valid_to,
        successor=successor.code if successor else None,
    )


def _after(cursor: str) -> str:
    if not cursor:
        return ""
    (code,) = read_cursor(cursor, str)
    if "\x00" in code or not code.isprintable():
        raise bad_cursor()
    return code


def _next(code: str | None) -> str | None:
    return write_cursor(code) if code else None
