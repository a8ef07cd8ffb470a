"""Accounts, grants, sessions, API tokens and the sign-in throttle: every statement on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, ApiToken, AuthSession, Office, RoleGrant, StaffMember, TwoFactor
from models.enums import Role
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope


@dataclass(frozen=True)
class Credential:
    """A session or a token with its account and the grants valid on a day, read in one query."""

    account: Account
    session: AuthSession | None
    token: ApiToken | None
    grants: tuple[tuple[Role, int], ...]


def _with_grants(query: Any, day: date) -> Any:
    return query.outerjoin(
        RoleGrant,
        and_(
            col(RoleGrant.account_id) == col(Account.id),
            col(RoleGrant.ended_at).is_(None),
            or_(col(RoleGrant.valid_from).is_(None), col(RoleGrant.valid_from) <= day),
            or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) >= day),
        ),
    ).add_columns(col(RoleGrant.role), col(RoleGrant.office_id))


async def credential_of_session(session: AsyncSession, id_hash: str, day: date) -> Credential | None:
    """The session with this hash, its account, and the grants valid on `day`."""
    query = select(AuthSession, Account).join(Account, col(Account.id) == col(AuthSession.account_id))
    rows: Sequence[Any] = (
        await session.execute(_with_grants(query, day).where(col(AuthSession.id_hash) == id_hash))
    ).all()
    if not rows:
        return None
    return Credential(rows[0][1], rows[0][0], None, tuple((row[2], row[3]) for row in rows if row[2] is not None))


async def credential_of_account(session: AsyncSession, account_id: int, day: date) -> tuple[Credential, bool] | None:
    """The account as it is now with the grants valid on `day`, and whether it has a second factor in use."""
    confirmed = exists().where(col(TwoFactor.account_id) == col(Account.id), col(TwoFactor.confirmed_at).is_not(None))
    query = _with_grants(select(Account, confirmed), day).where(col(Account.id) == account_id)
    rows: Sequence[Any] = (await session.execute(query)).all()
    if not rows:
        return None
    return Credential(rows[0][0], None, None, tuple((row[2], row[3]) for row in rows if row[2] is not None)), rows[0][1]


async def credential_of_token(session: AsyncSession, token_hash: str, day: date) -> Credential | None:
    """The API token with this hash, its account, and the grants valid on `day`."""
    query = select(ApiToken, Account).join(Account, col(Account.id) == col(ApiToken.account_id))
    rows: Sequence[Any] = (
        await session.execute(_with_grants(query, day).where(col(ApiToken.token_hash) == token_hash))
    ).all()
    if not rows:
        return None
    return Credential(rows[0][1], None, rows[0][0], tuple((row[2], row[3]) for row in rows if row[2] is not None))


async def account_by_username(session: AsyncSession, username: str, *, lock: bool = False) -> Account | None:
    """The account of this user name; `lock` holds the row until the transaction ends."""
    query = select(Account).where(col(Account.username) == username)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def account_by_id(session: AsyncSession, account_id: int, *, lock: bool = False) -> Account | None:
    """The account of this id; `lock` holds the row until the transaction ends."""
    query = select(Account).where(col(Account.id) == account_id)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def existing_usernames(session: AsyncSession, usernames: Sequence[str]) -> set[str]:
    """Which of these user names are taken."""
    found = await session.execute(select(col(Account.username)).where(col(Account.username).in_(usernames)))
    return set(found.scalars().all())


async def accounts_in(session: AsyncSession, scope: Scope) -> Sequence[tuple[Account, str]]:
    """Accounts of the offices in the scope, with their office's code, by user name."""
    query = (
        select(Account, col(Office.code))
        .join(Office, col(Office.id) == col(Account.office_id))
        .where(in_scope(col(Account.office_id), scope))
        .order_by(col(Account.username))
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def grants_of(session: AsyncSession, account_ids: Sequence[int]) -> Sequence[tuple[RoleGrant, str]]:
    """The grants of these accounts that were not taken back, with their office's code, whenever they are valid."""
    query = (
        select(RoleGrant, col(Office.code))
        .join(Office, col(Office.id) == col(RoleGrant.office_id))
        .where(col(RoleGrant.account_id).in_(account_ids), col(RoleGrant.ended_at).is_(None))
        .order_by(col(RoleGrant.id))
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def staff_by_code(session: AsyncSession, code: str) -> StaffMember | None:
    """The staff member with this code."""
    return (await session.execute(select(StaffMember).where(col(StaffMember.code) == code))).scalar_one_or_none()


async def change_account(session: AsyncSession, account_id: int, **values: object) -> None:
    """Set columns of an account and raise its version."""
    await session.execute(
        update(Account).where(col(Account.id) == account_id).values(**values, version=col(Account.version) + 1)
    )


# One statement for the row and for what the account's page shows of it.
_ADD_SESSION = text(
    """
    WITH opened AS (
        INSERT INTO auth_session (
            id_hash, account_id, created_at, last_seen_at, stage, second_factor, address, user_agent
        )
        VALUES (
            :id_hash, :account_id, :created_at, :last_seen_at, :stage, CAST(:second_factor AS text),
            CAST(:address AS text), CAST(:user_agent AS text)
        )
        RETURNING account_id, created_at
    )
    UPDATE account SET last_signed_in_at = opened.created_at FROM opened WHERE account.id = opened.account_id
    """
)


async def add_session(session: AsyncSession, row: AuthSession) -> None:
    """Write a new session down, and on its account when it was last signed in with."""
    fields = ("id_hash", "account_id", "created_at", "last_seen_at", "stage", "second_factor", "address", "user_agent")
    await session.execute(_ADD_SESSION, {name: getattr(row, name) for name in fields})


async def touch_session(session: AsyncSession, id_hash: str, moment: datetime, address: str) -> None:
    """Note that the session was used, and from where."""
    await session.execute(
        update(AuthSession)
        .where(col(AuthSession.id_hash) == id_hash)
        .values(last_seen_at=moment, address=address or col(AuthSession.address))
    )


async def sessions_of(session: AsyncSession, account_id: int, seen_after: datetime) -> Sequence[AuthSession]:
    """Sessions of an account that were not ended and were seen after a moment, last seen first."""
    query = (
        select(AuthSession)
        .where(
            col(AuthSession.account_id) == account_id,
            col(AuthSession.revoked_at).is_(None),
            col(AuthSession.last_seen_at) > seen_after,
        )
        .order_by(col(AuthSession.last_seen_at).desc())
    )
    return (await session.execute(query)).scalars().all()


async def revoke_sessions(
    session: AsyncSession,
    moment: datetime,
    *,
    account_id: int | None = None,
    id_hash: str | None = None,
    except_hash: str | None = None,
) -> list[str]:
    """End sessions: one by its hash, or all of an account but one. Returns the hashes ended now."""
    query = update(AuthSession).where(col(AuthSession.revoked_at).is_(None))
    if account_id is None and id_hash is None:
        raise ValueError("an account or a session must be named")
    if account_id is not None:
        query = query.where(col(AuthSession.account_id) == account_id)
    if id_hash is not None:
        query = query.where(col(AuthSession.id_hash) == id_hash)
    if except_hash is not None:
        query = query.where(col(AuthSession.id_hash) != except_hash)
    ended = await session.execute(query.values(revoked_at=moment).returning(col(AuthSession.id_hash)))
    return list(ended.scalars().all())


async def revoke_tokens(session: AsyncSession, account_id: int, moment: datetime) -> int:
    """End an account's API tokens; return how many."""
    query = update(ApiToken).where(col(ApiToken.account_id) == account_id, col(ApiToken.revoked_at).is_(None))
    ended = await session.execute(query.values(revoked_at=moment).returning(col(ApiToken.id)))
    return len(ended.all())


# --- the throttle in front of sign-in ---------------------------------------------------------------------------------

# The address comes first, as everywhere: two attempts lock their rows in one order and never wait for each other.
_CHARGE = text(
    """
    INSERT INTO sign_in_throttle AS t (key, failures, last_failure_at)
    VALUES (:address, 1, :moment), (:account, 1, :moment)
    ON CONFLICT (key) DO UPDATE
    SET failures = CASE
            WHEN t.last_failure_at < CASE t.key
                WHEN :account THEN CAST(:account_forgets AS timestamptz) ELSE CAST(:address_forgets AS timestamptz)
            END
            THEN 1 ELSE t.failures + 1
        END,
        last_failure_at = :moment, blocked_until = NULL
    WHERE t.blocked_until IS NULL OR t.blocked_until <= :moment
    RETURNING key, failures
    """
)


async def charge_attempt(
    session: AsyncSession, address: str, account: str, moment: datetime, *, forgets: tuple[datetime, datetime]
) -> dict[str, int]:
    """Count one more attempt for the key of an address and that of an account name, before it is tried.

    Counting first means that many attempts at once cannot slip through before the first has failed.

    Args:
        session: the caller's transaction; both keys stay locked until it ends.
        address: the key of the address.
        account: the key of the account name.
        moment: now.
        forgets: what lies before counts no more, for the address and for the account name.

    Returns:
        Key → attempts counted; a key that is blocked is missing.
    """
    values = {
        "address": address, "account": account, "moment": moment,
        "address_forgets": forgets[0], "account_forgets": forgets[1],
    }  # fmt: skip
    return {row[0]: row[1] for row in await session.execute(_CHARGE, values)}


async def blocked_until(session: AsyncSession, key: str) -> datetime | None:
    """Until when the key is blocked."""
    found = await session.execute(text("SELECT blocked_until FROM sign_in_throttle WHERE key = :key"), {"key": key})
    return found.scalar_one_or_none()


async def block_key(session: AsyncSession, key: str, until: datetime) -> None:
    """Refuse the key until a moment."""
    await session.execute(
        text("UPDATE sign_in_throttle SET blocked_until = :until WHERE key = :key"), {"key": key, "until": until}
    )


async def clear_key(session: AsyncSession, key: str) -> None:
    """Forget a key's attempts."""
    await session.execute(text("DELETE FROM sign_in_throttle WHERE key = :key"), {"key": key})


async def refund_attempt(session: AsyncSession, key: str) -> None:
    """Take back one counted attempt of a key that turned out to be right."""
    await session.execute(
        text("UPDATE sign_in_throttle SET failures = greatest(failures - 1, 0), blocked_until = NULL WHERE key = :key"),
        {"key": key},
    )
