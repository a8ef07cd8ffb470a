"""What the audit trail calls things: Vietnamese labels of actions, objects and fields, and the kinds to filter by.

An action is a dotted verb, `<what>.<done>`; its kind follows from the word before the dot unless `_KIND_OF_ACTION` says
otherwise. A test compares this table with every action the program writes.
"""

from collections.abc import Sequence
from enum import StrEnum


class AuditKind(StrEnum):
    """Kinds of audited acts, as the page filters them. The values stand in addresses."""

    SIGN_IN = "dang-nhap"
    RIGHTS = "tai-khoan"
    CASE = "ho-so"
    HANDOVER = "ban-giao"
    PERSONAL = "du-lieu-ca-nhan"
    EXPORT = "ket-xuat"
    IMPORT = "nhap"
    SETTING = "cau-hinh"
    REFUSAL = "tu-choi"
    OTHER = "khac"


KIND_LABELS: dict[AuditKind, str] = {
    AuditKind.SIGN_IN: "Đăng nhập và phiên làm việc",
    AuditKind.RIGHTS: "Tài khoản và quyền",
    AuditKind.CASE: "Hồ sơ và sự kiện",
    AuditKind.HANDOVER: "Bàn giao",
    AuditKind.PERSONAL: "Xem và xử lý dữ liệu cá nhân",
    AuditKind.EXPORT: "Kết xuất dữ liệu",
    AuditKind.IMPORT: "Nhập dữ liệu",
    AuditKind.SETTING: "Đơn vị, chỉ tiêu, cấu hình",
    AuditKind.REFUSAL: "Bị từ chối",
    AuditKind.OTHER: "Việc khác",
}

ACTION_LABELS: dict[str, str] = {
    # signing in
    "account.signed_in": "Đăng nhập",
    "account.signed_out": "Đăng xuất",
    "account.sign_in_failed": "Đăng nhập không thành công",
    "account.second_asked": "Mật khẩu đúng, chờ mã xác thực",
    "account.second_passed": "Nhập đúng mã xác thực",
    "account.second_failed": "Nhập sai mã xác thực",
    "account.break_glass": "Đăng nhập bằng tài khoản khẩn cấp",
    "oidc.refused": "Đăng nhập một lần không thành công",
    "oidc.signed_out": "Nhà cung cấp định danh kết thúc phiên",
    "account.sign_in_blocked": "Tạm khóa đăng nhập do thử sai nhiều lần",
    "session.ended": "Kết thúc một phiên làm việc",
    "session.ended_all": "Kết thúc nhiều phiên làm việc",
    # accounts and rights
    "account.created": "Tạo tài khoản",
    "account.disabled": "Khóa tài khoản",
    "account.enabled": "Mở lại tài khoản",
    "account.password_reset": "Đặt lại mật khẩu",
    "account.edited": "Sửa thông tin tài khoản",
    "account.moved": "Chuyển tài khoản sang đơn vị khác",
    "account.sessions_ended": "Quản trị kết thúc phiên làm việc của một người",
    "account.hand_over_asked": "Nhắc bàn giao trước khi chuyển đơn vị",
    "account.bulk_created": "Tạo nhiều tài khoản từ tệp Excel",
    "account.passwords_taken": "Tải danh sách mật khẩu tạm",
    "staff.added": "Thêm chấp hành viên",
    "review.confirmed": "Xác nhận đã rà soát tài khoản",
    "review.exported": "Kết xuất danh sách rà soát tài khoản",
    "two_factor.begun": "Bắt đầu thiết lập xác thực hai lớp",
    "two_factor.set_up": "Bật xác thực hai lớp",
    "two_factor.replaced": "Chuyển xác thực hai lớp sang điện thoại khác",
    "two_factor.turned_off": "Tắt xác thực hai lớp",
    "two_factor.codes_renewed": "Tạo lại mã dự phòng",
    "two_factor.reset": "Đặt lại xác thực hai lớp của người khác",
    "account.password_changed": "Đổi mật khẩu",
    "grant.given": "Cấp quyền",
    "grant.taken": "Thu hồi quyền",
    "grant.end_changed": "Đổi thời hạn của quyền",
    "authorisation.given": "Ủy quyền cho phó thủ trưởng",
    "authorisation.withdrawn": "Thu hồi ủy quyền",
    "token.created": "Tạo mã truy cập API",
    # cases
    "case.registered": "Thụ lý hồ sơ",
    "case.edited": "Sửa thông tin hồ sơ",
    "case.read": "Xem hồ sơ",
    "event.recorded": "Ghi nhận sự kiện",
    # the law's guards
    "conflict.declared": "Khai báo xung đột lợi ích",
    "conflict.ended": "Kết thúc khai báo xung đột lợi ích",
    "completion.asked": "Gửi thi hành xong chờ xác nhận",
    "completion.confirmed": "Xác nhận thi hành xong",
    "completion.refused": "Từ chối xác nhận thi hành xong",
    "completion.withdrawn": "Rút lại thi hành xong đã gửi",
    # handovers
    "handover.saved": "Lập hoặc sửa bàn giao",
    "handover.sent": "Gửi bàn giao",
    "handover.confirmed": "Xác nhận bàn giao",
    "handover.refused": "Từ chối bàn giao",
    "handover.recalled": "Rút lại bàn giao",
    # data in and out
    "cases.exported": "Kết xuất danh sách hồ sơ",
    "report.exported": "Kết xuất biểu thống kê",
    "dashboard.exported": "Kết xuất số liệu bảng điều hành",
    "handover.exported": "In biên bản bàn giao",
    "subject.exported": "Kết xuất sổ yêu cầu về dữ liệu cá nhân",
    "processing.exported": "Kết xuất sổ hoạt động xử lý dữ liệu",
    "import.started": "Gửi tệp nhập",
    "import.done": "Nhập dữ liệu từ Excel",
    "demo.made": "Tạo dữ liệu minh họa",
    # personal data
    "personal.revealed": "Xem dữ liệu cá nhân được che",
    "personal.reveal_refused": "Bị từ chối xem dữ liệu cá nhân được che",
    "personal.searched": "Tìm hồ sơ theo số định danh",
    "subject.request_recorded": "Ghi yêu cầu của chủ thể dữ liệu",
    "subject.request_respond": "Phản hồi tiếp nhận yêu cầu của chủ thể dữ liệu",
    "subject.request_extend": "Gia hạn yêu cầu của chủ thể dữ liệu",
    "subject.request_fulfil": "Thực hiện xong yêu cầu của chủ thể dữ liệu",
    "subject.request_refuse": "Từ chối yêu cầu của chủ thể dữ liệu",
    "subject.request_withdraw": "Ghi nhận người yêu cầu rút yêu cầu",
    "subject.request_given": "Giao người phụ trách yêu cầu của chủ thể dữ liệu",
    "processing.added": "Thêm hoạt động xử lý dữ liệu cá nhân",
    "processing.changed": "Sửa hoạt động xử lý dữ liệu cá nhân",
    # offices, targets, settings
    "office.successor_changed": "Đổi đơn vị kế thừa",
    "target.set": "Đặt chỉ tiêu",
    "target.removed": "Bỏ chỉ tiêu",
    "setting.changed": "Đổi cấu hình",
    # the whole system
    "system.backed_up": "Sao lưu toàn hệ thống",
    "system.restored": "Khôi phục toàn hệ thống từ bản sao lưu",
    # refusals
    "access.refused": "Bị từ chối do không có quyền",
    "access.more_refused": "Bị từ chối liên tiếp; các lần sau không ghi từng lần",
}

_KIND_OF_WORD: dict[str, AuditKind] = {
    "account": AuditKind.RIGHTS,
    "grant": AuditKind.RIGHTS,
    "staff": AuditKind.RIGHTS,
    "token": AuditKind.RIGHTS,
    "review": AuditKind.RIGHTS,
    "authorisation": AuditKind.RIGHTS,
    "two_factor": AuditKind.RIGHTS,
    "session": AuditKind.SIGN_IN,
    "oidc": AuditKind.SIGN_IN,
    "case": AuditKind.CASE,
    "event": AuditKind.CASE,
    "conflict": AuditKind.CASE,
    "completion": AuditKind.CASE,
    "handover": AuditKind.HANDOVER,
    "personal": AuditKind.PERSONAL,
    "privacy": AuditKind.PERSONAL,
    "processing": AuditKind.PERSONAL,
    "subject": AuditKind.PERSONAL,
    "cases": AuditKind.EXPORT,
    "export": AuditKind.EXPORT,
    "report": AuditKind.EXPORT,
    "dashboard": AuditKind.EXPORT,
    "audit": AuditKind.EXPORT,
    "import": AuditKind.IMPORT,
    "demo": AuditKind.IMPORT,
    "office": AuditKind.SETTING,
    "target": AuditKind.SETTING,
    "setting": AuditKind.SETTING,
    "system": AuditKind.SETTING,
    "access": AuditKind.REFUSAL,
}

_KIND_OF_ACTION: dict[str, AuditKind] = {
    "account.signed_in": AuditKind.SIGN_IN,
    "account.signed_out": AuditKind.SIGN_IN,
    "account.sign_in_failed": AuditKind.SIGN_IN,
    "account.sign_in_blocked": AuditKind.SIGN_IN,
    "account.second_asked": AuditKind.SIGN_IN,
    "account.second_passed": AuditKind.SIGN_IN,
    "account.second_failed": AuditKind.SIGN_IN,
    "account.break_glass": AuditKind.SIGN_IN,
    "case.read": AuditKind.PERSONAL,
    "personal.reveal_refused": AuditKind.REFUSAL,
    "handover.exported": AuditKind.EXPORT,
    "subject.exported": AuditKind.EXPORT,
    "processing.exported": AuditKind.EXPORT,
}

OBJECT_LABELS: dict[str, str] = {
    "account": "Tài khoản",
    "case": "Hồ sơ",
    "staff": "Cán bộ",
    "handover": "Bàn giao",
    "office": "Đơn vị",
    "import": "Tệp nhập",
    "export": "Kết xuất",
    "report": "Biểu thống kê",
    "audit": "Nhật ký",
    "handler": "Chức năng",
    "service": "Nghiệp vụ",
    "route": "Đường dẫn",
    "page": "Trang",
    "setting": "Cấu hình",
    "system": "Toàn hệ thống",
    "conflict": "Khai báo xung đột lợi ích",
    "data_request": "Yêu cầu về dữ liệu cá nhân",
    "processing": "Hoạt động xử lý dữ liệu",
}

FIELD_LABELS: dict[str, str] = {
    "decision_number": "Số quyết định",
    "decision_date": "Ngày quyết định",
    "source": "Nguồn thụ lý",
    "received_entrustment": "Nhận ủy thác",
    "state_revenue": "Thu nộp ngân sách",
    "credit_institution": "Tổ chức tín dụng, ngân hàng",
    "judgment.number": "Số bản án",
    "judgment.judgment_date": "Ngày bản án",
    "judgment.issuing_body": "Cơ quan ban hành",
    "judgment.kind": "Loại án",
    "obligations": "Nghĩa vụ thi hành",
    "parties": "Đương sự",
    "amount": "Số tiền",
    "status": "Trạng thái",
    "office": "Đơn vị",
    "officer": "Chấp hành viên",
    "successor": "Đơn vị kế thừa",
    "rate": "Tỷ lệ chỉ tiêu (%)",
    "source_note": "Căn cứ",
    "year": "Năm thống kê",
    "measure": "Thước đo",
    "username": "Tên đăng nhập",
    "full_name": "Họ và tên",
    "birth_date": "Ngày sinh",
    "email": "Thư điện tử",
    "telephone": "Điện thoại",
    "position": "Chức vụ",
    "staff": "Cán bộ",
    "disabled": "Bị khóa",
    "must_change_password": "Phải đổi mật khẩu",
    "role": "Vai trò",
    "valid_from": "Từ ngày",
    "valid_to": "Đến ngày",
    "reason": "Lý do",
    "label": "Tên gọi",
    "expires": "Hết hạn",
    "count": "Số lượng",
    "event": "Mã sự kiện",
    "type": "Loại sự kiện",
    "date": "Ngày",
    "number": "Số",
    "kind": "Loại",
    "permission": "Quyền cần có",
    "path": "Đường dẫn",
    "purpose": "Mục đích",
    "field": "Ô dữ liệu",
    "party": "Mã đương sự",
    "export": "Mã kết xuất",
    "conditions": "Điều kiện",
    "due_on": "Hạn thực hiện",
    "name": "Tên",
    "legal_ground": "Căn cứ pháp lý",
    "subjects": "Chủ thể dữ liệu",
    "data": "Dữ liệu",
    "recipients": "Nơi nhận",
    "retention": "Thời hạn lưu",
    "safeguards": "Biện pháp bảo vệ",
    "ended_on": "Kết thúc ngày",
    "cases": "Số việc",
    "events": "Số sự kiện",
    "completions": "Số việc thi hành xong nhập vào",
    "officers": "Số chấp hành viên",
    "late": "Số sự kiện ghi muộn",
    "rows": "Số dòng",
    "address": "Địa chỉ máy",
    "minutes": "Số phút",
    "outstanding": "Còn phải thi hành",
    "account": "Tài khoản",
    "grant": "Mã lần cấp quyền",
    "authorisation": "Mã lần ủy quyền",
    "permissions": "Việc được ủy quyền",
    "file": "Tệp",
    "told": "Số người được báo",
    "before": "Ngày kết thúc trước đó",
    "provider": "Nhà cung cấp định danh",
    "unwritten": "Số lần khác không ghi",
    "as": "Với tư cách",
    # conditions of an exported list, as its address names them
    "nam": "Năm",
    "don-vi": "Đơn vị",
    "q": "Tìm",
    "cua-toi": "Của tôi",
    "chua-phan-cong": "Chưa phân công",
    "chv": "Chấp hành viên",
    "trang-thai": "Trạng thái",
    "loai-an": "Loại án",
    "nguon": "Nguồn thụ lý",
    "nsnn": "Thu NSNN",
    "tin-dung": "Tổ chức tín dụng",
    "tu": "Từ ngày",
    "den": "Đến ngày",
    "tien-tu": "Số tiền từ",
    "tien-den": "Số tiền đến",
    "sap": "Sắp theo",
    "confirmed": "Số việc xác nhận",
    "moved": "Số việc đã chuyển",
    "refused": "Số việc từ chối",
    "recalled": "Số việc rút lại",
    "case": "Hồ sơ",
    "request": "Mã đề nghị",
    "relation": "Quan hệ",
}


def kind_of(action: str) -> AuditKind:
    """The kind an action belongs to."""
    return _KIND_OF_ACTION.get(action) or _KIND_OF_WORD.get(action.partition(".")[0], AuditKind.OTHER)


def actions_of(kind: AuditKind) -> Sequence[str]:
    """Every labelled action of a kind, in the table's order."""
    return [action for action in ACTION_LABELS if kind_of(action) is kind]


def action_label(action: str) -> str:
    """An action as a person reads it; the action itself when nobody labelled it."""
    return ACTION_LABELS.get(action, action)
