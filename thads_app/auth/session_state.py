"""What the gate keeps in each tab's state: whose session it belongs to, and the sentence of a refusal."""

import reflex as rx

from thads_app.auth.policy import policy
from thads_app.messages import sentence

_LONGEST_NUMBER = 12


class SessionState(rx.State):
    """Belongs to the gate. `notice` is shown above every page until it is closed."""

    notice: str = ""
    _bound: str = ""

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

    def _bind(self, session_hash: str) -> None:
        self._bound = session_hash

    def _belongs_to(self, session_hash: str) -> bool:
        return self._bound == session_hash

    def _is_free(self) -> bool:
        return self._bound == ""

    def _tell(self, text: str) -> None:
        self.notice = text
