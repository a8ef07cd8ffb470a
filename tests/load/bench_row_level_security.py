"""What row-level security costs: `python -m tests.load.bench_row_level_security` on the database of the settings.

Fill it first: `thads demo --scale province` (100,000 cases). The same reads of the same province by the same person, in
pairs: once under the policies of their offices, once as the nation's role, whose policies let everything through and
leave the plan as it was. Which of a pair comes first changes every time, and pairs are compared one by one, so that
whatever else the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Coroutine
from contextlib import contextmanager
from typing import Any

from tests.load.bench_case_list import actors, queries
from tests.load.bench_statistics import largest_units
from thads_app import clock, db
from thads_app.reach import Reach, reach_of
from thads_app.rules.calendar import fiscal_month, fiscal_year
from thads_app.rules.rights import EVERYWHERE, Actor, Scope
from thads_app.services.case_lists import list_cases
from thads_app.services.cases import case_detail
from thads_app.services.cubes import forget_bases
from thads_app.services.dashboards import dashboard
from thads_app.services.folding import fold_now
from thads_app.services.office_tree import office_tree
from thads_app.services.reports import make_report
from thads_app.services.statistics import FigureQuery

PAIRS = 60
LIMIT = 1.15
"""What the policies may cost at most: a read's median ratio of with to without."""

Run = Callable[[], Coroutine[Any, Any, Any]]


@contextmanager
def reaching(how: Callable[[Actor | Scope], Reach]) -> Any:
    """Let every transaction reach what `how` says."""
    kept, db.reach_of = db.reach_of, how  # type: ignore[attr-defined]
    try:
        yield
    finally:
        db.reach_of = kept  # type: ignore[attr-defined]


def everywhere(_: Actor | Scope) -> Reach:
    """Reach everything, whoever asks."""
    return reach_of(EVERYWHERE)


async def _timed(run: Run, how: Callable[[Actor | Scope], Reach]) -> float:
    with reaching(how):
        started = time.perf_counter()
        await run()
        return (time.perf_counter() - started) * 1000


async def compare(name: str, run: Run) -> float:
    """Print the medians without and with policies in milliseconds, and return the median ratio of the pairs."""
    without: list[float] = []
    under: list[float] = []
    for turn in range(PAIRS + 4):
        order = [(everywhere, without), (reach_of, under)]
        for how, times in order if turn % 2 else reversed(order):
            times.append(await _timed(run, how))
    ratios = [one / other for one, other in zip(under[4:], without[4:], strict=True)]
    ratio = statistics.median(ratios)
    medians = f"{statistics.median(without[4:]):7.1f} → {statistics.median(under[4:]):7.1f} ms"
    print(f"{name:44} {medians}   ratio {ratio:5.2f}   n={PAIRS} pairs", flush=True)
    return ratio


async def _reads() -> dict[str, Run]:
    tree = await office_tree()
    _, actor = list((await actors()).items())[1]
    year, month = fiscal_year(clock.today()), fiscal_month(clock.today())
    province, office = await largest_units()
    reads: dict[str, Run] = {
        f"list: {name}": lambda q=query: list_cases(actor, q)  # type: ignore[misc]
        for name, query in queries().items()
    }

    def cold(run: Run) -> Run:
        async def forgetful() -> None:
            forget_bases()
            await run()

        return forgetful

    for code in (province, office):
        name = tree.by_code[code].short_name
        figures = FigureQuery(code, year, month)
        reads[f"dashboard: {name}"] = lambda q=figures: dashboard(actor, q)  # type: ignore[misc]
        reads[f"dashboard, nothing kept: {name}"] = cold(lambda q=figures: dashboard(actor, q))  # type: ignore[misc]
    form = FigureQuery(province, year - 1, 12)
    reads["form 01, nothing kept"] = cold(lambda: make_report(actor, "01/TK-THA", form, None))
    some_case = (await list_cases(actor, queries()["open cases"])).rows[0].id
    reads["one case whole"] = lambda: case_detail(actor, some_case)
    return reads


async def main() -> int:
    """Compare all; 1 when the policies cost a list or a dashboard more than the limit."""
    await fold_now()
    ratios = {name: await compare(name, run) for name, run in (await _reads()).items()}
    over = {name: ratio for name, ratio in ratios.items() if ratio > LIMIT and name.startswith(("list", "dashboard"))}
    middle = statistics.median(ratios.values())
    print(f"all: median ratio {middle:.2f}, largest {max(ratios.values()):.2f}; limit {LIMIT} for lists, dashboards")
    for name, ratio in over.items():
        print(f"over the limit: {name} {ratio:.2f}")
    await db.dispose()
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
