"""What an account should know of: how many are unread, the newest, and reading them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.repositories import notices as repository
from thads_app.rules.rights import NOWHERE, Actor, Permission

COUNT_LIMIT = 100
SHOWN = 100


@dataclass(frozen=True)
class NoticeView:
    """A notice as shown."""

    id: int
    text: str
    href: str
    at: datetime
    unread: bool


async def unread_count(actor: Actor) -> int:
    """How many notices the actor has not read, at most `COUNT_LIMIT`."""
    if actor.account_id is None:
        return 0
    async with db.session(actor) as session:
        return await repository.unread(session, actor.account_id, COUNT_LIMIT)


async def read_notices(actor: Actor) -> list[NoticeView]:
    """The actor's newest notices, each as it was before this reading, and all marked as read."""
    if actor.account_id is None:
        return []
    async with unit_of_work(actor) as session:
        rows = [
            NoticeView(row.id or 0, row.text, row.href, row.created_at or clock.now(), row.read_at is None)
            for row in await repository.recent(session, actor.account_id, SHOWN)
        ]
        await repository.mark_read(session, actor.account_id, clock.now())
    return rows


async def handovers_waiting(actor: Actor) -> int:
    """How many handed-over cases wait for the actor's answer, at most `COUNT_LIMIT`."""
    approving = actor.scopes.get(Permission.HANDOVER_APPROVE, NOWHERE)
    async with db.session(actor) as session:
        return await repository.handovers_to_answer(session, actor.staff_id, approving, COUNT_LIMIT)
