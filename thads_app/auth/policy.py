"""What a handler, a page or a route demands of whoever calls it. Nothing said means denied."""

from collections.abc import Callable
from enum import StrEnum
from typing import Literal, TypeVar

from thads_app.rules.rights import Permission
from thads_app.services.sessions import SignedIn, Stage

_ATTRIBUTE = "__policy__"
_Function = TypeVar("_Function", bound=Callable[..., object])


class Access(StrEnum):
    """Demands that are not rights."""

    PUBLIC = "public"
    ANY_STAGE = "any_stage"  # signed in, even when the password must be changed first
    AUTHENTICATED = "authenticated"


Need = Permission | Access
Needs = tuple[Need, ...]
NeedWord = Need | Literal["public", "any_stage", "authenticated"]


def needs(*words: NeedWord) -> Needs:
    """The demands as enums; several rights mean "any of these".

    Raises:
        ValueError: a word is neither a right nor an access.
    """
    if not words:
        raise ValueError("a policy needs at least one demand")
    return tuple(Access(word) if word in frozenset(Access) else Permission(word) for word in words)


def policy(*words: NeedWord) -> Callable[[_Function], _Function]:
    """Mark a handler with what it demands; it stands inside `@rx.event`.

    Args:
        words: `"public"`, `"authenticated"`, `"any_stage"`, or rights of which one suffices.
    """
    demanded = needs(*words)

    def mark(function: _Function) -> _Function:
        setattr(function, _ATTRIBUTE, demanded)
        return function

    return mark


def policy_of(function: object) -> Needs | None:
    """The demands a handler was marked with; None when it was not, which denies it."""
    return getattr(function, _ATTRIBUTE, None)


class Verdict(StrEnum):
    """What the policy says of a caller."""

    ALLOWED = "allowed"
    SIGN_IN_FIRST = "sign_in_first"
    CHANGE_PASSWORD_FIRST = "change_password_first"  # noqa: S105 (a verdict, not a password)
    FORBIDDEN = "forbidden"


def judge(demanded: Needs | None, caller: SignedIn | None) -> Verdict:
    """Whether the caller meets the demands. No demands stated: forbidden to everyone."""
    if demanded is None:
        return Verdict.FORBIDDEN if caller else Verdict.SIGN_IN_FIRST
    if Access.PUBLIC in demanded:
        return Verdict.ALLOWED
    if caller is None:
        return Verdict.SIGN_IN_FIRST
    if Access.ANY_STAGE in demanded:
        return Verdict.ALLOWED
    if caller.stage is not Stage.FULL:
        return Verdict.CHANGE_PASSWORD_FIRST
    if Access.AUTHENTICATED in demanded or any(
        caller.actor.may(need) for need in demanded if isinstance(need, Permission)
    ):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN
