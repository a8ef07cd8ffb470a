"""Whose account an administrator may change: whoever resets a password could act with its rights.

An account is overseen by whoever could give each of its roles, or stands above the office of that role in the chain of
delegation (ADR 0011). A role at one's own level, or above, belongs to the level above.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from thads_app.rules.granting import Held, administers, grantable_roles
from thads_app.rules.offices import OfficeTree


def beyond_oversight(tree: OfficeTree, granter: Sequence[Held], theirs: Iterable[Held], day: date) -> list[Held]:
    """The roles, in force or to come, that put an account out of an administrator's hands; empty when none does.

    Args:
        tree: the offices.
        granter: the administrator's own roles.
        theirs: the roles of the account that were not taken back.
        day: today.
    """
    living = [each for each in theirs if each.valid_to is None or each.valid_to >= day]
    return [each for each in living if not _oversees(tree, granter, each, day)]


def _oversees(tree: OfficeTree, granter: Sequence[Held], role: Held, day: date) -> bool:
    if role.role in grantable_roles(tree, granter, role.office_id, day):
        return True
    return any(
        not tree.same_office_today(own.office_id, role.office_id)
        for own in administers(tree, granter, role.office_id, day)
    )
