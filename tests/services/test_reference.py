"""The reference data in the database."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import db
from thads_app.reference.offices import load_offices
from thads_app.reference.published import load_published
from thads_app.services.reference import load_reference


async def test_every_office_and_published_result_is_in_the_database(session: AsyncSession):
    assert (await session.execute(text("SELECT count(*) FROM office"))).scalar_one() == len(load_offices())
    assert (await session.execute(text("SELECT count(*) FROM published_result"))).scalar_one() == len(load_published())


async def test_every_ended_office_has_a_successor_that_still_works(session: AsyncSession):
    lost = await session.execute(
        text(
            "SELECT o.code FROM office o LEFT JOIN office s ON s.id = o.successor_id "
            "WHERE o.valid_to IS NOT NULL AND (s.id IS NULL OR s.valid_to IS NOT NULL)"
        )
    )
    assert lost.scalars().all() == []


async def test_loading_again_adds_nothing_and_keeps_an_administrators_successor(database: str):
    with db.raw_owner_connection() as connection:
        connection.execute(
            "UPDATE office SET successor_id = (SELECT id FROM office WHERE code = '01-02'), name = 'sai' "
            "WHERE code = (SELECT min(code) FROM office WHERE level = 'district')"
        )
    assert load_reference() == 0
    with db.raw_owner_connection() as connection:
        row = connection.execute(
            "SELECT s.code, o.name FROM office o JOIN office s ON s.id = o.successor_id "
            "WHERE o.code = (SELECT min(code) FROM office WHERE level = 'district')"
        ).fetchone()
    assert row is not None
    assert row[0] == "01-02"
    assert row[1] != "sai"


async def test_new_offices_can_be_added_after_loading(session: AsyncSession):
    added = await session.execute(
        text("INSERT INTO office (code, name, short_name, level) VALUES ('x', 'x', 'x', 'region') RETURNING id")
    )
    assert added.scalar_one() > len(load_offices())
