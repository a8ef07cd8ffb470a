"""The wording that pages and components share. Sentences of domain errors are in ``thads_app/messages.py``."""

from __future__ import annotations

from typing import Final

APP_NAME: Final = "THADS"
APP_TITLE: Final = "Thi hành án dân sự"

# The frame
SKIP_TO_CONTENT: Final = "Tới nội dung chính"
MAIN_MENU: Final = "Chức năng"
MORE_PLACES: Final = "Thêm"
FOLD_MENU: Final = "Thu gọn hoặc mở rộng danh mục chức năng"
SEARCH_EVERYWHERE: Final = "Tìm hồ sơ, số quyết định, đương sự…"
PALETTE_TITLE: Final = "Tìm và đi tới"
PALETTE_EMPTY: Final = "Không tìm thấy. Thử số quyết định, họ tên đương sự hoặc tên đơn vị."
PALETTE_KEYS: Final = (("↑ ↓", "chọn"), ("Enter", "mở"), ("Esc", "đóng"))
WORKING_YEAR: Final = "Năm"
WORKING_YEAR_FULL: Final = "Năm thống kê"
SCOPE: Final = "Phạm vi"
SCOPE_SEARCH: Final = "Tìm đơn vị"
NOTICES: Final = "Thông báo"
MY_ACCOUNT: Final = "Tài khoản và mật khẩu"
TOGGLE_THEME: Final = "Đổi nền sáng, tối"
SHORTCUTS: Final = "Phím tắt"
SIGN_OUT: Final = "Đăng xuất"
YOU_ARE_HERE: Final = "Vị trí"

SHORTCUT_LIST: Final = (
    ("Ctrl K", "Tìm và đi tới trang, hồ sơ, đơn vị, thao tác"),
    ("/", "Tới ô tìm kiếm"),
    ("j, k", "Dòng sau, dòng trước"),
    ("Enter", "Mở dòng đang chọn"),
    ("x", "Đánh dấu dòng đang chọn"),
    ("a", "Phân công"),
    ("h", "Bàn giao"),
    ("n", "Thụ lý mới"),
    ("e", "Ghi nhận sự kiện"),
    ("f", "Thêm điều kiện"),
    ("Ctrl Enter", "Lưu"),
    ("Esc", "Đóng, bỏ qua"),
    ("?", "Danh sách này"),
)

# Lists
EMPTY_CASES: Final = "Chưa có hồ sơ nào. Nhập từ Excel hoặc thêm mới."
EMPTY_FILTERED: Final = "Không có hồ sơ nào khớp với điều kiện đang chọn."
EMPTY_GENERIC: Final = "Chưa có dữ liệu."
LOADING: Final = "Đang tải…"
COLUMNS: Final = "Cột"
COLUMNS_SHOWN: Final = "Các cột hiển thị"
ADD_FILTER: Final = "Thêm điều kiện"
APPLY: Final = "Áp dụng"
REMOVE_FILTER: Final = "Bỏ điều kiện"
SEARCH: Final = "Tìm"
SELECT_ALL: Final = "Chọn tất cả các dòng đang hiển thị"
SELECT_ROW: Final = "Chọn"
FIRST_PAGE: Final = "Đầu"
PREVIOUS_PAGE: Final = "Trước"
NEXT_PAGE: Final = "Sau"
PAGES: Final = "Trang"
ACTIONS: Final = "Thao tác"

# Forms
OPTIONAL: Final = "(không bắt buộc)"
SAVE: Final = "Lưu"
CANCEL: Final = "Bỏ qua"
CLOSE: Final = "Đóng"
CHOOSE: Final = "Chọn…"
DATE_HINT: Final = "Gõ 5/3/26 hoặc 15/8 cũng được"
MONEY_HINT: Final = "Gõ 1,25 tỷ hoặc 300 triệu cũng được"
NO_OPTION: Final = "Không có lựa chọn nào khớp."
REMOVE_ROW: Final = "Bỏ dòng này"
ERRORS_FOUND: Final = "Cần sửa trước khi lưu"
DRAFT_RESTORED: Final = "Đã khôi phục nội dung nhập dở lúc"
DRAFT_DISCARD: Final = "Bỏ nội dung này"
WAITING_FOR_LINE: Final = "Sẽ lưu ngay khi có kết nối trở lại."
DISCARD_TITLE: Final = "Bỏ nội dung đã nhập?"
DISCARD_TEXT: Final = "Nội dung trong biểu mẫu này chưa được lưu. Bỏ rồi thì không lấy lại được."
DISCARD_NO: Final = "Tiếp tục nhập"
DISCARD_YES: Final = "Bỏ nội dung"

# The line, and when things go wrong
CONNECTION_LOST: Final = "Mất kết nối, đang giữ nội dung đã nhập. Hệ thống đang tự kết nối lại."
CONNECTION_BACK: Final = "Đã kết nối lại."
RETRY: Final = "Thử lại"
RELOAD: Final = "Tải lại trang"
GO_HOME: Final = "Về trang đầu"
PAGE_BROKEN: Final = "Trang này gặp sự cố"
PAGE_BROKEN_TEXT: Final = (
    "Nội dung đang nhập vẫn được giữ trong trình duyệt. Hãy tải lại trang; "
    "nếu vẫn lỗi, báo cho quản trị kèm giờ xảy ra."
)
NOT_FOUND: Final = "Không tìm thấy trang này"
NOT_FOUND_TEXT: Final = "Địa chỉ có thể gõ sai, hoặc nội dung không thuộc phạm vi đơn vị của bạn."
FORBIDDEN: Final = "Bạn không có quyền mở trang này"
FORBIDDEN_TEXT: Final = "Nếu công việc cần đến, hãy đề nghị quản trị của đơn vị cấp quyền."
LOAD_FAILED: Final = "Chưa tải được dữ liệu"

# Charts
SEE_TABLE: Final = "Xem bảng"
EXCEL: Final = "Excel"
PICTURE: Final = "Ảnh"
CHART_KEYBOARD: Final = "Biểu đồ này có bảng số liệu đi kèm để dùng bằng bàn phím."

INPUT_SENTENCES: Final[dict[str, str]] = {
    "money.empty": "Hãy nhập số tiền.",
    "money.not_a_number": "Chưa đọc được số tiền. Ví dụ: 1.250.000.000 hoặc 1,25 tỷ.",
    "money.negative": "Số tiền không được âm.",
    "money.fraction": "Số tiền phải là số đồng nguyên. Ví dụ: 1.250.000 hoặc 1,25 triệu.",
    "money.too_large": "Số tiền quá lớn, hãy kiểm tra lại số chữ số 0.",
    "date.empty": "Hãy nhập ngày.",
    "date.not_a_date": "Chưa đọc được ngày. Ví dụ: 05/03/2026, 5/3/26 hoặc 15/8.",
    "date.impossible": "Ngày này không có trong lịch, hãy kiểm tra lại ngày và tháng.",
    "date.out_of_range": "Năm phải từ 1900 đến 2100.",
}
"""Sentences for the codes of ``thads_app.rules.vietnamese.InputError``.

``assets/fields.js`` says the same in the browser.
"""
