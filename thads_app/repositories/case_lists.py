"""Lists of cases: filters, key-set pages both ways, bounded counts, and the rows an export streams.

Two things keep a page fast whatever the filter. A bounded probe first looks for at most `COUNT_LIMIT` + 1 hits by the
filter's own indexes: when there are few, the page is cut from exactly those rows; when there are many, walking the sort
order's index meets enough of them at once. And nothing here counts or reads more than its bound.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, any_, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Case, Judgment, Office, Party, StaffMember
from models.enums import CaseStatus, JudgmentKind, Source
from thads_app.repositories.base import in_scope
from thads_app.rules.rights import Scope

COUNT_LIMIT = 1000
_EXPORT_CHUNK = 1000


class CaseSort(StrEnum):
    """What a list may be sorted by; each has an index with the id behind it."""

    DATE = "date"
    NUMBER = "number"
    DEBTOR = "debtor"
    AMOUNT = "amount"
    OUTSTANDING = "outstanding"
    STATUS_SINCE = "status_since"


_SORT_COLUMNS: dict[CaseSort, Any] = {
    CaseSort.DATE: col(Case.decision_date),
    CaseSort.NUMBER: col(Case.decision_order),
    CaseSort.DEBTOR: col(Case.debtor_key),
    CaseSort.AMOUNT: col(Case.amount),
    CaseSort.OUTSTANDING: col(Case.outstanding),
    CaseSort.STATUS_SINCE: col(Case.status_since),
}


@dataclass(frozen=True)
class CaseFilter:
    """Conditions a case must all meet; an empty field asks nothing.

    Attributes:
        year: first and last day of a statistical year: the cases that stood in its count.
        words: of a search, without case and accents; the last one may be the beginning of a word.
        id_number: the whole identity number of one of its parties.
        cell: the predicate that a case lies behind a figure.
    """

    office_ids: tuple[int, ...] | None = None
    officer_ids: tuple[int, ...] = ()
    unassigned: bool = False
    statuses: tuple[CaseStatus, ...] = ()
    kinds: tuple[JudgmentKind, ...] = ()
    source: Source | None = None
    state_revenue: bool | None = None
    credit_institution: bool | None = None
    decided_from: date | None = None
    decided_to: date | None = None
    amount_min: int | None = None
    amount_max: int | None = None
    year: tuple[date, date] | None = None
    words: tuple[str, ...] = ()
    id_number: str | None = None
    cell: ColumnElement[bool] | None = None


@dataclass(frozen=True, order=True)
class CasePlace:
    """A place in a sorted list: the sort value and the id of the row there."""

    value: Any
    case_id: int


@dataclass(frozen=True)
class ListedCase:
    """One row of a list."""

    id: int
    decision_number: str
    decision_date: date
    decision_order: int
    debtor_name: str
    debtor_key: str
    creditor_name: str | None
    judgment_kind: JudgmentKind
    source: Source
    amount: int
    outstanding: int
    collected: int
    status: CaseStatus
    status_since: date
    office_id: int
    office_name: str
    officer_id: int | None
    officer_name: str | None
    version: int

    def place(self, sort: CaseSort) -> CasePlace:
        """Where the row stands in a list sorted that way."""
        return CasePlace(getattr(self, _SORT_COLUMNS[sort].key), self.id)


@dataclass(frozen=True)
class ExportedCase(ListedCase):
    """One row of an export: the list's row with its judgment."""

    judgment_number: str = ""
    judgment_date: date | None = None
    issuing_body: str = ""
    officer_code: str | None = None
    office_code: str = ""
    state_revenue: bool = False
    credit_institution: bool = False
    closed_on: date | None = None


# SQLModel types a column by its value; in SQL they are columns, which the checker cannot know.
_case: Any = Case
_office: Any = Office
_staff: Any = StaffMember
_judgment: Any = Judgment

_ROW_COLUMNS: Sequence[Any] = (
    _case.id,
    _case.decision_number,
    _case.decision_date,
    _case.decision_order,
    _case.debtor_name,
    _case.debtor_key,
    _case.creditor_name,
    _case.judgment_kind,
    _case.source,
    _case.amount,
    _case.outstanding,
    _case.collected,
    _case.status,
    _case.status_since,
    _case.office_id,
    _office.short_name.label("office_name"),
    _case.officer_id,
    _staff.full_name.label("officer_name"),
    _case.version,
)
_EXPORT_COLUMNS: tuple[Any, ...] = (
    *_ROW_COLUMNS,
    _judgment.number.label("judgment_number"),
    _judgment.judgment_date,
    _judgment.issuing_body,
    _staff.code.label("officer_code"),
    _office.code.label("office_code"),
    _case.state_revenue,
    _case.credit_institution,
    _case.closed_on,
)


def search_query(words: Sequence[str]) -> str:
    """The text of a tsquery: every word must occur, the last one as a beginning.

    Words hold letters and digits only, so nothing in them can be an operator.
    """
    return " & ".join([*(f"'{word}'" for word in words[:-1]), f"'{words[-1]}':*"])


def _among(column: Any, ids: Sequence[int], item_type: Any = INTEGER) -> ColumnElement[bool]:
    return column == any_(bindparam(None, list(ids), type_=ARRAY(item_type)))


def conditions(scope: Scope, wanted: CaseFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL predicates on `cases`, with the scope always among them."""
    found: list[ColumnElement[bool]] = [in_scope(col(Case.office_id), scope)]
    if wanted.office_ids is not None:
        found.append(_among(col(Case.office_id), wanted.office_ids))
    if wanted.officer_ids:
        found.append(_among(col(Case.officer_id), wanted.officer_ids))
    if wanted.unassigned:
        found.append(col(Case.officer_id).is_(None))
    if wanted.statuses:
        found.append(col(Case.status).in_(wanted.statuses))
    if wanted.kinds:
        found.append(col(Case.judgment_kind).in_(wanted.kinds))
    if wanted.source is not None:
        found.append(col(Case.source) == wanted.source)
    if wanted.state_revenue is not None:
        found.append(col(Case.state_revenue).is_(wanted.state_revenue))
    if wanted.credit_institution is not None:
        found.append(col(Case.credit_institution).is_(wanted.credit_institution))
    return found + _ranges(wanted) + _text(wanted)


def _ranges(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.decided_from is not None:
        found.append(col(Case.decision_date) >= wanted.decided_from)
    if wanted.decided_to is not None:
        found.append(col(Case.decision_date) <= wanted.decided_to)
    if wanted.amount_min is not None:
        found.append(col(Case.amount) >= wanted.amount_min)
    if wanted.amount_max is not None:
        found.append(col(Case.amount) <= wanted.amount_max)
    if wanted.year is not None:
        first, last = wanted.year
        found.append(col(Case.decision_date) <= last)
        found.append(or_(col(Case.closed_on).is_(None), col(Case.closed_on) >= first))
    return found


def _text(wanted: CaseFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(col(Case.search).bool_op("@@")(func.to_tsquery("simple", search_query(wanted.words))))
    if wanted.id_number is not None:
        theirs = select(col(Party.case_id)).where(col(Party.id_number) == wanted.id_number)
        found.append(col(Case.id).in_(theirs))
    if wanted.cell is not None:
        found.append(wanted.cell)
    return found


async def probe(session: AsyncSession, scope: Scope, wanted: CaseFilter, sort: CaseSort) -> list[CasePlace]:
    """Where the filter's cases stand in a sort order, in no order, `COUNT_LIMIT` + 1 at most."""
    query: Any = select(_SORT_COLUMNS[sort], col(Case.id)).where(*conditions(scope, wanted)).limit(COUNT_LIMIT + 1)
    found: list[Any] = list(await session.execute(query))
    return [CasePlace(value, case_id) for value, case_id in found]


def _page_query(
    predicates: Sequence[ColumnElement[bool]],
    sort: CaseSort,
    *,
    descending: bool,
    place: CasePlace | None,
    size: int,
    columns: Sequence[Any] = _ROW_COLUMNS,
) -> Select[Any]:
    """The page's ids are cut from `cases` alone, then the few rows are joined with their names."""
    column = _SORT_COLUMNS[sort]
    cut = select(col(Case.id)).where(*predicates)
    if place is not None:
        here = tuple_(literal(place.value, column.type), literal(place.case_id, BIGINT))
        row = tuple_(column, col(Case.id))
        cut = cut.where(row < here if descending else row > here)
    keys = (column.desc(), col(Case.id).desc()) if descending else (column.asc(), col(Case.id).asc())
    ids = cut.order_by(*keys).limit(size).cte("page").prefix_with("MATERIALIZED", dialect="postgresql")
    query: Any = (
        select(*columns)
        .join(ids, ids.c.id == col(Case.id))
        .join(Office, col(Office.id) == col(Case.office_id))
        .outerjoin(StaffMember, col(StaffMember.id) == col(Case.officer_id))
        .order_by(*keys)
    )
    return query.join(Judgment, col(Judgment.id) == col(Case.judgment_id)) if columns is _EXPORT_COLUMNS else query


async def page(
    session: AsyncSession,
    scope: Scope,
    wanted: CaseFilter,
    *,
    sort: CaseSort,
    descending: bool,
    size: int,
    place: CasePlace | None = None,
    known_ids: Sequence[int] | None = None,
) -> list[ListedCase]:
    """At most `size` rows in sort order, behind `place`.

    Args:
        session: of the caller's transaction.
        scope: the offices whose cases may be seen.
        wanted: the filter.
        sort: the sort order.
        descending: largest first.
        size: rows wanted.
        place: the row before the page; None starts at the beginning.
        known_ids: all hits of the filter when `probe` found them all; the scope is checked again.
    """
    predicates = (
        conditions(scope, wanted)
        if known_ids is None
        else [in_scope(col(Case.office_id), scope), _among(col(Case.id), known_ids, BIGINT)]
    )
    query = _page_query(predicates, sort, descending=descending, place=place, size=size)
    return [ListedCase(**row) for row in (await session.execute(query)).mappings()]


async def by_number(
    session: AsyncSession, scope: Scope, number: int, years: Sequence[int], size: int
) -> list[ListedCase]:
    """The cases whose decision number begins with this figure in one of the years, newest first."""
    orders = [year * 10_000_000 + number for year in years]
    predicates = [in_scope(col(Case.office_id), scope), _among(col(Case.decision_order), orders, BIGINT)]
    query = _page_query(predicates, CaseSort.NUMBER, descending=True, place=None, size=size)
    return [ListedCase(**row) for row in (await session.execute(query)).mappings()]


async def by_ids(session: AsyncSession, scope: Scope, case_ids: Sequence[int]) -> list[ListedCase]:
    """These cases as list rows, newest decision first; those outside the scope are left out."""
    return await page(
        session, scope, CaseFilter(), sort=CaseSort.DATE, descending=True, size=len(case_ids) or 1, known_ids=case_ids
    )


async def exported(
    session: AsyncSession, scope: Scope, wanted: CaseFilter, *, sort: CaseSort, descending: bool
) -> AsyncIterator[list[ExportedCase]]:
    """All rows of the filter in sort order, in chunks: memory holds one chunk whatever the size of the list."""
    predicates = conditions(scope, wanted)
    place: CasePlace | None = None
    while True:
        query = _page_query(
            predicates, sort, descending=descending, place=place, size=_EXPORT_CHUNK, columns=_EXPORT_COLUMNS
        )
        chunk = [ExportedCase(**row) for row in (await session.execute(query)).mappings()]
        if chunk:
            yield chunk
        if len(chunk) < _EXPORT_CHUNK:
            return
        place = chunk[-1].place(sort)


@dataclass(frozen=True)
class SimilarCase:
    """A case of the same judgment, for the duplicate warning."""

    id: int
    decision_number: str
    decision_date: date
    debtor_name: str
    office_name: str
    status: CaseStatus


async def of_judgment(
    session: AsyncSession, scope: Scope, number_key: str, judgment_date: date, limit: int = 50
) -> list[SimilarCase]:
    """The cases in scope that come from a judgment of that number and date."""
    query: Any = (
        select(
            _case.id,
            _case.decision_number,
            _case.decision_date,
            _case.debtor_name,
            _office.short_name.label("office_name"),
            _case.status,
        )
        .join(Judgment, col(Judgment.id) == col(Case.judgment_id))
        .join(Office, col(Office.id) == col(Case.office_id))
        .where(
            col(Judgment.number_key) == number_key,
            col(Judgment.judgment_date) == judgment_date,
            in_scope(col(Case.office_id), scope),
        )
        .order_by(col(Case.decision_date).desc(), col(Case.id).desc())
        .limit(limit)
    )
    return [SimilarCase(**row) for row in (await session.execute(query)).mappings()]


async def largest_number(session: AsyncSession, scope: Scope, office_id: int, year: int, book: str) -> str | None:
    """The decision number with the largest leading figure an office gave in a year, None when it gave none."""
    query = (
        select(col(Case.decision_number))
        .where(
            col(Case.registered_office_id) == office_id,
            col(Case.decision_year) == year,
            col(Case.book) == book,
            in_scope(col(Case.registered_office_id), scope),
        )
        .order_by(col(Case.decision_order).desc(), col(Case.id).desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()
