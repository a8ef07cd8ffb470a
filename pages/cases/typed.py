"""Reading what a form sent: every value is a text somebody typed, or nothing; what cannot be read is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from components.messages import INPUT_SENTENCES
from thads_app import clock
from thads_app.errors import DomainError, FieldError, Invalid
from thads_app.messages import sentence
from thads_app.rules.vietnamese import InputError, parse_date, parse_money

_Word = TypeVar("_Word", bound=StrEnum)
_Value = TypeVar("_Value")


LARGEST_KEY = 2**63 - 1


def key_of(value: object) -> int:
    """A table key that an event brought, 0 (which names nothing) when it is none."""
    return value if type(value) is int and 0 < value <= LARGEST_KEY else 0


def words_of(errors: Mapping[str, FieldError]) -> dict[str, str]:
    """Field → the sentence that says how to mend it."""
    return {name: INPUT_SENTENCES.get(error.code) or sentence(error) for name, error in errors.items()}


def problem_words(problem: DomainError | None) -> dict[str, str]:
    """The fields an error names, or the whole form ("") when it names none."""
    if problem is None:
        return {}
    if isinstance(problem, Invalid) and problem.fields:
        return words_of(problem.fields)
    return {"": sentence(problem)}


class Typed:
    """A submitted form. `errors` collects field → error while it is read."""

    def __init__(self, form_data: object) -> None:
        self.form: Mapping[str, Any] = form_data if isinstance(form_data, dict) else {}
        self.errors: dict[str, FieldError] = {}

    def text(self, name: str, limit: int) -> str:
        """A text without surplus blanks at its ends; an error when longer than the limit."""
        value = self.form.get(name)
        found = value.strip().replace("\x00", "") if isinstance(value, str) else ""
        if len(found) > limit:
            self.errors[name] = FieldError("too_long", {"limit": limit})
            return found[:limit]
        return found

    def has(self, name: str) -> bool:
        """Whether the field was sent, even blank: fields of hidden rows are not."""
        return name in self.form

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.form.get(name))

    def day(self, name: str, *, needed: bool = True) -> date | None:
        """A date as people type it."""
        return self._parsed(name, lambda text: parse_date(text, clock.today()), needed=needed)

    def money(self, name: str, *, needed: bool = False) -> int | None:
        """An amount in đồng as people type it."""
        return self._parsed(name, parse_money, needed=needed)

    def _parsed(self, name: str, parse: Callable[[str], _Value], *, needed: bool) -> _Value | None:
        text = self.text(name, 60)
        if not text:
            if needed:
                self.errors[name] = FieldError("required")
            return None
        try:
            return parse(text)
        except InputError as wrong:
            self.errors[name] = FieldError(wrong.code)
            return None

    def word(self, name: str, kind: type[_Word], *, needed: bool = True) -> _Word | None:
        """One of a closed set of words."""
        text = self.text(name, 60)
        try:
            return kind(text)
        except ValueError:
            if needed or text:
                self.errors[name] = FieldError("kind_choose")
            return None

    def identifier(self, name: str, code: str = "", *, needed: bool = True) -> int | None:
        """A key of something chosen from a list; `code` is the error when nothing was."""
        text = self.text(name, 20)
        if text.isascii() and text.isdigit() and int(text) < 2**31:
            return int(text)
        if needed or text:
            self.errors[name] = FieldError(code or "kind_choose")
        return None

    def request_id(self, name: str = "request_id") -> UUID | None:
        """The form's own number, by which a second sending is known."""
        try:
            return UUID(self.text(name, 40))
        except ValueError:
            return None
