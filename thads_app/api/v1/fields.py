"""The kinds of fields requests are made of. JSON types are taken at their word: no number in quotes, no 0 for false."""

import base64
import binascii
import json
import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from thads_app.clock import VIETNAM
from thads_app.errors import FieldError, Invalid

LARGEST_ID = 2**53 - 1
"""What every JSON reader can hold exactly; no table will ever have so many rows."""
LARGEST_AMOUNT = 10**15
PLAIN_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$"
"""No control characters but tab and line feed."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Body(BaseModel):
    """What a request says; a field nobody knows is a mistake and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What an answer says."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


def _iso_day(value: object) -> object:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise PydanticCustomError("not_iso_date", "not an ISO date")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("not_iso_date", "not an ISO date") from None


def _iso_moment(value: object) -> object:
    """A day means its end, a moment without a zone is Vietnam's; as the command line reads it."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("not_iso_moment", "not an ISO moment")
    try:
        moment = datetime.fromisoformat(value.strip())
        if _DAY.fullmatch(value.strip()):
            moment = datetime.combine(moment.date(), time.max)
        return (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("not_iso_moment", "not an ISO moment") from None


Text = Annotated[str, StringConstraints(strict=True, strip_whitespace=True, pattern=PLAIN_TEXT)]
Code = Annotated[Text, Field(min_length=1, max_length=40)]
Flag = StrictBool
Id = Annotated[int, Field(strict=True, ge=1, le=LARGEST_ID)]
PathId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Version = Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
Money = Annotated[int, Field(strict=True, ge=0, le=LARGEST_AMOUNT, description="Whole đồng")]
Day = Annotated[date, BeforeValidator(_iso_day)]
Moment = Annotated[
    datetime,
    BeforeValidator(_iso_moment),
    WithJsonSchema({"type": "string", "description": "ISO day (its end) or moment; without a zone, Vietnam's"}),
]
PageSize = Annotated[int, Field(ge=1, le=200)]
Cursor = Annotated[Text, Field(max_length=1000, description="Of an answer's `next` or `previous`; opaque")]


def write_cursor(*parts: str | int) -> str:
    """A place in a list as one opaque word."""
    return base64.urlsafe_b64encode(json.dumps(parts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_cursor(word: str, *kinds: type) -> tuple[Any, ...]:
    """The parts of a cursor of this list.

    Raises:
        Invalid: it is none.
    """
    try:
        parts = json.loads(base64.urlsafe_b64decode(word + "=" * (-len(word) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise bad_cursor() from None
    if not isinstance(parts, list) or [type(part) for part in parts] != list(kinds):
        raise bad_cursor()
    return tuple(parts)


def bad_cursor() -> Invalid:
    """The refusal of a cursor that is none of ours."""
    return Invalid(fields={"cursor": FieldError("cursor_invalid")})
