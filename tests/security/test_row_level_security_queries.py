"""Every repository's query with the app's own filter taken away: the policies underneath still hold.

Each query is asked three times: by the nation, and by the head of one office with and without the app's filter. Without
the filter the head must get what they get with it, and the nation must get more: else the test would prove nothing.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import uuid
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import true
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from models.enums import HandoverKind
from models.guard_enums import CompletionStatus, Kinship
from models.guards import ConflictOfInterest
from tests.support.cast import OFFICE_ELSEWHERE
from tests.support.protected_rows import Protected, make_protected
from tests.support.some_cases import intake
from thads_app import db, repositories
from thads_app.repositories import (
    administration,
    audit_trail,
    case_edits,
    case_history,
    case_lists,
    cases,
    confirmations,
    conflicts,
    data_requests,
    figure_cells,
    handovers,
    import_jobs,
    notices,
    offices,
    personal_data,
    statistics,
)  # fmt: skip
from thads_app.repositories.audit_trail import TrailFilter
from thads_app.repositories.case_lists import CaseFilter, CaseSort
from thads_app.repositories.data_requests import RequestFilter
from thads_app.repositories.figure_cells import CellSums
from thads_app.repositories.handovers import Box
from thads_app.repositories.personal_data import ExportFilter
from thads_app.repositories.statistics import CubeQuery
from thads_app.rules.indicators import Figure, terms_of
from thads_app.rules.regimes import regime_of
from thads_app.rules.rights import EVERYWHERE, Actor, Permission, Scope
from thads_app.services.case_lists import judgment_key
from thads_app.services.cases import register_case

NOW = datetime(2026, 11, 4, 3, 0, tzinfo=UTC)
REQUEST, ASKED = uuid.UUID(int=7), uuid.UUID(int=8)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
_REMOVED = {"filter": False}
DAY, LAST_DAY = date(2026, 10, 1), date(2027, 9, 30)
NAMES = {
    "Case", "Party", "Obligation", "CaseEvent", "Assignment", "Handover", "HandoverItem", "StatDelta", "StatMonthly",
    "StatOfficeMonthly", "AuditEntry", "AuditSeal", "ImportJob", "Notice", "CompletionRequest", "ConflictOfInterest",
    "DataRequest", "ExportRecord",
}  # fmt: skip
TABLES = {
    "cases", "party", "obligation", "case_event", "assignment", "handover", "handover_item", "stat_delta",
    "stat_monthly", "stat_office_monthly", "audit_entry", "audit_seal", "import_job", "notice", "completion_request",
    "conflict_of_interest", "data_request", "export_record",
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the queries are asked with: the other province's rows, and the head's own scope."""

    rows: Protected
    elsewhere: int
    officer: int
    job: int
    elsewhere_officer: int
    asked: int
    mark: statistics.FoldMark
    party: int
    data_request: int
    event: int

    @property
    def head(self) -> Actor:
        return self.rows.cast["office_head"]

    @property
    def head_as_charlie(self) -> Actor:
        return replace(self.head, account_id=self.charlie)

    @property
    def charlie(self) -> int:
        return self.rows.cast["charlie"].account_id or 0

    @property
    def scope(self) -> Scope:
        return self.head.scope(Permission.CASE_READ)

    @property
    def trail(self) -> Scope:
        """The trail's own filter is not `in_scope`, so it is widened here when that one is."""
        return EVERYWHERE if _REMOVED["filter"] else self.head.scope(Permission.AUDIT_READ)

    @property
    def case(self) -> int:
        return self.rows.world.elsewhere[0]

    @property
    def all_cases(self) -> list[int]:
        return [*self.rows.world.here, *self.rows.world.next_door, *self.rows.world.elsewhere]

    @property
    def cell(self) -> CellSums:
        terms = terms_of(Figure.REGISTERED_TOTAL, regime_of(2027))
        return CellSums(terms, date(2026, 9, 30), DAY, LAST_DAY, scope=EVERYWHERE)

    @property
    def sums(self) -> CubeQuery:
        return CubeQuery(DAY, LAST_DAY, scope=self.scope)


Query = Callable[[AsyncSession, Asked], Awaitable[Any]]


async def _exported(s: AsyncSession, a: Asked) -> list[Any]:
    chunks = case_lists.exported(s, a.scope, CaseFilter(), sort=CaseSort.DATE, descending=True)
    return [row async for chunk in chunks for row in chunk]


async def _cell_page(s: AsyncSession, a: Asked) -> Any:
    return (await s.execute(figure_cells.cell_page(a.cell, a.scope, None, 50))).scalars().all()


async def _conflict_cases(s: AsyncSession, a: Asked) -> Any:
    conflict = ConflictOfInterest(
        staff_id=a.officer, relation=Kinship.SIBLING, person="x", case_id=a.rows.world.elsewhere[1], declared_on=DAY
    )
    return await conflicts.cases_held(s, conflict, 20)


QUERIES: dict[str, Query] = {
    "audit_trail.case_numbers": lambda s, a: audit_trail.case_numbers(s, a.all_cases),
    "audit_trail.handovers_with": lambda s, a: audit_trail.handovers_with(s, a.case),
    "audit_trail.trail_page": lambda s, a: audit_trail.trail_page(s, a.trail, TrailFilter(), size=500),
    "administration.open_cases_of": lambda s, a: administration.open_cases_of(s, a.scope, a.officer, 50),
    "case_edits.audit_of": lambda s, a: case_edits.audit_of(s, "case", a.case),
    "case_edits.last_editor": lambda s, a: case_edits.last_editor(s, a.case),
    "case_edits.parties_page": lambda s, a: case_edits.parties_page(s, a.case, "", 0, 50),
    "case_edits.party_names": lambda s, a: case_edits.party_names(s, a.case),
    "case_history.handovers_of": lambda s, a: case_history.handovers_of(s, a.case),
    "case_lists.by_ids": lambda s, a: case_lists.by_ids(s, a.scope, a.all_cases),
    "case_lists.by_number": lambda s, a: case_lists.by_number(s, a.scope, 1, [2026], 50),
    "case_lists.exported": _exported,
    "case_lists.largest_number": lambda s, a: case_lists.largest_number(s, a.scope, a.elsewhere, 2026, "03"),
    "case_lists.of_judgment": lambda s, a: case_lists.of_judgment(
        s, a.scope, judgment_key("101/2026/DS-ST"), date(2026, 9, 1)
    ),
    "case_lists.page": lambda s, a: case_lists.page(
        s, a.scope, CaseFilter(), sort=CaseSort.DATE, descending=True, size=50
    ),
    "case_lists.probe": lambda s, a: case_lists.probe(s, a.scope, CaseFilter(words=("ngan", "hang")), CaseSort.DATE),
    "cases.decision_taken": lambda s, a: cases.decision_taken(s, a.elsewhere, "1/QĐ-THADS", 2026, "03"),
    "cases.event_by_request": lambda s, _: cases.event_by_request(s, REQUEST),
    "cases.events_of": lambda s, a: cases.events_of(s, a.case),
    "cases.find_case": lambda s, a: cases.find_case(s, a.scope, a.case),
    "cases.obligations_of": lambda s, a: cases.obligations_of(s, a.case),
    "cases.parties_of": lambda s, a: cases.parties_of(s, a.case),
    "cases.party_count": lambda s, a: cases.party_count(s, a.case),
    "cases.stat_cells": lambda s, a: cases.stat_cells(s, a.case),
    "confirmations.by_request": lambda s, _: confirmations.by_request(s, ASKED),
    "confirmations.find": lambda s, a: confirmations.find(s, a.scope, a.asked),
    "confirmations.listed": lambda s, a: confirmations.listed(
        s, a.scope, a.head.account_id, statuses=[CompletionStatus.WAITING], limit=50
    ),
    "confirmations.of_case": lambda s, a: confirmations.of_case(s, a.case),
    "confirmations.one": lambda s, a: confirmations.one(s, a.scope, a.asked),
    "confirmations.waiting_count": lambda s, a: confirmations.waiting_count(s, a.scope, a.head.account_id, 50),
    "confirmations.waiting_of": lambda s, a: confirmations.waiting_of(s, a.case),
    "conflicts.cases_held": _conflict_cases,
    "conflicts.concerning_case": lambda s, a: conflicts.concerning_case(s, a.case),
    "conflicts.declared_for": lambda s, a: conflicts.declared_for(s, a.elsewhere_officer, [a.case]),
    "conflicts.family_of_accountants": lambda s, _: conflicts.family_of_accountants(s, date(2026, 11, 1)),
    "conflicts.find": lambda s, _: conflicts.find(s, 1),
    "conflicts.listed": lambda s, a: conflicts.listed(s, a.scope, a.head.staff_id, ended=False, limit=50),
    "figure_cells.cell_page": _cell_page,
    "figure_cells.contributions": lambda s, a: figure_cells.contributions(s, a.cell, a.all_cases),
    "figure_cells.visible_total": lambda s, a: figure_cells.visible_total(s, a.cell, a.scope),
    "handovers.cases_in": lambda s, a: handovers.cases_in(s, a.scope, a.all_cases),
    "handovers.find": lambda s, a: handovers.find(s, a.head, a.rows.handover_elsewhere),
    "handovers.item_rows": lambda s, a: handovers.item_rows(s, a.rows.handover_elsewhere),
    "handovers.items_of": lambda s, a: handovers.items_of(s, a.rows.handover_elsewhere),
    "handovers.last_act": lambda s, a: handovers.last_act(s, a.rows.handover_elsewhere),
    "handovers.listed": lambda s, a: handovers.listed(s, a.rows.handover_elsewhere),
    "handovers.next_number": lambda s, a: handovers.next_number(s, a.elsewhere, 2026),
    "handovers.of_case": lambda s, a: handovers.of_case(s, a.case),
    "handovers.open_handovers": lambda s, a: handovers.open_handovers(s, a.all_cases),
    "handovers.own_drafts": lambda s, a: handovers.own_drafts(s, a.head_as_charlie, HandoverKind.INTAKE_TO_OFFICER),
    "handovers.page": lambda s, a: handovers.page(s, a.head, Box.ALL, [], size=50),
    "handovers.waiting_counts": lambda s, a: handovers.waiting_counts(s, a.head),
    "import_jobs.find_job": lambda s, a: import_jobs.find_job(s, a.job),
    "import_jobs.jobs_of": lambda s, a: import_jobs.jobs_of(s, a.charlie, 50),
    "notices.handovers_to_answer": lambda s, a: notices.handovers_to_answer(s, None, a.scope, 50),
    "notices.recent": lambda s, a: notices.recent(s, a.charlie, 50),
    "notices.unread": lambda s, a: notices.unread(s, a.charlie, 50),
    "offices.cases_touching": lambda s, a: offices.cases_touching(s, [a.elsewhere]),
    "offices.open_loads": lambda s, a: offices.open_loads(s, a.scope, [a.officer]),
    "data_requests.find_request": lambda s, a: data_requests.find_request(s, a.scope, a.data_request),
    "data_requests.next_number": lambda s, a: data_requests.next_number(s, a.elsewhere, 2026),
    "data_requests.request_counts": lambda s, a: data_requests.request_counts(s, a.scope, LAST_DAY),
    "data_requests.requests_page": lambda s, a: data_requests.requests_page(s, a.scope, RequestFilter(), 50),
    "personal_data.acts_since": lambda s, a: personal_data.acts_since(s, a.charlie, "case.edited", LONG_AGO),
    "personal_data.cases_of_number": lambda s, a: personal_data.cases_of_number(s, a.scope, "001099000001", 50),
    "personal_data.event_of": lambda s, a: personal_data.event_of(s, a.case, a.event),
    "personal_data.exports_page": lambda s, a: personal_data.exports_page(s, a.scope, ExportFilter(), 50),
    "personal_data.party_of": lambda s, a: personal_data.party_of(s, a.case, a.party),
    "personal_data.read_since": lambda s, a: personal_data.read_since(s, a.charlie, a.case, LONG_AGO),
    "statistics.base_rows": lambda s, a: statistics.base_rows(s, a.sums, a.mark),
    "statistics.tail_rows": lambda s, a: statistics.tail_rows(s, a.sums, 0),
}

_NATIONS_WORK = "work on all offices at once, run by the worker or the command line under the nation's role"
_WRITES = "a write: refused outside by the policy, see test_row_level_security.py"
_OPEN = "reads only open tables beside"
OTHERS = {
    **dict.fromkeys(
        (
            "audit.newest_and_sealed", "audit.unsealed", "audit.heads_of", "audit.heads_since", "audit.wrong_heads",
            "audit.places", "audit.slipped_in", "audit.waiting", "audit.add_seals",
            "folding.complete_upto", "folding.nothing_to_fold", "folding.fold_step", "folding.unfolded",
            "verification.totals", "verification.cut_offs", "verification.cases",
            "import_jobs.fail_unfinished",
        ),
        _NATIONS_WORK,
    ),
    **dict.fromkeys(
        (
            "base.write_audit", "case_edits.replace_parties", "case_edits.replace_obligations", "cases.add_deltas",
            "cases.save_tenures", "cases.set_case_columns", "handovers.replace_items",
            "handovers.notify", "import_jobs.begin", "import_jobs.change", "notices.mark_read", "two_factor.tell",
        ),
        _WRITES,
    ),
    "statistics.fold_mark": "a mark and ids, no rows: the highest id the reader may see",
    "personal_data.add_export": "writes that the actor took a file out",
    "statistics.worked_in": "whether somebody was ever posted there, from the open table of postings",
}  # fmt: skip


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(repositories.__path__):
        yield importlib.import_module(f"thads_app.repositories.{found.name}")


def _names_in(node: ast.AST) -> set[str]:
    names = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
    texts = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return names | (TABLES & set(re.findall(r"\w+", " ".join(texts))))


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    return [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]


def _protected_in(module: ModuleType) -> set[str]:
    """The functions with a session that reach a protected table, by themselves or through others of the module."""
    tree = ast.parse(Path(module.__file__ or "").read_text())
    uses: dict[str, set[str]] = {}
    functions: dict[str, ast.FunctionDef | ast.AsyncFunctionDef] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            uses[node.name] = set().union(*map(_names_in, _without_docstring(node.body)))
            if not isinstance(node, ast.ClassDef):
                functions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                uses[ast.unparse(target)] = _names_in(node.value)
    reached = {name for name, used in uses.items() if used & (NAMES | TABLES)}
    while more := {name for name, used in uses.items() if used & reached} - reached:
        reached |= more
    return {
        name
        for name, node in functions.items()
        if name in reached and not name.startswith("_") and any(a.arg == "session" for a in node.args.args)
    }


def test_every_query_on_protected_rows_is_asked_here_or_says_why_not():
    found = {f"{module.__name__.rsplit('.', 1)[-1]}.{name}" for module in modules() for name in _protected_in(module)}
    assert found - set(QUERIES) - set(OTHERS) == set()
    assert (set(QUERIES) | set(OTHERS)) - found == {"figure_cells.cell_page"}, "named, but not there any more"


# -- asking ----------------------------------------------------------------------------------------------------------


_MORE = """
UPDATE cases SET officer_id = {officer} WHERE id = {second};
INSERT INTO audit_entry (account_id, action, object_type, object_id, office_id) VALUES
    ({charlie}, 'case.edited', 'case', '{first}', {office}),
    ({charlie}, 'handover.sent', 'handover', '{handover}', {office});
INSERT INTO handover (number, year, kind, status, giver_office_id, receiver_office_id, created_by)
    VALUES (2, 2026, 'intake_to_officer', 'draft', {office}, {office}, {charlie});
INSERT INTO staff_member (code, full_name, name_key, grade) VALUES ('CHV-xa', 'Lý Văn Xa', 'xa ly van', 'junior');
INSERT INTO posting (staff_id, office_id) SELECT id, {office} FROM staff_member WHERE code = 'CHV-xa';
INSERT INTO conflict_of_interest (staff_id, relation, person, case_id, colleague_id, declared_on)
    SELECT id, 'sibling', 'Lý Thị Gần', {first}, {accountant}, '2026-10-20' FROM staff_member WHERE code = 'CHV-xa';
INSERT INTO completion_request (case_id, business_date, collected, recorded_by, status, request_id)
    VALUES ({first}, '2026-10-20', 0, {charlie}, 'waiting', '{asked}');
UPDATE party SET id_number = '001099000001' WHERE case_id = {first};
INSERT INTO audit_entry (account_id, action, object_type, object_id, office_id)
    VALUES ({charlie}, 'case.read', 'case', '{first}', {office});
INSERT INTO export_record (account_id, office_id, kind, file_name, filter_words, row_count)
    VALUES ({charlie}, {office}, 'cases', 'x.xlsx', 'x', 1);
INSERT INTO data_request
    (office_id, year, number, received_on, channel, kind, subject_name, content, respond_by, due_on)
    VALUES ({office}, 2026, 1, '2026-10-01', 'post', 'access', 'x', 'x', '2026-10-05', '2026-10-12');
"""


@pytest.fixture(scope="module")
async def asked(module_database: str) -> Asked:
    rows = await make_protected()
    elsewhere = rows.cast.office(OFFICE_ELSEWHERE)
    officer = rows.cast["alice"].staff_id or 0
    charlie = rows.cast["charlie"].account_id
    await register_case(rows.world.operator, intake(rows.cast, 50, OFFICE_ELSEWHERE, request_id=REQUEST), now=NOW)
    with db.raw_owner_connection() as connection:
        connection.execute(
            _MORE.format(
                officer=officer,
                first=rows.world.elsewhere[0],
                second=rows.world.elsewhere[1],
                office=elsewhere,
                charlie=charlie,
                handover=rows.handover_elsewhere,
                accountant=rows.cast["accountant"].account_id,
                asked=ASKED,
            ).encode()
        )
        ids = connection.execute(
            f"SELECT (SELECT id FROM import_job WHERE account_id = {charlie}),"
            " (SELECT id FROM staff_member WHERE code = 'CHV-xa'), (SELECT id FROM completion_request),"
            f" (SELECT min(id) FROM party WHERE case_id = {rows.world.elsewhere[0]}),"
            " (SELECT id FROM data_request),"
            f" (SELECT min(id) FROM case_event WHERE case_id = {rows.world.elsewhere[0]})".encode()
        ).fetchone()
    assert ids is not None
    async with db.session(EVERYWHERE) as session:
        mark = await statistics.fold_mark(session)
    return Asked(rows, elsewhere, officer, ids[0], ids[1], ids[2], mark, *ids[3:])


def everything_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The app's own filter lets everything through, wherever it was imported to."""
    monkeypatch.setitem(_REMOVED, "filter", True)
    for module in modules():
        if hasattr(module, "in_scope"):
            monkeypatch.setattr(module, "in_scope", lambda *_: true())


def plain(value: Any) -> Any:
    """A result as something that can be compared and counted."""
    if isinstance(value, SQLModel):
        return repr(value.model_dump())
    if isinstance(value, dict):
        return sorted((repr(key), repr(plain(each))) for key, each in value.items())
    if isinstance(value, list | tuple | set):
        return sorted(repr(plain(each)) for each in value)
    return repr(value)


async def answer(who: Actor | Scope, name: str, asked: Asked) -> Any:
    async with db.unit_of_work(who) as session:
        try:
            return plain(await QUERIES[name](session, asked))
        except NoResultFound:
            return "nothing"


@pytest.mark.parametrize("name", QUERIES)
async def test_without_the_apps_filter_the_policy_still_holds(asked: Asked, name: str, monkeypatch: pytest.MonkeyPatch):
    lawful = await answer(asked.head, name, asked)
    everything_removed(monkeypatch)
    assert await answer(asked.head, name, asked) == lawful
    assert await answer(EVERYWHERE, name, asked) != lawful, "the question reaches nothing that could leak"
