"""A form as JSON, CSV and an Excel workbook laid out for signing."""

import csv
import io
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from models.enums import JUDGMENT_KIND_LABELS, SOURCE_LABELS, Measure, Source
from thads_app.clock import VIETNAM
from thads_app.rules.forms import FormLine, Layout
from thads_app.rules.indicators import FIGURE_LABELS, Figure, Sheet
from thads_app.rules.units import MAP_LABELS
from thads_app.rules.vietnamese import format_date
from thads_app.services.export_files import stamp_workbook
from thads_app.services.exports import ExportStamp
from thads_app.services.reports import Column, Report, ReportRow

_MONEY_WIDTH, _COUNT_WIDTH = 20, 11
_LONGEST_SHEET_NAME = 31


def report_json(report: Report) -> dict[str, Any]:
    """The form as the command line and the API print it; amounts in đồng, rates as numbers or null."""
    first, last = report.query.period
    return {
        "form": report.form.code,
        "unit": report.unit.code,
        "fy": report.query.fiscal_year,
        "months": report.query.months,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "as_of": report.as_of.isoformat(),
        "regime": report.regime.code,
        "rows": [_json_row(row) for row in report.rows],
    }


def report_json_text(report: Report) -> str:
    """`report_json` as text."""
    return json.dumps(report_json(report), ensure_ascii=False, indent=1) + "\n"


def _json_row(row: ReportRow) -> dict[str, Any]:
    found: dict[str, Any] = {"unit": row.unit.code, "name": row.unit.name, **row.sheet.as_json()}
    if row.rows:
        found["rows"] = [_json_row(below) for below in row.rows]
    return found


def report_csv(report: Report) -> str:
    """One line per row, those under a row right after it with a greater `depth`; columns are the codes of the JSON."""
    out = io.StringIO()
    sides = [(measure, figure) for measure in Measure for figure in Figure]
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["unit", "name", "depth", *(f"{measure.value}.{figure.value}" for measure, figure in sides)])
    for depth, row in report.all_rows():
        cells = row.sheet.as_json()
        values = (cells[measure.value][figure.value] for measure, figure in sides)
        texts = ("" if value is None else f"{value:.2f}" if isinstance(value, float) else value for value in values)
        writer.writerow([_harmless(row.unit.code), _harmless(row.unit.name), depth, *texts])
    return out.getvalue()


def _harmless(text: str) -> str:
    # A name that starts like a formula must stay text in a spreadsheet.
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t"} else text


@dataclass(frozen=True)
class _Styles:
    """Cell formats of the workbook."""

    title: Any
    centre: Any
    left: Any
    head: Any
    text: Any
    strong: Any
    number: Any
    rate: Any
    signature: Any


def report_rows(report: Report) -> int:
    """How many rows of figures the form holds."""
    return sum(1 for _ in report.all_rows())


def report_xlsx(report: Report, stamp: ExportStamp | None = None) -> bytes:
    """The form as a workbook: heading, table, signature block; with a stamp, who took it out."""
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    styles = _styles(book)
    page = book.add_worksheet(f"Biểu {report.form.code.replace('/', '-')}"[:_LONGEST_SHEET_NAME])
    page.set_landscape()
    page.set_paper(8)  # A3
    page.fit_to_pages(1, 0)
    by_lines = report.form.layout is Layout.LINES and report.breakdown is None
    width = (3 + len(report.columns)) if by_lines else 2 + len(report.form.lines)
    top = _heading(page, styles, report, width)
    bottom = _lines_table(page, styles, report, top) if by_lines else _units_table(page, styles, report, top)
    _signatures(page, styles, report, bottom + 1, width)
    if stamp is not None:
        stamp_workbook(book, stamp, printed=[page])
    book.close()
    return buffer.getvalue()


def _styles(book: Any) -> _Styles:
    font = {"font_name": "Times New Roman", "font_size": 12}
    cell = font | {"border": 1, "valign": "vcenter"}
    return _Styles(
        title=book.add_format(
            font | {"bold": True, "font_size": 14, "align": "center", "valign": "vcenter", "text_wrap": True}
        ),
        centre=book.add_format(font | {"align": "center"}),
        left=book.add_format(font),
        head=book.add_format(cell | {"bold": True, "align": "center", "text_wrap": True}),
        text=book.add_format(cell),
        strong=book.add_format(cell | {"bold": True}),
        number=book.add_format(cell | {"num_format": "#,##0"}),
        rate=book.add_format(cell | {"num_format": "0.00"}),
        signature=book.add_format(font | {"bold": True, "align": "center"}),
    )


def _heading(page: Any, styles: _Styles, report: Report, width: int) -> int:
    first, last = report.query.period
    unit = "Việc" if report.form.measure is Measure.COUNT else "Đồng"
    receiver = report.receiver.name if report.receiver else "Bộ Tư pháp"
    kind = f" · Loại án: {JUDGMENT_KIND_LABELS[report.query.kind]}" if report.query.kind else ""
    cut_off = report.as_of.astimezone(VIETNAM).strftime("%H:%M ngày %d/%m/%Y")
    page.write(0, 0, f"Biểu số: {report.form.code}", styles.left)
    page.write(1, 0, f"Ban hành theo {report.regime.name}", styles.left)
    page.set_row(2, 40)
    page.merge_range(2, 0, 2, width - 1, report.form.title.upper(), styles.title)
    months = "12 tháng" if report.query.months == 12 else f"{report.query.months} tháng"  # noqa: PLR2004  # a year
    span = f"{months} năm {report.query.fiscal_year} (từ {format_date(first)} đến {format_date(last)})"
    page.merge_range(3, 0, 3, width - 1, span, styles.centre)
    page.merge_range(4, 0, 4, width - 1, f"Đơn vị báo cáo: {report.unit.name} ({report.unit.code})", styles.centre)
    page.merge_range(5, 0, 5, width - 1, f"Đơn vị nhận báo cáo: {receiver}", styles.centre)
    note = f"Đơn vị tính: {unit} · Số liệu ghi nhận đến {cut_off} · {MAP_LABELS[report.query.organisation]}{kind}"
    page.merge_range(6, 0, 6, width - 1, note, styles.centre)
    return 8


def _lines_table(page: Any, styles: _Styles, report: Report, top: int) -> int:
    """A line per figure; columns: the total, then each kind of judgment, on request and ex officio."""
    column_width = _MONEY_WIDTH if report.form.measure is Measure.AMOUNT else _COUNT_WIDTH
    page.set_column(0, 0, 8)
    page.set_column(1, 1, 46)
    page.set_column(2, 2 + len(report.columns), column_width)
    page.freeze_panes(top + 2, 3)
    for place, label in enumerate(("STT", "Chỉ tiêu", "Tổng số")):
        page.merge_range(top, place, top + 1, place, label, styles.head)
    sources = (Source.ON_REQUEST, Source.EX_OFFICIO)
    columns: list[Column] = [(kind, each) for kind in dict.fromkeys(k for k, _ in report.columns) for each in sources]
    for place, (kind, source) in enumerate(columns, start=3):
        if source is sources[0]:
            page.merge_range(top, place, top, place + 1, JUDGMENT_KIND_LABELS[kind], styles.head)
        page.write(top + 1, place, SOURCE_LABELS[source], styles.head)
    row = top + 2
    for line in report.form.lines:
        page.write(row, 0, line.number, styles.text)
        indented = "    " * line.depth + FIGURE_LABELS[line.figure]
        page.write(row, 1, indented, styles.text if line.depth else styles.strong)
        sheets = [report.total, *(report.columns[column] for column in columns)]
        for place, sheet in enumerate(sheets, start=2):
            _cell(page, styles, (row, place), _value(report, line, sheet))
        row += 1
    return row


def _units_table(page: Any, styles: _Styles, report: Report, top: int) -> int:
    """A row per unit; columns: the figures."""
    column_width = _MONEY_WIDTH if report.form.measure is Measure.AMOUNT else _COUNT_WIDTH
    page.set_column(0, 0, 8)
    page.set_column(1, 1, 46)
    page.set_column(2, 1 + len(report.form.lines), column_width)
    page.freeze_panes(top + 2, 2)
    page.merge_range(top, 0, top + 1, 0, "STT", styles.head)
    page.merge_range(top, 1, top + 1, 1, "Đơn vị, chấp hành viên", styles.head)
    for place, line in enumerate(report.form.lines, start=2):
        page.write(top, place, FIGURE_LABELS[line.figure], styles.head)
        page.write(top + 1, place, str(place - 1), styles.head)
    row = top + 2
    for number, (depth, unit_row) in _numbered(report):
        page.write(row, 0, number, styles.text)
        name = "Tổng số" if depth == 0 else "    " * (depth - 1) + unit_row.unit.name
        page.write(row, 1, name, styles.strong if depth <= 1 else styles.text)
        for place, line in enumerate(report.form.lines, start=2):
            _cell(page, styles, (row, place), _value(report, line, unit_row.sheet))
        row += 1
    return row


def _numbered(report: Report) -> "list[tuple[str, tuple[int, ReportRow]]]":
    counters: dict[int, int] = {}
    found: list[tuple[str, tuple[int, ReportRow]]] = []
    for depth, row in report.all_rows():
        counters = {level: count for level, count in counters.items() if level <= depth}
        counters[depth] = counters.get(depth, 0) + 1
        number = "" if depth == 0 else ".".join(str(counters[level]) for level in range(1, depth + 1))
        found.append((number, (depth, row)))
    return found


def _value(report: Report, line: FormLine, sheet: Sheet) -> int | Decimal | None:
    measure = report.form.measure or Measure.COUNT
    return sheet.rate(measure) if line.figure is Figure.COMPLETION_RATE else sheet.value(measure, line.figure)


def _cell(page: Any, styles: _Styles, at: tuple[int, int], value: int | Decimal | None) -> None:
    if value is None:
        page.write_blank(*at, None, styles.rate)
    else:
        page.write_number(*at, float(value), styles.rate if isinstance(value, Decimal) else styles.number)


def _signatures(page: Any, styles: _Styles, report: Report, row: int, width: int) -> None:
    day = report.as_of.astimezone(VIETNAM)
    right = max(2, width - 4)
    page.write(row, right, f"…………, ngày {day.day:02d} tháng {day.month:02d} năm {day.year}", styles.centre)
    page.write(row + 1, 1, "NGƯỜI LẬP BIỂU", styles.signature)
    page.write(row + 1, right, "THỦ TRƯỞNG ĐƠN VỊ", styles.signature)
    page.write(row + 2, 1, "(Ký, ghi rõ họ tên)", styles.centre)
    page.write(row + 2, right, "(Ký, đóng dấu, ghi rõ họ tên)", styles.centre)
