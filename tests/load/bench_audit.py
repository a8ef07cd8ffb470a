"""What the audit trail costs and how fast it is read: `python -m tests.load.bench_audit [--recording]`.

In a database of its own on the server of the settings, dropped afterwards. Budgets: recording an event takes at most a
tenth longer with its audit row and sealing going on beside it; a page of a trail of a million rows comes within 30 ms.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from models.enums import EventType
from tests.support.cast import Cast, make_cast
from tests.support.some_cases import intake
from thads_app import clock, db, schema
from thads_app.jobs.sealing import SECONDS_BETWEEN_SEALS
from thads_app.rules.rights import EVERYWHERE, Actor, Permission, system_operator
from thads_app.services import events
from thads_app.services.audit_anchors import anchor_now
from thads_app.services.audit_seals import Sealer, seal_now
from thads_app.services.audit_trail import read_trail, read_trail_query
from thads_app.services.cases import register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.office_tree import forget_offices, office_tree
from thads_app.services.reference import load_reference
from thads_app.services.verification.audit_trail import check_trail

NAME = "thads_bench_audit"
ROWS = 1_000_000
SEALED = 100_000
PAIRS, WARM = 160, 10
REPEATS = 40
MOST_ADDED, MOST_MS = 0.10, 30.0


@asynccontextmanager
async def own_database() -> AsyncIterator[None]:
    """A migrated database with reference data, dropped at the end."""
    url = make_url(db.owner_url())
    with psycopg.connect(db.libpq_dsn(db.owner_url()), autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {NAME}")
        db.choose_database(url.set(database=NAME).render_as_string(hide_password=False))
        try:
            schema.upgrade_schema()
            load_reference()
            forget_offices()
            yield
        finally:
            await db.dispose()
            db.choose_database(None)
            server.execute(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


async def silent(*_: object, **__: object) -> None:
    """Write no audit row."""


async def record(actor: Actor, case_id: int, day: date) -> float:
    """Record a collection; its seconds."""
    began = time.perf_counter()
    await record_event(actor, RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=day, amount=1))
    return time.perf_counter() - began


async def recording(cast: Cast) -> float:
    """Record events with and without the audit row in turn, sealing beside them as in the app.

    The share that the row adds: the median difference of pairs, over the median without.
    """
    operator = system_operator((await office_tree()).root.id)
    ids: list[int] = []
    number = 0
    while len(ids) < 2 * PAIRS + WARM:
        number += 1
        command = intake(cast, number).model_copy(update={"staff_id": cast["alice"].staff_id})
        if all(owed.amount for owed in command.obligations):
            ids.append((await register_case(operator, command)).case_id)
    write, day = events.write_audit, date(2026, 11, 2)
    await seal_now()
    beside = asyncio.create_task(seal_beside())
    for _ in range(WARM):
        await record(cast["alice"], ids.pop(), day)
    taken: dict[bool, list[float]] = {True: [], False: []}
    for pair in range(PAIRS):
        for audited in (True, False) if pair % 2 else (False, True):
            events.write_audit = write if audited else silent  # type: ignore[assignment]
            taken[audited].append(await record(cast["alice"], ids.pop(), day))
    events.write_audit = write
    beside.cancel()
    without = statistics.median(taken[False])
    differences = [one - other for one, other in zip(taken[True], taken[False], strict=True)]
    added = statistics.median(differences) / without
    print(f"recording an event: median {without * 1000:.2f} ms without its audit row, {added:+.1%} with it and sealing")
    print(f"  (n={PAIRS} pairs; budget {MOST_ADDED:.0%})")
    return added


async def seal_beside() -> None:
    """Seal as often as the app does."""
    sealer = Sealer()
    while True:
        await sealer.step()
        await asyncio.sleep(SECONDS_BETWEEN_SEALS)


FILL = f"""
INSERT INTO audit_entry (at, account_id, action, object_type, object_id, office_id, address, changes)
SELECT now() - ({ROWS} - n) * interval '20 seconds', 1 + n % 9,
    CASE WHEN n % 997 = 0 THEN 'access.refused' WHEN n % 5 = 0 THEN 'case.read' WHEN n % 7 = 0 THEN 'case.edited'
        ELSE 'event.recorded' END,
    'case', (n % 60000)::text, offices.ids[1 + n % cardinality(offices.ids)],
    '192.0.2.' || n % 250, '{{"status": ["open", "closed"]}}'
FROM generate_series(1, {ROWS}) n, (SELECT array_agg(id ORDER BY id) AS ids FROM office WHERE valid_to IS NULL) offices
"""


def fill() -> None:
    """A million rows of all offices over seven months."""
    with db.raw_owner_connection() as connection:
        connection.execute(FILL.encode())
        connection.execute("ANALYZE audit_entry")


async def sealing() -> None:
    """How fast entries are sealed and verified."""
    from thads_app.services import audit_seals

    async with db.session(EVERYWHERE) as session:
        newest = (await session.execute(text("SELECT max(entry_id) FROM audit_seal"))).scalar_one()
    began = time.perf_counter()
    done = await audit_seals._seal_upto(newest + SEALED)
    seconds = time.perf_counter() - began
    print(f"sealing: {done / seconds:,.0f} entries a second")
    offices = {node.id: node.code for node in (await office_tree()).nodes.values()}
    with TemporaryDirectory() as folder:
        began = time.perf_counter()
        anchored = await anchor_now(Path(folder))
        anchoring = (time.perf_counter() - began) * 1000
        assert anchored is not None
        began = time.perf_counter()
        async with db.session(EVERYWHERE) as session:
            await session.execute(text("SET LOCAL statement_timeout = 0"))
            check = await check_trail(session, Path(folder), None, offices)
        seconds = time.perf_counter() - began
        assert not check.differences, check.differences[:3]
        print(f"anchoring {len(anchored.chains)} chains: {anchoring:.0f} ms")
        print(f"verifying: {check.entries / seconds:,.0f} sealed entries a second")


async def reading(cast: Cast) -> float:
    """Every kind of question on a million rows; the slowest p95 in milliseconds."""
    nation, province, office = cast["leader"], cast["province_head"], cast["office_head"]
    deep = f"{clock.today() - timedelta(days=200):%d/%m/%Y}"
    questions: dict[str, tuple[Actor, dict[str, str]]] = {
        "nation, newest": (nation, {}),
        "nation, one office": (nation, {"don-vi": "91-03"}),
        "nation, a rare kind": (nation, {"loai": "tu-choi"}),
        "nation, a kind without rows": (nation, {"loai": "nhap"}),
        "nation, a day long ago": (nation, {"tu": deep, "den": deep}),
        "nation, one person": (nation, {"nguoi": "alice"}),
        "nation, one person's refusals": (nation, {"nguoi": "alice", "loai": "tu-choi"}),
        "nation, one case": (nation, {"doi-tuong": "ho-so:4711"}),
        "province, newest": (province, {}),
        "province, a rare kind": (province, {"loai": "tu-choi"}),
        "province, a day long ago": (province, {"tu": deep, "den": deep}),
        "province, one person": (province, {"nguoi": "alice"}),
        "office, newest": (office, {}),
        "office, one case": (office, {"doi-tuong": "ho-so:4711"}),
    }
    worst = 0.0
    for name, (actor, asked) in questions.items():
        worst = max(worst, await measure(name, lambda who=actor, said=asked: read_trail(who, read_trail_query(said))))
    page = await read_trail(province, read_trail_query({}))
    for _ in range(10):
        page = await read_trail(province, read_trail_query({"sau": page.older}))
    place = {"sau": page.older}
    return max(worst, await measure("province, eleventh page", lambda: read_trail(province, read_trail_query(place))))


async def measure(name: str, run: Callable[[], Awaitable[object]]) -> float:
    """Print and return the p95 in milliseconds."""
    await run()
    taken: list[float] = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        await run()
        taken.append((time.perf_counter() - began) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    print(f"{name:<32} median {cuts[9]:6.1f} ms   p95 {cuts[18]:6.1f} ms")
    return cuts[18]


async def main() -> int:
    """Measure everything; 1 when a budget is missed."""
    async with own_database():
        cast = await make_cast()
        assert cast["leader"].may(Permission.AUDIT_READ)
        added = await recording(cast)
        if "--recording" in sys.argv:
            return int(added > MOST_ADDED)
        fill()
        await sealing()
        slowest = await reading(cast)
    kept = added <= MOST_ADDED and slowest <= MOST_MS
    print("Budgets kept." if kept else "Budgets missed.")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
