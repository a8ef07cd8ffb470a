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
    SECOND_STAGE = "second_stage"  # the password was right; only the code is missing
    ANY_STAGE = "any_stage"  # past both factors, even when the password must be changed first
    ENROLLING = "enrolling"  # and past the password too, even when a second factor must be set up first
    AUTHENTICATED = "authenticated"


Need = Permission | Access
Needs = tuple[Need, ...]
NeedWord = Need | Literal["public", "second_stage", "any_stage", "enrolling", "authenticated"]


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
        words: `"public"`, `"authenticated"`, a stage of signing in (`Access`), or rights of which one suffices.
    """
    demanded = needs(*words)

    def mark(function: _Function) -> _Function:
        setattr(function, _ATTRIBUTE, demanded)
        return function

    return mark


def policy_of(function: object) -> Needs | None:
    """The demands a handler was marked with; None when it was not, which denies it."""
    return getattr(function, _ATTRIBUTE, None)


def rights_of(demanded: Needs | None) -> tuple[str, ...]:
    """The rights among the demands, of which one suffices."""
    return tuple(need.value for need in demanded or () if isinstance(need, Permission))


class Verdict(StrEnum):
    """What the policy says of a caller."""

    ALLOWED = "allowed"
    SIGN_IN_FIRST = "sign_in_first"
    ENTER_CODE_FIRST = "enter_code_first"
    CHANGE_PASSWORD_FIRST = "change_password_first"  # noqa: S105 (a verdict, not a password)
    SET_UP_FIRST = "set_up_first"
    FORBIDDEN = "forbidden"


def judge(demanded: Needs | None, caller: SignedIn | None) -> Verdict:
    """Whether the caller meets the demands. No demands stated: forbidden to everyone."""
    if demanded is None:
        return Verdict.FORBIDDEN if caller else Verdict.SIGN_IN_FIRST
    if Access.PUBLIC in demanded:
        return Verdict.ALLOWED
    if caller is None:
        return Verdict.SIGN_IN_FIRST
    if missing := _missing(demanded, caller.stage):
        return missing
    if Access.SECOND_STAGE in demanded:
        return Verdict.ALLOWED if caller.stage is Stage.SECOND else Verdict.FORBIDDEN
    if {Access.ANY_STAGE, Access.ENROLLING} & set(demanded):
        return Verdict.ALLOWED
    if Access.AUTHENTICATED in demanded or any(
        caller.actor.may(need) for need in demanded if isinstance(need, Permission)
    ):
        return Verdict.ALLOWED
    return Verdict.FORBIDDEN


def _missing(demanded: Needs, stage: Stage) -> Verdict | None:
    """What the caller must do first; None when they have got far enough for what is demanded."""
    if stage is Stage.SECOND:
        return None if Access.SECOND_STAGE in demanded else Verdict.ENTER_CODE_FIRST
    if stage is Stage.PASSWORD:
        return None if Access.ANY_STAGE in demanded else Verdict.CHANGE_PASSWORD_FIRST
    if stage is Stage.ENROL:
        return None if {Access.ANY_STAGE, Access.ENROLLING} & set(demanded) else Verdict.SET_UP_FIRST
    return None
