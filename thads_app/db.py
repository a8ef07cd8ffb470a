"""The database: which one, and how to open a transaction on it.

The tables belong to the *owner*, the login of the address, who alone migrates. Everything else works as
the role `thads_app`, which the first migration makes and which may not change append-only tables.
Engines are made on first use: the server process forks its workers after importing the app.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

import psycopg
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from thads_app.embedded_postgres import server_for
from thads_app.failures import OperatorError
from thads_app.rules.rights import Actor, Scope
from thads_app.settings import get_settings

APP_ROLE = "thads_app"
CONNECT_SECONDS = 10

_chosen_url: str | None = None
_engine: AsyncEngine | None = None
_engine_pid = 0


def owner_url() -> str:
    """Return the address of the database with the login that owns the tables (migrations, backup).

    Starts the embedded PostgreSQL when the settings name no other.

    Raises:
        OperatorError: the embedded server cannot be started.
    """
    if _chosen_url is not None:
        return _chosen_url
    settings = get_settings()
    return settings.database_url or server_for(settings.data_dir).url()


def choose_database(url: str | None) -> None:
    """Work on another database from now on; `None` goes back to the settings. For tests and restores."""
    global _chosen_url, _engine
    _chosen_url, _engine = url, None


def libpq_dsn(url: str) -> str:
    """Return an SQLAlchemy address as PostgreSQL's own tools and psycopg want it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _options(*, role: str | None, timeout_ms: int | None) -> str:
    # As start-up options they are the session's defaults: no rollback or RESET can undo them.
    parts = ["-c timezone=UTC", "-c plan_cache_mode=force_custom_plan"]
    if role is not None:
        parts.append(f"-c role={role}")
    if timeout_ms is not None:
        parts.append(f"-c statement_timeout={timeout_ms}")
        parts.append(f"-c idle_in_transaction_session_timeout={timeout_ms * 4}")
    return " ".join(parts)


def _connect_args(*, role: str | None, timeout_ms: int | None) -> dict[str, object]:
    return {
        "options": _options(role=role, timeout_ms=timeout_ms),
        "prepare_threshold": None,  # a generic plan can be a thousand times slower
        "connect_timeout": CONNECT_SECONDS,
        "application_name": "thads",
    }


def engine() -> AsyncEngine:
    """Return this process's engine for the app role, made on first use and again after a fork."""
    global _engine, _engine_pid
    if _engine is None or _engine_pid != os.getpid():
        settings = get_settings()
        _engine = create_async_engine(
            owner_url(),
            pool_size=settings.db_pool_size,
            max_overflow=settings.db_pool_overflow,
            pool_timeout=CONNECT_SECONDS,
            pool_recycle=1800,
            pool_pre_ping=True,
            connect_args=_connect_args(role=APP_ROLE, timeout_ms=settings.statement_timeout_ms),
        )
        _engine_pid = os.getpid()
    return _engine


async def dispose() -> None:
    """Close this process's connections; the next use opens new ones."""
    global _engine
    ended, _engine = _engine, None
    if ended is not None and _engine_pid == os.getpid():
        await ended.dispose()


def _new_session() -> AsyncSession:
    return AsyncSession(engine(), expire_on_commit=False, autoflush=False)


@asynccontextmanager
async def unit_of_work(who: Actor | Scope | None = None) -> AsyncIterator[AsyncSession]:  # noqa: ARG001
    """Open the one transaction of a use case: committed at the end, rolled back on any error.

    Args:
        who: whose offices the transaction may reach.
    """
    async with _new_session() as session, session.begin():
        yield session


@asynccontextmanager
async def session(who: Actor | Scope | None = None) -> AsyncIterator[AsyncSession]:  # noqa: ARG001
    """Open a read-only transaction on one snapshot: the figures of one page agree with each other.

    Args:
        who: whose offices the transaction may reach.
    """
    async with _new_session() as reading:
        await reading.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        try:
            yield reading
        finally:
            await reading.rollback()


@asynccontextmanager
async def raw_connection(timeout_ms: int | None = None) -> AsyncIterator[psycopg.AsyncConnection]:
    """Open a psycopg connection of the app role, for COPY and LISTEN.

    Commits at the end and rolls back on any error.

    Args:
        timeout_ms: the longest statement, in milliseconds; `None` for no limit (imports).
    """
    connection = await psycopg.AsyncConnection.connect(
        libpq_dsn(owner_url()),
        prepare_threshold=None,
        options=_options(role=APP_ROLE, timeout_ms=timeout_ms),
        connect_timeout=CONNECT_SECONDS,
        application_name="thads",
    )
    async with connection:
        yield connection


@contextmanager
def raw_owner_connection() -> Iterator[psycopg.Connection]:
    """Open a psycopg connection of the owner without a time limit, for bulk loads and maintenance.

    Commits at the end and rolls back on any error.
    """
    with psycopg.connect(
        libpq_dsn(owner_url()),
        prepare_threshold=None,
        options=_options(role=None, timeout_ms=None),
        connect_timeout=CONNECT_SECONDS,
        application_name="thads",
    ) as connection:
        yield connection


def owner_engine() -> Engine:
    """Return a new synchronous engine of the owner, without a pool, for migrations."""
    return create_engine(owner_url(), poolclass=NullPool, connect_args=_connect_args(role=None, timeout_ms=None))


def check_reachable() -> None:
    """Prove that the database answers.

    Raises:
        OperatorError: it does not; the sentence names the server but never the password.
    """
    url: URL = make_url(owner_url())
    checking = owner_engine()
    try:
        with checking.connect():
            return
    except OperationalError as failed:
        where = url.host or url.query.get("host") or "localhost"
        reason = "sai tên hoặc mật khẩu" if "authentication failed" in str(failed.orig) else "không kết nối được"
        raise OperatorError(
            f"Không dùng được cơ sở dữ liệu {url.database or ''} trên máy chủ {where}: {reason}."
        ) from None
    finally:
        with suppress(Exception):
            checking.dispose()
