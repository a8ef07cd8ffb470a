"""Changing who succeeds an office that ended: its cases and figures follow."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from models.enums import JudgmentKind, PartyRole, Source
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Refused
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import EVERYWHERE, Actor, Permission, system_operator
from thads_app.services.cases import (
    JudgmentInput,
    ObligationInput,
    PartyInput,
    RegisterCase,
    case_detail,
    register_case,
)
from thads_app.services.office_tree import forget_offices, office_tree
from thads_app.services.reorganisation import set_successor

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
OLD = "89-C01"


@pytest.fixture
async def tree(database: str) -> OfficeTree:
    forget_offices()
    return await office_tree()


async def old_case(tree: OfficeTree) -> int:
    command = RegisterCase(
        office_id=tree.by_code[OLD].id,
        decision_number="7/QĐ-CCTHADS",
        decision_date=date(2025, 2, 3),
        source=Source.ON_REQUEST,
        judgment=JudgmentInput(
            number="1/2025/DS-ST", judgment_date=date(2025, 1, 2), issuing_body="TAND", kind=JudgmentKind.CIVIL
        ),
        parties=[PartyInput(role=PartyRole.DEBTOR, name="Người mẫu")],
        obligations=[ObligationInput(content="Trả nợ", amount=500)],
    )
    return (await register_case(system_operator(tree.root.id), command, now=NOW)).case_id


async def stock_by_office(day: date) -> dict[int, tuple[int, int]]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text(
                "SELECT office_id, sum(count), sum(amount) FROM stat_delta WHERE indicator = 'in_progress' "
                "AND business_date <= :day GROUP BY office_id HAVING sum(count) <> 0"
            ),
            {"day": day},
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}


async def test_the_cases_of_an_ended_office_follow_its_new_successor(tree: OfficeTree):
    operator, before = system_operator(tree.root.id), tree.line.today(tree.by_code[OLD].id)
    other = next(n for n in tree.children[tree.by_code["91"].id] if n.id != before)
    case_id = await old_case(tree)
    assert await set_successor(operator, OLD, other.code) == 1
    assert (await case_detail(operator, case_id)).office_id == other.id
    assert await stock_by_office(date(2025, 6, 30)) == {tree.by_code[OLD].id: (1, 500)}
    assert await stock_by_office(date(2025, 9, 30)) == {other.id: (1, 500)}


async def test_a_province_agency_cannot_succeed_a_district_office(tree: OfficeTree):
    with pytest.raises(Refused):
        await set_successor(system_operator(tree.root.id), OLD, "91")


async def test_an_office_that_still_works_has_no_successor(tree: OfficeTree):
    with pytest.raises(Refused):
        await set_successor(system_operator(tree.root.id), "91-01", "91-02")


async def test_an_administrator_of_another_province_changes_nothing(tree: OfficeTree):
    elsewhere = tree.grant_scope(tree.by_code["01"].id)
    stranger = Actor(None, "Người ngoài", tree.by_code["01"].id, dict.fromkeys(Permission, elsewhere))
    with pytest.raises(Forbidden):
        await set_successor(stranger, OLD, "91-02")
