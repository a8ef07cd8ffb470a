"""What stands out when the accounts of a service are reviewed once a year: unused, expiring, conflicting, left over.

Which roles one person may not hold together stands in `thads_app.rules.guards`, with its sources.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.enums import Role
from thads_app.rules.granting import Held, writes
from thads_app.rules.guards import conflicting_roles

UNUSED_DAYS = 90
"""An account nobody signed in with for so many days is unused (issue 3 §2)."""
EXPIRING_DAYS = 60
"""A grant that ends within so many days is worth a decision. The project's own figure, no source prescribes one."""


class AccountState(StrEnum):
    """What a list of accounts is narrowed to; the values stand in addresses. An account may be in several."""

    ACTIVE = "dang-dung"
    DISABLED = "da-khoa"
    NEVER = "chua-dang-nhap"
    UNUSED = "lau-khong-dung"
    LOCKED = "tam-khoa"


STATE_LABELS = {
    AccountState.ACTIVE: "Đang dùng",
    AccountState.DISABLED: "Đã khóa",
    AccountState.NEVER: "Chưa đăng nhập lần nào",
    AccountState.UNUSED: f"Không dùng từ {UNUSED_DAYS} ngày",
    AccountState.LOCKED: "Tạm khóa do thử sai",
}


class Notable(StrEnum):
    """What stands out of an account; the values stand in addresses and in `account_review.findings`."""

    CONFLICT = "vai-tro-xung-dot"
    FAMILY = "ruot-thit-voi-ke-toan"
    LEFT_OVER = "da-khoa-con-quyen"
    UNUSED = "lau-khong-dung"
    EXPIRING = "quyen-sap-het-han"


NOTABLE_LABELS = {
    Notable.CONFLICT: "Vai trò xung đột",
    Notable.FAMILY: "Ruột thịt với kế toán",
    Notable.LEFT_OVER: "Đã khóa mà còn quyền",
    Notable.UNUSED: f"Không dùng từ {UNUSED_DAYS} ngày",
    Notable.EXPIRING: f"Quyền hết hạn trong {EXPIRING_DAYS} ngày",
}

_SEPARATION = "Quy tắc của dự án về tách nhiệm vụ quản trị và nghiệp vụ, chưa có văn bản"


@dataclass(frozen=True)
class Conflict:
    """Roles one person should not hold together, and where that is said."""

    roles: frozenset[Role]
    source: str


@dataclass(frozen=True)
class Reviewed:
    """What the review looks at of one account. `held` are the grants that were not taken back.

    `family`: an officer and the accountant of the office who are blood family, and this account is of one of the two.
    """

    disabled: bool
    created_at: datetime | None
    last_signed_in_at: datetime | None
    held: tuple[Held, ...]
    family: bool = False


def unused_since(moment: datetime) -> datetime:
    """Who last signed in before this moment is unused."""
    return moment - timedelta(days=UNUSED_DAYS)


def conflicts_of(held: Iterable[Held], day: date) -> list[Conflict]:
    """The conflicts among the roles in force on a day, wherever they are held.

    Those of the law's guards, and an administrator's role beside one that changes cases.
    """
    roles = {each.role for each in held if each.valid_on(day)}
    found = [Conflict(each.roles, each.source) for each in conflicting_roles(roles)]
    writing = [role for role in Role if role in roles and role is not Role.ADMIN and writes(role)]
    if Role.ADMIN in roles:
        found += [Conflict(frozenset({Role.ADMIN, role}), _SEPARATION) for role in writing]
    return found


def expiring(held: Iterable[Held], day: date) -> list[Held]:
    """The grants in force or to come whose last day is near, the nearest first."""
    last = day + timedelta(days=EXPIRING_DAYS)
    near = [each for each in held if each.valid_to is not None and day <= each.valid_to <= last]
    return sorted(near, key=lambda each: each.valid_to or day)


def notable(account: Reviewed, moment: datetime, day: date) -> list[Notable]:
    """What stands out of an account, the gravest first."""
    live = [each for each in account.held if each.valid_to is None or each.valid_to >= day]
    if account.disabled:
        return [Notable.LEFT_OVER] if live else []
    found: list[Notable] = []
    if conflicts_of(account.held, day):
        found.append(Notable.CONFLICT)
    if account.family:
        found.append(Notable.FAMILY)
    last_use = account.last_signed_in_at or account.created_at
    if last_use is not None and last_use < unused_since(moment):
        found.append(Notable.UNUSED)
    if expiring(account.held, day):
        found.append(Notable.EXPIRING)
    return found


def review_year_begins(day: date) -> date:
    """A review holds for its calendar year: what was confirmed before this day is due again."""
    return date(day.year, 1, 1)


def conflict_words(conflicts: Sequence[Conflict], labels: dict[Role, str]) -> str:
    """The conflicts as people read them."""
    return "; ".join(" và ".join(labels[role] for role in Role if role in each.roles) for each in conflicts)
