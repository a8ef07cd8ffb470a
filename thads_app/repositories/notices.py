"""What waits for one person: an account reaches its own notices and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Handover, HandoverItem, Notice
from models.enums import HandoverItemStatus, HandoverKind, HandoverStatus
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope


async def unread(session: AsyncSession, account_id: int, limit: int) -> int:
    """How many notices are unread, at most `limit`."""
    cut = (
        select(col(Notice.id))
        .where(col(Notice.account_id) == account_id, col(Notice.read_at).is_(None))
        .limit(limit)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(cut))).scalar_one())


async def recent(session: AsyncSession, account_id: int, limit: int) -> Sequence[Notice]:
    """The newest notices."""
    query = select(Notice).where(col(Notice.account_id) == account_id).order_by(col(Notice.id).desc()).limit(limit)
    return (await session.execute(query)).scalars().all()


async def mark_read(session: AsyncSession, account_id: int, moment: datetime) -> None:
    """Mark everything unread as read."""
    await session.execute(
        update(Notice).where(col(Notice.account_id) == account_id, col(Notice.read_at).is_(None)).values(read_at=moment)
    )


async def handovers_to_answer(session: AsyncSession, staff_id: int | None, approving: Scope, limit: int) -> int:
    """How many cases of sent handovers wait for this person: as their receiver, or as head of the receiving office."""
    awaited = or_(
        and_(col(HandoverItem.status) == HandoverItemStatus.PENDING, col(Handover.receiver_staff_id) == staff_id),
        and_(
            col(HandoverItem.status).in_([HandoverItemStatus.PENDING, HandoverItemStatus.ACCEPTED]),
            col(HandoverItem.head_confirmed_at).is_(None),
            col(Handover.kind) == HandoverKind.OFFICER_TO_OFFICER,
            in_scope(col(Handover.receiver_office_id), approving),
        ),
    )
    cut = (
        select(col(HandoverItem.id))
        .join(Handover, col(Handover.id) == col(HandoverItem.handover_id))
        .where(col(Handover.status) == HandoverStatus.SENT, col(HandoverItem.open), awaited)
        .limit(limit)
        .subquery()
    )
    return int((await session.execute(select(func.count()).select_from(cut))).scalar_one())
