"""A case from its decision to its end, through the real services and database."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from models import Posting, StaffMember
from models.enums import CaseStatus, EventType, Grade, JudgmentKind, PartyRole, Source
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.repositories.cases import find_case
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
from thads_app.services.events import RecordEvent, allowed_events, record_event, register_again
from thads_app.services.office_tree import office_tree

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
async def tree(database: str) -> OfficeTree:
    return await office_tree()


@pytest.fixture
async def operator(tree: OfficeTree) -> Actor:
    return system_operator(tree.root.id)


async def officer(tree: OfficeTree, code: str, office: str) -> int:
    async with unit_of_work(EVERYWHERE) as session:
        staff = StaffMember(code=code, full_name=f"CHV {code}", name_key=code.lower(), grade=Grade.JUNIOR)
        session.add(staff)
        await session.flush()
        assert staff.id is not None
        session.add(Posting(staff_id=staff.id, office_id=tree.by_code[office].id))
        return staff.id


def decision(tree: OfficeTree, number: str = "1/QĐ-THADS", office: str = "91-03", **changes: object) -> RegisterCase:
    values: dict[str, object] = {
        "office_id": tree.by_code[office].id,
        "decision_number": number,
        "decision_date": date(2026, 10, 5),
        "source": Source.ON_REQUEST,
        "judgment": JudgmentInput(
            number="12/2026/DS-ST",
            judgment_date=date(2026, 9, 1),
            issuing_body="TAND khu vực 3",
            kind=JudgmentKind.CIVIL,
        ),
        "parties": [PartyInput(role=PartyRole.DEBTOR, name="Nguyễn Văn Mẫu")],
        "obligations": [ObligationInput(content="Trả nợ gốc", amount=1_000_000)],
    }
    return RegisterCase.model_validate(values | changes)


def event(case_id: int, kind: EventType, day: date, **more: object) -> RecordEvent:
    return RecordEvent.model_validate({"case_id": case_id, "type": kind, "business_date": day} | more)


async def cells(case_id: int) -> dict[str, tuple[int, int]]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text(
                "SELECT indicator, sum(count), sum(amount) FROM stat_delta WHERE case_id = :id "
                "GROUP BY indicator HAVING sum(count) <> 0 OR sum(amount) <> 0"
            ),
            {"id": case_id},
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}


async def test_a_case_is_registered_assigned_collected_and_completed(tree: OfficeTree, operator: Actor):
    staff_id = await officer(tree, "CHV01", "91-03")
    made = await register_case(operator, decision(tree, staff_id=staff_id), now=NOW)
    await record_event(operator, event(made.case_id, EventType.COLLECTED, date(2026, 10, 20), amount=400_000), now=NOW)
    await record_event(operator, event(made.case_id, EventType.COMPLETED, date(2026, 10, 30)), now=NOW)
    detail = await case_detail(operator, made.case_id)
    assert detail.status is CaseStatus.COMPLETED
    assert (detail.amount, detail.collected, detail.outstanding) == (1_000_000, 1_000_000, 0)
    assert [entry.type for entry in detail.timeline] == ["completed", "collected", "assigned", "registered"]
    assert detail.timeline[0].booked == 600_000
    assert await cells(made.case_id) == {"newly_registered": (1, 1_000_000), "completed": (1, 1_000_000)}


async def test_a_correction_reverses_the_event_and_reopens_the_case(tree: OfficeTree, operator: Actor):
    made = await register_case(operator, decision(tree), now=NOW)
    done = await record_event(operator, event(made.case_id, EventType.COMPLETED, date(2026, 10, 9)), now=NOW)
    await record_event(
        operator, event(made.case_id, EventType.CORRECTED, date(2026, 10, 12), corrects_id=done.event_id), now=NOW
    )
    detail = await case_detail(operator, made.case_id)
    assert detail.status is CaseStatus.IN_PROGRESS
    assert detail.outstanding == 1_000_000
    assert await cells(made.case_id) == {"newly_registered": (1, 1_000_000), "in_progress": (1, 1_000_000)}


async def test_a_correction_that_would_make_a_later_event_unlawful_is_refused(tree: OfficeTree, operator: Actor):
    made = await register_case(operator, decision(tree), now=NOW)
    found = await record_event(
        operator, event(made.case_id, EventType.FOUND_WITHOUT_CONDITIONS, date(2026, 10, 9)), now=NOW
    )
    await record_event(operator, event(made.case_id, EventType.FOUND_WITH_CONDITIONS, date(2026, 10, 15)), now=NOW)
    with pytest.raises(Refused) as refused:
        await record_event(
            operator, event(made.case_id, EventType.CORRECTED, date(2026, 10, 16), corrects_id=found.event_id), now=NOW
        )
    assert refused.value.code == "correction_breaks_later"


async def test_a_case_of_an_ended_office_passes_to_its_successor(tree: OfficeTree, operator: Actor):
    old = tree.by_code["89-C01"]
    made = await register_case(
        operator,
        decision(
            tree,
            office="89-C01",
            decision_date=date(2025, 2, 3),
            judgment=JudgmentInput(
                number="1/2025/DS-ST", judgment_date=date(2025, 1, 2), issuing_body="TAND", kind=JudgmentKind.CIVIL
            ),
        ),
        now=NOW,
    )
    detail = await case_detail(operator, made.case_id)
    assert detail.office_id == tree.line.today(old.id) != old.id
    assert [entry.business_date for entry in detail.timeline if entry.event_id is None] == [date(2025, 7, 1)]


async def test_the_same_number_twice_in_a_year_is_refused_beside_its_field(tree: OfficeTree, operator: Actor):
    await register_case(operator, decision(tree), now=NOW)
    with pytest.raises(Invalid) as invalid:
        await register_case(operator, decision(tree), now=NOW)
    assert invalid.value.fields["decision_number"].code == "decision_taken"


async def test_every_wrong_field_of_the_intake_form_is_named_at_once(tree: OfficeTree, operator: Actor):
    wrong = decision(
        tree,
        number="",
        decision_date=date(2027, 1, 1),
        parties=[],
        obligations=[ObligationInput(content="", amount=-1)],
    )
    with pytest.raises(Invalid) as invalid:
        await register_case(operator, wrong, now=NOW)
    assert set(invalid.value.fields) == {
        "decision_number",
        "decision_date",
        "parties",
        "obligations.0.content",
        "obligations.0.amount",
    }


async def test_the_same_request_sent_twice_records_once(tree: OfficeTree, operator: Actor):
    request = "7b1c3c5e-9a44-4c6a-8d55-2f0d0f4f2a11"
    first = await register_case(operator, decision(tree, request_id=request), now=NOW)
    again = await register_case(operator, decision(tree, request_id=request), now=NOW)
    assert first.case_id == again.case_id


async def test_two_people_at_once_the_second_is_told(tree: OfficeTree, operator: Actor):
    made = await register_case(operator, decision(tree), now=NOW)
    version = (await case_detail(operator, made.case_id)).version
    await record_event(
        operator,
        event(made.case_id, EventType.COLLECTED, date(2026, 10, 7), amount=5, expected_version=version),
        now=NOW,
    )
    with pytest.raises(StaleVersion):
        await record_event(
            operator,
            event(made.case_id, EventType.COLLECTED, date(2026, 10, 7), amount=5, expected_version=version),
            now=NOW,
        )


async def test_an_outsider_neither_reads_nor_changes_a_case(tree: OfficeTree, operator: Actor):
    made = await register_case(operator, decision(tree), now=NOW)
    elsewhere = tree.grant_scope(tree.by_code["01"].id)
    outsider = Actor(None, "Người ngoài", tree.by_code["01"].id, dict.fromkeys(Permission, elsewhere))
    with pytest.raises(NotFound):
        await case_detail(outsider, made.case_id)
    with pytest.raises(NotFound):
        await record_event(outsider, event(made.case_id, EventType.COLLECTED, date(2026, 10, 7), amount=5), now=NOW)
    with pytest.raises(NotFound):
        await allowed_events(outsider, made.case_id)
    with pytest.raises(Forbidden):
        await register_case(outsider, decision(tree, number="2/QĐ"), now=NOW)


async def test_events_deltas_and_audit_rows_cannot_be_changed_even_by_their_owner(tree: OfficeTree, operator: Actor):
    await register_case(operator, decision(tree), now=NOW)
    for table in ("case_event", "stat_delta", "audit_entry"):
        for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
            with pytest.raises(ProgrammingError):
                async with unit_of_work(EVERYWHERE) as session:
                    await session.execute(text(statement))


async def test_a_mistyped_amount_is_registered_again_and_the_earlier_cut_off_keeps_it(
    tree: OfficeTree, operator: Actor
):
    made = await register_case(operator, decision(tree), now=NOW)
    await record_event(operator, event(made.case_id, EventType.COLLECTED, date(2026, 10, 7), amount=5), now=NOW)
    later = datetime(2026, 11, 10, tzinfo=UTC)
    async with unit_of_work(EVERYWHERE) as session:
        case = await find_case(session, EVERYWHERE, made.case_id, lock=True)
        assert case is not None
        await register_again(session, operator, case, amount=200, decision_date=date(2026, 10, 6), now=later)
    detail = await case_detail(operator, made.case_id)
    assert (detail.amount, detail.outstanding, detail.decision_date) == (200, 195, date(2026, 10, 6))
    assert await cells(made.case_id) == {"newly_registered": (1, 200), "completed": (0, 5), "in_progress": (1, 195)}
    async with unit_of_work(EVERYWHERE) as session:
        before = await session.execute(
            text("SELECT sum(amount) FROM stat_delta WHERE indicator = 'newly_registered' AND recorded_at <= :cut"),
            {"cut": NOW},
        )
        assert before.scalar_one() == 1_000_000


async def test_a_nul_character_in_typed_text_is_dropped_not_an_error(tree: OfficeTree, operator: Actor):
    made = await register_case(operator, decision(tree, number="9/QĐ\x00-THADS"), now=NOW)
    assert (await case_detail(operator, made.case_id)).decision_number == "9/QĐ-THADS"
