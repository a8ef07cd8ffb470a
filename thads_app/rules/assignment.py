"""To which office an assignment takes a case, and when it is refused.

Law 26/2008/QH12 Đ.36.3 (the head assigns an officer of the office); entrustment, not assignment, crosses provinces
(Đ.55; NĐ 152/2026 Đ.26). An officer of a predecessor or successor office is an officer of the same office.
"""

from collections.abc import Iterable
from datetime import date

from thads_app.rules.lifecycle import Refusal
from thads_app.rules.offices import OfficeTree


def assignment_office(
    tree: OfficeTree, *, case_office_id: int, officer_office_ids: Iterable[int], day: date, first: bool
) -> int | Refusal | None:
    """The other office the case moves to with the officer, None when it stays, or why it may not be assigned.

    Args:
        tree: the offices.
        case_office_id: who is responsible on the day.
        officer_office_ids: where the officer is posted on the day.
        day: of the assignment.
        first: whether the case has no officer yet: then only one of its own office may receive it.
    """
    offices = list(officer_office_ids)
    if any(tree.same_office_today(office, case_office_id) for office in offices):
        return None
    if not offices:
        return Refusal("officer_not_posted", "officer", (("date", day),))
    if first:
        return Refusal("officer_other_office", "officer")
    province = tree.province_today(case_office_id)
    same_province = [office for office in offices if tree.province_today(office) == province]
    if not same_province:
        return Refusal("officer_other_province", "officer")
    target = tree.line.on(same_province[0], day)
    if not tree.nodes[target].valid_on(day):
        return Refusal("office_not_yet", "officer", (("office", tree.nodes[target].name), ("date", day)))
    return target
