"""Words of personal data: what is masked, why it is revealed, what is exported, what people may ask for."""

from enum import StrEnum


class PersonalField(StrEnum):
    """Something of a party that is shown masked."""

    ID_NUMBER = "id_number"
    TELEPHONE = "telephone"
    BANK_ACCOUNT = "bank_account"


PERSONAL_FIELD_LABELS = {
    PersonalField.ID_NUMBER: "Số định danh",
    PersonalField.TELEPHONE: "Điện thoại",
    PersonalField.BANK_ACCOUNT: "Tài khoản ngân hàng",
}

NOTE_LABEL = "Nội dung diễn biến"
"""What an event's ground and note are called where they are revealed: free text, in which only numbers are masked."""


class RevealPurpose(StrEnum):
    """Why somebody needs to see what is masked."""

    VERIFICATION = "verification"
    SERVICE_OF_PAPERS = "service_of_papers"
    PAYMENT = "payment"
    COOPERATION = "cooperation"
    CORRECTION = "correction"
    COMPLAINT = "complaint"


REVEAL_PURPOSE_LABELS = {
    RevealPurpose.VERIFICATION: "Xác minh điều kiện thi hành án",
    RevealPurpose.SERVICE_OF_PAPERS: "Tống đạt, thông báo, liên hệ đương sự",
    RevealPurpose.PAYMENT: "Thu, chi trả tiền thi hành án",
    RevealPurpose.COOPERATION: "Phối hợp với cơ quan, tổ chức khác",
    RevealPurpose.CORRECTION: "Đối chiếu, sửa thông tin sai",
    RevealPurpose.COMPLAINT: "Giải quyết khiếu nại, yêu cầu của đương sự",
}


class ExportKind(StrEnum):
    """What a file taken out of the application holds."""

    CASES = "cases"
    REPORT = "report"
    DASHBOARD = "dashboard"
    HANDOVER_RECORD = "handover_record"
    DATA_REQUESTS = "data_requests"
    PROCESSING = "processing"
    ACCOUNT_REVIEW = "account_review"
    PASSWORDS = "passwords"


EXPORT_KIND_LABELS = {
    ExportKind.CASES: "Danh sách hồ sơ",
    ExportKind.REPORT: "Biểu thống kê",
    ExportKind.DASHBOARD: "Số liệu bảng điều hành",
    ExportKind.HANDOVER_RECORD: "Biên bản bàn giao",
    ExportKind.DATA_REQUESTS: "Sổ yêu cầu về dữ liệu cá nhân",
    ExportKind.PROCESSING: "Sổ hoạt động xử lý dữ liệu",
    ExportKind.ACCOUNT_REVIEW: "Danh sách rà soát tài khoản",
    ExportKind.PASSWORDS: "Danh sách mật khẩu tạm",
}


class DataRequestKind(StrEnum):
    """What a data subject may ask for (Luật 91/2025/QH15 Đ.4)."""

    ACCESS = "access"
    PROVIDE = "provide"
    RECTIFY = "rectify"
    ERASE = "erase"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"


DATA_REQUEST_KIND_LABELS = {
    DataRequestKind.ACCESS: "Xem dữ liệu",
    DataRequestKind.PROVIDE: "Cung cấp bản sao dữ liệu",
    DataRequestKind.RECTIFY: "Chỉnh sửa dữ liệu",
    DataRequestKind.ERASE: "Xóa dữ liệu",
    DataRequestKind.RESTRICT: "Hạn chế xử lý",
    DataRequestKind.OBJECT: "Phản đối xử lý",
    DataRequestKind.WITHDRAW: "Rút lại sự đồng ý",
}


class DataRequestStatus(StrEnum):
    """Where a data subject's request stands."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    FULFILLED = "fulfilled"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


DATA_REQUEST_STATUS_LABELS = {
    DataRequestStatus.RECEIVED: "Chờ phản hồi tiếp nhận",
    DataRequestStatus.IN_HAND: "Đang giải quyết",
    DataRequestStatus.FULFILLED: "Đã thực hiện",
    DataRequestStatus.REFUSED: "Đã từ chối",
    DataRequestStatus.WITHDRAWN: "Người yêu cầu rút",
}

OPEN_DATA_REQUESTS = frozenset({DataRequestStatus.RECEIVED, DataRequestStatus.IN_HAND})


class RequestChannel(StrEnum):
    """How a request came in."""

    IN_PERSON = "in_person"
    POST = "post"
    ELECTRONIC = "electronic"
    TELEPHONE = "telephone"


REQUEST_CHANNEL_LABELS = {
    RequestChannel.IN_PERSON: "Trực tiếp tại trụ sở",
    RequestChannel.POST: "Qua bưu chính",
    RequestChannel.ELECTRONIC: "Thư điện tử, cổng dịch vụ",
    RequestChannel.TELEPHONE: "Điện thoại",
}
