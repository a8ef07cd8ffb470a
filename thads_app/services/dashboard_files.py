"""A dashboard as an Excel workbook: the figures behind every chart of the page, one sheet each."""

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from models.enums import Measure
from thads_app.clock import VIETNAM
from thads_app.rules.indicators import FIGURE_LABELS, Figure, Sheet
from thads_app.rules.units import MAP_LABELS
from thads_app.rules.vietnamese import format_date
from thads_app.services.dashboards import Dashboard
from thads_app.services.export_files import stamp_workbook
from thads_app.services.exports import ExportStamp

_SHOWN = tuple(figure for figure in Figure if figure is not Figure.COMPLETION_RATE)
_RATE_LABELS = {Measure.COUNT: "Tỷ lệ việc (%)", Measure.AMOUNT: "Tỷ lệ tiền (%)"}
_SIDE_LABELS = {Measure.COUNT: "việc", Measure.AMOUNT: "đồng"}
_NAME_WIDTH, _NUMBER_WIDTH = 44, 18

Cell = str | int | Decimal | None


def dashboard_rows(data: Dashboard) -> int:
    """How many rows of figures the workbook holds."""
    return sum(len(rows) for _, _, rows in _sheets(data))


def dashboard_xlsx(data: Dashboard, stamp: ExportStamp | None = None) -> bytes:
    """The workbook: the unit's figures now and a year before, its parts, its months, its kinds of judgment.

    With a stamp, it says who took it out.
    """
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    formats = {
        "head": book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1}),
        "number": book.add_format({"num_format": "#,##0"}),
        "rate": book.add_format({"num_format": "0.00"}),
    }
    for name, head, rows in _sheets(data):
        page = book.add_worksheet(name)
        page.set_column(0, 0, _NAME_WIDTH)
        page.set_column(1, max(1, len(head) - 1), _NUMBER_WIDTH)
        for line, words in enumerate(_heading(data)):
            page.write_string(line, 0, words)
        top = len(_heading(data)) + 1
        for place, label in enumerate(head):
            page.write_string(top, place, label, formats["head"])
        for number, row in enumerate(rows, start=top + 1):
            _write(page, number, row, formats)
        page.freeze_panes(top + 1, 1)
    if stamp is not None:
        stamp_workbook(book, stamp, printed=book.worksheets())
    book.close()
    return buffer.getvalue()


def _write(page: Any, number: int, row: Sequence[Cell], formats: dict[str, Any]) -> None:
    for place, value in enumerate(row):
        if isinstance(value, Decimal):
            page.write_number(number, place, float(value), formats["rate"])
        elif isinstance(value, int):
            page.write_number(number, place, value, formats["number"])
        elif value:
            page.write_string(number, place, value)


def _heading(data: Dashboard) -> tuple[str, ...]:
    first, last = data.period
    known = f"Số liệu ghi nhận đến {data.read_at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"
    return (
        data.unit.name,
        f"{data.query.months} tháng năm {data.query.fiscal_year} ({format_date(first)} – {format_date(last)})",
        f"{known} · {MAP_LABELS[data.query.organisation]} · {data.regime.name}",
    )


def _sheets(data: Dashboard) -> Iterable[tuple[str, list[str], list[list[Cell]]]]:
    yield (
        "Chỉ tiêu",
        ["Chỉ tiêu", "Việc", "Việc, cùng kỳ", "Tiền (đồng)", "Tiền, cùng kỳ (đồng)"],
        [
            *(
                [FIGURE_LABELS[each], data.sheet.count[each], data.before.count[each], data.sheet.amount[each],
                 data.before.amount[each]]
                for each in _SHOWN
            ),
            [
                FIGURE_LABELS[Figure.COMPLETION_RATE],
                *(sheet.rate(measure) for measure in Measure for sheet in (data.sheet, data.before)),
            ],
        ],
    )  # fmt: skip
    if data.parts:
        head = ["Đơn vị", "Mã", *_sheet_head(), "So tiến độ việc (điểm)", "So tiến độ tiền (điểm)"]
        rows: list[list[Cell]] = [
            [part.unit.name, part.unit.code, *_sheet_row(part.sheet), *(part.ahead[measure] for measure in Measure)]
            for part in data.parts
        ]
        yield "Đơn vị", head, rows
    yield (
        "Theo tháng",
        ["Lũy kế đến hết", *_sheet_head(), *(f"{label}, cùng kỳ" for label in _sheet_head())],
        [
            [
                f"tháng {point.end.month}/{point.end.year}",
                *(_sheet_row(point.now) if point.now else [None] * len(_sheet_head())),
                *_sheet_row(point.before),
            ]
            for point in data.series
        ],
    )
    yield "Loại án", ["Loại án", *_sheet_head()], [[row.label, *_sheet_row(row.sheet)] for row in data.kinds]
    if data.history:
        yield (
            "Kết quả công bố",
            ["Năm", "Chỉ tiêu", "Đơn vị tính", "Giá trị", "Nguồn"],
            [
                [
                    str(point.fiscal_year),
                    FIGURE_LABELS[Figure(point.indicator)],
                    "%" if point.indicator == Figure.COMPLETION_RATE.value else _SIDE_LABELS[point.measure],
                    point.value if point.indicator == Figure.COMPLETION_RATE.value else int(point.value),
                    point.source_url,
                ]
                for point in data.history
            ],
        )


def _sheet_head() -> list[str]:
    found: list[str] = []
    for measure in Measure:
        found += [f"{FIGURE_LABELS[each]} ({_SIDE_LABELS[measure]})" for each in _SHOWN]
        found.append(_RATE_LABELS[measure])
    return found


def _sheet_row(sheet: Sheet) -> list[Cell]:
    found: list[Cell] = []
    for measure in Measure:
        found += [sheet.value(measure, each) for each in _SHOWN]
        found.append(sheet.rate(measure))
    return found
