"""What the gate keeps in each tab's state: whose session it belongs to, and the sentence of a refusal."""

import re
from typing import cast

import reflex as rx
import structlog
from reflex_base.event import EventSpec

from thads_app.auth.incidents import note_incident
from thads_app.auth.policy import policy
from thads_app.errors import DomainError
from thads_app.messages import sentence

_LONGEST_NUMBER = 12
_PLACES = re.compile(r"/assets/[\w.-]{1,80}\.js:\d{1,7}:\d{1,7}")
_KIND = re.compile(r"\b[A-Z][A-Za-z]{0,30}Error\b")
_NO_FAILURE = "ResizeObserver loop"  # browsers say so whenever a chart takes its place; nothing failed

log = structlog.stdlib.get_logger(__name__)


class SessionState(rx.State):
    """Belongs to the gate. `notice` is shown above every page until it is closed."""

    notice: str = ""
    _bound: str = ""
    _rights: str = ""

    @rx.event
    @policy("public")
    async def close_notice(self) -> None:
        """Take the notice away."""
        self.notice = ""

    @rx.event
    @policy("public")
    async def show_incident(self, number: str) -> None:
        """Say that something failed unexpectedly, and under which number it is in the log."""
        if isinstance(number, str) and number.isalnum():
            self.notice = sentence("incident", number=number[:_LONGEST_NUMBER])

    @rx.event
    @policy("public")
    async def show_refusal(self, code: str) -> None:
        """Say why something was refused; only codes of our own sentences."""
        self.notice = sentence(str(code))

    def _bind(self, session_hash: str, rights: str) -> None:
        self._bound, self._rights = session_hash, rights

    def _belongs_to(self, session_hash: str, rights: str | None = None) -> bool:
        return self._bound == session_hash and rights in (None, self._rights)

    def _is_free(self) -> bool:
        return self._bound == ""

    def _tell(self, text: str) -> None:
        self.notice = text


def on_backend_error(exception: Exception) -> EventSpec:
    """What the tab is told when a handler fails: a refusal's sentence, or the number of the incident."""
    if isinstance(exception, DomainError):
        return cast("EventSpec", SessionState.show_refusal(exception.code))
    return cast("EventSpec", SessionState.show_incident(note_incident(exception)))


def on_frontend_error(exception: Exception) -> None:
    """Note which of our scripts a browser says it failed in. Its own words may quote a page, so they are not kept."""
    told = str(exception)
    if _NO_FAILURE in told:
        return
    kind = _KIND.search(told)
    log.warning("browser_failure", kind=kind[0] if kind else "", places=_PLACES.findall(told)[:5])
