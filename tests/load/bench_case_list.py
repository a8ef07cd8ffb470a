"""How fast a case list answers: `python -m tests.load.bench_case_list` on the database of the settings.

Fill it first: `thads demo --scale province` (100,000 cases). All on one warm connection, thirty times or more.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import text

from thads_app import db
from thads_app.rules.rights import EVERYWHERE, Actor, system_operator
from thads_app.services.case_lists import list_cases, preview_assignment
from thads_app.services.case_query import CaseQuery, read_query
from thads_app.services.office_tree import office_tree

REPEATS = 60
BUDGET_MS = 30.0


async def actors() -> dict[str, Actor]:
    """The nation, and the province with the most cases, as somebody of that province sees them."""
    tree = await office_tree()
    async with db.session(EVERYWHERE) as session:
        rows = await session.execute(text("SELECT office_id, count(*) FROM cases GROUP BY 1"))
        sizes: dict[int, int] = {}
        for office_id, count in rows:
            province = tree.province_today(office_id)
            if province is not None:
                sizes[province] = sizes.get(province, 0) + count
    nation = system_operator(tree.root.id)
    largest = max(sizes, key=lambda office: sizes[office])
    scope = tree.grant_scope(largest)
    province = Actor(None, "Tỉnh", largest, dict.fromkeys(nation.scopes, scope))
    return {"nation": nation, tree.nodes[largest].short_name: province}


def queries() -> dict[str, CaseQuery]:
    """The lists measured."""
    asked = {
        "first page": {},
        "open cases": {"trang-thai": "dang-mo"},
        "two-word search": {"q": "nguyễn hùng"},
        "two rare words": {"q": "12 thuong"},
        "by outstanding": {"sap": "-con-lai"},
        "by number": {"sap": "so"},
        "money range": {"tien-tu": "100 triệu", "tien-den": "120 triệu"},
        "one year, completed": {"nam": "2025", "trang-thai": "completed"},
    }
    return {name: read_query(parameters) for name, parameters in asked.items()}


async def measure(name: str, run: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    """Print and return the p95 in milliseconds."""
    times: list[float] = []
    for _ in range(REPEATS + 5):
        start = time.perf_counter()
        await run()
        times.append((time.perf_counter() - start) * 1000)
    times = sorted(times[5:])
    p95 = times[int(len(times) * 0.95) - 1]
    print(f"{name:45} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   n={len(times)}")
    return p95


async def main() -> int:
    """Measure all; 1 when the first page or the two-word search is over the budget."""
    over = 0
    for who, actor in (await actors()).items():
        for name, query in queries().items():
            page = await list_cases(actor, query)
            hits = f"{'>' if page.more else ''}{page.count}"
            p95 = await measure(f"{who}: {name} ({hits})", lambda q=query, a=actor: list_cases(a, q))
            over += name in ("first page", "two-word search") and p95 > BUDGET_MS
        first = await list_cases(actor, CaseQuery())
        if first.following is not None:
            await measure(f"{who}: second page", lambda a=actor, f=first: list_cases(a, f.following or CaseQuery()))
        ids = [row.id for row in first.rows]
        await measure(f"{who}: officers' loads for {len(ids)} cases", lambda a=actor, i=ids: preview_assignment(a, i))
    await db.dispose()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
