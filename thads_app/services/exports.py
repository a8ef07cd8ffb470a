"""Files that leave the application: each is recorded, and each says who took it, when, what was asked for, how much.

The record is made before the file is handed over, so that there may be a record without a file but no file without a
record. Heads of offices see what their people took out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.personal_enums import EXPORT_KIND_LABELS, ExportKind
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.repositories import personal_data as repository
from thads_app.repositories.base import write_audit
from thads_app.repositories.personal_data import ExportFilter
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import format_moment, format_number, normalise
from thads_app.services.export_words import conditions_in_words, known_parameters
from thads_app.services.office_tree import office_tree

PAGE_SIZE = 50
_LONGEST_NAME, _LONGEST_WORDS = 200, 1000

_ACTIONS = {
    ExportKind.CASES: "cases.exported",
    ExportKind.REPORT: "report.exported",
    ExportKind.DASHBOARD: "dashboard.exported",
    ExportKind.HANDOVER_RECORD: "handover.exported",
    ExportKind.DATA_REQUESTS: "subject.exported",
    ExportKind.PROCESSING: "processing.exported",
    ExportKind.ACCOUNT_REVIEW: "review.exported",
    ExportKind.PASSWORDS: "account.passwords_taken",
}


@dataclass(frozen=True)
class ExportStamp:
    """What a file says about itself. `rows` are those of its data."""

    number: int
    at: datetime
    kind: ExportKind
    by: str
    office: str
    conditions: str
    rows: int

    @property
    def code(self) -> str:
        """The record's number as people quote it."""
        return f"KX-{self.number}"

    @property
    def line(self) -> str:
        """The one line every file carries."""
        return (
            f"{self.code} · {self.by} ({self.office}) kết xuất lúc {format_moment(self.at)} · "
            f"Điều kiện: {self.conditions} · {format_number(self.rows)} dòng"
        )

    def facts(self) -> list[tuple[str, str]]:
        """The same, one by one."""
        return [
            ("Mã kết xuất", self.code),
            ("Nội dung", EXPORT_KIND_LABELS[self.kind]),
            ("Người kết xuất", self.by),
            ("Đơn vị", self.office),
            ("Thời điểm", format_moment(self.at)),
            ("Điều kiện", self.conditions),
            ("Số dòng", format_number(self.rows)),
        ]


async def record_export(
    actor: Actor, kind: ExportKind, file_name: str, rows: int, parameters: Mapping[str, str], *, about: str = ""
) -> ExportStamp:
    """Record that somebody takes a file out, with its audit row, and return what the file is to say.

    Args:
        actor: who takes it.
        kind: what it holds.
        file_name: as it is sent.
        rows: of data in it.
        parameters: of the address that asked for it; unknown ones are left out.
        about: what the file is of, before the conditions.
    """
    tree = await office_tree()
    kept = known_parameters(parameters)
    words = "; ".join(part for part in (about, conditions_in_words(kept, tree)) if part) or "không có"
    async with unit_of_work(actor) as session:
        number, at = await repository.add_export(
            session,
            {
                "account_id": actor.account_id,
                "office_id": actor.office_id,
                "kind": kind,
                "file_name": file_name[:_LONGEST_NAME],
                "filter": kept,
                "filter_words": words[:_LONGEST_WORDS],
                "row_count": rows,
                "address": actor.address or None,
                "request_id": actor.request_id or None,
            },
        )
        detail: dict[str, object] = {"export": f"KX-{number}", "rows": rows, "conditions": words}
        await write_audit(session, actor, _ACTIONS[kind], "export", number, office_id=actor.office_id, detail=detail)
    office = tree.nodes[actor.office_id].short_name
    return ExportStamp(number, at, kind, actor.name, office, words[:_LONGEST_WORDS], rows)


@dataclass(frozen=True)
class ExportQuery:
    """Which exports a head asks to see; an empty field asks nothing. `office` is a code; days are Vietnam's."""

    office: str = ""
    kind: ExportKind | None = None
    words: str = ""
    since: date | None = None
    until: date | None = None
    before_id: int | None = None


@dataclass(frozen=True)
class ExportLine:
    """One file taken out."""

    number: int
    at: datetime
    by: str
    office: str
    kind: ExportKind
    file_name: str
    conditions: str
    rows: int
    address: str


@dataclass(frozen=True)
class ExportPage:
    """Some exports, newest first; `next_id` leads to the older ones behind them."""

    lines: list[ExportLine]
    next_id: int | None


async def list_exports(actor: Actor, query: ExportQuery) -> ExportPage:
    """The files people of the actor's offices took out.

    Raises:
        Forbidden: the actor may not see them.
    """
    scope = actor.scope(Permission.EXPORT_REVIEW)
    tree = await office_tree()
    office = tree.by_code.get(query.office)
    wanted = ExportFilter(
        office_ids=None if office is None or office.id == tree.root.id else tuple(sorted(tree.today_ids(office.id))),
        kind=query.kind,
        since=_midnight(query.since) if query.since else None,
        until=_midnight(query.until + timedelta(days=1)) if query.until else None,
        words=tuple(normalise(query.words[:100]).split()),
        before_id=query.before_id,
    )
    async with db.session(actor) as session:
        found = await repository.exports_page(session, scope, wanted, PAGE_SIZE + 1)
        lines = [
            ExportLine(
                number=row.id or 0,
                at=row.at or clock.now(),
                by=name or "Vận hành hệ thống",
                office=tree.nodes[row.office_id].short_name,
                kind=row.kind,
                file_name=row.file_name,
                conditions=row.filter_words,
                rows=row.row_count,
                address=row.address or "",
            )
            for row, name in found[:PAGE_SIZE]
        ]
    return ExportPage(lines, lines[-1].number if len(found) > PAGE_SIZE else None)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=clock.VIETNAM)
