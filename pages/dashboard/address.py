"""The address of a dashboard: whose figures, when, in what measure, on which map. Read defensively."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from models.enums import Measure
from thads_app.rules.calendar import fiscal_month, fiscal_year
from thads_app.rules.units import OrganisationMap, UnitRef
from thads_app.services.case_cells import cell_parameters
from thads_app.services.case_lists import is_known_year
from thads_app.services.figure_cells import Cell, Figure
from thads_app.services.statistics import NOBODY, FigureQuery

PATH = "/bang-dieu-hanh"
FILE_PATH = "/api/reports/dashboard.xlsx"
MONTHS = 12
MONEY_WORD, AS_WAS_WORD, NOBODY_WORD = "tien", "nhu-cu", "chua-phan-cong"


@dataclass(frozen=True)
class Looking:
    """What a dashboard was asked to show."""

    query: FigureQuery
    measure: Measure = Measure.COUNT

    def parameters(self) -> dict[str, str]:
        """The address's parameters in a fixed order; unit, year and months always, so that it means the same to anybody."""
        query = self.query
        found = {
            "don-vi": query.unit,
            "nam": str(query.fiscal_year),
            "ky": str(query.months),
            "do": MONEY_WORD if self.measure is Measure.AMOUNT else "",
            "ban-do": AS_WAS_WORD if query.organisation is OrganisationMap.AS_WAS else "",
            "rieng": "1" if query.own else "",
            "chv": "" if query.officer is None else query.officer or NOBODY_WORD,
        }
        return {name: value for name, value in found.items() if value}

    def address(self, path: str = PATH) -> str:
        """The path with its parameters."""
        return f"{path}?{urlencode(self.parameters())}"

    def at(self, unit: UnitRef) -> Looking:
        """The same at another unit: an office, its own work alone, or an officer of an office."""
        office = unit.office_code or unit.code
        officer = unit.code if unit.is_officer else None
        own = self.query.own if unit.is_officer else unit.own
        return replace(self, query=replace(self.query, unit=office, own=own, officer=officer))

    def changed(self, **changes: object) -> Looking:
        """The same with other fields of the query."""
        return replace(self, query=replace(self.query, **changes))  # pyright: ignore[reportArgumentType]


def read_looking(parameters: Mapping[str, str], home: str, today: date) -> Looking:
    """What the parameters ask for; what is missing or cannot be read has the default of the day.

    Args:
        parameters: of the address.
        home: the code of the unit shown when none is named.
        today: decides year and months when none are named: the running year up to the running month.
    """
    given = {name: str(value).replace("\x00", "").strip()[:60] for name, value in parameters.items()}
    this_year = fiscal_year(today)
    year = int(given["nam"]) if is_known_year(given.get("nam", "")) else this_year
    months = given.get("ky", "")
    asked = int(months) if months.isascii() and months.isdigit() and len(months) <= 2 else 0  # noqa: PLR2004 (digits)
    if not 1 <= asked <= MONTHS:
        asked = fiscal_month(today) if year == this_year else MONTHS
    officer = given.get("chv", "")
    query = FigureQuery(
        unit=given.get("don-vi") or home,
        fiscal_year=year,
        months=asked,
        organisation=OrganisationMap.AS_WAS if given.get("ban-do") == AS_WAS_WORD else OrganisationMap.TODAY,
        own=given.get("rieng") == "1",
        officer=None if not officer else NOBODY if officer == NOBODY_WORD else officer,
    )
    return Looking(query, Measure.AMOUNT if given.get("do") == MONEY_WORD else Measure.COUNT)


def is_complete(parameters: Mapping[str, str]) -> bool:
    """Whether the address names unit, year and months, so that whoever gets it sees the same."""
    return all(parameters.get(name) for name in ("don-vi", "nam", "ky"))


def cases_of(query: FigureQuery, measure: Measure | None = None) -> str:
    """The parameters of the cases of a unit's figures, all but which figure (`o`): short enough to send with every row."""
    words = cell_parameters(Cell(query, Figure.TO_ENFORCE, measure))
    return urlencode({name: value for name, value in words.items() if name != "o"})


def cases_behind(query: FigureQuery, figure: Figure, measure: Measure | None) -> str:
    """The list of the cases behind a figure. Behind a rate stand all cases it divides by."""
    shown = Figure.WITH_CONDITIONS if figure is Figure.COMPLETION_RATE else figure
    return f"/ho-so?o={shown.value}&{cases_of(query, measure)}"
