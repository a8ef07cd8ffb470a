"""What a person can do wrong, or may not do.

Each error carries a code; its Vietnamese sentence stands in `thads_app.messages`.
"""

from dataclasses import dataclass, field

_BUSY_SECONDS = "5"  # long enough for a queue of connections or of hashes to shorten


@dataclass
class DomainError(Exception):
    """Something the user can cause. `params` fill the sentence of `code`; `status` is its HTTP status."""

    code: str
    params: dict[str, object] = field(default_factory=dict)
    status: int = 400

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code

    @property
    def headers(self) -> dict[str, str]:
        """What an HTTP answer says beside the sentence: when to come back, where the refusal knows it."""
        if self.code == "too_often":
            return {"Retry-After": str(self.params["seconds"])}
        return {"Retry-After": _BUSY_SECONDS} if self.code == "busy" else {}


@dataclass
class NotFound(DomainError):
    """There is no such thing, or it lies outside the actor's offices: both look the same."""

    code: str = "not_found"
    status: int = 404


@dataclass
class Forbidden(DomainError):
    """The actor's roles do not include the right."""

    code: str = "forbidden"
    status: int = 403


@dataclass
class Refused(DomainError):
    """The law or the state of the case forbids it now."""

    code: str = "refused"
    status: int = 409


@dataclass
class Invalid(DomainError):
    """Fields are wrong: `fields` maps a field's name to the code of its error."""

    code: str = "invalid"
    status: int = 422
    fields: "dict[str, FieldError]" = field(default_factory=dict)


@dataclass
class StaleVersion(DomainError):
    """Somebody saved in between: who, when, and what changed (field → (before, now))."""

    code: str = "stale_version"
    status: int = 409
    by: str = ""
    changes: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field: the code of its sentence and what fills it."""

    code: str
    params: dict[str, object] = field(default_factory=dict)
