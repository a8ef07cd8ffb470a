"""Declarations and completion requests in words."""

from __future__ import annotations

from dataclasses import dataclass

from components.formats import format_date, format_moment, format_money
from models.guard_enums import COMPLETION_STATUS_LABELS, KINSHIP_LABELS
from thads_app.messages import sentence
from thads_app.services.confirmation_views import CompletionView
from thads_app.services.conflict_views import ConflictView


@dataclass(frozen=True)
class ConflictRow:
    """A declaration, written out."""

    id: int
    officer: str
    relation: str
    article: str
    person: str
    concerns: str
    href: str
    declared: str
    note: str
    ended: str
    may_end: bool
    holds_case: bool


@dataclass(frozen=True)
class CompletionRow:
    """A completion request, written out."""

    id: int
    number: str
    debtor: str
    href: str
    day: str
    collected: str
    rest: str
    recorded: str
    paper: str
    note: str
    status: str
    status_label: str
    answer: str
    barred: str
    may_answer: bool
    may_withdraw: bool


def conflict_row(view: ConflictView) -> ConflictRow:
    """A declaration as a line."""
    where = [
        f"việc {view.decision_number}" if view.decision_number else "",
        f"mọi việc của số định danh …{view.identity_end}" if view.identity_end else "",
        "kế toán của đơn vị" if view.with_colleague else "",
    ]
    ended = f"{format_date(view.ended_on)} · {view.ended_by}: {view.end_reason}" if view.ended_on else ""
    return ConflictRow(
        id=view.id,
        officer=view.officer,
        relation=KINSHIP_LABELS[view.relation],
        article=view.article,
        person=view.person,
        concerns="; ".join(each for each in where if each),
        href=f"/ho-so/{view.case_id}" if view.case_id else "",
        declared=f"{format_date(view.declared_on)} · {view.declared_by}",
        note=view.note,
        ended=ended,
        may_end=view.may_end,
        holds_case=view.holds_case,
    )


def completion_row(view: CompletionView) -> CompletionRow:
    """A completion request as a line."""
    stead = f" (thay mặt {view.on_behalf_of})" if view.on_behalf_of else ""
    answer = f"{view.answered_by}, {format_moment(view.answered_at)}" if view.answered_at else ""
    paper = " · ".join(each for each in (view.document_number, view.ground) if each)
    return CompletionRow(
        id=view.id,
        number=view.decision_number,
        debtor=view.debtor_name,
        href=f"/ho-so/{view.case_id}",
        day=format_date(view.business_date),
        collected=format_money(view.collected),
        rest=format_money(view.outstanding),
        recorded=f"{view.recorded_by}{stead}, {format_moment(view.recorded_at)}",
        paper=paper,
        note=view.note,
        status=view.status.value,
        status_label=COMPLETION_STATUS_LABELS[view.status],
        answer=f"{answer}: {view.reason}" if view.reason else answer,
        barred=sentence(view.barred) if view.barred else "",
        may_answer=view.may_answer,
        may_withdraw=view.may_withdraw,
    )
