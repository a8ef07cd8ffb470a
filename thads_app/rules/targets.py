"""Yearly targets of the completion rate: the nation's as published, and which one holds for an office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.enums import Measure
from thads_app.rules.indicators import percent_of_target, progress


@dataclass(frozen=True)
class NationalTarget:
    """The nation's target of a year, in percent of cases and of money with conditions."""

    fiscal_year: int
    count: Decimal
    amount: Decimal
    source_note: str


NATIONAL_TARGETS = (
    NationalTarget(
        2023, Decimal("82.50"), Decimal("45.50"), "Chỉ tiêu năm 2023, Báo cáo kết quả công tác THADS năm 2023"
    ),
    NationalTarget(
        2024, Decimal("83.25"), Decimal("46.45"), "Chỉ tiêu năm 2024, báo chí dẫn báo cáo của Bộ Tư pháp (noichinh.vn)"
    ),
    NationalTarget(
        2025, Decimal("83.90"), Decimal("51.90"), "Chỉ tiêu năm 2025, báo chí dẫn báo cáo của Bộ Tư pháp (vneconomy.vn)"
    ),
)
"""The years found. A target for another year is set by an administrator when the decision is out."""


@dataclass(frozen=True)
class TargetInForce:
    """The target that holds for a unit: its own or the nearest above it.

    Attributes:
        rate: percent for the whole year.
        progress: where the rate should stand after the period's months: rate × m / 12.
        office_code: whose target it is.
        source_note: where it comes from.
    """

    rate: Decimal
    progress: Decimal
    office_code: str
    source_note: str

    def points_ahead(self, rate: Decimal | None) -> Decimal | None:
        """Percentage points between a rate and the progress line; negative when behind."""
        return None if rate is None else rate - self.progress

    def percent_reached(self, rate: Decimal | None) -> Decimal | None:
        """The rate as percent of the year's target."""
        return None if rate is None else percent_of_target(rate, self.rate)


def target_in_force(
    line: Sequence[tuple[int, str]],
    targets: Mapping[tuple[int, Measure], tuple[Decimal, str]],
    measure: Measure,
    months: int,
) -> TargetInForce | None:
    """The target of the first office of a line that has one.

    Args:
        line: office id and code, from the unit upwards.
        targets: (office id, measure) → rate in percent and its source.
        measure: cases or money.
        months: of the period.
    """
    for office_id, code in line:
        if (office_id, measure) in targets:
            rate, note = targets[(office_id, measure)]
            return TargetInForce(rate, progress(rate, months), code, note)
    return None
