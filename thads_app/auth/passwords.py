"""Passwords: Argon2id hashes made beside the event loop, and what makes a password acceptable.

Parameters: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, two passes, one lane.
Acceptance: NIST SP 800-63B (length and a list of the obvious, no composition rules).
"""

import asyncio
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from zxcvbn import zxcvbn

from thads_app.errors import FieldError, Refused
from thads_app.rules.vietnamese import normalise

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 200
_SCORED_LENGTH = 72  # zxcvbn's own bound
_MINIMUM_SCORE = 3
_TELLING_LENGTH = 3  # shorter parts of a name are in every text
_AT_ONCE = 2
_WAITING_LIMIT = 100
_RESULT = TypeVar("_RESULT")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_quick_hasher = PasswordHasher(time_cost=1, memory_cost=256, parallelism=1)
_pool: ThreadPoolExecutor | None = None
_pool_pid = 0
_waiting = 0

# What people of this service would try first, beside zxcvbn's own lists.
_OBVIOUS = (
    "matkhau", "mat khau", "vietnam", "viet nam", "thads", "thihanhan", "thi hanh an", "chaphanhvien", "cuctha",
    "tongcuc", "botuphap", "hanoi", "saigon", "khongbiet", "anhyeuem", "emyeuanh", "iloveyou", "dangnhap",
)  # fmt: skip


def hash_password_now(password: str) -> str:
    """The hash of a password, made on this thread (command line, demonstration)."""
    return _hasher.hash(password)


async def hash_password(password: str) -> str:
    """The hash of a password, made beside the event loop.

    Raises:
        Refused: too many wait already (`busy`).
    """
    return await _beside(lambda: _hasher.hash(password))


def hash_random(secret: str) -> str:
    """The hash of a password of eighty random bits that this program made up, on this thread.

    Nobody guesses it however fast a guess is, so that a list of a thousand people need not wait for Argon2 at its
    price for passwords of people; at its first use the hash is made anew with the full parameters.
    """
    return _quick_hasher.hash(secret)


async def verify_password(hashed: str | None, password: str) -> bool:
    """Whether the password belongs to the hash. An unknown account (`None`) costs the same time and is never right.

    Raises:
        Refused: too many wait already (`busy`).
    """
    against = hashed if hashed is not None else await _decoy()
    return await _beside(lambda: _verified(against, password)) and hashed is not None


def needs_rehash(hashed: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(hashed)


def password_problem(password: str, about: Iterable[str] = ()) -> FieldError | None:
    """Why the password cannot be used, or None.

    Args:
        password: what somebody wants to use.
        about: words that belong to the account (user name, names, the old password); what is left of the password
            without them must be strong by itself.
    """
    if len(password) < MINIMUM_LENGTH:
        return FieldError("password_too_short", {"minimum": MINIMUM_LENGTH})
    if len(password) > MAXIMUM_LENGTH:
        return FieldError("password_too_long", {"maximum": MAXIMUM_LENGTH})
    parts = {part for word in about for part in (word.lower(), *normalise(word).split())}
    known = [part for part in parts if len(part) >= _TELLING_LENGTH]
    rest = password.lower()
    for word in sorted(known, key=len, reverse=True):
        rest = rest.replace(word, "")
    for candidate in (password, rest):
        score = zxcvbn(candidate[:_SCORED_LENGTH], user_inputs=[*_OBVIOUS, *known])["score"] if candidate else 0
        if score < _MINIMUM_SCORE:
            return FieldError("password_obvious")
    return None


def _verified(hashed: str, password: str) -> bool:
    try:
        return _hasher.verify(hashed, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


_decoy_hash: str | None = None


async def _decoy() -> str:
    global _decoy_hash
    if _decoy_hash is None:
        _decoy_hash = await hash_password(os.urandom(16).hex())
    return _decoy_hash


async def _beside(work: Callable[[], _RESULT]) -> _RESULT:
    """Run slow hashing on a small pool of threads; refuse when the queue is long, so that a flood costs nothing."""
    global _pool, _pool_pid, _waiting
    if _pool is None or _pool_pid != os.getpid():
        _pool, _pool_pid, _waiting = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="password"), os.getpid(), 0
    if _waiting >= _WAITING_LIMIT:
        raise Refused("busy", status=503)
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_pool, work)
    finally:
        _waiting -= 1
