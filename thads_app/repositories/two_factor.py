"""Second factors, recovery codes, and sessions of identity providers: every statement on them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, AuthSession, OidcLogoutSeen, OidcSession, RecoveryCode, RoleGrant, TwoFactor
from models.enums import Role
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope

# --- the authenticator app --------------------------------------------------------------------------------------------


async def of_account(session: AsyncSession, account_id: int, *, lock: bool = False) -> TwoFactor | None:
    """The account's authenticator app, confirmed or proposed; `lock` holds the row until the transaction ends."""
    query = select(TwoFactor).where(col(TwoFactor.account_id) == account_id)
    return (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()


async def is_confirmed(session: AsyncSession, account_id: int) -> bool:
    """Whether the account has a second factor in use."""
    query = select(col(TwoFactor.account_id)).where(
        col(TwoFactor.account_id) == account_id, col(TwoFactor.confirmed_at).is_not(None)
    )
    return (await session.execute(query)).first() is not None


async def confirmed_among(session: AsyncSession, scope: Scope, account_ids: Iterable[int]) -> set[int]:
    """Which of these accounts of the scope's offices have a second factor in use."""
    query = (
        select(col(TwoFactor.account_id))
        .join(Account, col(Account.id) == col(TwoFactor.account_id))
        .where(
            in_scope(col(Account.office_id), scope),
            col(TwoFactor.account_id).in_(list(account_ids)),
            col(TwoFactor.confirmed_at).is_not(None),
        )
    )
    return set((await session.execute(query)).scalars().all())


async def propose(session: AsyncSession, account_id: int, sealed: str, moment: datetime) -> bool:
    """Keep a new secret until it is confirmed; False when the account already has one in use."""
    statement = (
        insert(TwoFactor)
        .values(account_id=account_id, secret=sealed, last_step=0, created_at=moment)
        .on_conflict_do_update(
            index_elements=["account_id"],
            set_={"secret": sealed, "last_step": 0, "created_at": moment},
            where=col(TwoFactor.confirmed_at).is_(None),
        )
        .returning(col(TwoFactor.account_id))
    )
    return (await session.execute(statement)).first() is not None


async def confirm(session: AsyncSession, account_id: int, step: int, moment: datetime) -> bool:
    """Put the proposed secret into use; False when there is none."""
    done = await session.execute(
        update(TwoFactor)
        .where(col(TwoFactor.account_id) == account_id, col(TwoFactor.confirmed_at).is_(None))
        .values(confirmed_at=moment, last_step=step)
        .returning(col(TwoFactor.account_id))
    )
    return done.first() is not None


async def take_step(session: AsyncSession, account_id: int, step: int) -> bool:
    """Use the code of a time step up, and all before it; False when it was used already."""
    done = await session.execute(
        update(TwoFactor)
        .where(col(TwoFactor.account_id) == account_id, col(TwoFactor.last_step) < step)
        .values(last_step=step)
        .returning(col(TwoFactor.account_id))
    )
    return done.first() is not None


async def remove(session: AsyncSession, account_id: int) -> bool:
    """Take the second factor and its recovery codes away; whether one was in use."""
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    gone = await session.execute(
        delete(TwoFactor).where(col(TwoFactor.account_id) == account_id).returning(col(TwoFactor.confirmed_at))
    )
    return gone.scalar_one_or_none() is not None


# --- recovery codes ---------------------------------------------------------------------------------------------------


async def replace_codes(session: AsyncSession, account_id: int, digests: Sequence[str]) -> None:
    """Give the account new recovery codes; the old ones are gone."""
    await session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
    session.add_all([RecoveryCode(account_id=account_id, digest=digest) for digest in digests])
    await session.flush()


async def use_code(session: AsyncSession, account_id: int, digest: str, moment: datetime) -> bool:
    """Use a recovery code up; False when there is none such, or it was used."""
    done = await session.execute(
        update(RecoveryCode)
        .where(
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.digest) == digest,
            col(RecoveryCode.used_at).is_(None),
        )
        .values(used_at=moment)
        .returning(col(RecoveryCode.id))
    )
    return done.first() is not None


async def codes_left(session: AsyncSession, account_id: int) -> int:
    """How many recovery codes can still be used."""
    query = select(func.count()).where(col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None))
    return int((await session.execute(query)).scalar_one())


# --- sessions ---------------------------------------------------------------------------------------------------------


async def session_of(session: AsyncSession, id_hash: str) -> AuthSession | None:
    """The session with this hash."""
    return await session.get(AuthSession, id_hash)


async def note_second_factor(session: AsyncSession, id_hash: str, how: str | None) -> None:
    """Note by what the session with this hash has shown its second factor; None: not, or no longer."""
    await session.execute(update(AuthSession).where(col(AuthSession.id_hash) == id_hash).values(second_factor=how))


async def oidc_session_of(session: AsyncSession, id_hash: str) -> OidcSession | None:
    """What an identity provider said of the session with this hash."""
    return await session.get(OidcSession, id_hash)


async def sessions_of_subject(session: AsyncSession, issuer: str, subject: str, sid: str) -> list[tuple[str, int]]:
    """Sessions not yet ended of a provider's person, or of one of its sessions: (hash, account id).

    Args:
        session: the caller's transaction.
        issuer: the provider.
        subject: the person; empty for any, then `sid` is given.
        sid: the provider's own session; empty for all of the person.
    """
    query = (
        select(col(AuthSession.id_hash), col(AuthSession.account_id))
        .join(OidcSession, col(OidcSession.session_hash) == col(AuthSession.id_hash))
        .where(col(AuthSession.revoked_at).is_(None), col(OidcSession.issuer) == issuer)
    )
    if subject:
        query = query.where(col(OidcSession.subject) == subject)
    if sid:
        query = query.where(col(OidcSession.sid) == sid)
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def end_sessions(session: AsyncSession, hashes: Iterable[str], moment: datetime) -> None:
    """End these sessions."""
    await session.execute(
        update(AuthSession).where(col(AuthSession.id_hash).in_(list(hashes))).values(revoked_at=moment)
    )


async def obey_once(session: AsyncSession, issuer: str, jti: str, moment: datetime, kept: timedelta) -> bool:
    """Note a logout token; False when it was obeyed before. Forgets those nobody could replay any more."""
    await session.execute(delete(OidcLogoutSeen).where(col(OidcLogoutSeen.seen_at) < moment - kept))
    statement = (
        insert(OidcLogoutSeen)
        .values(issuer=issuer, jti=jti, seen_at=moment)
        .on_conflict_do_nothing()
        .returning(col(OidcLogoutSeen.jti))
    )
    return (await session.execute(statement)).first() is not None


# --- accounts ---------------------------------------------------------------------------------------------------------


async def accounts_by_email(session: AsyncSession, email: str) -> Sequence[Account]:
    """Accounts with this e-mail address, compared without case; more than two are not told."""
    query = select(Account).where(func.lower(col(Account.email)) == email.lower()).limit(2)
    return (await session.execute(query)).scalars().all()


async def holders(session: AsyncSession, role: Role, office_id: int, day: date) -> Sequence[int]:
    """Ids of the accounts in use that hold a role at exactly this office on a day."""
    query = (
        select(col(RoleGrant.account_id))
        .join(Account, col(Account.id) == col(RoleGrant.account_id))
        .where(
            col(RoleGrant.role) == role,
            col(RoleGrant.office_id) == office_id,
            col(Account.disabled_at).is_(None),
            col(RoleGrant.ended_at).is_(None),
            or_(col(RoleGrant.valid_from).is_(None), col(RoleGrant.valid_from) <= day),
            or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) >= day),
        )
        .distinct()
    )
    return (await session.execute(query)).scalars().all()


async def tell(session: AsyncSession, account_ids: Iterable[int], words: str, href: str) -> None:
    """Leave a notice to accounts."""
    for account_id in account_ids:
        await session.execute(
            text("INSERT INTO notice (account_id, text, href) VALUES (:account, :words, :href)"),
            {"account": account_id, "words": words[:500], "href": href},
        )
