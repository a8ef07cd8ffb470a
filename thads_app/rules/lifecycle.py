"""Which event may follow which, as data: one row per event, in the validity of its law.

Source: the foundation's lifecycle of the glossary; Law 26/2008/QH12 Đ.44a (without conditions), Đ.48 (postponement),
Đ.49 (suspension), Đ.50 (termination), Đ.52 (completion), Đ.55 (entrustment), Đ.37 (revocation), NĐ 62/2015 Đ.9.5
(separate book); Law 106/2025/QH15 with NĐ 152/2026 Đ.22 (request returned, from 01/07/2026).
More rows join as the law grows.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.enums import OPEN_STATUSES, CaseStatus, EventType, Source


class AmountRule(StrEnum):
    """What an event's amount means."""

    NONE = "none"
    PART = "part"  # needed, more than 0, at most what is outstanding
    ALL_COLLECTED = "all_collected"  # blank or exactly what is outstanding: afterwards nothing may be
    ALL_LEAVES = "all_leaves"  # nothing is typed: all that is outstanding leaves with the case
    REGISTERED = "registered"  # the registered amount


_S = CaseStatus
_E = EventType
_ACTIVE = frozenset({_S.IN_PROGRESS})
_PAUSED = frozenset({_S.POSTPONED_BY_AGREEMENT, _S.POSTPONED_OTHER, _S.SUSPENDED, _S.HELD_OTHER})
_COUNTED = OPEN_STATUSES - {_S.SEPARATE_BOOK}


@dataclass(frozen=True)
class LifecycleRow:
    """One event's rule.

    Attributes:
        event: the event.
        from_statuses: the statuses in which it may happen.
        to_status: the status afterwards; None leaves it unchanged.
        amount: what its amount means.
        article: where the law says so.
        valid_from, valid_to: the business dates it may carry, both ends included.
        source: the only source of a case it may happen to, if any.
        needs_officer, needs_office: whether it names an officer, a receiving office.
    """

    event: EventType
    from_statuses: frozenset[CaseStatus]
    to_status: CaseStatus | None
    amount: AmountRule
    article: str
    valid_from: date | None = None
    valid_to: date | None = None
    source: Source | None = None
    needs_officer: bool = False
    needs_office: bool = False


LIFECYCLE: dict[EventType, LifecycleRow] = {
    row.event: row
    for row in (
        LifecycleRow(
            _E.REGISTERED,
            frozenset(),
            _S.IN_PROGRESS,
            AmountRule.REGISTERED,
            "Luật THADS 2008 Đ.36",
        ),
        LifecycleRow(
            _E.ASSIGNED,
            OPEN_STATUSES,
            None,
            AmountRule.NONE,
            "Luật THADS 2008 Đ.36.3",
            needs_officer=True,
        ),
        LifecycleRow(_E.COLLECTED, _COUNTED, None, AmountRule.PART, "Luật THADS 2008 Đ.47"),
        LifecycleRow(_E.REDUCED, _COUNTED, None, AmountRule.PART, "Luật THADS 2008 Đ.61-64"),
        LifecycleRow(
            _E.PARTLY_TERMINATED,
            _COUNTED,
            None,
            AmountRule.PART,
            "Luật THADS 2008 Đ.50",
        ),
        LifecycleRow(_E.PARTLY_ENTRUSTED, _ACTIVE, None, AmountRule.PART, "Luật THADS 2008 Đ.55"),
        LifecycleRow(
            _E.FOUND_WITHOUT_CONDITIONS,
            _ACTIVE,
            _S.WITHOUT_CONDITIONS,
            AmountRule.NONE,
            "Luật THADS 2008 Đ.44a",
        ),
        LifecycleRow(
            _E.FOUND_WITH_CONDITIONS,
            frozenset({_S.WITHOUT_CONDITIONS}),
            _S.IN_PROGRESS,
            AmountRule.NONE,
            "NĐ 62/2015 Đ.9.4",
        ),
        LifecycleRow(
            _E.POSTPONED_BY_AGREEMENT,
            _ACTIVE,
            _S.POSTPONED_BY_AGREEMENT,
            AmountRule.NONE,
            "Luật THADS 2008 Đ.48.1.c",
        ),
        LifecycleRow(
            _E.POSTPONED_OTHER,
            _ACTIVE,
            _S.POSTPONED_OTHER,
            AmountRule.NONE,
            "Luật THADS 2008 Đ.48",
        ),
        LifecycleRow(_E.SUSPENDED, _ACTIVE, _S.SUSPENDED, AmountRule.NONE, "Luật THADS 2008 Đ.49"),
        LifecycleRow(_E.HELD_OTHER, _ACTIVE, _S.HELD_OTHER, AmountRule.NONE, "TT 05/2024/TT-BTP"),
        LifecycleRow(
            _E.RESUMED,
            _PAUSED,
            _S.IN_PROGRESS,
            AmountRule.NONE,
            "Luật THADS 2008 Đ.48.3, Đ.49.3",
        ),
        LifecycleRow(
            _E.MOVED_TO_SEPARATE_BOOK,
            frozenset({_S.WITHOUT_CONDITIONS}),
            _S.SEPARATE_BOOK,
            AmountRule.NONE,
            "NĐ 62/2015 Đ.9.5; NĐ 152/2026 Đ.22.1",
        ),
        LifecycleRow(
            _E.RETURNED_FROM_SEPARATE_BOOK,
            frozenset({_S.SEPARATE_BOOK}),
            _S.IN_PROGRESS,
            AmountRule.NONE,
            "NĐ 62/2015 Đ.9.5",
        ),
        LifecycleRow(
            _E.ENTRUSTED,
            _ACTIVE | {_S.WITHOUT_CONDITIONS},
            _S.ENTRUSTED,
            AmountRule.ALL_LEAVES,
            "Luật THADS 2008 Đ.55-57; NĐ 152/2026 Đ.26",
        ),
        LifecycleRow(
            _E.WITHDRAWN_BY_SUPERIOR,
            _COUNTED,
            _S.WITHDRAWN,
            AmountRule.ALL_LEAVES,
            "Luật THADS 2008 Đ.35",
        ),
        LifecycleRow(
            _E.REVOKED,
            _COUNTED,
            _S.REVOKED,
            AmountRule.ALL_LEAVES,
            "Luật THADS 2008 Đ.37",
        ),
        LifecycleRow(
            _E.COMPLETED,
            _COUNTED,
            _S.COMPLETED,
            AmountRule.ALL_COLLECTED,
            "Luật THADS 2008 Đ.52",
        ),
        LifecycleRow(
            _E.TERMINATED,
            _COUNTED,
            _S.TERMINATED,
            AmountRule.ALL_LEAVES,
            "Luật THADS 2008 Đ.50",
        ),
        LifecycleRow(
            _E.REQUEST_RETURNED,
            frozenset({_S.WITHOUT_CONDITIONS}),
            _S.REQUEST_RETURNED,
            AmountRule.ALL_LEAVES,
            "NĐ 152/2026 Đ.22.2",
            valid_from=date(2026, 7, 1),
            source=Source.ON_REQUEST,
        ),
    )
}


@dataclass(frozen=True)
class Refusal:
    """Why an event may not happen: a code for the sentence, what fills it, and the field it belongs to."""

    code: str
    field: str = "type"
    params: tuple[tuple[str, object], ...] = ()


def refusals(
    event: EventType,
    *,
    status: CaseStatus,
    outstanding: int,
    source: Source,
    business_date: date,
    not_before: date,
    today: date,
    amount: int | None = None,
    has_officer: bool = False,
) -> list[Refusal]:
    """Every reason why the event may not happen now; empty when it may.

    Args:
        event: any event but `registered` and `corrected` (those have rules of their own).
        status: of the case now.
        outstanding: đồng still owed.
        source: how the case was opened.
        business_date: the day it happened.
        not_before: the business date of the case's latest event in force.
        today: the day of recording.
        amount: đồng, when typed.
        has_officer: whether an officer is named.
    """
    row = LIFECYCLE[event]
    found = _status_refusals(row, status, source)
    found += _date_refusals(row, business_date, not_before, today)
    found += _amount_refusals(row, amount, outstanding)
    if row.needs_officer and not has_officer:
        found.append(Refusal("officer_needed", "officer"))
    return found


def _status_refusals(row: LifecycleRow, status: CaseStatus, source: Source) -> list[Refusal]:
    if status not in row.from_statuses:
        code = "case_closed" if status not in OPEN_STATUSES else "event_not_after_status"
        return [Refusal(code, "type", (("event", row.event), ("status", status)))]
    if row.source is not None and row.source != source:
        return [Refusal("event_other_source", "type", (("event", row.event),))]
    return []


def _date_refusals(row: LifecycleRow, day: date, not_before: date, today: date) -> list[Refusal]:
    if day > today:
        return [Refusal("date_in_future", "business_date", (("date", day),))]
    if day < not_before:
        return [
            Refusal(
                "date_before_last_event",
                "business_date",
                (("date", day), ("last", not_before)),
            )
        ]
    if row.valid_from is not None and day < row.valid_from:
        return [
            Refusal(
                "event_not_yet_law",
                "business_date",
                (("event", row.event), ("from", row.valid_from)),
            )
        ]
    if row.valid_to is not None and day > row.valid_to:
        return [
            Refusal(
                "event_no_longer_law",
                "business_date",
                (("event", row.event), ("to", row.valid_to)),
            )
        ]
    return []


def _amount_refusals(row: LifecycleRow, amount: int | None, outstanding: int) -> list[Refusal]:
    if row.amount is AmountRule.PART:
        if amount is None:
            return [Refusal("amount_needed", "amount")]
        if amount <= 0:
            return [Refusal("amount_not_positive", "amount")]
        if amount > outstanding:
            return [Refusal("amount_over_outstanding", "amount", (("outstanding", outstanding),))]
    elif row.amount is AmountRule.ALL_COLLECTED:
        if amount is not None and amount < 0:
            return [Refusal("amount_negative", "amount")]
        if amount is not None and amount > outstanding:
            return [Refusal("amount_over_outstanding", "amount", (("outstanding", outstanding),))]
        if amount is not None and amount < outstanding:
            return [
                Refusal(
                    "completed_leaves_outstanding",
                    "amount",
                    (("outstanding", outstanding),),
                )
            ]
    elif amount is not None and amount != 0 and not (row.amount is AmountRule.ALL_LEAVES and amount == outstanding):
        return [Refusal("amount_not_allowed", "amount", (("event", row.event),))]
    return []
