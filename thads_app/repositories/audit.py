"""Sealing and reading the audit trail.

An entry's number may be given before a smaller one is committed. `fence` and `fence_passed` find out, without a lock
and without asking anything of writers, up to which number nothing can appear any more (ADR 0010).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditAnchor
from thads_app.rules.audit_chain import EntryFacts, Head, Seal

SEALER_LOCK = 7405
"""Held by the one process that seals or anchors, until its transaction ends."""

_CHUNK = 2_000
_FACTS = (
    "e.id, e.at, e.account_id, e.on_behalf_of, e.action, e.object_type, e.object_id, e.office_id, e.address, "
    "e.request_id, e.message, e.changes::text, e.detail::text"
)


@dataclass(frozen=True)
class Fence:
    """Entries up to `upto` are complete once no transaction numbered `xid` or lower is running."""

    upto: int
    xid: int


async def newest_and_sealed(session: AsyncSession) -> tuple[int, int]:
    """The number of the newest entry to be seen and of the newest sealed one, 0 for none."""
    query = text(
        "SELECT (SELECT coalesce(max(id), 0) FROM audit_entry), (SELECT coalesce(max(entry_id), 0) FROM audit_seal)"
    )
    newest, sealed = (await session.execute(query)).one()
    return int(newest), int(sealed)


async def fence(session: AsyncSession) -> Fence:
    """Put up a fence in a transaction of its own.

    Whoever writes an entry has a transaction number before the entry's number is drawn. So every entry up to the last
    number drawn belongs to a transaction with a smaller number than the one this transaction draws afterwards.
    """
    upto = (await session.execute(text("SELECT last_value FROM audit_entry_id_seq"))).scalar_one()
    xid = (await session.execute(text("SELECT pg_current_xact_id()::text::bigint"))).scalar_one()
    return Fence(int(upto), int(xid))


async def fence_passed(session: AsyncSession, fence: Fence) -> bool:
    """Whether every transaction from before the fence has ended. Not in the fence's own transaction."""
    oldest = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
    return int((await session.execute(oldest)).scalar_one()) > fence.xid


async def try_sealer_lock(session: AsyncSession) -> bool:
    """Become the one who seals until the transaction ends; False when somebody else is."""
    lock = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool((await session.execute(lock, {"key": SEALER_LOCK})).scalar_one())


async def unsealed(session: AsyncSession, upto: int, limit: int) -> list[EntryFacts]:
    """The next entries to seal, by number, none above `upto`."""
    query = text(
        f"SELECT {_FACTS} FROM audit_entry e "
        "WHERE e.id > (SELECT coalesce(max(entry_id), 0) FROM audit_seal) AND e.id <= :upto ORDER BY e.id LIMIT :limit"
    )
    return [EntryFacts(*row) for row in await session.execute(query, {"upto": upto, "limit": limit})]


async def heads_of(session: AsyncSession, chains: Sequence[int]) -> dict[int, Head]:
    """The last place of each of these chains; empty chains left out."""
    query = text(
        "SELECT chain, head.sequence, head.hash FROM unnest(CAST(:chains AS int[])) AS chain, LATERAL ("
        "SELECT sequence, hash FROM audit_seal WHERE office_id = chain ORDER BY sequence DESC LIMIT 1) AS head"
    )
    rows = await session.execute(query, {"chains": list(chains)})
    return {chain: Head(sequence, bytes(digest)) for chain, sequence, digest in rows}


async def add_seals(session: AsyncSession, seals: Sequence[Seal]) -> None:
    """Append the next places of chains."""
    query = text(
        "INSERT INTO audit_seal (office_id, sequence, entry_id, hash) "
        "SELECT * FROM unnest(CAST(:offices AS int[]), CAST(:sequences AS bigint[]), CAST(:entries AS bigint[]), "
        "CAST(:hashes AS bytea[]))"
    )
    offices, sequences, entries, hashes = (list(column) for column in zip(*seals, strict=True))
    values = {"offices": offices, "sequences": sequences, "entries": entries, "hashes": hashes}
    await session.execute(query, values)


# -- anchoring -------------------------------------------------------------------------------------------------------


class DayHead(NamedTuple):
    """A chain's last place, and how many of the entries asked for it holds."""

    office_id: int
    sequence: int
    entry_id: int
    hash: bytes
    entries: int


async def heads_since(session: AsyncSession, after_entry: int) -> list[DayHead]:
    """Every chain that grew since an entry number (excluded), and where it stands now."""
    await session.execute(text("SET LOCAL statement_timeout = 0"))  # a trail anchored for the first time may be long
    query = text(
        """
        SELECT DISTINCT ON (s.office_id) s.office_id, s.sequence, s.entry_id, s.hash,
            count(*) OVER (PARTITION BY s.office_id) AS entries
        FROM audit_seal s WHERE s.entry_id > :after
        ORDER BY s.office_id, s.sequence DESC
        """
    )
    rows = await session.execute(query, {"after": after_entry})
    return [DayHead(row[0], row[1], row[2], bytes(row[3]), row[4]) for row in rows]


async def wrong_heads(session: AsyncSession, heads: Sequence[tuple[int, int, int, bytes]]) -> list[tuple[int, int]]:
    """Which of these (chain, sequence, entry, hash) the seals do not bear out, as (chain, sequence), in order."""
    if not heads:
        return []
    query = text(
        """
        SELECT said.chain, said.sequence
        FROM unnest(CAST(:chains AS int[]), CAST(:sequences AS bigint[]), CAST(:entries AS bigint[]),
            CAST(:hashes AS bytea[])) AS said (chain, sequence, entry_id, hash)
        LEFT JOIN audit_seal s ON s.office_id = said.chain AND s.sequence = said.sequence
        WHERE s.hash IS DISTINCT FROM said.hash OR s.entry_id IS DISTINCT FROM said.entry_id
        ORDER BY 1, 2
        """
    )
    chains, sequences, entries, hashes = (list(column) for column in zip(*heads, strict=True))
    values = {"chains": chains, "sequences": sequences, "entries": entries, "hashes": hashes}
    return [(row[0], row[1]) for row in await session.execute(query, values)]


async def anchors(session: AsyncSession) -> dict[date, AuditAnchor]:
    """Every closed anchor the database knows of, by day."""
    rows = await session.execute(text("SELECT day, sha256, entries, chains, made_at FROM audit_anchor ORDER BY day"))
    return {
        row[0]: AuditAnchor(day=row[0], sha256=row[1], entries=row[2], chains=row[3], made_at=row[4]) for row in rows
    }


async def add_anchor(session: AsyncSession, anchor: AuditAnchor) -> None:
    """Note a closed anchor; noting the same again changes nothing."""
    query = text(
        "INSERT INTO audit_anchor (day, sha256, entries, chains) VALUES (:day, :sha256, :entries, :chains) "
        "ON CONFLICT (day) DO NOTHING"
    )
    values = {"day": anchor.day, "sha256": anchor.sha256, "entries": anchor.entries, "chains": anchor.chains}
    await session.execute(query, values)


# -- verifying -------------------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """A place of a chain with the entry it seals; `entry` is None when the entry is gone."""

    office_id: int
    sequence: int
    entry_id: int
    hash: bytes
    entry: EntryFacts | None


async def places(session: AsyncSession) -> AsyncIterator[Place]:
    """Every place of every chain, chain by chain in order, read as a stream."""
    query = text(
        f"SELECT s.office_id, s.sequence, s.entry_id, s.hash, {_FACTS} FROM audit_seal s "
        "LEFT JOIN audit_entry e ON e.id = s.entry_id ORDER BY s.office_id, s.sequence"
    )
    rows = await session.stream(query, execution_options={"yield_per": _CHUNK})
    async for row in rows:
        entry = None if row[4] is None else EntryFacts(*row[4:])
        yield Place(row[0], row[1], row[2], bytes(row[3]), entry)


async def slipped_in(session: AsyncSession, limit: int) -> list[tuple[int, int | None]]:
    """Entries without a seal although later ones have theirs: (number, office)."""
    query = text(
        "SELECT e.id, e.office_id FROM audit_entry e LEFT JOIN audit_seal s ON s.entry_id = e.id "
        "WHERE s.entry_id IS NULL AND e.id <= (SELECT coalesce(max(entry_id), 0) FROM audit_seal) "
        "ORDER BY e.id LIMIT :limit"
    )
    return [(row[0], row[1]) for row in await session.execute(query, {"limit": limit})]


async def waiting(session: AsyncSession) -> tuple[int, datetime | None]:
    """How many entries wait for their seal, and since when the oldest does."""
    query = text(
        "SELECT count(*), min(at) FROM audit_entry WHERE id > (SELECT coalesce(max(entry_id), 0) FROM audit_seal)"
    )
    row = (await session.execute(query)).one()
    return int(row[0]), row[1]
