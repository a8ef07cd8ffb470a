"""Reading the audit trail page by page, newest first.

Each question is driven by the index that answers it: an object's rows, a person's, an office's, a kind's. Offices and
kinds are asked one by one, each for one page, and the pages merged: no question reads more than it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from thads_app.rules.rights import Scope


class Position(NamedTuple):
    """A row's place in the order of the list."""

    at: datetime
    id: int


@dataclass(frozen=True)
class TrailFilter:
    """Conditions, all of which must hold; None and empty ask for nothing. `before` excluded, `since` included."""

    account_id: int | None = None
    objects: tuple[tuple[str, str], ...] = ()
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    before: datetime | None = None


class TrailRow(NamedTuple):
    """A row with the names of who acted; `sequence` is its place in the chain, None while it waits for its seal."""

    id: int
    at: datetime
    account_id: int | None
    username: str | None
    full_name: str | None
    behalf_name: str | None
    action: str
    object_type: str
    object_id: str | None
    office_id: int | None
    address: str | None
    request_id: str | None
    message: str | None
    changes: dict[str, Any]
    detail: dict[str, Any]
    sequence: int | None


async def trail_page(
    session: AsyncSession,
    scope: Scope,
    wanted: TrailFilter,
    *,
    size: int,
    older_than: Position | None = None,
    newer_than: Position | None = None,
) -> list[TrailRow]:
    """One page of the trail within the scope, newest first.

    Args:
        session: the caller's transaction.
        scope: the offices whose rows may be read; rows of no office only when it holds everything.
        wanted: the conditions.
        size: at most so many rows.
        older_than: go on after this row.
        newer_than: go back before this row; then the rows closest to it.
    """
    if not scope:
        return []
    rising = newer_than is not None
    source, conditions, values = _source(scope, wanted)
    here = newer_than or older_than
    if here is not None:
        conditions.append(f"(e.at, e.id) {'>' if rising else '<'} (:at, :id)")
        values |= {"at": here.at, "id": here.id}
    values["size"] = size
    order = "ASC" if rising else "DESC"
    ordered = f"ORDER BY e.at {order}, e.id {order} LIMIT :size"
    page = f"SELECT e.* FROM audit_entry e WHERE {' AND '.join(conditions)} {ordered}"
    if source:
        page = f"SELECT e.* FROM {source} CROSS JOIN LATERAL ({page}) e {ordered}"
    query = text(
        f"""
        SELECT e.id, e.at, e.account_id, a.username, a.full_name, b.full_name, e.action, e.object_type, e.object_id,
            e.office_id, e.address, e.request_id, e.message, e.changes, e.detail, s.sequence
        FROM ({page}) e
        LEFT JOIN account a ON a.id = e.account_id
        LEFT JOIN account b ON b.id = e.on_behalf_of
        LEFT JOIN audit_seal s ON s.entry_id = e.id
        ORDER BY e.at DESC, e.id DESC
        """
    )
    return [TrailRow(*row) for row in await session.execute(query, values)]


def _source(scope: Scope, wanted: TrailFilter) -> tuple[str, list[str], dict[str, Any]]:
    """What drives the question (a set of `d.key`, or nothing), the conditions, and their values."""
    offices = sorted(scope.office_ids)
    conditions = ["true"]
    values: dict[str, Any] = {}
    source = ""
    by_office = "" if scope.everything else "e.office_id = ANY (CAST(:offices AS int[]))"
    by_action = "e.action = ANY (CAST(:actions AS text[]))" if wanted.actions else ""
    if wanted.objects:
        source = "unnest(CAST(:types AS text[]), CAST(:keys AS text[])) AS d (type, key)"
        conditions.append("e.object_type = d.type AND e.object_id = d.key")
        values |= {"types": [kind for kind, _ in wanted.objects], "keys": [key for _, key in wanted.objects]}
    elif wanted.account_id is None and not scope.everything:
        source, by_office = "unnest(CAST(:offices AS int[])) AS d (key)", "e.office_id = d.key"
    elif wanted.account_id is None and wanted.actions:
        source, by_action = "unnest(CAST(:actions AS text[])) AS d (key)", "e.action = d.key"
    if wanted.account_id is not None:
        conditions.append("e.account_id = :account_id")
        values["account_id"] = wanted.account_id
    if by_office:
        values["offices"] = offices
    if by_action:
        values["actions"] = list(wanted.actions)
    for condition, name, moment in (
        ("e.at >= :since", "since", wanted.since),
        ("e.at < :before", "before", wanted.before),
    ):
        if moment is not None:
            conditions.append(condition)
            values[name] = moment
    return source, [*conditions, *filter(None, (by_office, by_action))], values


async def handovers_with(session: AsyncSession, case_id: int) -> list[int]:
    """The handovers a case was sent in."""
    query = text("SELECT DISTINCT handover_id FROM handover_item WHERE case_id = :case_id ORDER BY 1")
    return [row[0] for row in await session.execute(query, {"case_id": case_id})]


async def case_numbers(session: AsyncSession, case_ids: Sequence[int]) -> dict[int, str]:
    """Decision numbers of the cases within the transaction's reach."""
    query = text("SELECT id, decision_number FROM cases WHERE id = ANY (CAST(:ids AS bigint[]))")
    return {row[0]: row[1] for row in await session.execute(query, {"ids": list(case_ids)})}


async def account_names(session: AsyncSession, account_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Full name and user name of accounts."""
    query = text("SELECT id, full_name, username FROM account WHERE id = ANY (CAST(:ids AS int[]))")
    return {row[0]: (row[1], row[2]) for row in await session.execute(query, {"ids": list(account_ids)})}


async def staff_names(session: AsyncSession, staff_ids: Sequence[int]) -> dict[int, str]:
    """Names of officers."""
    query = text("SELECT id, full_name FROM staff_member WHERE id = ANY (CAST(:ids AS int[]))")
    return {row[0]: row[1] for row in await session.execute(query, {"ids": list(staff_ids)})}


async def people(session: AsyncSession, scope: Scope, words: Sequence[str], limit: int) -> list[tuple[str, str, int]]:
    """Accounts of the scope whose names hold every word: (user name, full name, office), by name."""
    conditions = [f"search_key LIKE '%' || CAST(:word{n} AS text) || '%'" for n in range(len(words))]
    values: dict[str, Any] = {f"word{n}": word for n, word in enumerate(words)} | {"limit": limit}
    if not scope.everything:
        conditions.append("office_id = ANY (CAST(:offices AS int[]))")
        values["offices"] = sorted(scope.office_ids)
    query = text(
        "SELECT username, full_name, office_id FROM account "
        f"WHERE {' AND '.join(conditions) or 'true'} ORDER BY search_key LIMIT :limit"
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query, values)]
