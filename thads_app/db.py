"""The database: which one, and how to open a transaction on it.

The tables belong to the *owner*, who alone migrates and backs up. Everything else signs in as a login that owns
nothing and works as the role `thads_app`, whose every query row-level security narrows to the offices of `who`; or, for
the nation and for work that belongs to no office, as `thads_nation`. How: `thads_app/reach.py` and ADR 0009.
Engines are made on first use: the server process forks its workers after importing the app.
"""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as NoFreeConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from thads_app import background
from thads_app.embedded_postgres import server_for
from thads_app.errors import DomainError, Forbidden, NotFound, Refused
from thads_app.failures import OperatorError
from thads_app.reach import (
    APP_ROLE,
    BEYOND,
    NATION_ROLE,
    SERVICE_LOGIN,
    Reach,
    back_from_beyond,
    reach_of,
    role_of,
    settings_of,
)
from thads_app.rules.rights import Actor, Scope
from thads_app.settings import get_settings

__all__ = [
    "APP_ROLE",
    "app_url",
    "beyond_scope",
    "check_app_login",
    "check_reachable",
    "choose_database",
    "dispose",
    "engine",
    "libpq_dsn",
    "owner_engine",
    "owner_url",
    "raw_connection",
    "raw_owner_connection",
    "session",
    "tell_of_refusals",
    "unit_of_work",
]

log = logging.getLogger(__name__)
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
    return settings.owner_database_url or settings.database_url or server_for(settings.data_dir).url()


def app_url() -> str:
    """Return the address of the database with the login the app works under.

    The embedded server, and an operator who names the owner apart, give it a login that owns nothing. With one address
    for both, the app still works as its role, but a query an attacker could write whole might leave it.

    Raises:
        OperatorError: the owner's address is set without the app's own, or the embedded server cannot be started.
    """
    if _chosen_url is not None:
        return _as_service(_chosen_url)
    settings = get_settings()
    if settings.owner_database_url and not settings.database_url:
        raise OperatorError("Thiếu THADS_DATABASE_URL cho tài khoản của ứng dụng (đã có THADS_OWNER_DATABASE_URL).")
    return settings.database_url or server_for(settings.data_dir).url(login=SERVICE_LOGIN)


def _as_service(url: str) -> str:
    """The same database for the app's login, where the server lets it in without a password."""
    address = make_url(url)
    if address.password is not None:
        return url
    return address.set(username=SERVICE_LOGIN).render_as_string(hide_password=False)


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
            app_url(),
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
    """Close this process's connections once what follows the last answers is written; the next use opens new ones."""
    global _engine
    await background.settle()
    ended, _engine = _engine, None
    if ended is not None and _engine_pid == os.getpid():
        await ended.dispose()


def _new_session() -> AsyncSession:
    return AsyncSession(engine(), expire_on_commit=False, autoflush=False)


@asynccontextmanager
async def unit_of_work(who: Actor | Scope) -> AsyncIterator[AsyncSession]:
    """Open the one transaction of a use case: committed at the end, rolled back on any error.

    Args:
        who: whose offices' rows the transaction may reach: an actor, or a scope. `NOWHERE` for what concerns no office.

    Raises:
        Refused: no connection came free in time (`busy`).
    """
    async with _refusals_told(who), _new_session() as session, session.begin():
        await _set_reach(session, who)
        yield session


@asynccontextmanager
async def session(who: Actor | Scope) -> AsyncIterator[AsyncSession]:
    """Open a read-only transaction on one snapshot: the figures of one page agree with each other.

    Args:
        who: whose offices' rows the transaction may reach, as in `unit_of_work`.

    Raises:
        Refused: no connection came free in time (`busy`).
    """
    async with _refusals_told(who), _new_session() as reading:
        await _set_reach(reading, who, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        try:
            yield reading
        finally:
            await reading.rollback()


_told_of_refusals: Callable[[Actor, DomainError], Awaitable[None]] | None = None


def tell_of_refusals(listener: Callable[[Actor, DomainError], Awaitable[None]] | None) -> None:
    """Have somebody told what an account was refused inside a transaction, after it is rolled back; None for nobody."""
    global _told_of_refusals
    _told_of_refusals = listener


@asynccontextmanager
async def _refusals_told(who: Actor | Scope) -> AsyncIterator[None]:
    """Every service refuses inside its transaction, so none can forget to tell."""
    try:
        yield
    except NoFreeConnection:
        # No failure of the program: whoever comes again in a moment is served.
        log.warning("no database connection came free within %s seconds", CONNECT_SECONDS)
        raise Refused("busy", status=503) from None
    except (Forbidden, NotFound) as refused:
        if _told_of_refusals is not None and isinstance(who, Actor) and who.account_id is not None:
            await _told_of_refusals(who, refused)
        raise


async def _set_reach(opened: AsyncSession, who: Actor | Scope, *before: str) -> None:
    """Say whose rows the transaction may reach. Everything goes out in one round trip, and ends with it."""
    reach = reach_of(who)
    opened.info[Reach] = reach
    await _run(opened, [*before, *settings_of(reach)])


async def _run(opened: AsyncSession, statements: Sequence[str]) -> None:
    if statements:
        await (await opened.connection()).exec_driver_sql("; ".join(statements))


@asynccontextmanager
async def beyond_scope(opened: AsyncSession, reason: str) -> AsyncIterator[None]:
    """Let a transaction reach every office's rows for a few statements.

    Only after the actor's right was checked on rows found within their own reach: a case's history belongs to the case
    whichever offices it passed through, a handover's cases to its receiver's eyes. A test lists every use.

    Args:
        opened: the transaction; what waits in it is written before and after.
        reason: why, in words, for whoever reads the code and the list of uses.
    """
    if not reason:
        raise ValueError("going beyond the scope needs a reason")
    if opened.info.get(_BEYOND):
        yield
        return
    await opened.flush()
    await _run(opened, BEYOND)
    opened.info[_BEYOND] = reason
    try:
        yield
        await opened.flush()
    finally:
        del opened.info[_BEYOND]
        # A failed transaction takes no more statements, and rolling back, even to a savepoint, takes the role back.
        if await _in_good_order(opened):
            await _run(opened, back_from_beyond(opened.info[Reach]))


_BEYOND = "beyond scope"


async def _in_good_order(opened: AsyncSession) -> bool:
    if not opened.is_active:
        return False
    raw = await (await opened.connection()).get_raw_connection()
    driver = raw.driver_connection
    return driver is not None and driver.info.transaction_status == TransactionStatus.INTRANS


@asynccontextmanager
async def raw_connection(who: Scope, *, timeout_ms: int | None = None) -> AsyncIterator[psycopg.AsyncConnection]:
    """Open a psycopg connection of its own, for COPY and LISTEN.

    Commits at the end and rolls back on any error.

    Args:
        who: `EVERYWHERE` for bulk loads, whose checks are their own; `NOWHERE` for what concerns no office.
        timeout_ms: the longest statement, in milliseconds; `None` for no limit (imports).
    """
    if who.office_ids:
        raise ValueError("a connection that outlives its transaction cannot keep a list of offices")
    connection = await psycopg.AsyncConnection.connect(
        libpq_dsn(app_url()),
        prepare_threshold=None,
        options=_options(role=role_of(reach_of(who)), timeout_ms=timeout_ms),
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


def check_app_login() -> None:
    """Prove that the app's login may work as both of its roles. Only after migrating, which makes them.

    Raises:
        OperatorError: it may not, or cannot sign in.
    """
    for role in (APP_ROLE, NATION_ROLE):
        try:
            psycopg.connect(
                libpq_dsn(app_url()),
                options=_options(role=role, timeout_ms=None),
                connect_timeout=CONNECT_SECONDS,
                application_name="thads",
            ).close()
        except psycopg.OperationalError:
            name = make_url(app_url()).username or ""
            raise OperatorError(
                f"Tài khoản cơ sở dữ liệu {name} của ứng dụng không đăng nhập được với vai trò {role}: "
                f"hãy kiểm tra THADS_DATABASE_URL và cấp quyền GRANT {APP_ROLE}, {NATION_ROLE} TO {name}."
            ) from None
