"""Parties' numbers, who looked at what, and the files that were taken out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, AuditEntry, Case, CaseEvent, ExportRecord, Party
from models.personal_enums import ExportKind
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope

# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_party: Any = Party
_case: Any = Case
_event: Any = CaseEvent
_audit: Any = AuditEntry
_export: Any = ExportRecord
_account: Any = Account

READ_LOCK = 7405


async def party_of(session: AsyncSession, case_id: int, party_id: int) -> Party | None:
    """One party of a case. The caller has checked that the case is in scope."""
    query = select(Party).where(_party.case_id == case_id, _party.id == party_id)
    return (await session.execute(query)).scalar_one_or_none()


async def event_of(session: AsyncSession, case_id: int, event_id: int) -> CaseEvent | None:
    """One event of a case. The caller has checked that the case is in scope."""
    query = select(CaseEvent).where(_event.case_id == case_id, _event.id == event_id)
    return (await session.execute(query)).scalar_one_or_none()


async def acts_since(session: AsyncSession, account_id: int, action: str, since: datetime) -> int:
    """How often an account did something since a moment."""
    query = select(func.count()).where(_audit.account_id == account_id, _audit.action == action, _audit.at >= since)
    return int((await session.execute(query)).scalar_one())


async def hold_reader(session: AsyncSession, account_id: int, case_id: int) -> None:
    """Let one reading of a case by an account be noted at a time, until the transaction ends."""
    await session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:key))"),
        {"space": READ_LOCK, "key": f"{account_id}/{case_id}"},
    )


async def read_since(session: AsyncSession, account_id: int, case_id: int, since: datetime) -> bool:
    """Whether it is already noted that an account read a case since a moment."""
    query = select(literal(1)).where(
        _audit.object_type == "case",
        _audit.object_id == str(case_id),
        _audit.account_id == account_id,
        _audit.action == "case.read",
        _audit.at >= since,
    )
    return (await session.execute(query.limit(1))).first() is not None


async def cases_of_number(session: AsyncSession, scope: Scope, id_number: str, limit: int) -> list[int]:
    """The cases in scope a party of which has exactly this identity number, newest first."""
    query = (
        select(_case.id)
        .join(Party, _party.case_id == _case.id)
        .where(_party.id_number == id_number, in_scope(_case.office_id, scope))
        .order_by(_case.decision_date.desc(), _case.id.desc())
        .limit(limit)
    )
    return list(dict.fromkeys((await session.execute(query)).scalars()))


async def add_export(session: AsyncSession, values: dict[str, object]) -> tuple[int, datetime]:
    """Append a record of a file taken out; return its number and moment."""
    row = ExportRecord.model_validate(values)
    session.add(row)
    await session.flush()
    await session.refresh(row, ["at"])
    assert row.id is not None
    assert row.at is not None
    return row.id, row.at


@dataclass(frozen=True)
class ExportFilter:
    """Which exports a list shows; an empty field asks nothing. `words` are of whoever took the file, folded."""

    office_ids: tuple[int, ...] | None = None
    kind: ExportKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: tuple[str, ...] = ()
    before_id: int | None = None


async def exports_page(
    session: AsyncSession, scope: Scope, wanted: ExportFilter, limit: int
) -> Sequence[tuple[ExportRecord, str | None]]:
    """Files taken out by people of the offices in scope, newest first, with who took them."""
    query: Any = (
        select(ExportRecord, _account.full_name)
        .outerjoin(Account, _account.id == _export.account_id)
        .where(in_scope(_export.office_id, scope))
        .order_by(_export.id.desc())
        .limit(limit)
    )
    if wanted.office_ids is not None:
        query = query.where(in_scope(_export.office_id, Scope(office_ids=frozenset(wanted.office_ids))))
    if wanted.kind is not None:
        query = query.where(_export.kind == wanted.kind)
    if wanted.since is not None:
        query = query.where(_export.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_export.at < wanted.until)
    for word in wanted.words:
        query = query.where(_account.search_key.contains(word, autoescape=True))
    if wanted.before_id is not None:
        query = query.where(_export.id < wanted.before_id)
    found: Any = await session.execute(query)
    return [(row[0], row[1]) for row in found]
