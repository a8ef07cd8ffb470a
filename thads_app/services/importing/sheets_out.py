"""Writing workbooks so that what people typed stays text: no formula, no link ever comes out of a cell."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.format import Format  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.worksheet import Worksheet  # pyright: ignore[reportMissingTypeStubs]

_TEXT_LIMIT = 32_767


def new_workbook(target: Path | BinaryIO, *, constant_memory: bool = False) -> xlsxwriter.Workbook:
    """A workbook in which every text is written as text."""
    options = {
        "constant_memory": constant_memory,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "dd/mm/yyyy",
    }
    return xlsxwriter.Workbook(str(target) if isinstance(target, Path) else target, options)


def add_sheet(book: xlsxwriter.Workbook, name: str) -> Worksheet:
    """Add a sheet."""
    return book.add_worksheet(name)  # pyright: ignore[reportUnknownMemberType]


def add_style(book: xlsxwriter.Workbook, properties: dict[str, Any]) -> Format:
    """Add a format."""
    return book.add_format(properties)  # pyright: ignore[reportUnknownMemberType]


def add_comment(sheet: Worksheet, row: int, column: int, text: str, scale: float = 2) -> None:
    """Put a note over a cell."""
    options = {"author": "THADS", "x_scale": scale}
    sheet.write_comment(row, column, text, options)  # pyright: ignore[reportUnknownMemberType]


def put(sheet: Worksheet, row: int, column: int, value: object, style: Format | None = None) -> None:
    """Write one value by its own type; rows and columns count from 0."""
    if value is None or value == "":
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, style)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value, style)
    elif isinstance(value, datetime | date | time | timedelta):
        sheet.write_datetime(row, column, value, style)  # pyright: ignore[reportArgumentType]
    else:
        sheet.write_string(row, column, str(value)[:_TEXT_LIMIT], style)


def set_widths(sheet: Worksheet, widths: list[int]) -> None:
    """Set the columns' widths, in characters."""
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)


HEADING: dict[str, Any] = {
    "bold": True, "bg_color": "#E6EEF5", "border": 1, "border_color": "#9AA5B1", "text_wrap": True, "valign": "vcenter",
}  # fmt: skip
