"""The table of permissions × roles as people read it: what each permission means, and how a role holds it.

The marks come from `ROLE_PERMISSIONS`; nothing is listed twice. The page `/quan-tri/quyen` and `docs/rights.md` are
both made from here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from models.enums import ROLE_LABELS, OfficeLevel, Role
from thads_app.rules.rights import AUTHORISABLE, PERMISSION_LABELS, ROLE_PERMISSIONS, Permission

REORGANISED_ON = date(2025, 7, 1)
"""From this day the agencies have their present names, and those who work in them their present titles."""


class Mark(StrEnum):
    """How a role holds a permission."""

    YES = "yes"
    OWN = "own"
    AUTHORISED = "authorised"
    NO = "no"


MARK_LABELS = {
    Mark.YES: "Có",
    Mark.OWN: "Việc của mình",
    Mark.AUTHORISED: "Khi được ủy quyền",
    Mark.NO: "Không",
}


@dataclass(frozen=True)
class PermissionGroup:
    """Permissions shown together."""

    key: str
    label: str
    permissions: tuple[Permission, ...]


GROUPS = (
    PermissionGroup(
        "ho-so",
        "Hồ sơ và sự kiện",
        (
            Permission.CASE_READ,
            Permission.CASE_CREATE,
            Permission.CASE_UPDATE,
            Permission.CASE_ASSIGN,
            Permission.EVENT_RECORD,
            Permission.EVENT_RECORD_OWN,
            Permission.EVENT_CORRECT,
            Permission.COMPLETION_CONFIRM,
        ),
    ),
    PermissionGroup(
        "ban-giao",
        "Bàn giao",
        (
            Permission.HANDOVER_READ,
            Permission.HANDOVER_CREATE,
            Permission.HANDOVER_CONFIRM,
            Permission.HANDOVER_APPROVE,
        ),
    ),
    PermissionGroup(
        "so-lieu",
        "Số liệu, nhập và xuất",
        (Permission.REPORT_READ, Permission.DASHBOARD_READ, Permission.EXPORT, Permission.IMPORT),
    ),
    PermissionGroup(
        "giam-sat",
        "Dữ liệu cá nhân và giám sát",
        (
            Permission.PERSONAL_REVEAL,
            Permission.PERSONAL_REVEAL_OWN,
            Permission.EXPORT_REVIEW,
            Permission.PRIVACY_MANAGE,
            Permission.AUDIT_READ,
        ),
    ),
    PermissionGroup(
        "quan-tri",
        "Quản trị và ủy quyền",
        (Permission.ACCOUNT_MANAGE, Permission.OFFICE_MANAGE, Permission.AUTHORISATION_GIVE),
    ),
)

MEANINGS = {
    Permission.CASE_READ: "Mở danh sách và từng hồ sơ của các đơn vị trong phạm vi; số định danh, điện thoại được che.",
    Permission.CASE_CREATE: "Nhập quyết định thi hành án mới của đơn vị.",
    Permission.CASE_UPDATE: "Sửa số, ngày, đương sự, nghĩa vụ đã nhập; mỗi lần sửa đều ghi lý do.",
    Permission.CASE_ASSIGN: "Giao việc cho chấp hành viên, đổi chấp hành viên, phân công nhiều việc một lần.",
    Permission.EVENT_RECORD: "Ghi thu tiền, hoãn, tạm đình chỉ, thi hành xong… cho mọi việc trong phạm vi.",
    Permission.EVENT_RECORD_OWN: "Ghi các sự kiện ấy, nhưng chỉ cho việc được phân công cho chính mình.",
    Permission.EVENT_CORRECT: "Đính chính một sự kiện đã ghi nhầm; sự kiện cũ vẫn còn trong diễn biến.",
    Permission.COMPLETION_CONFIRM: "Xác nhận kết quả thi hành xong có giá trị lớn do người khác ghi.",
    Permission.HANDOVER_READ: "Xem các bàn giao đến và đi của đơn vị.",
    Permission.HANDOVER_CREATE: "Lập, sửa, gửi và rút bàn giao hồ sơ.",
    Permission.HANDOVER_CONFIRM: "Nhận hoặc từ chối từng hồ sơ được bàn giao.",
    Permission.HANDOVER_APPROVE: "Xác nhận bàn giao giữa hai chấp hành viên với tư cách thủ trưởng.",
    Permission.REPORT_READ: "Lập và xem các biểu thống kê trong phạm vi.",
    Permission.DASHBOARD_READ: "Xem bảng điều hành trong phạm vi.",
    Permission.EXPORT: "Tải danh sách, biểu, số liệu về máy; mỗi lần tải đều được ghi lại.",
    Permission.IMPORT: "Đưa sổ Excel của đơn vị vào hệ thống.",
    Permission.PERSONAL_REVEAL: "Xem đầy đủ số định danh, điện thoại, tài khoản đã che; phải ghi mục đích.",
    Permission.PERSONAL_REVEAL_OWN: "Như trên, nhưng chỉ với việc được phân công cho chính mình.",
    Permission.EXPORT_REVIEW: "Xem ai đã xuất dữ liệu gì, khi nào, bao nhiêu dòng.",
    Permission.PRIVACY_MANAGE: "Giữ sổ hoạt động xử lý và trả lời yêu cầu của chủ thể dữ liệu.",
    Permission.AUDIT_READ: "Xem ai đã làm gì, đã xem gì, trong phạm vi.",
    Permission.ACCOUNT_MANAGE: "Tạo, khóa tài khoản; cấp, thu hồi vai trò theo chuỗi quản trị.",
    Permission.OFFICE_MANAGE: "Đặt chỉ tiêu, xác định đơn vị kế thừa.",
    Permission.AUTHORISATION_GIVE: "Ghi văn bản ủy quyền cho phó thủ trưởng và thu hồi ủy quyền.",
}

# Permissions a role holds only for its own cases: the officer's own are decided by the service, case by case.
_OWN = {
    (Role.OFFICER, Permission.EVENT_RECORD_OWN),
    (Role.OFFICER, Permission.PERSONAL_REVEAL_OWN),
    (Role.OFFICER, Permission.HANDOVER_CREATE),
    (Role.OFFICER, Permission.HANDOVER_CONFIRM),
}

# What each role is for, from the roles of the service; where the law names it, the article.
ROLE_NOTES = {
    Role.LEADER: "Lãnh đạo Cục Quản lý THADS và các ban: đọc tất cả, không ghi.",
    Role.HEAD: "Ra quyết định, phân công, xác nhận (Luật 26/2008 Điều 22, 23).",
    Role.DEPUTY_HEAD: "Đọc như thủ trưởng; chỉ ghi khi có văn bản ủy quyền còn hiệu lực (Luật 26/2008 Điều 23.2).",
    Role.OFFICER: "Tổ chức thi hành việc được phân công (Luật 26/2008 Điều 17–20).",
    Role.INTAKE_CLERK: "Nhận bản án, yêu cầu; thụ lý; ghi nhận theo quyết định của thủ trưởng.",
    Role.STATISTICIAN: "Lập biểu, đối chiếu, đính chính số liệu.",
    Role.ACCOUNTANT: "Đối chiếu thu chi, xác nhận việc xong có giá trị lớn; không kiêm chấp hành viên (TT 78/2020).",
    Role.STOREKEEPER: "Vật chứng, tài sản tạm giữ: hiện chỉ xem hồ sơ và bàn giao.",
    Role.RECORDS_CLERK: "Văn bản đến, đi: hiện chỉ xem hồ sơ và bàn giao.",
    Role.ARCHIVIST: "Lưu trữ: hiện chỉ xem hồ sơ và bàn giao.",
    Role.EXAMINER: "Kiểm tra hồ sơ trước khi lưu trữ, dựng hồ sơ khiếu nại: đọc tất cả và nhật ký.",
    Role.SECRETARY: "Giúp việc chấp hành viên: hiện chỉ xem.",
    Role.ADMIN: "Quản trị trung ương, tỉnh, cơ sở: tài khoản và cấu hình; không xem hồ sơ.",
}

# (role, level of the office) → the title before and from the reorganisation.
_TITLES: dict[tuple[Role, OfficeLevel], tuple[str, str]] = {
    (Role.LEADER, OfficeLevel.CENTRAL): ("Lãnh đạo Tổng cục THADS", "Lãnh đạo Cục Quản lý THADS"),
    (Role.HEAD, OfficeLevel.CENTRAL): ("Tổng cục trưởng", "Cục trưởng Cục Quản lý THADS"),
    (Role.HEAD, OfficeLevel.PROVINCE): ("Cục trưởng", "Trưởng THADS tỉnh"),
    (Role.HEAD, OfficeLevel.DISTRICT): ("Chi cục trưởng", "Chi cục trưởng"),
    (Role.HEAD, OfficeLevel.REGION): ("Chi cục trưởng", "Trưởng phòng THADS khu vực"),
    (Role.DEPUTY_HEAD, OfficeLevel.PROVINCE): ("Phó Cục trưởng", "Phó Trưởng THADS tỉnh"),
    (Role.DEPUTY_HEAD, OfficeLevel.DISTRICT): ("Phó Chi cục trưởng", "Phó Chi cục trưởng"),
    (Role.DEPUTY_HEAD, OfficeLevel.REGION): ("Phó Chi cục trưởng", "Phó Trưởng phòng THADS khu vực"),
    (Role.ADMIN, OfficeLevel.CENTRAL): ("Quản trị trung ương", "Quản trị trung ương"),
    (Role.ADMIN, OfficeLevel.PROVINCE): ("Quản trị tỉnh", "Quản trị tỉnh"),
    (Role.ADMIN, OfficeLevel.DISTRICT): ("Quản trị cơ sở", "Quản trị cơ sở"),
    (Role.ADMIN, OfficeLevel.REGION): ("Quản trị cơ sở", "Quản trị cơ sở"),
}


def role_title(role: Role, level: OfficeLevel, day: date) -> str:
    """What somebody of that role at an office of that level is called on a day; the role's own name otherwise."""
    titles = _TITLES.get((role, level))
    return (titles[day >= REORGANISED_ON] if titles else "") or ROLE_LABELS[role]


def titles_of(role: Role) -> Sequence[str]:
    """Every title of a role, old and new, without repetition."""
    found = [title for (each, _), titles in _TITLES.items() if each is role for title in titles]
    return list(dict.fromkeys(found))


def mark(role: Role, permission: Permission) -> Mark:
    """How a role holds a permission."""
    if permission in ROLE_PERMISSIONS[role]:
        return Mark.OWN if (role, permission) in _OWN else Mark.YES
    if role is Role.DEPUTY_HEAD and permission in AUTHORISABLE:
        return Mark.AUTHORISED
    return Mark.NO


def as_markdown() -> str:
    """The matrix for the documentation; `docs/rights.md` is this text."""
    lines = [
        "# Ai được làm gì",
        "",
        "Bảng này được tạo từ `thads_app/rules/rights.py` bằng `python -m thads_app.rules.rights_matrix`; một phép thử",
        "báo lỗi khi hai nơi khác nhau. Quyền chỉ có trong phạm vi đơn vị của vai trò và các đơn vị trực thuộc, trong",
        "thời hạn của nó.",
        "",
        "● có · ◐ chỉ với việc của mình · ○ chỉ khi có văn bản ủy quyền còn hiệu lực",
    ]
    signs = {Mark.YES: "●", Mark.OWN: "◐", Mark.AUTHORISED: "○", Mark.NO: ""}
    for group in GROUPS:
        lines += ["", f"## {group.label}", "", "| Quyền | " + " | ".join(ROLE_LABELS[role] for role in Role) + " |"]
        lines.append("|---|" + ":-:|" * len(Role))
        for permission in group.permissions:
            cells = " | ".join(signs[mark(role, permission)] for role in Role)
            lines.append(f"| {PERMISSION_LABELS[permission]} (`{permission}`) | {cells} |")
    lines += ["", "## Ý nghĩa của từng quyền", "", "| Quyền | Cho phép |", "|---|---|"]
    lines += [f"| {PERMISSION_LABELS[each]} | {MEANINGS[each]} |" for group in GROUPS for each in group.permissions]
    lines += ["", "## Vai trò", "", "| Vai trò | Mã | Chức danh, trước và sau 01/07/2025 | Việc |", "|---|---|---|---|"]
    lines += [
        f"| {ROLE_LABELS[role]} | `{role}` | {', '.join(titles_of(role)) or '–'} | {ROLE_NOTES[role]} |"
        for role in Role
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")
