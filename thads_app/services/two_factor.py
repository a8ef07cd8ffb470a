"""The second factor: setting an authenticator app up, its codes, recovery codes, and an administrator's reset."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account
from thads_app import clock
from thads_app.auth import passwords, totp
from thads_app.auth.sealing import UnsealableError, keyed_digest, seal, unseal
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound, Refused
from thads_app.repositories import accounts as account_rows
from thads_app.repositories import two_factor as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import TWO_FACTOR_ROLES, Actor, Permission
from thads_app.services import sessions, throttle
from thads_app.services.administration.oversight import require_oversight
from thads_app.services.proofs import Proof, proof_of
from thads_app.services.sessions import NewSession
from thads_app.settings import get_settings

_SECRETS, _CODES = "two-factor-secret", "recovery-code"
_FRESH = timedelta(minutes=10)  # somebody who signed in this lately need not show their password again
_PROPOSAL_KEPT = timedelta(minutes=15)
_OWN_ACCOUNT = "/tai-khoan"
_LONGEST_REASON = 500
TOTP, RECOVERY = "totp", "recovery"


@dataclass(frozen=True)
class Proposal:
    """A secret to be put into an authenticator app: as text, and as a QR code (an SVG path in a square box)."""

    readable: str
    path: str
    side: int


@dataclass(frozen=True)
class TwoFactorStatus:
    """How an account stands with its second factor."""

    in_use: bool
    required: bool
    since: datetime | None
    codes_left: int
    proposal: Proposal | None
    fresh: bool


# --- one's own second factor ------------------------------------------------------------------------------------------


async def status(actor: Actor) -> TwoFactorStatus:
    """How the actor's account stands; with the proposed secret while one is being set up."""
    account_id, moment = _account_id(actor), clock.now()
    async with unit_of_work(actor) as session:
        row = await repository.of_account(session, account_id)
        account = await _account(session, account_id)
        in_use = row is not None and row.confirmed_at is not None
        proposal = None
        if row is not None and not in_use and _young(row.created_at, moment, _PROPOSAL_KEPT):
            proposal = _proposal(_opened(row.secret, account_id), account.username)
        return TwoFactorStatus(
            in_use=in_use,
            required=is_required(actor),
            since=row.confirmed_at if row else None,
            codes_left=await repository.codes_left(session, account_id) if in_use else 0,
            proposal=proposal,
            fresh=await _is_fresh(session, actor, moment),
        )


def is_required(actor: Actor) -> bool:
    """Whether the roles the actor holds now may not do without a second factor."""
    return bool(actor.roles & TWO_FACTOR_ROLES) and get_settings().two_factor_required


async def begin(actor: Actor, password: str, *, address_group: str = "") -> None:
    """Propose a new secret, to be confirmed with a code of it within a quarter of an hour.

    Args:
        actor: whose.
        password: the present password as typed; not asked of somebody who signed in within the last ten minutes.
        address_group: what the throttle counts as one sender.

    Raises:
        Invalid: the password is wrong (`current`).
        Refused: one is in use already (`second_factor_in_use`); too many attempts (`sign_in_blocked`); the session is
            old and there is no password to ask for (`sign_in_again`).
    """
    account_id, moment = _account_id(actor), clock.now()
    async with unit_of_work(actor) as session:
        account = await _account(session, account_id)
        fresh = await _is_fresh(session, actor, moment)
    if not fresh:
        await _prove_by_password(actor, account, password, address_group)
    sealed = seal(_SECRETS, totp.new_secret(), bound_to=str(account_id))
    async with unit_of_work(actor) as session:
        if not await repository.propose(session, account_id, sealed, moment):
            raise Refused("second_factor_in_use")
        await _audit(session, actor, account, "two_factor.begun")


async def confirm(actor: Actor, typed: str) -> list[str]:
    """Put the proposed secret into use by a code of it; every other session ends. Returns the recovery codes, once.

    Raises:
        Invalid: the code is wrong (`code`).
        Refused: nothing was proposed, or too long ago (`second_factor_not_begun`); too many attempts
            (`sign_in_blocked`).
    """
    account_id, moment = _account_id(actor), clock.now()
    account = await _counted(actor, account_id)
    async with unit_of_work(actor) as session:
        row = await repository.of_account(session, account_id, lock=True)
        if row is None or row.confirmed_at is not None or not _young(row.created_at, moment, _PROPOSAL_KEPT):
            raise Refused("second_factor_not_begun")
        step = totp.matching_step(_opened(row.secret, account_id), typed, moment)
        if step is None:
            raise _wrong_code()
        await repository.confirm(session, account_id, step, moment)
        codes = await _new_codes(session, account_id)
        await repository.note_second_factor(session, actor.session_hash, TOTP)
        await account_rows.revoke_sessions(session, moment, account_id=account_id, except_hash=actor.session_hash)
        await _audit(session, actor, account, "two_factor.set_up")
    await throttle.pardon(account.username, actor.address, step="second")
    sessions.forget_account(account_id)
    return codes


async def renew_codes(actor: Actor, typed: str) -> list[str]:
    """Make ten new recovery codes; the old ones no longer work. Returns them, once.

    Raises:
        Invalid: the code is wrong (`code`).
        Refused: there is no second factor (`second_factor_not_in_use`); too many attempts (`sign_in_blocked`).
    """
    account_id = _account_id(actor)
    account = await _counted(actor, account_id)
    async with unit_of_work(actor) as session:
        await _prove_by_code(session, account_id, typed)
        codes = await _new_codes(session, account_id)
        await _audit(session, actor, account, "two_factor.codes_renewed")
    await throttle.pardon(account.username, actor.address, step="second")
    return codes


async def turn_off(actor: Actor, typed: str) -> None:
    """Do without a second factor from now on; every other session ends.

    Raises:
        Invalid: the code is wrong (`code`).
        Refused: the roles need one (`second_factor_required`), there is none, or too many attempts.
    """
    if is_required(actor):
        raise Refused("second_factor_required")
    account_id = _account_id(actor)
    account = await _counted(actor, account_id)
    async with unit_of_work(actor) as session:
        await _prove_by_code(session, account_id, typed)
        await repository.remove(session, account_id)
        await account_rows.revoke_sessions(session, clock.now(), account_id=account_id, except_hash=actor.session_hash)
        await _audit(session, actor, account, "two_factor.turned_off")
    await throttle.pardon(account.username, actor.address, step="second")
    sessions.forget_account(account_id)


async def replace_device(actor: Actor, typed: str) -> None:
    """Leave the present app for a new one: the old codes end at once, and a new secret waits to be confirmed.

    Roles that need a second factor can do nothing else until then; every other session ends.

    Raises:
        Invalid: the code is wrong (`code`).
        Refused: there is none, or too many attempts.
    """
    account_id, moment = _account_id(actor), clock.now()
    account = await _counted(actor, account_id)
    sealed = seal(_SECRETS, totp.new_secret(), bound_to=str(account_id))
    async with unit_of_work(actor) as session:
        await _prove_by_code(session, account_id, typed)
        await repository.remove(session, account_id)
        await repository.propose(session, account_id, sealed, moment)
        await repository.note_second_factor(session, actor.session_hash, None)
        await account_rows.revoke_sessions(session, moment, account_id=account_id, except_hash=actor.session_hash)
        await _audit(session, actor, account, "two_factor.replaced")
    await throttle.pardon(account.username, actor.address, step="second")
    sessions.forget_account(account_id)


# --- signing in -------------------------------------------------------------------------------------------------------


async def pass_second(
    actor: Actor, typed: str, *, secret: str, address_group: str = "", user_agent: str = ""
) -> NewSession:
    """Show the code at sign-in: the waiting session ends and a new one takes its place.

    Args:
        actor: who waits, in the stage of the code.
        typed: six digits of the app, or a recovery code.
        secret: the waiting session's cookie.
        address_group: what the throttle counts as one sender.
        user_agent: the browser's name for itself.

    Raises:
        Invalid: the code is wrong, or was used (`code`).
        Refused: too many attempts (`sign_in_blocked`); the secret cannot be read (`second_factor_unreadable`).
    """
    account_id = _account_id(actor)
    account = await _counted(actor, account_id, address_group)
    proof = await proof_of(actor.session_hash)
    try:
        async with unit_of_work(actor) as session:
            how = await _prove_by_code(session, account_id, typed)
            if how == RECOVERY:
                await _tell_of_recovery(session, actor, account_id)
            await _audit(session, actor, account, "account.second_passed")
    except Invalid:
        async with unit_of_work(actor) as session:
            await _audit(session, actor, account, "account.second_failed")
        raise
    return await sessions.open_session(
        account, address=actor.address, user_agent=user_agent, replaces=secret, proof=Proof(how, proof.login),
        right=throttle.Attempt(account.username, address_group or actor.address, "second"),
    )  # fmt: skip


async def _tell_of_recovery(session: AsyncSession, actor: Actor, account_id: int) -> None:
    left = await repository.codes_left(session, account_id)
    words = f"Một mã dự phòng vừa được dùng để đăng nhập từ {actor.address or 'một máy'}; còn {left} mã."
    if left <= 2:  # noqa: PLR2004 (time to make new ones)
        words += " Hãy tạo bộ mã mới."
    await repository.tell(session, [account_id], words, _OWN_ACCOUNT)


# --- an administrator's help ------------------------------------------------------------------------------------------


async def reset(actor: Actor, account_id: int, reason: str) -> None:
    """Take somebody's second factor away, because their telephone is lost; they set up a new one at next sign-in.

    Their sessions end, they are told, and the reason stands in the audit trail.

    Args:
        actor: manages the account.
        account_id: whose second factor.
        reason: why, in the actor's words.

    Raises:
        NotFound: no such account within the actor's offices.
        Invalid: no reason given (`reason`).
        Refused: it is the actor's own (`not_to_oneself`), holds a role only a higher level may touch, or there is none
            (`second_factor_not_in_use`).
    """
    why = reason.strip()[:_LONGEST_REASON]
    if not why:
        raise Invalid(fields={"reason": FieldError("reason_needed")})
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    async with unit_of_work(actor) as session:
        account = await account_rows.account_by_id(session, account_id, lock=True)
        if account is None or not scope.holds(account.office_id):
            raise NotFound("account_not_found")
        await require_oversight(session, actor, account)
        if not await repository.remove(session, account_id):
            raise Refused("second_factor_not_in_use")
        await account_rows.revoke_sessions(session, clock.now(), account_id=account_id)
        words = f"{actor.name} đã đặt lại xác thực hai lớp của bạn: {why} Nếu bạn không yêu cầu, hãy báo ngay."
        await repository.tell(session, [account_id], words, _OWN_ACCOUNT)
        await write_audit(
            session, actor, "two_factor.reset", "account", account_id, office_id=account.office_id,
            detail={"reason": why},
        )  # fmt: skip
    await throttle.pardon_account(account.username)
    sessions.forget_account(account_id)


async def reset_of_user(actor: Actor, username: str, reason: str) -> None:
    """Like `reset`, for an account known by its user name.

    Raises:
        NotFound: no such account; else as `reset`.
    """
    async with unit_of_work(actor) as session:
        account = await account_rows.account_by_username(session, sessions.username_key(username))
    if account is None or account.id is None:
        raise NotFound("account_not_found")
    await reset(actor, account.id, reason)


async def accounts_with_second_factor(actor: Actor, account_ids: list[int]) -> set[int]:
    """Which of these accounts have a second factor in use, for an administrator's list.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    async with unit_of_work(actor) as session:
        return await repository.confirmed_among(session, scope, account_ids)


# --- parts ------------------------------------------------------------------------------------------------------------


async def _prove_by_code(session: AsyncSession, account_id: int, typed: str) -> str:
    """Use a code up; say which kind it was. A code that was right but used before is as wrong as any other."""
    row = await repository.of_account(session, account_id, lock=True)
    if row is None or row.confirmed_at is None:
        raise Refused("second_factor_not_in_use")
    moment = clock.now()
    key = totp.recovery_key(typed)
    if key:
        if await repository.use_code(session, account_id, _digest(account_id, key), moment):
            return RECOVERY
        raise _wrong_code()
    step = totp.matching_step(_opened(row.secret, account_id), typed, moment)
    if step is None or not await repository.take_step(session, account_id, step):
        raise _wrong_code()
    return TOTP


async def _prove_by_password(actor: Actor, account: Account, password: str, address_group: str) -> None:
    if (await proof_of(actor.session_hash)).login is not None:
        raise Refused("sign_in_again")  # whoever comes from a provider may know no password of ours
    await throttle.admit(account.username, address_group or actor.address)
    if not await passwords.verify_password(account.password_hash, password):
        raise Invalid(fields={"current": FieldError("current_password_wrong")})
    await throttle.pardon(account.username, address_group or actor.address)


async def _counted(actor: Actor, account_id: int, address_group: str = "") -> Account:
    """Count one attempt at a code, in a transaction of its own: it counts however the attempt ends."""
    async with unit_of_work(actor) as session:
        account = await _account(session, account_id)
    await throttle.admit(account.username, address_group or actor.address, step="second")
    return account


async def _new_codes(session: AsyncSession, account_id: int) -> list[str]:
    codes = totp.new_recovery_codes()
    digests = [_digest(account_id, totp.recovery_key(code)) for code in codes]
    await repository.replace_codes(session, account_id, digests)
    return codes


async def _is_fresh(session: AsyncSession, actor: Actor, moment: datetime) -> bool:
    row = await repository.session_of(session, actor.session_hash)
    return row is not None and _young(row.created_at, moment, _FRESH)


async def _account(session: AsyncSession, account_id: int) -> Account:
    account = await account_rows.account_by_id(session, account_id)
    if account is None:
        raise NotFound("account_not_found")
    return account


async def _audit(session: AsyncSession, actor: Actor, account: Account, action: str) -> None:
    await write_audit(session, actor, action, "account", account.id, office_id=account.office_id)


def _proposal(secret: str, username: str) -> Proposal:
    path, side = totp.picture(totp.otpauth_uri(secret, username))
    return Proposal(totp.readable(secret), path, side)


def _opened(sealed: str, account_id: int) -> str:
    try:
        return unseal(_SECRETS, sealed, bound_to=str(account_id))
    except UnsealableError:
        raise Refused("second_factor_unreadable") from None


def _digest(account_id: int, key: str) -> str:
    return keyed_digest(_CODES, f"{account_id}:{key}")


def _wrong_code() -> Invalid:
    return Invalid(fields={"code": FieldError("code_wrong")})


def _young(made: datetime | None, moment: datetime, limit: timedelta) -> bool:
    return made is not None and moment - made <= limit


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id
