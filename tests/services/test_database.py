"""The database connection: roles, time, transactions."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import db, schema
from thads_app.rules.rights import EVERYWHERE, NOWHERE


async def test_the_app_works_as_a_role_that_owns_nothing(session: AsyncSession):
    row = (await session.execute(text("SELECT current_user, current_setting('is_superuser')"))).one()
    assert tuple(row) == ("thads_app", "off")


async def test_a_rollback_does_not_give_the_owner_rights_back(session: AsyncSession):
    await session.rollback()
    assert (await session.execute(text("SELECT current_user"))).scalar_one() == "thads_app"
    await session.execute(text("RESET ROLE"))
    assert (await session.execute(text("SELECT current_user"))).scalar_one() == "thads_app"


async def test_the_app_cannot_make_tables(session: AsyncSession):
    with pytest.raises(ProgrammingError, match="permission denied"):
        await session.execute(text("CREATE TABLE public.mine (id int)"))


@pytest.mark.parametrize("table", ["case_event", "stat_delta", "audit_entry"])
async def test_the_app_cannot_rewrite_what_is_append_only(session: AsyncSession, table: str):
    with pytest.raises(DBAPIError, match="permission denied"):
        await session.execute(text(f"DELETE FROM {table}"))


async def test_connections_speak_utc_and_stop_a_runaway_query(session: AsyncSession):
    row = (
        await session.execute(text("SELECT current_setting('timezone'), current_setting('statement_timeout')"))
    ).one()
    assert tuple(row) == ("UTC", "15s")


async def test_a_unit_of_work_commits_at_the_end_and_rolls_back_on_error(database: str):
    async with db.unit_of_work(EVERYWHERE) as working:
        await working.execute(text("SELECT set_config('thads.kept', 'yes', false)"))
        await working.execute(text("CREATE TEMP TABLE kept (id int) ON COMMIT PRESERVE ROWS"))
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 (the block is the transaction)
        async with db.unit_of_work(EVERYWHERE) as working:
            await working.execute(text("INSERT INTO kept VALUES (1)"))
            raise ZeroDivisionError
    async with db.unit_of_work(EVERYWHERE) as working:
        assert (await working.execute(text("SELECT count(*) FROM kept"))).scalar_one() == 0


async def test_a_reading_session_cannot_write(database: str):
    async with db.session(EVERYWHERE) as reading:
        with pytest.raises(DBAPIError, match="read-only"):
            await reading.execute(text("INSERT INTO setting DEFAULT VALUES"))


async def test_a_raw_connection_has_the_apps_role_and_no_time_limit_unless_given(database: str):
    for who, role in ((NOWHERE, "thads_app"), (EVERYWHERE, "thads_nation")):
        async with db.raw_connection(who) as connection:
            cursor = await connection.execute("SELECT current_user, current_setting('statement_timeout')")
            assert await cursor.fetchone() == (role, "0")
    async with db.raw_connection(EVERYWHERE, timeout_ms=2000) as connection:
        cursor = await connection.execute("SELECT current_setting('statement_timeout')")
        assert await cursor.fetchone() == ("2s",)


async def test_each_test_has_a_database_of_its_own_at_the_newest_schema(database: str):
    state, current, head = schema.schema_state()
    assert state is schema.SchemaState.AT_HEAD
    assert current == head
    assert current is not None
