"""What people do with their own account: a new password; and whom an API token stands for."""

import time
from dataclasses import replace
from datetime import datetime

from models import Account
from thads_app import clock, db
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, NotFound
from thads_app.repositories import accounts as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import NOWHERE, Actor
from thads_app.services import sessions, throttle
from thads_app.services.demo_accounts import DEMO_PASSWORD
from thads_app.services.proofs import proof_of
from thads_app.services.sessions import NewSession
from thads_app.settings import get_settings

_KEPT_SECONDS = 3.0
_KEPT_MOST = 5_000
_kept_tokens: dict[tuple[str, str], tuple[float, Actor | None]] = {}


async def change_own_password(
    actor: Actor, current: str, new: str, *, secret: str, user_agent: str = "", address_group: str = ""
) -> NewSession:
    """Change the actor's password, end all their sessions, and open a new one for this browser.

    Args:
        actor: whose password.
        current: the present password, as typed.
        new: the wanted one.
        secret: the present session's cookie, which is replaced.
        user_agent: the browser's name for itself.
        address_group: what the throttle counts as one sender.

    Raises:
        Invalid: the present password is wrong (`current`), or the new one is weak or the same (`new`).
        Refused: too many attempts (`sign_in_blocked`).
    """
    account = await _account(actor)
    await throttle.admit(account.username, address_group or actor.address)
    if not await passwords.verify_password(account.password_hash, current):
        raise Invalid(fields={"current": FieldError("current_password_wrong")})
    await throttle.pardon(account.username, address_group or actor.address)
    if problem := _problem(account, current, new):
        raise Invalid(fields={"new": problem})
    fresh = await passwords.hash_password(new)
    proof = await proof_of(actor.session_hash)
    async with unit_of_work(actor) as session:
        await repository.change_account(session, account.id or 0, password_hash=fresh, must_change_password=False)
        await repository.revoke_sessions(session, clock.now(), account_id=account.id)
        await write_audit(
            session, actor, "account.password_changed", "account", account.id, office_id=account.office_id
        )
    sessions.forget_account(account.id or 0)
    account.must_change_password = False
    return await sessions.open_session(
        account, address=actor.address, user_agent=user_agent, replaces=secret, proof=proof
    )


def _problem(account: Account, current: str, new: str) -> FieldError | None:
    if new == current:
        return FieldError("password_unchanged")
    if new == DEMO_PASSWORD and not get_settings().demo:
        return FieldError("password_obvious")
    return passwords.password_problem(new, (*_words_about(account), current))


def _words_about(account: Account) -> tuple[str, ...]:
    """What others know of a person, and would try first."""
    born = account.birth_date
    dates = (f"{born:%d%m%Y}", f"{born:%d/%m/%Y}", f"{born:%Y%m%d}") if born else ()
    mail = (account.email or "").partition("@")[0]
    known = (account.username, *account.username.split("."), account.full_name, mail, account.telephone or "", *dates)
    return tuple(word for word in known if word)


async def actor_of_token(secret: str, *, address: str = "") -> Actor | None:
    """Whom a bearer token stands for, or None when it is unknown, ended or expired; at most three seconds old."""
    if not 20 <= len(secret) <= 200:  # noqa: PLR2004 (no secret of ours)
        return None
    key = (db.owner_url(), sessions.hashed(secret))
    kept = _kept_tokens.get(key)
    if kept is None or kept[0] < time.monotonic():
        if len(_kept_tokens) > _KEPT_MOST:
            _kept_tokens.clear()
        kept = (time.monotonic() + _KEPT_SECONDS, await _token_actor(key[1], clock.now()))
        _kept_tokens[key] = kept
    actor = kept[1]
    return replace(actor, address=address) if actor else None


def forget_tokens() -> None:
    """Ask the database again about every token at its next use, in this process."""
    _kept_tokens.clear()


async def _token_actor(token_hash: str, moment: datetime) -> Actor | None:
    async with unit_of_work(NOWHERE) as session:
        found = await repository.credential_of_token(session, token_hash, clock.today())
        if found is None or found.token is None or found.token.revoked_at is not None:
            return None
        if found.token.expires_at is not None and found.token.expires_at <= moment:
            return None
        if found.account.disabled_at is not None or found.account.must_change_password:
            return None
        if found.account.is_demo and not get_settings().demo:
            return None
        actor = await sessions.actor_of(found.account, found.grants, session=session)
        return None if await sessions.must_enrol(session, actor) else actor


async def _account(actor: Actor) -> Account:
    async with unit_of_work(actor) as session:
        account = await repository.account_by_id(session, actor.account_id or 0)
    if account is None:
        raise NotFound("account_not_found")
    return account
