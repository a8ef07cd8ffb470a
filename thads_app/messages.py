"""The Vietnamese sentence of every error and refusal, by its code. One place for pages, API and command line alike."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.enums import CASE_STATUS_LABELS, EVENT_TYPE_LABELS, CaseStatus, EventType
from thads_app.errors import DomainError, FieldError
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.vietnamese import format_date, format_number

MESSAGES: dict[str, str] = {
    # general
    "not_found": "Không tìm thấy, hoặc nằm ngoài phạm vi của bạn.",
    "forbidden": "Bạn không có quyền làm việc này.",
    "forbidden_office": "Bạn không có quyền làm việc này tại đơn vị đã chọn.",
    "forbidden_event": "Bạn không có quyền ghi nhận “{event}” cho việc này.",
    "invalid": "Còn chỗ chưa đúng, xin xem ghi chú bên cạnh từng ô.",
    "refused": "Không thực hiện được lúc này.",
    "required": "Cần nhập ô này.",
    "too_long": "Nội dung dài quá {limit} ký tự.",
    "not_a_number": "Đây không phải một số.",
    "not_a_date": "Ngày không hợp lệ; nhập dạng ngày/tháng/năm.",
    "stale_version": "Việc này vừa được người khác thay đổi. Nội dung bạn nhập vẫn còn; xin xem lại rồi lưu lần nữa.",
    "request_used": "Yêu cầu này đã được dùng cho một nội dung khác. Xin tải lại trang rồi làm lại.",
    # registering
    "decision_taken": "Số {number} đã được dùng cho một quyết định thi hành án khác của đơn vị trong năm {year}.",
    "debtor_needed": "Cần ít nhất một người phải thi hành án.",
    "judgment_after_decision": "Ngày bản án không được sau ngày quyết định thi hành án ({date}).",
    "assigned_before_decision": "Ngày phân công không được trước ngày quyết định thi hành án ({date}).",
    "office_not_valid_on": "{office} không hoạt động vào ngày {date}.",
    "date_too_early": "Ngày {date} quá xa trong quá khứ.",
    "amount_too_large": "Số tiền quá lớn.",
    # events
    "event_not_recordable": "“{event}” không ghi nhận riêng được; hãy thụ lý một việc mới.",
    "case_closed": "Việc đã kết thúc ({status}); chỉ còn đính chính được.",
    "event_not_after_status": "Không ghi nhận “{event}” khi việc đang ở trạng thái “{status}”.",
    "event_other_source": "“{event}” chỉ áp dụng cho việc thi hành án theo yêu cầu.",
    "event_not_yet_law": "“{event}” chỉ áp dụng từ ngày {from}.",
    "event_no_longer_law": "“{event}” chỉ áp dụng đến ngày {to}.",
    "date_in_future": "Ngày {date} ở tương lai.",
    "date_before_last_event": "Ngày {date} trước sự kiện gần nhất của việc này ({last}).",
    "amount_needed": "Cần nhập số tiền.",
    "amount_not_positive": "Số tiền phải lớn hơn 0.",
    "amount_negative": "Số tiền không được âm.",
    "amount_over_outstanding": "Nhiều hơn số còn phải thi hành ({outstanding} đ).",
    "completed_leaves_outstanding": "Thi hành xong thì không còn khoản nào: số tiền phải bằng số còn lại ({outstanding} đ), hoặc để trống.",
    "amount_not_allowed": "“{event}” không nhập số tiền.",
    "nothing_outstanding": "Không còn khoản tiền nào phải thi hành.",
    "officer_needed": "Cần chọn chấp hành viên.",
    "officer_unknown": "Không có chấp hành viên này.",
    "officer_not_posted": "Chấp hành viên không công tác tại đơn vị nào vào ngày {date}.",
    "officer_other_office": "Việc chưa phân công chỉ giao được cho chấp hành viên của chính đơn vị.",
    "officer_other_province": "Chấp hành viên thuộc tỉnh khác; muốn chuyển sang tỉnh khác phải ủy thác.",
    "office_not_yet": "{office} chưa hoạt động vào ngày {date}.",
    "case_in_handover": "Việc đang nằm trong một bàn giao chưa kết thúc; hãy xác nhận hoặc thu hồi bàn giao trước.",
    # corrections
    "correction_not_allowed": "Chỉ “Đính chính” mới chỉ tới một sự kiện khác.",
    "correction_target_missing": "Không có sự kiện nào để đính chính, hoặc sự kiện ấy đã được đính chính.",
    "correction_before_event": "Ngày đính chính không được trước ngày của sự kiện được đính chính ({date}).",
    "correction_breaks_later": "Không đính chính được: “{event}” ngày {date} sẽ không còn hợp lệ. Hãy đính chính sự kiện ấy trước.",
    "registration_not_correctable": "Sự kiện thụ lý không đính chính ở đây; hãy sửa hồ sơ, hoặc ghi nhận thu hồi, hủy quyết định.",
    # editing and listing cases
    "forbidden_edit": "Bạn không có quyền sửa thông tin của việc này.",
    "obligations_sum": "Các khoản cộng lại là {sum} đ, phải đúng bằng số phải thi hành đã thụ lý ({amount} đ).",
    "officer_choose": "Hãy chọn một chấp hành viên trong danh sách.",
    "nothing_selected": "Chưa chọn hồ sơ nào.",
    "kind_choose": "Hãy chọn một mục trong danh sách.",
    # offices
    "office_not_ended": "{office} chưa kết thúc hoạt động nên chưa có đơn vị kế thừa.",
    "successor_not_next": "{office} không bắt đầu hoạt động ngay sau đó nên không kế thừa được.",
    # signing in and accounts
    "sign_in_failed": "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản không còn dùng được.",
    "sign_in_blocked": "Đã thử sai quá nhiều lần. Hãy thử lại sau khoảng {minutes} phút.",
    "busy": "Hệ thống đang bận. Hãy thử lại sau giây lát.",
    "foreign_origin": "Yêu cầu không đến từ trang của hệ thống.",
    "signed_out": "Bạn cần đăng nhập để tiếp tục.",
    "password_first": "Bạn cần đổi mật khẩu trước khi tiếp tục.",
    "too_many_events": "Bạn thao tác quá nhanh. Hãy chờ giây lát rồi thử lại.",
    "incident": "Có lỗi ngoài dự kiến, chưa có gì được thay đổi dở dang. Mã sự cố: {number}.",
    "password_too_short": "Mật khẩu cần ít nhất {minimum} ký tự.",
    "password_too_long": "Mật khẩu dài nhất {maximum} ký tự.",
    "password_obvious": "Mật khẩu này dễ đoán. Hãy dùng vài từ không liên quan đến nhau.",
    "password_unchanged": "Mật khẩu mới phải khác mật khẩu hiện tại.",
    "password_not_repeated": "Hai lần nhập mật khẩu mới không giống nhau.",
    "current_password_wrong": "Mật khẩu hiện tại không đúng.",
    "username_taken": "Tên đăng nhập này đã có người dùng.",
    "username_form": "Tên đăng nhập gồm 3–60 chữ thường không dấu, chữ số, dấu chấm, gạch dưới hoặc gạch nối.",
    "account_not_found": "Không có tài khoản này trong phạm vi của bạn.",
    "office_not_found": "Không có đơn vị {code} trong phạm vi của bạn.",
    "staff_not_found": "Không có cán bộ mang mã {code}.",
    "grant_not_found": "Tài khoản không có vai trò này tại đơn vị đã chọn.",
    "not_to_oneself": "Không tự cấp quyền hay khóa tài khoản của chính mình.",
    "ends_before_it_begins": "Ngày kết thúc không được trước ngày bắt đầu.",
    "token_terms": "Cần tên gợi nhớ và thời hạn từ 1 đến 3650 ngày.",
    "no_offices": "Chưa có đơn vị nào trong cơ sở dữ liệu: hãy chạy thads db upgrade trước.",
    # figures and forms
    "unit_not_found": "Không có đơn vị {unit}, hoặc đơn vị nằm ngoài phạm vi của bạn.",
    "officer_not_found": "Không có đơn vị hay chấp hành viên mang mã {officer} ở đây.",
    "unit_not_on_todays_map": "Đơn vị {unit} không còn trên bản đồ tổ chức hiện nay; đơn vị kế thừa là {successor}.",
    "unit_has_no_such_parts": "{unit} không chia được theo cách đã chọn.",
    "form_unknown": "Không có biểu {form}.",
    "form_not_kept": "Chưa lập được Biểu {form} ({title}): hệ thống chưa theo dõi dữ liệu của biểu này.",
    "identity_broken": "Số liệu {measure} của {unit} không khớp ({identity}: {left} khác {right}) nên không lập biểu; hãy chạy thads verify.",
    "fiscal_year_out_of_range": "Năm {year} không hợp lệ.",
    "target_rate_out_of_range": "Chỉ tiêu phải lớn hơn 0 và không quá 100 %.",
    "target_source_needed": "Cần ghi văn bản giao chỉ tiêu.",
}


def sentence(problem: DomainError | FieldError | Refusal | str, **params: object) -> str:
    """The sentence for a person.

    Args:
        problem: an error, a field's error, a refusal, or a code.
        params: what fills the sentence when only a code is given.
    """
    if isinstance(problem, str):
        return _fill(problem, params)
    return _fill(problem.code, dict(problem.params))


def field_sentences(fields: Mapping[str, FieldError]) -> dict[str, str]:
    """Field name → sentence."""
    return {name: sentence(error) for name, error in fields.items()}


def _fill(code: str, params: Mapping[str, object]) -> str:
    template = MESSAGES.get(code, MESSAGES["refused"])
    return template.format_map(_Words({name: _word(value) for name, value in params.items()}))


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _word(value: object) -> str:
    if isinstance(value, EventType):
        return EVENT_TYPE_LABELS[value]
    if isinstance(value, CaseStatus):
        return CASE_STATUS_LABELS[value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int) and abs(value) > 9999:
        return format_number(value)
    return str(value)
