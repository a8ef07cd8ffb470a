"""The accounts an administrator looks after: found, seen whole, corrected, helped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, AuthSession
from models.enums import Grade, Role
from models.personal_enums import PersonalField
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Invalid, Refused, StaleVersion
from thads_app.repositories import accounts as account_rows
from thads_app.repositories import administration as repository
from thads_app.repositories import two_factor as second_factors
from thads_app.repositories.administration import AccountFilter
from thads_app.repositories.base import write_audit
from thads_app.rules.account_reviews import AccountState
from thads_app.rules.granting import Held
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.people import Person, free_username, person_problems, username_stem
from thads_app.rules.personal_data import mask
from thads_app.rules.rights import NOWHERE, Actor, Permission
from thads_app.rules.vietnamese import normalise
from thads_app.services import accounts, sessions, throttle
from thads_app.services.accounts import CreateAccount, CreatedAccount
from thads_app.services.administration.oversight import oversight_refusal, require_oversight
from thads_app.services.administration.reach import account_in_reach
from thads_app.services.administration.staff import NewOfficer, staff_for_account
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

PAGE_SIZE = 50
MOST_WORDS = 6
_LONGEST_PAGE = 10_000
_AUDITED = ("full_name", "birth_date", "email", "telephone", "position", "staff")


@dataclass(frozen=True)
class AccountQuery:
    """What of the accounts is asked for; `office` is a code and stands for all below it, pages count from 1."""

    text: str = ""
    office: str = ""
    role: Role | None = None
    state: AccountState | None = None
    page: int = 1


@dataclass(frozen=True)
class AccountLine:
    """One account of a list. `roles` are in force today; `blocked_until` while wrong attempts keep it out."""

    id: int
    username: str
    full_name: str
    position: str
    office_code: str
    office_name: str
    roles: tuple[Role, ...]
    disabled: bool
    blocked_until: datetime | None
    must_change_password: bool
    last_signed_in_at: datetime | None
    created_at: datetime | None


@dataclass(frozen=True)
class AccountPage:
    """One page of accounts, the number of all, and the office they were narrowed to."""

    rows: list[AccountLine]
    total: int
    page: int
    pages: int
    office: OfficeNode | None


@dataclass(frozen=True)
class SessionLine:
    """Where somebody is signed in."""

    user_agent: str
    address: str
    created_at: datetime | None
    last_seen_at: datetime | None


@dataclass(frozen=True)
class AccountView:
    """An account whole. `refusal` says why the actor may only look; None when they may change it."""

    id: int
    username: str
    full_name: str
    birth_date: date | None
    email: str
    telephone: str
    position: str
    office_code: str
    office_name: str
    staff_code: str
    grade: Grade | None
    disabled_at: datetime | None
    blocked_until: datetime | None
    must_change_password: bool
    second_factor: bool
    created_at: datetime | None
    last_signed_in_at: datetime | None
    version: int
    refusal: Refused | None
    sessions: tuple[SessionLine, ...]


class EditAccount(BaseModel):
    """What an account says of its owner, as it shall be. Blank texts mean nothing is known."""

    model_config = ConfigDict(str_strip_whitespace=True)

    account_id: int
    expected_version: int
    full_name: str = Field(max_length=120)
    birth_date: date | None = None
    email: str = Field(default="", max_length=200)
    telephone: str = Field(default="", max_length=30)
    position: str = Field(default="", max_length=120)
    staff_code: str = Field(default="", max_length=40)
    grade: Grade | None = None


# --- finding ----------------------------------------------------------------------------------------------------------


async def find_accounts(actor: Actor, query: AccountQuery, *, size: int = PAGE_SIZE) -> AccountPage:
    """One page of the accounts of the actor's offices, by given name.

    An office the actor does not administer narrows the list to nothing.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    scope, tree = actor.scope(Permission.ACCOUNT_MANAGE), await office_tree()
    moment, today = clock.now(), clock.today()
    office = tree.by_code.get(query.office)
    async with db.session(actor) as session:
        wanted = await _filter(session, query, tree, office, moment)
        total = await repository.count_accounts(session, scope, wanted, moment, today)
        pages = max(1, ceil(total / size))
        page = min(max(1, query.page), pages, _LONGEST_PAGE)
        found = await repository.page_of_accounts(
            session, scope, wanted, moment=moment, day=today, skip=(page - 1) * size, limit=size
        )
        rows = await _lines(session, tree, found, moment, today)
    return AccountPage(rows, total, page, pages, office)


async def _filter(
    session: AsyncSession, query: AccountQuery, tree: OfficeTree, office: OfficeNode | None, moment: datetime
) -> AccountFilter:
    blocked: tuple[str, ...] = ()
    if query.state is AccountState.LOCKED:
        prefix = throttle.account_key("")
        blocked = tuple(key.removeprefix(prefix) for key in await repository.blocked_keys(session, prefix, moment))
    return AccountFilter(
        words=tuple(normalise(query.text[:200]).split()[:MOST_WORDS]),
        offices=tree.grant_scope(office.id) if office else None,
        role=query.role,
        state=query.state,
        blocked=blocked,
    )


async def _lines(
    session: AsyncSession, tree: OfficeTree, found: Sequence[Account], moment: datetime, today: date
) -> list[AccountLine]:
    held = await repository.live_grants(session, [account.id or 0 for account in found], today)
    keys = {account.username: throttle.account_key(account.username) for account in found}
    blocked = await repository.blocked_until(session, list(keys.values()), moment)
    return [
        AccountLine(
            id=account.id or 0,
            username=account.username,
            full_name=account.full_name,
            position=account.position or "",
            office_code=tree.nodes[account.office_id].code,
            office_name=tree.nodes[account.office_id].short_name,
            roles=roles_on(held.get(account.id or 0, ()), today),
            disabled=account.disabled_at is not None,
            blocked_until=blocked.get(keys[account.username]),
            must_change_password=account.must_change_password,
            last_signed_in_at=account.last_signed_in_at,
            created_at=account.created_at,
        )
        for account in found
    ]


def roles_on(held: Sequence[Held], day: date) -> tuple[Role, ...]:
    """The roles in force on a day, each once, in the table's order."""
    there = {each.role for each in held if each.valid_on(day)}
    return tuple(role for role in Role if role in there)


# --- one account ------------------------------------------------------------------------------------------------------


async def account_view(actor: Actor, account_id: int) -> AccountView:
    """An account of the actor's offices, whole.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: none with this id among theirs.
    """
    tree, moment = await office_tree(), clock.now()
    async with db.session(actor) as session:
        account = await account_in_reach(session, actor, account_id)
        staff = await repository.staff_by_id(session, account.staff_id) if account.staff_id else None
        key = throttle.account_key(account.username)
        blocked = await repository.blocked_until(session, [key], moment)
        idle = timedelta(minutes=get_settings().session_idle_minutes)
        open_sessions = await account_rows.sessions_of(session, account_id, moment - idle)
        second = await second_factors.is_confirmed(session, account_id)
        refusal = await oversight_refusal(session, actor, account)
        node = tree.nodes[account.office_id]
        return AccountView(
            id=account_id,
            username=account.username,
            full_name=account.full_name,
            birth_date=account.birth_date,
            email=account.email or "",
            telephone=account.telephone or "",
            position=account.position or "",
            office_code=node.code,
            office_name=node.short_name,
            staff_code=staff.code if staff else "",
            grade=staff.grade if staff else None,
            disabled_at=account.disabled_at,
            blocked_until=blocked.get(key),
            must_change_password=account.must_change_password,
            second_factor=second,
            created_at=account.created_at,
            last_signed_in_at=account.last_signed_in_at,
            version=account.version,
            refusal=refusal,
            sessions=tuple(_session_line(row) for row in open_sessions),
        )


def _session_line(row: AuthSession) -> SessionLine:
    return SessionLine(row.user_agent or "", row.address or "", row.created_at, row.last_seen_at)


# --- making and changing ----------------------------------------------------------------------------------------------


async def propose_username(full_name: str) -> str:
    """A user name nobody has, made of a person's name; blank for a blank name."""
    if not full_name.strip():
        return ""
    async with db.session(NOWHERE) as session:  # user names are unique in the whole service
        return free_username(full_name, await repository.usernames_like(session, [username_stem(full_name)]))


async def create_account(actor: Actor, command: CreateAccount) -> CreatedAccount:
    """Create an account, as `services.accounts.create_account`."""
    return await accounts.create_account(actor, command)


async def edit_account(actor: Actor, command: EditAccount) -> None:
    """Correct what an account says of its owner.

    Raises:
        NotFound: no such account among the actor's, or nobody has the staff code.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
        Invalid: something cannot be right, or is taken. StaleVersion: somebody changed it in between.
    """
    async with unit_of_work(actor) as session:
        account = await account_in_reach(session, actor, command.account_id, lock=True)
        await require_oversight(session, actor, account)
        if account.version != command.expected_version:
            raise StaleVersion("account_changed")
        if wrong := await _wrong(session, command):
            raise Invalid(fields=wrong)
        new = NewOfficer(command.full_name, account.office_id, command.grade) if command.grade else None
        staff_id = await staff_for_account(
            session, actor, command.staff_code or None, new, account_id=command.account_id
        )
        before = _audited(account, account.staff_id)
        fields = {name: getattr(command, name) or None for name in ("birth_date", "email", "telephone", "position")}
        await account_rows.change_account(
            session, command.account_id, full_name=command.full_name, staff_id=staff_id, **fields
        )
        after = {**before, "full_name": command.full_name, "staff": staff_id, **fields}
        said, says = _masked(before, after)
        await write_audit(
            session, actor, "account.edited", "account", account.id, office_id=account.office_id,
            before=said, after=says, detail={"username": account.username},
        )  # fmt: skip
    sessions.forget_account(command.account_id)


def _audited(account: Account, staff_id: int | None) -> dict[str, object]:
    return {name: staff_id if name == "staff" else getattr(account, name) for name in _AUDITED}


def _masked(before: dict[str, object], after: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Both sides for the trail, which many read: telephones masked; two that look alike then are told apart."""
    old, new = str(before["telephone"] or ""), str(after["telephone"] or "")
    shown_old, shown_new = mask(PersonalField.TELEPHONE, old), mask(PersonalField.TELEPHONE, new)
    if old != new and shown_old == shown_new:
        shown_new += " (số khác)"
    return {**before, "telephone": shown_old or None}, {**after, "telephone": shown_new or None}


async def _wrong(session: AsyncSession, command: EditAccount) -> dict[str, FieldError]:
    person = Person(command.full_name, command.birth_date, command.email, command.telephone, command.position)
    wrong = person_problems(person, clock.today())
    if command.email:
        owner = (await repository.accounts_by_email(session, [command.email])).get(command.email.lower())
        if owner is not None and owner[0] != command.account_id:
            wrong["email"] = FieldError("email_taken")
    return wrong


async def disable(actor: Actor, account_id: int, reason: str) -> None:
    """Stop an account, as `services.accounts.disable_account`; a reason is asked for.

    Raises:
        Invalid: no reason (`reason`).
    """
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("reason_needed")})
    await accounts.disable_account(actor, await _username(actor, account_id), reason.strip())


async def enable(actor: Actor, account_id: int) -> None:
    """Let an account sign in again, as `services.accounts.enable_account`."""
    await accounts.enable_account(actor, await _username(actor, account_id))


async def reset_password(actor: Actor, account_id: int) -> str:
    """Give an account a password to be told once, as `services.accounts.reset_password`."""
    return await accounts.reset_password(actor, await _username(actor, account_id))


async def end_sessions(actor: Actor, account_id: int) -> int:
    """Sign somebody out everywhere; return how many sessions ended.

    Raises:
        NotFound: no such account among the actor's.
        Refused: it is the actor's own, or holds a role only a higher level may touch.
    """
    async with unit_of_work(actor) as session:
        account = await account_in_reach(session, actor, account_id, lock=True)
        await require_oversight(session, actor, account)
        ended = await account_rows.revoke_sessions(session, clock.now(), account_id=account_id)
        await write_audit(
            session, actor, "account.sessions_ended", "account", account.id, office_id=account.office_id,
            detail={"username": account.username, "count": len(ended)},
        )  # fmt: skip
    sessions.forget_account(account_id)
    return len(ended)


async def _username(actor: Actor, account_id: int) -> str:
    async with db.session(actor) as session:
        return (await account_in_reach(session, actor, account_id)).username
