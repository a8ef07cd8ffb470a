"""The composition of a sheet, its rates and its identities, against published numbers."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from models.enums import FLOW_INDICATORS, STOCK_INDICATORS, Indicator, Measure
from thads_app.reference.published import load_published
from thads_app.rules.indicators import (
    FIGURE_LABELS,
    OPEN_STOCKS,
    ZERO_SHEET,
    Figure,
    Sheet,
    When,
    add_sheets,
    completion_rate,
    compose,
    fallen,
    growth,
    percent,
    percent_of_target,
    progress,
    sum_violations,
    terms_of,
    violations,
    year_violations,
)
from thads_app.rules.regimes import REGIMES, regime_of

TT08, TT06, TT05 = regime_of(2019), regime_of(2020), regime_of(2025)


def sheet_of(year: int, opening: int = 0, **sums: int) -> dict[Figure, int]:
    """A side of a sheet from the sums named; all others are 0."""
    value = {indicator: sums.get(indicator.value, 0) for indicator in Indicator}
    return compose(
        {each: value[each] for each in FLOW_INDICATORS},
        {each: value[each] for each in STOCK_INDICATORS},
        opening,
        regime_of(year),
    )


def done(figures: dict[Figure, int], with_conditions: int) -> Decimal | None:
    return completion_rate(figures | {Figure.WITH_CONDITIONS: with_conditions})


def test_every_figure_has_a_label_and_the_twenty_two_codes_of_the_interface() -> None:
    assert set(FIGURE_LABELS) == set(Figure)
    assert {figure.value for figure in Figure} == {indicator.value for indicator in Indicator} | {
        "registered_total", "to_enforce", "with_conditions", "outside", "carried_forward", "completion_rate",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("part", "whole", "rate"),
    [
        (577_876, 685_898, "84.25"),  # the nation, 12 months of 2025, cases
        (576_933, 708_674, "81.41"),  # 2020
        (620_657, 739_974, "83.88"),  # 2024
        (116_531, 224_775, "51.84"),  # 2024, money in billions of đồng
        (1, 3, "33.33"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),  # 0.125 goes up
        (0, 5, "0.00"),
    ],
)
def test_rates_have_two_decimals_half_up_as_published(part: int, whole: int, rate: str) -> None:
    assert percent(part, whole) == Decimal(rate)
    assert done({Figure.COMPLETED: part, Figure.TERMINATED: 0, Figure.REDUCED: 0}, whole) == Decimal(rate)


def test_a_rate_of_nothing_is_blank() -> None:
    assert percent(0, 0) is None
    assert ZERO_SHEET.rate(Measure.COUNT) is None
    assert ZERO_SHEET.as_json()["amount"]["completion_rate"] is None


def test_terminated_counts_as_done_and_reduced_does_on_the_money_side() -> None:
    figures = {Figure.COMPLETED: 50, Figure.TERMINATED: 20, Figure.REDUCED: 5}
    assert done(figures, 100) == Decimal("75.00")


def published_groups() -> Iterator[tuple[str, dict[str, Decimal], Decimal]]:
    groups: dict[tuple[str, str], dict[str, Decimal]] = {}
    rates: dict[tuple[str, str], Decimal] = {}
    for row in load_published():
        if row.value_kind != "exact_as_printed":
            continue
        key = (row.group_id, row.measure.value)
        if row.original_indicator == "ty_le_xong_tren_co_dieu_kien":
            rates[key] = row.value
        else:
            groups.setdefault(key, {})[row.original_indicator] = row.value
    for key, values in groups.items():
        if {"co_dieu_kien", "tong_thi_hanh_xong"} <= values.keys() and key in rates:
            yield key[0], values, rates[key]


def test_published_rates_divide_what_is_done_by_what_has_conditions() -> None:
    # Their own sources contradict themselves: sums printed in round billions, or a rate of other cases than the sums.
    contradictory = {"G010", "G033", "G066", "G120"}
    wrong: set[str] = set()
    checked = 0
    for group, values, rate in published_groups():
        found = percent(int(values["tong_thi_hanh_xong"]), int(values["co_dieu_kien"]))
        assert found is not None
        checked += 1
        printed_unit = Decimal(1).scaleb(int(rate.normalize().as_tuple().exponent)) if rate % 1 else Decimal(1)
        if abs(found - rate) > printed_unit:
            wrong.add(group)
    assert checked >= 25
    assert wrong == contradictory


def test_registered_total_and_to_enforce_as_the_nation_published_them_for_2023() -> None:
    figures = sheet_of(2023, opening=299_096, newly_registered=636_950, entrusted=12_004, revoked=501)
    assert figures[Figure.REGISTERED_TOTAL] == 936_046
    assert figures[Figure.TO_ENFORCE] == 923_541


def test_a_moved_case_leaves_carried_over_and_a_transfer_joins_to_enforce() -> None:
    figures = sheet_of(2025, opening=10, carried_over=-2, newly_registered=5, transferred=3, withdrawn=1)
    assert figures[Figure.CARRIED_OVER] == 8
    assert figures[Figure.TO_ENFORCE] == 8 + 5 - 1 + 3


STOCKS = {"in_progress": 1, "postponed_by_agreement": 2, "postponed_other": 4, "suspended": 8, "held_other": 16}


@pytest.mark.parametrize(("year", "inside", "outside"), [(2018, 31, 0), (2019, 31, 0), (2020, 3, 28), (2024, 3, 28),
                                                         (2025, 3, 28), (2031, 3, 28)])  # fmt: skip
def test_what_has_conditions_follows_the_circular_of_the_year(year: int, inside: int, outside: int) -> None:
    figures = sheet_of(year, opening=31 + 32, without_conditions=32, **STOCKS)
    assert figures[Figure.WITH_CONDITIONS] == inside
    assert figures[Figure.OUTSIDE] == outside
    assert violations(Sheet(figures, figures)) == []


def test_every_year_has_exactly_one_circular() -> None:
    for year in range(1995, 2060):
        assert sum(regime.covers(year) for regime in REGIMES) == 1
    assert [regime_of(year).code for year in (2019, 2020, 2024, 2025)] == [
        "TT08/2015", "TT06/2019", "TT06/2019", "TT05/2024",
    ]  # fmt: skip


def test_a_classification_that_does_not_add_up_is_named_with_both_values() -> None:
    sound = sheet_of(2025, opening=5, in_progress=3, without_conditions=2)
    assert violations(Sheet(sound, sound)) == []
    broken = sheet_of(2025, opening=5, in_progress=3, without_conditions=1)
    found = violations(Sheet(sound, broken))
    assert [(each.measure, each.left, each.right) for each in found] == [
        (Measure.AMOUNT, 5, 4),
        (Measure.AMOUNT, 5, 4),
    ]


def test_parts_must_add_up_and_say_where_they_do_not() -> None:
    one = Sheet(*[sheet_of(2025, opening=5, in_progress=5)] * 2)
    other = Sheet(*[sheet_of(2025, newly_registered=2, completed=2)] * 2)
    both = add_sheets([one, other])
    assert both.count[Figure.TO_ENFORCE] == 7
    assert both.rate(Measure.COUNT) == Decimal("28.57")
    assert sum_violations(both, [one, other]) == []
    assert {each.identity for each in sum_violations(both, [one])} >= {"completed = sum of the children"}


def test_a_year_must_open_with_what_was_carried_forward() -> None:
    full = Sheet(*[sheet_of(2025, opening=5, newly_registered=4, completed=3)] * 2)
    assert year_violations(full, Sheet(*[sheet_of(2026, opening=6)] * 2)) == []
    assert len(year_violations(full, Sheet(*[sheet_of(2026, opening=5)] * 2))) == 2


def test_results_that_fall_within_a_year_are_found() -> None:
    earlier, later = (Sheet(*[sheet_of(2025, completed=count)] * 2) for count in (3, 2))
    assert fallen(later, earlier) == []
    assert [each.left for each in fallen(earlier, later)] == [2]


def test_progress_growth_and_share_of_target() -> None:
    assert progress(Decimal("83.90"), 7) == Decimal("48.94")
    assert progress(Decimal("82.50"), 12) == Decimal("82.50")
    assert percent_of_target(Decimal("84.25"), Decimal("83.90")) == Decimal("100.42")
    assert growth(1_064_419, 1_021_783) == Decimal("4.17")
    assert growth(5, 0) is None


@pytest.mark.parametrize("year", [2019, 2024, 2025])
def test_the_terms_of_each_figure_sum_to_the_figure(year: int) -> None:
    """The cases behind a figure come from its terms, the figure from `compose`: the two must be one."""
    primes = dict(zip(Indicator, (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53), strict=True))
    closing = {each: primes[each] for each in STOCK_INDICATORS}
    opening = {each: primes[each] * 1000 for each in STOCK_INDICATORS}
    flows = {each: primes[each] * 10 for each in FLOW_INDICATORS}
    # Flows that make both readings of what is open agree, as every history of a case does.
    stock = sum(closing[each] for each in OPEN_STOCKS)
    opened = sum(opening[each] for each in OPEN_STOCKS)
    rest = sum(flows[each] for each in (Indicator.CARRIED_OVER, Indicator.NEWLY_REGISTERED))
    gone = sum(
        flows[each]
        for each in (Indicator.ENTRUSTED, Indicator.WITHDRAWN, Indicator.REVOKED, Indicator.COMPLETED,
                     Indicator.TERMINATED, Indicator.REDUCED)
    )  # fmt: skip
    flows[Indicator.TRANSFERRED] = stock - opened - rest + gone
    figures = compose(flows, closing, opened, regime_of(year))
    sums = {When.FLOW: flows, When.OPENING: opening, When.CLOSING: closing}
    for figure, value in figures.items():
        terms = terms_of(figure, regime_of(year))
        assert sum(term.sign * sums[term.when][term.indicator] for term in terms) == value, figure


def test_json_has_every_code_on_both_sides_with_rates_as_numbers() -> None:
    figures = sheet_of(2025, newly_registered=3, completed=2, in_progress=1)
    printed = replace(ZERO_SHEET, count=figures).as_json()
    assert set(printed) == {"count", "amount"}
    assert set(printed["count"]) == set(printed["amount"]) == {figure.value for figure in Figure}
    assert printed["count"]["completion_rate"] == 66.67
    assert printed["amount"]["completed"] == 0
