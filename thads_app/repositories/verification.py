"""What the verification reads: raw facts of cases in batches, and checks that one statement can make.

Nothing here sums deltas into figures the way the application does; that path is what is being verified.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

BATCH = 2_000
"""Cases read at a time."""


class RawOffice(NamedTuple):
    """An office row; `valid_to` and `successor_id` are set for an office that ended."""

    id: int
    code: str
    level: str
    parent_id: int | None
    valid_to: date | None
    successor_id: int | None


class RawEvent(NamedTuple):
    """A `case_event` row, money in đồng."""

    id: int
    case_id: int
    sequence: int
    type: str
    day: date
    recorded_at: datetime
    amount: int | None
    staff_id: int | None
    receiving_office_id: int | None
    corrects_id: int | None


class RawTenure(NamedTuple):
    """An `assignment` row."""

    case_id: int
    staff_id: int
    office_id: int
    valid_from: date
    valid_to: date | None
    event_id: int


@dataclass
class RawCase:
    """A `cases` row with its events in the order of recording, and its assignments."""

    id: int
    decision_number: str
    decision_date: date
    registered_office_id: int
    office_id: int
    officer_id: int | None
    judgment_kind: str
    source: str
    amount: int
    outstanding: int
    collected: int
    status: str
    status_since: date
    last_event_date: date
    closed_on: date | None
    events: list[RawEvent] = field(default_factory=list[RawEvent])
    tenures: list[RawTenure] = field(default_factory=list[RawTenure])


_CASES = text(
    "SELECT id, decision_number, decision_date, registered_office_id, office_id, officer_id, judgment_kind, source,"
    " amount, outstanding, collected, status, status_since, last_event_date, closed_on"
    " FROM cases WHERE id > :after ORDER BY id LIMIT :batch"
)
_EVENTS = text(
    "SELECT id, case_id, sequence, type, business_date, recorded_at, amount, staff_id,"
    " CASE WHEN type = 'assigned' THEN receiving_office_id END, corrects_id"
    " FROM case_event WHERE case_id BETWEEN :first AND :last ORDER BY case_id, sequence"
)
_TENURES = text(
    "SELECT case_id, staff_id, office_id, valid_from, valid_to, event_id"
    " FROM assignment WHERE case_id BETWEEN :first AND :last ORDER BY case_id, valid_from, event_id"
)


async def without_time_limit(session: AsyncSession) -> None:
    """Let the statements of this transaction take as long as they need."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


async def offices(session: AsyncSession) -> list[RawOffice]:
    """Every office."""
    rows = await session.execute(text("SELECT id, code, level, parent_id, valid_to, successor_id FROM office"))
    return [RawOffice(*row) for row in rows]


async def officer_codes(session: AsyncSession) -> dict[int, str]:
    """Code of every staff member, by id."""
    return {row[0]: row[1] for row in await session.execute(text("SELECT id, code FROM staff_member"))}


async def totals(session: AsyncSession) -> tuple[int, int, date | None, date | None]:
    """How many cases and events there are, and the first and the last business date."""
    query = "SELECT (SELECT count(*) FROM cases), count(*), min(business_date), max(business_date) FROM case_event"
    row = (await session.execute(text(query))).one()
    return int(row[0]), int(row[1]), row[2], row[3]


async def cut_offs(session: AsyncSession, how_many: int) -> list[datetime]:
    """Moments spread evenly over what was recorded, the last recording itself left out.

    When an ended office was given another successor, only moments after that: figures as known before it followed the
    old one, which no table keeps.
    """
    if how_many < 1:
        return []
    shares = ", ".join(f"{(place + 1) / (how_many + 1):.6f}" for place in range(how_many))
    query = (
        f"SELECT percentile_disc(ARRAY[{shares}]) WITHIN GROUP (ORDER BY recorded_at), max(recorded_at) FROM case_event"
        " WHERE recorded_at > coalesce("
        "(SELECT max(at) FROM audit_entry WHERE action = 'office.successor_changed'), '-infinity')"
    )
    row = (await session.execute(text(query))).one()
    spread: list[datetime] = row[0] or []
    return sorted({moment for moment in spread if moment < row[1]})


async def cases(session: AsyncSession) -> AsyncIterator[list[RawCase]]:
    """Every case with its events and assignments, in batches."""
    after = -1
    while True:
        rows = (await session.execute(_CASES, {"after": after, "batch": BATCH})).all()
        if not rows:
            return
        found = {row[0]: RawCase(*row) for row in rows}
        bounds = {"first": rows[0][0], "last": rows[-1][0]}
        for row in await session.execute(_EVENTS, bounds):
            found[row[1]].events.append(RawEvent(*row))
        for row in await session.execute(_TENURES, bounds):
            found[row[0]].tenures.append(RawTenure(*row))
        yield list(found.values())
        after = rows[-1][0]


@dataclass(frozen=True)
class TableCheck:
    """A statement that finds rows only where something is wrong.

    Attributes:
        name: what is checked, for the reader.
        sql: returns (where, expected, found) as texts.
    """

    name: str
    sql: str


_STOCKS = (
    "('in_progress','postponed_by_agreement','postponed_other','suspended','held_other','without_conditions',"
    "'separate_book')"
)
_OPEN = _STOCKS
_MONTHS = (
    "date_trunc('month', business_date::timestamp)::date AS business_month, "
    "date_trunc('month', recorded_at AT TIME ZONE 'UTC')::date AS recorded_month"
)


def _summary_check(table: str, keys: Sequence[str]) -> TableCheck:
    plain = [key for key in keys if not key.endswith("_month")]
    columns = ", ".join(keys)
    return TableCheck(
        f"bảng tổng hợp {table} = tổng các biến động",
        f"""
        WITH d AS (
            SELECT {columns}, sum(count) AS count, sum(amount) AS amount
            FROM (SELECT {", ".join(plain)}, {_MONTHS}, count, amount FROM stat_delta
                  WHERE id <= (SELECT last_delta_id FROM stat_fold WHERE id = 1)) rows
            GROUP BY {columns}
        ), s AS (
            SELECT {columns}, sum(count) AS count, sum(amount) AS amount FROM {table} GROUP BY {columns}
        ), both_sides AS (
            SELECT {columns}, count, amount, 1 AS side FROM d UNION ALL SELECT {columns}, count, amount, 2 FROM s
        ), compared AS (
            SELECT {columns},
                coalesce(sum(count) FILTER (WHERE side = 1), 0) AS d_count,
                coalesce(sum(amount) FILTER (WHERE side = 1), 0) AS d_amount,
                coalesce(sum(count) FILTER (WHERE side = 2), 0) AS s_count,
                coalesce(sum(amount) FILTER (WHERE side = 2), 0) AS s_amount
            FROM both_sides GROUP BY {columns}
        )
        SELECT concat_ws(' · ', {columns}), d_count || ' / ' || d_amount, s_count || ' / ' || s_amount
        FROM compared WHERE d_count <> s_count OR d_amount <> s_amount ORDER BY 1
        """,
    )


TABLE_CHECKS = (
    _summary_check(
        "stat_monthly",
        (
            "office_id",
            "officer_id",
            "indicator",
            "business_month",
            "recorded_month",
            "judgment_kind",
            "source",
            "state_revenue",
            "credit_institution",
        ),
    ),
    _summary_check(
        "stat_office_monthly", ("office_id", "indicator", "business_month", "recorded_month", "judgment_kind")
    ),
    TableCheck(
        "biến động đúng loại án, nguồn thụ lý của việc",
        """
        SELECT 'việc ' || c.id, concat_ws(' · ', c.judgment_kind, c.source, c.state_revenue, c.credit_institution),
            concat_ws(' · ', d.judgment_kind, d.source, d.state_revenue, d.credit_institution)
        FROM (
            SELECT DISTINCT case_id, judgment_kind, source, state_revenue, credit_institution FROM stat_delta
            GROUP BY case_id, judgment_kind, source, state_revenue, credit_institution,
                indicator, business_date, office_id, officer_id
            HAVING sum(count) <> 0 OR sum(amount) <> 0
        ) d JOIN cases c ON c.id = d.case_id
        WHERE (d.judgment_kind, d.source, d.state_revenue, d.credit_institution)
            <> (c.judgment_kind, c.source, c.state_revenue, c.credit_institution)
        ORDER BY c.id
        """,
    ),
    TableCheck(
        "biến động tồn của từng việc = việc đang mở và số còn phải thi hành",
        f"""
        SELECT 'việc ' || c.id,
            concat_ws(' / ', (c.status IN {_OPEN})::int, CASE WHEN c.status IN {_OPEN} THEN c.outstanding ELSE 0 END),
            concat_ws(' / ', coalesce(d.count, 0), coalesce(d.amount, 0))
        FROM cases c LEFT JOIN (
            SELECT case_id, sum(count) AS count, sum(amount) AS amount FROM stat_delta
            WHERE indicator IN {_STOCKS} GROUP BY case_id
        ) d ON d.case_id = c.id
        WHERE coalesce(d.count, 0) <> (c.status IN {_OPEN})::int
            OR coalesce(d.amount, 0) <> CASE WHEN c.status IN {_OPEN} THEN c.outstanding ELSE 0 END
        ORDER BY c.id
        """,
    ),
    TableCheck(
        "biến động ghi cùng việc và không sớm hơn sự kiện của nó",
        """
        SELECT 'biến động ' || d.id, concat_ws(' · ', e.case_id, e.recorded_at),
            concat_ws(' · ', d.case_id, d.recorded_at)
        FROM stat_delta d JOIN case_event e ON e.id = d.event_id
        WHERE d.case_id <> e.case_id OR d.recorded_at < e.recorded_at ORDER BY d.id
        """,
    ),
    TableCheck(
        "các khoản phải thi hành cộng lại bằng số đã thụ lý",
        """
        SELECT 'việc ' || c.id, c.amount::text, coalesce(o.amount, 0)::text
        FROM cases c LEFT JOIN (SELECT case_id, sum(amount) AS amount FROM obligation GROUP BY case_id) o
            ON o.case_id = c.id
        WHERE c.amount <> coalesce(o.amount, 0) ORDER BY c.id
        """,
    ),
    TableCheck(
        "mỗi việc nằm trong nhiều nhất một bàn giao đang mở",
        """
        SELECT 'việc ' || i.case_id, '1', count(*)::text FROM handover_item i
        JOIN handover h ON h.id = i.handover_id WHERE i.open AND h.status IN ('draft', 'sent')
        GROUP BY i.case_id HAVING count(*) > 1 ORDER BY i.case_id
        """,
    ),
    TableCheck(
        "bàn giao đã kết thúc hoặc thu hồi không còn việc chờ",
        """
        SELECT 'bàn giao ' || h.id, h.status, i.status FROM handover_item i JOIN handover h ON h.id = i.handover_id
        WHERE (h.status IN ('closed', 'recalled') AND i.open)
            OR (i.open AND i.status NOT IN ('pending', 'accepted')) ORDER BY h.id
        """,
    ),
    TableCheck(
        "việc được xác nhận bàn giao có sự kiện phân công của bàn giao ấy",
        """
        SELECT 'bàn giao ' || i.handover_id || ' · việc ' || i.case_id, 'phân công', coalesce(e.type, '(trống)')
        FROM handover_item i LEFT JOIN case_event e ON e.id = i.event_id
        WHERE i.status = 'confirmed' AND (e.id IS NULL OR e.type <> 'assigned' OR e.case_id <> i.case_id
            OR e.handover_id IS DISTINCT FROM i.handover_id) ORDER BY 1
        """,
    ),
)


async def broken_rows(session: AsyncSession, check: TableCheck) -> list[tuple[str, str, str]]:
    """Where a check fails: (where, expected, found)."""
    rows: Sequence[Any] = (await session.execute(text(check.sql))).all()
    return [(str(row[0]), str(row[1]), str(row[2])) for row in rows]
