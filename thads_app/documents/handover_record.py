"""The printed record (biên bản) of a handover: whose dossiers went to whom, with their sheets, money and deadlines.

Components of the paper: NĐ 30/2020/NĐ-CP Đ.8 and Phụ lục I. What the system recorded stands in the column of results
and over the names; the paper is signed by hand or digitally afterwards.
"""

from datetime import date, datetime

from models.enums import HANDOVER_ITEM_STATUS_LABELS, HandoverItemStatus, HandoverKind
from thads_app import clock
from thads_app.documents.typesetting import pictures, typeset
from thads_app.errors import Refused
from thads_app.rules.handovers import Confirmer, Side
from thads_app.rules.personal_data import mask_text
from thads_app.rules.vietnamese import format_date, format_moment, format_number
from thads_app.services.handover_views import HandoverDetail, ItemView

TEMPLATE = "handover_record.typ"

_SUBJECTS = {
    HandoverKind.INTAKE_TO_OFFICER: "Bàn giao hồ sơ thi hành án cho Chấp hành viên",
    HandoverKind.OFFICER_TO_OFFICER: "Bàn giao hồ sơ thi hành án giữa các Chấp hành viên",
}
_ROLES = {Side.INTAKE: "cán bộ thụ lý", Side.OFFICER: "Chấp hành viên", Side.OFFICE: ""}
_OUTCOMES = (
    (HandoverItemStatus.CONFIRMED, "đã xác nhận"),
    (HandoverItemStatus.ACCEPTED, "bên nhận đã xác nhận, chờ thủ trưởng"),
    (HandoverItemStatus.PENDING, "chờ xác nhận"),
    (HandoverItemStatus.REFUSED, "từ chối"),
    (HandoverItemStatus.RECALLED, "đã thu hồi"),
)


def handover_record_pdf(detail: HandoverDetail, printed: str = "") -> bytes:
    """The record as PDF, with who printed it at the foot of each page; call it beside the event loop.

    Raises:
        Refused: the handover was not sent yet.
    """
    return typeset(TEMPLATE, record_data(detail) | {"printed": printed}, made_at=_made_at(detail))


def handover_record_pictures(detail: HandoverDetail) -> list[bytes]:
    """The record's pages as PNG pictures.

    Raises:
        Refused: the handover was not sent yet.
    """
    return pictures(TEMPLATE, record_data(detail) | {"printed": ""}, made_at=_made_at(detail))


def record_data(detail: HandoverDetail) -> dict[str, object]:
    """What the template shows: texts only, written out.

    Raises:
        Refused: the handover was not sent yet.
    """
    view, rule = detail.view, detail.rule
    if detail.business_date is None:
        raise Refused("handover_record_draft")
    prepared = detail.prepared_by if detail.prepared_by != view.giver else ""
    return {
        "title": f"Biên bản bàn giao hồ sơ {view.label}",
        "superior": detail.superior,
        "office": detail.office.name,
        "number": view.label,
        "place": detail.place,
        "day": _day_in_words(detail.business_date),
        "subject": _SUBJECTS[view.kind],
        "article": rule.article.replace("; ", " và ").replace("Đ.", "Điều "),
        "giver": {"name": view.giver, "role": _ROLES[rule.giver], "office": detail.office.name},
        "receiver": {"name": view.receiver, "role": _ROLES[rule.receiver], "office": detail.receiver_office.name},
        "prepared_by": prepared,
        "reason": mask_text(view.reason).rstrip(". "),
        "count": format_number(len(detail.items)),
        "items": [_item(position, item) for position, item in enumerate(detail.items, start=1)],
        "sheets": format_number(sum(item.sheet_count for item in detail.items)),
        "money": format_number(sum(item.money_in_custody for item in detail.items)),
        "outcome": _outcome(detail.items),
        "copies": "03",
        "signatures": _signatures(detail),
    }


def _item(position: int, item: ItemView) -> dict[str, str]:
    notes = [item.open_deadlines, item.note]
    return {
        "position": str(position),
        "number": item.decision_number,
        "date": format_date(item.decision_date),
        "debtor": item.debtor,
        "sheets": format_number(item.sheet_count),
        "money": format_number(item.money_in_custody),
        "notes": "; ".join(note for note in notes if note),
        "result": _result(item),
    }


def _result(item: ItemView) -> str:
    if item.status is HandoverItemStatus.REFUSED:
        return f"Từ chối: {item.refusal_reason}"
    if item.status is HandoverItemStatus.CONFIRMED:
        last = max(moment for moment in (item.received_at, item.approved_at) if moment is not None)
        return f"Đã xác nhận {format_moment(last)}"
    return HANDOVER_ITEM_STATUS_LABELS[item.status]


def _outcome(items: list[ItemView]) -> str:
    counts = [(sum(item.status is status for item in items), words) for status, words in _OUTCOMES]
    told = ", ".join(f"{format_number(count)} hồ sơ {words}" for count, words in counts if count)
    return f"Đến thời điểm in biên bản: {told}."


def _signatures(detail: HandoverDetail) -> list[dict[str, str]]:
    received = [(item.received_at, item.received_by) for item in detail.items if item.received_at]
    approved = [(item.approved_at, item.approved_by) for item in detail.items if item.approved_at]
    by_hand = "(Ký, ghi rõ họ tên)"
    return [
        {
            "side": "BÊN GIAO",
            "instruction": by_hand,
            "mark": f"Gửi trên hệ thống lúc {format_moment(detail.view.sent_at)}",
            "name": detail.view.giver,
        },
        {"side": "BÊN NHẬN", "instruction": by_hand, "mark": _mark(received), "name": detail.view.receiver},
        {
            "side": "THỦ TRƯỞNG CƠ QUAN",
            "instruction": "(Ký, đóng dấu, ghi rõ họ tên)",
            "mark": _mark(approved) if Confirmer.HEAD in detail.rule.confirmers else "",
            "name": approved[-1][1] if approved else "",
        },
    ]


def _mark(confirmed: list[tuple[datetime, str]]) -> str:
    moments = [moment for moment, _ in confirmed]
    return f"Xác nhận trên hệ thống lúc {format_moment(max(moments))}" if moments else ""


def _day_in_words(day: date) -> str:
    # NĐ 30/2020/NĐ-CP Phụ lục I, II.4: days under 10 and months 1, 2 get a nought in front.
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)  # noqa: PLR2004
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def _made_at(detail: HandoverDetail) -> datetime:
    return detail.view.closed_at or detail.view.sent_at or clock.now()
