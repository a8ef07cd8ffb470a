"""The tree of offices, read from the database and kept in memory."""

import asyncio
import time
from collections.abc import Iterable

from models import Office
from models.enums import OfficeLevel
from thads_app import db
from thads_app.repositories import offices as repository
from thads_app.rules.offices import OfficeNode, OfficeTree
from thads_app.rules.rights import NOWHERE

_KEPT_SECONDS = 30.0
_kept: tuple[str, float, OfficeTree] | None = None
_reading: tuple[str, asyncio.AbstractEventLoop, asyncio.Task[OfficeTree]] | None = None


async def office_tree() -> OfficeTree:
    """The offices, at most thirty seconds old. Whoever asks while they are being read waits for that one reading."""
    global _reading
    url, loop = db.owner_url(), asyncio.get_running_loop()
    if _kept is not None and _kept[0] == url and time.monotonic() - _kept[1] < _KEPT_SECONDS:
        return _kept[2]
    if _reading is None or _reading[:2] != (url, loop) or _reading[2].done():
        _reading = (url, loop, loop.create_task(_read(url)))
    return await asyncio.shield(_reading[2])  # one who goes away leaves it to the others


async def _read(url: str) -> OfficeTree:
    global _kept
    async with db.session(NOWHERE) as session:
        tree = build_tree(await repository.all_offices(session))
    if tree.nodes and _reading is not None and _reading[2] is asyncio.current_task():  # not forgotten meanwhile
        _kept = (url, time.monotonic(), tree)
    return tree


def forget_offices() -> None:
    """Read the offices again at the next use."""
    global _kept, _reading
    _kept = _reading = None


def build_tree(rows: Iterable[Office]) -> OfficeTree:
    """An office tree from table rows."""
    return OfficeTree({node.id: node for node in map(_node, rows)})


def _node(row: Office) -> OfficeNode:
    assert row.id is not None
    return OfficeNode(
        id=row.id,
        code=row.code,
        name=row.name,
        short_name=row.short_name,
        level=OfficeLevel(row.level),
        parent_id=row.parent_id,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor_id=row.successor_id,
        successor_rule=row.successor_rule,
    )
