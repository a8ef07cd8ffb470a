"""How alembic reaches the database: as the owner of the tables, on the models' own metadata."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlmodel import SQLModel

import models  # noqa: F401  (importing it fills the metadata)
from thads_app.db import owner_engine, owner_url

LOCK_NUMBER = 7_403_201


def include_object(item: Any, _name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    """Leave out what migrations make by hand: partitions and tables marked `skip_autogenerate`."""
    if kind == "table" and reflected and compare_to is None:
        return not (_name or "").startswith("case_event_")
    return not item.info.get("skip_autogenerate", False)


def run() -> None:
    """Run the migrations asked for, or print their SQL with `--sql`."""
    options: dict[str, Any] = {
        "target_metadata": SQLModel.metadata,
        "compare_type": True,
        "compare_server_default": True,
        "include_object": include_object,
    }
    if context.is_offline_mode():
        context.configure(url=owner_url(), literal_binds=True, dialect_opts={"paramstyle": "named"}, **options)
        with context.begin_transaction():
            context.run_migrations()
        return
    engine = owner_engine()
    with engine.connect() as connection:
        # Two programs that start together: the second waits, then finds nothing left to do.
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({LOCK_NUMBER})")
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True, **options)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
