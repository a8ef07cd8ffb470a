"""What is asked and answered when something happens to a case: the commands, and what came of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator

from models.enums import EventType
from thads_app.errors import DomainError


class TypedText(BaseModel):
    """What every typed command shares: surplus blanks go, and so do NUL characters, which no text column can hold."""

    model_config = ConfigDict(str_strip_whitespace=True)

    @field_validator("*", mode="before")
    @classmethod
    def _without_nul(cls, value: Any) -> Any:
        return value.replace("\x00", "") if isinstance(value, str) else value


class RecordEvent(TypedText):
    """What somebody says happened to a case. Amounts in whole đồng; see the lifecycle for which events need which."""

    case_id: int
    type: EventType
    business_date: date
    amount: int | None = Field(default=None, le=10**15)
    staff_id: int | None = None
    receiving_office_id: int | None = None
    document_number: str | None = Field(default=None, max_length=80)
    ground: str | None = Field(default=None, max_length=500)
    note: str | None = Field(default=None, max_length=1000)
    corrects_id: int | None = None
    expected_version: int | None = None
    request_id: UUID | None = None


@dataclass(frozen=True)
class RecordedEvent:
    """What was recorded. `late` marks an event of a month already closed."""

    event_id: int
    case_id: int
    version: int
    late: bool


@dataclass(frozen=True)
class EventChoice:
    """An event, whether it may be recorded today, and the code and parameters of the reason when not."""

    type: EventType
    allowed: bool
    reason: str = ""
    params: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True)
class AssignResult:
    """How the assignment of one case of many ended."""

    case_id: int
    decision_number: str
    ok: bool
    error: DomainError | None = None


@dataclass(frozen=True)
class Confirmed:
    """Two people answer for a completion: who recorded it and in whose stead; whoever acts confirms it."""

    recorded_by: int
    on_behalf_of: int | None = None
