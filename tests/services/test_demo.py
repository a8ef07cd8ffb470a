"""The demonstration: lawful, spread over the nation, with work on the desks of its accounts."""

from typing import Any

import pytest
from sqlalchemy import text

from thads_app.db import unit_of_work
from thads_app.errors import Refused
from thads_app.messages import MESSAGES
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.demo.plan import Scale
from thads_app.services.demo.run import DemoResult, make_demo
from thads_app.services.demo_accounts import demo_accounts
from thads_app.services.verify import verify


@pytest.fixture(scope="module")
async def made(module_database: str) -> DemoResult:
    return await make_demo(Scale.SMALL)


async def rows(statement: str) -> list[Any]:
    async with unit_of_work(EVERYWHERE) as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def one(statement: str) -> Any:
    return (await rows(statement))[0][0]


async def test_it_holds_about_three_thousand_cases_of_every_province(made: DemoResult):
    assert 2500 <= made.cases <= 3500
    provinces = """
        SELECT count(DISTINCT split_part(o.code, '-', 1)) FROM cases c JOIN office o ON o.id = c.office_id
        WHERE o.valid_to IS NULL
    """
    assert await one(provinces) == 34


async def test_cases_begin_in_old_offices_and_lie_in_new_ones(made: DemoResult):
    old = "SELECT count(*) FROM cases c JOIN office o ON o.id = c.registered_office_id WHERE o.code LIKE '%-C%'"
    assert await one(old) > 500
    stray = """
        SELECT count(*) FROM cases c JOIN office o ON o.id = c.office_id
        WHERE o.valid_to IS NOT NULL AND c.closed_on IS NULL
    """
    assert await one(stray) == 0


async def test_nothing_happens_after_yesterday_but_the_handovers(made: DemoResult):
    assert await one("SELECT count(*) FROM case_event WHERE recorded_at > now()") == 0
    late_days = "SELECT count(*) FROM case_event WHERE business_date >= current_date AND handover_id IS NULL"
    assert await one(late_days) == 0


async def test_the_shown_office_has_work_waiting(made: DemoResult):
    office = "JOIN office o ON o.id = c.office_id WHERE o.code = '91-03' AND c.closed_on IS NULL"
    assert await one(f"SELECT count(*) FROM cases c {office}") >= 40
    assert await one(f"SELECT count(*) FROM cases c {office} AND c.officer_id IS NULL") >= 4
    states = {row[0] for row in await rows("SELECT status FROM handover")}
    assert {"closed", "sent", "draft"} <= states


async def test_the_accounts_are_there_and_marked(made: DemoResult):
    assert await one("SELECT count(*) FROM account WHERE is_demo") == len(demo_accounts())
    officer = await rows(
        "SELECT s.full_name = a.full_name FROM account a JOIN staff_member s ON s.id = a.staff_id ORDER BY 1"
    )
    assert officer
    assert all(row[0] for row in officer)


async def test_there_are_corrections_late_entries_and_marked_targets(made: DemoResult):
    assert await one("SELECT count(*) FROM case_event WHERE type = 'corrected'") > 0
    assert 0 < made.late < made.events / 10
    assert await one("SELECT count(*) FROM target WHERE source_note = 'Chỉ tiêu minh họa'") == 4


async def test_shares_resemble_the_published_ones(made: DemoResult):
    ex_officio, cases = (await rows("SELECT count(*) FILTER (WHERE source = 'ex_officio'), count(*) FROM cases"))[0]
    assert 0.8 < ex_officio / cases < 0.9
    money = "SELECT sum(amount) FILTER (WHERE source = 'ex_officio') / sum(amount)::float FROM cases"
    assert await one(money) < 0.2
    ended = "SELECT count(*) FILTER (WHERE status = 'completed') / count(*)::float FROM cases"
    assert 0.5 < await one(ended) < 0.75


async def test_every_delta_belongs_to_the_moment_of_its_event(made: DemoResult):
    strange = """
        SELECT count(*) FROM stat_delta d JOIN case_event e ON e.id = d.event_id
        WHERE d.recorded_at <> e.recorded_at OR d.case_id <> e.case_id
    """
    assert await one(strange) == 0


async def test_events_of_a_case_are_recorded_one_after_another(made: DemoResult):
    strange = """
        SELECT count(*) FROM case_event e JOIN case_event f ON f.case_id = e.case_id AND f.sequence = e.sequence + 1
        WHERE f.recorded_at < e.recorded_at
    """
    assert await one(strange) == 0
    early = "SELECT count(*) FROM case_event WHERE (recorded_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date < business_date"
    assert await one(early) == 0


async def test_a_database_with_cases_is_left_alone(made: DemoResult):
    with pytest.raises(Refused) as refused:
        await make_demo(Scale.SMALL)
    assert refused.value.code == "demo_not_empty"
    assert refused.value.code in MESSAGES


async def test_identity_numbers_belong_to_nobody(made: DemoResult):
    assert await one("SELECT count(*) FROM party WHERE id_number NOT LIKE '999%'") == 0


@pytest.mark.slow
async def test_verification_agrees_now_and_at_earlier_moments(made: DemoResult):
    found = await verify(cut_offs=2)
    assert found.cases == made.cases
    assert found.differences == ()
