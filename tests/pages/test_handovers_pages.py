"""The handlers of the handover pages: what they show, what they refuse, and what a person's typing survives."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.event import EventSpec
from reflex.istate.data import URLData

from models.enums import HandoverStatus
from pages.frame import FrameState
from pages.handovers.detail_page import HandoverState
from pages.handovers.form_page import HandoverFormState
from pages.handovers.list_page import HandoverListState
from tests.support.handover_cast import Cast, make_cast
from thads_app.auth.gate import act_as
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import Actor
from thads_app.services.cases import case_detail
from thads_app.services.handover_views import Box, handover_detail, list_handovers
from thads_app.services.handovers import SavedHandover, confirm_items, save_draft, send_handover
from thads_app.services.sessions import SignedIn, Stage

State = TypeVar("State", bound=rx.State)


class Tab:
    """One tab of somebody's browser: its states, its address, what handlers asked the browser to do."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.root = rx.State(_reflex_internal_init=True)
        self.asked: list[str] = []

    def state(self, kind: type[State]) -> State:
        return self.root.get_substate(kind.get_full_name().split("."))

    def go(self, address: str) -> None:
        self.root.rx_router_url = URLData.from_router_data({"asPath": address})

    async def open(self, kind: type[State], address: str) -> State:
        self.go(address)
        state = self.state(kind)
        await self.run(state.load)
        return state

    async def run(self, handler: Any, *arguments: Any) -> None:
        act_as(SignedIn(self.actor, Stage.FULL, self.actor.name))
        called = handler(*arguments)
        events = [event async for event in called] if inspect.isasyncgen(called) else [await called]
        self.asked = [str(event.args) for event in events if isinstance(event, EventSpec)]

    @property
    def told(self) -> str:
        return self.state(FrameState).toast_text


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


@pytest.fixture(autouse=True)
def nobody() -> Iterator[None]:
    yield
    act_as(None)


async def sent(cast: Cast, cases: list[int], *, giver: Actor, receiver: Actor) -> SavedHandover:
    saved = await save_draft(giver, cast.draft(cases, giver=giver, receiver=receiver))
    return await send_handover(giver, saved.id)


async def test_each_person_lands_on_the_list_that_needs_them(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    await sent(cast, [case_id], giver=cast.giver, receiver=cast.receiver)
    for actor, box, waiting in ((cast.receiver, "nhan", "1"), (cast.head, "duyet", "1"), (cast.clerk, "giao", "")):
        state = await Tab(actor).open(HandoverListState, "/ban-giao")
        assert state.box == box
        assert next(tab.count for tab in state.tabs if tab.key == box) == waiting
    outsider = await Tab(cast.outsider).open(HandoverListState, "/ban-giao?hop=tat-ca")
    assert outsider.rows == []


async def test_an_address_somebody_mangled_still_shows_a_list(cast: Cast):
    for query in ("hop=x&trang-thai=y&sau=z", "hop=duyet", "sau=99999999999999999999999", "don-vi=%00", "truoc=-1"):
        state = await Tab(cast.giver).open(HandoverListState, f"/ban-giao?{query}")
        assert (state.error, state.loading) == ("", False)


async def test_confirming_on_the_page_moves_the_case_and_says_so(cast: Cast):
    case_id = await cast.case("1/QĐ")
    handover = await sent(cast, [case_id], giver=cast.clerk, receiver=cast.receiver)
    tab = Tab(cast.receiver)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    assert state.confirm_label == "Xác nhận đã nhận 1 hồ sơ"
    await tab.run(state.confirm_all)
    assert tab.told == "Đã xác nhận 1 hồ sơ. Trách nhiệm của 1 hồ sơ đã chuyển."
    assert (state.status, state.confirm_label, state.problems) == ("closed", "", [])
    assert (await case_detail(cast.operator, case_id)).officer_id == cast.receiver.staff_id


async def test_whoever_acts_on_an_old_page_is_told_and_shown_how_things_stand(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    handover = await sent(cast, [case_id], giver=cast.giver, receiver=cast.receiver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    await confirm_items(cast.receiver, handover.id, confirmer=Confirmer.RECEIVER)
    await tab.run(state.recall)
    assert state.problems == [f"{cast.receiver.name} vừa thay đổi bàn giao này. Xin xem lại rồi làm tiếp."]
    assert (state.items[0].status, state.may_recall) == ("accepted", False)


async def test_a_refusal_without_a_reason_stays_open_and_says_so(cast: Cast):
    case_id = await cast.case("1/QĐ")
    handover = await sent(cast, [case_id], giver=cast.clerk, receiver=cast.receiver)
    tab = Tab(cast.receiver)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    await tab.run(state.start_refusing, state.items[0].id)
    await tab.run(state.refuse, {"reason": " "})
    assert (state.refusal_errors, bool(state.refusing)) == ({"reason": "Cần ghi lý do từ chối."}, True)
    await tab.run(state.refuse, {"reason": "Thiếu bản án"})
    assert (state.refusing, state.items[0].status_notes) == (0, ["Thiếu bản án"])


@pytest.mark.parametrize("forged", ["x", None, {"a": 1}, -1, 10**30, True, "1 or 1=1"])
async def test_forged_arguments_do_nothing(cast: Cast, forged: Any):
    case_id = await cast.case("1/QĐ")
    handover = await sent(cast, [case_id], giver=cast.clerk, receiver=cast.receiver)
    tab = Tab(cast.receiver)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    form = await tab.open(HandoverFormState, "/ban-giao/moi?viec=" + str(forged))
    for handler in (state.confirm, state.approve, state.start_refusing, state.refuse, form.save, form.add_case):
        await tab.run(handler, forged)
    await tab.run(form.intend, forged)
    detail = await handover_detail(cast.clerk, handover.id)
    assert (detail.view.status, detail.version) == (HandoverStatus.SENT, handover.version)


async def test_an_outsider_is_shown_nothing_of_a_handover(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    handover = await sent(cast, [case_id], giver=cast.giver, receiver=cast.receiver)
    tab = Tab(cast.outsider)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    assert (state.missing, state.items, state.giver) == (True, [], "")
    state.id = handover.id
    await tab.run(state.approve_all)
    await tab.run(state.recall)
    assert (await handover_detail(cast.giver, handover.id)).version == handover.version


async def test_nothing_of_the_handover_seen_before_stays_when_the_next_is_not_mine(cast: Cast):
    mine, others = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    to_me = await sent(cast, [mine], giver=cast.giver, receiver=cast.neighbour)
    within = await sent(cast, [others], giver=cast.giver, receiver=cast.receiver)
    tab = Tab(cast.neighbour)
    await tab.open(HandoverState, f"/ban-giao/{to_me.id}")
    state = await tab.open(HandoverState, f"/ban-giao/{within.id}")
    assert (state.missing, state.items, state.giver, state.reason) == (True, [], "", "")


def filled(case_id: int, to: Actor, **more: str) -> dict[str, str]:
    return {
        "receiver": str(to.staff_id),
        "reason": "Nghỉ hưu",
        f"sheets_{case_id}": "42",
        f"money_{case_id}": "1,5 triệu",
        f"deadlines_{case_id}": "xác minh lại 05/12",
        f"note_{case_id}": "",
        **more,
    }


async def test_selected_cases_are_written_up_and_sent_in_one_go(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverFormState, f"/ban-giao/moi?viec={case_id}")
    assert [row.number for row in state.rows] == ["1/QĐ"]
    await tab.run(state.intend, "send")
    await tab.run(state.save, filled(case_id, cast.receiver))
    [made] = (await list_handovers(cast.receiver, Box.INCOMING)).rows
    assert f"/ban-giao/{made.id}" in tab.asked[-1]
    assert tab.told == f"Đã gửi bàn giao {made.label}. Bên nhận đã được báo."
    [item] = (await handover_detail(cast.receiver, made.id)).items
    assert (item.sheet_count, item.money_in_custody, item.open_deadlines) == (42, 1_500_000, "xác minh lại 05/12")


async def test_a_draft_is_kept_opened_again_and_sent_later(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverFormState, f"/ban-giao/moi?viec={case_id}")
    await tab.run(state.intend, "keep")
    await tab.run(state.save, filled(case_id, cast.receiver))
    [draft] = (await list_handovers(cast.giver, Box.OUTGOING)).rows
    assert draft.status is HandoverStatus.DRAFT
    again = await Tab(cast.giver).open(HandoverFormState, f"/ban-giao/moi?phieu={draft.id}")
    assert (again.receiver, again.reason, again.rows[0].sheets) == (str(cast.receiver.staff_id), "Nghỉ hưu", "42")
    page = Tab(cast.giver)
    detail = await page.open(HandoverState, f"/ban-giao/{draft.id}")
    await page.run(detail.send)
    assert (detail.status, detail.problems) == ("sent", [])


async def test_wrong_input_stands_beside_its_field_and_nothing_is_sent(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverFormState, f"/ban-giao/moi?viec={case_id}")
    wrong = filled(case_id, cast.receiver, **{f"sheets_{case_id}": "mười", f"money_{case_id}": "nhiều"})
    await tab.run(state.save, wrong)
    assert set(state.errors) == {f"sheets_{case_id}", f"money_{case_id}"}
    await tab.run(state.save, {**wrong, "receiver": "", "reason": ""})
    assert set(state.errors) == {"receiver", "reason", f"sheets_{case_id}", f"money_{case_id}"}
    await tab.run(state.save, filled(case_id, cast.receiver, receiver="", reason=""))
    assert set(state.errors) == {"receiver", "reason"}
    assert (await list_handovers(cast.receiver, Box.INCOMING)).rows == []


async def test_adding_a_case_keeps_the_form_and_opening_it_anew_does_not(cast: Cast):
    first, second = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.giver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverFormState, f"/ban-giao/moi?viec={first}")
    await tab.run(state.save, filled(first, cast.receiver, receiver=""))
    key, kept = state.form_key, state._handover_id
    assert kept is not None
    await tab.run(state.search_cases, "nguyen")
    assert [option.value for option in state.case_options] == [str(second)]
    await tab.run(state.add_case, str(second))
    assert f"viec={first},{second}" in tab.asked[0]
    await tab.open(HandoverFormState, f"/ban-giao/moi?loai=officer_to_officer&viec={first},{second}")
    assert (len(state.rows), state.form_key, state._handover_id) == (2, key, kept)
    await tab.open(HandoverFormState, f"/ban-giao/moi?viec={second}")
    assert state.form_key != key
    assert (state._handover_id, state.errors) == (None, {})


async def test_everything_open_is_added_at_once_and_taken_off_one_by_one(cast: Cast):
    for number in ("1/QĐ", "2/QĐ", "3/QĐ"):
        await cast.case(number, officer=cast.giver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverFormState, "/ban-giao/moi")
    await tab.run(state.add_all)
    words = tab.asked[0].split("viec=")[1].split('"')[0].split("'")[0]
    await tab.open(HandoverFormState, f"/ban-giao/moi?loai=officer_to_officer&viec={words}")
    assert len(state.rows) == 3
    await tab.run(state.drop_case, state.rows[0].id)
    assert tab.asked[0].count(",") >= 1
    assert state.rows[0].id not in tab.asked[0].split("viec=")[1].split(",")


async def test_two_who_edit_one_draft_the_second_is_told_and_may_save_again(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    draft = await save_draft(cast.giver, cast.draft([case_id], giver=cast.giver, receiver=cast.receiver))
    officer, head = Tab(cast.giver), Tab(cast.head)
    mine = await officer.open(HandoverFormState, f"/ban-giao/moi?phieu={draft.id}")
    theirs = await head.open(HandoverFormState, f"/ban-giao/moi?phieu={draft.id}")
    for tab, state in ((head, theirs), (officer, mine)):
        await tab.run(state.intend, "keep")
    await head.run(theirs.save, filled(case_id, cast.receiver, reason="Của thủ trưởng"))
    await officer.run(mine.save, filled(case_id, cast.receiver, reason="Của tôi"))
    assert cast.head.name in mine.errors[""]
    assert (await handover_detail(cast.giver, draft.id)).view.reason == "Của thủ trưởng"
    await officer.run(mine.save, filled(case_id, cast.receiver, reason="Của tôi"))
    assert (await handover_detail(cast.giver, draft.id)).view.reason == "Của tôi"


async def test_a_recalled_handover_gives_its_cases_back(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    handover = await sent(cast, [case_id], giver=cast.giver, receiver=cast.receiver)
    tab = Tab(cast.giver)
    state = await tab.open(HandoverState, f"/ban-giao/{handover.id}")
    await tab.run(state.ask_recall)
    assert state.recall_title == f"Thu hồi bàn giao {handover.label}?"
    await tab.run(state.recall)
    assert (state.status, tab.told) == ("recalled", f"Đã thu hồi bàn giao {handover.label}.")
    form = await tab.open(HandoverFormState, f"/ban-giao/moi?viec={case_id}")
    assert form.rows[0].problem == ""
