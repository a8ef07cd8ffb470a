"""Who may do what: permissions × roles, and the actor that carries them with their offices.

Roles follow Law 26/2008/QH12 Đ.20 (officer), Đ.23 (head) and the delegation chain of the service's own rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from models.enums import Role
from thads_app.errors import Forbidden


class Permission(StrEnum):
    """One right. A page, a handler, a route and a service name the one they need."""

    CASE_READ = "case.read"
    CASE_CREATE = "case.create"
    CASE_UPDATE = "case.update"
    CASE_ASSIGN = "case.assign"
    EVENT_RECORD = "event.record"
    EVENT_RECORD_OWN = "event.record_own"
    EVENT_CORRECT = "event.correct"
    HANDOVER_READ = "handover.read"
    HANDOVER_CREATE = "handover.create"
    HANDOVER_CONFIRM = "handover.confirm"
    HANDOVER_APPROVE = "handover.approve"
    REPORT_READ = "report.read"
    DASHBOARD_READ = "dashboard.read"
    EXPORT = "export"
    IMPORT = "import"
    ACCOUNT_MANAGE = "account.manage"
    OFFICE_MANAGE = "office.manage"
    AUDIT_READ = "audit.read"
    PERSONAL_REVEAL = "personal.reveal"
    PERSONAL_REVEAL_OWN = "personal.reveal_own"
    EXPORT_REVIEW = "export.review"
    PRIVACY_MANAGE = "privacy.manage"
    COMPLETION_CONFIRM = "completion.confirm"
    AUTHORISATION_GIVE = "authorisation.give"


PERMISSION_LABELS = {
    Permission.CASE_READ: "Xem hồ sơ",
    Permission.CASE_CREATE: "Thụ lý hồ sơ mới",
    Permission.CASE_UPDATE: "Sửa thông tin hồ sơ",
    Permission.CASE_ASSIGN: "Phân công chấp hành viên",
    Permission.EVENT_RECORD: "Ghi nhận sự kiện của mọi hồ sơ trong phạm vi",
    Permission.EVENT_RECORD_OWN: "Ghi nhận sự kiện của hồ sơ mình phụ trách",
    Permission.EVENT_CORRECT: "Đính chính sự kiện đã ghi",
    Permission.HANDOVER_READ: "Xem bàn giao",
    Permission.HANDOVER_CREATE: "Lập bàn giao",
    Permission.HANDOVER_CONFIRM: "Nhận hoặc từ chối bàn giao",
    Permission.HANDOVER_APPROVE: "Thủ trưởng xác nhận bàn giao",
    Permission.REPORT_READ: "Xem biểu thống kê",
    Permission.DASHBOARD_READ: "Xem bảng điều hành",
    Permission.EXPORT: "Xuất dữ liệu",
    Permission.IMPORT: "Nhập dữ liệu từ Excel",
    Permission.ACCOUNT_MANAGE: "Quản trị tài khoản",
    Permission.OFFICE_MANAGE: "Quản trị đơn vị và chỉ tiêu",
    Permission.AUDIT_READ: "Xem nhật ký",
    Permission.PERSONAL_REVEAL: "Xem đầy đủ dữ liệu cá nhân đã che",
    Permission.PERSONAL_REVEAL_OWN: "Xem đầy đủ dữ liệu cá nhân của hồ sơ mình phụ trách",
    Permission.EXPORT_REVIEW: "Xem danh sách các lần xuất dữ liệu",
    Permission.PRIVACY_MANAGE: "Quản lý bảo vệ dữ liệu cá nhân",
    Permission.COMPLETION_CONFIRM: "Xác nhận thi hành xong",
    Permission.AUTHORISATION_GIVE: "Ủy quyền cho phó thủ trưởng",
}

_READ = {
    Permission.CASE_READ,
    Permission.HANDOVER_READ,
    Permission.REPORT_READ,
    Permission.DASHBOARD_READ,
}
_HEAD = _READ | {
    Permission.CASE_CREATE,
    Permission.CASE_UPDATE,
    Permission.CASE_ASSIGN,
    Permission.EVENT_RECORD,
    Permission.EVENT_CORRECT,
    Permission.HANDOVER_CREATE,
    Permission.HANDOVER_CONFIRM,
    Permission.HANDOVER_APPROVE,
    Permission.EXPORT,
    Permission.IMPORT,
    Permission.AUDIT_READ,
    Permission.PERSONAL_REVEAL,
    Permission.EXPORT_REVIEW,
    Permission.PRIVACY_MANAGE,
    Permission.COMPLETION_CONFIRM,
    Permission.AUTHORISATION_GIVE,
}
# A deputy reads; whatever else a head does, a deputy does only under a written authorisation (Luật 26/2008 Đ.23.2).
_DEPUTY = _READ | {Permission.EXPORT, Permission.PERSONAL_REVEAL}

# What a head may hand to a deputy: all but the authorising itself (no authorisation is passed on) and the reading of
# the audit trail, in which the deputy's own acts stand.
AUTHORISABLE = frozenset(_HEAD - _DEPUTY - {Permission.AUTHORISATION_GIVE, Permission.AUDIT_READ})

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.LEADER: frozenset(_READ | {Permission.EXPORT, Permission.AUDIT_READ, Permission.EXPORT_REVIEW}),
    Role.HEAD: frozenset(_HEAD),
    Role.DEPUTY_HEAD: frozenset(_DEPUTY),
    Role.OFFICER: frozenset(
        _READ
        | {
            Permission.EVENT_RECORD_OWN,
            Permission.HANDOVER_CREATE,
            Permission.HANDOVER_CONFIRM,
            Permission.EXPORT,
            Permission.PERSONAL_REVEAL_OWN,
        }
    ),
    Role.INTAKE_CLERK: frozenset(
        _READ
        | {
            Permission.CASE_CREATE,
            Permission.CASE_UPDATE,
            Permission.EVENT_RECORD,
            Permission.HANDOVER_CREATE,
            Permission.EXPORT,
            Permission.IMPORT,
            Permission.PERSONAL_REVEAL,
        }
    ),
    Role.STATISTICIAN: frozenset(_READ | {Permission.EXPORT, Permission.IMPORT, Permission.EVENT_CORRECT}),
    Role.ACCOUNTANT: frozenset(_READ | {Permission.EXPORT, Permission.COMPLETION_CONFIRM}),
    Role.STOREKEEPER: frozenset({Permission.CASE_READ, Permission.HANDOVER_READ}),
    Role.RECORDS_CLERK: frozenset({Permission.CASE_READ, Permission.HANDOVER_READ}),
    Role.ARCHIVIST: frozenset({Permission.CASE_READ, Permission.HANDOVER_READ}),
    Role.EXAMINER: frozenset(_READ | {Permission.EXPORT, Permission.AUDIT_READ}),
    Role.SECRETARY: frozenset({Permission.CASE_READ, Permission.HANDOVER_READ, Permission.DASHBOARD_READ}),
    Role.ADMIN: frozenset(
        {
            Permission.ACCOUNT_MANAGE,
            Permission.OFFICE_MANAGE,
            Permission.DASHBOARD_READ,
            Permission.AUDIT_READ,
            Permission.PRIVACY_MANAGE,
        }
    ),
}

# Whoever holds one of these signs in with a second factor (issue of rights and the head's confirmations weigh most).
TWO_FACTOR_ROLES = frozenset({Role.ADMIN, Role.HEAD})


@dataclass(frozen=True)
class Scope:
    """The offices somebody may reach. `everything` stands for the nation, so that no list of ids is sent."""

    everything: bool = False
    office_ids: frozenset[int] = frozenset()

    def holds(self, office_id: int | None) -> bool:
        """Whether the office lies inside."""
        return self.everything or office_id in self.office_ids

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(self.everything or other.everything, self.office_ids | other.office_ids)

    def __and__(self, other: "Scope") -> "Scope":
        if self.everything:
            return other
        return self if other.everything else Scope(office_ids=self.office_ids & other.office_ids)

    def within(self, other: "Scope") -> bool:
        """Whether every office of this scope lies in the other one."""
        return other.everything or (not self.everything and self.office_ids <= other.office_ids)

    def __bool__(self) -> bool:
        return self.everything or bool(self.office_ids)


NOWHERE = Scope()
EVERYWHERE = Scope(everything=True)


def union(scopes: Iterable[Scope]) -> Scope:
    """All offices of several scopes."""
    together = NOWHERE
    for scope in scopes:
        together |= scope
    return together


@dataclass(frozen=True)
class Mandate:
    """A written authorisation in force: what a deputy may do in its head's stead, and where."""

    authorisation_id: int
    head_id: int
    scopes: dict[Permission, Scope] = field(default_factory=dict[Permission, Scope])


@dataclass(frozen=True)
class Actor:
    """Who acts: an account with, for every permission held, the offices it holds it for.

    The scope of a grant at an office covers its subtree and every ended office whose cases passed into that subtree.
    `mandates` are the written authorisations a deputy acts under; their scopes are part of `scopes`. `on_behalf_of` is
    the account of the head who gave the newest of them; `acting_for` says it exactly for one act, `own` being what is
    held without them. `request_id` names the event, request or command being answered, in logs and audit rows.
    """

    account_id: int | None
    name: str
    office_id: int
    scopes: dict[Permission, Scope] = field(default_factory=dict[Permission, Scope])
    staff_id: int | None = None
    roles: frozenset[Role] = frozenset()
    session_hash: str = ""
    address: str = ""
    on_behalf_of: int | None = None
    request_id: str = ""
    mandates: tuple[Mandate, ...] = ()
    own: dict[Permission, Scope] | None = None

    def may(self, permission: Permission) -> bool:
        """Whether the permission is held anywhere."""
        return bool(self.scopes.get(permission, NOWHERE))

    def scope(self, permission: Permission) -> Scope:
        """The offices the permission is held for.

        Raises:
            Forbidden: it is held nowhere.
        """
        scope = self.scopes.get(permission, NOWHERE)
        if not scope:
            raise Forbidden
        return scope

    def may_in(self, permission: Permission, office_id: int | None) -> bool:
        """Whether the permission is held for that office."""
        return self.scopes.get(permission, NOWHERE).holds(office_id)

    def acting_for(self, permission: Permission, office_id: int | None) -> int | None:
        """The account in whose stead the permission is used at that office; None when it is the actor's own right."""
        if self.own is None or self.own.get(permission, NOWHERE).holds(office_id):
            return None
        return next(
            (mandate.head_id for mandate in self.mandates if mandate.scopes.get(permission, NOWHERE).holds(office_id)),
            None,
        )


def merge_scopes(grants: Iterable[tuple[Role, Scope]]) -> dict[Permission, Scope]:
    """Permission → offices, from the roles held and where."""
    merged: dict[Permission, Scope] = {}
    for role, scope in grants:
        for permission in ROLE_PERMISSIONS[role]:
            merged[permission] = merged.get(permission, NOWHERE) | scope
    return merged


def mandate_scopes(
    permissions: Iterable[Permission], head: Scope, deputy: Scope, office: Scope
) -> dict[Permission, Scope]:
    """What an authorisation gives: nothing its head does not hold, and nothing outside the deputy's own offices.

    Args:
        permissions: those written into it.
        head: where the authorising account is head now.
        deputy: where the authorised account is deputy now.
        office: the offices written into it.
    """
    reach = head & deputy & office
    held = ROLE_PERMISSIONS[Role.HEAD] & AUTHORISABLE
    return {permission: reach for permission in permissions if reach and permission in held}


def with_mandates(scopes: dict[Permission, Scope], mandates: Iterable[Mandate]) -> dict[Permission, Scope]:
    """Permission → offices, of one's own grants and the authorisations together."""
    merged = dict(scopes)
    for mandate in mandates:
        for permission, scope in mandate.scopes.items():
            merged[permission] = merged.get(permission, NOWHERE) | scope
    return merged


def system_operator(central_office_id: int) -> Actor:
    """The operator of the command line, with every right everywhere (interfaces: "imports as the system operator")."""
    return Actor(
        account_id=None,
        name="Vận hành hệ thống",
        office_id=central_office_id,
        scopes=dict.fromkeys(Permission, EVERYWHERE),
    )
