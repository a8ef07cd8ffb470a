"""Anchors: each day's heads of the hash chains in a file outside the database, each file chained to the one before.

A day's file is written anew while the day lasts and closed by the first pass after it; a closed file never changes.
A file is only ever written when everything the last one says still holds: whoever shortens a chain cannot have the
anchors follow. Copied to a place the database's administrators cannot write to, the files prove every entry they cover.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditAnchor
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.repositories import audit as repository
from thads_app.rules.rights import EVERYWHERE
from thads_app.services.office_tree import office_tree
from thads_app.settings import get_settings

FORMAT = 1
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.json")

log = logging.getLogger(__name__)


class ChainHead(BaseModel):
    """Where a chain stood: its last place, the entry there, its hash; `entries` came since the file before."""

    model_config = ConfigDict(frozen=True)

    chain: int
    office: str = ""
    sequence: int
    entry: int
    hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    entries: int


class Previous(BaseModel):
    """The closed file before, by its day and checksum."""

    model_config = ConfigDict(frozen=True)

    day: date
    sha256: str


class AnchorFile(BaseModel):
    """What a day's file says: every chain that grew since the file before, and where it stood."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    day: date
    closed: bool
    made_at: datetime
    previous: Previous | None
    after_entry: int
    upto_entry: int
    entries: int
    chains: tuple[ChainHead, ...]

    def heads(self) -> list[tuple[int, int, int, bytes]]:
        """(chain, sequence, entry, hash) of every chain."""
        return [(head.chain, head.sequence, head.entry, bytes.fromhex(head.hash)) for head in self.chains]


@dataclass(frozen=True)
class KeptAnchor:
    """A file as it lies in the folder; `content` is None when it cannot be read as an anchor."""

    day: date
    sha256: str
    content: AnchorFile | None


class AnchorsDiffer(Exception):
    """The seals in the database do not bear out an anchor: nothing more is written until somebody has looked."""


def anchors_folder() -> Path:
    """Where the files lie: `THADS_ANCHORS_DIR`, or `anchors/` in the data folder."""
    settings = get_settings()
    return settings.anchors_dir or settings.data_dir / "anchors"


def kept_days(folder: Path) -> list[date]:
    """The days that have a file, in order."""
    if not folder.is_dir():
        return []
    found = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
    return sorted(date.fromisoformat(match[1]) for match in found if match)


def read_anchor(folder: Path, day: date) -> KeptAnchor | None:
    """A day's file, None when there is none."""
    try:
        raw = _path(folder, day).read_bytes()
    except FileNotFoundError:
        return None
    try:
        content = AnchorFile.model_validate_json(raw)
    except ValidationError:
        content = None
    return KeptAnchor(day, hashlib.sha256(raw).hexdigest(), content)


def newest_anchor(folder: Path) -> KeptAnchor | None:
    """The file written last, None when there is none."""
    days = kept_days(folder)
    return read_anchor(folder, days[-1]) if days else None


async def anchor_now(folder: Path | None = None, *, now: datetime | None = None) -> AnchorFile | None:
    """Write the day's anchor if a chain has grown, and close the file of a day that has ended.

    Args:
        folder: where to; the configured folder when left out.
        now: the moment, for tests.

    Returns:
        The file written last; None when there was nothing to write, or another process is at it.

    Raises:
        AnchorsDiffer: the chains are not what the last anchor says.
    """
    place, moment = folder or anchors_folder(), now or clock.now()
    today = clock.vietnam_day(moment)
    async with unit_of_work(EVERYWHERE) as session:  # the chains of all offices
        if not await repository.try_sealer_lock(session):
            return None
        last = newest_anchor(place)
        if last is not None:
            await _require_true(session, last)
        written: AnchorFile | None = None
        if last is not None and last.content and not last.content.closed and last.day < today:
            closing = await _grown(session, last.content.previous, last.content.after_entry, last.day, moment)
            written = closing.model_copy(update={"closed": True})
            last = await _keep(session, place, written)
        elif last is not None and last.content and last.content.closed:
            last = await _note(session, last)  # when the program stopped between the file and the table
        return await _write_today(session, place, last, today, moment) or written


async def _write_today(
    session: AsyncSession, place: Path, last: KeptAnchor | None, today: date, moment: datetime
) -> AnchorFile | None:
    if last is None or last.content is None:
        fresh = await _grown(session, None, 0, today, moment)
    elif last.content.closed:
        day = max(today, last.day)
        if day == last.day:
            return None  # the clock went back over midnight: the day is over
        fresh = await _grown(session, Previous(day=last.day, sha256=last.sha256), last.content.upto_entry, day, moment)
    else:
        fresh = await _grown(session, last.content.previous, last.content.after_entry, last.day, moment)
        if fresh.upto_entry == last.content.upto_entry:
            return None
    if not fresh.chains:
        return None
    await _keep(session, place, fresh)
    return fresh


async def _grown(
    session: AsyncSession, previous: Previous | None, after_entry: int, day: date, moment: datetime
) -> AnchorFile:
    heads = await repository.heads_since(session, after_entry)
    nodes = (await office_tree()).nodes
    chains = tuple(
        ChainHead(
            chain=head.office_id,
            office=nodes[head.office_id].code if head.office_id in nodes else "",
            sequence=head.sequence,
            entry=head.entry_id,
            hash=head.hash.hex(),
            entries=head.entries,
        )
        for head in heads
    )
    return AnchorFile(
        day=day,
        closed=False,
        made_at=moment,
        previous=previous,
        after_entry=after_entry,
        upto_entry=max((head.entry for head in chains), default=after_entry),
        entries=sum(head.entries for head in chains),
        chains=chains,
    )


async def _require_true(session: AsyncSession, kept: KeptAnchor) -> None:
    if kept.content is None:
        raise AnchorsDiffer(f"{kept.day}: the file cannot be read")
    noted = (await repository.anchors(session)).get(kept.day)
    if noted is not None and noted.sha256 != kept.sha256:
        raise AnchorsDiffer(f"{kept.day}: the file is not the one that was closed")
    wrong = await repository.wrong_heads(session, kept.content.heads())
    if wrong:
        raise AnchorsDiffer(f"{kept.day}: chain {wrong[0][0]} is not what place {wrong[0][1]} of the anchor says")


async def _keep(session: AsyncSession, folder: Path, content: AnchorFile) -> KeptAnchor:
    raw = (json.dumps(content.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n").encode()
    await asyncio.to_thread(_write, _path(folder, content.day), raw)
    kept = KeptAnchor(content.day, hashlib.sha256(raw).hexdigest(), content)
    return await _note(session, kept) if content.closed else kept


async def _note(session: AsyncSession, kept: KeptAnchor) -> KeptAnchor:
    assert kept.content is not None
    await repository.add_anchor(
        session,
        AuditAnchor(day=kept.day, sha256=kept.sha256, entries=kept.content.entries, chains=len(kept.content.chains)),
    )
    return kept


def _write(path: Path, raw: bytes) -> None:
    """Put a whole file in place at once; it is on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
    draft = path.parent / f".{path.name}.{os.getpid()}"
    with draft.open("wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _path(folder: Path, day: date) -> Path:
    return folder / f"{day.isoformat()}.json"
