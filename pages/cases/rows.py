"""A case as a line of a table: everything written out."""

from __future__ import annotations

from dataclasses import dataclass

from components.formats import format_date, format_money
from models.enums import CASE_STATUS_LABELS, CLOSED_STATUSES, JUDGMENT_KIND_LABELS, JudgmentKind
from thads_app.services.case_lists import ListedCase

SHORT_KINDS = {
    JudgmentKind.CRIMINAL: "Hình sự",
    JudgmentKind.FAMILY: "Hôn nhân, gia đình",
    JudgmentKind.COMMERCIAL: "Kinh doanh TM",
}
UNASSIGNED = "Chưa phân công"


@dataclass(frozen=True)
class CaseRow:
    """One line of the list."""

    id: int
    href: str
    number: str
    decided: str
    debtor: str
    creditor: str
    kind: str
    amount: str
    outstanding: str
    officer: str
    unassigned: bool
    status: str
    status_label: str
    closed: bool
    since: str
    office: str


def case_row(case: ListedCase) -> CaseRow:
    """The line of a case."""
    return CaseRow(
        id=case.id,
        href=f"/ho-so/{case.id}",
        number=case.decision_number,
        decided=format_date(case.decision_date),
        debtor=case.debtor_name,
        creditor=case.creditor_name or "",
        kind=SHORT_KINDS.get(case.judgment_kind, JUDGMENT_KIND_LABELS[case.judgment_kind]),
        amount=format_money(case.amount),
        outstanding=format_money(case.outstanding),
        officer=case.officer_name or UNASSIGNED,
        unassigned=case.officer_id is None,
        status=case.status.value,
        status_label=CASE_STATUS_LABELS[case.status],
        closed=case.status in CLOSED_STATUSES,
        since=format_date(case.status_since),
        office=case.office_name,
    )
