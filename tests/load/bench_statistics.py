"""How fast figures are read and folded: `python -m tests.load.bench_statistics` on the database of the settings.

Fill it first: `thads demo --scale province` (100,000 cases). One warm connection, thirty times or more; "cold" forgets
what the process keeps between reads.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

from sqlalchemy import text

from models.enums import Measure, OfficeLevel
from thads_app import clock, db
from thads_app.rules.calendar import fiscal_month, fiscal_year
from thads_app.rules.indicators import Figure
from thads_app.rules.rights import EVERYWHERE, system_operator
from thads_app.rules.units import OrganisationMap
from thads_app.services.cubes import forget_bases
from thads_app.services.dashboards import dashboard
from thads_app.services.figure_cells import Cell, cases_behind
from thads_app.services.folding import fold_lag, fold_now
from thads_app.services.office_tree import office_tree
from thads_app.services.reports import make_report
from thads_app.services.statistics import FigureQuery

REPEATS = 40
DASHBOARD_MS, FORM_MS = 50.0, 300.0


async def measure(name: str, run: Callable[[], Coroutine[Any, Any, Any]], budget: float | None = None) -> bool:
    """Print p50 and p95 in milliseconds; whether the budget was missed."""
    times: list[float] = []
    for _ in range(REPEATS + 3):
        start = time.perf_counter()
        await run()
        times.append((time.perf_counter() - start) * 1000)
    times = sorted(times[3:])
    p95 = times[int(len(times) * 0.95) - 1]
    told = f"   budget {budget:.0f} ms" if budget else ""
    print(f"{name:52} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   n={len(times)}{told}")
    return budget is not None and p95 > budget


def cold(run: Callable[[], Coroutine[Any, Any, Any]]) -> Callable[[], Coroutine[Any, Any, Any]]:
    """The same with nothing kept from earlier reads."""

    async def forgetful() -> None:
        forget_bases()
        await run()

    return forgetful


async def largest_units() -> tuple[str, str]:
    """Codes of the region with the most cases and of its province."""
    tree = await office_tree()
    async with db.session(EVERYWHERE) as session:
        rows = await session.execute(text("SELECT office_id, count(*) FROM cases GROUP BY 1 ORDER BY 2 DESC"))
        places = [tree.nodes[tree.line.today(row[0])] for row in rows]
    region = next(place for place in places if place.level is OfficeLevel.REGION)
    province = tree.province_of(region.id)
    assert province is not None
    return province.code, region.code


async def main() -> int:
    """Measure all; 1 when the nation's dashboard or a province's form is over its budget."""
    started = time.perf_counter()
    folded = await fold_now()
    print(f"folded {folded} delta ids in {time.perf_counter() - started:.1f} s; lag {await fold_lag()}")
    tree = await office_tree()
    actor = system_operator(tree.root.id)
    province, office = await largest_units()
    year, month = fiscal_year(clock.today()), fiscal_month(clock.today())
    asked = {unit: FigureQuery(unit, year, month) for unit in ("00", province, office)}
    over = False
    for unit, query in asked.items():
        over |= await measure(f"dashboard {unit}", lambda q=query: dashboard(actor, q), DASHBOARD_MS)
        await measure(f"dashboard {unit}, cold", cold(lambda q=query: dashboard(actor, q)))
    for form in ("01/TK-THA", "02/TK-THA", "04/TK-THA", "05/TK-THA"):
        whole = FigureQuery(province, year - 1, 12, OrganisationMap.AS_WAS)
        made = cold(lambda f=form, q=whole: make_report(actor, f, q))
        over |= await measure(f"form {form} of {province}, cold", made, FORM_MS)
    plain = cold(lambda: make_report(actor, "01/TK-THA", FigureQuery(province, year - 1, 12), columns=False))
    over |= await measure(f"form 01/TK-THA of {province} as JSON, cold", plain, FORM_MS)
    for figure in (Figure.TO_ENFORCE, Figure.COMPLETED, Figure.WITHOUT_CONDITIONS, Figure.REVOKED, Figure.CARRIED_OVER):
        for unit in ("00", province, office):
            cell = Cell(FigureQuery(unit, year - 1, 12), figure, Measure.COUNT)
            await measure(f"cases behind {figure.value} of {unit}", lambda c=cell: cases_behind(actor, c))
    await db.dispose()
    return int(over)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
