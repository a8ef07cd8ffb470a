"""The guards on the screens: declaring a relative, a completion that waits, confirming and refusing it, the limit."""

from __future__ import annotations

from datetime import date

import pytest

from models.enums import CaseStatus
from pages.cases.declare import DeclareState
from pages.cases.detail_page import CaseState
from pages.cases.guards import CaseGuardState
from pages.cases.record import RecordState
from pages.frame import FrameState
from pages.guards.completions_page import CompletionsState
from pages.guards.conflicts_page import ConflictsState
from pages.guards.limit_page import LimitState
from tests.support.cast import Cast
from tests.support.some_cases import NOW, World, intake
from tests.support.tab import Denied, Tab
from thads_app.services.cases import ObligationInput, PartyInput, case_detail, register_case

DECIDED = date(2026, 10, 5)


async def large_case(world: World, *, number: int = 80, officer: str = "alice") -> int:
    """A case of 600 million đồng against somebody with an identity number."""
    form = intake(
        world.cast,
        number,
        decision_date=DECIDED,
        parties=[PartyInput(role="debtor", name="Trần Văn Anh", id_number="091075001234")],
        obligations=[ObligationInput(content="Trả nợ", amount=600_000_000)],
        staff_id=world.cast[officer].staff_id,
    )
    return (await register_case(world.operator, form, now=NOW)).case_id


async def open_case(cast: Cast, part: str, case_id: int) -> Tab:
    tab = Tab(cast[part], f"/ho-so/{case_id}")
    await tab.run(CaseState, "load")
    return tab


async def complete(tab: Tab, case_id: int) -> None:
    await tab.run(RecordState, "start", case_id)
    form = {"type": "completed", "business_date": "30/10/2026", "document_number": "15/XN", "ground": "", "note": ""}
    await tab.run(RecordState, "save", form)
    await tab.run(CaseState, "load")


async def menu_count(cast: Cast, part: str) -> str:
    tab = Tab(cast[part], "/ho-so")
    await tab.run(FrameState, "load")
    return next(item.count for item in tab.state(FrameState).menu if item.key == "completions")


async def test_a_large_completion_is_sent_shown_counted_and_confirmed(world: World) -> None:
    cast, case_id = world.cast, await large_case(world)
    alice = await open_case(cast, "alice", case_id)
    await complete(alice, case_id)
    assert "Đã gửi để người khác xác nhận" in alice.state(FrameState).toast_text
    [box] = alice.state(CaseGuardState).waiting
    assert (box.may_answer, box.may_withdraw) == (False, True)
    assert alice.state(CaseState).status == CaseStatus.IN_PROGRESS
    assert (await menu_count(cast, "accountant"), await menu_count(cast, "alice")) == ("1", "")

    listed = Tab(cast["accountant"], "/cho-xac-nhan")
    await listed.run(CompletionsState, "load")
    [row] = listed.state(CompletionsState).rows
    assert (row.number, row.collected, row.href, row.may_answer) == (
        "80/QĐ-THADS", "600.000.000", f"/ho-so/{case_id}", True,
    )  # fmt: skip

    accountant = await open_case(cast, "accountant", case_id)
    assert accountant.state(CaseGuardState).waiting[0].may_answer
    await accountant.run(CaseGuardState, "ask_confirmation")
    await accountant.run(CaseGuardState, "confirm")
    await accountant.run(CaseState, "load")
    assert accountant.state(CaseGuardState).waiting == []
    assert accountant.state(CaseState).status == CaseStatus.COMPLETED
    newest = accountant.state(CaseState).story[0]
    assert "Trần Thị An ghi nhận" in newest.more
    assert "Đỗ Kim Toán xác nhận" in newest.more


async def test_a_refusal_needs_its_reason_and_the_recorder_reads_it(world: World) -> None:
    cast, case_id = world.cast, await large_case(world)
    await complete(await open_case(cast, "alice", case_id), case_id)
    head = await open_case(cast, "office_head", case_id)
    await head.run(CaseGuardState, "refuse", {"reason": "chưa hỏi"})
    assert head.state(CaseGuardState).waiting, "nothing was asked yet"
    await head.run(CaseGuardState, "ask_refusal")
    await head.run(CaseGuardState, "refuse", {"reason": "  "})
    assert head.state(CaseGuardState).errors["reason"] == "Cần ghi lý do từ chối."
    await head.run(CaseGuardState, "refuse", {"reason": "Thiếu chứng từ"})
    assert head.state(CaseGuardState).asking == ""
    mine = Tab(cast["alice"], "/cho-xac-nhan?xem=da-tra-loi")
    await mine.run(CompletionsState, "load")
    assert mine.state(CompletionsState).rows[0].answer.endswith(": Thiếu chứng từ")


async def test_the_recorder_takes_it_back_and_is_told_why_they_cannot_confirm(world: World) -> None:
    cast, case_id = world.cast, await large_case(world)
    head = await open_case(cast, "office_head", case_id)
    await complete(head, case_id)
    [box] = head.state(CaseGuardState).waiting
    assert not box.may_answer
    assert "không tự xác nhận" in box.barred
    await head.run(CaseGuardState, "confirm")
    assert "không tự xác nhận" in head.state(FrameState).toast_text
    await head.run(CaseGuardState, "withdraw")
    await head.run(CaseState, "load")
    assert head.state(CaseGuardState).waiting == []


async def test_officers_and_outsiders_cannot_call_what_confirms(world: World) -> None:
    cast, case_id = world.cast, await large_case(world)
    await complete(await open_case(cast, "alice", case_id), case_id)
    for part in ("alice", "bob", "intake_clerk", "statistician"):
        with pytest.raises(Denied):
            await Tab(cast[part], f"/ho-so/{case_id}").run(CaseGuardState, "confirm")
    neighbour = await open_case(cast, "neighbour", case_id)
    assert neighbour.state(CaseGuardState).waiting == []
    await neighbour.run(CaseGuardState, "confirm")
    assert (await case_detail(cast["alice"], case_id)).status is CaseStatus.IN_PROGRESS


async def test_a_head_declares_a_party_and_the_case_says_so_until_it_is_ended(world: World) -> None:
    cast, case_id = world.cast, await large_case(world)
    head = await open_case(cast, "office_head", case_id)
    await head.run(DeclareState, "start", case_id)
    panel = head.state(DeclareState)
    assert (panel.open, panel.for_others, panel.officer_label) == (True, True, "Trần Thị An")
    await head.run(DeclareState, "save", {"officer": "CHV-alice", "relation": "", "declared_on": "hôm qua"})
    assert set(panel.errors) == {"relation", "declared_on"}
    form = {"officer": "CHV-alice", "relation": "sibling", "party_id": panel.parties[0].value,
            "declared_on": "20/10/2026", "person": "", "identity": "", "note": ""}  # fmt: skip
    await head.run(DeclareState, "save", form)
    assert (panel.open, panel.errors) == (False, {})
    await head.run(CaseState, "load")
    shown = head.state(CaseGuardState)
    assert "điểm b khoản 5 Điều 21" in shown.warning
    [row] = shown.conflicts
    assert (row.person, row.holds_case, row.may_end) == ("Trần Văn Anh", True, True)
    assert row.concerns == "việc 80/QĐ-THADS; mọi việc của số định danh …234"

    clerk = await open_case(cast, "intake_clerk", case_id)
    assert (clerk.state(CaseGuardState).conflicts, bool(clerk.state(CaseGuardState).warning)) == ([], True)

    listed = Tab(cast["office_head"], "/xung-dot-loi-ich")
    await listed.run(ConflictsState, "load")
    [line] = listed.state(ConflictsState).rows
    await listed.run(DeclareState, "ask_end", line.id, line.officer)
    await listed.run(DeclareState, "end", {"reason": ""})
    assert listed.state(DeclareState).end_errors
    await listed.run(DeclareState, "end", {"reason": "Trùng tên"})
    await listed.run(ConflictsState, "load")
    assert listed.state(ConflictsState).rows == []
    await head.run(CaseState, "load")
    assert head.state(CaseGuardState).warning == ""


async def test_an_officer_declares_for_nobody_but_themselves(world: World) -> None:
    cast = world.cast
    bob = Tab(cast["bob"], "/xung-dot-loi-ich")
    await bob.run(DeclareState, "start_general")
    assert not bob.state(DeclareState).for_others
    form = {"officer": "CHV-alice", "relation": "spouse", "person": "Lê Thị B", "identity": "091075009999",
            "declared_on": "20/10/2026"}  # fmt: skip
    await bob.run(DeclareState, "save", form)
    await bob.run(ConflictsState, "load")
    [row] = bob.state(ConflictsState).rows
    assert (row.officer, row.may_end) == ("Lê Văn Bình", False)
    with pytest.raises(Denied):
        await bob.run(DeclareState, "ask_end", row.id, row.officer)


async def test_the_list_names_officers_whose_blood_relative_keeps_the_offices_books(world: World) -> None:
    """TT 78/2020/TT-BTC Đ.8.4."""
    cast = world.cast
    head = Tab(cast["office_head"], "/xung-dot-loi-ich")
    await head.run(DeclareState, "start_general")
    [books] = [each for each in head.state(DeclareState).accountants if each.label == cast["accountant"].name]
    form = {"officer": "CHV-bob", "relation": "sibling", "colleague_id": books.value, "declared_on": "20/10/2026"}
    await head.run(DeclareState, "save", form)
    assert head.state(DeclareState).errors == {}
    await head.run(ConflictsState, "load")
    assert head.state(ConflictsState).family == ["Lê Văn Bình – kế toán Đỗ Kim Toán (Anh, chị, em ruột)"]
    assert head.state(ConflictsState).rows[0].concerns == "kế toán của đơn vị"
    bob = Tab(cast["bob"], "/xung-dot-loi-ich")
    await bob.run(ConflictsState, "load")
    assert bob.state(ConflictsState).family == []


async def test_only_the_centre_changes_the_limit(world: World) -> None:
    for part, may in (("central_admin", True), ("province_admin", False)):
        tab = Tab(world.cast[part], "/quan-tri/muc-xac-nhan")
        await tab.run(LimitState, "load")
        shown = tab.state(LimitState)
        assert shown.may_change is may
        await tab.run(LimitState, "start")
        assert shown.changing is may
        await tab.run(LimitState, "save", {"amount": "1 tỷ", "source_note": "Quy chế số 5"})
        assert shown.limit == "1.000.000.000"
    assert shown.errors
    with pytest.raises(Denied):
        await Tab(world.cast["office_head"], "/quan-tri/muc-xac-nhan").run(LimitState, "load")
