"""Unexpected failures: the trace goes to the log under a number, and only the number to the person."""

import logging
import secrets
import traceback

from prometheus_client import Counter

log = logging.getLogger(__name__)
_incidents = Counter("thads_incidents", "Unexpected failures")


def note_incident(error: BaseException) -> str:
    """Log an unexpected failure and return its number.

    The trace holds the code's own lines, not the values: an exception's text may carry personal data.
    """
    number = secrets.token_hex(4)
    _incidents.inc()
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("incident %s: %s\n%s", number, type(error).__name__, frames)
    return number
