"""Handovers and their items as lines: everything written out."""

from __future__ import annotations

from dataclasses import dataclass

from components.formats import format_date, format_moment, format_money, format_number
from models.enums import (
    CASE_STATUS_LABELS,
    HANDOVER_ITEM_STATUS_LABELS,
    HANDOVER_STATUS_LABELS,
    HandoverItemStatus,
    HandoverKind,
)
from thads_app.messages import sentence
from thads_app.services.handover_views import HandoverView, ItemView

SHORT_KINDS = {
    HandoverKind.INTAKE_TO_OFFICER: "Thụ lý → chấp hành viên",
    HandoverKind.OFFICER_TO_OFFICER: "Giữa chấp hành viên",
}
_COUNTED = (
    (HandoverItemStatus.PENDING, "chờ"),
    (HandoverItemStatus.ACCEPTED, "chờ thủ trưởng"),
    (HandoverItemStatus.CONFIRMED, "đã nhận"),
    (HandoverItemStatus.REFUSED, "từ chối"),
    (HandoverItemStatus.RECALLED, "thu hồi"),
)


@dataclass(frozen=True)
class HandoverRow:
    """One line of a list of handovers."""

    id: int
    href: str
    number: str
    kind: str
    giver: str
    receiver: str
    size: str
    result: str
    at: str
    status: str
    status_label: str


@dataclass(frozen=True)
class ItemRow:
    """One line of a handover's dossiers. `may_refuse` names the capacity in which the reader may refuse, if any."""

    id: int
    case_id: int
    href: str
    number: str
    decided: str
    debtor: str
    case_status: str
    case_status_label: str
    sheets: str
    money: str
    notes: str
    status: str
    status_label: str
    status_notes: list[str]
    problem: str
    may_confirm: bool
    may_approve: bool
    may_refuse: str


def handover_row(view: HandoverView) -> HandoverRow:
    """The line of a handover; offices are named only where they differ."""
    elsewhere = view.giver_office != view.receiver_office
    return HandoverRow(
        id=view.id,
        href=f"/ban-giao/{view.id}",
        number=view.label,
        kind=SHORT_KINDS[view.kind],
        giver=side(view.giver, view.giver_office) if elsewhere or not view.giver else view.giver,
        receiver=side(view.receiver, view.receiver_office) if elsewhere else view.receiver,
        size=format_number(view.size),
        result=result_words(view.items),
        at=format_moment(view.sent_at or view.created_at),
        status=view.status.value,
        status_label=HANDOVER_STATUS_LABELS[view.status],
    )


def side(person: str, office: str) -> str:
    """Who stands on a side, and where."""
    return f"{person} · {office}" if person else office


def result_words(items: dict[HandoverItemStatus, int]) -> str:
    """How many items stand how: "2 đã nhận · 1 từ chối"."""
    return " · ".join(f"{format_number(items[status])} {word}" for status, word in _COUNTED if items.get(status))


def item_row(item: ItemView, *, draft: bool) -> ItemRow:
    """The line of an item; in a draft nothing waits for anybody yet."""
    return ItemRow(
        id=item.id,
        case_id=item.case_id,
        href=f"/ho-so/{item.case_id}" if item.case_visible else "",
        number=item.decision_number,
        decided=format_date(item.decision_date),
        debtor=item.debtor,
        case_status=item.case_status.value,
        case_status_label=CASE_STATUS_LABELS[item.case_status],
        sheets=format_number(item.sheet_count),
        money=format_money(item.money_in_custody) if item.money_in_custody else "",
        notes="; ".join(part for part in (item.open_deadlines, item.note) if part),
        status="draft" if draft else item.status.value,
        status_label="Chưa gửi" if draft else HANDOVER_ITEM_STATUS_LABELS[item.status],
        status_notes=_status_notes(item),
        problem=sentence(item.problem) if item.problem else "",
        may_confirm=item.may_confirm and item.problem is None,
        may_approve=item.may_approve and item.problem is None,
        may_refuse="receiver" if item.may_confirm else "head" if item.may_approve else "",
    )


def _status_notes(item: ItemView) -> list[str]:
    if item.refusal_reason:
        return [item.refusal_reason]
    notes: list[str] = []
    if item.received_at:
        notes.append(f"{item.received_by or 'Bên nhận'} {format_moment(item.received_at)}")
    if item.approved_at:
        notes.append(f"Thủ trưởng {item.approved_by} {format_moment(item.approved_at)}")
    return notes
