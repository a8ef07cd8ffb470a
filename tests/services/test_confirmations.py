"""Who records a large completion is not who confirms it; until then nothing is counted (ADR 0015)."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text

from models.enums import CaseStatus, EventType, Role
from models.guard_enums import CompletionStatus, Kinship
from tests.support.cast import OFFICE, Cast
from tests.support.some_cases import intake
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor, Mandate, Permission, system_operator
from thads_app.services.cases import ObligationInput, case_detail, register_case
from thads_app.services.confirmation_views import (
    change_limit,
    completion_limit,
    completions,
    waiting_at_case,
    waiting_count,
)
from thads_app.services.confirmations import (
    AskedCompletion,
    confirm_completion,
    record_or_ask,
    refuse_completion,
    withdraw_completion,
)
from thads_app.services.conflicts import DeclareConflict, declare
from thads_app.services.events import RecordedEvent, RecordEvent, allowed_events, record_event
from thads_app.services.office_tree import office_tree

NOW = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 5, 3, 0, tzinfo=UTC)
DAY = date(2026, 10, 30)
LARGE = 600_000_000


async def case_of(cast: Cast, amount: int, *, number: int = 1, officer: str = "alice") -> int:
    """A case with an officer."""
    form = intake(
        cast,
        number,
        obligations=[ObligationInput(content="Trả nợ", amount=amount)],
        staff_id=cast[officer].staff_id,
    )
    operator = system_operator((await office_tree()).root.id)
    return (await register_case(operator, form, now=NOW)).case_id


def completed(case_id: int, **more: object) -> RecordEvent:
    return RecordEvent.model_validate(
        {"case_id": case_id, "type": EventType.COMPLETED, "business_date": DAY, "document_number": "15/XN"} | more
    )


async def asked(cast: Cast, case_id: int, by: str = "alice", **more: object) -> int:
    done = await record_or_ask(cast[by], completed(case_id, **more), now=NOW)
    assert isinstance(done, AskedCompletion)
    return done.id


async def figures(case_id: int) -> dict[str, tuple[int, int]]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text(
                "SELECT indicator, sum(count), sum(amount) FROM stat_delta WHERE case_id = :id "
                "GROUP BY indicator HAVING sum(count) <> 0 OR sum(amount) <> 0"
            ),
            {"id": case_id},
        )
        return {row[0]: (int(row[1]), int(row[2])) for row in rows}


async def notices_of(actor: Actor) -> list[str]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT text FROM notice WHERE account_id = :id ORDER BY id"), {"id": actor.account_id}
        )
        return [row[0] for row in rows]


async def audited() -> list[str]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT action FROM audit_entry WHERE action LIKE 'completion.%' ORDER BY id")
        )
        return [row[0] for row in rows]


async def test_up_to_the_limit_one_person_completes_a_case(cast: Cast):
    case_id = await case_of(cast, 500_000_000)
    done = await record_or_ask(cast["alice"], completed(case_id), now=NOW)
    assert isinstance(done, RecordedEvent)
    assert (await case_detail(cast["alice"], case_id)).status is CaseStatus.COMPLETED


async def test_above_it_nothing_is_counted_before_somebody_else_confirms(cast: Cast):
    case_id = await case_of(cast, LARGE)
    before = await figures(case_id)
    asked_id = await asked(cast, case_id)
    assert await figures(case_id) == before
    assert (await case_detail(cast["alice"], case_id)).status is CaseStatus.IN_PROGRESS
    assert await waiting_count(cast["accountant"]) == await waiting_count(cast["office_head"]) == 1
    assert await waiting_count(cast["alice"]) == 0
    for told in (cast["accountant"], cast["office_head"]):
        assert "1/QĐ-THADS" in (await notices_of(told))[-1]

    await confirm_completion(cast["accountant"], asked_id, now=LATER)
    case = await case_detail(cast["alice"], case_id)
    entry = case.timeline[0]
    assert (case.status, case.collected, case.outstanding) == (CaseStatus.COMPLETED, LARGE, 0)
    assert (entry.business_date, entry.recorded_at) == (DAY, LATER)
    assert (entry.recorded_by, entry.confirmed_by) == ("Trần Thị An", "Đỗ Kim Toán")
    assert entry.document_number == "15/XN"
    assert (await figures(case_id))["completed"] == (1, LARGE)
    assert "Đỗ Kim Toán đã xác nhận" in (await notices_of(cast["alice"]))[-1]
    assert await audited() == ["completion.asked", "completion.confirmed"]


async def test_a_figure_as_known_before_the_confirmation_stays_without_it(cast: Cast):
    """statistics.md: a report counts what was recorded at or before its cut-off; a filed figure never moves."""
    case_id = await case_of(cast, LARGE)
    asked_id = await asked(cast, case_id)
    await confirm_completion(cast["accountant"], asked_id, now=LATER)
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT DISTINCT recorded_at FROM stat_delta WHERE case_id = :id AND indicator = 'completed'"),
            {"id": case_id},
        )
        assert [row[0] for row in rows] == [LATER]


async def test_small_receipts_before_it_do_not_lead_around_the_rule(cast: Cast):
    case_id = await case_of(cast, LARGE)
    collected = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=DAY, amount=LARGE - 1)
    await record_event(cast["alice"], collected, now=NOW)
    assert await asked(cast, case_id)


@pytest.mark.parametrize("door", ["service", "head"])
async def test_recording_it_straight_is_refused(cast: Cast, door: str):
    case_id = await case_of(cast, LARGE)
    actor = cast["alice"] if door == "service" else cast["office_head"]
    with pytest.raises(Refused, match="completion_needs_confirmation"):
        await record_event(actor, completed(case_id), now=NOW)


async def test_the_recorder_does_not_confirm_even_as_head(cast: Cast):
    case_id = await case_of(cast, LARGE)
    asked_id = await asked(cast, case_id, by="office_head")
    with pytest.raises(Refused, match="confirmer_is_recorder"):
        await confirm_completion(cast["office_head"], asked_id, now=LATER)
    view = await waiting_at_case(cast["office_head"], case_id)
    assert view is not None
    assert (view.may_answer, view.may_withdraw) == (False, True)
    assert view.barred is not None
    await confirm_completion(cast["province_head"], asked_id, now=LATER)


async def test_the_officer_of_the_case_does_not_act_as_its_accountant(cast: Cast):
    """TT 78/2020/TT-BTC Đ.8. The officer has been given the accountant's right by some other way."""
    case_id = await case_of(cast, LARGE)
    asked_id = await asked(cast, case_id, by="office_head")
    alice = cast["alice"]
    scopes = alice.scopes | {Permission.COMPLETION_CONFIRM: alice.scopes[Permission.CASE_READ]}
    with pytest.raises(Refused, match="confirmer_is_officer"):
        await confirm_completion(replace(alice, scopes=scopes), asked_id, now=LATER)


async def test_a_relative_of_a_party_does_not_confirm(cast: Cast):
    case_id = await case_of(cast, LARGE)
    bob = cast["bob"]
    relative = DeclareConflict(staff_id=bob.staff_id or 0, relation=Kinship.PARENT, person="Nguyễn X", case_id=case_id)
    await declare(bob, relative, now=NOW)
    asked_id = await asked(cast, case_id)
    scopes = bob.scopes | {Permission.COMPLETION_CONFIRM: bob.scopes[Permission.CASE_READ]}
    with pytest.raises(Refused, match="actor_is_relative"):
        await confirm_completion(replace(bob, scopes=scopes), asked_id, now=LATER)


async def test_a_deputy_neither_records_for_the_head_who_confirms_nor_confirms_for_them(cast: Cast):
    case_id = await case_of(cast, LARGE)
    head, bob = cast["office_head"], cast["bob"]
    assert head.account_id is not None
    scope = head.scopes[Permission.EVENT_RECORD]
    mandate = Mandate(1, head.account_id, {Permission.EVENT_RECORD: scope, Permission.COMPLETION_CONFIRM: scope})
    deputy = replace(
        bob, scopes=bob.scopes | mandate.scopes, own=bob.scopes, mandates=(mandate,), on_behalf_of=head.account_id
    )
    done = await record_or_ask(deputy, completed(case_id), now=NOW)
    assert isinstance(done, AskedCompletion)
    with pytest.raises(Refused, match="confirmer_is_recorder"):
        await confirm_completion(head, done.id, now=LATER)
    await confirm_completion(cast["accountant"], done.id, now=LATER)
    entry = (await case_detail(head, case_id)).timeline[0]
    assert (entry.recorded_by, entry.on_behalf_of) == (bob.name, head.name)

    another = await asked(cast, await case_of(cast, LARGE, number=2), by="office_head")
    with pytest.raises(Refused, match="confirmer_is_recorder"):
        await confirm_completion(deputy, another, now=LATER)


async def test_without_the_right_or_out_of_reach_nobody_confirms(cast: Cast):
    asked_id = await asked(cast, await case_of(cast, LARGE))
    for part in ("bob", "statistician", "intake_clerk", "leader"):
        with pytest.raises(Forbidden, match="completion_confirm_forbidden"):
            await confirm_completion(cast[part], asked_id, now=LATER)
    for part in ("charlie", "neighbour"):
        with pytest.raises(NotFound):
            await confirm_completion(cast[part], asked_id, now=LATER)


async def test_while_it_waits_nothing_else_happens_to_the_case(cast: Cast):
    case_id = await case_of(cast, LARGE)
    await asked(cast, case_id)
    collected = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=DAY, amount=1)
    with pytest.raises(Refused, match="completion_waiting"):
        await record_event(cast["alice"], collected, now=NOW)
    choices = await allowed_events(cast["alice"], case_id, today=DAY)
    assert {choice.reason for choice in choices if choice.type is EventType.COLLECTED} == {"completion_waiting"}
    with pytest.raises(Refused, match="completion_waiting"):
        await asked(cast, case_id)


async def test_refused_it_goes_back_with_the_reason_and_the_case_goes_on(cast: Cast):
    case_id = await case_of(cast, LARGE)
    asked_id = await asked(cast, case_id)
    with pytest.raises(Invalid):
        await refuse_completion(cast["accountant"], asked_id, "  ", now=LATER)
    await refuse_completion(cast["accountant"], asked_id, "Thiếu chứng từ nộp tiền", now=LATER)
    assert "Thiếu chứng từ nộp tiền" in (await notices_of(cast["alice"]))[-1]
    with pytest.raises(Refused, match="completion_answered"):
        await confirm_completion(cast["office_head"], asked_id, now=LATER)
    [view] = await completions(cast["alice"], answered=True)
    assert (view.status, view.reason) == (CompletionStatus.REFUSED, "Thiếu chứng từ nộp tiền")
    await confirm_completion(cast["accountant"], await asked(cast, case_id), now=LATER)


async def test_only_the_recorder_takes_it_back(cast: Cast):
    case_id = await case_of(cast, LARGE)
    asked_id = await asked(cast, case_id)
    with pytest.raises(Forbidden, match="completion_not_yours"):
        await withdraw_completion(cast["office_head"], asked_id, now=LATER)
    await withdraw_completion(cast["alice"], asked_id, now=LATER)
    assert await waiting_at_case(cast["alice"], case_id) is None
    assert await audited() == ["completion.asked", "completion.withdrawn"]


async def test_asking_twice_asks_once_and_confirming_twice_counts_once(cast: Cast):
    case_id, request = await case_of(cast, LARGE), uuid4()
    first = await asked(cast, case_id, request_id=request)
    assert await asked(cast, case_id, request_id=request) == first
    results = await asyncio.gather(
        confirm_completion(cast["accountant"], first, now=LATER),
        confirm_completion(cast["office_head"], first, now=LATER),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["RecordedEvent", "Refused"]
    assert (await figures(case_id))["completed"] == (1, LARGE)
    again = await record_or_ask(cast["alice"], completed(case_id, request_id=request), now=LATER)
    assert isinstance(again, RecordedEvent)


async def test_an_unlawful_completion_is_refused_at_once_and_not_only_at_the_confirmation(cast: Cast):
    case_id = await case_of(cast, LARGE)
    with pytest.raises(Invalid) as refused:
        await record_or_ask(cast["alice"], completed(case_id, amount=LARGE - 5), now=NOW)
    assert refused.value.fields["amount"].code == "completed_leaves_outstanding"
    with pytest.raises(Forbidden):
        await record_or_ask(cast["bob"], completed(case_id), now=NOW)
    assert await completions(cast["office_head"]) == []


async def test_the_limit_is_the_centres_to_change_and_says_where_it_comes_from(cast: Cast):
    limit = await completion_limit(cast["alice"])
    assert (limit.amount, limit.may_change) == (500_000_000, False)
    assert "chưa có nguồn pháp luật" in limit.source_note
    for part in ("province_admin", "office_head"):
        with pytest.raises(Forbidden):
            await change_limit(cast[part], 1, "Quyết định 1")
    with pytest.raises(Invalid):
        await change_limit(cast["central_admin"], 1_000_000, " ")
    await change_limit(cast["central_admin"], 1_000_000, "Quy chế nội bộ số 5")
    assert await asked(cast, await case_of(cast, 1_000_001))
    assert isinstance(
        await record_or_ask(cast["alice"], completed(await case_of(cast, 1_000_000, number=2)), now=NOW), RecordedEvent
    )


async def test_a_register_of_events_names_in_whose_stead_each_was_recorded(cast: Cast):
    """“Thay mặt”: registration, event, assignment and correction alike."""
    head = cast["office_head"]
    acting = replace(head, account_id=cast["bob"].account_id, name=cast["bob"].name, on_behalf_of=head.account_id)
    form = intake(cast, 3, OFFICE, staff_id=cast["alice"].staff_id)
    case_id = (await register_case(acting, form, now=NOW)).case_id
    collected = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=DAY, amount=1_000)
    event_id = (await record_event(acting, collected, now=NOW)).event_id
    await record_event(
        acting,
        RecordEvent(case_id=case_id, type=EventType.CORRECTED, business_date=DAY, corrects_id=event_id, note="Nhầm"),
        now=NOW,
    )
    story = (await case_detail(head, case_id)).timeline
    assert {entry.type for entry in story} == {
        EventType.REGISTERED, EventType.ASSIGNED, EventType.COLLECTED, EventType.CORRECTED,
    }  # fmt: skip
    assert {(entry.recorded_by, entry.on_behalf_of) for entry in story} == {(cast["bob"].name, head.name)}
    assert Role.HEAD in head.roles


async def test_the_database_itself_keeps_requests_and_declarations_from_other_offices(cast: Cast):
    case_id = await case_of(cast, LARGE)
    await asked(cast, case_id)
    bob = cast["bob"]
    said = DeclareConflict(staff_id=bob.staff_id or 0, relation=Kinship.PARENT, person="Nguyễn X", case_id=case_id)
    await declare(bob, said, now=NOW)

    async def reached(actor: Actor, table: str) -> int:
        async with unit_of_work(actor) as session:
            return int((await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())

    for table in ("completion_request", "conflict_of_interest"):
        assert [await reached(cast[part], table) for part in ("office_head", "bob", "province_head")] == [1, 1, 1]
        assert [await reached(cast[part], table) for part in ("neighbour", "charlie", "province_admin")] == [0, 0, 0]
        for change in ("SET note = 'x'", "SET case_id = 1"):
            async with unit_of_work(cast["charlie"]) as session:
                changed = await session.execute(text(f"UPDATE {table} {change}"))
                assert changed.rowcount == 0  # type: ignore[attr-defined]
