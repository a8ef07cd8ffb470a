"""From the sheets of a workbook to records: every cell read, every cell that cannot be read noted."""

from collections.abc import Callable
from sys import intern
from typing import Any, TypeVar

from thads_app.services.importing.cells import BadCell, cell_reader, is_blank
from thads_app.services.importing.columns import CASES, EVENTS, OFFICERS, CellKind, SheetLayout
from thads_app.services.importing.problems import Problems
from thads_app.services.importing.records import CaseRecord, EventRecord, OfficerRecord, Records
from thads_app.services.importing.workbook import ImportFile, SheetRows

_Record = TypeVar("_Record", CaseRecord, EventRecord, OfficerRecord)

Progress = Callable[[int, int], None]
"""Told how many rows of the present sheet are done of how many."""

_EVERY = 2000
_INTERNED = {CellKind.OFFICE, CellKind.STAFF}


def read_records(file: ImportFile, problems: Problems, progress: Progress | None = None) -> Records:
    """Read every row of the three sheets."""
    records = Records()
    if not (file.has(CASES) or file.has(EVENTS)):
        # A workbook without the sheets of cases and of events is some other workbook.
        names = ", ".join(file.sheet_names)[:150]
        problems.add("", 0, "", names, "import_sheets_missing", wanted=f"{CASES.name}, {EVENTS.name}")
        return records
    _read_layout(file, CASES, CaseRecord, (records.cases, records.broken_cases, problems, progress))
    _read_layout(file, EVENTS, EventRecord, (records.events, records.broken_events, problems, progress))
    _read_layout(file, OFFICERS, OfficerRecord, (records.officers, records.broken_officers, problems, progress))
    return records


_Into = tuple[list[_Record], set[int], Problems, Progress | None]


def _read_layout(file: ImportFile, layout: SheetLayout, kind: type[_Record], into: _Into[_Record]) -> None:
    """Read one sheet. The reader's copy of it goes when this returns, before the next is opened."""
    sheet = file.sheet(layout)
    if sheet is not None and check_headings(sheet, into[2]):
        _read_sheet(sheet, kind, into)


def check_headings(sheet: SheetRows, problems: Problems) -> bool:
    """Note what is wrong with a sheet's headings; whether its rows can be read."""
    layout, row = sheet.layout, sheet.heading_row
    if row == 0 and sheet.height == 0:
        return False  # an empty sheet says nothing
    for heading in sheet.missing:
        problems.add(layout.name, max(row, 1), "", heading, "import_heading_missing", heading=heading)
    for heading in sheet.doubled:
        problems.add(layout.name, row, "", heading, "import_heading_doubled", heading=heading)
    for heading in sheet.unknown:
        problems.warn(layout.name, row, "", heading, "import_heading_unknown", heading=heading)
    return not sheet.missing and not sheet.doubled


def _read_sheet(sheet: SheetRows, kind: type[_Record], into: _Into[_Record]) -> None:
    records, broken, problems, progress = into
    layout = sheet.layout
    columns = [
        (sheet.positions[column.key], column.key, cell_reader(column), column.required, column.kind in _INTERNED)
        for column in layout.columns
        if column.key in sheet.positions
    ]
    for row, cells in sheet.rows():
        if progress and row % _EVERY == 0:
            progress(row, sheet.height)
        values: dict[str, Any] = {}
        for place, key, read, required, interned in columns:
            value = cells[place]
            if (row, key) in sheet.error_cells:
                problems.add(layout, row, key, "#", "import_formula_error")
                broken.add(row)
            elif is_blank(value):
                if required:
                    problems.add(layout, row, key, "", "import_required", heading=layout.heading(key))
                    broken.add(row)
            else:
                try:
                    found = read(value)
                except BadCell as bad:
                    problems.add(layout, row, key, value, bad.code, **bad.params)
                    broken.add(row)
                else:
                    values[key] = intern(found) if interned else found
        if values or row in broken:
            records.append(kind(row, **values))


def blank_layout(layout: SheetLayout) -> list[str]:
    """The headings of a sheet as the template writes them."""
    return [column.title for column in layout.columns if column.offered]
