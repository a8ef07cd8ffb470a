"""Accounts, their grants and tokens, as an administrator manages them within their own offices."""

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, ApiToken
from models.enums import Grade, Role
from thads_app import clock
from thads_app.auth import passwords
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, Refused
from thads_app.logs import request_id
from thads_app.repositories import accounts as repository
from thads_app.repositories import administration
from thads_app.repositories.base import write_audit
from thads_app.rules.people import USERNAME_PATTERN, Person, person_problems
from thads_app.rules.rights import Actor, Permission, system_operator
from thads_app.services import sessions, throttle
from thads_app.services.administration.grant_views import GrantState, state_of
from thads_app.services.administration.grants import GiveGrant, TakeBack, give_grant, take_back
from thads_app.services.administration.oversight import require_oversight
from thads_app.services.administration.staff import NewOfficer, staff_for_account
from thads_app.services.demo_accounts import DEMO_PASSWORD, DemoAccount, demo_accounts
from thads_app.services.office_tree import office_tree

__all__ = ["DEMO_PASSWORD", "DemoAccount", "demo_accounts"]

# Letters and digits that cannot be mistaken for each other when read aloud.
_CLEAR_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_TOKEN_PREFIX = "thads_"  # noqa: S105 (what every token begins with, so that a leaked one is recognised)
_FROM_SHELL = "Bằng dòng lệnh của người vận hành"
_LIVING = frozenset({GrantState.IN_FORCE, GrantState.FUTURE})


class CreateAccount(BaseModel):
    """Somebody who shall be able to sign in. Without a password one is made, to be changed at first sign-in.

    With a `grade`, a `staff_code` nobody has yet makes a new enforcement officer of the office.
    """

    model_config = ConfigDict(str_strip_whitespace=True)

    username: str = Field(pattern=USERNAME_PATTERN)
    full_name: str = Field(min_length=1, max_length=120)
    office_code: str = Field(max_length=12)
    password: str | None = Field(default=None, max_length=passwords.MAXIMUM_LENGTH)
    staff_code: str | None = Field(default=None, max_length=40)
    birth_date: date | None = None
    email: str | None = Field(default=None, max_length=200)
    telephone: str | None = Field(default=None, max_length=30)
    position: str | None = Field(default=None, max_length=120)
    grade: Grade | None = None


class GrantRole(BaseModel):
    """A role over an office and everything below it, both days included."""

    model_config = ConfigDict(str_strip_whitespace=True)

    username: str
    role: Role
    office_code: str = Field(max_length=12)
    valid_from: date | None = None
    valid_to: date | None = None
    reason: str | None = Field(default=None, max_length=500)


@dataclass(frozen=True)
class CreatedAccount:
    """The new account; `password` is set when it was made here and must be handed over."""

    account_id: int
    username: str
    password: str | None


@dataclass(frozen=True)
class GrantRow:
    """A grant as an administrator sees it."""

    role: Role
    office_code: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True)
class AccountRow:
    """An account as an administrator sees it."""

    username: str
    full_name: str
    office_code: str
    grants: tuple[GrantRow, ...]
    disabled: bool
    is_demo: bool


async def operator() -> Actor:
    """The operator of the command line, with every right."""
    tree = await office_tree()
    if not tree.nodes:
        raise Refused("no_offices")
    return replace(system_operator(tree.root.id), request_id=request_id())


async def create_account(actor: Actor, command: CreateAccount) -> CreatedAccount:
    """Create an account in an office of the actor's.

    Raises:
        Forbidden: the actor manages no accounts.
        NotFound: the office or the staff member does not exist, or lies outside the actor's offices.
        Invalid: the password is weak, the user name or the e-mail is taken, or something of the person cannot be right.
    """
    office_id = await _office_in_reach(actor, command.office_code)
    if command.password is not None:
        about = (command.username, command.full_name, DEMO_PASSWORD)
        if problem := _password_problem(command.password, about):
            raise Invalid(fields={"password": problem})
    password = command.password or new_password()
    hashed = await passwords.hash_password(password)
    async with unit_of_work(actor) as session:
        account = await add_account(session, actor, command, office_id, hashed)
    return CreatedAccount(_id(account), account.username, password if command.password is None else None)


async def add_account(
    session: AsyncSession, actor: Actor, command: CreateAccount, office_id: int, password_hash: str
) -> Account:
    """Create an account in the caller's transaction, with its audit row.

    Args:
        session: the caller's transaction.
        actor: manages accounts at the office; the caller has checked that.
        command: the account. Its password, when it has one, was checked; without one it must be changed.
        office_id: the office.
        password_hash: the hash of the password.

    Raises:
        NotFound, Invalid: as `create_account`.
    """
    wrong = person_problems(_person(command), clock.today())
    if command.email and await administration.accounts_by_email(session, [command.email]):
        wrong["email"] = FieldError("email_taken")
    if await repository.existing_usernames(session, [command.username]):
        wrong["username"] = FieldError("username_taken")
    if wrong:
        raise Invalid(fields=wrong)
    new = NewOfficer(command.full_name, office_id, command.grade) if command.grade else None
    account = Account(
        username=command.username,
        password_hash=password_hash,
        must_change_password=command.password is None,
        office_id=office_id,
        staff_id=await staff_for_account(session, actor, command.staff_code, new),
        **command.model_dump(include={"full_name", "birth_date", "email", "telephone", "position"}),
    )
    session.add(account)
    try:
        await session.flush()
    except IntegrityError:
        raise Invalid(fields={"username": FieldError("username_taken")}) from None
    detail: dict[str, object] = {"username": account.username, "full_name": account.full_name}
    await write_audit(session, actor, "account.created", "account", account.id, office_id=office_id, detail=detail)
    return account


def _person(command: CreateAccount) -> Person:
    return Person(
        command.full_name, command.birth_date, command.email or "", command.telephone or "", command.position or ""
    )


async def disable_account(actor: Actor, username: str, reason: str = "") -> None:
    """Stop an account from signing in, and end its sessions and tokens.

    Raises:
        NotFound: no such account within the actor's offices.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
    """
    async with unit_of_work(actor) as session:
        account = await _account_to_change(session, actor, username)
        moment = clock.now()
        await repository.change_account(session, _id(account), disabled_at=moment)
        await _end_everything(session, account, moment)
        await write_audit(
            session, actor, "account.disabled", "account", account.id, office_id=account.office_id,
            detail=_told(account), message=reason,
        )  # fmt: skip
    sessions.forget_account(_id(account))


async def enable_account(actor: Actor, username: str, reason: str = "") -> None:
    """Let an account sign in again, also when it was locked by wrong attempts.

    Raises:
        NotFound: no such account within the actor's offices.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
    """
    async with unit_of_work(actor) as session:
        account = await _account_to_change(session, actor, username)
        await repository.change_account(session, _id(account), disabled_at=None)
        await write_audit(
            session, actor, "account.enabled", "account", account.id, office_id=account.office_id,
            detail=_told(account), message=reason,
        )  # fmt: skip
    await throttle.pardon_account(account.username)


async def reset_password(actor: Actor, username: str) -> str:
    """Give an account a new password, to be changed at first sign-in; return it. Ends its sessions and tokens.

    Raises:
        NotFound: no such account within the actor's offices.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
    """
    password = new_password()
    fresh = await passwords.hash_password(password)
    async with unit_of_work(actor) as session:
        account = await _account_to_change(session, actor, username)
        await repository.change_account(session, _id(account), password_hash=fresh, must_change_password=True)
        await _end_everything(session, account, clock.now())
        await write_audit(
            session, actor, "account.password_reset", "account", account.id, office_id=account.office_id,
            detail=_told(account),
        )  # fmt: skip
    await throttle.pardon_account(account.username)
    sessions.forget_account(_id(account))
    return password


async def grant_role(actor: Actor, command: GrantRole) -> None:
    """Give an account, known by its user name, a role over an office of the actor's.

    Raises:
        As `services.administration.grants.give_grant`; its warnings count as read.
    """
    async with unit_of_work(actor) as session:
        account_id = _id(await _account_in_reach(session, actor, command.username))
    given = command.model_dump(include={"role", "office_code", "valid_from", "valid_to"})
    reason = command.reason or _FROM_SHELL
    await give_grant(actor, GiveGrant(account_id=account_id, reason=reason, confirmed=True, **given))


async def revoke_role(actor: Actor, username: str, role: Role, office_code: str) -> None:
    """Take a role over an office back from an account, known by its user name.

    Raises:
        NotFound: no such account, office or grant within the actor's offices.
        Otherwise as `services.administration.grants.take_back`; its warnings count as read.
    """
    office_id = await _office_in_reach(actor, office_code)
    async with unit_of_work(actor) as session:
        account = await _account_in_reach(session, actor, username)
        held = [
            each.id
            for each, _ in await repository.grants_of(session, [_id(account)])
            if each.role == role and each.office_id == office_id and state_of(each, clock.today()) in _LIVING
        ]
    if not held:
        raise NotFound("grant_not_found")
    for grant_id in held:
        await take_back(actor, TakeBack(grant_id=grant_id or 0, reason=_FROM_SHELL, confirmed=True))


async def list_accounts(actor: Actor) -> list[AccountRow]:
    """The accounts of the actor's offices with their grants, by user name.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    async with unit_of_work(actor) as session:
        accounts = await repository.accounts_in(session, scope)
        grants = await repository.grants_of(session, [_id(account) for account, _ in accounts])
    held: dict[int, list[GrantRow]] = {}
    for grant, code in grants:
        held.setdefault(grant.account_id, []).append(GrantRow(grant.role, code, grant.valid_from, grant.valid_to))
    return [
        AccountRow(
            account.username, account.full_name, code, tuple(held.get(_id(account), ())),
            account.disabled_at is not None, account.is_demo,
        )
        for account, code in accounts
    ]  # fmt: skip


async def create_token(actor: Actor, username: str, label: str, days: int = 365) -> str:
    """Make a bearer token of `/api/v1` that acts with an account's rights; it is told once.

    Args:
        actor: manages the account.
        username: whose rights the token has.
        label: what it is for.
        days: how long it is good, 1 to 3650.

    Raises:
        NotFound: no such account within the actor's offices.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
        Invalid: no label, or days out of range.
    """
    if not label.strip() or not 1 <= days <= 3650:  # noqa: PLR2004 (ten years)
        raise Invalid(fields={"label" if not label.strip() else "days": FieldError("token_terms")})
    secret = _TOKEN_PREFIX + secrets.token_urlsafe(32)
    async with unit_of_work(actor) as session:
        account = await _account_to_change(session, actor, username)
        row = ApiToken(
            token_hash=sessions.hashed(secret), account_id=_id(account), label=label.strip()[:120],
            expires_at=clock.now() + timedelta(days=days),
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await write_audit(session, actor, "token.created", "account", account.id, office_id=account.office_id)
    return secret


def new_password() -> str:
    """A random password of eighty bits that can be read aloud."""
    return "-".join("".join(secrets.choice(_CLEAR_LETTERS) for _ in range(4)) for _ in range(4))


def _password_problem(password: str, about: tuple[str, ...]) -> FieldError | None:
    if password == DEMO_PASSWORD:
        return FieldError("password_obvious")
    return passwords.password_problem(password, about)


async def _office_in_reach(actor: Actor, code: str) -> int:
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    node = (await office_tree()).by_code.get(code)
    if node is None or not scope.holds(node.id):
        raise NotFound("office_not_found", {"code": code[:12]})
    return node.id


async def _account_in_reach(session: AsyncSession, actor: Actor, username: str) -> Account:
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    account = await repository.account_by_username(session, sessions.username_key(username), lock=True)
    if account is None or not scope.holds(account.office_id):
        raise NotFound("account_not_found")
    return account


async def _account_to_change(session: AsyncSession, actor: Actor, username: str) -> Account:
    account = await _account_in_reach(session, actor, username)
    await require_oversight(session, actor, account)
    return account


def _told(account: Account) -> dict[str, object]:
    return {"username": account.username}


async def _end_everything(session: AsyncSession, account: Account, moment: datetime) -> None:
    await repository.revoke_sessions(session, moment, account_id=_id(account))
    await repository.revoke_tokens(session, _id(account), moment)


def _id(account: Account) -> int:
    if account.id is None:
        raise Forbidden
    return account.id
