"""Accounts are found by what people remember of them, and only those of one's own offices."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models.enums import Role
from tests.support.cast import Cast
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, NotFound
from thads_app.rules.account_reviews import AccountState
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.rules.vietnamese import normalise
from thads_app.services import accounts, throttle
from thads_app.services.accounts import CreateAccount
from thads_app.services.administration.accounts import AccountQuery, account_view, find_accounts

PROVINCE = {"province.head", "province.admin", "office.head", "alice", "bob", "intake.clerk", "statistician",
            "accountant", "neighbour"}  # fmt: skip


async def names(actor: Actor, **asked: object) -> set[str]:
    found = await find_accounts(actor, AccountQuery(**asked))  # type: ignore[arg-type]
    return {row.username for row in found.rows}


async def age(days: int, *usernames: str, signed_in: bool = True) -> None:
    """Let accounts be made, and last used, so many days ago."""
    moment = clock.now() - timedelta(days=days)
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(
            text("UPDATE account SET created_at = :then, last_signed_in_at = :seen WHERE username = ANY(:names)"),
            {"then": moment, "seen": moment if signed_in else None, "names": list(usernames)},
        )


async def test_an_administrator_finds_everybody_of_their_offices_and_nobody_else(cast: Cast) -> None:
    found = await names(cast["province_admin"])
    assert found >= PROVINCE
    assert "leader" not in found
    assert not {"central.admin", "charlie"} & found


async def test_whoever_manages_no_accounts_finds_none(cast: Cast) -> None:
    for part in ("leader", "province_head", "office_head", "alice", "charlie"):
        with pytest.raises(Forbidden):
            await find_accounts(cast[part], AccountQuery())
        with pytest.raises(Forbidden):
            await account_view(cast[part], cast["alice"].account_id or 0)


async def test_an_account_elsewhere_looks_like_none(cast: Cast) -> None:
    admin = cast["province_admin"]
    for part in ("leader", "central_admin", "charlie"):
        with pytest.raises(NotFound):
            await account_view(admin, cast[part].account_id or 0)
    with pytest.raises(NotFound):
        await account_view(admin, 10**9)


@pytest.mark.parametrize("typed", ["Trần Thị An", "tran thi an", "THỊ an", "alice", "an tran", "ALICE"])
async def test_a_name_is_found_with_and_without_marks_in_any_order(cast: Cast, typed: str) -> None:
    assert "alice" in await names(cast["province_admin"], text=typed)
    assert "bob" not in await names(cast["province_admin"], text=typed)


async def test_an_email_is_found_and_its_signs_mean_nothing_else(cast: Cast) -> None:
    admin = cast["province_admin"]
    made = CreateAccount(
        username="moi.den", full_name="Đặng Ưu Mới", office_code="91-03", email="moi_den@thads.example"
    )
    await accounts.create_account(admin, made)
    assert await names(admin, text="moi_den@") == {"moi.den"}
    assert await names(admin, text="dang uu") == {"moi.den"}
    assert await names(admin, text="moi%den") == set()


async def test_every_vietnamese_letter_is_folded_as_the_program_folds_it(cast: Cast, session: AsyncSession) -> None:
    letters = "ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđ"
    folded = (await session.execute(text("SELECT fold_name(:words)"), {"words": letters + letters.upper()})).scalar()
    assert folded == normalise(letters + letters.upper())


async def test_the_office_the_role_and_the_state_narrow_the_list(cast: Cast) -> None:
    admin = cast["province_admin"]
    assert await names(admin, office="91-04") == {"neighbour"}
    assert await names(admin, office="00") == await names(admin)
    assert await names(admin, office="91-03", role=Role.OFFICER) == {"alice", "bob"}
    await accounts.disable_account(admin, "bob")
    assert await names(admin, office="91-03", state=AccountState.DISABLED) == {"bob"}
    assert "bob" not in await names(admin, state=AccountState.ACTIVE)
    assert "bob" not in await names(admin, state=AccountState.NEVER)


async def test_a_role_taken_back_no_longer_finds(cast: Cast) -> None:
    await accounts.revoke_role(cast["province_admin"], "bob", Role.OFFICER, "91-03")
    assert await names(cast["province_admin"], office="91-03", role=Role.OFFICER) == {"alice"}


async def test_signing_in_makes_an_account_used(cast: Cast) -> None:
    admin = cast["province_admin"]
    await age(100, "alice", "bob")
    assert await names(admin, state=AccountState.UNUSED) == {"alice", "bob"}
    await cast.sign_in("alice")
    assert await names(admin, state=AccountState.UNUSED) == {"bob"}
    assert "alice" not in await names(admin, state=AccountState.NEVER)


async def test_an_account_never_used_is_unused_only_after_its_time(cast: Cast) -> None:
    admin = cast["province_admin"]
    assert "bob" in await names(admin, state=AccountState.NEVER)
    assert await names(admin, state=AccountState.UNUSED) == set()
    await age(91, "bob", signed_in=False)
    assert await names(admin, state=AccountState.UNUSED) == {"bob"}


async def test_an_account_locked_by_wrong_attempts_is_shown_so(cast: Cast) -> None:
    admin = cast["province_admin"]
    for _ in range(throttle.FREE_BY_ACCOUNT):
        await throttle.admit("alice", "192.0.2.50")
    assert await names(admin, state=AccountState.LOCKED) == {"alice"}
    found = await find_accounts(admin, AccountQuery(text="alice"))
    assert found.rows[0].blocked_until is not None
    await accounts.enable_account(admin, "alice")
    assert await names(admin, state=AccountState.LOCKED) == set()


async def test_pages_follow_the_given_names_and_leave_nobody_out(cast: Cast) -> None:
    admin = cast["province_admin"]
    whole = await find_accounts(admin, AccountQuery())
    shown: list[str] = []
    for page in range(1, 9):
        part = await find_accounts(admin, AccountQuery(page=page), size=3)
        if part.page < page:
            break
        assert part.total == whole.total
        shown += [row.username for row in part.rows]
    assert shown == [row.username for row in whole.rows]
    given = [normalise(row.full_name).split()[-1] for row in whole.rows]
    assert given == sorted(given)


async def test_a_page_beyond_the_last_is_the_last(cast: Cast) -> None:
    found = await find_accounts(cast["province_admin"], AccountQuery(page=999), size=4)
    assert found.page == found.pages
    assert found.rows
