"""Numbers of people: masked for everybody, shown to whoever may see them and says why, and never without a trace."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from models.enums import EventType, PartyRole
from models.personal_enums import PersonalField, RevealPurpose
from tests.support.cast import Cast
from tests.support.some_cases import NOW, intake
from thads_app import background, db
from thads_app.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.rules.rights import EVERYWHERE, Actor, system_operator
from thads_app.services import personal_data
from thads_app.services.case_edits import case_log, case_parties, edit_case, editable_case
from thads_app.services.case_lists import list_cases
from thads_app.services.case_query import CaseQuery
from thads_app.services.case_reading import forget_readings
from thads_app.services.cases import ObligationInput, PartyInput, case_detail, register_case
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.personal_data import Reveal, RevealNote, reveal, reveal_note
from thads_app.services.search import find_cases

NUMBER, PHONE, ACCOUNT = "001099000123", "0000 123 456", "9990123456789 – Ngân hàng Lá Tràm"
F, P = PersonalField, RevealPurpose


@pytest.fixture
async def case_id(cast: Cast) -> int:
    """A case of alice's, registered by the intake clerk, whose debtor has all three numbers."""
    forget_readings()
    debtor = PartyInput(
        role=PartyRole.DEBTOR, name="Nguyễn Văn Hùng", id_number=NUMBER, telephone=PHONE, bank_account=ACCOUNT
    )
    creditor = PartyInput(role=PartyRole.CREDITOR, name="Quỹ Mẫu")
    made = await register_case(cast["intake_clerk"], intake(cast, 1, parties=[debtor, creditor]), now=NOW)
    assigned = RecordEvent(
        case_id=made.case_id,
        type=EventType.ASSIGNED,
        business_date=date(2026, 10, 20),
        staff_id=cast["alice"].staff_id,
    )
    await record_event(system_operator(cast["leader"].office_id), assigned, now=NOW)
    return made.case_id


async def rows(action: str) -> list[dict[str, Any]]:
    await background.settle()
    async with db.session(EVERYWHERE) as session:
        found = await session.execute(
            text(
                "SELECT account_id, object_id, office_id, detail, message FROM audit_entry WHERE action = :action "
                "ORDER BY id"
            ),
            {"action": action},
        )
        return [dict(row) for row in found.mappings()]


async def wanted(actor: Actor, case_id: int, field: F = F.ID_NUMBER, **changes: Any) -> Reveal:
    party = (await case_detail(actor, case_id)).parties[0].id
    values: dict[str, Any] = {"purpose": P.PAYMENT, "reason": "chi trả tiền đợt 1"}
    return Reveal(case_id, party, field, **(values | changes))


async def test_every_reading_of_a_case_masks_its_numbers(cast: Cast, case_id: int) -> None:
    note = f"gọi 0912345678, CCCD {NUMBER}"
    await record_event(
        cast["alice"],
        RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 25), amount=1, note=note),
        now=NOW,
    )
    for part in ("alice", "office_head", "intake_clerk", "leader"):
        case = await case_detail(cast[part], case_id)
        page = await case_parties(cast[part], case_id)
        for party in (case.parties[0], page.rows[0]):
            assert (party.id_number, party.telephone, party.bank_account) == (
                "•••••••••123", "•••• ••• 456", "••••••••••789 – Ngân hàng Lá Tràm",
            )  # fmt: skip
        assert case.timeline[0].note == "gọi •••••••678, CCCD •••••••••123"
    whole = repr(await editable_case(cast["intake_clerk"], case_id)) + repr(await case_log(cast["alice"], case_id))
    assert NUMBER not in whole
    assert ACCOUNT not in whole


async def test_the_officer_in_charge_sees_a_number_for_a_purpose_and_leaves_a_trace_without_it(
    cast: Cast, case_id: int
) -> None:
    for field, value in ((F.ID_NUMBER, NUMBER), (F.TELEPHONE, PHONE), (F.BANK_ACCOUNT, ACCOUNT)):
        assert (await reveal(cast["alice"], await wanted(cast["alice"], case_id, field))).value == value
    noted = await rows("personal.revealed")
    assert [row["detail"]["field"] for row in noted] == ["Số định danh", "Điện thoại", "Tài khoản ngân hàng"]
    assert {(row["account_id"], row["object_id"]) for row in noted} == {(cast["alice"].account_id, str(case_id))}
    assert noted[0]["detail"]["purpose"] == "Thu, chi trả tiền thi hành án"
    assert noted[0]["message"] == "chi trả tiền đợt 1"
    assert NUMBER not in str(noted)
    assert ACCOUNT not in str(noted)


@pytest.mark.parametrize("part", ["office_head", "intake_clerk", "province_head"])
async def test_heads_and_intake_may_see_numbers_of_their_offices(cast: Cast, case_id: int, part: str) -> None:
    assert (await reveal(cast[part], await wanted(cast[part], case_id))).value == NUMBER


@pytest.mark.parametrize("part", ["bob", "accountant", "statistician", "leader"])
async def test_who_only_reads_the_case_is_refused_and_the_refusal_noted(cast: Cast, case_id: int, part: str) -> None:
    command = await wanted(cast[part], case_id)
    with pytest.raises(Forbidden):
        await reveal(cast[part], command)
    assert [row["account_id"] for row in await rows("personal.reveal_refused")] == [cast[part].account_id]
    assert not await rows("personal.revealed")


@pytest.mark.parametrize("part", ["charlie", "neighbour"])
async def test_outsiders_do_not_even_learn_that_there_is_a_case(cast: Cast, case_id: int, part: str) -> None:
    command = await wanted(cast["alice"], case_id)
    with pytest.raises(NotFound):
        await reveal(cast[part], command)


async def test_a_party_of_another_case_is_not_shown_through_this_one(cast: Cast, case_id: int) -> None:
    debtor = PartyInput(role=PartyRole.DEBTOR, name="Trần Thị Khác", id_number="001099000999")
    other = await register_case(cast["intake_clerk"], intake(cast, 2, parties=[debtor]), now=NOW)
    theirs = (await case_detail(cast["office_head"], other.case_id)).parties[0].id
    with pytest.raises(NotFound):
        await reveal(cast["alice"], Reveal(case_id, theirs, F.ID_NUMBER, P.PAYMENT, "chi trả tiền"))


async def test_without_a_purpose_nothing_is_shown(cast: Cast, case_id: int) -> None:
    for changes, field in (({"purpose": None}, "purpose"), ({"reason": "  "}, "reason"), ({"reason": "xem"}, "reason")):
        with pytest.raises(Invalid) as wrong:
            await reveal(cast["alice"], await wanted(cast["alice"], case_id, **changes))
        assert set(wrong.value.fields) == {field}
    assert not await rows("personal.revealed")


async def test_too_many_numbers_within_an_hour_are_refused(
    cast: Cast, case_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "REVEALS_AN_HOUR", 2)
    for _ in range(2):
        await reveal(cast["alice"], await wanted(cast["alice"], case_id))
    with pytest.raises(Refused) as refused:
        await reveal(cast["alice"], await wanted(cast["alice"], case_id))
    assert (refused.value.code, refused.value.status) == ("reveal_too_many", 429)
    assert (await reveal(cast["office_head"], await wanted(cast["office_head"], case_id))).value == NUMBER


async def test_a_number_that_is_not_there_is_said_to_be_missing(cast: Cast, case_id: int) -> None:
    creditor = (await case_detail(cast["alice"], case_id)).parties[1].id
    with pytest.raises(Refused) as refused:
        await reveal(cast["alice"], Reveal(case_id, creditor, F.TELEPHONE, P.PAYMENT, "chi trả tiền"))
    assert refused.value.code == "reveal_nothing"
    assert not await rows("personal.revealed")


# -- the words of an event ---------------------------------------------------------------------------------------------

NOTE, GROUND = f"gọi 0912345678, CCCD {NUMBER}", "thu 5.000.000 đồng theo biên lai 12"


@pytest.fixture
async def note_ids(cast: Cast, case_id: int) -> tuple[int, int]:
    """An event of the case whose note holds numbers, and one without."""
    collected = RecordEvent(
        case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 25), amount=1, ground=GROUND
    )
    await record_event(cast["alice"], collected.model_copy(update={"note": NOTE}), now=NOW)
    await record_event(cast["alice"], collected.model_copy(update={"note": "thu đợt 2"}), now=NOW)
    entries = {entry.note: entry.event_id or 0 for entry in (await case_detail(cast["alice"], case_id)).timeline}
    return entries["gọi •••••••678, CCCD •••••••••123"], entries["thu đợt 2"]


def about(case_id: int, event_id: int, reason: str = "liên hệ người phải thi hành án") -> RevealNote:
    return RevealNote(case_id, event_id, P.SERVICE_OF_PAPERS, reason)


async def test_the_words_of_an_event_are_shown_whole_and_the_trace_holds_no_number_of_them(
    cast: Cast, case_id: int, note_ids: tuple[int, int]
) -> None:
    for part in ("alice", "office_head", "intake_clerk"):
        assert await reveal_note(cast[part], about(case_id, note_ids[0])) == f"{GROUND} · {NOTE}"
    noted = await rows("personal.revealed")
    assert [row["account_id"] for row in noted] == [
        cast[part].account_id for part in ("alice", "office_head", "intake_clerk")
    ]
    assert noted[0]["detail"] == {
        "event": note_ids[0], "type": "collected", "date": "2026-10-25", "field": "Nội dung diễn biến",
        "purpose": "Tống đạt, thông báo, liên hệ đương sự",
    }  # fmt: skip
    assert noted[0]["message"] == "liên hệ người phải thi hành án"
    assert not any(secret in str(noted) for secret in (NUMBER, "0912345678"))


@pytest.mark.parametrize("part", ["bob", "accountant", "leader"])
async def test_who_may_not_see_numbers_does_not_see_those_of_a_note_and_the_refusal_is_noted(
    cast: Cast, case_id: int, note_ids: tuple[int, int], part: str
) -> None:
    with pytest.raises(Forbidden):
        await reveal_note(cast[part], about(case_id, note_ids[0]))
    [refused] = await rows("personal.reveal_refused")
    assert (refused["account_id"], refused["detail"]["event"]) == (cast[part].account_id, note_ids[0])
    assert not await rows("personal.revealed")


async def test_an_event_is_shown_through_its_own_case_in_ones_own_offices_only(
    cast: Cast, case_id: int, note_ids: tuple[int, int]
) -> None:
    other = await register_case(cast["intake_clerk"], intake(cast, 2), now=NOW)
    for part, wanted_case in (("office_head", other.case_id), ("charlie", case_id), ("neighbour", case_id)):
        with pytest.raises(NotFound):
            await reveal_note(cast[part], about(wanted_case, note_ids[0]))


async def test_words_without_a_masked_number_leave_no_trace_and_a_reason_is_needed(
    cast: Cast, case_id: int, note_ids: tuple[int, int]
) -> None:
    with pytest.raises(Refused) as refused:
        await reveal_note(cast["alice"], about(case_id, note_ids[1]))
    assert refused.value.code == "reveal_nothing"
    with pytest.raises(Invalid):
        await reveal_note(cast["alice"], about(case_id, note_ids[0], reason=" "))
    assert not await rows("personal.revealed")


async def test_numbers_and_words_count_together_against_the_limit_of_an_hour(
    cast: Cast, case_id: int, note_ids: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal_data, "REVEALS_AN_HOUR", 2)
    await reveal(cast["alice"], await wanted(cast["alice"], case_id))
    await reveal_note(cast["alice"], about(case_id, note_ids[0]))
    with pytest.raises(Refused) as refused:
        await reveal_note(cast["alice"], about(case_id, note_ids[0]))
    assert refused.value.code == "reveal_too_many"


# -- editing what is masked ------------------------------------------------------------------------------------------


async def test_an_edit_that_leaves_the_masks_keeps_the_numbers(cast: Cast, case_id: int) -> None:
    clerk = cast["intake_clerk"]
    before = await editable_case(clerk, case_id)
    parties = before.particulars.parties or []
    renamed = parties[0].model_copy(update={"name": "Nguyễn Văn Hưng"})
    await edit_case(clerk, before, before.particulars.model_copy(update={"parties": [renamed, parties[1]]}), now=NOW)
    assert (await reveal(clerk, await wanted(clerk, case_id))).value == NUMBER
    assert (await reveal(clerk, await wanted(clerk, case_id, F.BANK_ACCOUNT))).value == ACCOUNT


async def test_a_new_number_replaces_the_old_and_the_log_names_it_masked(cast: Cast, case_id: int) -> None:
    clerk = cast["intake_clerk"]
    before = await editable_case(clerk, case_id)
    parties = before.particulars.parties or []
    changed = parties[0].model_copy(update={"id_number": "001 099 777 123", "telephone": None})
    edited = await edit_case(
        clerk, before, before.particulars.model_copy(update={"parties": [changed, parties[1]]}), now=NOW
    )
    assert list(edited.changed) == ["parties.0"]
    assert (await reveal(clerk, await wanted(clerk, case_id))).value == "001099777123"
    assert "777" not in str(await rows("case.edited"))


async def test_a_change_that_the_mask_hides_is_still_a_change(cast: Cast, case_id: int) -> None:
    clerk = cast["intake_clerk"]
    before = await editable_case(clerk, case_id)
    parties = before.particulars.parties or []
    same_end = parties[0].model_copy(update={"id_number": "036099888123"})
    wanted_now = before.particulars.model_copy(update={"parties": [same_end, parties[1]]})
    assert "đổi số định danh" in (await edit_case(clerk, before, wanted_now, now=NOW)).changed["parties.0"][1]
    renamed = parties[0].model_copy(update={"address": "Long Xuyên"})
    with pytest.raises(StaleVersion) as stale:
        await edit_case(
            clerk, before, before.particulars.model_copy(update={"parties": [renamed, parties[1]]}), now=NOW
        )
    assert stale.value.changes


async def test_a_mask_nobody_was_shown_is_refused(cast: Cast, case_id: int) -> None:
    clerk = cast["intake_clerk"]
    before = await editable_case(clerk, case_id)
    parties = before.particulars.parties or []
    guess = parties[0].model_copy(update={"id_number": "•••••••••999"})
    with pytest.raises(Invalid) as wrong:
        await edit_case(clerk, before, before.particulars.model_copy(update={"parties": [guess]}), now=NOW)
    assert wrong.value.fields["parties.0.id_number"].code == "masked_value"
    with pytest.raises(Invalid):
        await register_case(clerk, intake(cast, 5, parties=[guess]), now=NOW)


async def test_words_of_an_obligation_keep_their_numbers_through_an_edit(cast: Cast) -> None:
    forget_readings()
    clerk = cast["intake_clerk"]
    owed = ObligationInput(content=f"Trả vào STK {PHONE.replace(' ', '')}", amount=5)
    case_id = (await register_case(clerk, intake(cast, 3, obligations=[owed]), now=NOW)).case_id
    before = await editable_case(clerk, case_id)
    assert before.particulars.obligations[0].content == "Trả vào STK •••••••456"
    await edit_case(clerk, before, before.particulars.model_copy(update={"credit_institution": True}), now=NOW)
    async with db.session(EVERYWHERE) as session:
        kept = await session.execute(text("SELECT content FROM obligation WHERE case_id = :id"), {"id": case_id})
        assert kept.scalar_one() == owed.content


# -- who reads -------------------------------------------------------------------------------------------------------


async def test_who_is_not_responsible_leaves_one_row_a_day_for_a_case(cast: Cast, case_id: int) -> None:
    for _ in range(3):
        for part in ("alice", "office_head", "intake_clerk", "bob", "accountant", "leader", "province_head"):
            await case_detail(cast[part], case_id)
    await background.settle()
    forget_readings()  # as another worker would
    await case_detail(cast["bob"], case_id)
    found = await rows("case.read")
    readers = sorted(str(row["account_id"]) for row in found)
    assert readers == sorted(str(cast[part].account_id) for part in ("bob", "accountant", "leader", "province_head"))
    assert {row["object_id"] for row in found} == {str(case_id)}


async def test_who_sees_nothing_leaves_no_reading(cast: Cast, case_id: int) -> None:
    with pytest.raises(NotFound):
        await case_detail(cast["charlie"], case_id)
    assert not await rows("case.read")


# -- searching by a whole number --------------------------------------------------------------------------------------


async def test_a_whole_identity_number_finds_its_cases_in_scope_and_is_noted_masked(cast: Cast, case_id: int) -> None:
    assert [case.id for case in await find_cases(cast["bob"], "001 099 000 123")] == [case_id]
    assert [case.id for case in (await list_cases(cast["office_head"], CaseQuery(text=NUMBER))).rows] == [case_id]
    assert not await find_cases(cast["charlie"], NUMBER)
    assert not (await list_cases(cast["charlie"], CaseQuery(text=NUMBER))).rows
    assert not await find_cases(cast["bob"], NUMBER[:-3])
    noted = await rows("personal.searched")
    assert [(row["detail"]["cases"], row["detail"]["number"]) for row in noted][:2] == [(1, "•••••••••123")] * 2
    assert NUMBER not in str(noted)
