"""How a file says who took it out: a sheet of its own and the printed foot of a workbook, the last line of a CSV."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from thads_app.services.exports import ExportStamp
from thads_app.services.importing.sheets_out import HEADING, add_sheet, add_style, new_workbook, put, set_widths

STAMP_SHEET = "Thông tin kết xuất"
_LONGEST_FOOT = 240
_WARNING = (
    "Tệp có thể chứa dữ liệu cá nhân. Người kết xuất chịu trách nhiệm bảo quản, chỉ dùng đúng mục đích và xóa khi "
    "không còn cần (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15)."
)


def stamp_workbook(book: Any, stamp: ExportStamp, *, printed: Iterable[Any] = ()) -> None:
    """Add the sheet that says who took the workbook out, and put the line under the printed pages of `printed`."""
    sheet = add_sheet(book, STAMP_SHEET)
    bold = add_style(book, {"bold": True})
    wrapped = add_style(book, {"text_wrap": True, "valign": "top"})
    set_widths(sheet, [20, 90])
    put(sheet, 0, 0, stamp.line)
    for row, (label, value) in enumerate(stamp.facts(), start=2):
        put(sheet, row, 0, label, bold)
        put(sheet, row, 1, value, wrapped)
    put(sheet, len(stamp.facts()) + 3, 0, _WARNING)
    for page in printed:
        page.set_footer("&L&8 " + stamp.line.replace("&", "&&")[:_LONGEST_FOOT])


def stamped_csv(content: str, stamp: ExportStamp) -> str:
    """The CSV with the line behind its rows, as a remark in one cell."""
    return f'{content}"# {stamp.line.replace(chr(34), chr(34) * 2)}"\n'


def table_workbook(name: str, heads: list[tuple[str, int]], rows: Iterable[list[object]], stamp: ExportStamp) -> bytes:
    """A workbook of one table.

    Args:
        name: of the sheet.
        heads: heading and width of each column.
        rows: the cells.
        stamp: who takes it out.
    """
    held = BytesIO()
    book = new_workbook(held)  # pyright: ignore[reportArgumentType]
    sheet = add_sheet(book, name)
    heading = add_style(book, HEADING)
    day = add_style(book, {"num_format": "dd/mm/yyyy", "valign": "top"})
    text = add_style(book, {"text_wrap": True, "valign": "top"})
    set_widths(sheet, [width for _, width in heads])
    for column, (head, _) in enumerate(heads):
        put(sheet, 0, column, head, heading)
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            put(sheet, number, column, value, text if isinstance(value, str) else day if _is_day(value) else None)
    sheet.freeze_panes(1, 1)
    stamp_workbook(book, stamp, printed=[sheet])
    book.close()
    return held.getvalue()


def _is_day(value: object) -> bool:
    return hasattr(value, "strftime")
