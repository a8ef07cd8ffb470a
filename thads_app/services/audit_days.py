"""A day's report on the audit trail: how far each chain was sealed, the file that anchors it, and whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models import AuditAnchor
from thads_app import clock, db
from thads_app.repositories import audit as repository
from thads_app.rules.audit_chain import NO_OFFICE
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission, Scope
from thads_app.services.audit_anchors import AnchorFile, KeptAnchor, anchors_folder, kept_days, read_anchor
from thads_app.services.office_tree import office_tree
from thads_app.services.verification.audit_trail import anchor_problem


@dataclass(frozen=True)
class ChainLine:
    """A chain that grew on the day: entries of the day, its last place and hash then, and whether the seals agree."""

    office: str
    entries: int
    sequence: int
    hash: str
    holds: bool


@dataclass(frozen=True)
class DayReport:
    """What is anchored of a day. `problem` says what does not hold; `lines` are the chains the reader may see.

    `waiting` entries of the whole service have no seal yet, the oldest since `waiting_since`.
    """

    day: date
    anchored: bool
    closed: bool
    made_at: datetime | None
    sha256: str
    previous_sha256: str
    entries: int
    chains: int
    problem: str
    lines: tuple[ChainLine, ...]
    earlier: date | None
    later: date | None
    waiting: int
    waiting_since: datetime | None


async def day_report(actor: Actor, asked: date | None = None) -> DayReport:
    """The report of a day; of the newest one anchored, or today, when none is asked for.

    Raises:
        Forbidden: the actor reads no trail.
    """
    scope = actor.scope(Permission.AUDIT_READ)
    folder, tree = anchors_folder(), await office_tree()
    days = kept_days(folder)
    day = asked or (days[-1] if days else clock.today())
    kept = read_anchor(folder, day)
    async with (
        db.session(actor) as session,
        db.beyond_scope(session, "an anchor speaks of every chain; only the reader's own are named"),
    ):
        waiting, since = await repository.waiting(session)
        noted = (await repository.anchors(session)).get(day)
        problem = await _problem(session, kept, noted, tree)
        content = kept.content if kept else None
        lines = await _lines(session, scope, content, tree) if content else ()
    return DayReport(
        day=day,
        anchored=kept is not None,
        closed=bool(content and content.closed),
        made_at=content.made_at if content else None,
        sha256=kept.sha256 if kept else "",
        previous_sha256=content.previous.sha256 if content and content.previous else "",
        entries=content.entries if content else 0,
        chains=len(content.chains) if content else 0,
        problem=problem,
        lines=lines,
        earlier=max((each for each in days if each < day), default=None),
        later=min((each for each in days if each > day), default=None),
        waiting=waiting,
        waiting_since=since,
    )


async def _problem(session: AsyncSession, kept: KeptAnchor | None, noted: AuditAnchor | None, tree: OfficeTree) -> str:
    if kept is None:
        return "Tệp neo của ngày này đã mất." if noted is not None else ""
    found = await anchor_problem(session, kept, noted, {node.id: node.code for node in tree.nodes.values()})
    return f"{found}." if found else ""


async def _lines(session: AsyncSession, scope: Scope, content: AnchorFile, tree: OfficeTree) -> tuple[ChainLine, ...]:
    wrong = {chain for chain, _ in await repository.wrong_heads(session, content.heads())}
    found = [
        ChainLine(
            office="Không thuộc đơn vị nào" if head.chain == NO_OFFICE else _name(tree, head.chain),
            entries=head.entries,
            sequence=head.sequence,
            hash=head.hash,
            holds=head.chain not in wrong,
        )
        for head in content.chains
        if (scope.everything if head.chain == NO_OFFICE else scope.holds(head.chain))
    ]
    return tuple(sorted(found, key=lambda line: (-line.entries, line.office)))


def _name(tree: OfficeTree, office_id: int) -> str:
    return tree.nodes[office_id].short_name if office_id in tree.nodes else str(office_id)
