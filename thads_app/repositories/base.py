"""What every repository shares: the scope predicate, and audit rows.

Office scope is applied here and nowhere else; a test refuses hand-written office filters outside this package.
"""

from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, insert, text, true
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditEntry
from thads_app.rules.rights import Actor, Scope

FIGURES_CHANNEL = "thads_figures"

# Writers of deltas hold it shared; the fold takes it alone for a moment, so that no smaller id appears behind its mark.
DELTA_WRITERS_LOCK = 7401


def in_scope(column: Any, scope: Scope) -> ColumnElement[bool]:
    """The predicate that keeps rows whose office column lies in the scope.

    An empty scope keeps nothing. One array parameter is sent whatever the number of offices.
    """
    if scope.everything:
        return true()
    ids = bindparam(None, sorted(scope.office_ids), type_=ARRAY(INTEGER))
    return column == any_(ids)


async def hold_delta_lock(session: AsyncSession) -> None:
    """Join the writers of deltas until the transaction ends."""
    await session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": DELTA_WRITERS_LOCK})


async def announce_figures(session: AsyncSession, office_ids: set[int]) -> None:
    """Tell open dashboards, when the transaction commits, which offices' figures changed."""
    payload = '{"offices":[' + ",".join(str(office) for office in sorted(office_ids)) + "]}"
    await session.execute(
        text("SELECT pg_notify(:channel, :payload)"), {"channel": FIGURES_CHANNEL, "payload": payload}
    )


async def write_audit(
    session: AsyncSession,
    actor: Actor | None,
    action: str,
    object_type: str,
    object_id: object = None,
    *,
    office_id: int | None = None,
    detail: dict[str, object] | None = None,
    address: str | None = None,
) -> None:
    """Append one audit row in the caller's transaction.

    Args:
        session: the caller's transaction.
        actor: who acts; None before anybody signed in.
        action: a dotted verb, such as `event.recorded`.
        object_type: the table's word, such as `case`.
        object_id: the object's key.
        office_id: the office it belongs to.
        detail: what changed; no passwords, no personal data beyond what the object itself holds.
        address: the client's address when there is no actor.
    """
    await session.execute(
        insert(AuditEntry).values(
            account_id=actor.account_id if actor else None,
            action=action,
            object_type=object_type,
            object_id=None if object_id is None else str(object_id),
            office_id=office_id,
            address=(actor.address if actor else address) or None,
            detail=detail or {},
        )
    )
