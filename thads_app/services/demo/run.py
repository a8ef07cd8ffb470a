"""Filling an empty database with demonstration data: the same for the same seed and day."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import chain, islice
from random import Random

from models.enums import Measure
from thads_app import clock, db
from thads_app.errors import Refused
from thads_app.repositories import bulk as repository
from thads_app.repositories.bulk import Connection
from thads_app.rules.calendar import fiscal_year
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, system_operator
from thads_app.rules.vietnamese import name_sort_key
from thads_app.services.bulk import BATCH, BulkLoader
from thads_app.services.bulk_check import BulkCase, BulkWorld, Posting, check_case
from thads_app.services.demo.calendar import DemoCalendar
from thads_app.services.demo.handing import make_handovers
from thads_app.services.demo.making import Maker
from thads_app.services.demo.plan import DemoUnit, Scale, make_plan
from thads_app.services.demo_accounts import create_demo_accounts
from thads_app.services.folding import fold_now
from thads_app.services.office_tree import office_tree
from thads_app.services.targets import SetTarget, set_target
from thads_app.settings import get_settings

DEFAULT_SEED = 2026
_YEARS_BEFORE = 5
_TARGETS = {Measure.COUNT: (Decimal("84.05"), Decimal("84.30")), Measure.AMOUNT: (Decimal("52.20"), Decimal("52.60"))}
"""Of the present statistical year and the one before; marked as illustrations wherever they are shown."""

_TARGET_NOTE = "Chỉ tiêu minh họa"

Told = Callable[[int, int], None]
"""Hears how many cases are done, and of how many."""


@dataclass(frozen=True)
class DemoResult:
    """What a demonstration holds."""

    cases: int
    events: int
    late: int
    officers: int
    offices: int
    accounts: int
    handovers: int


async def make_demo(scale: Scale, seed: int = DEFAULT_SEED, told: Told | None = None) -> DemoResult:
    """Fill an empty database.

    Args:
        scale: how much.
        seed: the same seed gives the same data on the same day.
        told: hears of the progress.

    Raises:
        Refused: the database holds cases already (`demo_not_empty`), or lacks its offices (`no_offices`).
    """
    tree = await office_tree()
    if not tree.nodes:
        raise Refused("no_offices")
    rng = Random(seed)
    units = make_plan(tree, scale, rng)
    async with db.raw_connection(EVERYWHERE) as connection:
        if await repository.any_case(connection):
            raise Refused("demo_not_empty")
        officer_ids = await _add_officers(connection, units)
        loader = BulkLoader(connection, _world(tree, units, officer_ids))
        await _load(loader, units, _maker(tree, rng, officer_ids), told)
        await loader.finish()
        detail: dict[str, object] = {"scale": scale.value, "seed": seed, "cases": loader.result.cases}
        await repository.write_audit(connection, None, "demo.made", tree.root.id, detail)
    await fold_now()
    await asyncio.to_thread(repository.refresh_planner)
    accounts = await create_demo_accounts()
    await _set_targets(tree)
    handovers = await make_handovers()
    await fold_now()
    done = loader.result
    return DemoResult(done.cases, done.events, done.late, len(officer_ids), len(units), accounts, handovers)


def _maker(tree: OfficeTree, rng: Random, officer_ids: dict[str, int]) -> Maker:
    last = clock.today() - timedelta(days=1)
    first = last.replace(year=fiscal_year(last) - _YEARS_BEFORE, month=1, day=1)
    offices = sorted(tree.children[tree.root.id], key=lambda node: node.code)
    return Maker(rng, DemoCalendar(first, last), officer_ids, offices, clock.now())


def _world(tree: OfficeTree, units: list[DemoUnit], officer_ids: dict[str, int]) -> BulkWorld:
    postings = {
        officer_ids[officer.code]: [Posting(unit.office.id, None, None)] for unit in units for officer in unit.officers
    }
    return BulkWorld(tree, clock.today(), get_settings().late_after_working_days, postings)


async def _add_officers(connection: Connection, units: list[DemoUnit]) -> dict[str, int]:
    """The officers of the plan; whoever is there already under the code is taken as they are."""
    people = [(unit, officer) for unit in units for officer in unit.officers]
    known = await repository.staff_by_code(connection, [officer.code for _, officer in people])
    rows = [
        (officer.code, officer.name, name_sort_key(officer.name)[:160], officer.grade.value, unit.office.id, None)
        for unit, officer in people
        if officer.code not in known
    ]
    added = await repository.add_officers(connection, rows)
    return added | {code: staff_id for code, (staff_id, _, _) in known.items()}


async def _load(loader: BulkLoader, units: list[DemoUnit], maker: Maker, told: Told | None) -> None:
    total, done = sum(unit.cases for unit in units), 0
    cases = chain.from_iterable(maker.cases_of(unit) for unit in units)
    while batch := await asyncio.to_thread(_next_batch, cases, loader.world):
        await loader.load(batch)
        done += len(batch)
        if told:
            told(done, total)


def _next_batch(cases: Iterator[BulkCase], world: BulkWorld) -> list[BulkCase]:
    batch = list(islice(cases, BATCH))
    _check(batch, world)
    return batch


def _check(batch: list[BulkCase], world: BulkWorld) -> None:
    """The generator keeps to the rules; if it ever did not, nothing may be written."""
    faults = list(_faults(batch, world))
    if faults:
        raise ValueError(f"the demonstration broke a rule: {faults[:3]}")


def _faults(batch: list[BulkCase], world: BulkWorld) -> Iterator[str]:
    for case in batch:
        for fault in check_case(case, world):
            yield f"{case.facts.decision_number} {fault.event.type} {fault.event.business_date} {fault.refusal}"


async def _set_targets(tree: OfficeTree) -> None:
    """Yearly targets of the nation for the present year and the one before, plainly marked."""
    operator = system_operator(tree.root.id)
    this_year = fiscal_year(clock.today())
    for measure, rates in _TARGETS.items():
        for year, rate in zip((this_year - 1, this_year), rates, strict=True):
            await set_target(operator, SetTarget(tree.root.code, year, measure, rate, _TARGET_NOTE))
