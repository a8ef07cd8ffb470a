"""The hash chain of audit entries: one canonical form, one hash, one order. No database, no clock.

Every office has a chain of its own, chain 0 the entries of no office. The hash of a place covers the chain, the place,
the whole entry and the hash of the place before, so that nothing can be changed, left out, put in or moved without
changing every hash after it. What comes after the last anchor is all that could still be rewritten.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

NO_OFFICE = 0
"""The chain of entries that belong to no office."""

FIRST = bytes(32)
"""What stands before the first place of a chain."""

_FORM = b"thads-audit-1\n"


class EntryFacts(NamedTuple):
    """Everything an entry says. `changes` and `detail` are PostgreSQL's own text of the jsonb, byte for byte."""

    id: int
    at: datetime
    account_id: int | None
    on_behalf_of: int | None
    action: str
    object_type: str
    object_id: str | None
    office_id: int | None
    address: str | None
    request_id: str | None
    message: str | None
    changes: str
    detail: str

    @property
    def chain(self) -> int:
        """The chain the entry belongs to."""
        return NO_OFFICE if self.office_id is None else self.office_id


@dataclass(frozen=True)
class Head:
    """The last place of a chain; sequence 0 when it is empty."""

    sequence: int = 0
    hash: bytes = FIRST


class Seal(NamedTuple):
    """An entry's place in its chain."""

    office_id: int
    sequence: int
    entry_id: int
    hash: bytes


def canonical(entry: EntryFacts, sequence: int) -> bytes:
    """The one text of an entry at a place of its chain; two different entries never have the same."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [entry.chain, sequence, entry.id, moment, *entry[2:]]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def hash_of(entry: EntryFacts, sequence: int, before: bytes) -> bytes:
    """The hash of a place: SHA-256 over the hash before it and the entry's canonical text."""
    return hashlib.sha256(_FORM + before + canonical(entry, sequence)).digest()


def seal(entries: list[EntryFacts], heads: dict[int, Head]) -> list[Seal]:
    """Give entries the next places of their chains, in the order given; `heads` moves on with them."""
    sealed: list[Seal] = []
    for entry in entries:
        head = heads.get(entry.chain, Head())
        after = Head(head.sequence + 1, hash_of(entry, head.sequence + 1, head.hash))
        heads[entry.chain] = after
        sealed.append(Seal(entry.chain, after.sequence, entry.id, after.hash))
    return sealed
