"""What a verification found wrong, one line each."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from thads_app.clock import VIETNAM

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much."""


class Difference(NamedTuple):
    """One thing that is not as it must be, in words for the reader."""

    where: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.where} · {self.what}: phải là {self.expected}, đang là {self.found}"


def as_known(as_of: datetime | None) -> str:
    """How a cut-off is named in a line; nothing for the present."""
    if as_of is None:
        return ""
    return f" · tính đến {as_of.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}"
