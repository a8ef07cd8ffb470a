"""Replacing a case's people and obligations, and reading its audit rows. The caller has checked the case's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Account, AuditEntry, Obligation, Party
from models.enums import PartyRole
from thads_app.rules.vietnamese import normalise

LOG_LIMIT = 300


async def replace_parties(session: AsyncSession, case_id: int, rows: Sequence[Party]) -> None:
    """Put these parties in the place of all the case had."""
    await session.execute(delete(Party).where(col(Party.case_id) == case_id))
    session.add_all(rows)
    await session.flush()


async def replace_obligations(session: AsyncSession, case_id: int, rows: Sequence[Obligation]) -> None:
    """Put these obligations in the place of all the case had."""
    await session.execute(delete(Obligation).where(col(Obligation.case_id) == case_id))
    session.add_all(rows)
    await session.flush()


async def party_names(session: AsyncSession, case_id: int) -> list[tuple[PartyRole, str]]:
    """Role and name of every party, in their order."""
    query = (
        select(col(Party.role), col(Party.name))
        .where(col(Party.case_id) == case_id)
        .order_by(col(Party.position), col(Party.id))
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def audit_of(session: AsyncSession, object_type: str, object_id: int) -> list[tuple[AuditEntry, str | None]]:
    """The audit rows of one object with who acted, newest first."""
    query = (
        select(AuditEntry, col(Account.full_name))
        .outerjoin(Account, col(Account.id) == col(AuditEntry.account_id))
        .where(col(AuditEntry.object_type) == object_type, col(AuditEntry.object_id) == str(object_id))
        .order_by(col(AuditEntry.id).desc())
        .limit(LOG_LIMIT)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def last_editor(session: AsyncSession, case_id: int) -> tuple[str, datetime | None]:
    """Who last edited a case, and when."""
    query = (
        select(col(Account.full_name), col(AuditEntry.at))
        .outerjoin(Account, col(Account.id) == col(AuditEntry.account_id))
        .where(
            col(AuditEntry.object_type) == "case",
            col(AuditEntry.object_id) == str(case_id),
            col(AuditEntry.action) == "case.edited",
        )
        .order_by(col(AuditEntry.id).desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return (row[0] or "", row[1]) if row else ("", None)


async def parties_page(session: AsyncSession, case_id: int, words: str, offset: int, limit: int) -> Sequence[Party]:
    """Parties of a case in their order, from `offset` on; with words, those whose name holds them."""
    query = select(Party).where(col(Party.case_id) == case_id).order_by(col(Party.position), col(Party.id))
    if not words:
        return (await session.execute(query.offset(offset).limit(limit))).scalars().all()
    found = [party for party in (await session.execute(query)).scalars() if words in normalise(party.name)]
    return found[offset : offset + limit]
