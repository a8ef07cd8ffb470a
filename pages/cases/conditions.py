"""The conditions of a case list in words: chips without which the list is wider, and the form that adds to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from components.filters import Chip
from components.formats import format_date, format_money
from models.enums import CASE_STATUS_LABELS, JUDGMENT_KIND_LABELS, SOURCE_LABELS, CaseStatus, JudgmentKind
from thads_app.services.case_lists import CasePage
from thads_app.services.case_query import CLOSED_WORD, OPEN_WORD, CaseQuery, read_query

PROBLEM_NAMES = {
    "don-vi": "đơn vị",
    "chv": "chấp hành viên",
    "trang-thai": "trạng thái",
    "loai-an": "loại án",
    "nguon": "nguồn thụ lý",
    "nsnn": "thu ngân sách",
    "tin-dung": "tổ chức tín dụng",
    "tu": "từ ngày",
    "den": "đến ngày",
    "tien-tu": "số tiền từ",
    "tien-den": "số tiền đến",
    "nam": "năm",
    "sap": "cách sắp xếp",
    "o": "ô số liệu",
}
SORT_WORDS = {
    "date": "ngày thụ lý",
    "number": "số quyết định",
    "debtor": "người phải thi hành",
    "amount": "số phải thi hành",
    "outstanding": "số còn lại",
    "status_since": "ngày của trạng thái",
}


def chips_of(query: CaseQuery, page: CasePage) -> list[Chip]:
    """One chip for each condition, each with the address of the list without it."""
    first = query.first_page()
    return [
        Chip(label, value, replace(first, **without).address())
        for label, value, without in (
            *_place_conditions(query, page),
            *_status_conditions(query),
            *_kind_conditions(query),
            *_range_conditions(query),
        )
    ]


_Condition = tuple[str, str, dict[str, Any]]


def _place_conditions(query: CaseQuery, page: CasePage) -> list[_Condition]:
    found: list[_Condition] = []
    if query.cell:
        found.append(("Số liệu", page.cell or "ô đã chọn", {"cell": ()}))
    if query.year:
        found.append(("Năm công tác", str(query.year), {"year": None}))
    if page.office:
        found.append(("Đơn vị", page.office.short_name, {"office": ""}))
    if query.mine:
        found.append(("Phụ trách", "tôi", {"mine": False}))
    if query.unassigned:
        found.append(("Phân công", "chưa có", {"unassigned": False}))
    for code in query.officers:
        others = tuple(other for other in query.officers if other != code)
        found.append(("Chấp hành viên", page.officers.get(code, code), {"officers": others}))
    return found


def _status_conditions(query: CaseQuery) -> list[_Condition]:
    found: list[_Condition] = []
    if query.open_only:
        found.append(("Trạng thái", "đang mở", {"open_only": False}))
    if query.closed_only:
        found.append(("Trạng thái", "đã kết thúc", {"closed_only": False}))
    for status in query.statuses:
        others = tuple(other for other in query.statuses if other != status)
        found.append(("Trạng thái", CASE_STATUS_LABELS[status].lower(), {"statuses": others}))
    return found


def _kind_conditions(query: CaseQuery) -> list[_Condition]:
    found: list[_Condition] = []
    for kind in query.kinds:
        others = tuple(other for other in query.kinds if other != kind)
        found.append(("Loại án", JUDGMENT_KIND_LABELS[kind].lower(), {"kinds": others}))
    if query.source:
        found.append(("Nguồn", SOURCE_LABELS[query.source].lower(), {"source": None}))
    if query.state_revenue is not None:
        found.append(("Thu NSNN", "có" if query.state_revenue else "không", {"state_revenue": None}))
    if query.credit_institution is not None:
        word = "có" if query.credit_institution else "không"
        found.append(("Tổ chức tín dụng", word, {"credit_institution": None}))
    return found


def _range_conditions(query: CaseQuery) -> list[_Condition]:
    found: list[_Condition] = []
    if query.decided_from:
        found.append(("Thụ lý", f"từ {format_date(query.decided_from)}", {"decided_from": None}))
    if query.decided_to:
        found.append(("Thụ lý", f"đến {format_date(query.decided_to)}", {"decided_to": None}))
    if query.amount_min is not None:
        found.append(("Phải thi hành", f"từ {format_money(query.amount_min)} đ", {"amount_min": None}))
    if query.amount_max is not None:
        found.append(("Phải thi hành", f"đến {format_money(query.amount_max)} đ", {"amount_max": None}))
    if query.text:
        found.append(("Tìm", query.text, {"text": ""}))
    return found


def problem_words(problems: tuple[str, ...]) -> str:
    """Which conditions of the address were left out because they could not be read."""
    if not problems:
        return ""
    names = ", ".join(PROBLEM_NAMES.get(name, name) for name in problems)
    return f"Đã bỏ qua điều kiện không đọc được: {names}."


def form_values(query: CaseQuery) -> dict[str, str]:
    """What the form of conditions starts from."""
    values = {name: value for name, value in query.parameters().items() if name not in ("sau", "truoc", "trang-thai")}
    for status in query.statuses:
        values[f"trang-thai:{status.value}"] = "on"
    if query.open_only:
        values[f"trang-thai:{OPEN_WORD}"] = "on"
    if query.closed_only:
        values[f"trang-thai:{CLOSED_WORD}"] = "on"
    for kind in query.kinds:
        values[f"loai-an:{kind.value}"] = "on"
    for name, amount in (("tien-tu", query.amount_min), ("tien-den", query.amount_max)):
        values[name] = "" if amount is None else format_money(amount)
    return values


def query_of_form(form: Mapping[str, Any], present: CaseQuery) -> CaseQuery:
    """The list that the form asks for; what the form does not ask (search, figure, order) stays."""
    statuses = [s for s in (OPEN_WORD, CLOSED_WORD, *CaseStatus) if form.get(f"trang-thai:{s}")]
    kinds = [kind for kind in JudgmentKind if form.get(f"loai-an:{kind.value}")]
    officers = [code for code in str(form.get("chv", "")).split(",") if code]
    asked = {
        **present.first_page().parameters(),
        "don-vi": str(form.get("don-vi", present.office)),
        "chv": ",".join(officers),
        "trang-thai": ",".join(statuses),
        "loai-an": ",".join(kinds),
    }
    for name in ("nguon", "nsnn", "tin-dung", "tu", "den", "tien-tu", "tien-den"):
        asked[name] = str(form.get(name, ""))
    return read_query(asked)
