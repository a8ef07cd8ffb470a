"""Who may give which role, where and for how long: the chain of delegation, centre → province → office.

"Nobody grants what they do not hold" is read for that chain: what an administrator holds is the power to give certain
roles within their own subtree (`GRANTABLE`), not the roles themselves; a head's rights would otherwise have to be given
to those who administer accounts. ADR 0011 says why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.enums import OfficeLevel, Role
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import ROLE_PERMISSIONS, Permission

_LEADING = frozenset({Role.LEADER, Role.HEAD, Role.DEPUTY_HEAD})
_ALL_BUT_ADMIN = frozenset(Role) - {Role.ADMIN}
_OFFICIALS = _ALL_BUT_ADMIN - _LEADING

SOURCE = (
    "Chuỗi quản trị trung ương → tỉnh → cơ sở của quy trình cấp tài khoản (câu hỏi thường gặp số 18, phần mềm ngành); "
    "chi tiết từng cấp là quy tắc của dự án, chưa có văn bản"
)
"""Where `GRANTABLE` comes from."""

# The level of the administrator's own office → the level of the office the role is for → the roles they may give.
GRANTABLE: dict[OfficeLevel, dict[OfficeLevel, frozenset[Role]]] = {
    OfficeLevel.CENTRAL: {
        OfficeLevel.CENTRAL: _ALL_BUT_ADMIN,
        OfficeLevel.PROVINCE: _LEADING | {Role.ADMIN},
    },
    OfficeLevel.PROVINCE: {
        OfficeLevel.PROVINCE: _ALL_BUT_ADMIN,
        OfficeLevel.REGION: frozenset(Role),
        OfficeLevel.DISTRICT: frozenset(Role),
    },
    OfficeLevel.REGION: {OfficeLevel.REGION: _OFFICIALS},
    OfficeLevel.DISTRICT: {OfficeLevel.DISTRICT: _OFFICIALS},
}


@dataclass(frozen=True)
class Held:
    """A role somebody holds: where, and its first and last day (None: without bound)."""

    role: Role
    office_id: int
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: "Held") -> bool:
        """Whether there is a day on which both are in force."""
        return (other.valid_to is None or self.valid_from is None or self.valid_from <= other.valid_to) and (
            self.valid_to is None or other.valid_from is None or other.valid_from <= self.valid_to
        )


@dataclass(frozen=True)
class Objection:
    """Why a grant may not be given: the code of its sentence, the field it belongs to, and what fills it."""

    code: str
    field: str
    params: tuple[tuple[str, object], ...] = ()


def administers(tree: OfficeTree, granter: Iterable[Held], office_id: int, day: date) -> list[Held]:
    """The administrator's roles in force whose subtree, on today's map, holds the office."""
    return [
        held
        for held in granter
        if held.role is Role.ADMIN and held.valid_on(day) and tree.grant_scope(held.office_id).holds(office_id)
    ]


def grantable_roles(tree: OfficeTree, granter: Iterable[Held], office_id: int, day: date) -> frozenset[Role]:
    """The roles an administrator may give, or take back, at an office."""
    level = tree.nodes[office_id].level
    found: frozenset[Role] = frozenset()
    for held in administers(tree, granter, office_id, day):
        found |= GRANTABLE[tree.nodes[held.office_id].level].get(level, frozenset())
    return found


def objections(
    tree: OfficeTree, granter: Sequence[Held] | None, wanted: Held, existing: Iterable[Held], today: date
) -> list[Objection]:
    """Everything that speaks against giving `wanted`.

    Args:
        tree: the offices.
        granter: the roles of whoever gives it; None for the operator of the command line, who starts the chain.
        wanted: the role to be given.
        existing: what the receiver holds already.
        today: the day of giving.
    """
    found: list[Objection] = []
    if wanted.valid_from and wanted.valid_to and wanted.valid_to < wanted.valid_from:
        return [Objection("ends_before_it_begins", "valid_to")]
    if wanted.valid_to is not None and wanted.valid_to < today:
        found.append(Objection("grant_already_over", "valid_to"))
    if not tree.nodes[wanted.office_id].valid_on(max(today, wanted.valid_from or today)):
        found.append(Objection("grant_at_ended_office", "office_code"))
    if any(
        each.role is wanted.role and each.office_id == wanted.office_id and each.overlaps(wanted) for each in existing
    ):
        found.append(Objection("grant_exists", "role"))
    if granter is not None:
        found += _beyond_the_granter(tree, granter, wanted, today)
    return found


def _beyond_the_granter(tree: OfficeTree, granter: Sequence[Held], wanted: Held, today: date) -> list[Objection]:
    level = tree.nodes[wanted.office_id].level
    able = [
        held
        for held in administers(tree, granter, wanted.office_id, today)
        if wanted.role in GRANTABLE[tree.nodes[held.office_id].level].get(level, frozenset())
    ]
    if not able:
        return [Objection("role_not_grantable", "role")]
    if any(held.valid_to is None for held in able):
        return []
    last = max(held.valid_to for held in able if held.valid_to is not None)
    if wanted.valid_to is None or wanted.valid_to > last:
        return [Objection("beyond_own_validity", "valid_to", (("date", last),))]
    return []


def is_last_administrator(office_id: int, administrators: Iterable[tuple[int, Held]], leaving: int, day: date) -> bool:
    """Whether nobody else administers exactly this office once an account stops.

    Args:
        office_id: the office.
        administrators: (account id, role) of the usable accounts with an administrator's role there.
        leaving: the account that stops.
        day: the day.
    """
    there = [account for account, held in administrators if held.office_id == office_id and held.valid_on(day)]
    return leaving in there and set(there) == {leaving}


def writes(role: Role) -> bool:
    """Whether a role changes cases; an administrator who also does is worth a second look."""
    return not ROLE_PERMISSIONS[role].isdisjoint(
        {
            Permission.CASE_CREATE,
            Permission.CASE_UPDATE,
            Permission.CASE_ASSIGN,
            Permission.EVENT_RECORD,
            Permission.EVENT_RECORD_OWN,
            Permission.EVENT_CORRECT,
            Permission.COMPLETION_CONFIRM,
        }
    )
