"""What the palette finds: cases by number or names, and offices, all in the actor's offices."""

from __future__ import annotations

from dataclasses import dataclass

from thads_app import clock, db
from thads_app.repositories import case_lists as repository
from thads_app.repositories import personal_data as personal_repository
from thads_app.repositories.case_lists import CaseFilter, CaseSort, ListedCase
from thads_app.repositories.cases import search_text
from thads_app.rules.offices import OfficeNode
from thads_app.rules.personal_data import as_id_number
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services.case_reading import note_search
from thads_app.services.office_tree import office_tree

CASES, OFFICES = 8, 6
YEARS_BACK = 12
LONGEST_NUMBER = 7


@dataclass(frozen=True)
class Found:
    """What a few words lead to."""

    cases: list[ListedCase]
    offices: list[OfficeNode]


async def find(actor: Actor, text: str) -> Found:
    """The cases and offices that some typed words mean; nothing for a blank text."""
    if not text.strip():
        return Found([], [])
    cases = await find_cases(actor, text) if actor.may(Permission.CASE_READ) else []
    return Found(cases, await find_offices(actor, text, OFFICES))


async def find_cases(actor: Actor, text: str, limit: int = CASES) -> list[ListedCase]:
    """Cases by decision number first, then by any of their words, newest first."""
    words = tuple(search_text([text[:200]]).split())
    if not words:
        return []
    number = as_id_number(text[:200])
    if number is not None:
        return await cases_of_person(actor, number, limit)
    scope = actor.scope(Permission.CASE_READ)
    found: list[ListedCase] = []
    async with db.session(actor) as session:
        figure = words[0]
        if figure.isascii() and figure.isdigit() and len(figure) <= LONGEST_NUMBER:
            year = clock.today().year
            years = range(year - YEARS_BACK, year + 1)
            found = await repository.by_number(session, scope, int(figure), years, limit)
        wanted = CaseFilter(words=words)
        hits = await repository.probe(session, scope, wanted, CaseSort.DATE)
        few = len(hits) <= repository.COUNT_LIMIT
        known_ids = [place.case_id for place in sorted(hits, reverse=True)[:limit]] if few else None
        found += await repository.page(
            session, scope, wanted, sort=CaseSort.DATE, descending=True, size=limit, known_ids=known_ids
        )
    by_id = {case.id: case for case in found if _holds(case, words) or case in found[-limit:]}
    return list(by_id.values())[:limit]


async def cases_of_person(actor: Actor, id_number: str, limit: int = CASES) -> list[ListedCase]:
    """The cases in scope of whoever has this identity number, newest first. The number searched for leaves a trace."""
    scope = actor.scope(Permission.CASE_READ)
    async with db.unit_of_work(actor) as session:
        case_ids = await personal_repository.cases_of_number(session, scope, id_number, limit)
        await note_search(session, actor, id_number, len(case_ids))
        return await repository.by_ids(session, scope, case_ids) if case_ids else []


def _holds(case: ListedCase, words: tuple[str, ...]) -> bool:
    """Whether a case found by its number also holds the other words typed."""
    own = search_text([case.decision_number, case.debtor_name, case.creditor_name or ""])
    return all(word in own for word in words[1:])


async def find_offices(actor: Actor, text: str, limit: int, permission: Permission | None = None) -> list[OfficeNode]:
    """Present offices in the actor's scope whose name holds every word; all of them, from the top, for a blank text.

    Args:
        actor: who asks.
        text: some words of the name, or a code.
        limit: how many.
        permission: the right whose scope counts; any right to read when left out.
    """
    tree = await office_tree()
    day = clock.today()
    readable = (Permission.CASE_READ, Permission.DASHBOARD_READ)
    asked = [each for each in ((permission,) if permission else readable) if actor.may(each)]
    order = {"central": 0, "province": 1, "region": 2, "district": 3}
    found: list[OfficeNode] = []
    for node in sorted(tree.nodes.values(), key=lambda n: (order[n.level], n.code)):
        if not node.valid_on(day) or not any(actor.may_in(each, node.id) for each in asked):
            continue
        if _named(node, text):
            found.append(node)
            if len(found) == limit:
                break
    return found


async def find_any_office(text: str, limit: int) -> list[OfficeNode]:
    """Present offices of the whole country whose name holds every word: whom a case can be entrusted to."""
    tree = await office_tree()
    day = clock.today()
    nodes = [node for node in sorted(tree.nodes.values(), key=lambda n: n.code) if node.valid_on(day)]
    return [node for node in nodes if _named(node, text)][:limit]


def _named(node: OfficeNode, text: str) -> bool:
    return matches(f"{node.name} {node.short_name} {node.code}", text)


def matches(label: str, text: str) -> bool:
    """Whether a label holds every word typed, without case and accents."""
    plain = normalise(label)
    return all(word in plain for word in normalise(text).split())
