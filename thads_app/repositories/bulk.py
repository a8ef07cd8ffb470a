"""Writing many cases at once by COPY, and reading what that needs. Works on a psycopg connection of the app role."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb

from models.enums import EventType
from thads_app.db import raw_owner_connection
from thads_app.repositories.base import DELTA_WRITERS_LOCK, FIGURES_CHANNEL
from thads_app.rules.history import HistoryEvent

Connection = AsyncConnection[tuple[Any, ...]]

COLUMNS: dict[str, tuple[str, ...]] = {
    "judgment": ("id", "number", "number_key", "judgment_date", "issuing_body", "kind"),
    "cases": (
        "id", "registered_office_id", "office_id", "officer_id", "book", "decision_number", "decision_date",
        "decision_year", "source", "received_entrustment", "judgment_id", "judgment_kind", "state_revenue",
        "credit_institution", "amount", "outstanding", "collected", "status", "status_since", "last_event_date",
        "closed_on", "debtor_name", "debtor_key", "creditor_name", "search", "version", "created_at", "created_by",
    ),
    "party": ("case_id", "role", "name", "id_number", "telephone", "bank_account", "address", "position"),
    "obligation": ("case_id", "content", "amount", "state_revenue", "position"),
    "case_event": (
        "id", "case_id", "sequence", "type", "business_date", "recorded_at", "recorded_by", "office_id", "officer_id",
        "staff_id", "receiving_office_id", "amount", "document_number", "ground", "note", "payload", "corrects_id",
        "handover_id", "late", "on_behalf_of",
    ),
    "assignment": ("case_id", "staff_id", "office_id", "valid_from", "valid_to", "event_id"),
    "stat_delta": (
        "event_id", "case_id", "indicator", "business_date", "recorded_at", "office_id", "officer_id", "judgment_kind",
        "source", "state_revenue", "credit_institution", "count", "amount",
    ),
}  # fmt: skip
"""What a row of each table holds, in the order of the tuples given to `copy_rows`."""


class KnownCase(NamedTuple):
    """A case of the database that more events are to be recorded for."""

    id: int
    registered_office_id: int
    office_id: int
    decision_number: str
    decision_date: date
    source: str
    judgment_kind: str
    state_revenue: bool
    credit_institution: bool
    version: int


async def join_delta_writers(connection: Connection) -> None:
    """Join the writers of deltas until the transaction ends."""
    await connection.execute("SELECT pg_advisory_xact_lock_shared(%s)", [DELTA_WRITERS_LOCK])


async def new_ids(connection: Connection, table: str, count: int) -> list[int]:
    """Draw ids for rows of a table from its own sequence."""
    rows = await connection.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
    )
    return [int(row[0]) for row in await rows.fetchall()]


async def copy_rows(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Write rows of `COLUMNS[table]` by COPY, by way of a table of the transaction's own.

    PostgreSQL copies into no table under row-level security, whoever's policy lets everything through.
    """
    names = {
        "table": sql.Identifier(table),
        "incoming": sql.Identifier(f"incoming_{table}"),
        "columns": sql.SQL(", ").join(map(sql.Identifier, COLUMNS[table])),
    }
    async with connection.cursor() as cursor:
        await cursor.execute("SET LOCAL client_min_messages = 'warning'")
        await cursor.execute(
            sql.SQL(
                "CREATE TEMP TABLE IF NOT EXISTS {incoming} ON COMMIT DROP"
                " AS SELECT {columns} FROM {table} WITH NO DATA"
            ).format(**names)
        )
        async with cursor.copy(sql.SQL("COPY {incoming} ({columns}) FROM STDIN").format(**names)) as copy:
            for row in rows:
                await copy.write_row(row)
        await cursor.execute(
            sql.SQL("INSERT INTO {table} ({columns}) SELECT {columns} FROM {incoming}").format(**names)
        )
        await cursor.execute(sql.SQL("TRUNCATE {incoming}").format(**names))


async def search_vectors(connection: Connection, texts: Sequence[str]) -> list[str]:
    """The search vector of each text, as PostgreSQL writes vectors."""
    rows = await connection.execute(
        "SELECT to_tsvector('simple', t)::text FROM unnest(%s::text[]) WITH ORDINALITY AS given(t, n) ORDER BY n",
        [list(texts)],
    )
    return [str(row[0]) for row in await rows.fetchall()]


async def known_judgments(
    connection: Connection, keys: Sequence[tuple[str, date, str, str]]
) -> dict[tuple[str, date, str, str], int]:
    """Of (number key, date, issuing body, kind), those received before, with their ids."""
    rows = await connection.execute(
        """
        SELECT DISTINCT ON (1, 2, 3, 4) j.number_key, j.judgment_date, j.issuing_body, j.kind, j.id
        FROM judgment j
        JOIN unnest(%s::text[], %s::date[], %s::text[], %s::text[]) AS given(number_key, day, body, kind)
          ON j.number_key = given.number_key AND j.judgment_date = given.day
         AND j.issuing_body = given.body AND j.kind = given.kind
        ORDER BY 1, 2, 3, 4, 5
        """,
        [list(column) for column in zip(*keys, strict=True)] if keys else [[], [], [], []],
    )
    return {(row[0], row[1], row[2], row[3]): int(row[4]) for row in await rows.fetchall()}


async def known_cases(connection: Connection, keys: Sequence[tuple[int, str]]) -> list[KnownCase]:
    """The cases registered by these offices under these decision numbers, in whatever year."""
    columns = sql.SQL(", ").join(sql.Identifier("c", name) for name in KnownCase._fields)
    rows = await connection.execute(
        sql.SQL(
            """
            SELECT {} FROM cases c
            JOIN unnest(%s::int[], %s::text[]) AS given(office_id, number)
              ON c.registered_office_id = given.office_id AND c.decision_number = given.number
            WHERE c.registered_office_id = ANY(%s)
            """
        ).format(columns),
        [[key[0] for key in keys], [key[1] for key in keys], sorted({key[0] for key in keys})],
    )
    return [KnownCase(*row) for row in await rows.fetchall()]


async def lock_cases(connection: Connection, case_ids: Sequence[int]) -> None:
    """Keep others from writing to the cases until the transaction ends."""
    await connection.execute("SELECT id FROM cases WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [list(case_ids)])


class PastEvent(NamedTuple):
    """An event recorded before, with the number of its document and the moment of recording."""

    history: HistoryEvent
    document_number: str | None
    recorded_at: datetime


async def past_events(connection: Connection, case_ids: Sequence[int]) -> dict[int, list[PastEvent]]:
    """All events of the cases, by case, in the order they were recorded."""
    rows = await connection.execute(
        """
        SELECT case_id, id, sequence, type, business_date, amount, staff_id, receiving_office_id, corrects_id,
               document_number, recorded_at
        FROM case_event WHERE case_id = ANY(%s) ORDER BY case_id, sequence
        """,
        [list(case_ids)],
    )
    found: dict[int, list[PastEvent]] = {}
    async for row in rows:
        kind = EventType(row[3])
        assigned = kind is EventType.ASSIGNED
        event = HistoryEvent(row[1], row[2], kind, row[4], row[5], row[6], row[7] if assigned else None, row[8])
        found.setdefault(row[0], []).append(PastEvent(event, row[9], row[10]))
    return found


async def held_cells(
    connection: Connection, case_ids: Sequence[int]
) -> dict[int, dict[tuple[Any, ...], tuple[int, int]]]:
    """What the deltas written so far say, by case: (indicator, day, office, officer) → (count, đồng)."""
    rows = await connection.execute(
        """
        SELECT case_id, indicator, business_date, office_id, officer_id, sum(count)::bigint, sum(amount)::bigint
        FROM stat_delta WHERE case_id = ANY(%s) GROUP BY 1, 2, 3, 4, 5
        """,
        [list(case_ids)],
    )
    found: dict[int, dict[tuple[Any, ...], tuple[int, int]]] = {}
    async for row in rows:
        if row[5] or row[6]:
            found.setdefault(row[0], {})[(row[1], row[2], row[3], row[4])] = (int(row[5]), int(row[6]))
    return found


async def cases_in_handover(connection: Connection, case_ids: Sequence[int]) -> set[int]:
    """Of the cases, those that are in an open handover."""
    rows = await connection.execute(
        "SELECT case_id FROM handover_item WHERE open AND case_id = ANY(%s)", [list(case_ids)]
    )
    return {int(row[0]) for row in await rows.fetchall()}


async def update_cases(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write where known cases stand now.

    A row is (office, officer, status, outstanding, collected, status since, last event, closed on, new events, id).
    """
    async with connection.cursor() as cursor:
        await cursor.executemany(
            """
            UPDATE cases SET office_id = %s, officer_id = %s, status = %s, outstanding = %s, collected = %s,
                   status_since = %s, last_event_date = %s, closed_on = %s, version = version + %s
            WHERE id = %s
            """,
            rows,
        )


async def drop_assignments(connection: Connection, case_ids: Sequence[int]) -> None:
    """Take away the assignment rows of cases, to be written anew."""
    await connection.execute("DELETE FROM assignment WHERE case_id = ANY(%s)", [list(case_ids)])


async def staff_by_code(connection: Connection, codes: Sequence[str]) -> dict[str, tuple[int, str, str | None]]:
    """Code → (id, name, grade) of the staff there are."""
    rows = await connection.execute(
        "SELECT code, id, full_name, grade FROM staff_member WHERE code = ANY(%s)", [list(codes)]
    )
    return {row[0]: (int(row[1]), row[2], row[3]) for row in await rows.fetchall()}


async def postings(connection: Connection, staff_ids: Sequence[int]) -> list[tuple[int, int, date | None, date | None]]:
    """(staff, office, from, to) of these people, oldest first."""
    rows = await connection.execute(
        """
        SELECT staff_id, office_id, valid_from, valid_to FROM posting
        WHERE staff_id = ANY(%s) ORDER BY staff_id, valid_from NULLS FIRST, id
        """,
        [list(staff_ids)],
    )
    return [(int(row[0]), int(row[1]), row[2], row[3]) for row in await rows.fetchall()]


async def add_officers(
    connection: Connection, officers: Sequence[tuple[str, str, str, str, int, date | None]]
) -> dict[str, int]:
    """Add officers (code, name, name key, grade, office, posted from) with their postings; code → id."""
    ids = await new_ids(connection, "staff_member", len(officers))
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "INSERT INTO staff_member (id, code, full_name, name_key, grade) VALUES (%s, %s, %s, %s, %s)",
            [(staff_id, *officer[:4]) for staff_id, officer in zip(ids, officers, strict=True)],
        )
        await cursor.executemany(
            "INSERT INTO posting (staff_id, office_id, valid_from) VALUES (%s, %s, %s)",
            [(staff_id, officer[4], officer[5]) for staff_id, officer in zip(ids, officers, strict=True)],
        )
    return {officer[0]: staff_id for staff_id, officer in zip(ids, officers, strict=True)}


async def write_audit(
    connection: Connection, account_id: int | None, action: str, office_id: int | None, detail: dict[str, object]
) -> None:
    """Append the one audit row of a bulk load."""
    await connection.execute(
        "INSERT INTO audit_entry (account_id, action, object_type, office_id, detail) "
        "SELECT %s::int, %s::text, %s::text, %s::int, %s FROM pg_current_xact_id()",  # see `base.write_audit`
        [account_id, action, "import", office_id, Jsonb(detail)],
    )


async def announce_figures(connection: Connection, office_ids: Iterable[int]) -> None:
    """Tell open dashboards, when the transaction commits, which offices' figures changed."""
    payload = '{"offices":[' + ",".join(map(str, sorted(office_ids))) + "]}"
    await connection.execute("SELECT pg_notify(%s, %s)", [FIGURES_CHANNEL, payload])


async def any_case(connection: Connection) -> bool:
    """Whether the database holds any case."""
    row = await (await connection.execute("SELECT EXISTS (SELECT FROM cases)")).fetchone()
    return row is not None and bool(row[0])


def refresh_planner() -> None:
    """Let the planner know the tables a bulk load has filled. Works as the owner: the app role may not."""
    tables = sql.SQL(", ").join(map(sql.Identifier, COLUMNS))
    with raw_owner_connection() as connection:
        connection.execute(sql.SQL("ANALYZE {}").format(tables))
