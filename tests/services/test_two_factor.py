"""The second factor: setting it up, showing it at sign-in, losing the telephone, and who may not do without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pyotp.totp import TOTP
from sqlalchemy import text

from models.enums import Role
from tests.support.cast import PASSWORD, Cast
from thads_app import clock
from thads_app.auth import sealing, totp
from thads_app.auth.policy import Verdict, judge, needs
from thads_app.db import unit_of_work
from thads_app.errors import Forbidden, Invalid, NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor, Permission
from thads_app.services import accounts, own_account, sessions, throttle, two_factor
from thads_app.services.sessions import NewSession, Stage
from thads_app.settings import get_settings, secret_key

NEW_PASSWORD = "ba con voi di hoc 1987"


class Watch:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.moment = clock.now()

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **much: float) -> None:
        self.moment += timedelta(**much)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    moved = Watch()
    monkeypatch.setattr(clock, "now", moved)
    return moved


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    strict = get_settings().model_copy(update={"require_two_factor": True})
    for module in (sessions, two_factor):
        monkeypatch.setattr(module, "get_settings", lambda: strict)
    sessions.forget_everything()
    yield
    sessions.forget_everything()


def code_of(secret: str, watch: Watch) -> str:
    return TOTP(secret.replace(" ", "")).at(int(watch.moment.timestamp()))


async def rows(statement: str, **values: object) -> list[tuple[object, ...]]:
    async with unit_of_work(EVERYWHERE) as session:
        return [tuple(row) for row in (await session.execute(text(statement), values)).all()]


async def set_up(actor: Actor, watch: Watch) -> tuple[str, list[str]]:
    """Set the second factor up for a signed-in person; return the secret and the recovery codes."""
    await two_factor.begin(actor, PASSWORD)
    proposal = (await two_factor.status(actor)).proposal
    assert proposal is not None
    codes = await two_factor.confirm(actor, code_of(proposal.readable, watch))
    watch.forward(seconds=totp.STEP_SECONDS)
    return proposal.readable, codes


async def with_second_factor(cast: Cast, watch: Watch, part: str = "alice") -> tuple[str, list[str]]:
    return await set_up((await cast.sign_in(part)).actor, watch)


async def shown(opened: NewSession, code: str) -> NewSession:
    return await two_factor.pass_second(opened.actor, code, secret=opened.secret)


async def test_setting_up_takes_a_code_of_the_app_and_gives_ten_recovery_codes_once(cast: Cast, watch: Watch) -> None:
    opened, elsewhere = await cast.sign_in("alice"), await cast.sign_in("alice")
    await two_factor.begin(opened.actor, "")
    before = await two_factor.status(opened.actor)
    assert before.proposal is not None
    assert not before.in_use
    with pytest.raises(Invalid) as wrong:
        await two_factor.confirm(opened.actor, "000000")
    assert wrong.value.fields["code"].code == "code_wrong"
    codes = await two_factor.confirm(opened.actor, code_of(before.proposal.readable, watch))
    assert len(set(codes)) == 10
    after = await two_factor.status(opened.actor)
    assert (after.in_use, after.codes_left, after.proposal) == (True, 10, None)
    assert await sessions.resolve(opened.secret) is not None
    assert await sessions.resolve(elsewhere.secret) is None


async def test_the_password_alone_then_opens_nothing_but_the_code_page(cast: Cast, watch: Watch) -> None:
    secret, _ = await with_second_factor(cast, watch)
    opened = await cast.sign_in("alice")
    assert opened.stage is Stage.SECOND
    caller = await sessions.resolve(opened.secret)
    for words in (("authenticated",), ("any_stage",), ("enrolling",), (Permission.CASE_READ,)):
        assert judge(needs(*words), caller) is Verdict.ENTER_CODE_FIRST, words
    assert judge(needs("second_stage"), caller) is Verdict.ALLOWED
    full = await shown(opened, code_of(secret, watch))
    assert full.stage is Stage.FULL
    assert full.secret != opened.secret
    assert await sessions.resolve(opened.secret) is None
    caller = await sessions.resolve(full.secret)
    assert judge(needs(Permission.CASE_READ), caller) is Verdict.ALLOWED
    assert judge(needs("second_stage"), caller) is Verdict.FORBIDDEN


async def test_no_code_works_twice_not_even_at_once(cast: Cast, watch: Watch) -> None:
    secret, _ = await with_second_factor(cast, watch)
    code = code_of(secret, watch)
    first, second = await cast.sign_in("alice"), await cast.sign_in("alice")
    done = await asyncio.gather(shown(first, code), shown(second, code), return_exceptions=True)
    assert sorted(type(each).__name__ for each in done) == ["Invalid", "NewSession"]
    watch.forward(seconds=totp.STEP_SECONDS)
    with pytest.raises(Invalid):
        await shown(await cast.sign_in("alice"), code)


async def test_a_code_older_than_the_last_one_used_is_refused_though_it_would_still_be_on_time(
    cast: Cast, watch: Watch
) -> None:
    secret, _ = await with_second_factor(cast, watch)
    early = code_of(secret, watch)
    watch.forward(seconds=totp.STEP_SECONDS)
    await shown(await cast.sign_in("alice"), code_of(secret, watch))
    with pytest.raises(Invalid):
        await shown(await cast.sign_in("alice"), early)


@pytest.mark.parametrize(("late", "works"), [(-30, True), (0, True), (30, True), (-90, False), (90, False)])
def test_a_code_counts_within_one_step_around_now(late: int, works: bool) -> None:
    secret, moment = totp.new_secret(), datetime.fromisoformat("2026-11-22T10:00:10+00:00")
    code = TOTP(secret).at(int(moment.timestamp()) + late)
    assert (totp.matching_step(secret, f" {code[:3]} {code[3:]} ", moment) is not None) is works


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "１２３４５６", "12345٦", "-12345"])
def test_what_is_no_code_is_refused_quietly(typed: str) -> None:
    assert totp.matching_step(totp.new_secret(), typed, clock.now()) is None


async def test_a_recovery_code_works_once_however_it_is_typed_and_its_owner_is_told(cast: Cast, watch: Watch) -> None:
    _, codes = await with_second_factor(cast, watch)
    typed = f" {codes[3].upper().replace('-', ' ')} "
    full = await shown(await cast.sign_in("alice"), typed)
    assert full.stage is Stage.FULL
    assert (await two_factor.status(full.actor)).codes_left == 9
    with pytest.raises(Invalid):
        await shown(await cast.sign_in("alice"), codes[3])
    told = await rows("SELECT text FROM notice WHERE account_id = :id", id=full.actor.account_id)
    assert "còn 9 mã" in str(told)


async def test_new_recovery_codes_make_the_old_ones_worthless(cast: Cast, watch: Watch) -> None:
    secret, old = await with_second_factor(cast, watch)
    full = await shown(await cast.sign_in("alice"), code_of(secret, watch))
    watch.forward(seconds=totp.STEP_SECONDS)
    fresh = await two_factor.renew_codes(full.actor, code_of(secret, watch))
    assert not set(fresh) & set(old)
    with pytest.raises(Invalid):
        await shown(await cast.sign_in("alice"), old[0])
    assert (await shown(await cast.sign_in("alice"), fresh[0])).stage is Stage.FULL


async def test_guessing_codes_is_braked_though_the_password_is_right_every_time(cast: Cast, watch: Watch) -> None:
    secret, _ = await with_second_factor(cast, watch)
    for _ in range(throttle.FREE_BY_ACCOUNT):
        with pytest.raises(Invalid):
            await shown(await cast.sign_in("alice"), "123456")
    with pytest.raises(Refused) as blocked:
        await shown(await cast.sign_in("alice"), code_of(secret, watch))
    assert blocked.value.code == "sign_in_blocked"
    failures = await rows("SELECT 1 FROM audit_entry WHERE action = 'account.second_failed'")
    assert len(failures) == throttle.FREE_BY_ACCOUNT
    watch.forward(minutes=2)
    assert (await shown(await cast.sign_in("alice"), code_of(secret, watch))).stage is Stage.FULL


async def test_nobody_can_brake_anothers_codes_by_typing_odd_names(cast: Cast, watch: Watch) -> None:
    secret, _ = await with_second_factor(cast, watch)
    for _ in range(throttle.FREE_BY_ACCOUNT + 2):
        with pytest.raises(Refused):
            await sessions.sign_in("second:alice", "sai", address="198.51.100.1")
    assert (await shown(await cast.sign_in("alice"), code_of(secret, watch))).stage is Stage.FULL


async def test_a_session_that_waits_for_its_code_waits_ten_minutes(cast: Cast, watch: Watch) -> None:
    await with_second_factor(cast, watch)
    opened = await cast.sign_in("alice")
    sessions.forget_everything()
    watch.forward(minutes=11)
    assert await sessions.resolve(opened.secret) is None


async def test_the_database_holds_neither_the_secret_nor_a_recovery_code(cast: Cast, watch: Watch) -> None:
    secret, codes = await with_second_factor(cast, watch)
    bare = secret.replace(" ", "")
    kept = str(await rows("SELECT * FROM two_factor")) + str(await rows("SELECT * FROM recovery_code"))
    assert bare not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


async def test_a_secret_moved_to_another_account_or_read_with_another_key_is_of_no_use(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, _ = await with_second_factor(cast, watch)
    bob = cast["bob"].account_id
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(
            text("INSERT INTO two_factor SELECT :bob, secret, 0, created_at, confirmed_at FROM two_factor"),
            {"bob": bob},
        )
    with pytest.raises(Refused) as refusal:
        await shown(await cast.sign_in("bob"), code_of(secret, watch))
    assert refusal.value.code == "second_factor_unreadable"
    monkeypatch.setattr(sealing, "secret_key", lambda: secret_key() + b"khac")
    with pytest.raises(Refused):
        await shown(await cast.sign_in("alice"), code_of(secret, watch))


async def test_setting_up_in_an_old_session_asks_for_the_password_again(cast: Cast, watch: Watch) -> None:
    opened = await cast.sign_in("alice")
    watch.forward(minutes=11)
    assert not (await two_factor.status(opened.actor)).fresh
    with pytest.raises(Invalid) as wrong:
        await two_factor.begin(opened.actor, "không phải")
    assert wrong.value.fields["current"].code == "current_password_wrong"
    assert (await two_factor.status(opened.actor)).proposal is None
    await two_factor.begin(opened.actor, PASSWORD)
    assert (await two_factor.status(opened.actor)).proposal is not None


async def test_a_proposal_is_forgotten_and_one_in_use_is_not_overwritten(cast: Cast, watch: Watch) -> None:
    opened = await cast.sign_in("alice")
    await two_factor.begin(opened.actor, PASSWORD)
    proposal = (await two_factor.status(opened.actor)).proposal
    assert proposal is not None
    watch.forward(minutes=16)
    with pytest.raises(Refused) as late:
        await two_factor.confirm(opened.actor, code_of(proposal.readable, watch))
    assert late.value.code == "second_factor_not_begun"
    await set_up(opened.actor, watch)
    with pytest.raises(Refused) as used:
        await two_factor.begin(opened.actor, PASSWORD)
    assert used.value.code == "second_factor_in_use"


async def test_whoever_need_not_have_one_may_turn_it_off_with_a_code(cast: Cast, watch: Watch) -> None:
    secret, _ = await with_second_factor(cast, watch)
    full = await shown(await cast.sign_in("alice"), code_of(secret, watch))
    with pytest.raises(Invalid):
        await two_factor.turn_off(full.actor, "000000")
    watch.forward(seconds=totp.STEP_SECONDS)
    await two_factor.turn_off(full.actor, code_of(secret, watch))
    assert (await cast.sign_in("alice")).stage is Stage.FULL


@pytest.mark.parametrize("part", ["office_head", "province_admin"])
async def test_heads_and_administrators_must_set_one_up_before_anything_else(
    cast: Cast, watch: Watch, required: None, part: str
) -> None:
    opened = await cast.sign_in(part)
    assert opened.stage is Stage.ENROL
    caller = await sessions.resolve(opened.secret)
    assert judge(needs("authenticated"), caller) is Verdict.SET_UP_FIRST
    assert judge(needs("enrolling"), caller) is Verdict.ALLOWED
    secret, _ = await set_up(opened.actor, watch)
    now = await sessions.resolve(opened.secret)
    assert now is not None
    assert now.stage is Stage.FULL
    with pytest.raises(Refused) as refusal:
        await two_factor.turn_off(now.actor, code_of(secret, watch))
    assert refusal.value.code == "second_factor_required"


async def test_a_head_moves_to_a_new_telephone_and_works_again_once_it_is_confirmed(
    cast: Cast, watch: Watch, required: None
) -> None:
    opened = await cast.sign_in("office_head")
    old, codes = await set_up(opened.actor, watch)
    await two_factor.replace_device(opened.actor, code_of(old, watch))
    now = await sessions.resolve(opened.secret)
    assert now is not None
    assert now.stage is Stage.ENROL
    proposal = (await two_factor.status(now.actor)).proposal
    assert proposal is not None
    await two_factor.confirm(now.actor, code_of(proposal.readable, watch))
    now = await sessions.resolve(opened.secret)
    assert now is not None
    assert now.stage is Stage.FULL
    watch.forward(seconds=totp.STEP_SECONDS)
    for worthless in (codes[0], code_of(old, watch)):
        with pytest.raises(Invalid):
            await shown(await cast.sign_in("office_head"), worthless)


async def test_others_are_not_asked_and_the_demonstration_asks_nobody(cast: Cast, required: None) -> None:
    assert (await cast.sign_in("alice")).stage is Stage.FULL


async def test_the_demonstration_demands_none(cast: Cast) -> None:
    assert get_settings().demo
    assert (await cast.sign_in("office_head")).stage is Stage.FULL


async def test_whoever_becomes_an_administrator_sets_one_up_in_the_open_session(cast: Cast, required: None) -> None:
    opened = await cast.sign_in("alice")
    operator = await accounts.operator()
    await accounts.grant_role(operator, accounts.GrantRole(username="alice", role=Role.HEAD, office_code="91-03"))
    now = await sessions.resolve(opened.secret)
    assert now is not None
    assert now.stage is Stage.ENROL


async def test_a_programs_token_of_whoever_must_set_one_up_first_opens_nothing_until_they_have(
    cast: Cast, watch: Watch, required: None
) -> None:
    token = await accounts.create_token(cast["central_admin"], "province.admin", "thử")
    assert await own_account.actor_of_token(token) is None
    await set_up((await cast.sign_in("province_admin")).actor, watch)
    own_account.forget_tokens()
    assert await own_account.actor_of_token(token) is not None


async def test_a_temporary_password_is_changed_after_the_code_and_the_code_is_not_asked_again(
    cast: Cast, watch: Watch
) -> None:
    secret, _ = await with_second_factor(cast, watch)
    given = await accounts.reset_password(cast["province_admin"], "alice")
    waiting = await sessions.sign_in("alice", given, address="192.0.2.7")
    assert waiting.stage is Stage.SECOND
    passed = await shown(waiting, code_of(secret, watch))
    assert passed.stage is Stage.PASSWORD
    changed = await own_account.change_own_password(passed.actor, given, NEW_PASSWORD, secret=passed.secret)
    assert changed.stage is Stage.FULL


async def test_an_administrators_reset_ends_sessions_tells_the_person_and_leaves_a_trail(
    cast: Cast, watch: Watch
) -> None:
    secret, _ = await with_second_factor(cast, watch)
    full = await shown(await cast.sign_in("alice"), code_of(secret, watch))
    alice = full.actor.account_id
    assert alice is not None
    admin = replace(cast["province_admin"], address="192.0.2.99")
    assert await two_factor.accounts_with_second_factor(admin, [alice]) == {alice}
    with pytest.raises(Invalid):
        await two_factor.reset(admin, alice, "  ")
    await two_factor.reset(admin, alice, "Mất điện thoại, đã gặp trực tiếp.")
    assert await sessions.resolve(full.secret) is None
    assert (await cast.sign_in("alice")).stage is Stage.FULL
    told = await rows("SELECT text FROM notice WHERE account_id = :id", id=alice)
    assert "Bùi Khắc Trị đã đặt lại xác thực hai lớp của bạn: Mất điện thoại" in str(told)
    trail = await rows(
        "SELECT account_id, object_id, detail ->> 'reason' FROM audit_entry WHERE action = 'two_factor.reset'"
    )
    assert trail == [(admin.account_id, str(alice), "Mất điện thoại, đã gặp trực tiếp.")]
    with pytest.raises(Refused) as refusal:
        await two_factor.reset(admin, alice, "lần nữa")
    assert refusal.value.code == "second_factor_not_in_use"


async def test_nobody_resets_their_own_or_that_of_people_outside_their_offices(cast: Cast, watch: Watch) -> None:
    await with_second_factor(cast, watch)
    alice, admin = cast["alice"].account_id, cast["province_admin"]
    assert alice is not None
    assert admin.account_id is not None
    await with_second_factor(cast, watch, "province_admin")
    with pytest.raises(Refused):
        await two_factor.reset(admin, admin.account_id, "của tôi")
    with pytest.raises(Forbidden):
        await two_factor.reset(cast["office_head"], alice, "tôi là thủ trưởng")
    await with_second_factor(cast, watch, "charlie")
    charlie = cast["charlie"].account_id
    assert charlie is not None
    with pytest.raises(NotFound):
        await two_factor.reset(admin, charlie, "tỉnh khác")
    assert await two_factor.accounts_with_second_factor(admin, [alice, charlie]) == {alice}


async def test_passwords_can_be_switched_off_but_for_a_named_administrator_who_is_loud(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = get_settings().model_copy(update={"local_sign_in": False, "break_glass": "central.admin, alice"})
    for module in (sessions, sessions.local):
        monkeypatch.setattr(module, "get_settings", lambda: off)
    for part in ("bob", "province_admin", "alice"):  # named or not: only an administrator of the centre
        with pytest.raises(Refused) as refusal:
            await cast.sign_in(part)
        assert refusal.value.code == "local_sign_in_off"
    with pytest.raises(Refused) as refusal:
        await sessions.sign_in("central.admin", "sai", address="192.0.2.7")
    assert refusal.value.code == "local_sign_in_off"
    opened = await cast.sign_in("central_admin")
    assert opened.stage is Stage.FULL
    trail = await rows("SELECT account_id FROM audit_entry WHERE action = 'account.break_glass'")
    assert trail == [(opened.actor.account_id,)]


def test_the_picture_holds_the_address_and_a_quiet_zone() -> None:
    path, side = totp.picture(totp.otpauth_uri(totp.new_secret(), "nguyen.van.an"))
    assert path.startswith("M4 4h7v1h-7z")  # the finder pattern of the corner, behind four modules of quiet
    assert side > 29


async def test_the_command_line_resets_it_when_even_the_last_administrator_lost_the_telephone(
    cast: Cast, watch: Watch
) -> None:
    await with_second_factor(cast, watch, "central_admin")
    await two_factor.reset_of_user(await accounts.operator(), " Central.Admin ", "mất điện thoại")
    assert (await cast.sign_in("central_admin")).stage is Stage.FULL
    with pytest.raises(NotFound):
        await two_factor.reset_of_user(await accounts.operator(), "khong.co", "mất điện thoại")


async def test_a_password_made_of_what_others_know_of_the_person_is_refused(cast: Cast) -> None:
    opened = await cast.sign_in("alice")
    async with unit_of_work(EVERYWHERE) as session:
        await session.execute(
            text("UPDATE account SET birth_date = '1987-03-14', telephone = '0912345987', email = 'tran.thi.an@x.vn'")
        )
    for weak in ("14031987-0912345987", "tran.thi.an.alice", "an14/03/19870912345987"):
        with pytest.raises(Invalid) as refusal:
            await own_account.change_own_password(opened.actor, PASSWORD, weak, secret=opened.secret)
        assert refusal.value.fields["new"].code in ("password_obvious", "password_too_short"), weak
