"""Every closed set of words of the domain, with its Vietnamese label beside it.

The English value is what the code, the API, the command line and the database use; the label is what a person reads.
Source of the terms: the project's glossary (Law 26/2008/QH12, Law 106/2025/QH15, TT 05/2024/TT-BTP).
"""

from enum import StrEnum


class OfficeLevel(StrEnum):
    """Level of an office. `district` ends on 30/06/2025, `region` starts on 01/07/2025."""

    CENTRAL = "central"
    PROVINCE = "province"
    DISTRICT = "district"
    REGION = "region"


OFFICE_LEVEL_LABELS = {
    OfficeLevel.CENTRAL: "Trung ương",
    OfficeLevel.PROVINCE: "Cấp tỉnh",
    OfficeLevel.DISTRICT: "Chi cục",
    OfficeLevel.REGION: "Phòng khu vực",
}


class Grade(StrEnum):
    """Grade of an enforcement officer (Law 26/2008 Đ.17)."""

    JUNIOR = "junior"
    INTERMEDIATE = "intermediate"
    SENIOR = "senior"


GRADE_LABELS = {
    Grade.JUNIOR: "Sơ cấp",
    Grade.INTERMEDIATE: "Trung cấp",
    Grade.SENIOR: "Cao cấp",
}


class Role(StrEnum):
    """What an account may be. What each may do stands in `thads_app.rules.rights`."""

    LEADER = "leader"
    HEAD = "head"
    DEPUTY_HEAD = "deputy_head"
    OFFICER = "officer"
    INTAKE_CLERK = "intake_clerk"
    STATISTICIAN = "statistician"
    ACCOUNTANT = "accountant"
    STOREKEEPER = "storekeeper"
    RECORDS_CLERK = "records_clerk"
    ARCHIVIST = "archivist"
    EXAMINER = "examiner"
    SECRETARY = "secretary"
    ADMIN = "admin"


ROLE_LABELS = {
    Role.LEADER: "Lãnh đạo",
    Role.HEAD: "Thủ trưởng",
    Role.DEPUTY_HEAD: "Phó thủ trưởng",
    Role.OFFICER: "Chấp hành viên",
    Role.INTAKE_CLERK: "Cán bộ thụ lý",
    Role.STATISTICIAN: "Cán bộ thống kê",
    Role.ACCOUNTANT: "Kế toán nghiệp vụ",
    Role.STOREKEEPER: "Thủ kho",
    Role.RECORDS_CLERK: "Văn thư",
    Role.ARCHIVIST: "Cán bộ lưu trữ",
    Role.EXAMINER: "Thẩm tra viên",
    Role.SECRETARY: "Thư ký thi hành án",
    Role.ADMIN: "Quản trị",
}


class JudgmentKind(StrEnum):
    """Kind of the judgment a case comes from (loại án)."""

    CIVIL = "civil"
    CRIMINAL = "criminal"
    ADMINISTRATIVE = "administrative"
    FAMILY = "family"
    COMMERCIAL = "commercial"
    LABOUR = "labour"
    BANKRUPTCY = "bankruptcy"
    ARBITRATION = "arbitration"
    COMPETITION = "competition"
    OTHER = "other"


JUDGMENT_KIND_LABELS = {
    JudgmentKind.CIVIL: "Dân sự",
    JudgmentKind.CRIMINAL: "Hình sự (phần dân sự)",
    JudgmentKind.ADMINISTRATIVE: "Hành chính",
    JudgmentKind.FAMILY: "Hôn nhân và gia đình",
    JudgmentKind.COMMERCIAL: "Kinh doanh thương mại",
    JudgmentKind.LABOUR: "Lao động",
    JudgmentKind.BANKRUPTCY: "Phá sản",
    JudgmentKind.ARBITRATION: "Trọng tài",
    JudgmentKind.COMPETITION: "Cạnh tranh",
    JudgmentKind.OTHER: "Khác",
}


class Source(StrEnum):
    """How the case was opened (Law 26/2008 Đ.36)."""

    EX_OFFICIO = "ex_officio"
    ON_REQUEST = "on_request"


SOURCE_LABELS = {Source.EX_OFFICIO: "Chủ động", Source.ON_REQUEST: "Theo yêu cầu"}


class PartyRole(StrEnum):
    """Place of a person or organisation in a case."""

    CREDITOR = "creditor"
    DEBTOR = "debtor"
    INTERESTED_PARTY = "interested_party"


PARTY_ROLE_LABELS = {
    PartyRole.CREDITOR: "Người được thi hành án",
    PartyRole.DEBTOR: "Người phải thi hành án",
    PartyRole.INTERESTED_PARTY: "Người có quyền lợi, nghĩa vụ liên quan",
}


class CaseStatus(StrEnum):
    """Where a case stands. The last six are closed."""

    IN_PROGRESS = "in_progress"
    WITHOUT_CONDITIONS = "without_conditions"
    POSTPONED_BY_AGREEMENT = "postponed_by_agreement"
    POSTPONED_OTHER = "postponed_other"
    SUSPENDED = "suspended"
    HELD_OTHER = "held_other"
    SEPARATE_BOOK = "separate_book"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    REQUEST_RETURNED = "request_returned"
    ENTRUSTED = "entrusted"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


CASE_STATUS_LABELS = {
    CaseStatus.IN_PROGRESS: "Đang thi hành",
    CaseStatus.WITHOUT_CONDITIONS: "Chưa có điều kiện",
    CaseStatus.POSTPONED_BY_AGREEMENT: "Hoãn theo thỏa thuận",
    CaseStatus.POSTPONED_OTHER: "Hoãn (căn cứ khác)",
    CaseStatus.SUSPENDED: "Tạm đình chỉ",
    CaseStatus.HELD_OTHER: "Trường hợp khác",
    CaseStatus.SEPARATE_BOOK: "Sổ theo dõi riêng",
    CaseStatus.COMPLETED: "Thi hành xong",
    CaseStatus.TERMINATED: "Đình chỉ",
    CaseStatus.REQUEST_RETURNED: "Đã gửi lại yêu cầu",
    CaseStatus.ENTRUSTED: "Đã ủy thác",
    CaseStatus.WITHDRAWN: "Cấp trên rút hồ sơ",
    CaseStatus.REVOKED: "Đã thu hồi, hủy",
}

OPEN_STATUSES = frozenset(
    {
        CaseStatus.IN_PROGRESS,
        CaseStatus.WITHOUT_CONDITIONS,
        CaseStatus.POSTPONED_BY_AGREEMENT,
        CaseStatus.POSTPONED_OTHER,
        CaseStatus.SUSPENDED,
        CaseStatus.HELD_OTHER,
        CaseStatus.SEPARATE_BOOK,
    }
)
CLOSED_STATUSES = frozenset(CaseStatus) - OPEN_STATUSES


class EventType(StrEnum):
    """What can happen to a case. Which may follow which stands in `thads_app.rules.lifecycle`."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    COLLECTED = "collected"
    REDUCED = "reduced"
    FOUND_WITHOUT_CONDITIONS = "found_without_conditions"
    FOUND_WITH_CONDITIONS = "found_with_conditions"
    POSTPONED_BY_AGREEMENT = "postponed_by_agreement"
    POSTPONED_OTHER = "postponed_other"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    HELD_OTHER = "held_other"
    MOVED_TO_SEPARATE_BOOK = "moved_to_separate_book"
    RETURNED_FROM_SEPARATE_BOOK = "returned_from_separate_book"
    ENTRUSTED = "entrusted"
    PARTLY_ENTRUSTED = "partly_entrusted"
    WITHDRAWN_BY_SUPERIOR = "withdrawn_by_superior"
    REVOKED = "revoked"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    PARTLY_TERMINATED = "partly_terminated"
    REQUEST_RETURNED = "request_returned"
    CORRECTED = "corrected"


EVENT_TYPE_LABELS = {
    EventType.REGISTERED: "Thụ lý",
    EventType.ASSIGNED: "Phân công",
    EventType.COLLECTED: "Thu được tiền",
    EventType.REDUCED: "Miễn, giảm",
    EventType.FOUND_WITHOUT_CONDITIONS: "Chưa có điều kiện",
    EventType.FOUND_WITH_CONDITIONS: "Có điều kiện trở lại",
    EventType.POSTPONED_BY_AGREEMENT: "Hoãn (đương sự đồng ý)",
    EventType.POSTPONED_OTHER: "Hoãn (căn cứ khác)",
    EventType.SUSPENDED: "Tạm đình chỉ",
    EventType.RESUMED: "Tiếp tục thi hành án",
    EventType.HELD_OTHER: "Trường hợp khác",
    EventType.MOVED_TO_SEPARATE_BOOK: "Chuyển sổ theo dõi riêng",
    EventType.RETURNED_FROM_SEPARATE_BOOK: "Đưa trở lại thụ lý từ sổ theo dõi riêng",
    EventType.ENTRUSTED: "Ủy thác toàn bộ",
    EventType.PARTLY_ENTRUSTED: "Ủy thác một phần",
    EventType.WITHDRAWN_BY_SUPERIOR: "Cấp trên rút hồ sơ",
    EventType.REVOKED: "Thu hồi, hủy quyết định thi hành án",
    EventType.COMPLETED: "Thi hành xong",
    EventType.TERMINATED: "Đình chỉ",
    EventType.PARTLY_TERMINATED: "Đình chỉ một phần",
    EventType.REQUEST_RETURNED: "Gửi lại yêu cầu thi hành án",
    EventType.CORRECTED: "Đính chính",
}

# Other wordings of the glossary and of office practice that a workbook cell may carry (case and accents do not matter).
EVENT_TYPE_ALIASES = {
    "thụ lý (ra QĐ THA)": EventType.REGISTERED,
    "thu được tiền / thi hành được một phần": EventType.COLLECTED,
    "thi hành được một phần": EventType.COLLECTED,
    "thu tiền": EventType.COLLECTED,
    "miễn giảm": EventType.REDUCED,
    "QĐ chưa có điều kiện": EventType.FOUND_WITHOUT_CONDITIONS,
    "quyết định chưa có điều kiện": EventType.FOUND_WITHOUT_CONDITIONS,
    "chưa có điều kiện thi hành": EventType.FOUND_WITHOUT_CONDITIONS,
    "có điều kiện": EventType.FOUND_WITH_CONDITIONS,
    "có điều kiện trở lại / tiếp tục THA": EventType.FOUND_WITH_CONDITIONS,
    "hoãn (đương sự đồng ý; điểm c khoản 1 Điều 48)": EventType.POSTPONED_BY_AGREEMENT,
    "hoãn theo thỏa thuận": EventType.POSTPONED_BY_AGREEMENT,
    "hoãn khác": EventType.POSTPONED_OTHER,
    "tiếp tục THA": EventType.RESUMED,
    "tiếp tục": EventType.RESUMED,
    "trường hợp khác (đang giải quyết khiếu nại…)": EventType.HELD_OTHER,
    "đưa trở lại thụ lý": EventType.RETURNED_FROM_SEPARATE_BOOK,
    "ủy thác": EventType.ENTRUSTED,
    "ủy thác một phần (số tiền)": EventType.PARTLY_ENTRUSTED,
    "thu hồi, hủy QĐ THA": EventType.REVOKED,
    "thu hồi, hủy": EventType.REVOKED,
    "thu hồi": EventType.REVOKED,
    "xong": EventType.COMPLETED,
    "đình chỉ một phần (số tiền)": EventType.PARTLY_TERMINATED,
    "gửi lại yêu cầu THA": EventType.REQUEST_RETURNED,
    "gửi lại yêu cầu THA (từ 01/07/2026)": EventType.REQUEST_RETURNED,
    "đính chính, hủy bỏ một sự kiện đã ghi": EventType.CORRECTED,
}


class Indicator(StrEnum):
    """What one statistic delta adds to.

    The first nine are flows: a period sums its own days (`carried_over` holds only the changes made inside the year;
    the opening stock is added when read). The last seven are stocks: a date sums everything up to it.
    """

    NEWLY_REGISTERED = "newly_registered"
    CARRIED_OVER = "carried_over"
    ENTRUSTED = "entrusted"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    TRANSFERRED = "transferred"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    REDUCED = "reduced"
    IN_PROGRESS = "in_progress"
    POSTPONED_BY_AGREEMENT = "postponed_by_agreement"
    POSTPONED_OTHER = "postponed_other"
    SUSPENDED = "suspended"
    HELD_OTHER = "held_other"
    WITHOUT_CONDITIONS = "without_conditions"
    SEPARATE_BOOK = "separate_book"


STOCK_INDICATORS = frozenset(
    {
        Indicator.IN_PROGRESS,
        Indicator.POSTPONED_BY_AGREEMENT,
        Indicator.POSTPONED_OTHER,
        Indicator.SUSPENDED,
        Indicator.HELD_OTHER,
        Indicator.WITHOUT_CONDITIONS,
        Indicator.SEPARATE_BOOK,
    }
)
FLOW_INDICATORS = frozenset(Indicator) - STOCK_INDICATORS


class HandoverKind(StrEnum):
    """Kind of a handover (BG02, BG03; NĐ 152/2026 Đ.12.2). Others join as rows of the rule table."""

    INTAKE_TO_OFFICER = "intake_to_officer"
    OFFICER_TO_OFFICER = "officer_to_officer"


HANDOVER_KIND_LABELS = {
    HandoverKind.INTAKE_TO_OFFICER: "Thụ lý giao chấp hành viên (BG02)",
    HandoverKind.OFFICER_TO_OFFICER: "Chấp hành viên giao chấp hành viên (BG03)",
}


class HandoverStatus(StrEnum):
    """State of a handover as a whole."""

    DRAFT = "draft"
    SENT = "sent"
    CLOSED = "closed"
    RECALLED = "recalled"


HANDOVER_STATUS_LABELS = {
    HandoverStatus.DRAFT: "Bản nháp",
    HandoverStatus.SENT: "Đã gửi, chờ xác nhận",
    HandoverStatus.CLOSED: "Đã kết thúc",
    HandoverStatus.RECALLED: "Đã thu hồi",
}


class HandoverItemStatus(StrEnum):
    """State of one case inside a handover; responsibility moves only at `confirmed`."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    RECALLED = "recalled"


HANDOVER_ITEM_STATUS_LABELS = {
    HandoverItemStatus.PENDING: "Chờ xác nhận",
    HandoverItemStatus.ACCEPTED: "Bên nhận đã xác nhận, chờ thủ trưởng",
    HandoverItemStatus.CONFIRMED: "Đã xác nhận",
    HandoverItemStatus.REFUSED: "Từ chối",
    HandoverItemStatus.RECALLED: "Đã thu hồi",
}


class Measure(StrEnum):
    """The two ways everything is counted."""

    COUNT = "count"
    AMOUNT = "amount"


MEASURE_LABELS = {Measure.COUNT: "Việc", Measure.AMOUNT: "Tiền"}


class JobStatus(StrEnum):
    """State of a background import."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"


JOB_STATUS_LABELS = {
    JobStatus.QUEUED: "Đang chờ",
    JobStatus.RUNNING: "Đang xử lý",
    JobStatus.DONE: "Đã nhập xong",
    JobStatus.REJECTED: "Tệp có lỗi, chưa nhập gì",
    JobStatus.FAILED: "Gặp sự cố, chưa nhập gì",
}
