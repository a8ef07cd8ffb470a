"""Grants with their history, and written authorisations: every statement on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import Account, Authorisation, RoleGrant
from models.enums import Role

_granter, _ender, _head, _deputy, _withdrawer = (aliased(Account) for _ in range(5))


@dataclass(frozen=True)
class GrantRecord:
    """A grant with the names of who gave it and who ended it."""

    grant: RoleGrant
    given_by: str | None
    ended_by: str | None


@dataclass(frozen=True)
class AuthorisationRecord:
    """An authorisation with the names of its people."""

    row: Authorisation
    head: str
    deputy: str
    withdrawn_by: str | None


def _in_force(grant: Any, day: date) -> Any:
    return and_(
        grant.ended_at.is_(None),
        or_(grant.valid_from.is_(None), grant.valid_from <= day),
        or_(grant.valid_to.is_(None), grant.valid_to >= day),
    )


async def history_of(session: AsyncSession, account_id: int) -> Sequence[GrantRecord]:
    """All grants an account ever had, the newest first."""
    query = (
        select(RoleGrant, col(_granter.full_name), col(_ender.full_name))
        .outerjoin(_granter, col(_granter.id) == col(RoleGrant.granted_by))
        .outerjoin(_ender, col(_ender.id) == col(RoleGrant.ended_by))
        .where(col(RoleGrant.account_id) == account_id)
        .order_by(col(RoleGrant.id).desc())
    )
    return [GrantRecord(row[0], row[1], row[2]) for row in (await session.execute(query)).all()]


async def not_ended(session: AsyncSession, account_id: int) -> Sequence[RoleGrant]:
    """The grants of an account that were not taken back, whenever they are valid, the oldest first."""
    query = (
        select(RoleGrant)
        .where(col(RoleGrant.account_id) == account_id, col(RoleGrant.ended_at).is_(None))
        .order_by(col(RoleGrant.id))
    )
    return (await session.execute(query)).scalars().all()


async def grant_by_id(session: AsyncSession, grant_id: int) -> RoleGrant | None:
    """One grant, held until the transaction ends."""
    query = select(RoleGrant).where(col(RoleGrant.id) == grant_id).with_for_update(of=RoleGrant)
    return (await session.execute(query)).scalar_one_or_none()


async def administrators_at(session: AsyncSession, office_id: int) -> Sequence[RoleGrant]:
    """The administrators' grants at exactly this office, not ended, of accounts that are not disabled."""
    query = (
        select(RoleGrant)
        .join(Account, col(Account.id) == col(RoleGrant.account_id))
        .where(
            col(RoleGrant.office_id) == office_id,
            col(RoleGrant.role) == Role.ADMIN,
            col(RoleGrant.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
        )
    )
    return (await session.execute(query)).scalars().all()


# --- written authorisations -------------------------------------------------------------------------------------------


async def in_force_for(session: AsyncSession, deputy_id: int, day: date) -> Sequence[tuple[Authorisation, int]]:
    """The authorisations a deputy acts under on a day, each with an office its head is head of then, the newest first.

    A head who was disabled or is head no longer authorises nobody.
    """
    query = (
        select(Authorisation, col(RoleGrant.office_id))
        .join(_head, col(_head.id) == col(Authorisation.head_id))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Authorisation.head_id))
        .where(
            col(Authorisation.deputy_id) == deputy_id,
            col(Authorisation.withdrawn_at).is_(None),
            col(Authorisation.valid_from) <= day,
            col(Authorisation.valid_to) >= day,
            col(_head.disabled_at).is_(None),
            col(RoleGrant.role) == Role.HEAD,
            _in_force(RoleGrant, day),
        )
        .order_by(col(Authorisation.id).desc())
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


async def authorisations(
    session: AsyncSession, *, head_id: int | None = None, deputy_id: int | None = None, limit: int = 200
) -> Sequence[AuthorisationRecord]:
    """The authorisations a head gave, or a deputy received, withdrawn and expired ones too, the newest first."""
    query = (
        select(Authorisation, col(_head.full_name), col(_deputy.full_name), col(_withdrawer.full_name))
        .join(_head, col(_head.id) == col(Authorisation.head_id))
        .join(_deputy, col(_deputy.id) == col(Authorisation.deputy_id))
        .outerjoin(_withdrawer, col(_withdrawer.id) == col(Authorisation.withdrawn_by))
        .order_by(col(Authorisation.id).desc())
        .limit(limit)
    )
    if head_id is not None:
        query = query.where(col(Authorisation.head_id) == head_id)
    if deputy_id is not None:
        query = query.where(col(Authorisation.deputy_id) == deputy_id)
    return [AuthorisationRecord(row[0], row[1], row[2], row[3]) for row in (await session.execute(query)).all()]


async def authorisation_by_id(session: AsyncSession, authorisation_id: int) -> Authorisation | None:
    """One authorisation, held until the transaction ends."""
    query = select(Authorisation).where(col(Authorisation.id) == authorisation_id).with_for_update(of=Authorisation)
    return (await session.execute(query)).scalar_one_or_none()


async def deputies_at(session: AsyncSession, office_ids: Sequence[int], day: date) -> Sequence[tuple[Account, int]]:
    """The usable accounts that are deputies of one of these offices on a day, with that office, by name."""
    query = (
        select(Account, col(RoleGrant.office_id))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .where(
            col(RoleGrant.office_id).in_(office_ids),
            col(RoleGrant.role) == Role.DEPUTY_HEAD,
            _in_force(RoleGrant, day),
            col(Account.disabled_at).is_(None),
        )
        .order_by(col(Account.full_name), col(Account.id))
    )
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]
