"""A statistical form written out for the screen: heads, rows, and the parameters of the cases behind each cell."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from components.formats import format_money, format_number, format_rate
from models.enums import JUDGMENT_KIND_LABELS, SOURCE_LABELS, Measure
from thads_app.rules.forms import FormLine
from thads_app.rules.indicators import FIGURE_DEFINITIONS, FIGURE_LABELS, Figure, Sheet
from thads_app.services.figure_address import Looking, cases_of
from thads_app.services.reports import Column, Report

TOTAL = "Tổng số"
NONE = "–"


@dataclass(frozen=True)
class FormColumn:
    """One column: its head, a second line of it, and its part of the address of the cases."""

    label: str
    more: str = ""
    cases: str = ""
    title: str = ""


@dataclass(frozen=True)
class FormRow:
    """One row: number, label, indentation, cells, and its part of the address of the cases (blank: not opened)."""

    key: str
    number: str
    label: str
    depth: int
    cells: list[str]
    cases: str = ""
    href: str = ""
    title: str = ""
    strong: bool = False


@dataclass(frozen=True)
class FormTable:
    """A form as a table."""

    columns: list[FormColumn]
    rows: list[FormRow]
    hidden_kinds: int = 0


def _figure_word(figure: Figure) -> str:
    """The parameter naming a figure. Behind a rate stand all cases it divides by."""
    return f"o={Figure.WITH_CONDITIONS if figure is Figure.COMPLETION_RATE else figure}"


def _cell(sheet: Sheet, measure: Measure, figure: Figure) -> str:
    if figure is Figure.COMPLETION_RATE:
        rate = sheet.rate(measure)
        return NONE if rate is None else format_rate(rate).replace("\u00a0%", "")
    value = sheet.value(measure, figure)
    return format_number(value) if measure is Measure.COUNT else format_money(value)


def lines_table(report: Report, measure: Measure, *, linked: bool) -> FormTable:
    """Forms 01 and 02: a row per figure; columns: the total, then each kind of judgment by how the case was opened.

    Kinds of judgment without a single figure are left out on screen; the workbook has them all.
    """
    kinds = dict.fromkeys(kind for kind, _ in report.columns)
    shown = [
        kind
        for kind in kinds
        if any(not report.columns[column].empty for column in report.columns if column[0] is kind)
    ]
    columns: list[Column] = [column for column in report.columns if column[0] in shown]
    heads = [FormColumn(TOTAL)] + [
        FormColumn(
            JUDGMENT_KIND_LABELS[kind],
            SOURCE_LABELS[source],
            urlencode({"o-loai-an": kind.value, "o-nguon": source.value}),
        )
        for kind, source in columns
    ]
    sheets = [report.total, *(report.columns[column] for column in columns)]
    base = cases_of(report.query, measure)
    rows = [
        FormRow(
            key=line.number,
            number=line.number,
            label=FIGURE_LABELS[line.figure],
            depth=line.depth,
            cells=[_cell(sheet, measure, line.figure) for sheet in sheets],
            cases=f"{_figure_word(line.figure)}&{base}" if linked else "",
            title=FIGURE_DEFINITIONS.get(line.figure, ""),
            strong=line.depth == 0,
        )
        for line in report.form.lines
    ]
    return FormTable(heads, rows, len(kinds) - len(shown))


def units_table(report: Report, measure: Measure, looking: Looking, address: str, *, linked: bool) -> FormTable:
    """Forms 04 and 05: a row per unit, the total first; columns: the figures.

    Args:
        report: the form.
        measure: the form's side.
        looking: what was asked for.
        address: the page's address up to the unit's parameters, to go down with.
        linked: whether figures may be opened.
    """
    lines: tuple[FormLine, ...] = report.form.lines
    heads = [
        FormColumn(FIGURE_LABELS[line.figure], "", _figure_word(line.figure), FIGURE_DEFINITIONS.get(line.figure, ""))
        for line in lines
    ]
    rows: list[FormRow] = []
    for place, (depth, row) in enumerate(report.all_rows()):
        at = looking.at(row.unit) if place else looking
        rows.append(
            FormRow(
                key=f"{place}:{row.unit.code}",
                number=str(place or ""),
                label=TOTAL if place == 0 else row.unit.name,
                depth=max(0, depth - 1),
                cells=[_cell(row.sheet, measure, line.figure) for line in lines],
                cases=cases_of(at.query, measure) if linked else "",
                href="" if place == 0 or row.unit.is_officer else f"{address}&{urlencode(at.parameters())}",
                strong=place == 0,
            )
        )
    return FormTable(heads, rows)
