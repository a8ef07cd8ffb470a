"""A case's timeline and log in words."""

from __future__ import annotations

from dataclasses import dataclass

from components.formats import format_date, format_moment, format_money
from components.timeline import TimelineItem
from models.enums import EVENT_TYPE_LABELS, EventType
from thads_app import clock
from thads_app.rules.audit_actions import action_label
from thads_app.rules.personal_data import is_masked
from thads_app.services.case_edits import LogEntry
from thads_app.services.cases import CaseDetail, TimelineEntry

GOOD = frozenset({EventType.COLLECTED, EventType.COMPLETED})
WARNING = frozenset(
    {
        EventType.FOUND_WITHOUT_CONDITIONS,
        EventType.SUSPENDED,
        EventType.POSTPONED_OTHER,
        EventType.MOVED_TO_SEPARATE_BOOK,
    }
)
FIELD_WORDS = {
    "decision_number": "Số quyết định",
    "decision_date": "Ngày quyết định",
    "source": "Nguồn thụ lý",
    "received_entrustment": "Nhận ủy thác",
    "state_revenue": "Thu NSNN",
    "credit_institution": "Tổ chức tín dụng",
    "judgment.number": "Số bản án",
    "judgment.judgment_date": "Ngày bản án",
    "judgment.issuing_body": "Cơ quan ban hành",
    "judgment.kind": "Loại án",
    "office_id": "Đơn vị",
    "staff_id": "Chấp hành viên",
    "assigned_on": "Ngày phân công",
    "parties": "Đương sự",
    "obligations": "Nghĩa vụ",
}
PART_WORDS = {
    "name": "họ tên",
    "role": "tư cách",
    "id_number": "số định danh",
    "telephone": "điện thoại",
    "bank_account": "tài khoản",
    "content": "nội dung",
    "amount": "số tiền",
}


@dataclass(frozen=True)
class LogRow:
    """One line of the log."""

    key: str
    at: str
    by: str
    action: str
    detail: str


def field_words(name: str) -> str:
    """A field's name as people know it: `parties.1.name` → `Đương sự 2, họ tên`."""
    head, _, rest = name.partition(".")
    if head in ("parties", "obligations") and rest:
        number, _, part = rest.partition(".")
        words = f"{FIELD_WORDS[head]} {int(number) + 1 if number.isdigit() else number}"
        return f"{words}, {PART_WORDS.get(part, part)}" if part else words
    return FIELD_WORDS.get(name, name)


def story_of(case: CaseDetail) -> list[TimelineItem]:
    """The timeline, newest first."""
    struck_by = {entry.event_id: entry for entry in case.timeline if entry.type is EventType.CORRECTED}
    return [_item(entry, struck_by, position) for position, entry in enumerate(case.timeline)]


def concealed_keys(case: CaseDetail) -> list[str]:
    """The entries of the timeline in whose own words a number is masked."""
    return [
        str(entry.event_id)
        for entry in case.timeline
        if entry.event_id is not None and (is_masked(entry.ground) or is_masked(entry.note))
    ]


def _item(entry: TimelineEntry, corrections: dict[int | None, TimelineEntry], position: int) -> TimelineItem:
    if entry.type is None:
        return TimelineItem(
            key=f"move-{position}",
            what=f"Chuyển sang {entry.office}",
            day=format_date(entry.business_date),
            more="do sắp xếp lại tổ chức; không tính là thụ lý mới",
        )
    return TimelineItem(
        key=str(entry.event_id),
        what=_what(entry),
        day=format_date(entry.business_date),
        more=_more(entry, corrections),
        late=_late(entry),
        struck=entry.corrected_by is not None,
        tone="good" if entry.type in GOOD else "alert" if entry.type in WARNING else "",
    )


def _what(entry: TimelineEntry) -> str:
    words = EVENT_TYPE_LABELS[entry.type] if entry.type else ""
    if entry.type is EventType.ASSIGNED:
        return f"{words} cho {entry.officer}"
    return f"{words} {format_money(entry.booked)} đ" if entry.booked else words


def _more(entry: TimelineEntry, corrections: dict[int | None, TimelineEntry]) -> str:
    recorded = clock.vietnam_day(entry.recorded_at) if entry.recorded_at else None
    when = "cùng ngày" if recorded == entry.business_date else format_moment(entry.recorded_at)
    parts = [
        entry.document_number,
        entry.ground,
        entry.note,
        f"về {entry.office}" if entry.office and entry.type is EventType.ASSIGNED else entry.office,
        f"{_who(entry)} ghi nhận {when}" if recorded else _who(entry),
        f"{entry.confirmed_by} xác nhận" if entry.confirmed_by else "",
    ]
    correction = corrections.get(entry.corrected_by)
    if correction is not None:
        reason = correction.note or correction.ground
        parts.append(f"đã đính chính ngày {format_date(correction.business_date)}" + (f": {reason}" if reason else ""))
    return " · ".join(part for part in parts if part)


def _who(entry: TimelineEntry) -> str:
    stead = f" (thay mặt {entry.on_behalf_of})" if entry.on_behalf_of else ""
    return f"{entry.recorded_by}{stead}"


def _late(entry: TimelineEntry) -> str:
    if not entry.late or entry.recorded_at is None:
        return ""
    days = (clock.vietnam_day(entry.recorded_at) - entry.business_date).days
    return f"muộn {days} ngày"


def log_rows(entries: list[LogEntry]) -> list[LogRow]:
    """The log, newest first."""
    return [
        LogRow(
            key=str(position),
            at=format_moment(entry.at),
            by=entry.by or "Vận hành hệ thống",
            action=action_label(entry.action),
            detail=_detail(entry.changes, entry.detail),
        )
        for position, entry in enumerate(entries)
    ]


def _detail(changes: dict[str, object], detail: dict[str, object]) -> str:
    earlier = detail.get("changes")  # where rows of earlier versions keep them
    changes = changes or (earlier if isinstance(earlier, dict) else {})
    if changes and "type" not in detail:
        return "; ".join(_change(str(name), pair) for name, pair in changes.items())
    kind = detail.get("type")
    if isinstance(kind, str) and kind in frozenset(EventType):
        return EVENT_TYPE_LABELS[EventType(kind)]
    number = detail.get("decision_number")
    return str(number) if number else ""


def _change(name: str, pair: object) -> str:
    before, after = pair if isinstance(pair, list) and len(pair) == 2 else ("", "")
    return f"{field_words(name)}: {before or 'trống'} → {after or 'trống'}"
