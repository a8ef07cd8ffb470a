"""Days on which Vietnam's state offices deviate from Monday–Friday and from the yearly public holidays.

The holidays themselves (Bộ luật Lao động 2019 Đ.112, lunar days included) come from the package ``holidays``.
Here stand the swaps the Government orders year by year: a working day given off, and the Saturday worked instead.
A new order is one more entry with its source.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Swap:
    """A working day given off against a Saturday worked.

    ``confirmed`` is false where press notices agree but the order itself was not read: check before relying
    on that day.
    """

    day_off: date
    worked_instead: date
    source: str
    confirmed: bool = True


SWAPS = (
    Swap(date(2018, 12, 31), date(2019, 1, 5), "CV 6519/VPCP-KGVX of 2018"),
    Swap(date(2019, 4, 29), date(2019, 5, 4), "CV 6519/VPCP-KGVX of 2018"),
    Swap(date(2024, 4, 29), date(2024, 5, 4), "CV 2450/VPCP-KGVX of 2024"),
    Swap(date(2025, 5, 2), date(2025, 4, 26), "TB 6150/TB-BLĐTBXH of 2024"),
    Swap(date(2026, 1, 2), date(2026, 1, 10), "public notice of the New Year break 2026", confirmed=False),
    Swap(date(2026, 8, 31), date(2026, 8, 22), "public notice of the National Day break 2026", confirmed=False),
)
