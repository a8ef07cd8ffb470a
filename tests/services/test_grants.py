"""Giving, extending and taking back roles, and saying beforehand what that does."""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy import text

from models import Account
from models.enums import Role
from tests.support.cast import NATION, OFFICE, OFFICE_ELSEWHERE, PROVINCE, Cast
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Permission
from thads_app.services import accounts, notices, sessions
from thads_app.services.accounts import CreateAccount
from thads_app.services.administration.effective_rights import effective_rights, preview_ending, preview_giving
from thads_app.services.administration.grant_views import GrantState, grants_of_account, roles_to_give
from thads_app.services.administration.grants import (
    ChangeEnd,
    GiveGrant,
    TakeBack,
    change_end,
    give_grant,
    take_back,
    warnings_of,
    warnings_of_leaving,
)

DAY = timedelta(days=1)


def giving(
    cast: Cast, part: str = "bob", role: Role = Role.STATISTICIAN, office: str = OFFICE, **more: object
) -> GiveGrant:
    given = {"account_id": cast[part].account_id, "role": role, "office_code": office, "reason": "QĐ số 12", **more}
    return GiveGrant.model_validate(given)


async def audited(action: str) -> list[dict[str, object]]:
    async with unit_of_work(EVERYWHERE) as session:
        found = await session.execute(
            text("SELECT detail FROM audit_entry WHERE action = :a ORDER BY id"), {"a": action}
        )
        return [row[0] for row in found]


def wrong_fields(problem: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {field: error.code for field, error in problem.value.fields.items()}


async def test_a_role_given_counts_from_the_next_event_and_its_whole_story_is_kept(cast: Cast) -> None:
    admin, opened = cast["province_admin"], await cast.sign_in("bob")
    assert not opened.actor.may(Permission.IMPORT)
    grant_id = await give_grant(admin, giving(cast, valid_to=clock.today() + 30 * DAY))
    who = await sessions.resolve(opened.secret)
    assert who is not None
    assert who.actor.may_in(Permission.IMPORT, cast.office(OFFICE))
    (line, _) = await grants_of_account(admin, cast["bob"].account_id or 0)
    assert (line.id, line.role, line.office_code, line.state) == (
        grant_id, Role.STATISTICIAN, OFFICE, GrantState.IN_FORCE,
    )  # fmt: skip
    assert (line.given_by, line.reason, line.changeable) == (admin.name, "QĐ số 12", True)
    assert line.valid_from == clock.today()
    assert (await audited("grant.given"))[0]["grant"] == grant_id
    assert "Cán bộ thống kê" in (await notices.read_notices(cast["bob"]))[0].text


async def test_a_role_taken_back_stays_as_history_and_ends_at_once(cast: Cast) -> None:
    admin = cast["province_admin"]
    grant_id = await give_grant(admin, giving(cast))
    opened = await cast.sign_in("bob")
    await take_back(admin, TakeBack(grant_id=grant_id, reason="Chuyển công tác"))
    who = await sessions.resolve(opened.secret)
    assert who is not None
    assert not who.actor.may(Permission.IMPORT)
    line = next(each for each in await grants_of_account(admin, cast["bob"].account_id or 0) if each.id == grant_id)
    assert (line.state, line.ended_by, line.end_reason) == (GrantState.ENDED, admin.name, "Chuyển công tác")
    assert not line.changeable
    for again in (
        take_back(admin, TakeBack(grant_id=grant_id, reason="Lần nữa")),
        change_end(admin, ChangeEnd(grant_id=grant_id, valid_to=None, reason="Kéo dài")),
    ):
        with pytest.raises(Refused, match="grant_over"):
            await again
    assert await give_grant(admin, giving(cast)), "the same role can be given anew afterwards"


async def test_another_last_day_acts_at_once_and_is_written_down(cast: Cast) -> None:
    admin, today = cast["province_admin"], clock.today()
    grant_id = await give_grant(admin, giving(cast))
    await change_end(admin, ChangeEnd(grant_id=grant_id, valid_to=today, reason="Hết nhiệm vụ"))
    opened = await cast.sign_in("bob")
    assert opened.actor.may(Permission.IMPORT), "the last day still counts"
    assert (await audited("grant.end_changed"))[0]["grant"] == grant_id
    with pytest.raises(Invalid) as problem:
        await change_end(admin, ChangeEnd(grant_id=grant_id, valid_to=today - DAY, reason="Lùi"))
    assert wrong_fields(problem)["valid_to"]


async def test_when_the_last_day_is_over_rights_end_without_anybody_doing_anything(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.today()
    await give_grant(cast["province_admin"], giving(cast, valid_to=today))
    opened = await cast.sign_in("bob")
    monkeypatch.setattr(clock, "today", lambda: today + DAY)
    sessions.forget_everything()
    who = await sessions.resolve(opened.secret)
    assert who is not None
    assert not who.actor.may(Permission.IMPORT)
    assert who.actor.may(Permission.CASE_READ), "the other role goes on"


@pytest.mark.parametrize(
    ("granter", "part", "role", "office", "refusal"),
    [
        ("province_admin", "province_admin", Role.HEAD, PROVINCE, "not_to_oneself"),
        ("province_admin", "charlie", Role.OFFICER, OFFICE, "account_not_found"),
        ("province_admin", "bob", Role.OFFICER, OFFICE_ELSEWHERE, "office_not_found"),
        ("province_admin", "bob", Role.LEADER, NATION, "office_not_found"),
        ("central_admin", "bob", Role.LEADER, "không-có", "office_not_found"),
    ],
)
async def test_nobody_gives_to_themselves_or_outside_their_own_subtree(  # noqa: PLR0917
    cast: Cast, granter: str, part: str, role: Role, office: str, refusal: str
) -> None:
    with pytest.raises((Refused, NotFound), match=refusal):
        await give_grant(cast[granter], giving(cast, part, role, office))
    assert not await audited("grant.given")


@pytest.mark.parametrize(
    ("granter", "role", "office"),
    [
        ("province_admin", Role.ADMIN, PROVINCE),
        ("central_admin", Role.STATISTICIAN, OFFICE),
        ("central_admin", Role.ADMIN, NATION),
        ("central_admin", Role.OFFICER, PROVINCE),
    ],
)
async def test_each_level_gives_only_the_roles_of_its_level(cast: Cast, granter: str, role: Role, office: str) -> None:
    with pytest.raises(Invalid) as problem:
        await give_grant(cast[granter], giving(cast, "bob", role, office))
    assert wrong_fields(problem) == {"role": "role_not_grantable"}
    assert role not in await roles_to_give(cast[granter], office)


@pytest.mark.parametrize("part", ["leader", "office_head", "province_head", "alice", "charlie"])
async def test_who_manages_no_accounts_neither_gives_nor_reads_grants(cast: Cast, part: str) -> None:
    bob = cast["bob"].account_id or 0
    for attempt in (
        give_grant(cast[part], giving(cast)),
        grants_of_account(cast[part], bob),
        effective_rights(cast[part], bob if part != "alice" else cast["charlie"].account_id or 0),
        take_back(cast[part], TakeBack(grant_id=1, reason="x")),
    ):
        with pytest.raises(Forbidden):
            await attempt


async def test_an_administrator_of_another_province_finds_nothing(cast: Cast) -> None:
    made = await accounts.create_account(
        cast["central_admin"], CreateAccount(username="quan.tri", full_name="Quản Trị Khác", office_code="68")
    )
    await give_grant(
        cast["central_admin"],
        GiveGrant(account_id=made.account_id, role=Role.ADMIN, office_code="68", reason="QĐ", confirmed=True),
    )
    async with unit_of_work(EVERYWHERE) as session:
        account = await session.get(Account, made.account_id)
    assert account is not None
    outsider = await sessions.actor_of(account, [(Role.ADMIN, cast.office("68"))])
    grant_id = await give_grant(cast["province_admin"], giving(cast))
    for attempt in (
        grants_of_account(outsider, cast["bob"].account_id or 0),
        effective_rights(outsider, cast["bob"].account_id or 0),
        take_back(outsider, TakeBack(grant_id=grant_id, reason="x")),
        change_end(outsider, ChangeEnd(grant_id=grant_id, valid_to=None, reason="x")),
        preview_ending(outsider, grant_id),
    ):
        with pytest.raises(NotFound):
            await attempt


async def test_a_role_needs_a_usable_account_and_a_reason(cast: Cast) -> None:
    admin = cast["province_admin"]
    with pytest.raises(Invalid) as problem:
        await give_grant(admin, giving(cast, reason="  "))
    assert wrong_fields(problem) == {"reason": "reason_needed"}
    await accounts.disable_account(admin, "bob")
    with pytest.raises(Refused, match="grant_to_disabled"):
        await give_grant(admin, giving(cast))


async def test_a_role_does_not_begin_in_the_past(cast: Cast) -> None:
    with pytest.raises(Invalid) as problem:
        await give_grant(cast["province_admin"], giving(cast, valid_from=clock.today() - DAY))
    assert wrong_fields(problem) == {"valid_from": "grant_begins_in_past"}


async def test_the_same_role_is_not_given_twice(cast: Cast) -> None:
    await give_grant(cast["province_admin"], giving(cast))
    with pytest.raises(Invalid) as problem:
        await give_grant(cast["province_admin"], giving(cast))
    assert wrong_fields(problem) == {"role": "grant_exists"}


async def test_nobody_is_accountant_and_officer_of_one_office(cast: Cast) -> None:
    with pytest.raises(Invalid) as problem:
        await give_grant(cast["province_admin"], giving(cast, "alice", Role.ACCOUNTANT))
    assert wrong_fields(problem) == {"role": "finding_accountant_is_officer"}
    with pytest.raises(Invalid):
        await give_grant(cast["province_admin"], giving(cast, "alice", Role.ACCOUNTANT, PROVINCE, confirmed=True))
    assert await give_grant(cast["province_admin"], giving(cast, "alice", Role.ACCOUNTANT, "91-04"))


async def test_doubtful_roles_are_given_only_once_the_doubt_was_read(cast: Cast) -> None:
    admin, command = cast["province_admin"], giving(cast, "statistician", Role.OFFICER)
    assert [each.code for each in await warnings_of(admin, command)] == ["grant_officer_without_staff"]
    with pytest.raises(Refused, match="grant_warned"):
        await give_grant(admin, command)
    assert await give_grant(admin, command.model_copy(update={"confirmed": True}))


async def test_one_administrator_per_province_is_the_rule_and_a_second_needs_confirming(cast: Cast) -> None:
    command = giving(cast, "province_head", Role.ADMIN, PROVINCE)
    codes = {each.code for each in await warnings_of(cast["central_admin"], command)}
    assert codes == {"grant_second_administrator", "grant_administrator_writes"}


async def test_the_last_administrator_of_a_province_does_not_go_by_accident(cast: Cast) -> None:
    central, province_admin = cast["central_admin"], cast["province_admin"].account_id or 0
    (line,) = await grants_of_account(central, province_admin)
    with pytest.raises(Refused, match="grant_warned"):
        await take_back(central, TakeBack(grant_id=line.id, reason="Nghỉ hưu"))
    async with unit_of_work(EVERYWHERE) as session:
        assert [each.code for each in await warnings_of_leaving(session, province_admin)] == [
            "grant_last_administrator"
        ]
    await take_back(central, TakeBack(grant_id=line.id, reason="Nghỉ hưu", confirmed=True))


async def test_an_administrator_cannot_end_their_own_role(cast: Cast) -> None:
    admin = cast["province_admin"]
    (line,) = await grants_of_account(admin, admin.account_id or 0)
    assert not line.changeable
    with pytest.raises(Refused, match="not_to_oneself"):
        await take_back(admin, TakeBack(grant_id=line.id, reason="Thôi việc", confirmed=True))


async def test_the_granters_own_last_day_bounds_what_they_give(cast: Cast) -> None:
    until = clock.today() + 5 * DAY
    with db.raw_owner_connection() as owner:
        owner.execute(
            "UPDATE role_grant SET valid_to = %s WHERE account_id = %s", (until, cast["province_admin"].account_id)
        )
    for ends in (None, until + DAY):
        with pytest.raises(Invalid) as problem:
            await give_grant(cast["province_admin"], giving(cast, valid_to=ends))
        assert wrong_fields(problem) == {"valid_to": "beyond_own_validity"}
    assert await give_grant(cast["province_admin"], giving(cast, valid_to=until))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM role_grant",
        "UPDATE role_grant SET role = 'admin'",
        "UPDATE role_grant SET office_id = 1",
        "UPDATE role_grant SET account_id = 1",
        "UPDATE role_grant SET valid_from = NULL",
        "UPDATE role_grant SET reason = 'khác'",
        "DELETE FROM authorisation",
        "UPDATE authorisation SET permissions = '{case.read}'",
    ],
)
async def test_the_app_itself_can_neither_delete_nor_rewrite_a_grant(cast: Cast, statement: str) -> None:
    with pytest.raises(Exception, match="permission denied") as refused:
        async with unit_of_work(EVERYWHERE) as session:
            await session.execute(text(statement))
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)


# --- what somebody may do, and why ------------------------------------------------------------------------------------


async def test_every_right_says_where_and_through_what_it_is_held(cast: Cast) -> None:
    await give_grant(cast["province_admin"], giving(cast, office="91-04", valid_to=date(clock.today().year + 1, 9, 30)))
    told = await effective_rights(cast["province_admin"], cast["bob"].account_id or 0)
    lines = {line.permission: line for line in told.lines}
    assert set(lines) == {permission for permission in Permission if permission in set(lines)}
    assert lines[Permission.CASE_READ].offices.count == 2
    assert [each.text.partition(" tại ")[0] for each in lines[Permission.CASE_READ].reasons] == [
        "Chấp hành viên", "Cán bộ thống kê",
    ]  # fmt: skip
    (only,) = lines[Permission.IMPORT].reasons
    assert only.given_by == cast["province_admin"].name
    assert f"đến hết 30/09/{clock.today().year + 1}" in only.period
    assert Permission.CASE_ASSIGN not in lines


async def test_what_is_told_is_what_the_gate_would_allow(cast: Cast) -> None:
    for part in ("bob", "office_head", "province_head", "intake_clerk", "accountant", "province_admin"):
        told = await effective_rights(cast["central_admin"], cast[part].account_id or 0)
        assert {line.permission for line in told.lines} == set((await cast.sign_in(part)).actor.scopes)


async def test_a_disabled_account_may_nothing(cast: Cast) -> None:
    await accounts.disable_account(cast["province_admin"], "bob")
    told = await effective_rights(cast["province_admin"], cast["bob"].account_id or 0)
    assert told.disabled
    assert not told.lines


async def test_everybody_may_read_their_own_rights(cast: Cast) -> None:
    told = await effective_rights(cast["bob"], cast["bob"].account_id or 0)
    assert {line.permission for line in told.lines} == set(cast["bob"].scopes)


async def test_a_role_is_shown_with_what_it_would_add_before_it_is_given(cast: Cast) -> None:
    before = await preview_giving(cast["province_admin"], giving(cast))
    assert {line.label: (line.gained, line.lost) for line in before.lines} == {
        "Nhập dữ liệu từ Excel": (True, False),
        "Đính chính sự kiện đã ghi": (True, False),
    }
    assert {line.before.text for line in before.lines} == {"Không đơn vị nào"}
    wider = await preview_giving(cast["province_admin"], giving(cast, office=PROVINCE))
    reading = next(line for line in wider.lines if line.label == "Xem hồ sơ")
    assert reading.after.count > reading.before.count == 1
    async with unit_of_work(EVERYWHERE) as session:
        count = (await session.execute(text("SELECT count(*) FROM role_grant WHERE account_id = :a"),
                                       {"a": cast["bob"].account_id})).scalar_one()  # fmt: skip
    assert count == 1, "nothing was saved"


async def test_taking_back_is_shown_with_what_would_be_lost(cast: Cast) -> None:
    grant_id = await give_grant(cast["province_admin"], giving(cast))
    told = await preview_ending(cast["province_admin"], grant_id)
    assert {line.label for line in told.lines if line.lost} == {"Nhập dữ liệu từ Excel", "Đính chính sự kiện đã ghi"}
