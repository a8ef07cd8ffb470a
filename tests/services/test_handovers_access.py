"""Who may know of a handover: its two sides and those above them; to everybody else it does not exist."""

import pytest

from tests.support.handover_cast import NOW, Cast, make_cast
from thads_app.errors import Forbidden, NotFound
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import Actor
from thads_app.services.handover_views import Box, handover_detail, list_handovers, waiting
from thads_app.services.handovers import (
    confirm_items,
    of_case,
    recall_handover,
    refuse_items,
    save_draft,
    send_handover,
)


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


async def listed(actor: Actor, box: Box) -> list[int]:
    return [row.id for row in (await list_handovers(actor, box)).rows]


async def test_an_outsider_reaches_a_handover_by_no_way(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    item = (await handover_detail(cast.giver, sent.id)).items[0].id
    for outsider in (cast.outsider, cast.outsider_officer):
        with pytest.raises(NotFound):
            await handover_detail(outsider, sent.id)
        with pytest.raises(NotFound):
            await confirm_items(outsider, sent.id, confirmer=Confirmer.RECEIVER, now=NOW)
        with pytest.raises(NotFound):
            await confirm_items(outsider, sent.id, confirmer=Confirmer.HEAD, now=NOW)
        with pytest.raises(NotFound):
            await refuse_items(outsider, sent.id, [item], "Không", confirmer=Confirmer.HEAD, now=NOW)
        with pytest.raises(NotFound):
            await recall_handover(outsider, sent.id, now=NOW)
        with pytest.raises(NotFound):
            await of_case(outsider, case_id)
        for box in Box:
            assert await listed(outsider, box) == []


async def test_a_draft_is_seen_by_whoever_gives_and_their_head_only(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    saved = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.receiver), now=NOW)
    for sees in (cast.giver, cast.head):
        assert (await handover_detail(sees, saved.id)).may_edit
    for sees_not in (cast.receiver, cast.clerk, cast.neighbour_head, cast.outsider):
        with pytest.raises(NotFound):
            await handover_detail(sees_not, saved.id)
        with pytest.raises(NotFound):
            await send_handover(sees_not, saved.id, now=NOW)


async def test_a_receiver_of_another_office_sees_what_is_sent_to_them_and_no_more(cast: Cast):
    mine, others = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    to_me = await cast.sent([mine], giver=cast.giver, receiver=cast.neighbour)
    within = await cast.sent([others], giver=cast.giver, receiver=cast.receiver)
    detail = await handover_detail(cast.neighbour, to_me.id)
    assert detail.is_receiver
    assert not detail.items[0].case_visible
    with pytest.raises(NotFound):
        await handover_detail(cast.neighbour, within.id)
    assert await listed(cast.neighbour, Box.ALL) == [to_me.id]
    assert await listed(cast.neighbour_head, Box.TO_APPROVE) == [to_me.id]


async def test_a_colleague_of_the_receiver_neither_confirms_nor_refuses(cast: Cast):
    case_id = await cast.case("1/QĐ")
    sent = await cast.sent([case_id], giver=cast.clerk, receiver=cast.receiver)
    item = (await handover_detail(cast.giver, sent.id)).items[0]
    assert not item.may_confirm
    for colleague in (cast.giver, cast.head):
        with pytest.raises(Forbidden):
            await confirm_items(colleague, sent.id, confirmer=Confirmer.RECEIVER, now=NOW)
        with pytest.raises(Forbidden):
            await refuse_items(colleague, sent.id, [item.id], "Không", confirmer=Confirmer.RECEIVER, now=NOW)
    with pytest.raises(NotFound):
        await recall_handover(cast.receiver, sent.id, now=NOW)


async def test_an_item_of_another_handover_is_not_reached_through_mine(cast: Cast):
    mine, others = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    to_me = await cast.sent([mine], giver=cast.giver, receiver=cast.neighbour)
    within = await cast.sent([others], giver=cast.giver, receiver=cast.receiver)
    foreign = (await handover_detail(cast.giver, within.id)).items[0].id
    with pytest.raises(NotFound):
        await confirm_items(cast.neighbour, to_me.id, [foreign], confirmer=Confirmer.RECEIVER, now=NOW)


async def test_the_badges_count_what_waits_for_me_and_go_down_as_i_answer(cast: Cast):
    cases = [await cast.case(f"{n}/QĐ", officer=cast.giver) for n in (1, 2)]
    sent = await cast.sent(cases, giver=cast.giver, receiver=cast.receiver)
    assert (await waiting(cast.receiver)).as_receiver == 2
    assert (await waiting(cast.head)).as_head == 2
    assert await listed(cast.head, Box.TO_APPROVE) == [sent.id]
    await confirm_items(cast.receiver, sent.id, confirmer=Confirmer.RECEIVER, now=NOW)
    assert (await waiting(cast.receiver)).as_receiver == 0
    await confirm_items(cast.head, sent.id, confirmer=Confirmer.HEAD, now=NOW)
    assert (await waiting(cast.head)).as_head == 0
    assert await listed(cast.head, Box.TO_APPROVE) == []
    assert await listed(cast.receiver, Box.INCOMING) == await listed(cast.giver, Box.OUTGOING) == [sent.id]


async def test_pages_of_a_list_lead_on_and_back(cast: Cast):
    sent = [
        (await cast.sent([await cast.case(f"{n}/QĐ", officer=cast.giver)], giver=cast.giver, receiver=cast.receiver)).id
        for n in range(1, 6)
    ][::-1]
    first = await list_handovers(cast.giver, Box.OUTGOING, size=2)
    assert ([row.id for row in first.rows], first.newer) == (sent[:2], None)
    second = await list_handovers(cast.giver, Box.OUTGOING, size=2, below=first.older)
    assert [row.id for row in second.rows] == sent[2:4]
    last = await list_handovers(cast.giver, Box.OUTGOING, size=2, below=second.older)
    assert ([row.id for row in last.rows], last.older) == (sent[4:], None)
    back = await list_handovers(cast.giver, Box.OUTGOING, size=2, above=second.newer)
    assert ([row.id for row in back.rows], back.newer) == (sent[:2], None)


async def test_a_case_tells_its_handovers_newest_first(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    first = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    await recall_handover(cast.giver, first.id, now=NOW)
    second = await cast.sent([case_id], giver=cast.giver, receiver=cast.neighbour)
    shown = await of_case(cast.head, case_id)
    assert [(each.view.id, str(each.status)) for each in shown] == [(second.id, "pending"), (first.id, "recalled")]
