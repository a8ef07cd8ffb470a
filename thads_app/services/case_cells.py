"""The address of the cases behind a figure: dashboards and forms write it, the case list reads it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

from models.enums import JudgmentKind, Measure, Source
from thads_app.rules.calendar import period
from thads_app.rules.indicators import FIGURE_LABELS, Figure
from thads_app.rules.vietnamese import format_date, format_moment
from thads_app.services.case_query import CELL_PARAMETERS, YEARS
from thads_app.services.figure_cells import Cell
from thads_app.services.statistics import NOBODY, FigureQuery, OrganisationMap

_UNASSIGNED = "chua-phan-cong"


def cell_parameters(cell: Cell) -> dict[str, str]:
    """A figure as parameters of an address, without those that ask nothing."""
    query = cell.query
    officer = "" if query.officer is None else query.officer or _UNASSIGNED
    found = {
        "o": cell.figure.value,
        "o-don-vi": query.unit,
        "o-nam": str(query.fiscal_year),
        "o-thang": str(query.months),
        "o-do": cell.measure.value if cell.measure else "",
        "o-ban-do": "" if query.organisation is OrganisationMap.TODAY else query.organisation.value,
        "o-rieng": "1" if query.own else "",
        "o-chv": officer,
        "o-loai-an": query.kind.value if query.kind else "",
        "o-nguon": query.source.value if query.source else "",
        "o-tinh-den": query.as_of.isoformat() if query.as_of else "",
    }
    return {name: value for name, value in found.items() if value}


def cell_address(cell: Cell) -> str:
    """The list of the cases behind a figure."""
    return f"/ho-so?{urlencode(cell_parameters(cell))}"


def read_cell(parameters: Mapping[str, str]) -> Cell | None:
    """The figure that parameters name; None when they name none, or none that can be."""
    given = {name: str(parameters.get(name, "")) for name in CELL_PARAMETERS}
    try:
        year, months = int(given["o-nam"]), int(given["o-thang"])
        figure = Figure(given["o"])
        as_of = datetime.fromisoformat(given["o-tinh-den"]) if given["o-tinh-den"] else None
        query = FigureQuery(
            unit=given["o-don-vi"],
            fiscal_year=year,
            months=months,
            organisation=OrganisationMap(given["o-ban-do"]) if given["o-ban-do"] else OrganisationMap.TODAY,
            own=given["o-rieng"] == "1",
            officer=_officer(given["o-chv"]),
            kind=JudgmentKind(given["o-loai-an"]) if given["o-loai-an"] else None,
            source=Source(given["o-nguon"]) if given["o-nguon"] else None,
            as_of=as_of,
        )
        measure = Measure(given["o-do"]) if given["o-do"] else None
    except ValueError:
        return None
    if year not in YEARS or not 1 <= months <= 12 or figure is Figure.COMPLETION_RATE:  # noqa: PLR2004 (months)
        return None
    if as_of is not None and as_of.tzinfo is None:
        return None
    return Cell(query, figure, measure)


def _officer(word: str) -> str | None:
    if not word:
        return None
    return NOBODY if word == _UNASSIGNED else word


def cell_words(cell: Cell) -> str:
    """A figure in words: what, of which unit, in which months, as known when."""
    query = cell.query
    first, last = period(query.fiscal_year, query.months)
    words = f"{FIGURE_LABELS[cell.figure]}, {format_date(first)}–{format_date(last)}"
    return words + (f", số liệu tính đến {format_moment(query.as_of)}" if query.as_of else "")
