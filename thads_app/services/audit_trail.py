"""Reading the audit trail: who did what to what, within the offices one may read it of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import clock
from thads_app.db import session as snapshot
from thads_app.repositories import accounts as account_repository
from thads_app.repositories import audit_trail as repository
from thads_app.repositories.audit_trail import Position, TrailFilter, TrailRow
from thads_app.rules.audit_actions import AuditKind, actions_of
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.rules.vietnamese import format_date, normalise, parse_date
from thads_app.services.office_tree import office_tree

__all__ = ["Names", "Person", "TrailPage", "TrailQuery", "TrailRow", "find_people", "read_trail", "read_trail_query"]

PAGE_SIZE = 50
PEOPLE = 12
OBJECT_WORDS = {"ho-so": "case", "ban-giao": "handover", "tai-khoan": "account", "don-vi": "office"}
"""How objects are named in addresses."""

OF_CASES = frozenset({"case", "handover", "completion", "conflict", "data_request"})
"""Objects whose rows hold words of a case: only those who may see the case are told them, an administrator is not."""

_LONGEST = 64


@dataclass(frozen=True)
class TrailQuery:
    """What the list asks for; everything of it is in the address. `problems` are conditions nobody can meet."""

    username: str = ""
    object_type: str = ""
    object_id: str = ""
    office_code: str = ""
    kind: AuditKind | None = None
    first: date | None = None
    last: date | None = None
    older_than: Position | None = None
    newer_than: Position | None = None
    problems: tuple[str, ...] = ()

    def parameters(self) -> dict[str, str]:
        """The query of the address, blank ones left out, the page's place too."""
        word = next((word for word, kind in OBJECT_WORDS.items() if kind == self.object_type), "")
        said = {
            "nguoi": self.username,
            "doi-tuong": f"{word}:{self.object_id}" if word and self.object_id else "",
            "don-vi": self.office_code,
            "loai": self.kind.value if self.kind else "",
            "tu": format_date(self.first),
            "den": format_date(self.last),
        }
        return {name: value for name, value in said.items() if value}

    def address(self, path: str, **place: str) -> str:
        """The address of this list, at a place of it."""
        said = self.parameters() | place
        return f"{path}?{urlencode(said)}" if said else path


@dataclass(frozen=True)
class Names:
    """The names a page of rows needs: cases by id, officers by id, accounts by id (full name, user name)."""

    cases: dict[int, str]
    staff: dict[int, str]
    accounts: dict[int, tuple[str, str]]


@dataclass(frozen=True)
class TrailPage:
    """A page of the trail, what it was asked for, and where the next and previous pages begin."""

    rows: list[TrailRow]
    names: Names
    tree: OfficeTree
    query: TrailQuery
    person: str
    object_label: str
    older: str
    newer: str


@dataclass(frozen=True)
class Person:
    """Somebody whose acts can be looked for."""

    username: str
    name: str
    office: str


def read_trail_query(asked: Mapping[str, str]) -> TrailQuery:
    """The list an address asks for. What cannot be understood is named in `problems` and left out."""
    problems: list[str] = []
    word, _, key = asked.get("doi-tuong", "").partition(":")
    if word and (word not in OBJECT_WORDS or not key or len(key) > _LONGEST):
        problems.append("doi-tuong")
        word, key = "", ""
    kind = asked.get("loai", "")
    if kind and kind not in frozenset(AuditKind):
        problems.append("loai")
        kind = ""
    first, last = (_day(asked.get(name, ""), name, problems) for name in ("tu", "den"))
    if first and last and last < first:
        problems.append("den")
        last = None
    return TrailQuery(
        username=asked.get("nguoi", "")[:_LONGEST].strip().lower(),
        object_type=OBJECT_WORDS.get(word, ""),
        object_id=key,
        office_code=asked.get("don-vi", "")[:12],
        kind=AuditKind(kind) if kind else None,
        first=first,
        last=last,
        older_than=_position(asked.get("sau", "")),
        newer_than=_position(asked.get("truoc", "")),
        problems=tuple(problems),
    )


async def read_trail(actor: Actor, query: TrailQuery) -> TrailPage:
    """One page of the trail, newest first.

    Raises:
        Forbidden: the actor reads no trail.
    """
    tree = await office_tree()
    scope = _narrowed(actor.scope(Permission.AUDIT_READ), tree, query.office_code)
    problems = list(query.problems)
    async with snapshot(actor) as session:
        account = await account_repository.account_by_username(session, query.username) if query.username else None
        if query.username and account is None:
            problems.append("nguoi")
        person = account.full_name if account else query.username
        wanted = TrailFilter(
            account_id=account.id if account else None,
            objects=await _objects(session, query),
            actions=tuple(actions_of(query.kind)) if query.kind else (),
            since=_start(query.first),
            before=_start(query.last + timedelta(days=1) if query.last else None),
        )
        size = PAGE_SIZE + 1
        rows = await repository.trail_page(
            session, scope, wanted, size=size, older_than=query.older_than, newer_than=query.newer_than
        )
        more = len(rows) == size
        back = query.newer_than is not None
        rows = (rows[1:] if back else rows[:-1]) if more else rows
        names = await _names(session, query, rows)
    return TrailPage(
        rows=[_told(actor, row) for row in rows],
        names=names,
        tree=tree,
        query=replace(query, problems=tuple(problems)),
        person=person,
        object_label=_object_label(query, names, tree),
        older=_place(rows[-1]) if rows and (more or back) else "",
        newer=_place(rows[0]) if rows and (more if back else query.older_than is not None) else "",
    )


def _told(actor: Actor, row: TrailRow) -> TrailRow:
    if row.object_type not in OF_CASES or actor.may_in(Permission.CASE_READ, row.office_id):
        return row
    return row._replace(message=None, changes={}, detail={})


async def find_people(actor: Actor, words: str) -> list[Person]:
    """Accounts of the offices whose trail the actor reads, by words of their names.

    Raises:
        Forbidden: the actor reads no trail.
    """
    scope = actor.scope(Permission.AUDIT_READ)
    tree = await office_tree()
    async with snapshot(actor) as session:
        found = await repository.people(session, scope, normalise(words[:100]).split(), PEOPLE)
    return [Person(username, name, tree.nodes[office].short_name) for username, name, office in found]


def _narrowed(scope: Scope, tree: OfficeTree, code: str) -> Scope:
    node = tree.by_code.get(code)
    if node is None or node.parent_id is None:
        return scope
    below = tree.grant_scope(node.id)
    if scope.everything:
        return below
    return Scope(office_ids=scope.office_ids & below.office_ids)


async def _objects(session: AsyncSession, query: TrailQuery) -> tuple[tuple[str, str], ...]:
    """The object asked for; with a case, the handovers it was sent in."""
    if not query.object_type:
        return ()
    found = [(query.object_type, query.object_id)]
    if query.object_type == "case" and _is_number(query.object_id):
        found += [("handover", str(each)) for each in await repository.handovers_with(session, int(query.object_id))]
    return tuple(found)


async def _names(session: AsyncSession, query: TrailQuery, rows: list[TrailRow]) -> Names:
    asked = [(query.object_type, query.object_id)] if query.object_id else []
    objects = asked + [(row.object_type, row.object_id or "") for row in rows]

    def ids(kind: str) -> list[int]:
        return sorted({int(key) for what, key in objects if what == kind and _is_number(key)})

    staff = sorted({each for row in rows for each in row.changes.get("officer") or () if isinstance(each, int)})
    return Names(
        cases=await repository.case_numbers(session, ids("case")),
        staff=await repository.staff_names(session, staff),
        accounts=await repository.account_names(session, ids("account")),
    )


def _object_label(query: TrailQuery, names: Names, tree: OfficeTree) -> str:
    key = query.object_id
    if query.object_type == "case" and _is_number(key):
        return names.cases.get(int(key), key)
    if query.object_type == "account" and _is_number(key):
        return names.accounts.get(int(key), (key, ""))[0]
    if query.object_type == "office" and key in tree.by_code:
        return tree.by_code[key].short_name
    return key


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18  # noqa: PLR2004 (a bigint)


def _day(text: str, name: str, problems: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return parse_date(text[:20], clock.today())
    except ValueError:
        problems.append(name)
        return None


def _start(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=clock.VIETNAM).astimezone(UTC) if day else None


def _place(row: TrailRow) -> str:
    return f"{int(row.at.replace(microsecond=0).timestamp())}{row.at.microsecond:06d}-{row.id}"


def _position(text: str) -> Position | None:
    moment, _, key = text.partition("-")
    if not (_is_number(moment) and _is_number(key)):
        return None
    try:
        seconds, micros = divmod(int(moment), 1_000_000)
        return Position(datetime.fromtimestamp(seconds, UTC).replace(microsecond=micros), int(key))
    except (ValueError, OverflowError, OSError):
        return None
