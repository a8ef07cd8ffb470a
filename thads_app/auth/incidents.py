"""Unexpected failures: the trace goes to the log under a number, and only the number to the person."""

import logging
import secrets
import traceback
from typing import Any

from prometheus_client import Counter

from thads_app.errors import DomainError

log = logging.getLogger(__name__)
_incidents = Counter("thads_incidents", "Unexpected failures")
_LONGEST_REPORT = 500


def note_incident(error: BaseException) -> str:
    """Log an unexpected failure and return its number.

    The trace holds the code's own lines, not the values: an exception's text may carry personal data.
    """
    number = secrets.token_hex(4)
    _incidents.inc()
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("incident %s: %s\n%s", number, type(error).__name__, frames)
    return number


def on_backend_error(error: Exception) -> Any:
    """What the tab is told when a handler fails: a refusal's sentence, or the number of the incident."""
    from thads_app.auth.session_state import SessionState

    if isinstance(error, DomainError):
        return SessionState.show_refusal(error.code)
    return SessionState.show_incident(note_incident(error))


def on_frontend_error(error: Exception) -> None:
    """Note what a browser reports of its own failures, shortened; it says nothing we could trust."""
    log.warning("browser reported: %s", str(error)[:_LONGEST_REPORT])
