"""What surrounds a case: the handovers it was in. The caller has checked the case's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

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
        select(Handover, HandoverItem, giver.full_name, receiver.full_name, giving.short_name, receiving.short_name)
        .join(HandoverItem, HandoverItem.handover_id == Handover.id)
        .join(giving, giving.id == Handover.giver_office_id)
        .join(receiving, receiving.id == Handover.receiver_office_id)
        .outerjoin(giver, giver.id == Handover.giver_staff_id)
        .outerjoin(receiver, receiver.id == Handover.receiver_staff_id)
        .where(HandoverItem.case_id == case_id, Handover.status != HandoverStatus.DRAFT)
        .order_by(Handover.id.desc())
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
