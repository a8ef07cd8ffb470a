"""What stands out when the accounts of a service are reviewed once a year: unused, expiring, conflicting, left over.

Which roles one person may not hold together is a table with its sources; the day counts are the project's own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from models.enums import Role
from thads_app.rules.granting import Held, writes

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


class Finding(StrEnum):
    """What stands out of an account; the values stand in addresses and in `account_review.findings`."""

    CONFLICT = "vai-tro-xung-dot"
    LEFT_OVER = "da-khoa-con-quyen"
    UNUSED = "lau-khong-dung"
    EXPIRING = "quyen-sap-het-han"


FINDING_LABELS = {
    Finding.CONFLICT: "Vai trò xung đột",
    Finding.LEFT_OVER: "Đã khóa mà còn quyền",
    Finding.UNUSED: f"Không dùng từ {UNUSED_DAYS} ngày",
    Finding.EXPIRING: f"Quyền hết hạn trong {EXPIRING_DAYS} ngày",
}

_ACCOUNTING_LAW = (
    "Luật Kế toán 88/2015/QH13 Đ.13, Đ.52: người quản lý, điều hành, thủ kho, thủ quỹ không kiêm kế toán cùng đơn vị"
)
_ACCOUNTANT_AND_OFFICER = (
    "Kế toán đối chiếu từng quyết định với chấp hành viên nên không là một người "
    "(TT 78/2020/TT-BTC Đ.7, Đ.8; Đ.8.4 cấm cả người thân của kế toán trưởng)"
)
_OWN_RULE = "Quy tắc của dự án về tách nhiệm vụ, chưa có văn bản"


@dataclass(frozen=True)
class Conflict:
    """Two roles one person should not hold in one subtree, and where that is said."""

    one: Role
    other: Role
    source: str


CONFLICTS: tuple[Conflict, ...] = (
    Conflict(Role.ACCOUNTANT, Role.OFFICER, _ACCOUNTANT_AND_OFFICER),
    Conflict(Role.ACCOUNTANT, Role.STOREKEEPER, _ACCOUNTING_LAW),
    Conflict(Role.ACCOUNTANT, Role.HEAD, _ACCOUNTING_LAW),
    Conflict(Role.ACCOUNTANT, Role.DEPUTY_HEAD, _ACCOUNTING_LAW),
    Conflict(Role.STOREKEEPER, Role.HEAD, _ACCOUNTING_LAW),
    Conflict(Role.STOREKEEPER, Role.OFFICER, _OWN_RULE),
    *(Conflict(Role.ADMIN, role, _OWN_RULE) for role in Role if role is not Role.ADMIN and writes(role)),
)
"""In the order they are told. `writes` knows which roles change cases."""


@dataclass(frozen=True)
class Reviewed:
    """What the review looks at of one account. `held` are the grants that were not taken back."""

    disabled: bool
    created_at: datetime | None
    last_signed_in_at: datetime | None
    held: tuple[Held, ...]


def unused_since(moment: datetime) -> datetime:
    """Who last signed in before this moment is unused."""
    return moment - timedelta(days=UNUSED_DAYS)


def conflicts_of(held: Iterable[Held], day: date) -> list[Conflict]:
    """The conflicts among the roles in force on a day, wherever they are held."""
    roles = {each.role for each in held if each.valid_on(day)}
    return [conflict for conflict in CONFLICTS if conflict.one in roles and conflict.other in roles]


def expiring(held: Iterable[Held], day: date) -> list[Held]:
    """The grants in force or to come whose last day is near, the nearest first."""
    last = day + timedelta(days=EXPIRING_DAYS)
    near = [each for each in held if each.valid_to is not None and day <= each.valid_to <= last]
    return sorted(near, key=lambda each: each.valid_to or day)


def findings(account: Reviewed, moment: datetime, day: date) -> list[Finding]:
    """What stands out of an account, the gravest first."""
    live = [each for each in account.held if each.valid_to is None or each.valid_to >= day]
    if account.disabled:
        return [Finding.LEFT_OVER] if live else []
    found: list[Finding] = []
    if conflicts_of(account.held, day):
        found.append(Finding.CONFLICT)
    last_use = account.last_signed_in_at or account.created_at
    if last_use is not None and last_use < unused_since(moment):
        found.append(Finding.UNUSED)
    if expiring(account.held, day):
        found.append(Finding.EXPIRING)
    return found


def review_year_begins(day: date) -> date:
    """A review holds for its calendar year: what was confirmed before this day is due again."""
    return date(day.year, 1, 1)


def conflict_words(conflicts: Sequence[Conflict], labels: dict[Role, str]) -> str:
    """The conflicts as people read them."""
    return "; ".join(f"{labels[each.one]} và {labels[each.other]}" for each in conflicts)
