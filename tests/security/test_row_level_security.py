"""Underneath every query: PostgreSQL itself keeps everybody to their own offices' rows, whatever the query says."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from tests.support.cast import OFFICE_ELSEWHERE
from tests.support.protected_rows import Protected, make_protected, office_of
from thads_app import db
from thads_app.reach import APP_ROLE, NATION_ROLE, SERVICE_LOGIN
from thads_app.rules.rights import EVERYWHERE, NOWHERE, Actor, Permission, Scope

# Table → the column that says whose its rows are, for the expectation; None where it is the row's case or handover.
PROTECTED = {
    "cases": "office_id",
    "party": None,
    "obligation": None,
    "case_event": None,
    "assignment": "office_id",
    "handover": "giver_office_id",
    "handover_item": None,
    "stat_delta": "office_id",
    "stat_monthly": "office_id",
    "stat_office_monthly": "office_id",
    "audit_entry": "office_id",
    "audit_seal": "office_id",
    "import_job": "account_id",
    "notice": "account_id",
}
_SIGNING_IN = "read before anybody is signed in, when there is no actor yet"
OPEN = {
    "alembic_version": "the schema's own number",
    "office": "offices are public knowledge",
    "staff_member": "who works in the service is no secret inside it; the names stand on every document",
    "posting": "where somebody works is no secret inside the service",
    "judgment": "a court's public act, shared by the cases of several offices; its parties are on the cases",
    "published_result": "published figures, word for word",
    "target": "published figures",
    "setting": "rules of the law, the same for all",
    "stat_fold": "one number: how far the summaries reach",
    "audit_anchor": "hashes of whole days, to be compared by everybody",
    "account": "the name beside every act; " + _SIGNING_IN,
    "role_grant": _SIGNING_IN,
    "authorisation": _SIGNING_IN,
    "auth_session": _SIGNING_IN,
    "api_token": _SIGNING_IN,
    "sign_in_throttle": _SIGNING_IN,
    "two_factor": _SIGNING_IN,
    "recovery_code": _SIGNING_IN,
    "oidc_session": _SIGNING_IN,
    "oidc_logout_seen": _SIGNING_IN,
    "processing_activity": "the service's own register of what it does with data; it holds nobody's",
    "account_review": "who confirmed which account, read by administrators alone",
}


@pytest.fixture(scope="module")
async def rows(module_database: str) -> Protected:
    return await make_protected()


def owner(statement: str) -> list[tuple[Any, ...]]:
    with db.raw_owner_connection() as connection:
        return connection.execute(statement.encode()).fetchall()


async def seen(who: Actor | Scope, statement: str) -> list[object]:
    async with db.unit_of_work(who) as session:
        return list((await session.execute(text(statement))).scalars())


# -- the roles -------------------------------------------------------------------------------------------------------


async def test_the_app_signs_in_as_a_login_that_owns_nothing_and_bypasses_nothing(module_database: str):
    names = f"('{SERVICE_LOGIN}', '{APP_ROLE}', '{NATION_ROLE}')"
    async with db.unit_of_work(NOWHERE) as session:
        who = (await session.execute(text("SELECT session_user, current_user"))).one()
    assert tuple(who) == (SERVICE_LOGIN, APP_ROLE)
    strong = owner(
        f"SELECT rolname FROM pg_roles WHERE rolname IN {names}"
        " AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication OR rolinherit)"
    )
    assert strong == []
    them = f"(SELECT oid FROM pg_roles WHERE rolname IN {names})"
    assert owner(f"SELECT relname FROM pg_class WHERE relowner IN {them}") == []
    assert owner(f"SELECT proname FROM pg_proc WHERE proowner IN {them}") == []
    member_of = owner(
        "SELECT member.rolname, role.rolname FROM pg_auth_members m JOIN pg_roles member ON member.oid = m.member"
        f" JOIN pg_roles role ON role.oid = m.roleid WHERE member.rolname IN {names} ORDER BY 1, 2"
    )
    assert member_of == [(SERVICE_LOGIN, APP_ROLE), (SERVICE_LOGIN, NATION_ROLE)]


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER TABLE cases DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE cases NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY own_offices ON cases",
        "CREATE POLICY mine ON cases USING (true)",
        "ALTER ROLE thads_service BYPASSRLS",
        "GRANT thads_nation TO thads_app",
    ],
)
async def test_the_app_cannot_become_the_owner_or_lift_a_policy(module_database: str, statement: str):
    async with db.unit_of_work(NOWHERE) as session:
        with pytest.raises(DBAPIError, match=r"permission denied|must be (able to|owner)"):
            await session.execute(text(statement))


async def test_leaving_its_role_gives_the_login_nothing(rows: Protected, module_database: str):
    with psycopg.connect(db.libpq_dsn(db.app_url())) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("SELECT count(*) FROM cases")
    assert make_url(db.app_url()).username == SERVICE_LOGIN


# -- the tables ------------------------------------------------------------------------------------------------------


async def test_every_table_is_protected_or_says_why_not(module_database: str):
    tables = {str(row[0]) for row in owner("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    forced = {
        str(row[0])
        for row in owner(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relrowsecurity AND relforcerowsecurity"
        )
    }
    assert tables - forced == set(OPEN) & tables
    assert forced >= set(PROTECTED)
    assert not set(OPEN) - tables, "named, but not there any more"


async def test_every_protected_table_has_policies_for_both_roles_and_for_nobody_else(module_database: str):
    found = owner("SELECT tablename, array_to_string(roles, ',') FROM pg_policies WHERE schemaname = 'public'")
    forced = {row[0] for row in owner("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert {row[1] for row in found} == {APP_ROLE, NATION_ROLE}
    assert {row[0] for row in found if row[1] == APP_ROLE} == forced
    assert {row[0] for row in found if row[1] == NATION_ROLE} == forced


async def test_no_policy_calls_a_function_for_every_row(rows: Protected):
    head = rows.cast["office_head"]
    for table in ("cases", "stat_delta", "handover", "audit_entry"):
        async with db.unit_of_work(head) as session:
            await session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = "\n".join((await session.execute(text(f"EXPLAIN (VERBOSE) SELECT * FROM {table}"))).scalars())
        for_each_row = [line for line in plan.splitlines() if "Filter:" in line or "Index Cond:" in line]
        assert "InitPlan" in plan, plan
        assert not [line for line in for_each_row if "current_setting" in line or "string_to_array" in line], plan


async def test_the_policy_of_cases_uses_the_index_of_their_offices(rows: Protected):
    async with db.unit_of_work(rows.cast["office_head"]) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join((await session.execute(text("EXPLAIN SELECT * FROM cases"))).scalars())
    assert "Index Cond: (office_id = ANY ((InitPlan" in plan, plan


# -- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", PROTECTED)
async def test_without_anybody_named_there_is_not_one_row(rows: Protected, table: str):
    assert owner(f"SELECT count(*) FROM {table}")[0][0] != 0
    assert await seen(NOWHERE, f"SELECT count(*) FROM {table}") == [0]


@pytest.mark.parametrize("table", [name for name, column in PROTECTED.items() if column == "office_id"])
async def test_an_offices_head_reaches_all_rows_of_the_office_and_no_other(rows: Protected, table: str):
    office = office_of(rows.cast)
    mine = [row[0] for row in owner(f"SELECT count(*) FROM {table} WHERE office_id = {office}")]
    reached = await seen(rows.cast["office_head"], f"SELECT office_id FROM {table}")
    assert len(reached) == mine[0] > 0
    assert set(reached) == {office}


@pytest.mark.parametrize("table", ["party", "obligation", "case_event"])
async def test_what_belongs_to_a_case_is_reached_with_the_case(rows: Protected, table: str):
    reached = set(await seen(rows.cast["office_head"], f"SELECT case_id FROM {table}"))
    assert reached == set(rows.world.here)


async def test_a_handover_is_reached_by_its_two_offices_with_its_items(rows: Protected):
    for part in ("office_head", "alice", "province_head"):
        assert await seen(rows.cast[part], "SELECT id FROM handover") == [rows.handover_id]
        assert set(await seen(rows.cast[part], "SELECT handover_id FROM handover_item")) == {rows.handover_id}
    assert await seen(rows.cast["charlie"], "SELECT id FROM handover") == [rows.handover_elsewhere]
    assert await seen(rows.cast["neighbour"], "SELECT id FROM handover_item") == []


@pytest.mark.parametrize("table", ["import_job", "notice"])
async def test_an_accounts_own_rows_are_its_own_even_from_the_nations_leader(rows: Protected, table: str):
    head, leader = rows.cast["office_head"], rows.cast["leader"]
    assert set(await seen(head, f"SELECT account_id FROM {table}")) == {head.account_id}
    assert await seen(leader, f"SELECT account_id FROM {table}") == []


async def test_an_administrator_reaches_no_case_although_figures_are_theirs(rows: Protected):
    for part in ("province_admin", "central_admin"):
        for table in ("cases", "party", "obligation", "case_event", "handover", "handover_item"):
            assert await seen(rows.cast[part], f"SELECT count(*) FROM {table}") == [0]
        assert await seen(rows.cast[part], "SELECT count(*) FROM stat_office_monthly") != [0]


async def test_the_nation_reaches_every_case(rows: Protected):
    everywhere = [owner("SELECT count(*) FROM cases")[0][0]]
    for who in (rows.cast["leader"], EVERYWHERE):
        assert await seen(who, "SELECT count(*) FROM cases") == everywhere


async def test_a_trail_is_reached_by_those_who_may_read_it_and_each_their_own(rows: Protected):
    alice, clerk = rows.cast["alice"], rows.cast["intake_clerk"]
    assert not alice.may(Permission.AUDIT_READ)
    assert set(await seen(alice, "SELECT account_id FROM audit_entry")) == {alice.account_id}
    assert clerk.account_id in await seen(rows.cast["office_head"], "SELECT account_id FROM audit_entry")


# -- writing ---------------------------------------------------------------------------------------------------------


async def test_a_row_outside_cannot_be_changed_or_deleted(rows: Protected):
    there = rows.world.elsewhere[0]
    async with db.unit_of_work(rows.cast["office_head"]) as session:
        for statement in (
            f"UPDATE cases SET debtor_name = 'x' WHERE id = {there}",
            f"UPDATE handover SET reason = 'x' WHERE id = {rows.handover_elsewhere}",
            f"DELETE FROM party WHERE case_id = {there}",
            f"DELETE FROM obligation WHERE case_id = {there}",
            f"DELETE FROM assignment WHERE case_id = {there}",
            f"UPDATE notice SET read_at = now() WHERE account_id = {rows.cast['charlie'].account_id}",
        ):
            assert (await session.execute(text(statement))).rowcount == 0, statement  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO party (case_id, role, name) VALUES ({there}, 'debtor', 'x')",
        "INSERT INTO obligation (case_id, content) VALUES ({there}, 'x')",
        (
            "INSERT INTO assignment (case_id, staff_id, office_id, valid_from, event_id)"
            " SELECT {there}, 1, {office}, '2026-10-01', 1"
        ),
        (
            "INSERT INTO handover_item (handover_id, case_id, position, sheet_count, money_in_custody, status)"
            " VALUES ({handover}, {there}, 9, 0, 0, 'pending')"
        ),
        (
            "INSERT INTO stat_delta (event_id, case_id, indicator, business_date, office_id, judgment_kind, source,"
            " state_revenue, credit_institution, count, amount)"
            " VALUES (1, {there}, 'completed', '2026-10-01', {office}, 'civil', 'on_request', false, false, 1, 0)"
        ),
        "INSERT INTO audit_seal (office_id, sequence, entry_id, hash) VALUES ({office}, 99, 999, '\\x00')",
        "UPDATE cases SET office_id = {office} WHERE id = {here}",
        "UPDATE handover SET giver_office_id = {office}, receiver_office_id = {office}",
    ],
)
async def test_a_row_cannot_be_written_for_another_office(rows: Protected, statement: str):
    wanted = statement.format(
        there=rows.world.elsewhere[0],
        here=rows.world.here[13],
        office=rows.cast.office(OFFICE_ELSEWHERE),
        handover=rows.handover_elsewhere,
    )
    async with db.unit_of_work(rows.cast["office_head"]) as session:
        with pytest.raises(DBAPIError, match=r"row-level security|permission denied"):
            await session.execute(text(wanted))


# -- the transaction -------------------------------------------------------------------------------------------------


async def test_what_one_transaction_may_reach_is_forgotten_by_the_next_on_the_same_connection(rows: Protected):
    asked = "SELECT pg_backend_pid() || ' ' || count(*) || ' ' || current_user FROM cases"
    for _ in range(3):
        first = str((await seen(rows.cast["leader"], asked))[0]).split()
        second = str((await seen(rows.cast["office_head"], asked))[0]).split()
        third = str((await seen(NOWHERE, asked))[0]).split()
        assert first[0] == second[0] == third[0], "one warm connection"
        assert (first[1:], second[1:], third[1:]) == (
            ["20", NATION_ROLE],
            [str(len(rows.world.here)), APP_ROLE],
            ["0", APP_ROLE],
        )


async def test_a_failed_transaction_leaves_nothing_behind_either(rows: Protected):
    with pytest.raises(ZeroDivisionError):
        async with db.unit_of_work(EVERYWHERE):
            raise ZeroDivisionError
    assert await seen(NOWHERE, "SELECT count(*) FROM cases") == [0]


async def test_going_beyond_the_scope_ends_with_its_block(rows: Protected):
    everywhere = [owner("SELECT count(*) FROM cases")[0][0]]
    async with db.unit_of_work(rows.cast["office_head"]) as session:

        async def count() -> list[int]:
            return list((await session.execute(text("SELECT count(*) FROM cases"))).scalars())

        async with db.beyond_scope(session, "a test"):
            assert await count() == everywhere
            async with db.beyond_scope(session, "within it"):
                assert await count() == everywhere
            assert await count() == everywhere
        assert await count() == [len(rows.world.here)]
        with pytest.raises(ZeroDivisionError):
            async with db.beyond_scope(session, "a test"):
                raise ZeroDivisionError
        assert await count() == [len(rows.world.here)]
        with pytest.raises(DBAPIError):
            async with session.begin_nested(), db.beyond_scope(session, "a test"):
                await session.execute(text("SELECT 1 / 0"))
        assert await count() == [len(rows.world.here)]


async def test_a_reading_transaction_goes_beyond_its_scope_without_being_able_to_write(rows: Protected):
    async with db.session(rows.cast["office_head"]) as session, db.beyond_scope(session, "a test"):
        with pytest.raises(DBAPIError, match="read-only"):
            await session.execute(text("DELETE FROM party"))


async def test_a_lasting_connection_cannot_carry_a_list_of_offices(module_database: str):
    with pytest.raises(ValueError, match="outlives"):
        async with db.raw_connection(Scope(office_ids=frozenset({1}))):
            pass
