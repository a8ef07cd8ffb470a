"""When somebody may go to work at another office: with nothing left behind, and no rights taken along."""

from datetime import date

from thads_app.errors import FieldError
from thads_app.rules.offices import OfficeTree


def move_problem(
    tree: OfficeTree, from_office: int, to_office: int, *, open_cases: int, disabled: bool, today: date
) -> FieldError | None:
    """Why an account cannot move; None when it can.

    An officer's open cases stay with their office (NĐ 152/2026/NĐ-CP Đ.13: another officer is assigned), so they are
    handed over before the officer goes: afterwards nobody at the office could.

    Args:
        tree: the offices.
        from_office: where the person works.
        to_office: where they shall work.
        open_cases: how many open cases they are responsible for.
        disabled: whether the account is.
        today: the day of the move.
    """
    target = tree.nodes[to_office]
    if disabled:
        return FieldError("move_account_disabled")
    if not target.valid_on(today):
        return FieldError("move_to_ended_office", {"office": target.short_name})
    if tree.same_office_today(from_office, to_office) and not _is_successor(tree, from_office, to_office):
        return FieldError("move_same_office")
    if open_cases and not tree.same_office_today(from_office, to_office):
        return FieldError("move_with_open_cases", {"count": open_cases})
    return None


def _is_successor(tree: OfficeTree, from_office: int, to_office: int) -> bool:
    """Whether the account is still written at an ended office and goes to the one its work passed into."""
    return from_office != to_office and tree.line.today(from_office) == to_office
