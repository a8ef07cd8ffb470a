"""The address of figures: whose, when, in what measure, on which map, in which form.

Read defensively, written the same. Dashboards, statistical forms and their downloads use the same words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from urllib.parse import urlencode

from models.enums import Measure
from thads_app.clock import VIETNAM
from thads_app.rules.calendar import fiscal_month, fiscal_year
from thads_app.rules.forms import MADE_FORMS
from thads_app.rules.indicators import Figure
from thads_app.rules.units import OrganisationMap, UnitRef
from thads_app.rules.vietnamese import InputError, format_date, parse_date
from thads_app.services.case_cells import cell_parameters
from thads_app.services.case_lists import is_known_year
from thads_app.services.figure_cells import Cell
from thads_app.services.statistics import NOBODY, FigureQuery

PATH = "/bang-dieu-hanh"
REPORT_PATH = "/bieu-thong-ke"
DASHBOARD_FILE = "/api/reports/dashboard.xlsx"
FORM_FILE = "/api/reports/form"
MONTHS = 12
MONEY_WORD, AS_WAS_WORD, NOBODY_WORD = "tien", "nhu-cu", "chua-phan-cong"


@dataclass(frozen=True)
class Looking:
    """What a dashboard was asked to show."""

    query: FigureQuery
    measure: Measure = Measure.COUNT

    def parameters(self) -> dict[str, str]:
        """The address's parameters in a fixed order; unit, year and months always: it means the same to anybody."""
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
    """The parameters of the cases of a unit's figures, all but which figure (`o`): short enough for every row."""
    words = cell_parameters(Cell(query, Figure.TO_ENFORCE, measure))
    return urlencode({name: value for name, value in words.items() if name != "o"})


def cases_behind(query: FigureQuery, figure: Figure, measure: Measure | None) -> str:
    """The list of the cases behind a figure. Behind a rate stand all cases it divides by."""
    shown = Figure.WITH_CONDITIONS if figure is Figure.COMPLETION_RATE else figure
    return f"/ho-so?o={shown.value}&{cases_of(query, measure)}"


_FORM_WORDS = {form.code.partition("/")[0]: form.code for form in MADE_FORMS}


@dataclass(frozen=True)
class Asking:
    """Which statistical form was asked for.

    Attributes:
        looking: unit, period and map; its measure is not used, a form has its own.
        form: the form's code.
        cut_off: as known at the end of that day in Vietnam; None as known now.
        problem: what of the address could not be read.
    """

    looking: Looking
    form: str
    cut_off: date | None = None
    problem: str = ""

    @property
    def query(self) -> FigureQuery:
        """The query with its cut-off; a day that has not ended yet is the present."""
        as_of = None
        if self.cut_off is not None:
            as_of = datetime.combine(self.cut_off, time.max, VIETNAM).astimezone(UTC)
        return replace(self.looking.query, as_of=as_of)

    def parameters(self) -> dict[str, str]:
        """The address's parameters in a fixed order."""
        form = self.form.partition("/")[0]
        found = {"bieu": form, **self.looking.parameters(), "tinh-den": format_date(self.cut_off)}
        return {name: value for name, value in found.items() if value}

    def address(self, path: str = REPORT_PATH) -> str:
        """The path with its parameters."""
        return f"{path}?{urlencode(self.parameters())}"


def read_asking(parameters: Mapping[str, str], home: str, today: date) -> Asking:
    """Which form the parameters ask for; what is missing or cannot be read has the default of the day.

    Args:
        parameters: of the address.
        home: the code of the unit shown when none is named.
        today: see `read_looking`; a cut-off must lie before it to count.
    """
    looking = replace(read_looking(parameters, home, today), measure=Measure.COUNT)
    form = _FORM_WORDS.get(str(parameters.get("bieu", "")), MADE_FORMS[0].code)
    text = str(parameters.get("tinh-den", "")).strip()[:20]
    if not text:
        return Asking(looking, form)
    try:
        cut_off = parse_date(text, today)
    except InputError as problem:
        return Asking(looking, form, problem=problem.code)
    return Asking(looking, form, cut_off if cut_off < today else None)
