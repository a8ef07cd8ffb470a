"""Accounts as administrators manage them: only within their own offices, never for themselves."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from models.enums import Role
from tests.support.cast import PASSWORD, Cast
from thads_app import clock
from thads_app.errors import Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import Permission
from thads_app.services import accounts, own_account, sessions
from thads_app.services.accounts import CreateAccount, GrantRole
from thads_app.services.demo_accounts import DEMO_PASSWORD


def somebody(office: str = "91-03", **changes: object) -> CreateAccount:
    return CreateAccount.model_validate(
        {"username": "moi.den", "full_name": "Người Mới Đến", "office_code": office, **changes}
    )


async def test_a_new_account_gets_a_password_that_must_be_changed(cast: Cast) -> None:
    made = await accounts.create_account(cast["province_admin"], somebody())
    assert made.password is not None
    opened = await sessions.sign_in("moi.den", made.password, address="192.0.2.1")
    assert opened.stage is sessions.Stage.PASSWORD
    assert not opened.actor.scopes


async def test_a_user_name_is_taken_once(cast: Cast) -> None:
    await accounts.create_account(cast["province_admin"], somebody())
    with pytest.raises(Invalid) as wrong:
        await accounts.create_account(cast["province_admin"], somebody())
    assert wrong.value.fields["username"].code == "username_taken"


@pytest.mark.parametrize("username", ["", "ab", "Có Dấu", "a b c", "x" * 61, "-abc", "abc.", "a'b;--"])
def test_a_user_name_has_a_plain_form(username: str) -> None:
    with pytest.raises(ValidationError):
        somebody(username=username)


@pytest.mark.parametrize("password", ["ngắn", "matkhau123456", "nguoimoiden12", DEMO_PASSWORD])
async def test_an_account_is_not_made_with_a_weak_or_a_documented_password(cast: Cast, password: str) -> None:
    with pytest.raises(Invalid) as wrong:
        await accounts.create_account(cast["province_admin"], somebody(password=password))
    assert "password" in wrong.value.fields


@pytest.mark.parametrize("office", ["68-01", "00", "khong-co"])
async def test_an_administrator_makes_no_account_outside_their_offices(cast: Cast, office: str) -> None:
    with pytest.raises(NotFound):
        await accounts.create_account(cast["province_admin"], somebody(office))


async def test_only_administrators_manage_accounts(cast: Cast) -> None:
    for part in ("leader", "province_head", "office_head", "alice", "charlie"):
        with pytest.raises(Forbidden):
            await accounts.create_account(cast[part], somebody())
        with pytest.raises(Forbidden):
            await accounts.list_accounts(cast[part])


async def test_what_an_administrator_cannot_see_they_cannot_touch(cast: Cast) -> None:
    admin = cast["province_admin"]
    outsider = cast.username("charlie")
    for attempt in (
        accounts.disable_account(admin, outsider),
        accounts.enable_account(admin, outsider),
        accounts.reset_password(admin, outsider),
        accounts.create_token(admin, outsider, "thử"),
        accounts.grant_role(admin, GrantRole(username=outsider, role=Role.LEADER, office_code="91-03")),
        accounts.grant_role(admin, GrantRole(username="alice", role=Role.LEADER, office_code="00")),
        accounts.revoke_role(admin, outsider, Role.HEAD, "68-01"),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert outsider not in {row.username for row in await accounts.list_accounts(admin)}


async def test_nobody_grants_to_or_disables_themselves(cast: Cast) -> None:
    admin = cast["province_admin"]
    own = cast.username("province_admin")
    with pytest.raises(Refused, match="not_to_oneself"):
        await accounts.grant_role(admin, GrantRole(username=own, role=Role.HEAD, office_code="91"))
    with pytest.raises(Refused, match="not_to_oneself"):
        await accounts.disable_account(admin, own)


async def test_a_grant_reaches_the_office_all_below_it_and_what_passed_into_them(cast: Cast) -> None:
    admin = cast["central_admin"]
    await accounts.grant_role(admin, GrantRole(username="charlie", role=Role.HEAD, office_code="91"))
    scope = (await cast.sign_in("charlie")).actor.scope(Permission.IMPORT)
    for code in ("91", "91-03", "91-C", "89-C", "91-C05", "68-01"):
        assert scope.holds(cast.office(code)), code
    for code in ("00", "79", "79-01", "01-C"):
        assert not scope.holds(cast.office(code)), code


async def test_a_grant_at_the_nation_is_everything(cast: Cast) -> None:
    assert cast["leader"].scope(Permission.CASE_READ).everything


async def test_a_revoked_role_is_gone_at_once(cast: Cast) -> None:
    opened = await cast.sign_in("bob")
    await accounts.revoke_role(cast["province_admin"], "bob", Role.OFFICER, "91-03")
    who = await sessions.resolve(opened.secret)
    assert who is not None
    assert not who.actor.scopes
    with pytest.raises(NotFound, match="grant_not_found"):
        await accounts.revoke_role(cast["province_admin"], "bob", Role.OFFICER, "91-03")


async def test_a_grant_cannot_end_before_it_begins(cast: Cast) -> None:
    with pytest.raises(Invalid):
        await accounts.grant_role(
            cast["province_admin"],
            GrantRole(
                username="bob", role=Role.HEAD, office_code="91-03",
                valid_from=date(2026, 7, 2), valid_to=date(2026, 7, 1),
            ),
        )  # fmt: skip


async def test_an_enabled_account_signs_in_again(cast: Cast) -> None:
    await accounts.disable_account(cast["province_admin"], "alice")
    await accounts.enable_account(cast["province_admin"], "alice")
    assert await cast.sign_in("alice")


async def test_a_token_acts_with_its_accounts_rights_until_it_ends(cast: Cast) -> None:
    secret = await accounts.create_token(cast["province_admin"], "statistician", "kho dữ liệu", days=30)
    actor = await own_account.actor_of_token(secret, address="192.0.2.3")
    assert actor is not None
    assert actor.scope(Permission.REPORT_READ) == cast["statistician"].scope(Permission.REPORT_READ)
    assert await own_account.actor_of_token("thads_" + "x" * 43) is None
    assert await own_account.actor_of_token("") is None
    await accounts.disable_account(cast["province_admin"], "statistician")
    own_account.forget_tokens()
    assert await own_account.actor_of_token(secret) is None


async def test_an_expired_token_is_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = await accounts.create_token(cast["province_admin"], "statistician", "kho dữ liệu", days=1)
    later = clock.now() + timedelta(days=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert await own_account.actor_of_token(secret) is None


async def test_generated_passwords_differ_and_pass_the_policy() -> None:
    from thads_app.auth.passwords import password_problem

    made = {accounts.new_password() for _ in range(50)}
    assert len(made) == 50
    assert all(password_problem(each) is None for each in made)
    assert password_problem(PASSWORD) is None
