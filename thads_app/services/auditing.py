"""Putting refusals into the audit trail: every one that means something, and never so many that they fill the disk."""

import time
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import SQLAlchemyError

from thads_app.db import unit_of_work
from thads_app.errors import DomainError
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import Actor

BURST = 10
"""Refusals of one account written one by one in a row; then one more says that others follow."""

SECONDS_FOR_ONE = 30.0
"""After so long an account may have another one written."""

_ACCOUNTS_KEPT = 5_000
_OBJECT_LENGTH = 64

log = structlog.stdlib.get_logger(__name__)


@dataclass
class _Allowance:
    left: float = BURST
    since: float = field(default_factory=time.monotonic)
    unwritten: int = 0

    def take(self) -> bool:
        moment = time.monotonic()
        self.left = min(BURST, self.left + (moment - self.since) / SECONDS_FOR_ONE)
        self.since = moment
        if self.left < 1:
            self.unwritten += 1
            return False
        self.left -= 1
        return True


_allowances: dict[int, _Allowance] = {}


async def note_refusal(actor: Actor, kind: str, name: str, needed: tuple[str, ...] = ()) -> None:
    """Write that somebody signed in was refused, in a transaction of its own; never fails the request it is about.

    Args:
        actor: who was refused.
        kind: what refused: `handler`, `route`, `page` or, behind an open door, `service`.
        name: which one: never what was typed or asked for.
        needed: the rights of which one would have opened it.
    """
    allowance = _allowance_of(actor.account_id or 0)
    written = allowance.take()
    if not written and allowance.unwritten > 1:
        return
    action = "access.refused" if written else "access.more_refused"
    detail: dict[str, object] = {"permission": list(needed)} if needed else {}
    if written and allowance.unwritten:
        detail["unwritten"], allowance.unwritten = allowance.unwritten, 0
    try:
        async with unit_of_work(actor) as session:
            await write_audit(
                session, actor, action, kind, name[:_OBJECT_LENGTH], office_id=actor.office_id, detail=detail
            )
    except (SQLAlchemyError, OSError):
        log.exception("a refusal could not be written down")


async def note_refusal_inside(actor: Actor, refused: DomainError) -> None:
    """Write that a service refused: something outside the actor's offices, or a right missing for just this object."""
    await note_refusal(actor, "service", f"{_place_of(refused)}: {refused.code}")


def _place_of(refused: DomainError) -> str:
    """The innermost function of our services the refusal came through, such as `cases.case_detail`."""
    place, trace = "", refused.__traceback__
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("thads_app.services."):
            place = f"{module.rpartition('.')[2]}.{trace.tb_frame.f_code.co_name.lstrip('_')}"
        trace = trace.tb_next
    return place


def forget_refusals() -> None:
    """Give everybody their whole allowance again. For tests."""
    _allowances.clear()


def _allowance_of(account_id: int) -> _Allowance:
    if account_id not in _allowances and len(_allowances) >= _ACCOUNTS_KEPT:
        del _allowances[next(iter(_allowances))]
    return _allowances.setdefault(account_id, _Allowance())
