"""Kinds of handovers as rows of data, and what may happen to an item of one.

Source: the domain notes on handovers (BG02, BG03); NĐ 152/2026/NĐ-CP Đ.12.2 (the officer opens the dossier within two
working days of the assignment), Đ.13 (change of officer); TT 04/2023/TT-BTP Đ.31 (numbered sheets, the index).
Responsibility, and with it the count, moves per item and only when every confirmation the kind asks for is there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models.enums import OPEN_STATUSES, CaseStatus, HandoverItemStatus, HandoverKind, HandoverStatus
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.rights import Permission

MAX_ITEMS = 200
"""Cases one handover may hold: what two people can still check against the shelf."""


class Side(StrEnum):
    """Who stands on one side of a handover."""

    INTAKE = "intake"  # whoever registers cases at the office; the cases have no officer yet
    OFFICER = "officer"  # a named officer
    OFFICE = "office"  # the office itself: whoever there holds the right


class Confirmer(StrEnum):
    """Whose word an item needs."""

    RECEIVER = "receiver"
    HEAD = "head"


class Reach(StrEnum):
    """How far a handover may go, on today's map."""

    OFFICE = "office"
    PROVINCE = "province"


@dataclass(frozen=True)
class HandoverRule:
    """One kind of handover.

    Attributes:
        kind: the kind.
        code: its short code on papers.
        giver, receiver: who stands on each side.
        giver_right: the right the giver needs at the giving office beside making handovers.
        confirmers: whose confirmations an item needs, in any order.
        moves_responsibility: whether the case gets the receiving officer when an item is confirmed.
        reach: how far it may go.
        reason_needed: whether a reason must be given before it is sent.
        article: where the law says so.
    """

    kind: HandoverKind
    code: str
    giver: Side
    receiver: Side
    giver_right: Permission
    confirmers: frozenset[Confirmer]
    moves_responsibility: bool
    reach: Reach
    reason_needed: bool
    article: str


HANDOVER_RULES: dict[HandoverKind, HandoverRule] = {
    row.kind: row
    for row in (
        HandoverRule(
            kind=HandoverKind.INTAKE_TO_OFFICER,
            code="BG02",
            giver=Side.INTAKE,
            receiver=Side.OFFICER,
            giver_right=Permission.CASE_CREATE,
            confirmers=frozenset({Confirmer.RECEIVER}),
            moves_responsibility=True,
            reach=Reach.OFFICE,
            reason_needed=False,
            article="NĐ 152/2026/NĐ-CP Đ.12.2",
        ),
        HandoverRule(
            kind=HandoverKind.OFFICER_TO_OFFICER,
            code="BG03",
            giver=Side.OFFICER,
            receiver=Side.OFFICER,
            giver_right=Permission.HANDOVER_CREATE,
            confirmers=frozenset({Confirmer.RECEIVER, Confirmer.HEAD}),
            moves_responsibility=True,
            reach=Reach.PROVINCE,
            reason_needed=True,
            article="NĐ 152/2026/NĐ-CP Đ.13; TT 04/2023/TT-BTP Đ.31",
        ),
    )
}


def label(number: int, year: int) -> str:
    """A handover's number as people say it; it runs per giving office and calendar year (NĐ 30/2020/NĐ-CP Đ.15)."""
    return f"BG-{number}/{year}"


def kinds_confirmed_by(confirmer: Confirmer) -> frozenset[HandoverKind]:
    """The kinds that need this confirmation."""
    return frozenset(rule.kind for rule in HANDOVER_RULES.values() if confirmer in rule.confirmers)


def case_refusal(
    rule: HandoverRule,
    *,
    number: str,
    status: CaseStatus,
    officer_id: int | None,
    giver_staff_id: int | None,
    same_office: bool,
) -> Refusal | None:
    """Why a case cannot be handed over by this giver, now or any more; None when it can.

    Args:
        rule: the kind.
        number: the case's decision number, for the sentence.
        status: where the case stands.
        officer_id: who is responsible for it now.
        giver_staff_id: the officer who gives, when the kind has one.
        same_office: whether the case is at the giving office (on today's map).
    """
    common = (("number", number),)
    if status not in OPEN_STATUSES:
        return Refusal("handover_case_closed", "case", (*common, ("status", status)))
    if not same_office:
        return Refusal("handover_case_moved", "case", common)
    if rule.giver is Side.INTAKE and officer_id is not None:
        return Refusal("handover_case_assigned", "case", common)
    if rule.giver is Side.OFFICER and (giver_staff_id is None or officer_id != giver_staff_id):
        return Refusal("handover_case_not_givers", "case", common)
    return None


def status_after(rule: HandoverRule, confirmed_by: Iterable[Confirmer]) -> HandoverItemStatus:
    """An item's state with these confirmations."""
    given = frozenset(confirmed_by)
    if rule.confirmers <= given:
        return HandoverItemStatus.CONFIRMED
    return HandoverItemStatus.ACCEPTED if Confirmer.RECEIVER in given else HandoverItemStatus.PENDING


WAITING = frozenset({HandoverItemStatus.PENDING, HandoverItemStatus.ACCEPTED})
"""The states in which an item still waits for somebody."""


def status_of_handover(items: Iterable[HandoverItemStatus]) -> HandoverStatus:
    """The state of a handover that was sent, from its items: recalled only when nothing was decided before."""
    found = frozenset(items)
    if found & WAITING:
        return HandoverStatus.SENT
    if found <= {HandoverItemStatus.RECALLED}:
        return HandoverStatus.RECALLED
    return HandoverStatus.CLOSED
