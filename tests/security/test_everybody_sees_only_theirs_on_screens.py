"""Every page and every handler, as every member of the cast: nobody is told a word of a case that is not theirs.

What each may be told is computed from the offices' table and the roles written down in `marked_world`, not from the
app's scopes. Handlers are taken from the framework's own list, so a new one is driven too; so are the pages.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from contextlib import suppress
from typing import Any

import pytest
import reflex as rx

from pages.registry import NOT_FOUND_ROUTE, PAGES
from tests.security.test_inventory import our_handlers
from tests.security.test_row_level_security_queries import everything_removed
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, OTHER_OFFICE_OF_PROVINCE, PARTS
from tests.support.marked_world import CASES_EACH, OFFICES, Marked, make_marked, mark, marks_in, rows_of
from tests.support.tab import Denied, Tab
from thads_app.services.cubes import forget_bases

PATIENCE_SECONDS = 0.6
"""Some handlers wait for news until their tab is closed."""

FIGURE = "o=completed&o-nam=2027&o-thang=2"
ADDRESSES = {
    "/ho-so/[case_id]": lambda w, code: [f"/ho-so/{each}" for each in w.cases[code]],
    "/ban-giao/[handover_id]": lambda w, code: [f"/ban-giao/{w.handovers[code]}"],
    "/ban-giao/moi": lambda w, code: [f"/ban-giao/moi?viec={w.cases[code][0]}&ban-giao={w.handovers[code]}"],
    "/quan-tri/tai-khoan/[account_id]": lambda w, code: [f"/quan-tri/tai-khoan/{w.accounts[code]}"],
    "/bang-dieu-hanh": lambda _, code: [f"/bang-dieu-hanh?don-vi={code}&nam=2027"],
    "/bieu-thong-ke": lambda _, code: [f"/bieu-thong-ke?don-vi={code}&nam=2027"],
    "/ho-so": lambda _, code: ["/ho-so", f"/ho-so?don-vi={code}", "/ho-so?q=moc", f"/ho-so?{FIGURE}&o-don-vi={code}"],
    "/nhat-ky": lambda w, code: ["/nhat-ky", f"/nhat-ky?don-vi={code}&doi-tuong=ho-so:{w.cases[code][0]}"],
}


@pytest.fixture(scope="module")
async def world(module_database: str) -> Marked:
    forget_bases()
    return await make_marked()


def told(tab: Tab) -> set[str]:
    """Every mark in anything the tab's states hold for its browser."""
    return marks_in(json.dumps(tab.root.dict(), default=repr, ensure_ascii=False))


def owner_of(handler: Any) -> tuple[type[rx.State], str]:
    """The state that has a page's loader."""
    waiting: list[Any] = [rx.State]
    while waiting:
        kind = waiting.pop()
        for name, known in kind.event_handlers.items():
            if known.fn is handler.fn:
                return kind, name
        waiting += list(kind.get_substates())
    raise LookupError(handler)


async def drive(tab: Tab, kind: type[rx.State], name: str, *arguments: Any) -> None:
    """Run a handler as the gate would let it; what it refuses or chokes on is no leak."""
    with suppress(Denied, Exception):
        await asyncio.wait_for(tab.run(kind, name, *arguments), PATIENCE_SECONDS)


async def visit(tab: Tab, page: Any, address: str) -> None:
    tab.go(address)
    for loader in page.on_load:
        kind, name = owner_of(loader)
        await drive(tab, kind, name)


def addresses_of(route: str, world: Marked, code: str) -> list[str]:
    return ADDRESSES[route](world, code) if route in ADDRESSES else [route]


# -- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", PARTS)
async def test_no_page_tells_anybody_of_a_case_that_is_not_theirs(world: Marked, part: str):
    allowed = world.seen_marks(part)
    for page in PAGES:
        if page.route == NOT_FOUND_ROUTE:
            continue
        for code in OFFICES:
            for address in addresses_of(page.route, world, code):
                tab = Tab(world.cast[part], address)
                await visit(tab, page, address)
                assert told(tab) <= allowed, (part, address)


@pytest.mark.parametrize("part", PARTS)
async def test_the_list_tells_everybody_of_all_their_cases(world: Marked, part: str):
    page = next(page for page in PAGES if page.route == "/ho-so")
    for address in ("/ho-so", "/ho-so?q=moc"):
        tab = Tab(world.cast[part], address)
        await visit(tab, page, address)
        assert told(tab) == world.seen_marks(part), (part, address)


@pytest.mark.parametrize("part", PARTS)
async def test_a_cases_page_opens_for_those_who_may_see_it_and_nobody_else(world: Marked, part: str):
    page = next(page for page in PAGES if page.route == "/ho-so/[case_id]")
    allowed = world.seen_marks(part)
    for code in OFFICES:
        for number, case_id in enumerate(world.cases[code], start=1):
            tab = Tab(world.cast[part], f"/ho-so/{case_id}")
            await visit(tab, page, f"/ho-so/{case_id}")
            assert told(tab) == {mark(code, number).lower()} & allowed, (part, code, number)


@pytest.mark.parametrize("part", ["office_head", "province_admin", "neighbour", "charlie"])
async def test_even_without_the_apps_own_filter_no_page_tells(
    world: Marked, part: str, monkeypatch: pytest.MonkeyPatch
):
    everything_removed(monkeypatch)
    allowed = world.seen_marks(part)
    for page in PAGES:
        for code in OFFICES:
            for address in addresses_of(page.route, world, code):
                tab = Tab(world.cast[part], address)
                await visit(tab, page, address)
                assert told(tab) <= allowed, (part, address)


def test_every_page_with_a_parameter_is_visited_with_one():
    dynamic = {page.route for page in PAGES if "[" in page.route}
    assert dynamic <= set(ADDRESSES)
    assert CASES_EACH * len(OFFICES) < 10, "all marks fit on one page"


# -- handlers --------------------------------------------------------------------------------------------------------

# Words of a form that may name something: each is given what belongs to the other office.
FORM_WORDS = (
    "case_id", "case_ids", "id", "item", "item_id", "item_ids", "handover_id", "asked_id", "account_id", "grant_id",
    "office", "office_code", "office_id", "don_vi", "don-vi", "officer", "staff", "staff_code", "receiver", "giver",
    "code", "reason", "note", "text", "q", "person", "type", "event_id", "business_date", "amount", "version", "to",
    "relation", "head", "deputy", "username", "role", "successor", "object", "object_id", "day", "purpose", "message",
    "decision_number", "document_number", "ground", "debtor", "address", "limit", "source_note",
)  # fmt: skip
START_WORDS = ("load", "show", "start", "pick", "ask", "choose", "search", "add", "intend", "watch")


def variants(world: Marked, code: str) -> list[dict[type, Any]]:
    """Arguments by their type: three ways to name what belongs to an office."""
    case_id = world.cases[code][0]
    ids = (
        (case_id, str(case_id)),
        (world.items[code], code),
        (world.events[code], "moc"),
    )
    found: list[dict[type, Any]] = []
    for number, word in ids:
        form = dict.fromkeys(FORM_WORDS, word) | {
            "reason": "vì công việc", "business_date": "03/11/2026", "day": "03/11/2026", "amount": "1000",
            "type": "collected", "version": "2", "case_id": str(case_id), "handover_id": str(world.handovers[code]),
        }  # fmt: skip
        found.append({int: number, str: word, bool: True, dict: form, list: [number], float: float(number)})
    return found


def arguments_for(function: Any, values: dict[type, Any]) -> list[Any]:
    """One value for each parameter of a handler, by its annotation."""
    given: list[Any] = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        annotation = str(parameter.annotation)
        outside = annotation.partition("[")[0]
        kind = next((each for each in (list, dict, bool, int, float) if each.__name__ in outside), str)
        given.append(values[kind])
    return given


def handlers_in_order() -> list[tuple[type[rx.State], str, Any]]:
    """All handlers of ours, those that open something before those that act on it."""
    ours = {id(function) for function in our_handlers().values()}
    found: list[tuple[type[rx.State], str, Any]] = []
    waiting: list[Any] = [rx.State]
    while waiting:
        kind = waiting.pop()
        found += [(kind, name, known.fn) for name, known in kind.event_handlers.items() if id(known.fn) in ours]
        waiting += list(kind.get_substates())
    return sorted(found, key=lambda each: (not each[1].startswith(START_WORDS), each[0].__name__, each[1]))


def test_every_handler_of_ours_is_driven():
    assert {id(function) for _, _, function in handlers_in_order()} == {id(each) for each in our_handlers().values()}


FOREIGN = {
    "leader": (), "province_head": (OFFICE_ELSEWHERE,), "neighbour": (OFFICE,), "charlie": (OFFICE,),
}  # fmt: skip
"""Whose rows each member is pointed at; the members of the office at both others."""


@pytest.mark.parametrize("part", PARTS)
async def test_no_handler_tells_or_changes_anything_of_another_office(world: Marked, part: str):
    allowed, mine = world.seen_marks(part), world.seen_offices(part)
    before = rows_of(mine)
    for code in FOREIGN.get(part, (OTHER_OFFICE_OF_PROVINCE, OFFICE_ELSEWHERE)):
        for values in variants(world, code):
            tab = Tab(world.cast[part], f"/ho-so/{world.cases[code][0]}")
            for kind, name, function in handlers_in_order():
                await drive(tab, kind, name, *arguments_for(function, values))
                leaked = told(tab) - allowed
                assert not leaked, (part, code, kind.__name__, name, leaked)
            tab.go(f"/ban-giao/{world.handovers[code]}")
            for kind, name, function in handlers_in_order():
                if "handover" in kind.__name__.lower() or "Handover" in kind.__module__:
                    await drive(tab, kind, name, *arguments_for(function, values))
            assert told(tab) <= allowed, (part, code)
    assert rows_of(mine) == before, f"{part} changed what is not theirs"
