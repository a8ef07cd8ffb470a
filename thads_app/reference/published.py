"""Published results as rows to load, and the national history drawn beside our own figures.

Source file: ``data/published.csv``, collected from agency sites and the press, every line with its address. A published
"tổng thi hành xong" is the numerator of the published rate: it holds the cases (or money) completed **and** terminated,
and for money also exempted or reduced. It is filed under ``completed``, the nearest code; whoever draws it beside our
own figures must compare it with `COMPARABLE_WITH`, not with ``completed`` alone.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from models.enums import Measure
from thads_app.reference.files import name_key, read_rows
from thads_app.reference.offices import LAST_DAY_OF_OLD_OFFICES, NATION_CODE, load_offices
from thads_app.reference.places import provinces
from thads_app.rules.calendar import fiscal_month, fiscal_year, period

MEASURES = {"viec": Measure.COUNT, "tien_dong": Measure.AMOUNT}

# Terms of the sources that mean one of our indicators. All others are kept word for word with no code.
INDICATORS = {
    "cu_chuyen_sang": "carried_over",
    "thu_ly_moi": "newly_registered",
    "tong_thu_ly": "registered_total",
    "tong_giai_quyet": "registered_total",
    "uy_thac": "entrusted",
    "tong_phai_thi_hanh": "to_enforce",
    "co_dieu_kien": "with_conditions",
    "chua_co_dieu_kien": "without_conditions",
    "tong_thi_hanh_xong": "completed",
    "mien_giam": "reduced",
    "ty_le_xong_tren_co_dieu_kien": "completion_rate",
}

COMPARABLE_WITH = {
    "to_enforce": ("to_enforce",),
    "with_conditions": ("with_conditions",),
    "completed": ("completed", "terminated", "reduced"),
    "completion_rate": ("completion_rate",),
}
"""The indicators of ours whose sum a published national figure is compared with."""

TARGET = "chi_tieu_giao_ty_le"
_AFTER_MERGER = "(sau hợp nhất)"
_DISTRICT_OFFICE = re.compile(r"^(?P<office>Chi cục THADS .+?) \((?P<province>.+)\)$")
_WHOLE_YEAR = 12
_PRELIMINARY = ("sơ bộ", "báo cáo Quốc hội")


@dataclass(frozen=True)
class PublishedRow:
    """One published figure, with the fields of the table it is loaded into.

    ``value`` is cases or whole đồng, and percent for rates and shares. ``indicator`` is set only for figures of the
    whole unit (not of credit cases, of one officer, …) whose term has one of our codes; ``office_code`` only where the
    name means one office; ``fiscal_year`` and ``months`` only for whole months from 01/10.
    """

    group_id: str
    level: str
    unit_name: str
    office_code: str | None
    period_label: str
    period_range: str | None
    fiscal_year: int | None
    months: int | None
    measure: Measure
    original_indicator: str
    indicator: str | None
    value: Decimal
    value_kind: str
    source_url: str
    published_on: date | None

    @property
    def preliminary(self) -> bool:
        """Whether the source calls the figure preliminary or gave it to the National Assembly before the final one."""
        return any(mark in self.period_label for mark in _PRELIMINARY)


def load_published() -> list[PublishedRow]:
    """Return every published figure in the order of the file."""
    return [_row(line) for line in read_rows("published.csv")]


def _row(line: dict[str, str]) -> PublishedRow:
    year, months = parse_period(line["period_range"])
    return PublishedRow(
        group_id=line["group_id"],
        level=line["level"],
        unit_name=line["unit_name"],
        office_code=find_office(line["unit_name"], line["period_range"].partition("..")[2]),
        period_label=line["period_label"],
        period_range=line["period_range"] or None,
        fiscal_year=year,
        months=months,
        measure=MEASURES[line["measure"]],
        original_indicator=line["indicator"],
        indicator=None if _is_part(line["unit_name"]) else INDICATORS.get(line["indicator"]),
        value=Decimal(line["value"]),
        value_kind=line["value_kind"],
        source_url=line["source_url"],
        published_on=parse_day(line["published_on"]),
    )


def _is_part(unit_name: str) -> bool:
    """Say whether the figure is of a part of the unit's work: ``Toàn quốc - án tín dụng, ngân hàng``."""
    return " - " in unit_name and name_key(unit_name) not in _province_codes()


def parse_day(text: str) -> date | None:
    """Return the day a text starts with (``2024-12-09 (…)``); ``None`` for a bare year, a month or nothing."""
    found = re.match(r"\d{4}-\d{2}-\d{2}", text)
    return date.fromisoformat(found[0]) if found else None


def parse_period(period_range: str) -> tuple[int | None, int | None]:
    """Return statistical year and months of ``2024-10-01..2025-04-30``; none of a span that is no such period."""
    start, _, end = period_range.partition("..")
    first, last = parse_day(start), parse_day(end)
    if first is None or last is None:
        return None, None
    year, months = fiscal_year(last), fiscal_month(last)
    return (year, months) if period(year, months) == (first, last) else (None, None)


def find_office(unit_name: str, ended: str) -> str | None:
    """Return the code of the office a published name means, on the map of the day (or month) a period ended, ISO.

    Parts of an office's work (``… - thu NSNN``) belong to that office. Guesses of the collection, groups of offices and
    merged provinces of which the source does not say which one it means give ``None``.
    """
    unit = unit_name if name_key(unit_name) in _province_codes() else unit_name.partition(" - ")[0]
    if unit == "Toàn quốc":
        return NATION_CODE
    district = _DISTRICT_OFFICE.match(unit)
    if district:
        return _district_code(district["office"], district["province"])
    merged = unit.endswith(_AFTER_MERGER)
    former = _province_codes().get(name_key(unit.removesuffix(_AFTER_MERGER)))
    if former is None or not ended:
        return None
    if ended <= LAST_DAY_OF_OLD_OFFICES.isoformat() and not merged:
        return former
    return _new_codes().get(name_key(unit.removesuffix(_AFTER_MERGER))) if merged else None


@cache
def _province_codes() -> dict[str, str]:
    return {name_key(province.name): f"{province.code}-C" for province in provinces()}


@cache
def _new_codes() -> dict[str, str]:
    return {name_key(province.new_name): province.new_code for province in provinces()}


@cache
def _district_offices() -> dict[tuple[str, str], str]:
    agencies = {row.code: row.short_name.removeprefix("Cục ") for row in load_offices()}
    return {
        (name_key(row.name), name_key(agencies[row.parent_code])): row.code
        for row in load_offices()
        if row.parent_code in agencies
    }


def _district_code(office: str, province: str) -> str | None:
    return _district_offices().get((name_key(office.replace(" TP ", " thành phố ")), name_key(province)))


@dataclass(frozen=True)
class HistoryPoint:
    """One point of a national history line: the best published figure of one year, with its source."""

    fiscal_year: int
    measure: Measure
    indicator: str
    value: Decimal
    value_kind: str
    preliminary: bool
    period_label: str
    source_url: str


def national_history(rows: Iterable[PublishedRow] | None = None) -> list[HistoryPoint]:
    """Return the nation's published whole-year results, one point per year, measure and indicator.

    Final figures go before preliminary ones, exact before rounded ones. Indicators: those of `COMPARABLE_WITH`; values
    in cases, whole đồng or percent.

    Args:
        rows: Rows to choose from; the committed file when left out.
    """
    chosen: dict[tuple[int, Measure, str], PublishedRow] = {}
    for row in load_published() if rows is None else rows:
        if row.office_code != NATION_CODE or row.months != _WHOLE_YEAR or row.fiscal_year is None:
            continue
        if row.indicator not in COMPARABLE_WITH:
            continue
        key = (row.fiscal_year, row.measure, row.indicator)
        if key not in chosen or _worth(row) > _worth(chosen[key]):
            chosen[key] = row
    return [_point(key, row) for key, row in sorted(chosen.items())]


def _worth(row: PublishedRow) -> tuple[bool, bool]:
    return not row.preliminary, row.value_kind == "exact_as_printed"


def _point(key: tuple[int, Measure, str], row: PublishedRow) -> HistoryPoint:
    year, measure, indicator = key
    return HistoryPoint(
        fiscal_year=year,
        measure=measure,
        indicator=indicator,
        value=row.value,
        value_kind=row.value_kind,
        preliminary=row.preliminary,
        period_label=row.period_label,
        source_url=row.source_url,
    )


@dataclass(frozen=True)
class PublishedTarget:
    """A yearly target of the completion rate, in percent, as published or as derived from a published surplus."""

    fiscal_year: int
    measure: Measure
    rate: Decimal
    value_kind: str
    source_url: str


def national_targets() -> list[PublishedTarget]:
    """Return the nation's published whole-year targets; years for which none was found are missing."""
    return [
        PublishedTarget(row.fiscal_year, row.measure, row.value, row.value_kind, row.source_url)
        for row in load_published()
        if row.original_indicator == TARGET
        and row.office_code == NATION_CODE
        and row.fiscal_year is not None
        and row.months == _WHOLE_YEAR
    ]
