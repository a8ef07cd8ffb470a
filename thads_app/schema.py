"""Where the database's schema stands against the code, and how to bring it to head."""

from __future__ import annotations

from enum import StrEnum

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from thads_app.db import owner_engine, raw_owner_connection
from thads_app.failures import OperatorError
from thads_app.settings import PROJECT_ROOT


class SchemaState(StrEnum):
    """The database's schema as seen from this code."""

    EMPTY = "empty"
    BEHIND = "behind"
    AT_HEAD = "at_head"
    AHEAD = "ahead"


SCHEMA_LABELS = {
    SchemaState.EMPTY: "chưa có lược đồ",
    SchemaState.BEHIND: "cũ hơn chương trình",
    SchemaState.AT_HEAD: "đúng phiên bản",
    SchemaState.AHEAD: "mới hơn chương trình",
}


def alembic_config() -> Config:
    """Return alembic's settings, the same as its own command line reads."""
    config = Config(str(PROJECT_ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(PROJECT_ROOT / "alembic"))
    return config


def schema_state() -> tuple[SchemaState, str | None, str | None]:
    """Return the state, the database's revision and the code's newest revision."""
    scripts = ScriptDirectory.from_config(alembic_config())
    head = scripts.get_current_head()
    engine = owner_engine()
    try:
        with engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    if current == head:
        return SchemaState.AT_HEAD, current, head
    if current is None:
        return SchemaState.EMPTY, current, head
    known = {script.revision for script in scripts.walk_revisions()}
    return (SchemaState.BEHIND if current in known else SchemaState.AHEAD), current, head


def upgrade_schema() -> bool:
    """Bring the schema to head; return whether anything changed.

    Raises:
        OperatorError: the schema is of a newer program.
    """
    state, current, _ = schema_state()
    if state is SchemaState.AHEAD:
        raise OperatorError(_ahead(current))
    behind = state is not SchemaState.AT_HEAD
    if behind:
        command.upgrade(alembic_config(), "head")
    let_searches_use_their_index()
    return behind


def let_searches_use_their_index() -> None:
    """Tell PostgreSQL that matching search words reveals nothing, so that it may come before a policy.

    Else whoever does not see the whole nation searches through all their cases one by one. Only a superuser may say so,
    and no dump keeps it; on a server of somebody else's the operator asks theirs once (README).
    """
    with raw_owner_connection() as connection:
        connection.execute(
            """
            DO $$ BEGIN
                IF (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                    AND NOT (SELECT proleakproof FROM pg_proc WHERE oid = 'ts_match_vq(tsvector,tsquery)'::regprocedure)
                THEN
                    ALTER FUNCTION ts_match_vq(tsvector, tsquery) LEAKPROOF;
                END IF;
            END $$
            """
        )


def require_schema() -> None:
    """Prove that the schema is the one this code was written for.

    Raises:
        OperatorError: it is older or newer.
    """
    state, current, _ = schema_state()
    if state is SchemaState.AHEAD:
        raise OperatorError(_ahead(current))
    if state is not SchemaState.AT_HEAD:
        raise OperatorError("Lược đồ cơ sở dữ liệu cũ hơn chương trình: hãy chạy thads db upgrade.")


def _ahead(revision: str | None) -> str:
    return f"Lược đồ cơ sở dữ liệu ({revision}) mới hơn chương trình: hãy cập nhật chương trình."
