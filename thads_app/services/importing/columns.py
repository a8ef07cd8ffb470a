"""The import workbook as a table: its sheets, their headings, what a cell of each holds."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from thads_app.rules.vietnamese import normalise


class CellKind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    OFFICE = "office"
    STAFF = "staff"
    DATE = "date"
    MONEY = "money"
    FLAG = "flag"
    SOURCE = "source"
    JUDGMENT_KIND = "judgment_kind"
    EVENT = "event"
    GRADE = "grade"
    ROLE = "role"


@dataclass(frozen=True)
class Column:
    """One heading. `limit` is the longest text in characters; `note` is shown over the template's heading."""

    key: str
    heading: str
    kind: CellKind = CellKind.TEXT
    required: bool = False
    limit: int = 200
    note: str = ""
    width: int = 16
    offered: bool = True

    @property
    def title(self) -> str:
        """The heading as the template writes it: a star marks what is required."""
        return f"{self.heading}*" if self.required else self.heading


@dataclass(frozen=True)
class SheetLayout:
    """One sheet: its name and columns, in the template's order."""

    name: str
    columns: tuple[Column, ...]

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """Column by its heading without case, accents and star."""
        return {heading_key(column.heading): column for column in self.columns}

    def heading(self, key: str) -> str:
        """The heading of a column."""
        return next(column.heading for column in self.columns if column.key == key)


def heading_key(text: str) -> str:
    """A heading or sheet name as it is compared: no case, no accents, no star, no surplus blanks."""
    return normalise(text.replace("*", " "))


CASES = SheetLayout(
    "Hồ sơ",
    (
        Column("office", "Mã đơn vị", CellKind.OFFICE, required=True, note="Mã của đơn vị ra quyết định, ví dụ 91-03."),
        Column("number", "Số QĐ THA", required=True, limit=60, width=20, note="Số quyết định thi hành án."),
        Column("decided_on", "Ngày QĐ THA", CellKind.DATE, required=True, width=13, note="dd/mm/yyyy"),
        Column("source", "Nguồn thụ lý", CellKind.SOURCE, required=True, width=14, note="Chủ động hoặc Theo yêu cầu."),
        Column("received_entrustment", "Nhận ủy thác", CellKind.FLAG, width=13,
               note="Có hoặc Không; để trống là Không."),
        Column("judgment_number", "Số bản án", required=True, limit=80, width=20, note="Số bản án, quyết định."),
        Column("judgment_date", "Ngày bản án", CellKind.DATE, required=True, width=13, note="dd/mm/yyyy"),
        Column("issuing_body", "Cơ quan ban hành", required=True, width=32,
               note="Tòa án, trọng tài… đã ban hành bản án."),
        Column("judgment_kind", "Loại án", CellKind.JUDGMENT_KIND, required=True, width=22,
               note="Chọn trong danh sách."),
        Column("debtor", "Người phải THA", required=True, width=28, note="Họ tên hoặc tên tổ chức phải thi hành án."),
        Column("id_number", "Số định danh", limit=40,
               note="Số định danh cá nhân hoặc mã số tổ chức của người phải THA."),
        Column("address", "Địa chỉ", limit=300, width=36, note="Địa chỉ của người phải THA."),
        Column("creditor", "Người được THA", width=28, note="Để trống nếu không có."),
        Column("content", "Nội dung nghĩa vụ", limit=1000, width=36, note="Khoản phải thi hành, ghi ngắn gọn."),
        Column("amount", "Số tiền phải thi hành", CellKind.MONEY, required=True, width=20,
               note="Đồng, số nguyên; ghi 0 nếu không có tiền. Viết 1250000 hoặc 1.250.000."),
        Column("state_revenue", "Thu NSNN", CellKind.FLAG, width=11, note="Có hoặc Không; để trống là Không."),
        Column("credit_institution", "Tổ chức tín dụng", CellKind.FLAG, note="Có hoặc Không; để trống là Không."),
        Column("officer", "Mã chấp hành viên", CellKind.STAFF, limit=40, width=18,
               note="Chấp hành viên được phân công đầu tiên; để trống nếu chưa phân công."),
        Column("assigned_on", "Ngày phân công", CellKind.DATE, width=15,
               note="Để trống: lấy ngày quyết định thi hành án."),
        Column("telephone", "Điện thoại", limit=40, offered=False),
        Column("bank_account", "Tài khoản ngân hàng", limit=120, offered=False),
        Column("creditor_account", "Tài khoản người được THA", limit=120, offered=False),
    ),
)  # fmt: skip

EVENTS = SheetLayout(
    "Sự kiện",
    (
        Column("office", "Mã đơn vị", CellKind.OFFICE, required=True,
               note="Mã của đơn vị đã ra quyết định thi hành án, kể cả khi hồ sơ nay thuộc đơn vị khác."),
        Column("number", "Số QĐ THA", required=True, limit=60, width=20, note="Số quyết định thi hành án của việc."),
        Column("day", "Ngày", CellKind.DATE, required=True, width=13, note="Ngày xảy ra sự kiện, dd/mm/yyyy."),
        Column("type", "Loại sự kiện", CellKind.EVENT, required=True, width=32, note="Chọn trong danh sách."),
        Column("amount", "Số tiền", CellKind.MONEY, width=20,
               note="Đồng. Cần cho thu tiền, miễn giảm, đình chỉ một phần, ủy thác một phần. "
                    "Thi hành xong: để trống là thu hết số còn lại."),
        Column("officer", "Mã chấp hành viên", CellKind.STAFF, limit=40, width=18, note="Chỉ dùng cho Phân công."),
        Column("receiving", "Đơn vị nhận", CellKind.OFFICE, width=14, note="Chỉ dùng cho Ủy thác: mã đơn vị nhận."),
        Column("document", "Số văn bản", limit=80, width=20,
               note="Số quyết định, biên lai… Với Đính chính: số văn bản của sự kiện bị hủy; "
                    "để trống là sự kiện gần nhất còn hiệu lực."),
        Column("ground", "Căn cứ", limit=500, width=28),
        Column("note", "Ghi chú", limit=1000, width=32),
        Column("decided_on", "Ngày QĐ THA", CellKind.DATE, width=13, offered=False),
    ),
)  # fmt: skip

OFFICERS = SheetLayout(
    "Chấp hành viên",
    (
        Column("code", "Mã chấp hành viên", CellKind.STAFF, required=True, limit=40, width=20,
               note="Mã đã có thì bỏ qua; mã mới thì thêm vào."),
        Column("name", "Họ tên", required=True, limit=120, width=28),
        Column("office", "Mã đơn vị", CellKind.OFFICE, required=True, width=14),
        Column("grade", "Ngạch", CellKind.GRADE, width=14, note="Sơ cấp, Trung cấp, Cao cấp; để trống là Sơ cấp."),
    ),
)  # fmt: skip

SHEETS = (CASES, EVENTS, OFFICERS)
"""In the order of the template. The third may be missing; of the first two, one."""

ERRORS_SHEET = "Lỗi"
GUIDE_SHEET = "Hướng dẫn"
