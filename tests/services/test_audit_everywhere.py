"""No act without its row, no row without a name people can read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.support.audit_guard import NOT_ACTS, AuditRowMissing
from tests.support.cast import Cast
from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.rules.audit_actions import (
    ACTION_LABELS,
    FIELD_LABELS,
    KIND_LABELS,
    OBJECT_LABELS,
    AuditKind,
    actions_of,
    kind_of,
)
from thads_app.rules.rights import EVERYWHERE
from thads_app.services import auditing, sessions, targets
from thads_app.services.auditing import BURST, note_refusal

PROGRAM = Path(__file__).resolve().parents[2] / "thads_app"
WRITERS = {"write_audit", "audit", "_audit", "_note"}
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call in services and repositories that writes an audit row, with its file."""
    for path in sorted(PROGRAM.rglob("*.py")):
        if "rules" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "") or getattr(getattr(node, "func", None), "attr", "")
            if isinstance(node, ast.Call) and name in WRITERS:
                yield path.relative_to(PROGRAM).as_posix(), node


def test_every_action_the_program_writes_has_a_label() -> None:
    written = {
        part.value
        for _, call in calls()
        for argument in call.args
        for part in ast.walk(argument)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and _ACTION.fullmatch(part.value)
    }
    assert len(written) > 15
    assert sorted(written - ACTION_LABELS.keys()) == []


def test_every_field_the_program_writes_has_a_label() -> None:
    named = {
        (where, key.value)
        for where, call in calls()
        for keyword in call.keywords
        if keyword.arg in {"detail", "before", "after"}
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Dict)
        for key in part.keys
        if isinstance(key, ast.Constant)
    }
    assert len(named) > 10
    assert sorted(each for each in named if each[1] not in FIELD_LABELS) == []


def test_every_kind_of_object_the_program_writes_about_has_a_label() -> None:
    # write_audit(session, actor, action, object_type, …)
    types = {
        call.args[3].value
        for _, call in calls()
        if getattr(call.func, "id", "") == "write_audit"
        and len(call.args) > 3
        and isinstance(call.args[3], ast.Constant)
        and isinstance(call.args[3].value, str)
    }
    assert sorted(types - OBJECT_LABELS.keys()) == []


def test_every_kind_can_be_chosen_and_every_action_is_of_a_kind() -> None:
    assert set(KIND_LABELS) == set(AuditKind)
    assert sorted(a for kind in AuditKind for a in actions_of(kind)) == sorted(ACTION_LABELS)
    assert [action for action in ACTION_LABELS if kind_of(action) is AuditKind.OTHER] == []


def test_every_exception_to_the_guard_still_exists() -> None:
    named = {
        f"{path.relative_to(PROGRAM).as_posix()}:{node.name}"
        for path in PROGRAM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert sorted(NOT_ACTS.keys() - named) == []


async def test_a_service_that_forgets_its_row_cannot_commit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: object, **__: object) -> None: ...

    monkeypatch.setattr(targets, "write_audit", nothing)
    command = targets.SetTarget("91", 2026, targets.Measure.COUNT, targets.Decimal(80), "QĐ 1")
    with pytest.raises(AuditRowMissing, match="set_target writes target"):
        await targets.set_target(cast["province_admin"], command)


# -- refusals --------------------------------------------------------------------------------------------------------


async def refusals() -> list[tuple[str, str, dict[str, object]]]:
    async with snapshot(EVERYWHERE) as session:
        query = text("SELECT action, object_id, detail FROM audit_entry WHERE action LIKE 'access.%' ORDER BY id")
        return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def test_a_refusal_says_who_what_and_which_right_was_missing(cast: Cast) -> None:
    auditing.forget_refusals()
    await note_refusal(cast["alice"], "handler", "admin_state.save", ("account.manage",))
    assert await refusals() == [("access.refused", "admin_state.save", {"permission": ["account.manage"]})]


async def test_refusals_without_end_do_not_fill_the_trail(cast: Cast) -> None:
    auditing.forget_refusals()
    for _ in range(500):
        await note_refusal(cast["alice"], "route", "/api/x")
    await note_refusal(cast["bob"], "route", "/api/x")
    found = [action for action, _, _ in await refusals()]
    assert found == ["access.refused"] * BURST + ["access.more_refused", "access.refused"]


async def test_how_many_were_not_written_is_told_later(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    auditing.forget_refusals()
    for _ in range(BURST + 5):
        await note_refusal(cast["alice"], "route", "/api/x")
    monkeypatch.setattr(auditing, "SECONDS_FOR_ONE", 1e-9)
    await note_refusal(cast["alice"], "route", "/api/x")
    assert (await refusals())[-1] == ("access.refused", "/api/x", {"unwritten": 5})


# -- signing in ------------------------------------------------------------------------------------------------------


async def test_signing_in_out_and_failing_are_written_with_the_address(cast: Cast) -> None:
    opened = await cast.sign_in("alice", address="192.0.2.9")
    await sessions.sign_out(opened.secret)
    for name in (cast.username("alice"), "nobody.at.all"):
        with pytest.raises(Exception, match=r".*"):
            await sessions.sign_in(name, "wrong", address="192.0.2.10")
    async with unit_of_work(EVERYWHERE) as session:
        query = text("SELECT action, account_id, object_id, office_id, address FROM audit_entry ORDER BY id")
        rows = [tuple(row) for row in await session.execute(query)]
    alice = cast["alice"]
    mine, office = str(alice.account_id), alice.office_id
    assert rows[0] == ("account.signed_in", alice.account_id, mine, office, "192.0.2.9")
    assert rows[1][:4] == ("account.signed_out", alice.account_id, mine, office)
    assert rows[2] == ("account.sign_in_failed", None, mine, office, "192.0.2.10")
    assert rows[3] == ("account.sign_in_failed", None, None, None, "192.0.2.10")
