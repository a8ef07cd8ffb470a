"""Targets of the completion rate: published ones for the nation, inherited below, set by an administrator."""

from decimal import Decimal

import pytest

from models.enums import Measure
from thads_app.db import session as snapshot
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.rules.targets import TargetInForce
from thads_app.services.office_tree import office_tree
from thads_app.services.targets import SetTarget, set_target, targets_around


@pytest.fixture
async def tree(database: str) -> OfficeTree:
    return await office_tree()


def manager(tree: OfficeTree, code: str) -> Actor:
    place = tree.by_code[code].id
    return Actor(None, "Quản trị", place, {Permission.OFFICE_MANAGE: tree.grant_scope(place)})


async def in_force(tree: OfficeTree, code: str, year: int = 2025, months: int = 6) -> TargetInForce | None:
    office_id = tree.by_code[code].id
    async with snapshot(EVERYWHERE) as session:
        table = await targets_around(session, tree, [office_id], year, months)
    return table.of(office_id, Measure.COUNT)


async def test_every_office_inherits_the_nations_published_target(tree: OfficeTree) -> None:
    for code in ("00", "91", "91-02", "89-C", "89-C01"):
        found = await in_force(tree, code)
        assert found is not None
        assert (found.rate, found.progress, found.office_code) == (Decimal("83.90"), Decimal("41.95"), "00")
    assert await in_force(tree, "91", 2026) is None, "no target was found for 2026, so none is made up"


async def test_a_target_set_for_a_province_holds_below_it_until_it_is_taken_away(tree: OfficeTree) -> None:
    admin = manager(tree, "91")
    await set_target(admin, SetTarget("91", 2025, Measure.COUNT, Decimal("85.5"), "QĐ 12/QĐ-CQLTHADS"))
    await set_target(admin, SetTarget("91", 2025, Measure.COUNT, Decimal(86), "QĐ 13/QĐ-CQLTHADS"))
    found = await in_force(tree, "91-02", months=12)
    assert found is not None
    assert (found.rate, found.office_code, found.source_note) == (Decimal("86.00"), "91", "QĐ 13/QĐ-CQLTHADS")
    assert found.points_ahead(Decimal("84.25")) == Decimal("-1.75")
    assert found.percent_reached(Decimal("84.25")) == Decimal("97.97")
    await set_target(admin, SetTarget("91", 2025, Measure.COUNT, None))
    found = await in_force(tree, "91-02")
    assert found is not None
    assert found.office_code == "00"


async def test_setting_a_target_leaves_an_audit_row(tree: OfficeTree) -> None:
    from sqlalchemy import text

    await set_target(manager(tree, "91"), SetTarget("91-01", 2026, Measure.AMOUNT, Decimal(50), "QĐ 1"))
    async with unit_of_work(EVERYWHERE) as session:
        row = (await session.execute(text("SELECT action, office_id, detail, changes FROM audit_entry"))).one()
    assert (row.action, row.office_id) == ("target.set", tree.by_code["91-01"].id)
    assert row.detail == {"year": 2026, "measure": "amount"}
    assert row.changes["rate"] == [None, "50.00"]


async def test_targets_are_set_only_inside_ones_own_offices(tree: OfficeTree) -> None:
    for code in ("00", "01", "no such"):
        with pytest.raises(NotFound):
            await set_target(manager(tree, "91"), SetTarget(code, 2026, Measure.COUNT, Decimal(80), "QĐ"))
    with pytest.raises(Forbidden):
        await set_target(Actor(None, "X", 1), SetTarget("91", 2026, Measure.COUNT, Decimal(80), "QĐ"))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"rate": Decimal(0)}, "rate"), ({"rate": Decimal("100.01")}, "rate"), ({"source_note": " "}, "source_note"),
     ({"fiscal_year": 1900}, "fiscal_year"), ({"rate": Decimal("NaN")}, "rate")],
)  # fmt: skip
async def test_a_target_out_of_bounds_or_without_its_decision_is_refused(
    tree: OfficeTree, change: dict[str, object], field: str
) -> None:
    values = {"office_code": "91", "fiscal_year": 2026, "measure": Measure.COUNT, "rate": Decimal(80)}
    values |= {"source_note": "QĐ"}
    with pytest.raises(Invalid) as refused:
        await set_target(manager(tree, "91"), SetTarget(**(values | change)))
    assert set(refused.value.fields) == {field}
