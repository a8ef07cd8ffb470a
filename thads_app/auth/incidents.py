"""Unexpected failures: the trace goes to the log under a number, and only the number to the person."""

import secrets

import structlog
from prometheus_client import Counter

log = structlog.stdlib.get_logger(__name__)
_incidents = Counter("thads_incidents", "Unexpected failures")


def note_incident(error: BaseException) -> str:
    """Log an unexpected failure and return its number.

    The trace holds the code's own lines, not the values: an exception's text may carry personal data.
    """
    number = secrets.token_hex(4)
    _incidents.inc()
    log.error("incident", incident=number, exc_info=error, **_of_event(error))
    return number


def mark(error: BaseException, request_id: str, account_id: int | None) -> None:
    """Remember whose event an error comes from: it is noted in another context than the one it arose in."""
    error.__dict__.setdefault("thads_event", {"request_id": request_id, "account": account_id})


def _of_event(error: BaseException) -> dict[str, object]:
    found = getattr(error, "thads_event", None)
    return dict(found) if isinstance(found, dict) else {}
