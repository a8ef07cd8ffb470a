"""The marked copy: the workbook as read, bad cells coloured, the reason in a comment, and a sheet of all problems."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.format import Format  # pyright: ignore[reportMissingTypeStubs]
from xlsxwriter.worksheet import Worksheet  # pyright: ignore[reportMissingTypeStubs]

from thads_app.messages import sentence
from thads_app.services.importing.columns import ERRORS_SHEET, SHEETS, CellKind, SheetLayout
from thads_app.services.importing.problems import Problem
from thads_app.services.importing.sheets_out import (
    HEADING,
    add_comment,
    add_sheet,
    add_style,
    new_workbook,
    put,
    set_widths,
)
from thads_app.services.importing.workbook import ImportFile, SheetRows

_WIDTH = 18
_COMMENT_LIMIT = 5_000
"""Excel grows slow with more comments; the sheet of problems lists them all."""


def write_marked_copy(
    source: Path, target: Path, problems: Sequence[Problem], total: int, layouts: Sequence[SheetLayout] = SHEETS
) -> None:
    """Write a copy of a workbook with its problems.

    The copy is made from the values read, one sheet after another, so that a large file stays within memory; formulas
    are written as what they showed.

    Args:
        source: the workbook that was refused.
        target: where the copy goes.
        problems: what was found.
        total: how many there were, when more than are listed.
        layouts: the sheets to copy.
    """
    file = ImportFile(source)
    book = new_workbook(target, constant_memory=True)
    styles = _Styles(book)
    _write_errors(add_sheet(book, ERRORS_SHEET), problems, total, styles)
    by_sheet: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_sheet[problem.sheet].append(problem)
    for layout in layouts:
        rows = file.sheet(layout)
        if rows is not None:
            _copy_sheet(add_sheet(book, layout.name), rows, by_sheet[layout.name], styles)
    book.close()
    file.close()


def problem_sentence(problem: Problem) -> str:
    """Why, in one sentence."""
    return sentence(problem.code, **dict(problem.params))


class _Styles:
    """The few formats of the copy."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        bad = {"bg_color": "#FBD5C0", "border": 1, "border_color": "#B4531A"}
        day = {"num_format": "dd/mm/yyyy"}
        money = {"num_format": "#,##0"}
        self.heading = add_style(book, HEADING)
        self.wrapped = add_style(book, {"text_wrap": True, "valign": "top"})
        self.plain: dict[CellKind, Format] = {
            CellKind.DATE: add_style(book, day),
            CellKind.MONEY: add_style(book, money),
        }
        self.bad: dict[CellKind | None, Format] = {
            None: add_style(book, bad),
            CellKind.DATE: add_style(book, bad | day),
            CellKind.MONEY: add_style(book, bad | money),
        }


def _write_errors(sheet: Worksheet, problems: Sequence[Problem], total: int, styles: _Styles) -> None:
    set_widths(sheet, [16, 8, 24, 30, 90])
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(("Trang", "Dòng", "Cột", "Giá trị", "Lý do")):
        put(sheet, 0, column, heading, styles.heading)
    for row, problem in enumerate(problems, start=1):
        values = (problem.sheet, problem.row or None, problem.column, problem.value, problem_sentence(problem))
        for column, value in enumerate(values):
            put(sheet, row, column, value, styles.wrapped)
    if total > len(problems):
        put(sheet, len(problems) + 1, 4, sentence("import_more_problems", count=total - len(problems)), styles.wrapped)


def _copy_sheet(sheet: Worksheet, rows: SheetRows, problems: Sequence[Problem], styles: _Styles) -> None:
    offset = rows.sheet.start[1] if rows.sheet.start else 0
    kinds = {place + offset: _kind(rows.layout, key) for key, place in rows.positions.items()}
    marks = _marks(rows, problems, offset)
    commented = 0
    set_widths(sheet, [_WIDTH] * (rows.sheet.total_width if rows.sheet.start else 1))
    if rows.heading_row:
        sheet.freeze_panes(rows.heading_row, 0)
    for index, cells in enumerate(rows.sheet.iter_rows()):
        marked = marks.get(index + 1, {})
        for place, value in enumerate(cells):
            column = place + offset
            kind = kinds.get(column)
            if column in marked:
                put(sheet, index, column, value, styles.bad.get(kind) or styles.bad[None])
            elif value != "":
                style = styles.heading if index + 1 == rows.heading_row else styles.plain.get(kind) if kind else None
                put(sheet, index, column, value, style)
        for column, reasons in marked.items():
            if commented < _COMMENT_LIMIT:
                add_comment(sheet, index, column, "\n".join(reasons)[:2000])
                commented += 1


def _kind(layout: SheetLayout, key: str) -> CellKind:
    return next(column.kind for column in layout.columns if column.key == key)


def _marks(rows: SheetRows, problems: Sequence[Problem], offset: int) -> dict[int, dict[int, list[str]]]:
    """Row → column from 0 → reasons. A problem of a row as a whole marks its first cell."""
    places = {rows.layout.heading(key): place + offset for key, place in rows.positions.items()}
    marks: dict[int, dict[int, list[str]]] = {}
    for problem in problems:
        column = places.get(problem.column, offset)
        marks.setdefault(max(problem.row, 1), {}).setdefault(column, []).append(problem_sentence(problem))
    return marks
