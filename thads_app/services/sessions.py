"""Signing in and out, and who stands behind a cookie: server-side sessions of which only the hash is kept."""

import hashlib
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, AuthSession, OidcSession
from models.enums import Role
from thads_app import clock, db
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import NotFound, Refused
from thads_app.repositories import accounts as repository
from thads_app.repositories import two_factor as second_factors
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import NOWHERE, TWO_FACTOR_ROLES, Actor, merge_scopes, union, with_mandates
from thads_app.services import local_sign_in as local
from thads_app.services import throttle
from thads_app.services.mandates import mandates_of
from thads_app.services.office_tree import office_tree
from thads_app.services.proofs import NewSession, Proof, SignedIn, Stage, missing_after, told_of
from thads_app.settings import get_settings

_SECRET_BYTES = 32
_KEPT_SECONDS = 3.0  # with the check under it, a revocation acts within five
_KEPT_MOST = 20_000
_LONGEST_USERNAME = 60
_CODE_WITHIN = timedelta(minutes=10)  # a session that waits for its second factor waits no longer
LOCAL_SIGN_IN_OFF = "local_sign_in_off"


@dataclass(frozen=True)
class OwnSession:
    """One of the actor's sessions. `reference` names it without giving it away."""

    reference: str
    current: bool
    address: str
    user_agent: str
    created_at: datetime
    last_seen_at: datetime


def hashed(secret: str) -> str:
    """What the database keeps of a secret of 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def username_key(typed: str) -> str:
    """A user name as it is stored: without surrounding blanks, in small letters."""
    return typed.strip().lower()[:_LONGEST_USERNAME]


# --- signing in and out -----------------------------------------------------------------------------------------------


async def sign_in(
    typed_username: str,
    password: str,
    *,
    address: str,
    address_group: str = "",
    user_agent: str = "",
    replaces: str = "",
) -> NewSession:
    """Open a session for a user name and a password.

    Args:
        typed_username: as typed; compared without case and surrounding blanks.
        password: as typed.
        address: the sender's address, shown to the account's owner later.
        address_group: what the throttle counts as one sender; the address when empty.
        user_agent: the browser's name for itself.
        replaces: the secret of the session the browser had before; it ends, so nobody can plant one.

    Raises:
        Refused: wrong name or password, disabled, or a demonstration account outside the demonstration
            (`sign_in_failed`, all alike, or `local_sign_in_off` where passwords are switched off); too many attempts
            (`sign_in_blocked`); too busy (`busy`).
    """
    username = username_key(typed_username)
    attempt = throttle.Attempt(username, address_group or address)
    async with unit_of_work(NOWHERE) as session:
        account = await repository.account_by_username(session, username)
        waiting = await throttle.count(session, attempt)
    throttle.refuse(waiting)
    right = await passwords.verify_password(account.password_hash if account else None, password)
    if account is None or not right or not may_sign_in(account) or not await local.may_use_password(account):
        await _note_failure(account, address)
        raise Refused("sign_in_failed" if get_settings().local_sign_in else LOCAL_SIGN_IN_OFF, status=401)
    if passwords.needs_rehash(account.password_hash):
        fresh = await passwords.hash_password(password)
        async with unit_of_work(NOWHERE) as session:
            await repository.change_account(session, _id(account), password_hash=fresh)
    opened = await open_session(account, address=address, user_agent=user_agent, replaces=replaces, right=attempt)
    if not get_settings().local_sign_in:
        await local.sound_alarm(opened.actor)
    return opened


async def open_session(
    account: Account, *, address: str, user_agent: str = "", replaces: str = "", proof: Proof | None = None,
    right: throttle.Attempt | None = None,
) -> NewSession:  # fmt: skip
    """Open a session for an account whose owner has just proved who they are.

    Its stage is what is still missing: the second factor where the account has one, then a new password where the
    present one was given by somebody else (and was used), then a second factor where the roles need one. `right` is
    the counted attempt that succeeded: it is taken back when the session is there.
    """
    secret, proof = secrets.token_urlsafe(_SECRET_BYTES), proof or Proof()
    moment = clock.now()
    await office_tree()  # read, if it must be, before a connection is held
    async with unit_of_work(NOWHERE) as session:
        ended = await repository.revoke_sessions(session, moment, id_hash=hashed(replaces)) if replaces else []
        found = await repository.credential_of_account(session, _id(account), clock.today())
        if found is None:
            raise NotFound
        held, has_second = found
        row = AuthSession(
            id_hash=hashed(secret), account_id=_id(account), created_at=moment, last_seen_at=moment,
            stage=missing_after(proof, account, has_second=has_second), second_factor=proof.second or None,
            address=address[:64] or None, user_agent=user_agent[:300] or None,
        )  # fmt: skip
        await repository.add_session(session, row)
        if proof.login:
            session.add(OidcSession(session_hash=row.id_hash, **asdict(proof.login)))
            await session.flush()
        signed = await _signed_in(session, replace(held, session=row), has_second=has_second)
        actor = replace(signed.actor, address=address)
        action = "account.second_asked" if signed.stage is Stage.SECOND else "account.signed_in"
        await write_audit(
            session, actor, action, "account", account.id, office_id=account.office_id, detail=told_of(proof)
        )
        if right:
            await throttle.take_back(session, right)
    _forget(ended)
    return NewSession(secret, signed.stage, actor)


async def sign_out(secret: str) -> None:
    """End the session behind a cookie; nothing happens when there is none."""
    signed = await resolve(secret, touch=False)
    if signed is None:
        return
    async with unit_of_work(NOWHERE) as session:
        ended = await repository.revoke_sessions(session, clock.now(), id_hash=hashed(secret))
        await write_audit(
            session, signed.actor, "account.signed_out", "account", signed.actor.account_id,
            office_id=signed.actor.office_id,
        )  # fmt: skip
    _forget(ended)


async def _note_failure(account: Account | None, address: str) -> None:
    async with unit_of_work(NOWHERE) as session:
        await write_audit(
            session, None, "account.sign_in_failed", "account", account.id if account else None,
            office_id=account.office_id if account else None, address=address,
        )  # fmt: skip


def may_sign_in(account: Account) -> bool:
    """Whether the account may be used at all: not disabled, and no demonstration account outside of it."""
    return account.disabled_at is None and (not account.is_demo or get_settings().demo)


def _id(account: Account) -> int:
    if account.id is None:
        raise NotFound
    return account.id


# --- who stands behind a session --------------------------------------------------------------------------------------

_Kept = tuple[float, SignedIn | None]
_kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
_kept_pid = 0


async def resolve(secret: str, *, address: str = "", touch: bool = True) -> SignedIn | None:
    """Who stands behind a cookie's secret, or None when its session has ended.

    At most three seconds old: disabling an account, ending a session and changing grants act within five.

    Args:
        secret: the cookie's value.
        address: the sender's address, carried by the actor.
        touch: whether this counts as use of the session (not for what pages do by themselves).
    """
    if not 20 <= len(secret) <= 200:  # noqa: PLR2004 (no secret of ours)
        return None
    return await resolve_hash(hashed(secret), address=address, touch=touch)


async def resolve_hash(id_hash: str, *, address: str = "", touch: bool = True) -> SignedIn | None:
    """Like `resolve`, for a session known by its hash (an actor's `session_hash`)."""
    key = (db.owner_url(), id_hash)
    kept = _kept_now().get(key)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + _KEPT_SECONDS, await _look_up(id_hash, address, touch=touch))
        _kept[key] = kept
        _kept.move_to_end(key)
        while len(_kept) > _KEPT_MOST:
            _kept.popitem(last=False)
    signed = kept[1]
    return replace(signed, actor=replace(signed.actor, address=address)) if signed and address else signed


def _kept_now() -> OrderedDict[tuple[str, str], _Kept]:
    global _kept_pid
    if _kept_pid != os.getpid():
        _kept.clear()
        _kept_pid = os.getpid()
    return _kept


async def _look_up(id_hash: str, address: str, *, touch: bool) -> SignedIn | None:
    moment = clock.now()
    await office_tree()  # read, if it must be, before a connection is held
    async with unit_of_work(NOWHERE) as session:
        found = await repository.credential_of_session(session, id_hash, clock.today())
        if found is None or found.session is None or not _alive(found.session, found.account, moment):
            return None
        if touch and moment - _seen(found.session) > _touch_every():
            await repository.touch_session(session, id_hash, moment, address)
        return await _signed_in(session, found)


async def _signed_in(
    session: AsyncSession, found: repository.Credential, *, has_second: bool | None = None
) -> SignedIn:
    """Who a credential makes somebody. `has_second` spares asking whether the account has a second factor in use."""
    stage = Stage(found.session.stage) if found.session else Stage.FULL
    session_hash = found.session.id_hash if found.session else ""
    actor = await actor_of(found.account, found.grants, session_hash=session_hash, session=session)
    shown = found.session is not None and found.session.second_factor
    if stage is Stage.FULL and found.session and not shown and await must_enrol(session, actor, has_second=has_second):
        stage = Stage.ENROL
    return SignedIn(actor, stage, found.account.username)


async def must_enrol(session: AsyncSession, actor: Actor, *, has_second: bool | None = None) -> bool:
    """Whether the rights held now demand a second factor the account has not set up: nothing else until it has."""
    if not actor.roles & TWO_FACTOR_ROLES or actor.account_id is None or not get_settings().two_factor_required:
        return False
    if has_second is None:
        has_second = await second_factors.is_confirmed(session, actor.account_id)
    return not has_second


async def actor_of(
    account: Account,
    grants: Iterable[tuple[Role, int]],
    *,
    session_hash: str = "",
    session: AsyncSession | None = None,
) -> Actor:
    """The actor an account is with these grants (role, office id), on today's map of offices.

    A deputy also acts under the written authorisations in force. They are read in `session` where one is open, so that
    nobody holds one connection while waiting for another.
    """
    tree = await office_tree()
    held = [(Role(role), tree.grant_scope(office_id)) for role, office_id in grants]
    own = merge_scopes(held)
    deputy = union(scope for role, scope in held if role is Role.DEPUTY_HEAD)
    mandates = await mandates_of(_id(account), deputy, session) if deputy else ()
    return Actor(
        account_id=account.id,
        name=account.full_name,
        office_id=account.office_id,
        scopes=with_mandates(own, mandates) if mandates else own,
        staff_id=account.staff_id,
        roles=frozenset(role for role, _ in held),
        session_hash=session_hash,
        on_behalf_of=mandates[0].head_id if mandates else None,
        mandates=mandates,
        own=own if mandates else None,
    )


def _alive(row: AuthSession, account: Account, moment: datetime) -> bool:
    settings = get_settings()
    return (
        row.revoked_at is None
        and may_sign_in(account)
        and moment - _seen(row) <= timedelta(minutes=settings.session_idle_minutes)
        and row.created_at is not None
        and moment - row.created_at <= timedelta(hours=settings.session_absolute_hours)
        and (row.stage != Stage.SECOND or moment - row.created_at <= _CODE_WITHIN)
    )


def _seen(row: AuthSession) -> datetime:
    if row.last_seen_at is None:
        raise NotFound
    return row.last_seen_at


def _touch_every() -> timedelta:
    return timedelta(minutes=min(get_settings().session_idle_minutes / 4, 1))


def _forget(hashes: Iterable[str]) -> None:
    if not (gone := set(hashes)):
        return
    for key in [key for key in _kept if key[1] in gone]:
        del _kept[key]


def forget_everything() -> None:
    """Ask the database again about every session at its next use, in this process."""
    _kept.clear()


def forget_account(account_id: int) -> None:
    """Ask the database again about an account's sessions at their next use, in this process."""
    for key in [key for key, (_, who) in _kept.items() if who and who.actor.account_id == account_id]:
        del _kept[key]


# --- one's own sessions -----------------------------------------------------------------------------------------------


async def my_sessions(actor: Actor) -> list[OwnSession]:
    """The actor's sessions that can still be used, the latest first."""
    settings = get_settings()
    moment = clock.now()
    async with unit_of_work(actor) as session:
        rows = await repository.sessions_of(
            session, _account_id(actor), moment - timedelta(minutes=settings.session_idle_minutes)
        )
    oldest = moment - timedelta(hours=settings.session_absolute_hours)
    return [
        OwnSession(
            _reference(row.id_hash), row.id_hash == actor.session_hash, row.address or "", row.user_agent or "",
            row.created_at, _seen(row),
        )
        for row in rows
        if row.created_at is not None and row.created_at >= oldest and row.stage != Stage.SECOND
    ]  # fmt: skip


async def end_my_session(actor: Actor, reference: str) -> None:
    """End one of the actor's sessions.

    Raises:
        NotFound: none of theirs has this reference.
    """
    account_id, moment = _account_id(actor), clock.now()
    async with unit_of_work(actor) as session:
        rows = await repository.sessions_of(session, account_id, datetime.min.replace(tzinfo=moment.tzinfo))
        wanted = [row.id_hash for row in rows if _reference(row.id_hash) == reference]
        if not wanted:
            raise NotFound
        ended = await repository.revoke_sessions(session, moment, account_id=account_id, id_hash=wanted[0])
        await write_audit(session, actor, "session.ended", "account", account_id, office_id=actor.office_id)
    _forget(ended)


async def end_my_other_sessions(actor: Actor) -> int:
    """End all of the actor's sessions but the present one; return how many."""
    return await _end_all(actor, except_hash=actor.session_hash)


async def end_all_my_sessions(actor: Actor) -> int:
    """Sign the actor out everywhere; return how many sessions ended."""
    return await _end_all(actor, except_hash=None)


async def _end_all(actor: Actor, *, except_hash: str | None) -> int:
    account_id = _account_id(actor)
    async with unit_of_work(actor) as session:
        ended = await repository.revoke_sessions(session, clock.now(), account_id=account_id, except_hash=except_hash)
        await write_audit(
            session, actor, "session.ended_all", "account", account_id, office_id=actor.office_id,
            detail={"count": len(ended)},
        )  # fmt: skip
    _forget(ended)
    return len(ended)


def _reference(id_hash: str) -> str:
    return hashlib.sha256(f"session:{id_hash}".encode()).hexdigest()[:16]


def _account_id(actor: Actor) -> int:
    if actor.account_id is None:
        raise NotFound
    return actor.account_id
