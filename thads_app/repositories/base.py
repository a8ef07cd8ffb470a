"""What every repository shares: the scope predicate, and audit rows.

Office scope is applied here and nowhere else; a test refuses hand-written office filters outside this package.
"""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, any_, bindparam, text, true
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncSession

from thads_app.logs import request_id
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


# The transaction's number comes before the entry's: sealing knows by it when no smaller entry can appear any more.
_WRITE_AUDIT = text(
    """
    INSERT INTO audit_entry (
        account_id, on_behalf_of, action, object_type, object_id, office_id, address, request_id, message, changes,
        detail
    )
    SELECT CAST(:account_id AS integer), CAST(:on_behalf_of AS integer), CAST(:action AS text),
        CAST(:object_type AS text), CAST(:object_id AS text), CAST(:office_id AS integer), CAST(:address AS text),
        CAST(:request_id AS text), CAST(:message AS text), CAST(:changes AS jsonb), CAST(:detail AS jsonb)
    FROM pg_current_xact_id()
    """
)
_MESSAGE_LENGTH = 1_000


async def write_audit(
    session: AsyncSession,
    actor: Actor | None,
    action: str,
    object_type: str,
    object_id: object = None,
    *,
    office_id: int | None = None,
    detail: Mapping[str, object] | None = None,
    address: str | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    message: str | None = None,
) -> None:
    """Append one audit row in the caller's transaction.

    Whom the actor acts for, the request and the address come from the actor.

    Args:
        session: the caller's transaction.
        actor: who acts; None before anybody signed in.
        action: a dotted verb, such as `event.recorded`, labelled in `rules/audit_actions.py`.
        object_type: the table's word, such as `case`.
        object_id: the object's key.
        office_id: the office it belongs to: whoever reads that office's trail sees the row.
        detail: what else is worth knowing; no passwords, no personal data beyond what the object itself holds.
        address: the client's address when there is no actor.
        before: fields as they were; left out for something new.
        after: fields as they are now; left out for something gone. Only what differs is kept.
        message: the person's own words: a reason, a note.
    """
    values = {
        "account_id": actor.account_id if actor else None,
        "on_behalf_of": actor.on_behalf_of if actor else None,
        "action": action,
        "object_type": object_type,
        "object_id": None if object_id is None else str(object_id),
        "office_id": office_id,
        "address": (actor.address if actor else address) or None,
        "request_id": ((actor.request_id if actor else "") or request_id())[:64] or None,
        "message": (message or "").strip()[:_MESSAGE_LENGTH] or None,
        "changes": _json(changed_fields(before, after)),
        "detail": _json(detail or {}),
    }
    await session.execute(_WRITE_AUDIT, values)


def changed_fields(
    before: Mapping[str, object] | None, after: Mapping[str, object] | None
) -> dict[str, list[object | None]]:
    """Field → [before, after] for the fields that differ; a field missing on one side counts as empty."""
    one, other = before or {}, after or {}
    names = [*one, *(name for name in other if name not in one)]
    return {name: [one.get(name), other.get(name)] for name in names if one.get(name) != other.get(name)}


def _json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
