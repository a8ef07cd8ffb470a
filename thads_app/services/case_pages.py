"""Cutting one page out of a list of cases, forwards or backwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app.repositories import case_lists as repository
from thads_app.repositories.case_lists import CaseFilter, CasePlace, CaseSort, ListedCase
from thads_app.rules.rights import Scope
from thads_app.services.case_query import CaseQuery, read_place, write_place


@dataclass(frozen=True)
class Cutter:
    """Reads pieces of a list. `places` are all its places when there are few: then only a piece's own rows are read."""

    session: AsyncSession
    scope: Scope
    filter: CaseFilter
    sort: CaseSort
    places: list[CasePlace] | None

    async def read(self, place: CasePlace | None, size: int, *, descending: bool) -> list[ListedCase]:
        """At most `size` rows behind a place."""
        known_ids: list[int] | None = None
        if self.places is not None:
            behind = [each for each in self.places if place is None or (each < place if descending else each > place)]
            known_ids = [each.case_id for each in sorted(behind, reverse=descending)[:size]]
            place = None
        return await repository.page(
            self.session,
            self.scope,
            self.filter,
            sort=self.sort,
            descending=descending,
            size=size,
            place=place,
            known_ids=known_ids,
        )


async def cut_page(
    cutter: Cutter, query: CaseQuery, size: int
) -> tuple[list[ListedCase], CaseQuery | None, CaseQuery | None]:
    """The page's rows with the queries of its neighbours; one row more is read to know whether there are any."""
    first = query.first_page()
    backwards = read_place(query.before, query.sort) if query.before else None
    forwards = read_place(query.after, query.sort) if query.after else None
    if backwards is not None:
        found = await cutter.read(backwards, size + 1, descending=not query.descending)
        if len(found) > size:
            rows = found[:size][::-1]
            return rows, _before(first, rows), _after(first, rows)
    if backwards is not None or forwards is None:
        found = await cutter.read(None, size + 1, descending=query.descending)
        rows = found[:size]
        return rows, None, _after(first, rows) if len(found) > size else None
    found = await cutter.read(forwards, size + 1, descending=query.descending)
    rows = found[:size]
    return rows, _before(first, rows) if rows else first, _after(first, rows) if len(found) > size else None


def _before(first: CaseQuery, rows: Sequence[ListedCase]) -> CaseQuery:
    return replace(first, before=write_place(rows[0].place(first.sort)))


def _after(first: CaseQuery, rows: Sequence[ListedCase]) -> CaseQuery:
    return replace(first, after=write_place(rows[-1].place(first.sort)))
