"""The brake in front of sign-in: attempts are counted per account and per address, and refused for growing times."""

from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Refused
from thads_app.repositories import accounts as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import NOWHERE

# Attempts that cost nothing. A whole office may share one address.
FREE_BY_ACCOUNT = 5
FREE_BY_ADDRESS = 50
STEPS = ("account", "second")
DELAYS_MINUTES = (1, 2, 5, 15, 30, 60)
_FORGET_ACCOUNT = timedelta(hours=24)
_FORGET_ADDRESS = timedelta(hours=1)


def delay_after(failures: int, free: int) -> timedelta:
    """How long the next attempt must wait after so many in a row; zero while attempts are free."""
    if failures < free:
        return timedelta()
    return timedelta(minutes=DELAYS_MINUTES[min(failures - free, len(DELAYS_MINUTES) - 1)])


def told_minutes(waiting: timedelta) -> int:
    """The waiting time as it is told: the next of the delays' round numbers, in minutes."""
    minutes = ceil(waiting.total_seconds() / 60)
    return next((delay for delay in DELAYS_MINUTES if delay >= minutes), DELAYS_MINUTES[-1])


def account_key(username: str, step: str = "account") -> str:
    """The key of an account name, known or not, at one step of signing in."""
    return f"{step}:{username}"[:120]


def address_key(address: str) -> str:
    """The key of an address."""
    return f"address:{address}"[:120]


class Attempt(NamedTuple):
    """Whom an attempt is counted for.

    Attributes:
        username: the account name.
        address: the sender.
        step: what is tried: the password (`account`) or the code (`second`); each is counted for itself.
    """

    username: str
    address: str
    step: str = "account"

    @property
    def keys(self) -> tuple[str, str]:
        """The keys it is counted under: of the address, then of the account name."""
        return address_key(self.address), account_key(self.username, self.step)


class _Tried(NamedTuple):
    """An attempt as it counts: for an account name, or, without one, for the address alone."""

    username: str
    address: str
    at: datetime


async def admit(username: str, address: str, moment: datetime | None = None, *, step: str = "account") -> None:
    """Count an attempt in a transaction of its own and let it be tried.

    Args:
        username: the account name.
        address: the sender.
        moment: now.
        step: what is tried (see `Attempt`).

    Raises:
        Refused: the account name or the address must wait (`sign_in_blocked`, `minutes`).
    """
    async with unit_of_work(NOWHERE) as session:
        waiting = await count(session, Attempt(username, address, step), moment)
    refuse(waiting)


async def count(session: AsyncSession, attempt: Attempt, moment: datetime | None = None) -> timedelta | None:
    """Count an attempt in the caller's transaction, as its last statements: others' attempts wait for its end.

    The transaction must be committed before anything is tried, and before `refuse`.

    Returns:
        The time still to wait where the account name or the address is blocked, else None.
    """
    moment = moment or clock.now()
    address, account = attempt.keys
    counted = await repository.charge_attempt(
        session, address, account, moment, forgets=(moment - _FORGET_ADDRESS, moment - _FORGET_ACCOUNT)
    )
    waits = [
        await _judge(session, address, counted.get(address), _Tried("", attempt.address, moment)),
        await _judge(session, account, counted.get(account), _Tried(attempt.username, attempt.address, moment)),
    ]
    return max((wait for wait in waits if wait is not None), default=None)


def refuse(waiting: timedelta | None) -> None:
    """Let an attempt be tried that need not wait.

    Raises:
        Refused: it must (`sign_in_blocked`, `minutes`).
    """
    if waiting:
        raise Refused("sign_in_blocked", {"minutes": told_minutes(waiting)}, status=429)


async def _judge(session: AsyncSession, key: str, failures: int | None, tried: _Tried) -> timedelta | None:
    """The time a blocked key still has to wait; an attempt too many blocks the next one."""
    if failures is None:
        until = await repository.blocked_until(session, key)
        return (until - tried.at) if until else timedelta(minutes=1)
    if delay := delay_after(failures, FREE_BY_ACCOUNT if tried.username else FREE_BY_ADDRESS):
        await repository.block_key(session, key, tried.at + delay)
        await _note_block(session, tried, delay)
    return None


async def _note_block(session: AsyncSession, tried: _Tried, delay: timedelta) -> None:
    """Write down that the next attempt must wait. A name nobody has is not written: it may be a mistyped password."""
    account = await repository.account_by_username(session, tried.username) if tried.username else None
    await write_audit(
        session, None, "account.sign_in_blocked", "account", account.id if account else None,
        office_id=account.office_id if account else None, address=tried.address,
        detail={"minutes": told_minutes(delay)},
    )  # fmt: skip


async def pardon(username: str, address: str, *, step: str = "account") -> None:
    """The attempt was right: the account's count starts anew, the address gets its attempt back."""
    async with unit_of_work(NOWHERE) as session:
        await take_back(session, Attempt(username, address, step))


async def take_back(session: AsyncSession, attempt: Attempt) -> None:
    """Like `pardon` in the caller's transaction, as its last statements: others' attempts wait for its end."""
    address, account = attempt.keys
    await repository.refund_attempt(session, address)
    await repository.clear_key(session, account)


async def pardon_account(username: str) -> None:
    """An administrator lets an account try again."""
    async with unit_of_work(NOWHERE) as session:
        for step in STEPS:
            await repository.clear_key(session, account_key(username, step))
