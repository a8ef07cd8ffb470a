"""What somebody may do where, and why: every permission with its offices and the grounds it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from thads_app.rules.rights import NOWHERE, Permission, Scope


@dataclass(frozen=True)
class Ground:
    """A grant or an authorisation, with what it gives where.

    `title` names it for people; `given_by` who gave it.
    """

    title: str
    given_by: str
    valid_from: date | None
    valid_to: date | None
    scopes: dict[Permission, Scope] = field(default_factory=dict[Permission, Scope])
    authorisation: bool = False


@dataclass(frozen=True)
class Right:
    """A permission with all its offices and the grounds that give it."""

    permission: Permission
    scope: Scope
    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class RightChange:
    """What a change does to one permission: its offices before and after."""

    permission: Permission
    before: Scope
    after: Scope

    @property
    def gained(self) -> bool:
        """Whether offices are added."""
        return not self.after.within(self.before)

    @property
    def lost(self) -> bool:
        """Whether offices are taken away."""
        return not self.before.within(self.after)


def rights_from(grounds: Sequence[Ground]) -> list[Right]:
    """Every permission the grounds give, in the order of the permissions."""
    found: list[Right] = []
    for permission in Permission:
        giving = tuple(each for each in grounds if each.scopes.get(permission))
        if giving:
            found.append(Right(permission, _together(permission, giving), giving))
    return found


def changes_between(before: Sequence[Ground], after: Sequence[Ground]) -> list[RightChange]:
    """The permissions whose offices differ, in the order of the permissions."""
    return [
        RightChange(permission, one, other)
        for permission in Permission
        for one, other in [(_together(permission, before), _together(permission, after))]
        if one != other
    ]


def _together(permission: Permission, grounds: Iterable[Ground]) -> Scope:
    scope = NOWHERE
    for ground in grounds:
        scope |= ground.scopes.get(permission, NOWHERE)
    return scope
