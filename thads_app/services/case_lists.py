"""Lists of cases somebody may see: pages, counts, the officers to choose from, duplicates and the next number."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models.cases import REGISTRATION_BOOK
from models.enums import OfficeLevel
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import NotFound
from thads_app.repositories import case_lists as repository
from thads_app.repositories import officers
from thads_app.repositories import offices as office_repository
from thads_app.repositories.case_lists import (
    COUNT_LIMIT,
    CaseFilter,
    ExportedCase,
    ListedCase,
    SimilarCase,
)
from thads_app.repositories.cases import search_text
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.personal_data import as_id_number
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.rules.vietnamese import normalise
from thads_app.services.case_cells import cell_words, read_cell
from thads_app.services.case_pages import Cutter, cut_page
from thads_app.services.case_query import LONGEST_YEAR, YEARS, CaseQuery
from thads_app.services.case_reading import note_search
from thads_app.services.figure_cells import cell_condition
from thads_app.services.office_tree import office_tree

__all__ = [
    "COUNT_LIMIT",
    "AssignPreview",
    "CasePage",
    "ExportedCase",
    "ListedCase",
    "OfficerLoad",
    "OfficerName",
    "SimilarCase",
    "find_officers",
    "is_known_year",
    "judgment_key",
    "list_cases",
    "next_number",
    "office_loads",
    "preview_assignment",
    "similar_cases",
    "statistical_year",
    "stream_export",
    "suggest_number",
]

PAGE_SIZE = 50
CHOICES = 20
NOBODY = -1
"""The officer id that matches no case."""


@dataclass(frozen=True)
class CasePage:
    """One page of a list.

    Attributes:
        rows: in the query's order.
        count: of the whole list, at most `repository.COUNT_LIMIT`.
        more: the list is longer than `count`.
        previous, following: the queries of the neighbouring pages, None at the ends.
        office: the office asked for.
        officers: code → name of the officers asked for.
        cell: the figure asked for, in words.
        problems: parameters that could not be used.
    """

    rows: list[ListedCase]
    count: int
    more: bool
    previous: CaseQuery | None
    following: CaseQuery | None
    office: OfficeNode | None
    officers: dict[str, str]
    cell: str
    problems: tuple[str, ...]


@dataclass(frozen=True)
class OfficerLoad:
    """An officer with the open cases and the đồng outstanding they carry now."""

    id: int
    code: str
    name: str
    office_id: int
    office_name: str
    open_cases: int
    outstanding: int


@dataclass(frozen=True)
class AssignPreview:
    """What an assignment of several cases offers: the cases, those the actor may not assign, the officers to choose."""

    cases: list[ListedCase]
    barred: list[ListedCase]
    officers: list[OfficerLoad]


@dataclass(frozen=True)
class _Resolved:
    filter: CaseFilter
    office: OfficeNode | None
    officers: dict[str, str]
    cell: str
    problems: tuple[str, ...]


async def list_cases(actor: Actor, query: CaseQuery, *, size: int = PAGE_SIZE) -> CasePage:
    """One page of the cases the actor may see.

    Raises:
        Forbidden: the actor may not see cases at all.
        NotFound: the figure whose cases are asked for lies outside the actor's offices.
    """
    scope = actor.scope(Permission.CASE_READ)
    async with db.session(actor) as session:
        wanted = await _resolve(session, actor, query)
        hits = await repository.probe(session, scope, wanted.filter, query.sort)
        more = len(hits) > COUNT_LIMIT
        cutter = Cutter(session, scope, wanted.filter, query.sort, None if more else hits)
        rows, previous, following = await cut_page(cutter, query, size)
    if wanted.filter.id_number:
        async with unit_of_work(actor) as session:
            await note_search(session, actor, wanted.filter.id_number, min(len(hits), COUNT_LIMIT))
    return CasePage(
        rows=rows,
        count=min(len(hits), COUNT_LIMIT),
        more=more,
        previous=previous,
        following=following,
        office=wanted.office,
        officers=wanted.officers,
        cell=wanted.cell,
        problems=wanted.problems,
    )


async def _resolve(session: AsyncSession, actor: Actor, query: CaseQuery) -> _Resolved:
    """The query's codes as ids, and its figure as a query of ids."""
    problems = list(query.problems)
    tree = await office_tree()
    office = tree.by_code.get(query.office)
    if query.office and office is None:
        problems.append("don-vi")
    found = await officers.officers_by_code(session, query.officers)
    if len(found) < len(query.officers):
        problems.append("chv")
    officer_ids = [officer.id for officer in found if officer.id is not None]
    if query.officers and not officer_ids:
        officer_ids = [NOBODY]
    if query.mine:
        officer_ids = [actor.staff_id or NOBODY]
    cell = read_cell(dict(query.cell)) if query.cell else None
    id_number = as_id_number(query.text)
    if query.cell and cell is None:
        problems.append("o")
    wanted = CaseFilter(
        office_ids=_unit_ids(tree, office),
        officer_ids=tuple(officer_ids),
        unassigned=query.unassigned,
        statuses=query.wanted_statuses,
        kinds=query.kinds,
        source=query.source,
        state_revenue=query.state_revenue,
        credit_institution=query.credit_institution,
        decided_from=query.decided_from,
        decided_to=query.decided_to,
        amount_min=query.amount_min,
        amount_max=query.amount_max,
        year=statistical_year(query.year) if query.year else None,
        words=() if id_number else tuple(search_text([query.text]).split()),
        id_number=id_number,
        cell=None if cell is None else await cell_condition(session, actor, cell),
    )
    names = {officer.code: officer.full_name for officer in found}
    return _Resolved(wanted, office, names, cell_words(cell) if cell else "", tuple(dict.fromkeys(problems)))


def statistical_year(year: int) -> tuple[date, date]:
    """First and last day of a statistical year (TT 05/2024/TT-BTP Đ.5)."""
    return date(year - 1, 10, 1), date(year, 9, 30)


def is_known_year(text: str) -> bool:
    """Whether a text of an address is a statistical year."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_YEAR and int(text) in YEARS


def _unit_ids(tree: OfficeTree, office: OfficeNode | None) -> tuple[int, ...] | None:
    if office is None or office.level is OfficeLevel.CENTRAL:
        return None
    return tuple(sorted(tree.today_ids(office.id)))


async def stream_export(actor: Actor, query: CaseQuery) -> AsyncIterator[list[ExportedCase]]:
    """All rows of a list in its order, chunk by chunk, on one snapshot. Whoever makes a file of it records that.

    Raises:
        Forbidden: the actor may not take data out.
    """
    scope = _both(actor.scope(Permission.EXPORT), actor.scope(Permission.CASE_READ))
    async with db.session(actor) as session:
        wanted = (await _resolve(session, actor, query)).filter
        async for chunk in repository.exported(session, scope, wanted, sort=query.sort, descending=query.descending):
            yield chunk


def _both(one: Scope, other: Scope) -> Scope:
    if one.everything:
        return other
    return one if other.everything else Scope(office_ids=one.office_ids & other.office_ids)


# -- choosing officers -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OfficerName:
    """An officer to choose."""

    code: str
    name: str


async def find_officers(actor: Actor, text: str, office_code: str = "") -> list[OfficerName]:
    """Officers of the actor's offices whose name or code holds the words, for a filter to choose from."""
    tree = await office_tree()
    scope = actor.scope(Permission.CASE_READ)
    unit = _unit_ids(tree, tree.by_code.get(office_code))
    async with db.session(actor) as session:
        found = await officers.officers_like(session, scope, normalise(text), unit, CHOICES)
        return [OfficerName(officer.code, officer.full_name) for officer in found]


async def preview_assignment(actor: Actor, case_ids: Sequence[int], *, day: date | None = None) -> AssignPreview:
    """The cases as they stand, which of them the actor may not assign, and the officers with their present loads.

    Officers are those of the cases' offices as they are today; with cases of several offices, of any of them.

    Raises:
        NotFound: none of the cases is in the actor's offices.
    """
    on = day or clock.today()
    scope = actor.scope(Permission.CASE_READ)
    async with db.session(actor) as session:
        rows = await repository.by_ids(session, scope, list(case_ids))
        if not rows:
            raise NotFound
        tree = await office_tree()
        mine = [row for row in rows if actor.may_in(Permission.CASE_ASSIGN, row.office_id)]
        offices = {tree.line.today(row.office_id) for row in mine}
        officers = await _loads(session, actor, tree, offices, on) if offices else []
    return AssignPreview(mine, [row for row in rows if row not in mine], officers)


async def office_loads(actor: Actor, office_code: str, *, day: date | None = None) -> list[OfficerLoad]:
    """The officers of one office with their present loads, for the intake form.

    Raises:
        NotFound: no such office among the actor's.
    """
    tree = await office_tree()
    office = tree.by_code.get(office_code)
    if office is None or not actor.scope(Permission.CASE_READ).holds(office.id):
        raise NotFound
    async with db.session(actor) as session:
        return await _loads(session, actor, tree, {tree.line.today(office.id)}, day or clock.today())


async def _loads(
    session: AsyncSession, actor: Actor, tree: OfficeTree, offices: set[int], day: date
) -> list[OfficerLoad]:
    scope = actor.scope(Permission.CASE_READ)
    same = [node for node in tree.nodes if tree.line.today(node) in offices]
    found = await office_repository.officers_in(session, scope, same, day)
    ids = list(dict.fromkeys(officer.id for officer, _ in found if officer.id is not None))
    loads = await office_repository.open_loads(session, scope, ids)
    by_id = {officer.id: (officer, office_id) for officer, office_id in found}
    return [
        OfficerLoad(
            id=officer_id,
            code=by_id[officer_id][0].code,
            name=by_id[officer_id][0].full_name,
            office_id=by_id[officer_id][1],
            office_name=tree.nodes[tree.line.today(by_id[officer_id][1])].short_name,
            open_cases=loads.get(officer_id, (0, 0))[0],
            outstanding=loads.get(officer_id, (0, 0))[1],
        )
        for officer_id in ids
    ]


# -- help while a case is entered --------------------------------------------------------------------------------------


def judgment_key(number: str) -> str:
    """A judgment's number as it is compared: without case, accents and blanks."""
    return normalise(number).replace(" ", "")


async def similar_cases(
    actor: Actor, judgment_number: str, judgment_date: date, debtor: str = "", *, but: int | None = None
) -> list[SimilarCase]:
    """Cases in scope of the same judgment (and, when given, the same debtor, compared without case and accents)."""
    scope = actor.scope(Permission.CASE_READ)
    async with db.session(actor) as session:
        found = await repository.of_judgment(session, scope, judgment_key(judgment_number), judgment_date)
    name = normalise(debtor)
    return [case for case in found if case.id != but and (not name or normalise(case.debtor_name) == name)]


async def suggest_number(actor: Actor, office_code: str, day: date) -> str:
    """The decision number that comes next at an office in the day's year, in the form of its last one.

    Raises:
        NotFound: no such office among those where the actor may register cases.
    """
    tree = await office_tree()
    office = tree.by_code.get(office_code)
    scope = actor.scope(Permission.CASE_CREATE)
    if office is None or not scope.holds(office.id):
        raise NotFound
    passed_on = "the last decision number may be of a case that has passed on"
    async with db.session(actor) as session, db.beyond_scope(session, passed_on):
        last = await repository.largest_number(session, scope, office.id, day.year, REGISTRATION_BOOK)
    return next_number(last)


def next_number(last: str | None) -> str:
    """The number after this one: its leading figure plus one, the rest as it was; `1/QĐ-THADS` when there is none."""
    figure = ""
    for char in last or "":
        if not ("0" <= char <= "9"):
            break
        figure += char
    if not last or not figure:
        return "1/QĐ-THADS"
    return f"{int(figure) + 1:0{len(figure)}d}{last[len(figure) :]}"
