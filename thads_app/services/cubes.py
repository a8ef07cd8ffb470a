"""Cubes of sums, exact as of now, at the price of the newest deltas.

A base (everything up to a fold mark) never changes, because deltas are append-only; it is kept in memory, and each read
adds the deltas since. As the fold moves on, what it folded is added to the base; when it has moved very far, as after
an import, the base is read again.
"""

from collections import OrderedDict
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app.repositories import statistics as repository
from thads_app.repositories.statistics import CubeQuery, FoldMark
from thads_app.rules.cubes import Cube, build_cube

KEPT_BYTES = 64 * 1024 * 1024
"""Memory each process gives to bases."""

MOVE_ON, READ_AGAIN = 500, 100_000
"""Delta ids between a base and the fold's mark before the base moves on, and before it is read again."""

_bases: "OrderedDict[tuple[str, CubeQuery], tuple[int, Cube]]" = OrderedDict()


async def load_cubes(session: AsyncSession, queries: Sequence[CubeQuery]) -> list[Cube]:
    """Read the cubes of one page together.

    Args:
        session: a snapshot (`db.session`), so that the cubes agree with each other.
        queries: what to sum.
    """
    mark = await repository.fold_mark(session)
    return [await _load(session, query, mark) for query in queries]


def forget_bases() -> None:
    """Drop every base kept."""
    _bases.clear()


async def _load(session: AsyncSession, query: CubeQuery, mark: FoldMark) -> Cube:
    upto, base = await _base(session, query, mark)
    if mark.newest_delta_id <= upto:
        return base
    tail = await repository.tail_rows(session, query, upto)
    return base.plus(build_cube(query.start, query.end, tail))


async def _base(session: AsyncSession, query: CubeQuery, mark: FoldMark) -> tuple[int, Cube]:
    """A base and the delta id it reaches, never beyond the mark: above it smaller ids may still appear."""
    place = (mark.database, query)
    kept = _bases.get(place)
    behind = mark.last_delta_id - kept[0] if kept else READ_AGAIN
    if kept is None or not 0 <= behind < READ_AGAIN:
        rows = await repository.base_rows(session, query, mark)
        kept = (mark.last_delta_id, build_cube(query.start, query.end, rows))
    elif behind >= MOVE_ON:
        rows = await repository.tail_rows(session, query, kept[0], mark.last_delta_id)
        kept = (mark.last_delta_id, kept[1].plus(build_cube(query.start, query.end, rows)))
    _keep(place, kept)
    return kept


def _keep(place: tuple[str, CubeQuery], kept: tuple[int, Cube]) -> None:
    _bases[place] = kept
    _bases.move_to_end(place)
    while len(_bases) > 1 and sum(cube.values.nbytes for _, cube in _bases.values()) > KEPT_BYTES:
        _bases.popitem(last=False)
