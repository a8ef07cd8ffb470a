"""What a service refused behind an open door, in words: `cases.case_detail: not_found` → what it was about and why."""

from __future__ import annotations

from thads_app.messages import MESSAGES, sentence

# The last part of a module's name under `thads_app.services` → what it is about.
AREAS: dict[str, str] = {
    "accounts": "quản lý tài khoản",
    "audit_anchors": "niêm phong nhật ký",
    "audit_days": "niêm phong nhật ký",
    "audit_trail": "nhật ký",
    "authorisations": "ủy quyền",
    "backup": "sao lưu",
    "bulk_accounts": "tạo tài khoản từ Excel",
    "case_edits": "sửa hồ sơ",
    "case_lists": "danh sách hồ sơ",
    "cases": "xem hồ sơ",
    "confirmation_views": "xác nhận thi hành xong",
    "confirmations": "xác nhận thi hành xong",
    "conflict_views": "xung đột lợi ích",
    "conflicts": "xung đột lợi ích",
    "dashboards": "bảng điều hành",
    "data_requests": "yêu cầu về dữ liệu cá nhân",
    "directory": "đơn vị, cán bộ",
    "effective_rights": "xem quyền",
    "event_checks": "ghi nhận sự kiện",
    "events": "ghi nhận sự kiện",
    "exports": "kết xuất",
    "figure_cells": "số liệu",
    "grant_views": "xem quyền",
    "grants": "cấp, thu hồi quyền",
    "handover_access": "bàn giao",
    "handover_answers": "trả lời bàn giao",
    "handover_forms": "lập bàn giao",
    "handover_support": "bàn giao",
    "handover_views": "xem bàn giao",
    "handovers": "lập, gửi bàn giao",
    "jobs": "nhập dữ liệu",
    "moving": "chuyển đơn vị của tài khoản",
    "own_account": "tài khoản của mình",
    "personal_data": "xem dữ liệu cá nhân được che",
    "processing": "hoạt động xử lý dữ liệu",
    "reach": "quản lý tài khoản",
    "registration": "thụ lý hồ sơ",
    "reorganisation": "đơn vị kế thừa",
    "reports": "biểu thống kê",
    "review": "rà soát tài khoản",
    "roster_check": "tạo tài khoản từ Excel",
    "run": "nhập dữ liệu",
    "search": "tìm kiếm",
    "sessions": "phiên làm việc",
    "staff": "chấp hành viên",
    "statistics": "số liệu thống kê",
    "targets": "chỉ tiêu",
    "two_factor": "xác thực hai lớp",
    "workbook": "nhập dữ liệu",
}
UNNAMED = "khác"


def refused_area(object_id: str) -> str:
    """What the refused service is about."""
    module = object_id.partition(":")[0].partition(".")[0]
    return AREAS.get(module, UNNAMED)


def refused_lines(object_id: str) -> list[str]:
    """What the person was told, and for whoever knows the program, where."""
    place, _, code = object_id.partition(": ")
    told = [f"Được báo: {sentence(code)}"] if code in MESSAGES else []
    return [*told, f"Mã: {object_id}"] if place else told
