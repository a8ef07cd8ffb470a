"""Workbooks as an office sends them, made from plain dictionaries (heading → value)."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook

from thads_app.services.importing.columns import CASES, EVENTS, OFFICERS, SheetLayout

Row = Mapping[str, object]


def case_row(
    number: str,
    office: str = "91-03",
    decided: object = date(2025, 10, 6),
    amount: object = 1_000_000,
    **more: object,
) -> Row:
    """A right row of `Hồ sơ`; `more` replaces or adds cells by heading."""
    return {
        "Mã đơn vị": office,
        "Số QĐ THA": number,
        "Ngày QĐ THA": decided,
        "Nguồn thụ lý": "Theo yêu cầu",
        "Số bản án": "12/2025/DS-ST",
        "Ngày bản án": "01/08/2024" if office.find("-C") > 0 else "01/08/2025",
        "Cơ quan ban hành": "Tòa án nhân dân khu vực 3 – An Giang",
        "Loại án": "Dân sự",
        "Người phải THA": "Nguyễn Văn Thử",
        "Số tiền phải thi hành": amount,
        **more,
    }


def event_row(number: str, day: object, kind: str, office: str = "91-03", **more: object) -> Row:
    """A row of `Sự kiện`."""
    return {"Mã đơn vị": office, "Số QĐ THA": number, "Ngày": day, "Loại sự kiện": kind, **more}


def officer_row(code: str, office: str = "91-03", name: str = "Trần Thị Thử", grade: str = "Trung cấp") -> Row:
    """A row of `Chấp hành viên`."""
    return {"Mã chấp hành viên": code, "Họ tên": name, "Mã đơn vị": office, "Ngạch": grade}


def write_workbook(
    path: Path, cases: Sequence[Row] = (), events: Sequence[Row] = (), officers: Sequence[Row] = ()
) -> Path:
    """Write a workbook with the template's sheets and return its path."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for layout, rows in ((CASES, cases), (EVENTS, events), (OFFICERS, officers)):
        _write(book, layout, rows)
    book.save(path)
    return path


def _write(book: Workbook, layout: SheetLayout, rows: Sequence[Row]) -> None:
    sheet = book.create_sheet(layout.name)
    headings = [column.title for column in layout.columns if column.offered]
    extra = sorted({heading for row in rows for heading in row} - {heading.rstrip("*") for heading in headings})
    headings += extra
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(heading.rstrip("*")) for heading in headings])
