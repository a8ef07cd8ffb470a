"""By when a data subject's request must be answered and carried out, and what may be done to it when.

Sources: Luật 91/2025/QH15 Đ.4 (rights), Đ.13–14 (rectifying, erasing), Đ.19 (processing without consent);
NĐ 356/2025/NĐ-CP Đ.5 (terms). The decree itself was not read: its terms stand here as two law firms' notices of
January 2026 give them, and each says whether they confirm it. A changed term is one changed line.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.personal_enums import OPEN_DATA_REQUESTS, DataRequestKind, DataRequestStatus
from thads_app.rules.calendar import VIETNAM, TermUnit, WorkingCalendar, end_of_term

RESPONSE_WORKING_DAYS = 2
"""To tell the person that the request is taken up and how it will go (NĐ 356/2025 Đ.5; confirmed by both notices)."""


@dataclass(frozen=True)
class RequestTerm:
    """How long a kind of request may take, in days from the day it came in.

    Attributes:
        days: when the office alone has to act.
        days_with_others: when a processor or a third party must act too.
        extension: further days, once, when the request is difficult.
        source: where the term stands.
        confirmed: whether every number of it was found in a published notice.
    """

    days: int
    days_with_others: int
    extension: int
    source: str
    confirmed: bool = True


_STOPPING = RequestTerm(15, 20, 15, "NĐ 356/2025/NĐ-CP Đ.5")
_SEEING = RequestTerm(
    10, 15, 10, "NĐ 356/2025/NĐ-CP Đ.5; thời hạn khi có bên khác và gia hạn: chưa xác nhận", confirmed=False
)
_ERASING = RequestTerm(
    20, 30, 20, "NĐ 356/2025/NĐ-CP Đ.5; thời hạn khi có bên khác và gia hạn: chưa xác nhận", confirmed=False
)

TERMS: Mapping[DataRequestKind, RequestTerm] = {
    DataRequestKind.ACCESS: _SEEING,
    DataRequestKind.PROVIDE: _SEEING,
    DataRequestKind.RECTIFY: _SEEING,
    DataRequestKind.ERASE: _ERASING,
    DataRequestKind.RESTRICT: _STOPPING,
    DataRequestKind.OBJECT: _STOPPING,
    DataRequestKind.WITHDRAW: _STOPPING,
}


class RequestStep(StrEnum):
    """What may be done to a request."""

    RESPOND = "respond"
    EXTEND = "extend"
    FULFIL = "fulfil"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Deadlines:
    """The last days of a request."""

    respond_by: date
    due_on: date


def deadlines(
    kind: DataRequestKind, received_on: date, *, others_involved: bool, calendar: WorkingCalendar = VIETNAM
) -> Deadlines:
    """The last days that a request sets when it comes in; a last day off moves on (BLDS 2015 Đ.148.5)."""
    term = TERMS[kind]
    days = term.days_with_others if others_involved else term.days
    return Deadlines(
        respond_by=end_of_term(received_on, RESPONSE_WORKING_DAYS, TermUnit.WORKING_DAY, calendar),
        due_on=end_of_term(received_on, days, TermUnit.DAY, calendar),
    )


def extended_due(
    kind: DataRequestKind, received_on: date, *, others_involved: bool, calendar: WorkingCalendar = VIETNAM
) -> date:
    """The last day after the one extension: both terms run on from the day the request came in."""
    term = TERMS[kind]
    days = (term.days_with_others if others_involved else term.days) + term.extension
    return end_of_term(received_on, days, TermUnit.DAY, calendar)


def allowed_steps(status: DataRequestStatus, *, extended: bool, due_on: date, today: date) -> frozenset[RequestStep]:
    """What may be done now. An extension comes once, after the response and before the term ends."""
    if status not in OPEN_DATA_REQUESTS:
        return frozenset()
    steps = {RequestStep.FULFIL, RequestStep.REFUSE, RequestStep.WITHDRAW}
    if status is DataRequestStatus.RECEIVED:
        steps.add(RequestStep.RESPOND)
    elif not extended and today <= due_on:
        steps.add(RequestStep.EXTEND)
    return frozenset(steps)


def is_overdue(status: DataRequestStatus, respond_by: date, due_on: date, today: date) -> bool:
    """Whether a term has passed: that of the response while there is none, then that of carrying it out."""
    if status is DataRequestStatus.RECEIVED:
        return today > respond_by
    return status in OPEN_DATA_REQUESTS and today > due_on
