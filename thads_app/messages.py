"""The Vietnamese sentence of every error and refusal, by its code. One place for pages, API and command line alike."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.enums import CASE_STATUS_LABELS, EVENT_TYPE_LABELS, KINSHIP_LABELS, CaseStatus, EventType, Kinship
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
    "officer_choose": "Hãy chọn một chấp hành viên trong danh sách.",
    "nothing_selected": "Chưa chọn hồ sơ nào.",
    "reason_needed": "Hãy ghi lý do.",
    "kind_choose": "Hãy chọn một mục trong danh sách.",
    # personal data
    "masked_value": "Ô này còn dấu che (•): nhập đủ số, hoặc để nguyên như lúc mở.",
    "reveal_purpose_needed": "Hãy chọn mục đích xem.",
    "reveal_reason_needed": "Hãy ghi rõ cần xem để làm gì (ít nhất {minimum} ký tự).",
    "reveal_forbidden": "Bạn không có quyền xem đầy đủ dữ liệu cá nhân của hồ sơ này.",
    "reveal_too_many": "Bạn đã xem {limit} số trong một giờ. Hãy chờ ít phút rồi xem tiếp; lần này đã được ghi lại.",
    "reveal_nothing": "Ở đây không có {field} nào bị che.",
    "subject_name_needed": "Hãy ghi họ tên người yêu cầu.",
    "request_received_in_future": "Ngày nhận không được ở tương lai.",
    "request_step_not_now": "Yêu cầu này không còn ở bước đó; xin tải lại trang.",
    "request_answer_needed": "Hãy ghi đã làm gì và trả lời thế nào.",
    "request_ground_needed": "Hãy ghi căn cứ và lý do từ chối.",
    "processing_not_yours": "Sổ hoạt động xử lý là của toàn hệ thống; chỉ quản trị trung ương sửa được.",
    # offices
    "office_not_ended": "{office} chưa kết thúc hoạt động nên chưa có đơn vị kế thừa.",
    "successor_not_next": "{office} không kế thừa được: phải cùng cấp tương ứng và bắt đầu hoạt động ngay sau đó.",
    # signing in and accounts
    "sign_in_failed": "Tên đăng nhập hoặc mật khẩu không đúng, hoặc tài khoản không còn dùng được.",
    "sign_in_blocked": "Đã thử sai quá nhiều lần. Hãy thử lại sau khoảng {minutes} phút.",
    "busy": "Hệ thống đang bận. Hãy thử lại sau giây lát.",
    "too_often": "Bạn đã yêu cầu quá nhiều lần trong thời gian ngắn. Hãy thử lại sau {seconds} giây.",
    "too_fast": "Bạn thao tác quá nhanh nên một số thao tác chưa được thực hiện. Hãy chờ vài giây rồi làm lại.",
    "foreign_origin": "Yêu cầu không đến từ trang của hệ thống.",
    "signed_out": "Bạn cần đăng nhập để tiếp tục.",
    "password_first": "Bạn cần đổi mật khẩu trước khi tiếp tục.",
    "second_first": "Bạn cần nhập mã xác thực trước khi tiếp tục.",
    "set_up_first": "Bạn cần thiết lập xác thực hai lớp trước khi tiếp tục.",
    "local_sign_in_off": "Không đăng nhập được bằng mật khẩu: hãy dùng nút đăng nhập một lần ở trên.",
    "code_wrong": "Mã không đúng hoặc đã được dùng. Hãy chờ ứng dụng hiện mã mới rồi nhập lại.",
    "code_needed": "Hãy nhập mã gồm 6 chữ số, hoặc một mã dự phòng.",
    "second_factor_unreadable": "Xác thực hai lớp của tài khoản này không đọc được nữa. Hãy nhờ quản trị của đơn vị đặt lại.",
    "second_factor_in_use": "Tài khoản này đã có xác thực hai lớp.",
    "second_factor_not_in_use": "Tài khoản này chưa có xác thực hai lớp.",
    "second_factor_required": "Vai trò của bạn bắt buộc xác thực hai lớp nên không tắt được.",
    "second_factor_not_begun": "Lần thiết lập này đã hết hạn. Hãy bấm bắt đầu lại.",
    "sso_no_account": "Chưa có tài khoản nào khớp với người vừa đăng nhập ở đó. Hãy liên hệ quản trị của đơn vị.",
    "sso_ambiguous": "Có nhiều tài khoản khớp với người vừa đăng nhập ở đó. Hãy liên hệ quản trị của đơn vị.",
    "sso_disabled": "Tài khoản khớp với người vừa đăng nhập ở đó không còn dùng được. Hãy liên hệ quản trị của đơn vị.",
    "sso_no_claim": "Nơi đăng nhập không cho biết thông tin cần để tìm tài khoản. Hãy báo quản trị hệ thống.",
    "sso_not_verified": "Thư điện tử của bạn chưa được xác minh ở nơi đăng nhập. Hãy xác minh rồi thử lại.",
    "sso_unreachable": "Không kết nối được tới nơi đăng nhập. Hãy thử lại sau ít phút.",
    "sso_cancelled": "Bạn đã dừng việc đăng nhập. Bấm nút để làm lại.",
    "sso_expired": "Lần đăng nhập này đã quá lâu hoặc mở từ cửa sổ khác. Hãy bấm nút để đăng nhập lại.",
    "sso_invalid": "Thông tin nhận được từ nơi đăng nhập không hợp lệ nên bị từ chối. Hãy thử lại; nếu vẫn vậy, báo quản trị hệ thống.",
    "sso_replayed": "Yêu cầu kết thúc phiên này đã được thực hiện.",
    "sign_in_again": "Để chắc chắn là bạn, hãy đăng xuất, đăng nhập lại rồi làm tiếp trong vòng 10 phút.",
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
    "grant_to_disabled": "Tài khoản đang bị khóa; hãy mở lại trước khi cấp quyền.",
    "grant_over": "Quyền này đã hết hạn hoặc đã được thu hồi.",
    "grant_exists": "Người này đã có vai trò “{role}” tại {office} trong thời gian ấy; hãy đổi ngày kết thúc của quyền đang có.",
    "grant_already_over": "Ngày kết thúc đã qua.",
    "grant_begins_in_past": "Quyền chỉ có hiệu lực từ hôm nay trở đi.",
    "grant_at_ended_office": "Đơn vị này không hoạt động vào ngày bắt đầu.",
    "role_not_grantable": "Cấp quản trị của bạn không cấp hay thu hồi vai trò “{role}” tại {office}.",
    "beyond_own_validity": "Quyền quản trị của bạn có hiệu lực đến hết {date}; quyền cấp cho người khác không được dài hơn.",
    "grant_warned": "Cần xác nhận trước khi tiếp tục: {warnings}",
    "grant_officer_without_staff": "{name} chưa gắn với hồ sơ chấp hành viên nên chưa được giao việc nào.",
    "grant_administrator_writes": "{name} sẽ vừa quản trị tài khoản vừa ghi hồ sơ.",
    "grant_second_administrator": "{office} đã có người quản trị khác.",
    "grant_last_administrator": "{office} sẽ không còn người quản trị nào.",
    "notice_grant_given": "Bạn được cấp vai trò “{role}” tại {office}, {period}.",
    "notice_grant_end_changed": "Thời hạn vai trò “{role}” của bạn tại {office} đã đổi: {period}.",
    "notice_grant_taken": "Vai trò “{role}” của bạn tại {office} đã được thu hồi.",
    # written authorisations
    "authorisation_not_found": "Không có văn bản ủy quyền này.",
    "authorisation_exists": "Văn bản số {number} đã được ghi nhận cho người này.",
    "authorisation_over": "Ủy quyền này đã hết hạn hoặc đã được thu hồi.",
    "authorisation_not_head": "Bạn không phải thủ trưởng của đơn vị này trong thời gian ấy.",
    "authorisation_not_deputy": "Người được chọn không phải phó thủ trưởng của đơn vị này.",
    "authorisation_nothing": "Hãy chọn ít nhất một việc được ủy quyền.",
    "authorisation_not_possible": "Việc này không ủy quyền được.",
    "authorisation_signed_later": "Ngày ký không được sau ngày bắt đầu, cũng không ở tương lai.",
    "authorisation_too_long": "Mỗi văn bản ủy quyền có hiệu lực tối đa {days} ngày.",
    "notice_authorised": "{head} ủy quyền cho bạn tại {office} theo văn bản số {number}, {period}.",
    "notice_authorisation_withdrawn": "Ủy quyền theo văn bản số {number} tại {office} đã được thu hồi.",
    "not_to_oneself": "Không tự cấp quyền, sửa hay khóa tài khoản của chính mình; việc này do quản trị cấp trên làm.",
    "account_above_you": "Người này giữ vai trò “{role}” tại {office}, thuộc thẩm quyền của quản trị cấp trên.",
    "account_changed": "Tài khoản này vừa được người khác sửa. Nội dung bạn nhập vẫn còn; xin xem lại rồi lưu lần nữa.",
    "name_form": "Họ tên chỉ gồm chữ cái, dấu cách, dấu chấm, gạch nối.",
    "birth_date_range": "Người có tài khoản phải từ {youngest} đến {oldest} tuổi.",
    "email_form": "Thư điện tử không đúng dạng, ví dụ an.tt@thads.example.",
    "email_taken": "Thư điện tử này đã thuộc một tài khoản khác.",
    "telephone_form": "Số điện thoại gồm 8 đến 15 chữ số, ví dụ 0912 345 678.",
    "staff_code_needed": "Chọn ngạch thì phải có mã chấp hành viên.",
    "staff_has_account": "Cán bộ mang mã {code} đã có tài khoản đang dùng.",
    "move_same_office": "Người này đang công tác tại chính đơn vị ấy.",
    "move_to_ended_office": "{office} đã kết thúc hoạt động; hãy chọn đơn vị đang hoạt động.",
    "move_with_open_cases": "Người này còn phụ trách {count} việc chưa kết thúc; phải bàn giao xong trước khi chuyển đơn vị.",
    "move_account_disabled": "Tài khoản đang bị khóa; hãy mở lại trước khi chuyển đơn vị.",
    "move_warned": "Cần xác nhận trước khi chuyển: {warnings}",
    "notice_hand_over_before_moving": "Bạn sắp chuyển đơn vị công tác. Hãy bàn giao {count} việc đang phụ trách trước khi chuyển.",
    "notice_hand_over_of_other": "{officer} sắp chuyển đơn vị công tác và còn phụ trách {count} việc. Hãy cho bàn giao trước khi chuyển.",
    "notice_moved": "Bạn được chuyển đến {office}. Các vai trò ở đơn vị cũ đã kết thúc; quản trị sẽ cấp vai trò mới.",
    "review_note_long": "Ghi chú dài quá {limit} ký tự.",
    "review_nothing": "Không có tài khoản nào để xác nhận.",
    "roster_empty": "Tệp không có dòng nào ở trang “{sheet}”.",
    "roster_too_long": "Mỗi lần tạo nhiều nhất {limit} tài khoản; tệp có {count} dòng.",
    "roster_gone": "Tệp không còn được giữ (giữ 24 giờ) hoặc đã dùng rồi; hãy chọn lại tệp.",
    "roster_has_problems": "Tệp có {count} lỗi nên chưa tạo tài khoản nào; hãy kiểm tra lại.",
    "roster_person_known": "Người này (cùng họ tên, ngày sinh) đã có tài khoản {username}.",
    "roster_person_doubled": "Người này (cùng họ tên, ngày sinh) đã có ở dòng {row}.",
    "roster_office_unknown": "Không có đơn vị mang mã hoặc tên này trong phạm vi của bạn.",
    "roster_office_ambiguous": "Nhiều đơn vị cùng tên này ({codes}); hãy ghi mã đơn vị.",
    "roster_office_ended": "Đơn vị này đã kết thúc hoạt động; đơn vị kế thừa là {successor}.",
    "roster_unknown_role": "Không có vai trò này; hãy chọn trong danh sách của mẫu.",
    "roster_username_doubled": "Tên đăng nhập này đã có ở dòng {row}.",
    "roster_email_doubled": "Thư điện tử này đã có ở dòng {row}.",
    "roster_staff_doubled": "Mã chấp hành viên này đã có ở dòng {row}.",
    "passwords_gone": "Danh sách mật khẩu tạm đã được tải về hoặc đã quá hạn. Hãy đặt lại mật khẩu cho từng người khi cần.",
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
    # importing a workbook
    "import_password": "Tệp được bảo vệ bằng mật khẩu; hãy bỏ mật khẩu rồi chọn lại.",
    "import_old_format": "Tệp là Excel kiểu cũ (.xls); hãy lưu lại thành .xlsx.",
    "import_not_workbook": "Tệp không phải là sổ Excel (.xlsx), hoặc đã hỏng.",
    "import_unpacks_too_large": "Tệp giải nén ra quá lớn (trên {limit} MB) nên không đọc.",
    "import_too_wide": "Tệp có dữ liệu ở các cột ngoài mẫu (từ cột AE trở đi); hãy xóa các cột ấy.",
    "import_sheet_damaged": "Không đọc được trang “{sheet}”.",
    "import_sheets_missing": "Tệp không có trang nào của mẫu ({wanted}); hãy dùng tệp mẫu.",
    "import_heading_missing": "Thiếu cột “{heading}”.",
    "import_heading_doubled": "Cột “{heading}” có hai lần.",
    "import_heading_unknown": "Cột “{heading}” không có trong mẫu nên không được đọc.",
    "import_required": "Cần có “{heading}”.",
    "import_text_too_long": "Nội dung dài {length} ký tự, chỉ được {limit}.",
    "import_formula_error": "Công thức trong ô bị lỗi.",
    "import_code_invalid": "Mã không hợp lệ.",
    "import_not_a_date": "Không phải ngày; hãy viết dd/mm/yyyy.",
    "import_date_is_time": "Đây là giờ, không phải ngày.",
    "import_no_such_day": "Không có ngày này trong lịch.",
    "import_date_out_of_range": "Ngày nằm ngoài khoảng cho phép.",
    "import_not_money": "Không phải số tiền; hãy viết số nguyên đồng, ví dụ 1250000 hoặc 1.250.000.",
    "import_money_negative": "Số tiền không được âm.",
    "import_money_fraction": "Số tiền phải là số nguyên đồng.",
    "import_money_too_large": "Số tiền quá lớn.",
    "import_not_yes_no": "Hãy ghi Có hoặc Không.",
    "import_unknown_source": "Không có nguồn thụ lý này; hãy ghi Chủ động hoặc Theo yêu cầu.",
    "import_unknown_judgment_kind": "Không có loại án này; hãy chọn trong danh sách của mẫu.",
    "import_unknown_event": "Không có loại sự kiện này; hãy chọn trong danh sách của mẫu.",
    "import_unknown_grade": "Không có ngạch này; hãy ghi Sơ cấp, Trung cấp hoặc Cao cấp.",
    "import_office_unknown": "Không có đơn vị mang mã này.",
    "import_office_central": "Cơ quan trung ương không thụ lý việc thi hành án.",
    "import_office_forbidden": "Đơn vị này nằm ngoài phạm vi nhập dữ liệu của bạn.",
    "import_officer_unknown": "Không có chấp hành viên mang mã {code}.",
    "import_not_officer": "Người mang mã {code} không phải chấp hành viên.",
    "import_officer_doubled": "Mã {code} đã có ở dòng {row} với nội dung khác.",
    "import_officer_known": "Mã {code} đã có trong hệ thống với tên {name}; tên trong tệp không được dùng.",
    "import_officer_of_date": "Có ngày phân công mà không có mã chấp hành viên.",
    "import_officer_unused": "Chỉ “Phân công” dùng mã chấp hành viên; ô này không được dùng.",
    "import_receiving_unused": "Chỉ “Ủy thác” dùng đơn vị nhận; ô này không được dùng.",
    "import_receiving_same": "Đơn vị nhận ủy thác phải khác đơn vị ủy thác.",
    "import_case_doubled": "Số {number} của đơn vị trong năm này đã có ở dòng {row}.",
    "import_case_unknown": "Không có việc số {number} của đơn vị {office} trong tệp hay trong hệ thống.",
    "import_case_of_several_years": "Số {number} có ở nhiều năm; đã hiểu là việc ngày {date}. Thêm cột “Ngày QĐ THA” để chỉ rõ.",
    "import_registration_repeated": "Việc đã thụ lý ở trang “Hồ sơ”; dòng này không được dùng.",
    "import_recorded_before": "Việc này đã có sự kiện được ghi nhận ngày {date}, sau thời điểm ghi nhận đã chọn.",
    "import_recorded_ahead": "Thời điểm ghi nhận ở tương lai.",
    "import_collision": "Trong lúc nhập, một số quyết định vừa được người khác dùng. Chưa ghi gì; xin nhập lại.",
    "demo_not_empty": "Cơ sở dữ liệu đã có hồ sơ; dữ liệu minh họa chỉ tạo được trên cơ sở dữ liệu trống.",
    "import_no_file": "Chưa chọn tệp Excel nào.",
    "import_too_large": "Tệp lớn hơn {limit} MB nên không nhận; hãy chia thành nhiều tệp.",
    "import_file_gone": "Tệp không còn được giữ (chỉ giữ 24 giờ); hãy tải lên lại.",
    "import_more_problems": "Còn {count} lỗi nữa không liệt kê ở đây.",
}


# Handovers: refusals, field errors, and the notices they send.
MESSAGES |= {
    "handover_needs_cases": "Chưa có hồ sơ nào để bàn giao.",
    "handover_too_many": "Mỗi bàn giao tối đa {limit} hồ sơ; hãy lập thêm bàn giao khác.",
    "handover_case_twice": "Hồ sơ này có hai lần trong danh sách.",
    "handover_case_closed": "Việc {number} đã kết thúc ({status}) nên không bàn giao được nữa.",
    "handover_case_moved": "Việc {number} không thuộc đơn vị giao.",
    "handover_case_assigned": "Việc {number} đã có chấp hành viên; dùng bàn giao giữa hai chấp hành viên.",
    "handover_case_not_givers": "Việc {number} không do người giao phụ trách.",
    "handover_case_in_other": "Việc {number} đang nằm trong bàn giao {handover} của {giver}, chưa kết thúc.",
    "handover_forbidden_office": "Bạn không có quyền lập bàn giao loại này tại {office}.",
    "handover_not_giver": "Chỉ người giao, hoặc thủ trưởng đơn vị giao, làm được việc này.",
    "handover_not_receiver": "Chỉ người nhận xác nhận hoặc từ chối được.",
    "handover_not_head": "Chỉ thủ trưởng đơn vị nhận xác nhận được.",
    "handover_no_head": "Loại bàn giao này không cần thủ trưởng xác nhận.",
    "handover_receiver_needed": "Cần chọn bên nhận.",
    "handover_receiver_is_giver": "Người nhận phải khác người giao.",
    "handover_giver_needed": "Cần chọn chấp hành viên giao.",
    "handover_reason_needed": "Cần ghi lý do bàn giao.",
    "handover_refusal_needed": "Cần ghi lý do từ chối.",
    "handover_not_negative": "Không được nhỏ hơn 0.",
    "handover_too_many_sheets": "Nhiều quá {limit} bút lục; xin kiểm tra lại.",
    "handover_not_draft": "Bàn giao {handover} đã gửi nên không sửa được; hãy thu hồi nếu cần làm lại.",
    "handover_not_sent": "Bàn giao {handover} không ở trạng thái chờ xác nhận.",
    "handover_item_done": "Việc {number} không còn chờ xác nhận trong bàn giao này.",
    "handover_already_received": "Bên nhận đã xác nhận việc {number}; chỉ thủ trưởng còn từ chối được.",
    "handover_nothing_waits": "Không còn hồ sơ nào chờ bạn xác nhận.",
    "handover_nothing_to_recall": "Không còn hồ sơ nào thu hồi được: tất cả đã được xác nhận hoặc từ chối.",
    "handover_stale": "{by} vừa thay đổi bàn giao này. Xin xem lại rồi làm tiếp.",
    "handover_record_draft": "Bản nháp chưa có biên bản; hãy gửi bàn giao trước.",
    "notice_handover_sent": "{giver} bàn giao cho bạn {count} hồ sơ ({handover}). Hãy kiểm tra và xác nhận.",
    "notice_handover_for_head": "{giver} bàn giao {count} hồ sơ cho {receiver} ({handover}), chờ thủ trưởng xác nhận.",
    "notice_handover_confirmed": "{by} đã xác nhận {count} hồ sơ của {handover}; trách nhiệm đã chuyển cho {receiver}.",
    "notice_handover_refused": "{by} từ chối {count} hồ sơ của {handover}: {reason}",
    "notice_handover_recalled": "{by} đã thu hồi {count} hồ sơ của {handover}.",
}


# The API: what a request can get wrong before any rule of ours is asked.
MESSAGES |= {
    "no_such_path": "Không có địa chỉ này.",
    "method_not_allowed": "Địa chỉ này không nhận phương thức {method}.",
    "body_unreadable": "Không đọc được nội dung gửi lên; cần một văn bản JSON hợp lệ.",
    "body_too_large": "Nội dung gửi lên quá lớn.",
    "field_unknown": "Không có trường này.",
    "value_wrong": "Giá trị không hợp lệ.",
    "not_text": "Cần một đoạn chữ, không có ký tự điều khiển.",
    "not_a_flag": "Cần true hoặc false.",
    "not_a_list": "Cần một danh sách.",
    "not_an_object": "Cần một đối tượng JSON.",
    "not_a_uuid": "Đây không phải một UUID.",
    "not_iso_date": "Ngày không hợp lệ; viết năm-tháng-ngày, ví dụ 2026-03-05.",
    "not_iso_moment": "Không phải ngày hay thời điểm ISO, ví dụ 2026-03-05 hay 2026-03-05T08:00.",
    "word_unknown": "Phải là một trong: {words}.",
    "too_few": "Cần ít nhất {limit} mục.",
    "too_many": "Nhiều nhất {limit} mục.",
    "number_too_small": "Không được nhỏ hơn {limit}.",
    "number_too_large": "Không được lớn hơn {limit}.",
    "cursor_invalid": "Con trỏ trang không dùng được; hãy đọc lại từ trang đầu.",
    "office_unknown": "Không có đơn vị mang mã {code}.",
    "officer_not_used": "Chỉ “Phân công” dùng chấp hành viên.",
    "receiving_office_not_used": "Chỉ “Ủy thác” dùng đơn vị nhận.",
    "parties_from_list": "Việc có hơn {limit} đương sự nên danh sách không thay ở đây được.",
}

# The law's guards: relatives, accountants, completions that two people answer for.
MESSAGES |= {
    "officer_is_relative": "{officer} không được thi hành việc này: có quan hệ “{relation}” với {person} ({article}).",
    "actor_is_relative": "Bạn không được thi hành việc này: đã khai báo quan hệ “{relation}” với {person} ({article}). Thủ trưởng cần phân công người khác.",
    "officer_is_accountant": "{officer} là kế toán nghiệp vụ của đơn vị nên không làm chấp hành viên ở đó (Điều 8 Thông tư 78/2020/TT-BTC).",
    "conflict_person_needed": "Cần ghi tên người có quan hệ.",
    "conflict_match_needed": "Cần số định danh của người ấy, hoặc chọn chính việc này.",
    "conflict_identity_short": "Số định danh cần ít nhất {minimum} chữ số hoặc chữ cái.",
    "conflict_forbidden": "Chỉ thủ trưởng, hoặc chính chấp hành viên, khai báo được.",
    "conflict_end_forbidden": "Chỉ người có quyền phân công kết thúc được một khai báo, và không ai kết thúc khai báo của chính mình.",
    "conflict_ended": "Khai báo này đã kết thúc.",
    "conflict_date_future": "Ngày khai báo không được ở tương lai.",
    "notice_conflict": "{officer} có khai báo xung đột lợi ích với việc {number} đang phụ trách ({relation}). Cần phân công người khác.",
    "completion_needs_confirmation": "Đã thu trên {limit} đ: người ghi nhận thi hành xong không tự xác nhận. Hãy gửi để người khác xác nhận.",
    "completion_waiting": "Việc đang chờ xác nhận thi hành xong; hãy xác nhận, từ chối hoặc rút lại trước.",
    "completion_answered": "Đề nghị này không còn chờ xác nhận.",
    "completion_not_yours": "Chỉ người đã ghi nhận rút lại được.",
    "completion_reason_needed": "Cần ghi lý do từ chối.",
    "completion_confirm_forbidden": "Bạn không có quyền xác nhận thi hành xong tại đơn vị này.",
    "confirmer_is_recorder": "Người ghi nhận thi hành xong không tự xác nhận; người khác trong đơn vị phải xác nhận.",
    "confirmer_is_officer": "Chấp hành viên của việc không làm kế toán cho chính việc ấy nên không xác nhận được.",
    "notice_completion_waiting": "{by} đã ghi nhận thi hành xong việc {number}; chờ bạn xác nhận.",
    "notice_completion_confirmed": "{by} đã xác nhận thi hành xong việc {number}.",
    "notice_completion_refused": "{by} từ chối xác nhận thi hành xong việc {number}: {reason}",
    "limit_needed": "Mức phải từ 0 đ trở lên.",
    "limit_source_needed": "Cần ghi văn bản hoặc căn cứ của mức này.",
    "finding_accountant_is_officer": "Vừa là kế toán nghiệp vụ vừa là chấp hành viên trong một đơn vị.",
    "finding_accountant_is_storekeeper": "Vừa là kế toán nghiệp vụ vừa là thủ kho trong một đơn vị.",
    "finding_accountant_is_head": "Vừa là kế toán nghiệp vụ vừa là thủ trưởng hoặc phó thủ trưởng trong một đơn vị.",
    "finding_officer_is_family_of_accountant": "Chấp hành viên có quan hệ gia đình ruột thịt với kế toán của cùng đơn vị.",
    "roles_conflict": "{name} sẽ giữ những vai trò không đi cùng nhau tại {office}: {finding} ({source}).",
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


_GROUPED_FROM = 10_000
"""Years and article numbers stay as they are; sums of money are grouped."""


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _word(value: object) -> str:
    if isinstance(value, EventType):
        return EVENT_TYPE_LABELS[value]
    if isinstance(value, Kinship):
        return KINSHIP_LABELS[value]
    if isinstance(value, CaseStatus):
        return CASE_STATUS_LABELS[value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int) and abs(value) >= _GROUPED_FROM:
        return format_number(value)
    return str(value)
