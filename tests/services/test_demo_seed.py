"""The same seed gives the same demonstration."""

import hashlib
from typing import Any

import pytest
from sqlalchemy import text

from thads_app.db import unit_of_work
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.demo import run as demo_run
from thads_app.services.demo.plan import SHOWN_OFFICE, DemoUnit, Scale, make_plan
from thads_app.services.office_tree import office_tree


async def fingerprint() -> str:
    statement = """
        SELECT c.decision_number, c.debtor_name, c.amount, c.status, e.type, e.business_date, e.recorded_at, e.amount,
               e.document_number
        FROM cases c JOIN case_event e ON e.case_id = c.id WHERE e.handover_id IS NULL ORDER BY e.id
    """
    async with unit_of_work(EVERYWHERE) as session:
        found = [str(tuple(row)) for row in await session.execute(text(statement))]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def few(tree: OfficeTree, scale: Scale, rng: Any) -> list[DemoUnit]:
    return [unit for unit in make_plan(tree, scale, rng) if unit.office.code == SHOWN_OFFICE]


async def make_few(monkeypatch: pytest.MonkeyPatch, seed: int) -> str:
    monkeypatch.setattr(demo_run, "make_plan", few)
    assert (await office_tree()).nodes
    await demo_run.make_demo(Scale.SMALL, seed)
    return await fingerprint()


_seen: dict[int, str] = {}


@pytest.mark.parametrize(("seed", "turn"), [(7, 1), (7, 2), (8, 1)])
async def test_one_seed_one_demonstration(database: str, monkeypatch: pytest.MonkeyPatch, seed: int, turn: int):
    found = await make_few(monkeypatch, seed)
    assert _seen.setdefault(seed, found) == found
    assert len(set(_seen.values())) == len(_seen)
