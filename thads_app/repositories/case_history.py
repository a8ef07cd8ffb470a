"""What surrounds a case: the handovers it was in. The caller has checked the case's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import Handover, HandoverItem, Office, StaffMember
from models.enums import HandoverItemStatus, HandoverKind, HandoverStatus


@dataclass(frozen=True)
class CaseHandover:
    """A handover a case was in. Either side is an officer, or the office when no officer is named."""

    id: int
    number: int
    year: int
    kind: HandoverKind
    status: HandoverStatus
    item_status: HandoverItemStatus
    refusal_reason: str | None
    sent_at: datetime | None
    giver: str
    receiver: str


async def handovers_of(session: AsyncSession, case_id: int) -> list[CaseHandover]:
    """The handovers a case was sent in, newest first; drafts concern their author alone."""
    giver, receiver = aliased(StaffMember), aliased(StaffMember)
    giving, receiving = aliased(Office), aliased(Office)
    query = (
        select(
            Handover,
            HandoverItem,
            col(giver.full_name),
            col(receiver.full_name),
            col(giving.short_name),
            col(receiving.short_name),
        )
        .join(HandoverItem, col(HandoverItem.handover_id) == col(Handover.id))
        .join(giving, col(giving.id) == col(Handover.giver_office_id))
        .join(receiving, col(receiving.id) == col(Handover.receiver_office_id))
        .outerjoin(giver, col(giver.id) == col(Handover.giver_staff_id))
        .outerjoin(receiver, col(receiver.id) == col(Handover.receiver_staff_id))
        .where(col(HandoverItem.case_id) == case_id, col(Handover.sent_at).is_not(None))
        .order_by(col(Handover.id).desc())
    )
    return [
        CaseHandover(
            id=handover.id or 0,
            number=handover.number,
            year=handover.year,
            kind=handover.kind,
            status=handover.status,
            item_status=item.status,
            refusal_reason=item.refusal_reason,
            sent_at=handover.sent_at,
            giver=giver_name or giver_office,
            receiver=receiver_name or receiver_office,
        )
        for handover, item, giver_name, receiver_name, giver_office, receiver_office in await session.execute(query)
    ]
