"""The empty workbook to fill in: headings with notes, drop-downs, a guide. It imports cleanly as it is."""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from models.enums import EVENT_TYPE_LABELS, GRADE_LABELS, JUDGMENT_KIND_LABELS, ROLE_LABELS, SOURCE_LABELS, EventType
from thads_app.services.importing.columns import CASES, EVENTS, GUIDE_SHEET, OFFICERS, SHEETS, CellKind, SheetLayout
from thads_app.services.importing.sheets_out import (
    HEADING,
    add_comment,
    add_sheet,
    add_style,
    new_workbook,
    put,
    set_widths,
)

_LAST_ROW = 100_000
_FORMATS = {CellKind.DATE: "dd/mm/yyyy", CellKind.MONEY: "#,##0"}
_LISTS_SHEET = "Danh mục"

_CHOICES: dict[CellKind, list[str]] = {
    CellKind.FLAG: ["Có", "Không"],
    CellKind.SOURCE: list(SOURCE_LABELS.values()),
    CellKind.JUDGMENT_KIND: list(JUDGMENT_KIND_LABELS.values()),
    CellKind.EVENT: [label for event, label in EVENT_TYPE_LABELS.items() if event is not EventType.REGISTERED],
    CellKind.GRADE: list(GRADE_LABELS.values()),
    CellKind.ROLE: list(ROLE_LABELS.values()),
}

_GUIDE = (
    f"Trang “{CASES.name}”: mỗi dòng một việc (một quyết định thi hành án).",
    f"Trang “{EVENTS.name}”: mỗi dòng một sự kiện của việc ở trang “{CASES.name}” hoặc đã có trong hệ thống.",
    f"Trang “{OFFICERS.name}” có thể để trống; chấp hành viên chưa có trong hệ thống được thêm mới.",
    "Cột có dấu * là bắt buộc. Không đổi tên trang và tên cột; thứ tự cột không quan trọng.",
    "Ngày viết dd/mm/yyyy hoặc là ngày của Excel. Tiền là số nguyên đồng: 1250000 hoặc 1.250.000.",
    "Mã đơn vị ở cả hai trang là mã của đơn vị đã ra quyết định thi hành án, kể cả đơn vị đã kết thúc hoạt động.",
    "Một việc được nhận ra bằng mã đơn vị, số quyết định và năm của ngày quyết định.",
    "Các sự kiện của một việc được ghi theo thứ tự ngày; trong cùng một ngày, theo thứ tự dòng.",
    "Thi hành xong: để trống số tiền nghĩa là thu hết số còn lại.",
    "Đình chỉ, ủy thác toàn bộ, thu hồi, rút hồ sơ: không ghi số tiền.",
    "Đính chính: hủy sự kiện gần nhất còn hiệu lực, hoặc sự kiện có số văn bản ghi ở cột “Số văn bản”.",
    "Cùng một số quyết định ở nhiều năm: thêm cột “Ngày QĐ THA” vào trang “Sự kiện” để chỉ rõ việc nào.",
    "Có thể thêm cột “Điện thoại”, “Tài khoản ngân hàng” (của người phải THA) và “Tài khoản người được THA”.",
    "Tệp được kiểm tra toàn bộ trước khi ghi; còn một lỗi thì không ghi gì.",
)


def write_template(
    target: Path | BinaryIO, layouts: Sequence[SheetLayout] = SHEETS, guide: Sequence[str] = _GUIDE
) -> None:
    """Write the template of these sheets, with a guide of these lines."""
    book = new_workbook(target)
    lists = _Lists(book)
    for layout in layouts:
        _write_sheet(book, layout, lists)
    _write_guide(book, guide)
    lists.write()
    book.close()


class _Lists:
    """The words offered by drop-downs, on a hidden sheet: Excel allows a list in a cell only 255 characters."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._kinds = list(_CHOICES)

    def source(self, kind: CellKind) -> str:
        """The range of a kind's words."""
        letter = chr(ord("A") + self._kinds.index(kind))
        return f"='{_LISTS_SHEET}'!${letter}$1:${letter}${len(_CHOICES[kind])}"

    def write(self) -> None:
        """Write the hidden sheet."""
        sheet = add_sheet(self._book, _LISTS_SHEET)
        for column, kind in enumerate(self._kinds):
            for row, word in enumerate(_CHOICES[kind]):
                put(sheet, row, column, word)
        sheet.hide()


def _write_sheet(book: xlsxwriter.Workbook, layout: SheetLayout, lists: _Lists) -> None:
    sheet = add_sheet(book, layout.name)
    heading = add_style(book, HEADING)
    text = add_style(book, {"num_format": "@"})
    sheet.freeze_panes(1, 2)
    sheet.set_row(0, 32)
    columns = [column for column in layout.columns if column.offered]
    for place, column in enumerate(columns):
        put(sheet, 0, place, column.title, heading)
        if column.note:
            add_comment(sheet, 0, place, column.note, 1.6)
        style = add_style(book, {"num_format": _FORMATS[column.kind]}) if column.kind in _FORMATS else text
        sheet.set_column(place, place, column.width, style)
        if column.kind in _CHOICES:
            sheet.data_validation(
                1, place, _LAST_ROW, place,
                {"validate": "list", "source": lists.source(column.kind), "error_title": column.heading,
                 "error_message": "Hãy chọn một giá trị trong danh sách."},
            )  # fmt: skip


def _write_guide(book: xlsxwriter.Workbook, guide: Sequence[str]) -> None:
    sheet = add_sheet(book, GUIDE_SHEET)
    set_widths(sheet, [5, 120])
    wrapped = add_style(book, {"text_wrap": True, "valign": "top"})
    for row, line in enumerate(guide):
        put(sheet, row, 0, row + 1, wrapped)
        put(sheet, row, 1, line, wrapped)
