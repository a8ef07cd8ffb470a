"""Editing a case: what it says follows, what it counts for follows, and nobody overwrites what they have not seen."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text

from models.enums import EventType, JudgmentKind, PartyRole, Source
from tests.support.cast import Cast
from tests.support.some_cases import NOW, intake
from thads_app import db
from thads_app.errors import Forbidden, Invalid, NotFound, Refused, StaleVersion
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.case_edits import (
    EDITABLE_PARTIES,
    PARTIES_SHOWN,
    EditableCase,
    Particulars,
    case_handovers,
    case_log,
    case_parties,
    edit_case,
    editable_case,
)
from thads_app.services.case_lists import list_cases
from thads_app.services.case_query import read_query
from thads_app.services.cases import JudgmentInput, ObligationInput, PartyInput, case_detail, register_case
from thads_app.services.events import RecordEvent, record_event

LATER = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)


async def one_case(cast: Cast, number: int = 1, **changes: object) -> int:
    return (await register_case(cast["intake_clerk"], intake(cast, number, **changes), now=NOW)).case_id


def changed(case: EditableCase, **values: object) -> Particulars:
    return Particulars.model_validate(case.particulars.model_dump() | values)


async def figures(case_id: int) -> dict[tuple[str, str, bool], tuple[int, int]]:
    """What the case counts for as newly registered, by kind, source and state revenue, without cells that cancel."""
    query = text(
        "SELECT judgment_kind, source, state_revenue, sum(count), sum(amount) FROM stat_delta "
        "WHERE case_id = :id AND indicator = 'newly_registered' GROUP BY 1, 2, 3 HAVING sum(count) <> 0"
    )
    async with db.session(EVERYWHERE) as session:
        return {
            (row[0], row[1], row[2]): (int(row[3]), int(row[4]))
            for row in await session.execute(query, {"id": case_id})
        }


async def test_an_edit_shows_in_the_case_in_the_search_and_in_the_log(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    before = await editable_case(clerk, case_id)
    wanted = changed(
        before,
        judgment=JudgmentInput(
            number="7/2026/KDTM-ST",
            judgment_date=date(2026, 8, 2),
            issuing_body="TAND tỉnh An Giang",
            kind=before.particulars.judgment.kind,
        ),
        parties=[
            PartyInput(role=PartyRole.DEBTOR, name="Đoàn Thị Ước"),
            PartyInput(role=PartyRole.CREDITOR, name="Quỹ Mẫu", address="Long Xuyên"),
        ],
    )
    edited = await edit_case(clerk, before, wanted, now=LATER)
    assert set(edited.changed) == {
        "judgment.number",
        "judgment.judgment_date",
        "judgment.issuing_body",
        "parties.0",
        "parties.1",
    }
    detail = await case_detail(clerk, case_id)
    assert (detail.judgment_number, detail.debtor_name, detail.creditor_name) == (
        "7/2026/KDTM-ST",
        "Đoàn Thị Ước",
        "Quỹ Mẫu",
    )
    for words, count in (("uoc doan", 1), ("7/2026", 1), ("101/2026", 0)):
        assert (await list_cases(clerk, read_query({"q": words}))).count == count
    log = await case_log(cast["office_head"], case_id)
    assert [(entry.by, entry.action) for entry in log] == [
        ("Phan Thị Nhận", "case.edited"),
        ("Phan Thị Nhận", "case.registered"),
    ]
    changes = log[0].changes
    assert isinstance(changes, dict)
    assert changes["judgment.number"] == ["101/2026/DS-ST", "7/2026/KDTM-ST"]


async def test_figures_follow_what_the_case_is_counted_under(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    before = await editable_case(clerk, case_id)
    assert await figures(case_id) == {("criminal", "on_request", False): (1, 1_000_000)}
    kind = before.particulars.judgment.model_copy(update={"kind": JudgmentKind.LABOUR})
    await edit_case(
        clerk, before, changed(before, judgment=kind, source=Source.EX_OFFICIO, state_revenue=True), now=LATER
    )
    assert await figures(case_id) == {("labour", "ex_officio", True): (1, 1_000_000)}
    async with db.session(EVERYWHERE) as session:
        early = await session.execute(
            text(
                "SELECT sum(count) FROM stat_delta "
                "WHERE case_id=:id AND recorded_at <= :then AND judgment_kind='criminal'"
            ),
            {"id": case_id, "then": NOW},
        )
        assert early.scalar_one() > 0, "what was reported before the edit stays what it was"


async def test_the_second_of_two_editors_is_told_what_changed_and_by_whom(cast: Cast) -> None:
    clerk, head, case_id = cast["intake_clerk"], cast["office_head"], await one_case(cast)
    seen_by_clerk, seen_by_head = await editable_case(clerk, case_id), await editable_case(head, case_id)
    await edit_case(clerk, seen_by_clerk, changed(seen_by_clerk, decision_number="1A/QĐ-THADS"), now=LATER)
    wanted = changed(seen_by_head, credit_institution=True)
    with pytest.raises(StaleVersion) as refused:
        await edit_case(head, seen_by_head, wanted, now=LATER)
    assert refused.value.by == "Phan Thị Nhận"
    assert refused.value.changes == {"decision_number": ("1/QĐ-THADS", "1A/QĐ-THADS")}
    assert not (await case_detail(head, case_id)).credit_institution, "nothing was written"

    now_seen = await editable_case(head, case_id)
    await edit_case(head, now_seen, changed(now_seen, credit_institution=True), now=LATER)
    detail = await case_detail(head, case_id)
    assert (detail.decision_number, detail.credit_institution) == ("1A/QĐ-THADS", True)


async def test_an_event_recorded_meanwhile_does_not_stand_in_the_way_of_an_edit(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    before = await editable_case(clerk, case_id)
    event = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 20), amount=400_000)
    await record_event(clerk, event, now=NOW)
    await edit_case(clerk, before, changed(before, credit_institution=True), now=LATER)
    detail = await case_detail(clerk, case_id)
    assert (detail.collected, detail.credit_institution) == (400_000, True)


async def test_an_edit_that_changes_nothing_writes_nothing(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    before = await editable_case(clerk, case_id)
    edited = await edit_case(clerk, before, changed(before), now=LATER)
    assert edited.changed == {}
    assert edited.version == before.version
    assert len(await case_log(clerk, case_id)) == 1


async def test_wrong_fields_are_all_named_and_nothing_is_written(cast: Cast) -> None:
    clerk = cast["intake_clerk"]
    await one_case(cast, 2)
    case_id = await one_case(cast)
    before = await editable_case(clerk, case_id)
    wanted = changed(
        before,
        decision_number="2/QĐ-THADS",
        judgment=JudgmentInput(number="", judgment_date=date(2027, 5, 1), issuing_body="X", kind=JudgmentKind.CIVIL),
        parties=[PartyInput(role=PartyRole.CREDITOR, name="")],
        obligations=[ObligationInput(content="", amount=-1)],
    )
    with pytest.raises(Invalid) as refused:
        await edit_case(clerk, before, wanted, now=LATER)
    assert set(refused.value.fields) == {
        "decision_number",
        "judgment.number",
        "judgment.judgment_date",
        "parties",
        "parties.0.name",
        "obligations.0.content",
        "obligations.0.amount",
    }
    assert (await editable_case(clerk, case_id)) == before


async def test_a_mistyped_amount_or_date_is_registered_anew_and_what_happened_since_stays(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    event = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 20), amount=400_000)
    await record_event(clerk, event, now=NOW)
    before = await editable_case(clerk, case_id)
    parts = [ObligationInput(content="Gốc", amount=1_700_000), ObligationInput(content="Lãi", amount=300_000)]
    await edit_case(clerk, before, changed(before, obligations=parts, decision_date=date(2026, 10, 9)), now=LATER)
    detail = await case_detail(clerk, case_id)
    assert [owed.amount for owed in detail.obligations] == [1_700_000, 300_000]
    assert (detail.amount, detail.collected, detail.outstanding) == (2_000_000, 400_000, 1_600_000)
    assert detail.decision_date == date(2026, 10, 9)
    assert await figures(case_id) == {("criminal", "on_request", False): (1, 2_000_000)}


async def test_an_amount_below_what_was_collected_is_refused(cast: Cast) -> None:
    clerk, case_id = cast["intake_clerk"], await one_case(cast)
    event = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=date(2026, 10, 20), amount=400_000)
    await record_event(clerk, event, now=NOW)
    before = await editable_case(clerk, case_id)
    with pytest.raises(Refused):
        await edit_case(clerk, before, changed(before, obligations=[ObligationInput(content="Gốc", amount=399_999)]))
    assert await editable_case(clerk, case_id) == before


async def test_only_those_with_the_right_edit_and_outsiders_find_nothing(cast: Cast) -> None:
    case_id = await one_case(cast)
    before = await editable_case(cast["intake_clerk"], case_id)
    wanted = changed(before, credit_institution=True)
    for part in ("alice", "statistician", "leader"):
        with pytest.raises(Forbidden):
            await editable_case(cast[part], case_id)
        with pytest.raises(Forbidden):
            await edit_case(cast[part], before, wanted)
    for part in ("charlie", "neighbour"):
        outsider = cast[part]
        with pytest.raises(NotFound):
            await edit_case(outsider, before, wanted)
        with pytest.raises(NotFound):
            await case_log(outsider, case_id)
        with pytest.raises(NotFound):
            await case_parties(outsider, case_id)
        with pytest.raises(NotFound):
            await case_handovers(outsider, case_id)


async def test_a_case_of_very_many_people_keeps_them_and_shows_them_page_by_page(cast: Cast) -> None:
    many = [PartyInput(role=PartyRole.DEBTOR, name="Công ty Mẫu")]
    many += [PartyInput(role=PartyRole.CREDITOR, name=f"Người thứ {n}") for n in range(PARTIES_SHOWN + 10)]
    case_id = await one_case(cast, parties=many)
    clerk = cast["intake_clerk"]
    before = await editable_case(clerk, case_id)
    assert len(many) > EDITABLE_PARTIES
    assert before.particulars.parties is None
    await edit_case(clerk, before, changed(before, credit_institution=True), now=LATER)
    first, second = await case_parties(clerk, case_id), await case_parties(clerk, case_id, page=2)
    assert (len(first.rows), first.more, len(second.rows), second.more) == (PARTIES_SHOWN, True, 11, False)
    assert [party.name for party in (await case_parties(clerk, case_id, "nguoi thu 59")).rows] == ["Người thứ 59"]
    assert (await list_cases(clerk, read_query({"q": "thứ 59"}))).count == 1
