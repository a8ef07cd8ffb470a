"""Signing in: who gets a session, who does not, and how long it lasts."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.support.cast import PASSWORD, Cast
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import Invalid, Refused
from thads_app.rules.rights import EVERYWHERE, Permission
from thads_app.services import accounts, own_account, sessions, throttle
from thads_app.services.demo_accounts import DEMO_PASSWORD, create_demo_accounts, demo_accounts
from thads_app.services.sessions import Stage
from thads_app.settings import get_settings

NEW_PASSWORD = "ba con voi di hoc 1987"


async def run(statement: str, **values: object) -> list[tuple[object, ...]]:
    async with unit_of_work(EVERYWHERE) as session:
        done = await session.execute(text(statement), values)
        return [tuple(row) for row in done.all()] if done.returns_rows else []


async def fresh(secret: str) -> sessions.SignedIn | None:
    """What the database says now, past the few seconds of memory."""
    sessions.forget_everything()
    return await sessions.resolve(secret)


async def test_the_right_password_opens_a_session_that_names_the_person(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    who = await sessions.resolve(opened.secret)
    assert who is not None
    assert (who.username, who.stage) == ("alice", Stage.FULL)
    assert who.actor.staff_id == cast["alice"].staff_id


async def test_user_names_are_compared_without_case_and_blanks(cast: Cast) -> None:
    opened = await sessions.sign_in("  Office.HEAD ", PASSWORD, address="192.0.2.1")
    assert opened.actor.name == "Nguyễn Thị Trưởng"


async def test_the_database_keeps_neither_the_secret_nor_the_password(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    rows = await run("SELECT s.id_hash, a.password_hash FROM auth_session s JOIN account a ON a.id = s.account_id")
    assert opened.secret not in str(rows)
    assert PASSWORD not in str(rows)
    assert "$argon2id$" in str(rows)


@pytest.mark.parametrize(("username", "password"), [("alice", "sai"), ("khong-ai", PASSWORD), ("", ""), ("alice", "")])
async def test_a_wrong_name_or_password_is_refused_in_one_and_the_same_way(
    cast: Cast, username: str, password: str
) -> None:
    with pytest.raises(Refused) as refusal:
        await sessions.sign_in(username, password, address="192.0.2.1")
    assert (refusal.value.code, refusal.value.params) == ("sign_in_failed", {})


async def test_a_disabled_account_is_refused_like_a_wrong_password(cast: Cast) -> None:
    await accounts.disable_account(cast["province_admin"], "alice")
    with pytest.raises(Refused) as refusal:
        await cast.sign_in("alice")
    assert refusal.value.code == "sign_in_failed"


async def test_the_fifth_wrong_password_blocks_the_account_even_for_the_right_one(cast: Cast) -> None:
    for _ in range(throttle.FREE_BY_ACCOUNT):
        with pytest.raises(Refused, match="sign_in_failed"):
            await sessions.sign_in("alice", "sai", address="192.0.2.1")
    with pytest.raises(Refused) as refusal:
        await sessions.sign_in("alice", PASSWORD, address="198.51.100.9")
    assert (refusal.value.code, refusal.value.params) == ("sign_in_blocked", {"minutes": 1})


async def test_the_right_password_before_the_limit_starts_the_count_anew(cast: Cast) -> None:
    for _ in range(3):
        for _ in range(throttle.FREE_BY_ACCOUNT - 1):
            with pytest.raises(Refused, match="sign_in_failed"):
                await sessions.sign_in("alice", "sai", address="192.0.2.1")
        await cast.sign_in("alice")


async def test_the_delay_grows_with_every_failure_up_to_an_hour(database: str) -> None:
    moment = clock.now()
    waits: list[int] = []
    for _ in range(8):
        try:
            await throttle.admit("ai-do", "192.0.2.1", moment)
        except Refused as refusal:
            waits.append(int(str(refusal.params["minutes"])))
            moment += timedelta(minutes=waits[-1])
            await throttle.admit("ai-do", "192.0.2.1", moment)
        while not waits and len(await run("SELECT 1 FROM sign_in_throttle WHERE blocked_until IS NOT NULL")) == 0:
            await throttle.admit("ai-do", "192.0.2.1", moment)
    assert waits == [1, 2, 5, 15, 30, 60, 60]


async def test_one_address_cannot_try_many_accounts_without_end(database: str) -> None:
    for number in range(throttle.FREE_BY_ADDRESS):
        await throttle.admit(f"nguoi-{number}", "192.0.2.1")
    with pytest.raises(Refused, match="sign_in_blocked"):
        await throttle.admit("nguoi-khac", "192.0.2.1")
    await throttle.admit("nguoi-khac", "192.0.2.2")


async def test_attempts_at_once_cannot_slip_past_the_limit(cast: Cast) -> None:
    import asyncio

    async def guess() -> str:
        try:
            await sessions.sign_in("alice", "sai", address="192.0.2.1")
        except Refused as refusal:
            return refusal.code
        return "opened"

    outcomes = await asyncio.gather(*(guess() for _ in range(12)))
    assert outcomes.count("sign_in_failed") == throttle.FREE_BY_ACCOUNT
    assert outcomes.count("sign_in_blocked") == 12 - throttle.FREE_BY_ACCOUNT


async def test_signing_in_ends_the_session_the_browser_had_before(cast: Cast) -> None:
    planted = await cast.sign_in("bob")
    await sessions.sign_in("alice", PASSWORD, address="192.0.2.7", replaces=planted.secret)
    assert await fresh(planted.secret) is None


async def test_signing_out_ends_this_session_only(cast: Cast) -> None:
    here, there = await cast.sign_in("alice"), await cast.sign_in("alice")
    await sessions.sign_out(here.secret)
    assert await sessions.resolve(here.secret) is None
    assert await sessions.resolve(there.secret) is not None


async def test_signing_out_everywhere_ends_all_of_them_and_nobody_elses(cast: Cast) -> None:
    mine = [await cast.sign_in("alice") for _ in range(2)]
    hers = await cast.sign_in("bob")
    assert await sessions.end_all_my_sessions(mine[0].actor) == 2
    assert [await sessions.resolve(each.secret) for each in mine] == [None, None]
    assert await sessions.resolve(hers.secret) is not None


async def test_one_of_my_sessions_can_be_ended_by_its_reference(cast: Cast) -> None:
    here, there = await cast.sign_in("alice"), await cast.sign_in("alice", address="203.0.113.5")
    listed = await sessions.my_sessions(here.actor)
    assert {(row.current, row.address) for row in listed} == {(True, "192.0.2.7"), (False, "203.0.113.5")}
    other = next(row for row in listed if not row.current)
    await sessions.end_my_session(here.actor, other.reference)
    assert await fresh(there.secret) is None
    assert await fresh(here.secret) is not None


async def test_nobody_can_end_somebody_elses_session(cast: Cast) -> None:
    hers = await cast.sign_in("bob")
    reference = (await sessions.my_sessions(hers.actor))[0].reference
    mine = await cast.sign_in("alice")
    with pytest.raises(Exception, match="not_found"):
        await sessions.end_my_session(mine.actor, reference)
    assert await fresh(hers.secret) is not None


async def test_a_session_left_unused_ends(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    await run("UPDATE auth_session SET last_seen_at = now() - make_interval(mins => :idle, secs => 1)",
              idle=get_settings().session_idle_minutes)  # fmt: skip
    assert await fresh(opened.secret) is None


async def test_a_session_in_constant_use_ends_too(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    await run("UPDATE auth_session SET created_at = now() - make_interval(hours => :most, secs => 1)",
              most=get_settings().session_absolute_hours)  # fmt: skip
    assert await fresh(opened.secret) is None


async def test_use_keeps_a_session_and_what_pages_do_by_themselves_does_not(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    await run("UPDATE auth_session SET last_seen_at = now() - interval '30 minutes'")
    sessions.forget_everything()
    await sessions.resolve(opened.secret, touch=False)
    assert await run("SELECT last_seen_at < now() - interval '29 minutes' FROM auth_session") == [(True,)]
    await fresh(opened.secret)
    assert await run("SELECT last_seen_at > now() - interval '1 minute' FROM auth_session") == [(True,)]


async def test_disabling_an_account_ends_its_sessions(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    assert await sessions.resolve(opened.secret) is not None
    await accounts.disable_account(cast["province_admin"], "alice")
    assert await sessions.resolve(opened.secret) is None


async def test_a_grant_that_ends_takes_its_rights_from_open_sessions(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    assert opened.actor.may(Permission.CASE_READ)
    await run("UPDATE role_grant SET valid_to = current_date - 2 WHERE account_id = :id", id=opened.actor.account_id)
    who = await fresh(opened.secret)
    assert who is not None
    assert not who.actor.may(Permission.CASE_READ)


async def test_a_grant_that_has_not_begun_gives_nothing(cast: Cast) -> None:
    with db.raw_owner_connection() as owner:  # the app itself cannot move the first day of a grant
        owner.execute(
            "UPDATE role_grant SET valid_from = current_date + 2 WHERE account_id = %s", (cast["bob"].account_id,)
        )
    assert not (await cast.sign_in("bob")).actor.scopes


async def test_a_password_given_by_an_administrator_must_be_changed_first(cast: Cast) -> None:
    given = await accounts.reset_password(cast["province_admin"], "alice")
    opened = await sessions.sign_in("alice", given, address="192.0.2.7")
    assert opened.stage is Stage.PASSWORD
    changed = await own_account.change_own_password(opened.actor, given, NEW_PASSWORD, secret=opened.secret)
    assert changed.stage is Stage.FULL
    assert await fresh(opened.secret) is None
    assert (await sessions.sign_in("alice", NEW_PASSWORD, address="192.0.2.7")).stage is Stage.FULL


async def test_changing_the_password_ends_every_other_session(cast: Cast) -> None:
    elsewhere, here = await cast.sign_in("alice"), await cast.sign_in("alice")
    changed = await own_account.change_own_password(here.actor, PASSWORD, NEW_PASSWORD, secret=here.secret)
    assert await fresh(elsewhere.secret) is None
    assert await fresh(here.secret) is None
    assert await fresh(changed.secret) is not None


@pytest.mark.parametrize(
    ("current", "new", "field", "code"),
    [
        ("sai", NEW_PASSWORD, "current", "current_password_wrong"),
        (PASSWORD, "ngắn quá", "new", "password_too_short"),
        (PASSWORD, "x" * 201, "new", "password_too_long"),
        (PASSWORD, "matkhau123456", "new", "password_obvious"),
        (PASSWORD, "123456789012", "new", "password_obvious"),
        (PASSWORD, "alice.alice.2026", "new", "password_obvious"),
        (PASSWORD, PASSWORD, "new", "password_unchanged"),
    ],
)
async def test_a_bad_change_of_password_changes_nothing(
    cast: Cast, current: str, new: str, field: str, code: str
) -> None:
    opened = await cast.sign_in("alice")
    with pytest.raises(Invalid) as wrong:
        await own_account.change_own_password(opened.actor, current, new, secret=opened.secret)
    assert wrong.value.fields[field].code == code
    assert await fresh(opened.secret) is not None
    await cast.sign_in("alice")


async def test_demonstration_accounts_cover_every_role_and_work_only_in_the_demonstration(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {each.role for each in demo_accounts()} == set(accounts.Role)
    assert await create_demo_accounts() == len(demo_accounts())
    assert await create_demo_accounts() == 0
    opened = await sessions.sign_in("chv1.kv3.angiang", DEMO_PASSWORD, address="192.0.2.1")
    assert opened.actor.staff_id is not None
    real = get_settings().model_copy(update={"demo": False})
    monkeypatch.setattr(sessions, "get_settings", lambda: real)
    with pytest.raises(Refused, match="sign_in_failed"):
        await sessions.sign_in("chv1.kv3.angiang", DEMO_PASSWORD, address="192.0.2.1")
    assert await fresh(opened.secret) is None


async def test_every_sign_in_and_failure_leaves_a_trace_without_what_was_typed(cast: Cast) -> None:
    await cast.sign_in("alice")
    with pytest.raises(Refused):
        await sessions.sign_in("alice", "bi mat go nham", address="192.0.2.99")
    rows = await run("SELECT action, account_id, host(address::inet), detail::text FROM audit_entry ORDER BY id")
    assert [row[0] for row in rows] == ["account.signed_in", "account.sign_in_failed"]
    assert rows[1][2] == "192.0.2.99"
    assert "bi mat" not in str(rows)
