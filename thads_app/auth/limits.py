"""How often somebody may do something: for each kind of work, per account and per address.

The counts live in this process's memory: what they protect is this process's time, and a restart may forget them. With
several workers the whole service allows as many times the rate. Guessing passwords is another matter: those attempts
are counted in the database (`services.throttle`).
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import ceil

from prometheus_client import Counter

from thads_app.errors import Refused

_refused = Counter("thads_limited", "Requests and events refused because they came too often", ["kind"])
_KEPT_MOST = 20_000


@dataclass(frozen=True)
class Limit:
    """So many at once, and so many a second in the long run."""

    kind: str
    burst: int
    per_second: float


@dataclass
class Meter:
    """Counts one kind of work of many senders.

    A sender is remembered by one number: when all they have taken would be worked off at the steady rate (the generic
    cell rate algorithm). Whoever is in the past owes nothing and is forgotten.
    """

    limit: Limit
    _free_at: dict[str, float] = field(default_factory=dict[str, float])

    def take(self, who: str, moment: float | None = None) -> float:
        """Count one more of a sender; zero when it is welcome, else the seconds until it would be."""
        moment = time.monotonic() if moment is None else moment
        free_at = max(self._free_at.get(who, moment), moment)
        after = free_at + 1 / self.limit.per_second
        too_far = after - moment - self.limit.burst / self.limit.per_second
        if too_far > 1e-9:  # noqa: PLR2004 (the rounding of many additions)
            return too_far
        if len(self._free_at) >= _KEPT_MOST:
            self._forget(moment)
        self._free_at[who] = after
        return 0.0

    def _forget(self, moment: float) -> None:
        busy = [(who, free_at) for who, free_at in self._free_at.items() if free_at > moment]
        # When everybody is busy the oldest counts are the least use. Half go at once, so that the next senders cost
        # nothing: a sweep for each would be worth more to an attacker than the memory.
        self._free_at = dict(busy[-_KEPT_MOST // 2 :])

    def clear(self) -> None:
        """Forget everybody."""
        self._free_at.clear()


# A whole office may share one address, so that addresses are allowed much more than accounts.
SIGN_IN_BY_ADDRESS = Limit("sign_in", 300, 30.0)
ROUTE_BY_ADDRESS = Limit("route", 1000, 100.0)
ROUTE_BY_ACCOUNT = Limit("route", 300, 30.0)
EXPORT_BY_ACCOUNT = Limit("export", 30, 1 / 10)
EXPORT_BY_ADDRESS = Limit("export", 300, 2.0)
IMPORT_BY_ACCOUNT = Limit("import", 20, 1 / 30)
IMPORT_BY_ADDRESS = Limit("import", 100, 1 / 5)
API_BY_ACCOUNT = Limit("api", 3000, 100.0)
API_BY_ADDRESS = Limit("api", 6000, 300.0)
SOCKET_BY_ADDRESS = Limit("socket", 600, 30.0)
SOCKET_BY_NOBODY = Limit("socket", 200, 10.0)
SOCKET_BY_SESSION = Limit("socket", 60, 2.0)

_meters: dict[tuple[Limit, str], Meter] = {}


def spend(by_account: Limit | None, account: str, by_address: Limit | None, address: str) -> None:
    """Count one piece of work of an account at an address.

    Raises:
        Refused: either came too often (`too_often`, `seconds`).
    """
    waits = [
        (limit.kind, meter_of(limit, side).take(who))
        for limit, side, who in ((by_address, "address", address), (by_account, "account", account))
        if limit is not None and who
    ]
    refuse_if_waiting(waits)


def refuse_if_waiting(waits: Iterable[tuple[str, float]]) -> None:
    """Refuse when any of the waits is not over.

    Raises:
        Refused: with the longest of them (`too_often`, `seconds`).
    """
    kind, longest = max(waits, key=lambda each: each[1], default=("", 0.0))
    if longest > 0:
        _refused.labels(kind).inc()
        raise Refused("too_often", {"seconds": max(1, ceil(longest))}, status=429)


def meter_of(limit: Limit, side: str) -> Meter:
    """This process's count for a limit."""
    return _meters.setdefault((limit, side), Meter(limit))


def note_refusal(kind: str) -> None:
    """Count a refusal that nobody is told of in words."""
    _refused.labels(kind).inc()


def forget_everybody() -> None:
    """Start counting anew, in this process."""
    for meter in _meters.values():
        meter.clear()
