"""The Vietnamese sentence of every error and refusal, by its code. One place for pages, API and command line alike."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from models.enums import CASE_STATUS_LABELS, EVENT_TYPE_LABELS, CaseStatus, EventType
from models.guard_enums import KINSHIP_LABELS, Kinship
from thads_app.errors import DomainError, FieldError
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.vietnamese import format_date, format_number
from thads_app.sentences import MESSAGES

__all__ = ["MESSAGES", "field_sentences", "sentence"]


def sentence(problem: DomainError | FieldError | Refusal | str, **params: object) -> str:
    """The sentence for a person.

    Args:
        problem: an error, a field's error, a refusal, or a code.
        params: what fills the sentence when only a code is given.
    """
    if isinstance(problem, str):
        return _fill(problem, params)
    return _fill(problem.code, dict(problem.params))


def field_sentences(fields: Mapping[str, FieldError]) -> dict[str, str]:
    """Field name → sentence."""
    return {name: sentence(error) for name, error in fields.items()}


def _fill(code: str, params: Mapping[str, object]) -> str:
    template = MESSAGES.get(code, MESSAGES["refused"])
    return template.format_map(_Words({name: _word(value) for name, value in params.items()}))


_GROUPED_FROM = 10_000
"""Years and article numbers stay as they are; sums of money are grouped."""


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _word(value: object) -> str:
    if isinstance(value, EventType):
        return EVENT_TYPE_LABELS[value]
    if isinstance(value, Kinship):
        return KINSHIP_LABELS[value]
    if isinstance(value, CaseStatus):
        return CASE_STATUS_LABELS[value]
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, int) and abs(value) >= _GROUPED_FROM:
        return format_number(value)
    return str(value)
