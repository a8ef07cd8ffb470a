"""Rows of the audit trail, written out for people."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from components.formats import format_money, format_number
from models.enums import CASE_STATUS_LABELS, EVENT_TYPE_LABELS, HANDOVER_KIND_LABELS, MEASURE_LABELS, ROLE_LABELS
from models.guard_enums import KINSHIP_LABELS
from pages.audit.refusals import refused_area, refused_lines
from thads_app import clock
from thads_app.rules.audit_actions import FIELD_LABELS, OBJECT_LABELS, AuditKind, action_label, kind_of
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import PERMISSION_LABELS
from thads_app.rules.vietnamese import format_date
from thads_app.services.audit_days import ChainLine
from thads_app.services.audit_trail import OBJECT_WORDS, Names, TrailRow

PATH = "/nhat-ky"
OPERATOR, NOBODY = "Vận hành hệ thống", "Chưa đăng nhập"
EMPTY = "(trống)"
_LABELS: dict[str, dict[str, str]] = {
    "status": {str(key): label for key, label in CASE_STATUS_LABELS.items()},
    "type": {str(key): label for key, label in EVENT_TYPE_LABELS.items()},
    "kind": {str(key): label for key, label in HANDOVER_KIND_LABELS.items()},
    "role": {str(key): label for key, label in ROLE_LABELS.items()},
    "measure": {str(key): label for key, label in MEASURE_LABELS.items()},
    "permission": {str(key): label for key, label in PERMISSION_LABELS.items()},
    "permissions": {str(key): label for key, label in PERMISSION_LABELS.items()},
    "relation": {str(key): label for key, label in KINSHIP_LABELS.items()},
    "as": {"receiver": "Bên nhận", "head": "Thủ trưởng"},
}
_MONEY = frozenset({"amount", "outstanding"})
_HIDDEN = frozenset({"changes", "event", "grant"})  # told otherwise, or of no use to a reader
_IN_OBJECT = frozenset({("handover", "number")})
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = {"obligations": "Nghĩa vụ", "parties": "Đương sự"}


@dataclass(frozen=True)
class AuditRow:
    """One row of the trail."""

    key: str
    at: str
    who: str
    who_href: str
    behalf: str
    action: str
    refused: bool
    object: str
    object_href: str
    trail_href: str
    content: str
    message: str
    office: str
    address: str
    request: str
    seal: str


@dataclass(frozen=True)
class ChainRow:
    """One chain of a day's report."""

    key: str
    office: str
    grown: str
    sequence: str
    hash: str
    holds: bool


def audit_row(row: TrailRow, names: Names, tree: OfficeTree) -> AuditRow:
    """A row, with who did it to what, and from what to what."""
    word = next((word for word, kind in OBJECT_WORDS.items() if kind == row.object_type), "")
    href = {"case": "/ho-so/", "handover": "/ban-giao/"}.get(row.object_type, "")
    signed_out = kind_of(row.action) is AuditKind.SIGN_IN and row.account_id is None
    return AuditRow(
        key=str(row.id),
        at=f"{row.at.astimezone(clock.VIETNAM):%H:%M:%S %d/%m/%Y}",
        who=row.full_name or (NOBODY if signed_out else OPERATOR),
        who_href=f"{PATH}?nguoi={row.username}" if row.username else "",
        behalf=f"thay mặt {row.behalf_name}" if row.behalf_name else "",
        action=action_label(row.action),
        refused=kind_of(row.action) is AuditKind.REFUSAL,
        object=_object_words(row, names, tree),
        object_href=f"{href}{row.object_id}" if href and row.object_id else "",
        trail_href=f"{PATH}?doi-tuong={word}:{row.object_id}" if word and row.object_id else "",
        content="\n".join(lines_of(row, names, tree)),
        message=row.message or "",
        office=tree.nodes[row.office_id].short_name if row.office_id in tree.nodes else "",
        address=row.address or "",
        request=row.request_id or "",
        seal=f"Số {format_number(row.sequence)}" if row.sequence else "Đang chờ",
    )


def lines_of(row: TrailRow, names: Names, tree: OfficeTree) -> list[str]:
    """What changed, one line a field, then what else is known."""
    earlier = row.detail.get("changes")  # where rows of earlier versions keep them
    changes = row.changes or (earlier if isinstance(earlier, dict) else {})
    said: list[str] = []
    for name, pair in changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        one, other = (value_words(name, value, names, tree) for value in (before, after))
        said.append(f"{field_label(name)}: {other}" if one == EMPTY else f"{field_label(name)}: {one} → {other}")
    if row.object_type == "service":
        said += refused_lines(row.object_id or "")
    said += [
        f"{field_label(name)}: {value_words(name, value, names, tree)}"
        for name, value in row.detail.items()
        if name not in _HIDDEN and value not in (None, "", []) and (row.object_type, name) not in _IN_OBJECT
    ]
    return said


def field_label(name: str) -> str:
    """A field's name as people know it: `parties.1` → `Đương sự 2`."""
    head, _, place = name.partition(".")
    if head in _PARTS and place.isdigit():
        return f"{_PARTS[head]} {int(place) + 1}"
    return FIELD_LABELS.get(name, name)


def value_words(name: str, value: Any, names: Names, tree: OfficeTree) -> str:
    """A value as people know it."""
    if isinstance(value, list):
        return ", ".join(value_words(name, each, names, tree) for each in value) or EMPTY
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if name == "officer" and isinstance(value, int):
        return names.staff.get(value, str(value))
    if name in {"office", "successor"}:
        return _office_words(value, tree)
    words = str(value)
    if name in _MONEY and words.isascii() and words.isdigit():
        return f"{format_money(int(words))} đ"
    if _DAY.fullmatch(words):
        return format_date(date.fromisoformat(words))
    return _LABELS.get(name, {}).get(words, words)


def _office_words(value: Any, tree: OfficeTree) -> str:
    node = tree.nodes.get(value) if isinstance(value, int) else tree.by_code.get(str(value))
    return node.short_name if node else str(value)


def _object_words(row: TrailRow, names: Names, tree: OfficeTree) -> str:
    label, key = OBJECT_LABELS.get(row.object_type, row.object_type), row.object_id or ""
    number = int(key) if key.isascii() and key.isdigit() else None
    name = key
    if row.object_type == "case" and number is not None:
        name = names.cases.get(number, f"mã {key}")
    elif row.object_type == "account" and number is not None:
        name = names.accounts.get(number, (key, ""))[0]
    elif row.object_type == "office":
        name = _office_words(number if number in tree.nodes else key, tree)
    elif row.object_type == "service":
        name = refused_area(key)
    elif row.object_type == "handover":
        name = str(row.detail.get("number", key))
    return f"{label} {name}".strip()


def chain_row(line: ChainLine) -> ChainRow:
    """A chain of a day's report."""
    return ChainRow(
        key=line.office,
        office=line.office,
        grown=format_number(line.entries),
        sequence=format_number(line.sequence),
        hash=line.hash,
        holds=line.holds,
    )
