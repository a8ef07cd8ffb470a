"""Is the audit trail what was sealed, and do the seals bear out what the anchors outside the database say?"""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditAnchor
from thads_app.repositories import audit as repository
from thads_app.repositories.audit import Place
from thads_app.rules.audit_chain import FIRST, NO_OFFICE, hash_of
from thads_app.rules.vietnamese import format_date
from thads_app.services.audit_anchors import KeptAnchor, kept_days, read_anchor
from thads_app.services.verification.differences import Difference, Progress

_NAMED = 20
"""Entries without a seal are named one by one up to so many."""

_TOLD_EVERY = 5_000
_SEALED = "như khi niêm phong"


@dataclass
class TrailCheck:
    """What was looked at: sealed entries, chains, entries still waiting for their seal, anchor files."""

    entries: int = 0
    chains: int = 0
    waiting: int = 0
    anchors: int = 0
    differences: list[Difference] = field(default_factory=list[Difference])


async def check_trail(
    session: AsyncSession,
    folder: Path,
    newest: KeptAnchor | None,
    offices: dict[int, str],
    progress: Progress | None = None,
) -> TrailCheck:
    """Compute every chain again and compare it with its seals and with every anchor, on the session's snapshot.

    Args:
        session: a snapshot that reaches every office.
        folder: where the anchors lie.
        newest: the newest anchor, read before the snapshot was taken: a later one may know more than the snapshot.
        offices: office id → code, to name chains by.
        progress: told how far it is.

    Returns:
        What was looked at, and for each chain the first place that is not as it was sealed.
    """
    check = TrailCheck()
    check.waiting, _ = await repository.waiting(session)
    await _chains(session, check, offices, progress)
    slipped = await repository.slipped_in(session, _NAMED)
    check.differences += [
        Difference(_where(office or NO_OFFICE, offices, entry), "dòng nhật ký", "đã niêm phong", "chèn thêm về sau")
        for entry, office in slipped
    ]
    await _anchors(session, check, folder, newest, offices)
    return check


@dataclass
class _Walk:
    """How far along a chain one is."""

    chain: int
    sequence: int = 0
    before: bytes = FIRST
    entry_id: int = 0
    broken: bool = False

    def wrong(self, place: Place) -> tuple[str, str, str] | None:
        """What is not as it was sealed at the next place: (what, as it must be, as it is)."""
        if place.sequence != self.sequence + 1:
            return ("thứ tự niêm phong", str(self.sequence + 1), str(place.sequence))
        if place.entry is None:
            return ("dòng nhật ký", _SEALED, "đã bị xóa")
        if place.entry_id <= self.entry_id:
            return ("thứ tự dòng nhật ký", f"sau dòng {self.entry_id}", "đứng trước")
        if hash_of(place.entry, place.sequence, self.before) != place.hash:
            return ("nội dung, thứ tự hoặc dấu niêm phong", _SEALED, "đã bị sửa")
        return None


async def _chains(session: AsyncSession, check: TrailCheck, offices: dict[int, str], progress: Progress | None) -> None:
    walk = _Walk(-1)
    async for place in repository.places(session):
        if place.office_id != walk.chain:
            walk = _Walk(place.office_id)
            check.chains += 1
        check.entries += 1
        if progress and check.entries % _TOLD_EVERY == 0:
            progress("Kiểm tra nhật ký", check.entries, check.entries + check.waiting + _TOLD_EVERY)
        if walk.broken:
            continue  # everything after the first break differs too
        if wrong := walk.wrong(place):
            walk.broken = True
            check.differences.append(Difference(_where(walk.chain, offices, place.entry_id), *wrong))
        walk.sequence, walk.before, walk.entry_id = place.sequence, place.hash, place.entry_id


async def _anchors(
    session: AsyncSession, check: TrailCheck, folder: Path, newest: KeptAnchor | None, offices: dict[int, str]
) -> None:
    noted = await repository.anchors(session)
    days = [day for day in kept_days(folder) if newest is not None and day <= newest.day]
    lost = sorted(noted.keys() - days)
    check.differences += [Difference(_file(day), "tệp neo", "còn trong thư mục neo", "đã mất") for day in lost]
    before: KeptAnchor | None = None
    for day in days:
        last = newest is not None and day == newest.day
        kept = newest if last else read_anchor(folder, day)
        if kept is None:
            continue
        check.anchors += 1
        problem = await anchor_problem(session, kept, noted.get(day), offices)
        problem = problem or _link_problem(before, kept, last=last)
        if problem is not None:
            check.differences.append(problem)
        before = kept


async def anchor_problem(
    session: AsyncSession, kept: KeptAnchor, noted: AuditAnchor | None, offices: dict[int, str]
) -> Difference | None:
    """What is wrong with one day's file, or with the chains it speaks of; None when all is well."""
    where = _file(kept.day)
    if kept.content is None or kept.content.day != kept.day:
        return Difference(where, "nội dung tệp", "như khi ghi", "không đọc được hoặc đã bị sửa")
    if noted is not None and noted.sha256 != kept.sha256:
        return Difference(where, "mã kiểm tra", noted.sha256[:16], kept.sha256[:16])
    if kept.content.closed and noted is None:
        return Difference(where, "mã kiểm tra", "đã ghi trong cơ sở dữ liệu", "không có")
    wrong = await repository.wrong_heads(session, kept.content.heads())
    if not wrong:
        return None
    chain, sequence = wrong[0]
    head = (await repository.heads_of(session, [chain])).get(chain)
    reached = head.sequence if head else 0
    is_now = f"chỉ còn đến {reached}: đã bị cắt đuôi" if reached < sequence else "một mã khác: đã bị sửa"
    return Difference(f"{where} · {_chain(chain, offices)}", "dấu niêm phong", f"như neo đã ghi tại {sequence}", is_now)


def _link_problem(before: KeptAnchor | None, kept: KeptAnchor, *, last: bool) -> Difference | None:
    assert kept.content is not None
    if not kept.content.closed and not last:
        return Difference(_file(kept.day), "tệp neo", "đã khép lại khi hết ngày", "chưa khép lại")
    said = kept.content.previous
    if (said.day if said else None, said.sha256 if said else "") != (
        before.day if before else None,
        before.sha256 if before else "",
    ):
        name = format_date(said.day) if said else "không có"
        return Difference(_file(kept.day), "tệp neo liền trước", name, "khác hoặc đã mất")
    return None


def _chain(chain: int, offices: dict[int, str]) -> str:
    return "nhật ký chung" if chain == NO_OFFICE else f"nhật ký của {offices.get(chain, chain)}"


def _where(chain: int, offices: dict[int, str], entry_id: int) -> str:
    words = _chain(chain, offices)
    return f"{words[0].upper()}{words[1:]} · dòng {entry_id}"


def _file(day: date) -> str:
    return f"Neo ngày {format_date(day)}"
