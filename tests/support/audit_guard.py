"""Nothing is written without an audit row: a transaction of the program that forgets it fails the test it runs in.

Installed once for the whole run. It watches every transaction that a module of `thads_app` opened (not those the tests
open themselves) and raises at its commit when it wrote business tables but no audit row.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

ROOT = Path(__file__).resolve().parents[2] / "thads_app"
_WRITE = re.compile(
    r"\b(?:INSERT\s+INTO|(?<!FOR )UPDATE(?!\s+(?:SET|OF|SKIP|NOWAIT)\b)|DELETE\s+FROM)\s+\"?(\w+)\"?", re.IGNORECASE
)

NOT_BUSINESS: dict[str, str] = {
    "audit_seal": "the trail's own seals",
    "audit_anchor": "the trail's own anchors",
    "auth_session": "when a session was last used; opening and ending one is audited beside it",
    "sign_in_throttle": "counts attempts; failures and blocks are audited beside it",
    "notice": "what somebody is told of, and that they have read it",
    "import_job": "how far a workbook is; uploading and importing are audited",
    "stat_delta": "follows from events",
    "stat_fold": "the folding's mark",
    "stat_monthly": "sums of deltas",
    "stat_office_monthly": "sums of deltas",
    "oidc_session": "which provider opened a session; opening it is audited",
    "oidc_logout_seen": "which sign-out messages were used up",
}
"""Tables that may be written without an audit row, with the reason."""

NOT_ACTS: dict[str, str] = {
    "services/sessions.py:sign_in": "hashes a password anew with today's strength; the sign-in itself is audited",
    "services/reference.py:load_reference": "the reference data that comes with the program",
    "services/demo_accounts.py:create_demo_accounts": "invented accounts, made with the audited demonstration",
    "services/demo/run.py:_set_targets": "invented targets, made with the audited demonstration",
    "services/two_factor.py:begin": "a proposal that opens nothing; confirming it is audited",
    "services/two_factor.py:pass_second": "uses a code up; opening the session with it is audited, and so is a failure",
}
"""Functions whose writing is nobody's act, with the reason."""


class AuditRowMissing(AssertionError):
    """A service changed something and said nothing of it."""


def install() -> None:
    """Watch every transaction from now on."""
    original = AsyncSession.begin

    def begin(self: AsyncSession) -> Any:
        self.sync_session.info["opened_by"] = _opener()
        return original(self)

    AsyncSession.begin = begin  # type: ignore[method-assign]
    event.listen(Session, "after_begin", _forget)
    event.listen(Connection, "after_cursor_execute", _note, named=True)
    event.listen(Session, "before_commit", _check)


def _opener() -> tuple[str, str]:
    """(module path, function) of the program's code that opened the transaction; blank for a test's own."""
    frame = sys._getframe(2)
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.name not in {"db.py", "contextlib.py"}:
            inside = path.is_relative_to(ROOT)
            return (str(path.relative_to(ROOT)), frame.f_code.co_name) if inside else ("", "")
        frame = frame.f_back  # type: ignore[assignment]
    return ("", "")


def _forget(session: Session, transaction: Any, connection: Connection) -> None:
    connection.info["written"] = set()


def _note(conn: Connection, statement: str, **_: Any) -> None:
    if statement[:7].upper() == "SELECT ":
        return
    written = conn.info.setdefault("written", set())
    written.update(name.lower() for name in _WRITE.findall(statement))


def _check(session: Session) -> None:
    where, function = session.info.get("opened_by", ("", ""))
    if not where or f"{where}:{function}" in NOT_ACTS or not session.in_transaction():
        return
    session.flush()
    written = session.connection().info.get("written", set())
    business = sorted(written - NOT_BUSINESS.keys() - {"audit_entry"})
    if business and "audit_entry" not in written:
        raise AuditRowMissing(f"thads_app/{where}: {function} writes {', '.join(business)} without an audit row")
