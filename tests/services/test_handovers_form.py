"""The form of a handover offers what is possible, says why the rest is not, and opens drafts as they were left."""

import pytest

from models.enums import EventType, HandoverKind
from tests.support.handover_cast import NOW, Cast, make_cast
from thads_app.errors import Forbidden, NotFound
from thads_app.services.events import RecordEvent, record_event
from thads_app.services.handover_forms import FormRequest, givable_cases, givers, handover_form
from thads_app.services.handovers import ItemInput, save_draft, send_handover

TODAY = NOW.date()


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


async def test_the_kind_and_the_giver_follow_from_the_selected_cases(cast: Cast):
    fresh, held = await cast.case("1/QĐ"), await cast.case("2/QĐ", officer=cast.giver)
    from_intake = await handover_form(cast.head, FormRequest(case_ids=(fresh,)), day=TODAY)
    assert (from_intake.rule.kind, from_intake.giver) == (HandoverKind.INTAKE_TO_OFFICER, None)
    between = await handover_form(cast.head, FormRequest(case_ids=(held,)), day=TODAY)
    assert between.rule.kind is HandoverKind.OFFICER_TO_OFFICER
    assert between.giver is not None
    assert between.giver.id == cast.giver.staff_id
    assert between.may_choose_giver


async def test_each_role_is_offered_the_kinds_it_may_give(cast: Cast):
    offered = {
        name: (await handover_form(actor, FormRequest(), day=TODAY)).kinds
        for name, actor in (("clerk", cast.clerk), ("officer", cast.giver), ("head", cast.head))
    }
    assert offered == {
        "clerk": [HandoverKind.INTAKE_TO_OFFICER],
        "officer": [HandoverKind.OFFICER_TO_OFFICER],
        "head": [HandoverKind.INTAKE_TO_OFFICER, HandoverKind.OFFICER_TO_OFFICER],
    }


async def test_cases_that_cannot_be_given_say_why(cast: Cast):
    fine, others = await cast.case("1/QĐ", officer=cast.giver), await cast.case("2/QĐ", officer=cast.receiver)
    closed, sent = await cast.case("3/QĐ", officer=cast.giver), await cast.case("4/QĐ", officer=cast.giver)
    done = RecordEvent(case_id=closed, type=EventType.COMPLETED, business_date=TODAY)
    await record_event(cast.giver, done, now=NOW)
    await cast.sent([sent], giver=cast.giver, receiver=cast.receiver)
    form = await handover_form(cast.giver, FormRequest(case_ids=(fine, others, closed, sent)), day=TODAY)
    problems = {each.case.id: each.problem.code if each.problem else None for each in form.cases}
    assert problems == {
        fine: None,
        others: "handover_case_not_givers",
        closed: "handover_case_closed",
        sent: "handover_case_in_other",
    }


async def test_receivers_stand_with_their_load_colleagues_first_and_never_the_giver(cast: Cast):
    await cast.case("1/QĐ", officer=cast.receiver)
    form = await handover_form(cast.giver, FormRequest(), day=TODAY)
    assert [(each.id, each.open_cases) for each in form.receivers] == [
        (cast.receiver.staff_id, 1),
        (cast.neighbour.staff_id, None),
    ]
    assert all(each.can_sign_in for each in form.receivers)
    from_intake = await handover_form(cast.clerk, FormRequest(), day=TODAY)
    assert {each.id for each in from_intake.receivers} == {cast.giver.staff_id, cast.receiver.staff_id}


async def test_cases_to_add_are_the_givers_open_ones_that_hold_the_words(cast: Cast):
    wanted = await cast.case("7/QĐ", officer=cast.giver)
    for number, officer in (("8/QĐ", cast.giver), ("7/QĐ-B", cast.receiver)):
        await cast.case(number, officer=officer)
    found = await givable_cases(cast.giver, HandoverKind.OFFICER_TO_OFFICER, cast.giver.staff_id, "91-03", "nguyen 7")
    assert [case.id for case in found] == [wanted]
    await cast.sent([wanted], giver=cast.giver, receiver=cast.receiver)
    again = await givable_cases(cast.giver, HandoverKind.OFFICER_TO_OFFICER, cast.giver.staff_id, "91-03", "nguyen 7")
    assert again == []


async def test_a_draft_opens_as_it_was_left_for_whoever_gives_it(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    item = ItemInput(
        case_id=case_id, sheet_count=42, open_deadlines="xác minh lại 05/03", money_in_custody=7, note="2 tập"
    )
    saved = await save_draft(
        cast.giver, cast.draft([], giver=cast.giver, receiver=cast.receiver, items=[item]), now=NOW
    )
    form = await handover_form(cast.giver, FormRequest(handover_id=saved.id), day=TODAY)
    [kept] = form.cases
    assert (kept.sheet_count, kept.open_deadlines, kept.money_in_custody, kept.note) == (
        42,
        "xác minh lại 05/03",
        7,
        "2 tập",
    )
    assert (form.receiver_id, form.reason, form.version) == (cast.receiver.staff_id, "Nghỉ theo chế độ", saved.version)
    with pytest.raises(NotFound):
        await handover_form(cast.receiver, FormRequest(handover_id=saved.id), day=TODAY)
    await send_handover(cast.giver, saved.id, now=NOW)
    with pytest.raises(NotFound):
        await handover_form(cast.giver, FormRequest(handover_id=saved.id), day=TODAY)


async def test_cases_outside_the_scope_are_not_even_shown_and_offices_elsewhere_offer_nothing(cast: Cast):
    case_id = await cast.case("1/QĐ", officer=cast.giver)
    form = await handover_form(cast.outsider_officer, FormRequest(case_ids=(case_id,)), day=TODAY)
    assert form.cases == []
    with pytest.raises(NotFound):
        await givable_cases(cast.outsider_officer, HandoverKind.OFFICER_TO_OFFICER, cast.giver.staff_id, "91-03", "")


async def test_a_head_chooses_among_the_officers_of_their_offices_only(cast: Cast):
    assert {officer.id for officer in await givers(cast.head, "chap hanh")} == {
        cast.giver.staff_id,
        cast.receiver.staff_id,
    }
    with pytest.raises(Forbidden):
        await givers(cast.giver, "")
