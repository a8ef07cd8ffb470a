"""Reading and writing one case: its row, its people, its events, its deltas."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Assignment, Case, CaseEvent, Judgment, Obligation, Party, StatDelta
from models.enums import Indicator, JudgmentKind, Source
from thads_app.repositories.base import in_scope
from thads_app.rules.history import CaseState, History, HistoryEvent
from thads_app.rules.rights import Scope
from thads_app.rules.vietnamese import normalise

SEARCH_TEXT_LIMIT = 200_000
"""A case with 43,000 payees stays searchable by its first few thousand names."""


class StatCell(NamedTuple):
    """Everything a statistic delta is counted under."""

    indicator: Indicator
    business_date: date
    office_id: int
    officer_id: int | None
    judgment_kind: JudgmentKind
    source: Source
    state_revenue: bool
    credit_institution: bool


def search_text(parts: Iterable[str | None]) -> str:
    """The words of a case as the search index keeps them: no case, no accents, letters and digits only."""
    words = " ".join(normalise(part) for part in parts if part)
    return "".join(char if char.isalnum() else " " for char in words)[:SEARCH_TEXT_LIMIT]


def search_vector(text: str) -> Any:
    """The SQL expression of a search vector from `search_text`."""
    return func.to_tsvector("simple", text)


async def find_case(session: AsyncSession, scope: Scope, case_id: int, *, lock: bool = False) -> Case | None:
    """The case when it lies in the scope. `lock` keeps others from writing to it until the transaction ends."""
    query = select(Case).where(col(Case.id) == case_id, in_scope(col(Case.office_id), scope))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.execute(query)).scalar_one_or_none()


async def events_of(session: AsyncSession, case_id: int) -> Sequence[CaseEvent]:
    """All events of a case in the order they were recorded. The caller has checked that the case is in scope."""
    query = select(CaseEvent).where(col(CaseEvent.case_id) == case_id).order_by(col(CaseEvent.sequence))
    return (await session.execute(query)).scalars().all()


async def event_by_request(session: AsyncSession, request_id: object) -> CaseEvent | None:
    """The event a browser's request already recorded, if any."""
    query = select(CaseEvent).where(col(CaseEvent.request_id) == request_id)
    return (await session.execute(query)).scalar_one_or_none()


def history_event(row: CaseEvent) -> HistoryEvent:
    """A table row as replay wants it."""
    assert row.id is not None
    return HistoryEvent(
        key=row.id,
        sequence=row.sequence,
        type=row.type,
        business_date=row.business_date,
        amount=row.amount,
        staff_id=row.staff_id,
        receiving_office_id=row.receiving_office_id if row.type == "assigned" else None,
        corrects=row.corrects_id,
    )


async def stat_cells(session: AsyncSession, case_id: int) -> dict[StatCell, tuple[int, int]]:
    """What the deltas written so far say of a case: (count, đồng) per cell, empty cells left out."""
    columns = [getattr(StatDelta, name) for name in StatCell._fields]
    count, amount = func.sum(col(StatDelta.count)), func.sum(col(StatDelta.amount))
    rows = await session.execute(
        select(*columns, count, amount).where(col(StatDelta.case_id) == case_id).group_by(*columns)
    )
    found = {StatCell(*row[:-2]): (int(row[-2]), int(row[-1])) for row in rows}
    return {cell: value for cell, value in found.items() if value != (0, 0)}


async def add_deltas(
    session: AsyncSession,
    *,
    case_id: int,
    event_id: int,
    recorded_at: datetime,
    changes: dict[StatCell, tuple[int, int]],
) -> None:
    """Append deltas due to one event."""
    if not changes:
        return
    common = {"case_id": case_id, "event_id": event_id, "recorded_at": recorded_at}
    rows = [common | cell._asdict() | {"count": count, "amount": amount} for cell, (count, amount) in changes.items()]
    await session.execute(insert(StatDelta), rows)


async def save_state(session: AsyncSession, case: Case, state: CaseState) -> None:
    """Write where the case stands, and count its version up."""
    case.office_id = state.office_id
    case.officer_id = state.officer_id
    case.status = state.status
    case.amount = state.amount
    case.outstanding = state.outstanding
    case.collected = state.collected
    case.status_since = state.status_since
    case.last_event_date = state.last_event_date
    case.closed_on = state.closed_on
    case.version += 1
    await session.flush()


async def save_tenures(session: AsyncSession, case_id: int, history: History, known: int) -> None:
    """Rewrite who was responsible when; `known` is the number of rows there are already."""
    if not known and not history.tenures:
        return
    await session.execute(delete(Assignment).where(col(Assignment.case_id) == case_id))
    if history.tenures:
        await session.execute(
            insert(Assignment),
            [
                {
                    "case_id": case_id,
                    "staff_id": tenure.staff_id,
                    "office_id": tenure.office_id,
                    "valid_from": tenure.since,
                    "valid_to": tenure.until,
                    "event_id": tenure.event_key,
                }
                for tenure in history.tenures
            ],
        )


async def decision_taken(session: AsyncSession, office_id: int, number: str, year: int, book: str) -> bool:
    """Whether the office already issued a decision of that number in the year's book."""
    query = select(literal(1)).where(
        col(Case.registered_office_id) == office_id,
        col(Case.decision_year) == year,
        col(Case.book) == book,
        col(Case.decision_number) == number,
    )
    return (await session.execute(query.limit(1))).first() is not None


async def find_judgment(session: AsyncSession, number_key: str, day: date, issuing_body: str) -> Judgment | None:
    """The judgment received before under the same number, date and issuing body."""
    query = select(Judgment).where(
        col(Judgment.number_key) == number_key,
        col(Judgment.judgment_date) == day,
        col(Judgment.issuing_body) == issuing_body,
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none()


async def parties_of(session: AsyncSession, case_id: int, limit: int = 200) -> Sequence[Party]:
    """The first parties of a case, in their order."""
    query = select(Party).where(col(Party.case_id) == case_id).order_by(col(Party.position), col(Party.id)).limit(limit)
    return (await session.execute(query)).scalars().all()


async def party_count(session: AsyncSession, case_id: int) -> int:
    """How many parties a case has."""
    return int((await session.execute(select(func.count()).where(col(Party.case_id) == case_id))).scalar_one())


async def obligations_of(session: AsyncSession, case_id: int) -> Sequence[Obligation]:
    """What is owed under a case's decision."""
    query = (
        select(Obligation)
        .where(col(Obligation.case_id) == case_id)
        .order_by(col(Obligation.position), col(Obligation.id))
    )
    return (await session.execute(query)).scalars().all()


async def set_case_columns(session: AsyncSession, case_id: int, values: dict[str, object]) -> None:
    """Change columns of the case's row that no event decides (names, judgment, flags, search words)."""
    await session.execute(update(Case).where(col(Case.id) == case_id).values(**values))
