"""Handing cases over: responsibility and counting move per item, at the last confirmation and not before."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text

from models.enums import EventType, HandoverItemStatus, HandoverStatus
from tests.support.handover_cast import NOW, Cast, make_cast
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.rules import handovers as rules
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services.cases import case_detail
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.handover_views import HandoverDetail, handover_detail
from thads_app.services.handovers import (
    ItemInput,
    confirm_items,
    recall_handover,
    refuse_items,
    save_draft,
    send_handover,
)

RECEIVER, HEAD = Confirmer.RECEIVER, Confirmer.HEAD


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


async def officer_of(cast: Cast, case_id: int) -> int | None:
    return (await case_detail(cast.operator, case_id)).officer_id


async def stock_by_officer(case_id: int) -> dict[int | None, int]:
    """Officer → open count of a case, as the deltas say."""
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text(
                "SELECT officer_id, sum(count) FROM stat_delta WHERE case_id = :id AND indicator = 'in_progress' "
                "GROUP BY officer_id HAVING sum(count) <> 0"
            ),
            {"id": case_id},
        )
        return {row[0]: int(row[1]) for row in rows}


async def notices_of(actor: Actor) -> list[str]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT text FROM notice WHERE account_id = :id ORDER BY id"), {"id": actor.account_id}
        )
        return [row[0] for row in rows]


def item_ids(detail: HandoverDetail) -> dict[int, int]:
    """Case → item."""
    return {item.case_id: item.id for item in detail.items}


async def test_intake_hands_a_new_case_to_an_officer_who_becomes_responsible_on_confirming(cast: Cast):
    case_id = await cast.case("1/QĐ")
    sent = await cast.sent([case_id], giver=cast.clerk, receiver=cast.receiver)
    assert await officer_of(cast, case_id) is None
    [result] = await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    assert result.ok
    assert result.moved
    assert await officer_of(cast, case_id) == cast.receiver.staff_id
    detail = await handover_detail(cast.clerk, sent.id)
    assert detail.view.status is HandoverStatus.CLOSED
    story = (await case_detail(cast.operator, case_id)).timeline
    assert (story[0].type, story[0].handover_id) == (EventType.ASSIGNED, sent.id)


@pytest.mark.parametrize("order", [(RECEIVER, HEAD), (HEAD, RECEIVER)])
async def test_between_officers_the_count_moves_only_when_both_receiver_and_head_confirmed(
    cast: Cast, order: tuple[Confirmer, Confirmer]
):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    actors = {RECEIVER: cast.receiver, HEAD: cast.head}
    await confirm_items(actors[order[0]], sent.id, confirmer=order[0], now=NOW)
    assert await officer_of(cast, case_id) == cast.giver.staff_id
    assert await stock_by_officer(case_id) == {cast.giver.staff_id: 1}
    await confirm_items(actors[order[1]], sent.id, confirmer=order[1], now=NOW)
    assert await officer_of(cast, case_id) == cast.receiver.staff_id
    assert await stock_by_officer(case_id) == {cast.receiver.staff_id: 1}


async def test_a_case_handed_to_another_office_of_the_province_goes_to_that_office(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.neighbour)
    with pytest.raises(NotFound):
        await case_detail(cast.neighbour, case_id)
    await confirm_items(cast.neighbour, sent.id, confirmer=RECEIVER, now=NOW)
    with pytest.raises(Forbidden):
        await confirm_items(cast.head, sent.id, confirmer=HEAD, now=NOW)
    await confirm_items(cast.neighbour_head, sent.id, confirmer=HEAD, now=NOW)
    detail = await case_detail(cast.neighbour, case_id)
    assert (detail.office_code, detail.officer_id) == ("91-04", cast.neighbour.staff_id)


async def test_each_item_goes_its_own_way_and_the_handover_closes_with_the_last(cast: Cast):
    kept, given = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    sent = await cast.sent([kept, given], giver=cast.giver, receiver=cast.receiver)
    ids = item_ids(await handover_detail(cast.receiver, sent.id))
    await refuse_items(cast.receiver, sent.id, [ids[kept]], "Thiếu bút lục 5", confirmer=RECEIVER, now=NOW)
    await confirm_items(cast.receiver, sent.id, [ids[given]], confirmer=RECEIVER, now=NOW)
    assert (await handover_detail(cast.giver, sent.id)).view.status is HandoverStatus.SENT
    await confirm_items(cast.head, sent.id, confirmer=HEAD, now=NOW)
    detail = await handover_detail(cast.giver, sent.id)
    assert detail.view.status is HandoverStatus.CLOSED
    assert {item.case_id: item.status for item in detail.items} == {
        kept: HandoverItemStatus.REFUSED,
        given: HandoverItemStatus.CONFIRMED,
    }
    assert await officer_of(cast, kept) == cast.giver.staff_id
    assert await officer_of(cast, given) == cast.receiver.staff_id


async def test_a_refusal_needs_a_reason(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    ids = item_ids(await handover_detail(cast.receiver, sent.id))
    with pytest.raises(Invalid) as invalid:
        await refuse_items(cast.receiver, sent.id, [ids[case_id]], "   ", confirmer=RECEIVER, now=NOW)
    assert set(invalid.value.fields) == {"reason"}


async def test_after_the_receiver_confirmed_only_the_head_can_still_refuse(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    ids = item_ids(await handover_detail(cast.receiver, sent.id))
    await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    with pytest.raises(Refused) as refused:
        await refuse_items(cast.receiver, sent.id, [ids[case_id]], "Đổi ý", confirmer=RECEIVER, now=NOW)
    assert refused.value.code == "handover_already_received"
    await refuse_items(cast.head, sent.id, [ids[case_id]], "Chưa đủ điều kiện", confirmer=HEAD, now=NOW)
    assert (await handover_detail(cast.giver, sent.id)).view.status is HandoverStatus.CLOSED
    assert await officer_of(cast, case_id) == cast.giver.staff_id


async def test_recalling_takes_back_what_nobody_confirmed_and_leaves_the_rest_waiting(cast: Cast):
    first, second = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    sent = await cast.sent([first, second], giver=cast.giver, receiver=cast.receiver)
    ids = item_ids(await handover_detail(cast.receiver, sent.id))
    await confirm_items(cast.receiver, sent.id, [ids[first]], confirmer=RECEIVER, now=NOW)
    recalled = await recall_handover(cast.giver, sent.id, now=NOW)
    assert recalled.status is HandoverStatus.SENT
    detail = await handover_detail(cast.giver, sent.id)
    assert {item.case_id: item.status for item in detail.items} == {
        first: HandoverItemStatus.ACCEPTED,
        second: HandoverItemStatus.RECALLED,
    }
    again = await cast.sent([second], giver=cast.giver, receiver=cast.receiver)
    assert again.id != sent.id


async def test_a_recalled_handover_cannot_be_confirmed_any_more(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    assert (await recall_handover(cast.giver, sent.id, now=NOW)).status is HandoverStatus.RECALLED
    with pytest.raises(Refused) as refused:
        await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    assert refused.value.code == "handover_not_sent"
    assert await officer_of(cast, case_id) == cast.giver.staff_id


async def test_a_case_lies_in_one_open_handover_and_the_refusal_names_it(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    with pytest.raises(Invalid) as invalid:
        await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.neighbour), now=NOW)
    error = invalid.value.fields[f"items.{case_id}"]
    assert error.code == "handover_case_in_other"
    assert error.params["handover"] == sent.label


async def test_of_two_drafts_with_one_case_only_the_first_can_be_sent(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    one = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.receiver), now=NOW)
    other = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.neighbour), now=NOW)
    results = await asyncio.gather(
        send_handover(cast.giver, one.id, now=NOW),
        send_handover(cast.giver, other.id, now=NOW),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["Invalid", "SavedHandover"]


async def test_a_case_closed_after_sending_cannot_be_confirmed_and_the_others_can(cast: Cast):
    closed, fine = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    sent = await cast.sent([closed, fine], giver=cast.giver, receiver=cast.receiver)
    await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    done = RecordEvent(case_id=closed, type=EventType.COMPLETED, business_date=NOW.date())
    await record_event(cast.giver, done, now=NOW)
    results = {result.case_id: result for result in await confirm_items(cast.head, sent.id, confirmer=HEAD, now=NOW)}
    assert results[fine].moved
    assert not results[closed].ok
    assert results[closed].error is not None
    assert results[closed].error.code == "handover_case_closed"
    assert await officer_of(cast, fine) == cast.receiver.staff_id
    assert await officer_of(cast, closed) == cast.giver.staff_id


async def test_only_the_one_responsible_or_their_head_may_give_a_case(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    with pytest.raises(Invalid) as invalid:
        await save_draft(cast.receiver, cast.draft([case_id], giver=cast.receiver, receiver=cast.neighbour), now=NOW)
    assert invalid.value.fields[f"items.{case_id}"].code == "handover_case_not_givers"
    in_their_name = cast.draft([case_id], giver=cast.giver, receiver=cast.receiver, giver_staff_id=cast.giver.staff_id)
    with pytest.raises(Forbidden):
        await save_draft(cast.receiver, in_their_name, now=NOW)
    by_head = await save_draft(cast.head, in_their_name, now=NOW)
    await send_handover(cast.head, by_head.id, now=NOW)
    assert (await handover_detail(cast.giver, by_head.id)).view.giver == "Chấp hành viên chv1"


async def test_an_officer_cannot_hand_out_cases_as_intake(cast: Cast):
    case_id = await cast.case("1/QĐ")
    with pytest.raises(Forbidden):
        await save_draft(
            cast.giver,
            cast.draft([case_id], giver=cast.giver, receiver=cast.receiver, kind="intake_to_officer"),
            now=NOW,
        )


async def test_a_new_case_is_not_handed_to_another_office_nor_any_case_to_another_province(cast: Cast):
    fresh, held = await cast.case("1/QĐ"), await cast.case("2/QĐ", officer=cast.giver)
    with pytest.raises(Invalid) as invalid:
        await save_draft(cast.clerk, cast.draft([fresh], giver=cast.clerk, receiver=cast.neighbour), now=NOW)
    assert invalid.value.fields["receiver"].code == "officer_other_office"
    with pytest.raises(Invalid) as invalid:
        await save_draft(cast.giver, cast.draft([held], giver=cast.giver, receiver=cast.outsider_officer), now=NOW)
    assert invalid.value.fields["receiver"].code == "officer_other_province"


async def test_a_draft_may_lack_receiver_and_reason_but_is_not_sent_without_them(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    saved = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=None, reason=""), now=NOW)
    with pytest.raises(Invalid) as invalid:
        await send_handover(cast.giver, saved.id, now=NOW)
    assert set(invalid.value.fields) == {"receiver", "reason"}


async def test_wrong_numbers_and_doubled_cases_are_named_by_field(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    items = [
        ItemInput(case_id=case_id, sheet_count=-1, money_in_custody=-5),
        ItemInput(case_id=case_id),
    ]
    with pytest.raises(Invalid) as invalid:
        await save_draft(cast.giver, cast.draft([], giver=cast.giver, receiver=cast.receiver, items=items), now=NOW)
    assert {name: error.code for name, error in invalid.value.fields.items()} == {
        f"items.{case_id}.sheet_count": "handover_not_negative",
        f"items.{case_id}.money_in_custody": "handover_not_negative",
        f"items.{case_id}": "handover_case_twice",
    }


async def test_numbers_run_per_giving_office_and_year(cast: Cast):
    cases = [await cast.case(f"{n}/QĐ", officer=cast.giver) for n in (1, 2)]
    elsewhere = await cast.case("1/QĐ", officer=cast.neighbour, office="91-04")
    labels = [(await cast.sent([case], giver=cast.giver, receiver=cast.receiver)).label for case in cases]
    other = await cast.sent([elsewhere], giver=cast.neighbour, receiver=cast.receiver)
    assert [*labels, other.label] == ["BG-1/2026", "BG-2/2026", "BG-1/2026"]


async def test_the_same_request_twice_makes_one_draft_one_sending_and_one_move(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    draft = cast.draft([case_id], giver=cast.giver, receiver=cast.receiver)
    one, again = await save_draft(cast.giver, draft, now=NOW), await save_draft(cast.giver, draft, now=NOW)
    assert one.id == again.id
    sent = await send_handover(cast.giver, one.id, expected_version=again.version, now=NOW)
    assert await send_handover(cast.giver, one.id, expected_version=again.version, now=NOW) == sent
    ids = list(item_ids(await handover_detail(cast.receiver, sent.id)).values())
    for actor, confirmer in ((cast.receiver, RECEIVER), (cast.head, HEAD)):
        version = (await handover_detail(actor, sent.id)).version
        for _ in range(2):
            results = await confirm_items(actor, sent.id, ids, confirmer=confirmer, expected_version=version, now=NOW)
            assert all(result.ok for result in results)
    story = (await case_detail(cast.operator, case_id)).timeline
    assert [entry.type for entry in story] == ["assigned", "assigned", "registered"]


async def test_the_second_of_two_who_act_at_once_is_told_who_was_first(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    seen = (await handover_detail(cast.receiver, sent.id)).version
    await confirm_items(cast.head, sent.id, confirmer=HEAD, expected_version=seen, now=NOW)
    with pytest.raises(StaleVersion) as stale:
        await recall_handover(cast.giver, sent.id, expected_version=seen, now=NOW)
    assert stale.value.by == cast.head.name


async def test_the_people_concerned_are_told(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    assert len(await notices_of(cast.receiver)) == len(await notices_of(cast.head)) == 1
    await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    assert await notices_of(cast.giver) == []
    await confirm_items(cast.head, sent.id, confirmer=HEAD, now=NOW)
    [told] = await notices_of(cast.giver)
    assert sent.label in told
    assert "xác nhận" in told
    assert await notices_of(cast.outsider) == []


async def test_a_refusal_is_told_to_the_giver_with_its_reason(cast: Cast):
    case_id = await cast.case("1/QĐ")
    sent = await cast.sent([case_id], giver=cast.clerk, receiver=cast.receiver)
    ids = item_ids(await handover_detail(cast.receiver, sent.id))
    await refuse_items(cast.receiver, sent.id, [ids[case_id]], "Thiếu bản án", confirmer=RECEIVER, now=NOW)
    [told] = await notices_of(cast.clerk)
    assert "Thiếu bản án" in told


async def test_every_step_leaves_an_audit_row(cast: Cast):
    case_id = await cast.case("1/QĐ")
    sent = await cast.sent([case_id], giver=cast.clerk, receiver=cast.receiver)
    await confirm_items(cast.receiver, sent.id, confirmer=RECEIVER, now=NOW)
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT action, account_id FROM audit_entry WHERE object_type = 'handover' ORDER BY id")
        )
        assert [tuple(row) for row in rows] == [
            ("handover.saved", cast.clerk.account_id),
            ("handover.sent", cast.clerk.account_id),
            ("handover.confirmed", cast.receiver.account_id),
        ]


async def test_a_kind_is_a_row_of_data(cast: Cast, monkeypatch: pytest.MonkeyPatch):
    """A kind that needs only the head, and moves nobody's responsibility, is a change of data alone."""
    kind = rules.HandoverKind.OFFICER_TO_OFFICER
    row = rules.HANDOVER_RULES[kind]
    changed = replace(row, confirmers=frozenset({HEAD}), moves_responsibility=False)
    monkeypatch.setitem(rules.HANDOVER_RULES, kind, changed)
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    [result] = await confirm_items(cast.head, sent.id, confirmer=HEAD, now=NOW)
    assert result.ok
    assert not result.moved
    assert (await handover_detail(cast.giver, sent.id)).view.status is HandoverStatus.CLOSED
    assert await officer_of(cast, case_id) == cast.giver.staff_id
