"""Which statuses count as "có điều kiện thi hành", by the circular in force for the statistical year."""

from dataclasses import dataclass
from functools import lru_cache

from models.enums import Indicator

_PAUSED_OTHERWISE = frozenset({Indicator.POSTPONED_OTHER, Indicator.SUSPENDED, Indicator.HELD_OTHER})
_WORKED_ON = frozenset({Indicator.IN_PROGRESS, Indicator.POSTPONED_BY_AGREEMENT})


@dataclass(frozen=True)
class Regime:
    """How a circular classifies open cases.

    Attributes:
        code: as printed in reports, `TT05/2024`.
        name: the circular's full number.
        first_year, last_year: statistical years it is in force for, both included; None means without bound.
        with_conditions: open statuses that count as có điều kiện, beside what was completed, terminated and reduced.
        outside: open statuses in neither bucket.
        note: where the classification comes from and how sure it is.
    """

    code: str
    name: str
    first_year: int | None
    last_year: int | None
    with_conditions: frozenset[Indicator]
    outside: frozenset[Indicator]
    note: str

    def covers(self, year: int) -> bool:
        """Whether it is in force for that statistical year."""
        return (self.first_year is None or self.first_year <= year) and (
            self.last_year is None or year <= self.last_year
        )


REGIMES = (
    Regime(
        code="TT08/2015",
        name="Thông tư 08/2015/TT-BTP",
        first_year=None,
        last_year=2019,
        with_conditions=_WORKED_ON | _PAUSED_OTHERWISE,
        outside=frozenset(),
        note="Mọi việc đang thi hành, hoãn, tạm đình chỉ và trường hợp khác đều thuộc diện có điều kiện.",
    ),
    Regime(
        code="TT06/2019",
        name="Thông tư 06/2019/TT-BTP",
        first_year=2020,
        last_year=2024,
        with_conditions=_WORKED_ON,
        outside=_PAUSED_OTHERWISE,
        note="Chỉ hoãn theo điểm c khoản 1 Điều 48 nằm trong diện có điều kiện; hoãn khác, tạm đình chỉ, trường hợp "
        "khác đứng ngoài cả hai nhóm.",
    ),
    Regime(
        code="TT05/2024",
        name="Thông tư 05/2024/TT-BTP",
        first_year=2025,
        last_year=None,
        with_conditions=_WORKED_ON,
        outside=_PAUSED_OTHERWISE,
        note="Như Thông tư 06/2019/TT-BTP; phụ lục biểu mẫu chưa có toàn văn nên giữ cách phân loại cũ.",
    ),
)
"""Validity as data: a new circular is a new row. No year may be covered twice or not at all (tested)."""


@lru_cache(maxsize=256)
def regime_of(year: int) -> Regime:
    """The regime of a statistical year."""
    return next(regime for regime in REGIMES if regime.covers(year))
