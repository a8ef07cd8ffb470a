"""The workbook of people for whom accounts shall be made: one sheet, its headings, its guide."""

from thads_app.rules.people import OLDEST, YOUNGEST
from thads_app.services.importing.columns import CellKind, Column, SheetLayout

ROW_LIMIT = 1_000
"""Accounts made at once. A province has a few hundred people."""

ROSTER = SheetLayout(
    "Tài khoản",
    (
        Column("full_name", "Họ và tên", required=True, limit=120, width=28),
        Column("birth_date", "Ngày sinh", CellKind.DATE, required=True, width=13,
               note=f"dd/mm/yyyy; từ {YOUNGEST} đến {OLDEST} tuổi."),
        Column("office", "Đơn vị", required=True, limit=200, width=30,
               note="Mã đơn vị, ví dụ 91-03, hoặc tên đơn vị như trong chương trình."),
        Column("position", "Chức vụ", limit=120, width=22),
        Column("email", "Thư điện tử", limit=200, width=28, note="Mỗi người một địa chỉ; để trống nếu không có."),
        Column("telephone", "Điện thoại", limit=30, width=16, note="8 đến 15 chữ số."),
        Column("username", "Tên đăng nhập", limit=60, width=18,
               note="Để trống: chương trình đặt theo họ tên, ví dụ Trần Thị An thành an.tt."),
        Column("role", "Vai trò", CellKind.ROLE, width=20,
               note="Cấp luôn vai trò này tại đơn vị; để trống thì cấp sau."),
        Column("staff_code", "Mã chấp hành viên", CellKind.STAFF, limit=40, width=18,
               note="Chỉ cho chấp hành viên."),
        Column("grade", "Ngạch", CellKind.GRADE, width=12,
               note="Sơ cấp, Trung cấp, Cao cấp: thêm chấp hành viên mới với mã ở cột bên. Để trống nếu mã đã có."),
    ),
)  # fmt: skip

GUIDE = (
    f"Trang “{ROSTER.name}”: mỗi dòng một người; mỗi lần nhiều nhất {ROW_LIMIT} người.",
    "Cột có dấu * là bắt buộc. Không đổi tên trang và tên cột; thứ tự cột không quan trọng.",
    "Đơn vị phải nằm trong phạm vi quản trị của bạn và đang hoạt động.",
    "Người đã có tài khoản (cùng thư điện tử hoặc cùng tên đăng nhập) được báo lỗi, không tạo thêm.",
    "Tệp được kiểm tra toàn bộ trước; còn một lỗi thì không tạo tài khoản nào.",
    "Tạo xong, tải danh sách mật khẩu tạm một lần duy nhất và giao cho từng người bằng cách an toàn.",
)
