"""What this application does with personal data: the first entries of the register of processing.

Each was written from the code: the tables named are those of `models/`. The register is edited in the application;
an entry that is there already is never overwritten.
"""

_ENFORCEMENT = (
    "Nhiệm vụ của cơ quan thi hành án dân sự theo Luật Thi hành án dân sự; xử lý không cần sự đồng ý của chủ thể dữ "
    "liệu (Luật 91/2025/QH15 Điều 19)."
)
_TRAIL = "Mọi thao tác được ghi nhật ký nối chuỗi; kết nối được mã hóa; cơ sở dữ liệu lọc dòng theo đơn vị."

PROCESSING_ACTIVITIES: tuple[dict[str, str], ...] = (
    {
        "code": "XL-01",
        "name": "Thụ lý và quản lý hồ sơ thi hành án",
        "purpose": "Nhận ra đương sự, tổ chức thi hành bản án, thu và chi trả tiền, thống kê kết quả.",
        "legal_ground": _ENFORCEMENT,
        "subjects": "Người phải thi hành án, người được thi hành án, người có quyền lợi, nghĩa vụ liên quan.",
        "data": "Họ tên, số định danh, địa chỉ, điện thoại, tài khoản ngân hàng, nghĩa vụ và diễn biến thi hành án.",
        "recipients": "Người có quyền trong phạm vi đơn vị; nơi nhận ủy thác; cơ quan nhà nước theo quy định.",
        "retention": "Theo thời hạn lưu hồ sơ thi hành án của pháp luật về lưu trữ; thời hạn cụ thể: chưa xác nhận.",
        "safeguards": "Số định danh, điện thoại, tài khoản được che; xem đầy đủ phải có quyền, mục đích. " + _TRAIL,
    },
    {
        "code": "XL-02",
        "name": "Bàn giao hồ sơ giữa cán bộ và đơn vị",
        "purpose": "Xác định ai chịu trách nhiệm hồ sơ nào, từ ngày nào; in biên bản bàn giao.",
        "legal_ground": _ENFORCEMENT,
        "subjects": "Đương sự của hồ sơ được bàn giao; cán bộ giao, nhận, xác nhận.",
        "data": "Tên người phải thi hành án, số bút lục, tiền đang quản lý, thời hạn; tên và thời điểm người xác nhận.",
        "recipients": "Bên giao, bên nhận, thủ trưởng đơn vị.",
        "retention": "Cùng hồ sơ thi hành án.",
        "safeguards": "Số cá nhân trong ghi chú được che khi in; mỗi lần in được ghi lại. " + _TRAIL,
    },
    {
        "code": "XL-03",
        "name": "Tài khoản người dùng và phiên làm việc",
        "purpose": "Nhận ra người dùng, cấp đúng quyền, bảo vệ đăng nhập.",
        "legal_ground": (
            "Quản lý công chức và an toàn hệ thống thông tin của cơ quan nhà nước (Luật 91/2025/QH15 Điều 19)."
        ),
        "subjects": "Công chức, người lao động của hệ thống thi hành án dân sự.",
        "data": "Họ tên, ngày sinh, đơn vị, chức vụ, thư điện tử, điện thoại, địa chỉ máy, thiết bị, lần đăng nhập.",
        "recipients": "Quản trị trong phạm vi; chính người dùng.",
        "retention": "Khi còn công tác; sau đó giữ tên gắn với việc đã làm trong nhật ký.",
        "safeguards": "Mật khẩu chỉ giữ dạng băm Argon2id; khóa xác thực hai bước được mã hóa; phiên kết thúc từ xa.",
    },
    {
        "code": "XL-04",
        "name": "Nhật ký hệ thống",
        "purpose": "Biết ai đã làm gì, xem gì, theo thẩm quyền của ai; phát hiện việc sai và giải quyết khiếu nại.",
        "legal_ground": "Nghĩa vụ bảo vệ dữ liệu cá nhân và an toàn hệ thống (Luật 91/2025/QH15).",
        "subjects": "Người dùng; gián tiếp là đương sự của hồ sơ được nhắc tới.",
        "data": "Tài khoản, thời điểm, địa chỉ máy, đối tượng, nội dung thay đổi; không giữ số cá nhân đầy đủ.",
        "recipients": "Thủ trưởng, thẩm tra viên, quản trị trong phạm vi.",
        "retention": "Không sửa, không xóa được; thời hạn lưu: chưa xác nhận.",
        "safeguards": "Chỉ ghi thêm, nối chuỗi băm theo đơn vị, đối chiếu với mốc lưu ngoài cơ sở dữ liệu.",
    },
    {
        "code": "XL-05",
        "name": "Kết xuất và nhập dữ liệu",
        "purpose": "Lập báo cáo, trao đổi số liệu, đưa hồ sơ từ sổ sách cũ vào hệ thống.",
        "legal_ground": _ENFORCEMENT,
        "subjects": "Đương sự, chấp hành viên có tên trong tệp.",
        "data": "Danh sách hồ sơ không có số định danh; biểu thống kê; tệp nhập có số định danh do đơn vị gửi lên.",
        "recipients": "Người kết xuất, nhập; thủ trưởng xem danh sách các lần kết xuất.",
        "retention": "Tệp nhập được xóa sau khi xử lý xong theo cấu hình; lần kết xuất được ghi lại không xóa.",
        "safeguards": "Mỗi tệp mang tên người lấy, thời điểm, điều kiện, số dòng. " + _TRAIL,
    },
    {
        "code": "XL-06",
        "name": "Giải quyết yêu cầu của chủ thể dữ liệu",
        "purpose": "Tiếp nhận, trả lời yêu cầu xem, sửa, xóa, hạn chế, phản đối đúng thời hạn.",
        "legal_ground": "Luật 91/2025/QH15 Điều 4; NĐ 356/2025/NĐ-CP Điều 5.",
        "subjects": "Người gửi yêu cầu.",
        "data": "Họ tên, cách liên hệ, nội dung yêu cầu, kết quả trả lời.",
        "recipients": "Người được giao giải quyết, thủ trưởng, quản trị trong phạm vi.",
        "retention": "Thời hạn lưu: chưa xác nhận.",
        "safeguards": "Chỉ người có quyền quản lý bảo vệ dữ liệu cá nhân xem được. " + _TRAIL,
    },
)
