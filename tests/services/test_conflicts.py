"""No officer gets a relative's case, and no accountant is officer: Law 26/2008/QH12 Đ.21.5, TT 78/2020/TT-BTC Đ.8."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from models import Account, RoleGrant
from models.enums import EventType, PartyRole, Role
from models.guard_enums import Kinship
from tests.support.handover_cast import NOW, Cast, make_cast
from tests.support.workbooks import case_row, event_row, write_workbook
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from thads_app.messages import sentence
from thads_app.rules.handovers import Confirmer
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services.case_edits import edit_case, editable_case
from thads_app.services.cases import (
    JudgmentInput,
    ObligationInput,
    PartyInput,
    RegisterCase,
    case_detail,
    register_case,
)
from thads_app.services.conflict_views import family_beside_accountants, listed, of_case
from thads_app.services.conflicts import DeclareConflict, declare, end
from thads_app.services.events import RecordEvent, allowed_events, assign_cases, record_event
from thads_app.services.handovers import confirm_items, save_draft
from thads_app.services.importing.run import import_workbook

DAY = date(2026, 10, 20)
BROTHER = "091 075 001 234"


@pytest.fixture
async def cast(database: str) -> Cast:
    return await make_cast()


def staff(actor: Actor) -> int:
    assert actor.staff_id is not None
    return actor.staff_id


def brother(cast: Cast, **changes: object) -> DeclareConflict:
    """The receiver's brother, by his identity number."""
    values: dict[str, object] = {
        "staff_id": cast.receiver.staff_id,
        "relation": Kinship.SIBLING,
        "person": "Trần Văn Anh",
        "identity": BROTHER,
    }
    return DeclareConflict.model_validate(values | changes)


async def case_of(cast: Cast, number: str, identity: str | None, *, officer: Actor | None = None) -> int:
    """A case against somebody with this identity number."""
    command = RegisterCase.model_validate(
        {
            "office_id": cast.tree.by_code["91-03"].id,
            "decision_number": number,
            "decision_date": date(2026, 10, 5),
            "source": "on_request",
            "judgment": JudgmentInput(
                number="7/2026/DS-ST", judgment_date=date(2026, 9, 1), issuing_body="TAND khu vực 3", kind="civil"
            ),
            "parties": [PartyInput(role=PartyRole.DEBTOR, name="Trần Văn Anh", id_number=identity)],
            "obligations": [ObligationInput(content="Trả nợ", amount=1_000_000)],
            "staff_id": officer.staff_id if officer else None,
        }
    )
    return (await register_case(cast.operator, command, now=NOW)).case_id


def assigned(case_id: int, officer: Actor) -> RecordEvent:
    return RecordEvent(case_id=case_id, type=EventType.ASSIGNED, business_date=DAY, staff_id=officer.staff_id)


async def notices_of(actor: Actor) -> list[str]:
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT text FROM notice WHERE account_id = :id ORDER BY id"), {"id": actor.account_id}
        )
        return [row[0] for row in rows]


async def make_accountant(actor: Actor, office_id: int, *, until: date | None = None) -> None:
    async with unit_of_work(EVERYWHERE) as session:
        grant = RoleGrant(account_id=actor.account_id or 0, role=Role.ACCOUNTANT, office_id=office_id, valid_to=until)
        session.add(grant)


# -- relatives -------------------------------------------------------------------------------------------------------


async def test_a_declared_brother_blocks_the_assignment_and_the_sentence_names_article_and_relation(cast: Cast):
    """Đ.21.5.b: brothers and sisters. The number is written differently in the judgment; it is the same man."""
    case_id = await case_of(cast, "1/QĐ", "091075001234")
    await declare(cast.receiver, brother(cast), now=NOW)
    with pytest.raises(Invalid) as refused:
        await record_event(cast.head, assigned(case_id, cast.receiver), now=NOW)
    said = sentence(refused.value.fields["officer"])
    assert "điểm b khoản 5 Điều 21" in said
    assert "Anh, chị, em ruột" in said
    assert "Chấp hành viên chv2" in said
    await record_event(cast.head, assigned(case_id, cast.giver), now=NOW)


async def test_of_many_assignments_only_the_relatives_is_refused(cast: Cast):
    theirs, other = await case_of(cast, "1/QĐ", BROTHER), await case_of(cast, "2/QĐ", "091075999999")
    await declare(cast.receiver, brother(cast), now=NOW)
    results = await assign_cases(cast.head, [theirs, other], staff(cast.receiver), DAY, now=NOW)
    assert [result.ok for result in results] == [False, True]


async def test_the_number_blocks_cases_that_come_later_too(cast: Cast):
    await declare(cast.receiver, brother(cast), now=NOW)
    with pytest.raises(Invalid) as refused:
        await case_of(cast, "9/QĐ", BROTHER, officer=cast.receiver)
    assert refused.value.fields["officer"].code == "officer_is_relative"
    async with unit_of_work(EVERYWHERE) as session:
        assert (await session.execute(text("SELECT count(*) FROM cases"))).scalar_one() == 0


async def test_a_declaration_of_one_case_blocks_that_case_only(cast: Cast):
    theirs, other = await case_of(cast, "1/QĐ", None), await case_of(cast, "2/QĐ", None)
    command = brother(cast, identity="", case_id=theirs, relation=Kinship.SPOUSE)
    await declare(cast.head, command, now=NOW)
    results = await assign_cases(cast.head, [theirs, other], staff(cast.receiver), DAY, now=NOW)
    assert [result.ok for result in results] == [False, True]


async def test_a_handover_to_a_relative_is_refused_when_drafted_and_when_declared_in_between(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", BROTHER, officer=cast.giver)
    sent = await cast.sent([case_id], giver=cast.giver, receiver=cast.receiver)
    await declare(cast.receiver, brother(cast), now=NOW)
    await confirm_items(cast.head, sent.id, confirmer=Confirmer.HEAD, now=NOW)
    [result] = await confirm_items(cast.receiver, sent.id, confirmer=Confirmer.RECEIVER, now=NOW)
    assert not result.ok
    assert result.error is not None
    assert result.error.code == "officer_is_relative"
    assert (await case_detail(cast.head, case_id)).officer_id == cast.giver.staff_id

    another = await case_of(cast, "2/QĐ", BROTHER, officer=cast.giver)
    with pytest.raises(Invalid) as refused:
        await save_draft(cast.giver, cast.draft([another], giver=cast.giver, receiver=cast.receiver), now=NOW)
    assert refused.value.fields[f"items.{another}"].code == "officer_is_relative"


async def test_an_officer_of_another_office_is_blocked_though_the_declaration_is_not_of_this_office(cast: Cast):
    """The head of 91-03 may not read what an officer of 91-04 declared, and still cannot give them the case."""
    case_id = await case_of(cast, "1/QĐ", BROTHER, officer=cast.giver)
    await declare(cast.neighbour, brother(cast, staff_id=cast.neighbour.staff_id), now=NOW)
    assert await listed(cast.head) == []
    [result] = await assign_cases(cast.head, [case_id], staff(cast.neighbour), DAY, now=NOW)
    assert isinstance(result.error, Invalid)
    assert result.error.fields["officer"].code == "officer_is_relative"


async def test_an_import_names_the_cell_of_the_relative_and_writes_nothing(cast: Cast, tmp_path: Path):
    known = await case_of(cast, "1/QĐ", BROTHER)
    await declare(cast.receiver, brother(cast), now=NOW)
    cases = [
        case_row("5/QĐ", **{"Số định danh": BROTHER, "Mã chấp hành viên": "chv2"}),
        case_row("6/QĐ", **{"Số định danh": "079", "Mã chấp hành viên": "chv2"}),
    ]
    events = [
        event_row("1/QĐ", date(2026, 10, 20), "Phân công", **{"Mã chấp hành viên": "chv2"}),
        event_row("6/QĐ", date(2026, 10, 21), "Thu được tiền", **{"Số tiền": 1_000}),
    ]
    outcome = await import_workbook(cast.operator, write_workbook(tmp_path / "t.xlsx", cases, events))
    found = {(problem.sheet, problem.row, problem.column, problem.code) for problem in outcome.problems}
    assert found == {
        ("Hồ sơ", 2, "Mã chấp hành viên", "officer_is_relative"),
        ("Sự kiện", 2, "Mã chấp hành viên", "officer_is_relative"),
    }
    assert not outcome.written
    assert (await case_detail(cast.head, known)).officer_id is None


async def test_declared_on_a_case_already_held_the_head_is_told_and_the_officer_may_record_no_more(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", BROTHER, officer=cast.receiver)
    await declare(cast.receiver, brother(cast), now=NOW)
    [told] = await notices_of(cast.head)
    assert "1/QĐ" in told
    shown = await of_case(cast.head, case_id)
    assert shown.warning is not None
    assert "Điều 21" in sentence(FieldError(shown.warning.code, dict(shown.warning.params)))
    collected = RecordEvent(case_id=case_id, type=EventType.COLLECTED, business_date=DAY, amount=1_000)
    with pytest.raises(Refused, match="actor_is_relative"):
        await record_event(cast.receiver, collected, now=NOW)
    choices = await allowed_events(cast.receiver, case_id, today=DAY)
    assert {choice.reason for choice in choices if choice.type is EventType.COLLECTED} == {"actor_is_relative"}
    await record_event(cast.head, assigned(case_id, cast.giver), now=NOW)
    assert (await of_case(cast.head, case_id)).warning is None


async def test_an_officer_with_an_own_interest_is_declared_under_their_own_name(cast: Cast):
    """Đ.21.5: “quyền, lợi ích của bản thân”."""
    case_id = await case_of(cast, "1/QĐ", None)
    command = DeclareConflict(staff_id=staff(cast.receiver), relation=Kinship.SELF, case_id=case_id)
    await declare(cast.receiver, command, now=NOW)
    [view] = (await of_case(cast.head, case_id)).views
    assert view.person == view.officer


async def test_a_party_of_the_case_is_pointed_at_without_its_number_being_typed(cast: Cast):
    case_id, later = await case_of(cast, "1/QĐ", BROTHER), await case_of(cast, "2/QĐ", BROTHER)
    foreign = (await case_detail(cast.operator, later)).parties[0].id
    command = brother(cast, person="", identity="", case_id=case_id, party_id=foreign)
    with pytest.raises(Invalid) as refused:
        await declare(cast.head, command, now=NOW)
    assert "party_id" in refused.value.fields
    own = (await case_detail(cast.operator, case_id)).parties[0].id
    await declare(cast.head, command.model_copy(update={"party_id": own}), now=NOW)
    [view] = await listed(cast.head)
    assert (view.person, view.identity_end) == ("Trần Văn Anh", "234")
    [result] = await assign_cases(cast.head, [later], staff(cast.receiver), DAY, now=NOW)
    assert not result.ok


async def test_heads_are_told_when_a_relative_becomes_party_of_a_case_the_officer_holds(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", None, officer=cast.receiver)
    await declare(cast.receiver, brother(cast), now=NOW)
    assert await notices_of(cast.head) == []
    before = await editable_case(cast.head, case_id)
    parties = [PartyInput(role=PartyRole.DEBTOR, name="Trần Văn Anh", id_number=BROTHER)]
    await edit_case(cast.head, before, before.particulars.model_copy(update={"parties": parties}), now=NOW)
    [told] = await notices_of(cast.head)
    assert "1/QĐ" in told
    assert (await of_case(cast.head, case_id)).warning is not None


async def test_only_the_head_or_the_officer_declares(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", None)
    for stranger in (cast.clerk, cast.giver):
        with pytest.raises(Forbidden, match="conflict_forbidden"):
            await declare(stranger, brother(cast, case_id=case_id), now=NOW)
    with pytest.raises(NotFound):
        await declare(cast.outsider, brother(cast, case_id=case_id), now=NOW)
    with pytest.raises(Forbidden):
        await declare(cast.neighbour_head, brother(cast), now=NOW)


async def test_a_declaration_must_concern_something(cast: Cast):
    with pytest.raises(Invalid) as refused:
        await declare(cast.receiver, brother(cast, identity="", person=""), now=NOW)
    assert {name: error.code for name, error in refused.value.fields.items()} == {
        "person": "conflict_person_needed",
        "identity": "conflict_match_needed",
    }
    with pytest.raises(Invalid) as short:
        await declare(cast.receiver, brother(cast, identity="12-3"), now=NOW)
    assert short.value.fields["identity"].code == "conflict_identity_short"


async def test_nobody_ends_their_own_declaration_and_the_ended_one_blocks_no_more(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", BROTHER)
    conflict = await declare(cast.receiver, brother(cast), now=NOW)
    with pytest.raises(Forbidden):
        await end(cast.receiver, conflict, "Không phải anh em", now=NOW)
    with pytest.raises(NotFound):
        await end(cast.outsider, conflict, "Không phải anh em", now=NOW)
    with pytest.raises(Invalid):
        await end(cast.head, conflict, "  ", now=NOW)
    await end(cast.head, conflict, "Trùng tên, khác người", now=NOW)
    with pytest.raises(Refused, match="conflict_ended"):
        await end(cast.head, conflict, "Lần nữa", now=NOW)
    await record_event(cast.head, assigned(case_id, cast.receiver), now=NOW)
    [view] = await listed(cast.head, ended=True)
    assert (view.end_reason, view.identity_end) == ("Trùng tên, khác người", "234")


async def test_others_learn_of_the_relation_only_that_the_officer_cannot_act(cast: Cast):
    case_id = await case_of(cast, "1/QĐ", BROTHER, officer=cast.receiver)
    await declare(cast.receiver, brother(cast), now=NOW)
    assert (await of_case(cast.clerk, case_id)).views == []
    assert len((await of_case(cast.receiver, case_id)).views) == 1
    assert await listed(cast.clerk) == []


async def test_declaring_and_ending_are_audited(cast: Cast):
    conflict = await declare(cast.receiver, brother(cast), now=NOW)
    await end(cast.head, conflict, "Nhầm", now=NOW)
    async with unit_of_work(EVERYWHERE) as session:
        rows = await session.execute(
            text("SELECT action, account_id FROM audit_entry WHERE object_type = 'conflict' ORDER BY id")
        )
        assert [tuple(row) for row in rows] == [
            ("conflict.declared", cast.receiver.account_id),
            ("conflict.ended", cast.head.account_id),
        ]


# -- accountants -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("office", ["91-03", "91"])
async def test_the_accountant_of_the_office_or_of_its_province_is_not_its_officer(cast: Cast, office: str):
    await make_accountant(cast.receiver, cast.tree.by_code[office].id)
    case_id = await case_of(cast, "1/QĐ", None)
    with pytest.raises(Invalid) as refused:
        await record_event(cast.head, assigned(case_id, cast.receiver), now=NOW)
    assert "78/2020" in sentence(refused.value.fields["officer"])
    drafted = cast.draft([case_id], giver=cast.clerk, receiver=cast.receiver)
    with pytest.raises(Invalid) as barred:
        await save_draft(cast.clerk, drafted, now=NOW)
    assert barred.value.fields["receiver"].code == "officer_is_accountant"


async def test_an_accountant_elsewhere_or_of_the_past_may_be_officer_here(cast: Cast):
    await make_accountant(cast.receiver, cast.tree.by_code["91-04"].id)
    await make_accountant(cast.receiver, cast.tree.by_code["91-03"].id, until=date(2026, 9, 30))
    case_id = await case_of(cast, "1/QĐ", None)
    await record_event(cast.head, assigned(case_id, cast.receiver), now=NOW)


async def test_an_import_refuses_the_accountant_from_the_day_of_the_role(cast: Cast, tmp_path: Path):
    await make_accountant(cast.receiver, cast.tree.by_code["91-03"].id, until=date(2025, 10, 6))
    cases = [
        case_row("5/QĐ", **{"Mã chấp hành viên": "chv2", "Ngày phân công": date(2025, 10, 6)}),
        case_row("6/QĐ", **{"Mã chấp hành viên": "chv2", "Ngày phân công": date(2025, 10, 7)}),
    ]
    outcome = await import_workbook(cast.operator, write_workbook(tmp_path / "t.xlsx", cases))
    assert [(problem.row, problem.code) for problem in outcome.problems] == [(2, "officer_is_accountant")]


async def test_an_officer_whose_blood_relative_keeps_the_books_of_the_office_is_found_at_the_review(cast: Cast):
    """TT 78/2020/TT-BTC Đ.8.4. A spouse is no blood family; an accountant of another province is no colleague."""
    async with unit_of_work(EVERYWHERE) as session:
        books = Account(
            username="ketoan",
            password_hash="no sign-in",
            full_name="Trần Thị Em",
            office_id=cast.tree.by_code["91-03"].id,
        )
        session.add(books)
        await session.flush()
        session.add(RoleGrant(account_id=books.id or 0, role=Role.ACCOUNTANT, office_id=books.office_id))
    colleague = {"identity": "", "colleague_id": books.id}
    await declare(
        cast.giver, brother(cast, staff_id=cast.giver.staff_id, relation=Kinship.SPOUSE, **colleague), now=NOW
    )
    await declare(cast.receiver, brother(cast, **colleague), now=NOW)
    stranger = cast.outsider_officer
    await declare(stranger, brother(cast, staff_id=stranger.staff_id, **colleague), now=NOW)
    [found] = await family_beside_accountants(cast.head, today=DAY)
    assert (found.officer, found.accountant) == ("Chấp hành viên chv2", "Trần Thị Em")
    assert await family_beside_accountants(cast.outsider, today=DAY) == []
