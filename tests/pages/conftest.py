"""The known cases, made once and copied for each test: a test may change them as it likes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import count

import psycopg
import pytest

from tests.support.some_cases import World, make_world
from thads_app import db
from thads_app.embedded_postgres import EmbeddedPostgres

_WORLD = "thads_world"
_numbers = count(1)


def _execute(server: EmbeddedPostgres, statement: str) -> None:
    with psycopg.connect(db.libpq_dsn(server.url("postgres")), autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture(scope="session")
async def world_made(postgres: EmbeddedPostgres) -> World:
    """The database that is copied, with the cases in it."""
    _execute(postgres, f"CREATE DATABASE {_WORLD} TEMPLATE thads_template STRATEGY FILE_COPY")
    db.choose_database(postgres.url(_WORLD))
    made = await make_world()
    await db.dispose()
    db.choose_database(None)
    return made


@pytest.fixture
async def world(postgres: EmbeddedPostgres, world_made: World) -> AsyncIterator[World]:
    """A copy of this test's own, which `thads_app.db` works on."""
    name = f"thads_world_{next(_numbers)}"
    _execute(postgres, f"CREATE DATABASE {name} TEMPLATE {_WORLD} STRATEGY FILE_COPY")
    db.choose_database(postgres.url(name))
    yield world_made
    await db.dispose()
    db.choose_database(None)
    with suppress(psycopg.Error):
        _execute(postgres, f"DROP DATABASE {name} WITH (FORCE)")
