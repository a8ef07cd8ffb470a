"""Writing the reference data that ships with the program. Works as the owner, at set-up; no scope applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, text, update
from sqlmodel import col

from models import Office, PublishedResult
from thads_app.reference.offices import OfficeRow
from thads_app.reference.published import PublishedRow

_REFERENCES = {"successor_code", "parent_code", "successor_rule"}
_CORRECTED = ("name", "short_name", "level", "parent_id", "valid_from", "valid_to")


def store_offices(connection: Connection, rows: Sequence[OfficeRow]) -> int:
    """Add the offices that are missing and correct the names and dates of the others; return how many were added.

    Rows come parents before children and successors before those they follow, as `load_offices` gives them.
    The successor of an office that is already there stays: an administrator may have chosen it, and cases moved by it.
    """
    names = ("id", "code", *_CORRECTED)
    known: dict[str, Any] = {
        row.code: row for row in connection.execute(select(*(getattr(Office, name) for name in names)))
    }
    ids = {code: row.id for code, row in known.items()}
    fresh = max(ids.values(), default=0) + 1
    for row in rows:
        if row.code not in ids:
            ids[row.code] = fresh
            fresh += 1
    added = [_columns(row, ids) for row in rows if row.code not in known]
    for columns in added:
        connection.execute(insert(Office).values(**columns))
    for row in rows:
        if row.code in known:
            _correct(connection, known[row.code], _columns(row, ids))
    connection.execute(text("SELECT setval(pg_get_serial_sequence('office', 'id'), (SELECT max(id) FROM office))"))
    return len(added)


def _columns(row: OfficeRow, ids: dict[str, int]) -> dict[str, object]:
    columns = {name: value for name, value in asdict(row).items() if name not in _REFERENCES}
    columns["parent_id"] = ids[row.parent_code] if row.parent_code else None
    columns["successor_id"] = ids[row.successor_code] if row.successor_code else None
    columns["successor_rule"] = row.successor_rule or None
    columns["id"] = ids[row.code]
    return columns


def _correct(connection: Connection, stored: Row[Any], wanted: dict[str, object]) -> None:
    changed = {name: wanted[name] for name in _CORRECTED if getattr(stored, name) != wanted[name]}
    if changed:
        connection.execute(update(Office).where(col(Office.id) == wanted["id"]).values(**changed))


def store_published(connection: Connection, rows: Sequence[PublishedRow]) -> None:
    """Replace the published results by those that ship with the program."""
    connection.execute(delete(PublishedResult))
    connection.execute(insert(PublishedResult), [asdict(row) for row in rows])
