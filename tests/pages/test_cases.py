"""The case pages' handlers: what they show, what they refuse, and that nothing typed or foreign slips through."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pages.cases.assign import AssignState
from pages.cases.detail_page import CaseState, case_id_of
from pages.cases.edit import EditState
from pages.cases.intake import IntakeState
from pages.cases.list_page import CaseListState
from pages.cases.record import RecordState
from pages.frame import FrameState
from tests.support.cast import OFFICE, OFFICE_ELSEWHERE, Cast
from tests.support.some_cases import NOW, World, intake
from tests.support.tab import Denied, Tab
from thads_app import clock
from thads_app.services.cases import case_detail, register_case


async def one_case(cast: Cast, number: int = 1, **changes: object) -> int:
    return (await register_case(cast["intake_clerk"], intake(cast, number, **changes), now=NOW)).case_id


def typed(**changes: str) -> dict[str, str]:
    """An intake form as the browser sends it."""
    form = {
        "judgment.number": "9/2026/DS-ST",
        "judgment.judgment_date": "1/9/26",
        "judgment.kind": "civil",
        "judgment.issuing_body": "TAND khu vực 3",
        "parties.0.role": "debtor",
        "parties.0.name": "Nguyễn Văn Mẫu",
        "parties.1.role": "creditor",
        "parties.1.name": "Ngân hàng Mẫu",
        "obligations.0.content": "Trả nợ",
        "obligations.0.amount": "1,25 tỷ",
        "decision_number": "77/QĐ-THADS",
        "decision_date": f"{clock.today() - timedelta(days=1):%d/%m/%Y}",
        "source": "on_request",
    }
    return form | {name.replace("__", "."): value for name, value in changes.items()}


# -- the list ------------------------------------------------------------------------------------------------------


async def test_the_list_shows_a_page_with_its_conditions_and_neighbours(world: World) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so?trang-thai=dang-mo&q=ngan+hang")
    await tab.run(CaseListState, "load")
    shown = tab.state(CaseListState)
    assert len(shown.rows) == len(world.here) - 1
    assert shown.count_label == "13 việc"
    assert [(chip.label, chip.value, chip.href) for chip in shown.chips] == [
        ("Trạng thái", "đang mở", "/ho-so?q=ngan+hang"),
        ("Tìm", "ngan hang", "/ho-so?trang-thai=dang-mo"),
    ]
    assert shown.sort_hrefs["date"].endswith("sap=ngay")
    assert shown.export_href == "/api/exports/cases?q=ngan+hang&trang-thai=dang-mo"
    assert (shown.previous_href, shown.next_href) == ("", "")


async def test_a_list_names_the_conditions_it_could_not_read(world: World) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so?tu=hom-qua&don-vi=ZZ")
    await tab.run(CaseListState, "load")
    shown = tab.state(CaseListState)
    assert "từ ngày" in shown.problem
    assert "đơn vị" in shown.problem
    assert len(shown.rows) == len(world.here)


async def test_the_form_of_conditions_becomes_an_address(world: World) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so?q=nguyen&sap=so&sau=abc")
    form = {
        "trang-thai:in_progress": "on",
        "trang-thai:suspended": "on",
        "loai-an:civil": "on",
        "tien-tu": "1 tỷ",
        "tu": "1/3/26",
    }
    (address,) = await tab.run(CaseListState, "apply_conditions", form)
    assert address == (
        "/ho-so?q=nguyen&trang-thai=in_progress%2Csuspended&loai-an=civil&tu=01%2F03%2F2026&tien-tu=1000000000&sap=so"
    )


async def test_only_rows_on_the_page_can_be_selected(world: World) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so")
    await tab.run(CaseListState, "load")
    for case_id in (world.here[0], world.here[1], world.elsewhere[0], "1", None, -3):
        await tab.run(CaseListState, "pick", case_id, True)
    shown = tab.state(CaseListState)
    assert shown.selected == world.here[:2]
    assert shown.hand_over_href == f"/ban-giao/moi?viec={world.here[0]},{world.here[1]}"
    assert "1/QĐ-THADS (đã kết thúc)" in shown.bulk_why
    assert not shown.all_open
    await tab.run(CaseListState, "pick", world.here[0], False)
    assert (shown.bulk_why, shown.all_open) == ("", True)
    await tab.run(CaseListState, "pick_all", False)
    assert shown.selected == []


async def test_selected_cases_are_assigned_at_once_and_the_refused_ones_say_why(world: World) -> None:
    head = world.cast["office_head"]
    tab = Tab(head, "/ho-so")
    await tab.run(CaseListState, "load")
    done, open_one = world.here[0], world.here[9]
    for case_id in (done, open_one):
        await tab.run(CaseListState, "pick", case_id, True)
    await tab.run(CaseListState, "assign_selected")
    panel = tab.state(AssignState)
    assert panel.open
    assert {officer.name for officer in panel.officers} == {"Trần Thị An", "Lê Văn Bình"}
    alice = str(world.cast["alice"].staff_id)
    await tab.run(AssignState, "save", {"staff_id": alice, "business_date": "hôm nay"})
    assert set(panel.errors) == {"business_date"}
    await tab.run(AssignState, "save", {"staff_id": alice, "business_date": f"{clock.today():%d/%m/%Y}"})
    assert [failure.partition(":")[0] for failure in panel.failures] == ["1/QĐ-THADS"]
    assert panel.open
    assert (await case_detail(head, open_one)).officer == "Trần Thị An"
    await tab.run(CaseListState, "after_assigning")
    assert tab.state(CaseListState).selected == []


async def test_outsiders_and_other_roles_get_nothing_by_any_handler(world: World) -> None:
    case_id = world.here[0]
    outsider = Tab(world.cast["charlie"], f"/ho-so/{case_id}?xem=nhat-ky")
    await outsider.run(CaseState, "load")
    assert outsider.state(CaseState).missing
    for state, handler in ((RecordState, "start"), (EditState, "start")):
        await outsider.run(state, handler, case_id)
        assert not outsider.state(state).open
    await outsider.run(AssignState, "start", world.here)
    assert not outsider.state(AssignState).open
    await outsider.run(RecordState, "start_correction", case_id, 1)
    assert not outsider.state(RecordState).open
    said = repr([vars_of(outsider, kind) for kind in (CaseState, RecordState, EditState, AssignState, CaseListState)])
    assert "Hưng Thịnh" not in said
    assert "Trần Thị" not in said

    for part, state, handler in (
        ("alice", EditState, "start"),
        ("alice", AssignState, "start"),
        ("leader", RecordState, "start"),
        ("alice", IntakeState, "load"),
        ("central_admin", CaseListState, "load"),
        ("intake_clerk", AssignState, "save"),
    ):
        with pytest.raises(Denied):
            await Tab(world.cast[part], "/ho-so").run(state, handler, {})


def vars_of(tab: Tab, kind: type[Any]) -> dict[str, Any]:
    state = tab.state(kind)
    return {name: getattr(state, name) for name in state.base_vars if name in kind.__annotations__}


@pytest.mark.parametrize("rubbish", [None, "1' or 1=1", {"a": 1}, [[]], -1, 10**30, True])
async def test_wrong_arguments_change_nothing_and_break_nothing(world: World, rubbish: Any) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so")
    for state, handler in (
        (RecordState, "start"),
        (RecordState, "choose"),
        (RecordState, "save"),
        (EditState, "start"),
        (EditState, "save"),
        (AssignState, "start"),
        (AssignState, "save"),
        (CaseState, "correct"),
        (CaseListState, "apply_conditions"),
        (CaseListState, "pick_all"),
        (FrameState, "pick_year"),
        (FrameState, "pick_office"),
        (FrameState, "search"),
    ):
        await tab.run(state, handler, rubbish)
    assert not tab.state(RecordState).open


# -- entering a case -----------------------------------------------------------------------------------------------


async def test_a_case_is_entered_and_the_form_is_ready_for_the_next(cast: Cast) -> None:
    await one_case(cast)
    clerk = cast["intake_clerk"]
    tab = Tab(clerk, "/ho-so/moi")
    await tab.run(IntakeState, "load")
    form = tab.state(IntakeState)
    assert (form.office, form.values["decision_number"]) == (OFFICE, "2/QĐ-THADS")
    key = form.form_key
    assert await tab.run(IntakeState, "save", typed(next="on")) == []
    assert form.errors == {}
    assert form.values["decision_number"] == "78/QĐ-THADS"
    assert form.form_key != key
    assert form.saved == key
    detail = await case_detail(clerk, case_id_of(form.made_href))
    assert (detail.decision_number, detail.amount, detail.debtor_name) == (
        "77/QĐ-THADS",
        1_250_000_000,
        "Nguyễn Văn Mẫu",
    )

    (address,) = await tab.run(IntakeState, "save", typed(decision_number="78/QĐ-THADS", judgment__number="10/2026"))
    assert (await case_detail(clerk, case_id_of(address))).decision_number == "78/QĐ-THADS"


async def test_every_mistake_of_the_form_is_named_at_once_in_its_order(cast: Cast) -> None:
    tab = Tab(cast["intake_clerk"], "/ho-so/moi")
    await tab.run(IntakeState, "load")
    await tab.run(IntakeState, "save", {"judgment.judgment_date": "32/1/2026", "obligations.0.amount": "nhiều lắm"})
    errors = tab.state(IntakeState).errors
    assert list(errors) == [
        "judgment.number",
        "judgment.judgment_date",
        "judgment.kind",
        "judgment.issuing_body",
        "parties",
        "obligations.0.amount",
        "obligations.0.content",
        "decision_date",
        "decision_number",
        "source",
    ]
    assert "lịch" in errors["judgment.judgment_date"]


async def test_errors_stand_beside_the_row_they_belong_to(cast: Cast) -> None:
    tab = Tab(cast["intake_clerk"], "/ho-so/moi")
    await tab.run(IntakeState, "load")
    form = typed(parties__4__role="creditor", parties__4__address="Chỉ có địa chỉ", obligations__3__amount="5 triệu")
    await tab.run(IntakeState, "save", form)
    assert list(tab.state(IntakeState).errors) == ["parties.4.name", "obligations.3.content"]


async def test_a_likely_duplicate_is_shown_first_and_saved_on_the_second_asking(cast: Cast) -> None:
    known = await one_case(cast, 6)
    clerk = cast["intake_clerk"]
    tab = Tab(clerk, "/ho-so/moi")
    await tab.run(IntakeState, "load")
    form = tab.state(IntakeState)
    for name, value in (("judgment.number", "106/2026/ds-st"), ("judgment.judgment_date", "1/9/26")):
        await tab.run(IntakeState, "watch", name, value)
    assert [row.href for row in form.similar] == [f"/ho-so/{known}"]
    await tab.run(IntakeState, "watch", "parties.0.name", "NGUYEN van hung")
    assert "Có thể đã thụ lý" in form.similar_text
    again = typed(judgment__number="106/2026/DS-ST", parties__0__name="Nguyễn Văn Hùng")
    assert await tab.run(IntakeState, "save", again) == []
    assert list(form.errors) == [""]
    (address,) = await tab.run(IntakeState, "save", again)
    assert case_id_of(address) > known


async def test_a_form_sent_twice_makes_one_case(cast: Cast) -> None:
    tab = Tab(cast["intake_clerk"], "/ho-so/moi")
    await tab.run(IntakeState, "load")
    form = typed()
    (first,) = await tab.run(IntakeState, "save", form)
    tab.state(IntakeState)._warned = f"{form['judgment.number']}|2026-09-01|{form['parties.0.name']}".casefold()
    (second,) = await tab.run(IntakeState, "save", form)
    assert first == second


async def test_nobody_registers_for_an_office_that_is_not_theirs(cast: Cast) -> None:
    tab = Tab(cast["intake_clerk"], f"/ho-so/moi?don-vi={OFFICE_ELSEWHERE}")
    await tab.run(IntakeState, "load")
    form = tab.state(IntakeState)
    assert form.office == OFFICE
    await tab.run(IntakeState, "pick_office", OFFICE_ELSEWHERE)
    assert form.office == OFFICE
    form.office = OFFICE_ELSEWHERE
    assert await tab.run(IntakeState, "save", typed()) == []
    assert "quyền" in form.errors[""]


# -- one case ------------------------------------------------------------------------------------------------------


async def test_the_case_page_says_who_how_much_and_what_may_be_done(world: World) -> None:
    case_id = world.here[2]
    tab = Tab(world.cast["bob"], f"/ho-so/{case_id}")
    await tab.run(CaseState, "load")
    shown = tab.state(CaseState)
    assert shown.title == "Công ty TNHH Hưng Thịnh phải trả Ngân hàng số 3 70.000.000 đ"
    assert (shown.collected, shown.outstanding, shown.percent) == ("20.000.000", "50.000.000", 29)
    assert [item.what for item in shown.story] == [
        "Thu được tiền 20.000.000 đ",
        "Phân công cho Lê Văn Bình",
        "Thụ lý 70.000.000 đ",
    ]
    assert (shown.can_record, shown.can_edit, shown.can_assign, shown.correctable) == (True, False, False, [])
    alice = Tab(world.cast["alice"], f"/ho-so/{case_id}")
    await alice.run(CaseState, "load")
    assert not alice.state(CaseState).can_record, "it is Bob's case"


async def test_only_lawful_events_are_offered_and_the_others_say_why_not(world: World) -> None:
    tab = Tab(world.cast["alice"], "/ho-so")
    await tab.run(RecordState, "start", world.here[1])
    panel = tab.state(RecordState)
    offered = [choice.value for choice in panel.choices]
    assert "found_with_conditions" in offered
    assert "suspended" not in offered
    reasons = {refusal.label: refusal.reason for refusal in panel.refused}
    assert "Chưa có điều kiện" in reasons["Tạm đình chỉ"]


async def test_an_event_is_recorded_with_its_errors_beside_the_fields(world: World) -> None:
    case_id, bob = world.here[2], world.cast["bob"]
    tab = Tab(bob, f"/ho-so/{case_id}")
    await tab.run(RecordState, "start", case_id)
    panel = tab.state(RecordState)
    await tab.run(RecordState, "choose", "collected")
    assert panel.wants_amount
    today = f"{clock.today():%d/%m/%Y}"
    await tab.run(RecordState, "save", {"type": "collected", "business_date": today, "amount": "70 triệu"})
    assert "50.000.000" in panel.errors["amount"]
    assert panel.open
    await tab.run(RecordState, "save", {"type": "collected", "business_date": today, "amount": "10 triệu"})
    assert not panel.open
    assert (await case_detail(bob, case_id)).outstanding == 40_000_000
    assert "Thu được tiền" in tab.state(FrameState).toast_text


async def test_somebody_faster_is_named_and_what_was_typed_can_be_saved_again(world: World) -> None:
    case_id = world.here[2]
    slow, fast = Tab(world.cast["bob"], "/ho-so"), Tab(world.cast["office_head"], "/ho-so")
    form = {"type": "collected", "business_date": f"{clock.today():%d/%m/%Y}", "amount": "1 triệu"}
    for tab in (slow, fast):
        await tab.run(RecordState, "start", case_id)
    await fast.run(RecordState, "save", form)
    await slow.run(RecordState, "save", form)
    panel = slow.state(RecordState)
    assert panel.open
    assert "Nguyễn Thị Trưởng" in panel.conflict
    await slow.run(RecordState, "save", form)
    assert (await case_detail(world.cast["bob"], case_id)).outstanding == 48_000_000


async def test_a_correction_needs_a_reason_and_stands_beside_what_it_strikes_out(world: World) -> None:
    case_id, head = world.here[2], world.cast["office_head"]
    tab = Tab(head, f"/ho-so/{case_id}")
    await tab.run(CaseState, "load")
    key = tab.state(CaseState).story[0].key
    await tab.run(CaseState, "correct", key)
    panel = tab.state(RecordState)
    assert panel.correcting
    today = f"{clock.today():%d/%m/%Y}"
    await tab.run(RecordState, "save_correction", {"business_date": today, "note": " "})
    assert set(panel.errors) == {"note"}
    await tab.run(RecordState, "save_correction", {"business_date": today, "note": "ghi nhầm hồ sơ"})
    await tab.run(CaseState, "load")
    story = tab.state(CaseState).story
    assert [(item.what, item.struck) for item in story[:2]] == [
        ("Đính chính", False),
        ("Thu được tiền 20.000.000 đ", True),
    ]
    assert "ghi nhầm hồ sơ" in story[1].more
    assert tab.state(CaseState).collected == "0"


async def test_two_editors_see_the_conflict_field_by_field_and_the_second_may_insist(cast: Cast) -> None:
    case_id = await one_case(cast)
    first, second = Tab(cast["intake_clerk"], "/ho-so"), Tab(cast["office_head"], "/ho-so")
    for tab in (first, second):
        await tab.run(EditState, "start", case_id)
    form = dict(second.state(EditState).values)
    await first.run(EditState, "save", form | {"judgment.issuing_body": "TAND tỉnh"})
    mine = form | {"judgment.issuing_body": "TAND khu vực 9", "parties.0.address": "Châu Đốc"}
    await second.run(EditState, "save", mine)
    panel = second.state(EditState)
    assert panel.open
    assert "Phan Thị Nhận" in panel.conflict
    assert [(change.field, change.now, change.typed) for change in panel.changes] == [
        ("Cơ quan ban hành", "TAND tỉnh", "TAND khu vực 9")
    ]
    await second.run(EditState, "save", mine)
    assert not panel.open
    detail = await case_detail(cast["office_head"], case_id)
    assert (detail.issuing_body, detail.parties[0].address) == ("TAND khu vực 9", "Châu Đốc")


async def test_nothing_of_another_case_stays_when_one_goes_on(world: World) -> None:
    tab = Tab(world.cast["office_head"], f"/ho-so/{world.here[2]}?xem=duong-su")
    await tab.run(CaseState, "load")
    assert tab.state(CaseState).parties
    tab.go(f"/ho-so/{world.elsewhere[0]}")
    await tab.run(CaseState, "load")
    shown = tab.state(CaseState)
    assert shown.missing
    assert (shown.title, shown.parties, shown.story, shown.can_record) == ("", [], [], False)


def test_an_address_names_one_case_or_none() -> None:
    assert case_id_of("/ho-so/12") == 12
    assert case_id_of("/ho-so/12/") == 12
    for path in ("/ho-so/12a", "/ho-so/", "/ho-so/-1", "/ho-so/" + "9" * 40, "/ho-so/٣"):
        assert case_id_of(path) == 0


# -- the frame -----------------------------------------------------------------------------------------------------


async def test_the_frame_shows_only_what_its_person_may_open(world: World) -> None:
    places = {}
    for part in ("leader", "office_head", "accountant", "central_admin"):
        tab = Tab(world.cast[part], "/ho-so?nam=2025&don-vi=91")
        await tab.run(FrameState, "load")
        places[part] = {item.key for item in tab.state(FrameState).menu}
    assert places["leader"] >= {"cases", "handovers", "dashboard", "reports"}
    assert places["leader"].isdisjoint({"imports", "completions", "conflicts", "admin", "limits"})
    assert places["office_head"] >= {
        "cases",
        "handovers",
        "completions",
        "imports",
        "dashboard",
        "reports",
        "conflicts",
    }
    assert places["office_head"].isdisjoint({"admin", "limits"})
    assert places["accountant"] >= {"cases", "completions"}
    assert places["central_admin"] >= {"dashboard", "admin", "limits"}
    assert places["central_admin"].isdisjoint({"cases", "handovers", "completions", "imports"})
    assert tab.state(FrameState).year == "2025"
    assert all("nam=2025&don-vi=91" in item.href for item in tab.state(FrameState).menu)


async def test_choosing_a_year_or_an_office_goes_to_the_same_page_with_it(world: World) -> None:
    tab = Tab(world.cast["province_head"], "/ho-so?nam=2024&q=an&sau=abc")
    assert await tab.run(FrameState, "pick_year", "2026") == ["/ho-so?q=an&nam=2026"]
    assert await tab.run(FrameState, "pick_year", "//evil") == []
    assert await tab.run(FrameState, "pick_office", OFFICE) == [f"/ho-so?nam=2024&q=an&don-vi={OFFICE}"]
    assert await tab.run(FrameState, "pick_office", "javascript:1") == []


async def test_the_palette_answers_pages_actions_and_cases_in_scope(world: World) -> None:
    tab = Tab(world.cast["office_head"], "/ho-so")
    await tab.run(FrameState, "search", "")
    shown = tab.state(FrameState)
    assert {item.group for item in shown.palette_items} == {"Trang", "Thao tác"}
    await tab.run(FrameState, "search", "thu ly")
    assert "Thụ lý hồ sơ mới" in [item.label for item in shown.palette_items]
    await tab.run(FrameState, "search", "hung thinh")
    assert [item.group for item in shown.palette_items if item.heading] == ["Hồ sơ"]
    assert len(shown.palette_items) == 2


@pytest.mark.parametrize("day", [date(2026, 10, 1), date(2027, 9, 30)])
async def test_the_working_year_is_the_statistical_one(
    world: World, monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    monkeypatch.setattr("pages.frame.clock.today", lambda: day)
    tab = Tab(world.cast["office_head"], "/ho-so")
    await tab.run(FrameState, "load")
    assert tab.state(FrameState).year == "2027"
