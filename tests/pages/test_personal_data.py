"""The pages of personal data: what they show to whom, and that a number leaves the screen by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.enums import EventType, PartyRole
from models.personal_enums import DataRequestStatus, ExportKind, PersonalField
from pages.cases.detail_page import CaseState
from pages.cases.edit import EditState
from pages.cases.reveal import RevealState
from pages.personal_data.exports_page import ExportListState
from pages.personal_data.register import RegisterState
from pages.personal_data.requests import RequestListState
from tests.support.cast import Cast
from tests.support.some_cases import NOW, intake
from tests.support.tab import Denied, Tab
from thads_app import clock
from thads_app.rules.rights import system_operator
from thads_app.services.cases import PartyInput, register_case
from thads_app.services.data_requests import RequestQuery, list_requests
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.exports import record_export

NUMBER = "001099000123"


async def case_of_alice(cast: Cast) -> int:
    debtor = PartyInput(role=PartyRole.DEBTOR, name="Nguyễn Văn Hùng", id_number=NUMBER)
    made = await register_case(cast["intake_clerk"], intake(cast, 1, parties=[debtor]), now=NOW)
    assigned = RecordEvent(
        case_id=made.case_id,
        type=EventType.ASSIGNED,
        business_date=date(2026, 10, 20),
        staff_id=cast["alice"].staff_id,
    )
    await record_event(system_operator(cast["leader"].office_id), assigned, now=NOW)
    return made.case_id


async def opened(cast: Cast, part: str, case_id: int) -> Tab:
    tab = Tab(cast[part], f"/ho-so/{case_id}?xem=duong-su")
    await tab.run(CaseState, "load")
    return tab


async def test_a_case_shows_masks_and_offers_to_see_them_to_whoever_may(cast: Cast) -> None:
    case_id = await case_of_alice(cast)
    offered: dict[str, bool] = {}
    for part in ("alice", "bob", "office_head", "intake_clerk", "accountant"):
        shown = (await opened(cast, part, case_id)).state(CaseState)
        assert shown.parties[0].id_number == "•••••••••123"
        offered[part] = shown.can_reveal
    assert offered == {"alice": True, "bob": False, "office_head": True, "intake_clerk": True, "accountant": False}


async def test_a_number_is_shown_for_a_purpose_and_hides_again(cast: Cast) -> None:
    case_id = await case_of_alice(cast)
    tab = await opened(cast, "alice", case_id)
    party = tab.state(CaseState).parties[0]
    await tab.run(RevealState, "start", case_id, party.key, party.name, "id_number")
    shown = tab.state(RevealState)
    assert (shown.open, shown.name) == (True, "Nguyễn Văn Hùng")
    function = RevealState.event_handlers["show"].fn
    assert await function(shown, {"purpose": "", "reason": ""}) is None
    assert set(shown.errors) == {"purpose", "reason"}
    assert shown.shown == {}
    later = await function(shown, {"purpose": "payment", "reason": "chi trả tiền đợt 1"})
    assert "hide_later" in str(later.handler.fn)
    assert (shown.shown, shown.open) == ({f"{party.key}.id_number": NUMBER}, False)
    await tab.run(RevealState, "hide", f"{party.key}.id_number")
    assert shown.shown == {}


async def test_the_numbers_in_an_events_words_are_offered_and_shown_where_there_are_any(cast: Cast) -> None:
    case_id = await case_of_alice(cast)
    collected = RecordEvent(
        case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 25), amount=1, note="gọi 0912345678"
    )
    await record_event(cast["alice"], collected, now=NOW)
    for part, count in (("alice", 1), ("bob", 0)):
        tab = Tab(cast[part], f"/ho-so/{case_id}")
        await tab.run(CaseState, "load")
        assert len(tab.state(CaseState).concealed) == count
    tab = Tab(cast["alice"], f"/ho-so/{case_id}")
    await tab.run(CaseState, "load")
    [key] = tab.state(CaseState).concealed
    await tab.run(RevealState, "start_note", case_id, key, "Thu được 1 đ")
    shown = tab.state(RevealState)
    assert (shown.open, shown.title, shown.name) == (True, "Xem số trong diễn biến", "Thu được 1 đ")
    function = RevealState.event_handlers["show"].fn
    assert await function(shown, {"purpose": "", "reason": ""}) is None
    assert (set(shown.errors), shown.shown) == ({"purpose", "reason"}, {})
    later = await function(shown, {"purpose": "service_of_papers", "reason": "gọi báo ngày làm việc"})
    assert "hide_later" in str(later.handler.fn)
    assert (shown.shown, shown.open) == ({f"event.{key}": "gọi 0912345678"}, False)
    await tab.run(RevealState, "start", case_id, "1", "Nguyễn Văn Hùng", "id_number")
    assert shown.title == "Xem số định danh"
    await tab.run(CaseState, "load")
    assert shown.open
    tab.go("/ho-so/999999")
    await tab.run(CaseState, "load")
    assert not shown.open
    for rubbish in ("x", None, "-1", "9" * 5_000):
        await tab.run(RevealState, "start_note", case_id, rubbish, "x")
        assert not shown.open
    with pytest.raises(Denied):
        await Tab(cast["accountant"], "/ho-so/1").run(RevealState, "start_note", 1, "1", "x")


@pytest.mark.parametrize(
    "wrong", [("1", "x", "name"), ("x", "x", "id_number"), (None, None, None), ("-1", "", "telephone")]
)
async def test_rubbish_opens_no_panel(cast: Cast, wrong: tuple[Any, ...]) -> None:
    tab = Tab(cast["alice"], "/ho-so/1")
    await tab.run(RevealState, "start", 1, *wrong)
    assert not tab.state(RevealState).open


async def test_who_may_never_see_numbers_cannot_even_ask(cast: Cast) -> None:
    tab = Tab(cast["accountant"], "/ho-so/1")
    for handler, arguments in (("start", (1, "1", "x", PersonalField.ID_NUMBER.value)), ("show", ({},))):
        with pytest.raises(Denied):
            await tab.run(RevealState, handler, *arguments)


async def test_the_edit_form_never_gets_a_number_and_saving_keeps_it(cast: Cast) -> None:
    case_id = await case_of_alice(cast)
    tab = Tab(cast["intake_clerk"], f"/ho-so/{case_id}")
    await tab.run(EditState, "start", case_id)
    state = tab.state(EditState)
    assert NUMBER not in str(state.values)
    form = dict(state.values) | {"parties.0.name": "Nguyễn Văn Hưng"}
    await tab.run(EditState, "save", form)
    assert (state.errors, state.open) == ({}, False)
    await tab.run(EditState, "start", case_id)
    assert state.values["parties.0.id_number"] == "•••••••••123"
    assert state.values["parties.0.name"] == "Nguyễn Văn Hưng"


# -- exports ---------------------------------------------------------------------------------------------------------


async def test_a_head_sees_and_narrows_the_exports_of_the_office(cast: Cast) -> None:
    await record_export(cast["alice"], ExportKind.CASES, "ho-so.xlsx", 1_200, {"trang-thai": "dang-mo"})
    await record_export(cast["bob"], ExportKind.REPORT, "bieu.xlsx", 3, {})
    tab = Tab(cast["office_head"], "/quan-tri/ket-xuat")
    await tab.run(ExportListState, "load")
    shown = tab.state(ExportListState)
    assert [(row.by, row.rows, row.conditions) for row in shown.rows] == [
        ("Lê Văn Bình", "3", "không có"),
        ("Trần Thị An", "1.200", "Trạng thái: đang mở"),
    ]
    tab.go(f"/quan-tri/ket-xuat?loai=cases&q=an&tu=rac&den={clock.today():%d/%m/%Y}&sau=khong")
    await tab.run(ExportListState, "load")
    assert [row.by for row in shown.rows] == ["Trần Thị An"]
    assert [chip.label for chip in shown.chips] == ["Người kết xuất", "Loại", "Đến ngày"]
    assert "từ ngày" in shown.problem
    with pytest.raises(Denied):
        await Tab(cast["alice"], "/quan-tri/ket-xuat").run(ExportListState, "load")


# -- requests and the register ---------------------------------------------------------------------------------------


def typed(**changes: str) -> dict[str, str]:
    form = {
        "office_code": "91-03", "received_on": f"{clock.today():%d/%m/%Y}", "channel": "post", "kind": "access",
        "subject_name": "Nguyễn Thị Mẫu", "content": "Xin xem dữ liệu của tôi", "person": "",
    }  # fmt: skip
    return form | changes


async def test_a_request_is_taken_in_and_carried_out_on_the_page(cast: Cast) -> None:
    tab = Tab(cast["office_head"], "/du-lieu-ca-nhan")
    await tab.run(RequestListState, "load")
    await tab.run(RequestListState, "start")
    state = tab.state(RequestListState)
    assert (state.home_code, state.rows) == ("91-03", [])
    await tab.run(RequestListState, "create", typed(subject_name="", kind="rác", received_on="hôm kia kìa"))
    assert {"subject_name", "kind", "received_on"} <= set(state.errors)
    await tab.run(RequestListState, "create", typed())
    assert (state.errors, state.creating, len(state.rows)) == ({}, False, 1)
    (row,) = state.rows
    assert (row.status, [step.value for step in row.steps]) == (
        "Chờ phản hồi tiếp nhận", ["respond", "fulfil", "refuse", "withdraw"],
    )  # fmt: skip
    await tab.run(RequestListState, "show", row.id)
    await tab.run(RequestListState, "act", {"step": "refuse", "words": ""})
    assert set(state.errors) == {"words"}
    await tab.run(RequestListState, "act", {"step": "fulfil", "words": "Đã gửi bản in"})
    assert (state.errors, state.opened, state.rows) == ({}, False, [])
    done = await list_requests(cast["office_head"], RequestQuery(closed_only=True))
    assert [each.status for each in done.rows] == [DataRequestStatus.FULFILLED]


async def test_a_row_that_is_not_on_the_page_opens_nothing(cast: Cast) -> None:
    tab = Tab(cast["office_head"], "/du-lieu-ca-nhan")
    await tab.run(RequestListState, "load")
    for rubbish in (7, "x", None, -1):
        await tab.run(RequestListState, "show", rubbish)
        assert not tab.state(RequestListState).opened
    await tab.run(RequestListState, "act", {"step": "fulfil", "words": "x"})
    await tab.run(RequestListState, "give", {"person": "1"})
    with pytest.raises(Denied):
        await Tab(cast["alice"], "/du-lieu-ca-nhan").run(RequestListState, "load")


async def test_the_register_is_shown_to_a_head_and_edited_by_the_centre(cast: Cast) -> None:
    tab = Tab(cast["office_head"], "/du-lieu-ca-nhan?muc=hoat-dong")
    await tab.run(RegisterState, "load")
    state = tab.state(RegisterState)
    assert (len(state.rows), state.can_edit) == (6, False)
    await tab.run(RegisterState, "start", "XL-01")
    await tab.run(RegisterState, "save", dict(state.values))
    assert state.errors[""].startswith("Sổ hoạt động xử lý là của toàn hệ thống")
    centre = Tab(cast["central_admin"], "/du-lieu-ca-nhan?muc=hoat-dong")
    await centre.run(RegisterState, "load")
    mine = centre.state(RegisterState)
    assert mine.can_edit
    await centre.run(RegisterState, "start", "XL-01")
    await centre.run(RegisterState, "save", dict(mine.values) | {"retention": "20 năm"})
    assert (mine.errors, mine.open, mine.rows[0].retention) == ({}, False, "20 năm")
