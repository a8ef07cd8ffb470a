"""The audit page: who sees which rows, what the conditions leave, how rows read, and how a day's anchor is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from models.enums import ROLE_LABELS, EventType, HandoverKind, Role
from pages.audit.refusals import AREAS, UNNAMED, refused_area, refused_lines
from pages.audit.rows import AuditRow, value_words
from pages.audit.state import AnchorState, AuditState
from pages.cases.detail_page import CaseState
from tests.support.some_cases import World
from tests.support.tab import Denied, Tab
from thads_app.auth.gate import act_as
from thads_app.db import tell_of_refusals, unit_of_work
from thads_app.errors import NotFound
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import audit_trail, auditing
from thads_app.services.audit_anchors import anchor_now, anchors_folder
from thads_app.services.audit_seals import seal_now
from thads_app.services.audit_trail import Names
from thads_app.services.case_edits import edit_case, editable_case
from thads_app.services.cases import case_detail
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.handovers import ItemInput, SaveHandover, save_draft, send_handover
from thads_app.services.office_tree import office_tree
from thads_app.settings import PROJECT_ROOT


@pytest.fixture(autouse=True)
def nobody() -> Iterator[None]:
    yield
    act_as(None)


async def shown(actor: Actor, query: str = "") -> list[AuditRow]:
    tab = Tab(actor, f"/nhat-ky{query}")
    await tab.run(AuditState, "load")
    state = tab.state(AuditState)
    assert state.error == ""
    return state.rows


async def test_only_those_with_the_right_read_the_trail(world: World) -> None:
    for part in ("office_head", "province_head", "province_admin", "leader", "central_admin"):
        await shown(world.cast[part])
    for part in ("alice", "intake_clerk", "accountant", "statistician"):
        with pytest.raises(Denied):
            await shown(world.cast[part])


async def test_everybody_reads_their_own_offices_rows_and_no_others(world: World) -> None:
    def numbers(rows: list[AuditRow]) -> int:
        return sum(row.action == "Thụ lý hồ sơ" for row in rows)

    kind = "?loai=ho-so"
    here, next_door, elsewhere = len(world.here), len(world.next_door), len(world.elsewhere)
    assert numbers(await shown(world.cast["office_head"], kind)) == here
    assert numbers(await shown(world.cast["neighbour"], kind)) == next_door
    assert numbers(await shown(world.cast["charlie"], kind)) == elsewhere
    assert numbers(await shown(world.cast["province_head"], kind)) == here + next_door
    assert numbers(await shown(world.cast["leader"], kind)) == here + next_door + elsewhere
    assert numbers(await shown(world.cast["charlie"], f"?doi-tuong=ho-so:{world.here[0]}")) == 0
    assert numbers(await shown(world.cast["charlie"], "?don-vi=91-03&loai=ho-so")) == 0
    assert numbers(await shown(world.cast["leader"], "?don-vi=91&loai=ho-so")) == here + next_door


async def test_an_edit_reads_from_what_to_what(world: World) -> None:
    head, case_id = world.cast["office_head"], world.here[3]
    before = await editable_case(head, case_id)
    wanted = before.particulars.model_copy(update={"decision_number": "99/QĐ-THADS", "state_revenue": True})
    await edit_case(head, before, wanted)
    row = (await shown(head, f"?doi-tuong=ho-so:{case_id}"))[0]
    assert row.who == head.name
    assert row.action == "Sửa thông tin hồ sơ"
    assert row.object == "Hồ sơ 99/QĐ-THADS"
    assert set(row.content.split("\n")) == {
        f"Số quyết định: {before.particulars.decision_number} → 99/QĐ-THADS",
        "Thu nộp ngân sách: Không → Có",
    }


async def test_an_event_reads_with_the_state_it_changed_and_the_words_typed(world: World) -> None:
    alice, case_id = world.cast["alice"], world.here[3]
    command = RecordEvent(
        case_id=case_id, type=EventType.SUSPENDED, business_date=date(2026, 11, 1), note="Chờ kết quả giám định"
    )
    await record_event(alice, command)
    row = (await shown(world.cast["office_head"], f"?doi-tuong=ho-so:{case_id}"))[0]
    assert row.message == "Chờ kết quả giám định"
    assert "Trạng thái: " in row.content
    assert " → Tạm đình chỉ" in row.content
    assert "Ngày: 01/11/2026" in row.content


async def test_a_cases_trail_holds_its_handovers_and_reads_too(world: World) -> None:
    alice, bob, case_id = world.cast["alice"], world.cast["bob"], world.here[3]
    draft = SaveHandover(
        kind=HandoverKind.OFFICER_TO_OFFICER, receiver_staff_id=bob.staff_id, reason="Nghỉ phép",
        items=[ItemInput(case_id=case_id, sheet_count=3)],
    )  # fmt: skip
    saved = await save_draft(alice, draft)
    await send_handover(alice, saved.id)
    async with unit_of_work(EVERYWHERE) as session:
        await write_audit(session, world.cast["leader"], "case.read", "case", case_id, office_id=alice.office_id)
    found = [row.action for row in await shown(world.cast["office_head"], f"?doi-tuong=ho-so:{case_id}")]
    assert found[:3] == ["Xem hồ sơ", "Gửi bàn giao", "Lập hoặc sửa bàn giao"]
    assert "Thụ lý hồ sơ" in found


async def test_conditions_leave_what_they_say(world: World) -> None:
    leader, head = world.cast["leader"], world.cast["office_head"]
    async with unit_of_work(EVERYWHERE) as session:
        await write_audit(session, head, "case.edited", "case", world.here[0], office_id=head.office_id)
        await write_audit(session, head, "access.refused", "page", "/quan-tri", office_id=head.office_id)
    assert {row.who for row in await shown(leader, "?nguoi=office.head")} == {head.name}
    assert [row.object for row in await shown(leader, "?loai=tu-choi")] == ["Trang /quan-tri"]
    assert await shown(leader, "?nguoi=office.head&loai=nhap") == []
    assert await shown(leader, "?den=01/01/2020") == []
    assert len(await shown(leader, "?tu=01/01/2020&nguoi=office.head")) == 2


async def test_what_a_service_refused_reads_as_what_it_was_about_and_what_the_person_was_told(world: World) -> None:
    outsider = world.cast["charlie"]
    tell_of_refusals(auditing.note_refusal_inside)
    try:
        with pytest.raises(NotFound):
            await case_detail(outsider, world.here[0])
    finally:
        tell_of_refusals(None)
        auditing.forget_refusals()
    [row] = await shown(world.cast["leader"], "?loai=tu-choi")
    assert (row.who, row.object, row.refused) == (outsider.name, "Nghiệp vụ xem hồ sơ", True)
    assert row.content.split("\n") == [
        "Được báo: Không tìm thấy, hoặc nằm ngoài phạm vi của bạn.", "Mã: cases.case_detail: not_found",
    ]  # fmt: skip


def test_every_service_that_may_refuse_has_a_name_for_readers() -> None:
    refusing = re.compile(r"\b(Forbidden|NotFound)\b|\.scope\(")
    for path in (PROJECT_ROOT / "thads_app/services").rglob("*.py"):
        if path.stem != "__init__" and refusing.search(path.read_text(encoding="utf-8")):
            assert path.stem in AREAS, path.name


def test_an_unknown_or_cut_off_refusal_is_still_told() -> None:
    assert refused_area("cu.ham: gi_do") == UNNAMED
    assert refused_lines("cu.ham: gi_do") == ["Mã: cu.ham: gi_do"]
    assert refused_lines("") == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("permission", ["case.read", "export"], "Xem hồ sơ, Xuất dữ liệu"),
        ("role", "head", ROLE_LABELS[Role.HEAD]),
        ("relation", "spouse", "Vợ, chồng"),
        ("amount", "100000000", "100.000.000 đ"),
        ("outstanding", 5, "5 đ"),
        ("valid_to", "2026-12-31", "31/12/2026"),
        ("office", "91-03", "Phòng KV 3 – An Giang"),
        ("disabled", True, "Có"),
        ("note", "", "(trống)"),
        ("note", None, "(trống)"),
        ("note", "<b>", "<b>"),
    ],
)
async def test_values_read_as_people_know_them(world: World, field: str, value: object, words: str) -> None:
    assert value_words(field, value, Names({}, {}, {}), await office_tree()) == words


async def test_what_cannot_be_understood_is_said(world: World) -> None:
    tab = Tab(world.cast["leader"], "/nhat-ky?nguoi=khong.ai&loai=x&tu=32/13/2026&doi-tuong=gi-do:1")
    await tab.run(AuditState, "load")
    problem = tab.state(AuditState).problem
    for words in ("Không có tài khoản", "Không có loại việc", "“Từ ngày”", "đối tượng"):
        assert words in problem


async def test_pages_lead_forward_and_back_without_gap_or_repetition(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_trail, "PAGE_SIZE", 7)
    for part in ("leader", "province_head"):
        whole: list[str] = []
        tab = Tab(world.cast[part], "/nhat-ky")
        pages: list[list[str]] = []
        for _ in range(40):
            await tab.run(AuditState, "load")
            state = tab.state(AuditState)
            pages.append([row.key for row in state.rows])
            whole += pages[-1]
            if not state.next_href:
                break
            tab.go(state.next_href)
        assert len(whole) == len(set(whole))
        monkeypatch.setattr(audit_trail, "PAGE_SIZE", 500)
        assert whole == [row.key for row in await shown(world.cast[part])]
        monkeypatch.setattr(audit_trail, "PAGE_SIZE", 7)
        tab.go(tab.state(AuditState).previous_href)
        await tab.run(AuditState, "load")
        assert [row.key for row in tab.state(AuditState).rows] == pages[-2]


async def test_people_are_found_by_any_words_of_their_name_within_reach(world: World) -> None:
    async def found(part: str, words: str) -> list[str]:
        tab = Tab(world.cast[part], "/nhat-ky")
        await tab.run(AuditState, "search_people", words)
        return [option.value for option in tab.state(AuditState).people]

    assert await found("office_head", "tran an") == ["alice"]
    assert await found("office_head", "ngoai") == []
    assert await found("leader", "ngoài") == ["charlie"]


async def test_a_days_report_shows_the_readers_chains_and_whether_they_hold(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thads_app.services.audit_days.anchors_folder", lambda: tmp_path)
    assert anchors_folder() != tmp_path
    await seal_now()
    written = await anchor_now(tmp_path)
    assert written is not None
    tab = Tab(world.cast["office_head"], f"/nhat-ky?xem=neo&ngay={written.day}")
    await tab.run(AnchorState, "load")
    state = tab.state(AnchorState)
    assert state.holds, state.finding
    assert [row.office for row in state.rows] == ["Phòng KV 3 – An Giang"]
    assert ["Số dòng nhật ký", str(written.entries)] in state.facts
    nation = Tab(world.cast["leader"], f"/nhat-ky?xem=neo&ngay={written.day}")
    await nation.run(AnchorState, "load")
    assert len(nation.state(AnchorState).rows) == len(written.chains)
    path = tmp_path / f"{written.day}.json"
    path.write_text(path.read_text().replace(written.chains[0].hash[:8], "00000000"))
    await nation.run(AnchorState, "load")
    assert not nation.state(AnchorState).holds


async def test_the_case_page_leads_those_who_may_to_the_trail(world: World) -> None:
    for part, leads in (("office_head", True), ("alice", False)):
        tab = Tab(world.cast[part], f"/ho-so/{world.here[3]}?xem=nhat-ky")
        await tab.run(CaseState, "load")
        expected = f"/nhat-ky?doi-tuong=ho-so:{world.here[3]}" if leads else ""
        assert tab.state(CaseState).trail_href == expected
