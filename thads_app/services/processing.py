"""The register of processing activities: read by whoever looks after personal data, kept by the centre."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from models import ProcessingActivity
from thads_app import clock, db
from thads_app.db import unit_of_work
from thads_app.errors import FieldError, Forbidden, Invalid, NotFound, StaleVersion
from thads_app.repositories import data_requests as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import Actor, Permission
from thads_app.services.office_tree import office_tree

TEXTS = {
    "name": 200,
    "purpose": 1000,
    "legal_ground": 1000,
    "subjects": 500,
    "data": 1000,
    "recipients": 500,
    "retention": 500,
    "safeguards": 1000,
}
"""The texts of an entry with their longest length."""


class Activity(BaseModel):
    """An entry of the register as typed; a blank `code` is a new one."""

    model_config = ConfigDict(str_strip_whitespace=True, frozen=True)

    code: str = ""
    version: int = 0
    name: str = Field(default="", max_length=200)
    purpose: str = Field(default="", max_length=1000)
    legal_ground: str = Field(default="", max_length=1000)
    subjects: str = Field(default="", max_length=500)
    data: str = Field(default="", max_length=1000)
    recipients: str = Field(default="", max_length=500)
    retention: str = Field(default="", max_length=500)
    safeguards: str = Field(default="", max_length=1000)
    ended: bool = False


@dataclass(frozen=True)
class ActivityView:
    """An entry of the register as shown."""

    code: str
    version: int
    texts: dict[str, str]
    ended_on: date | None
    changed_on: date


async def list_activities(actor: Actor) -> list[ActivityView]:
    """The register.

    Raises:
        Forbidden: the actor does not look after personal data.
    """
    actor.scope(Permission.PRIVACY_MANAGE)
    async with db.session(actor) as session:
        return [_view(row) for row in await repository.activities(session)]


def _view(row: ProcessingActivity) -> ActivityView:
    texts = {name: str(getattr(row, name)) for name in TEXTS}
    changed = clock.vietnam_day(row.changed_at or clock.now())
    return ActivityView(row.code, row.version, texts, row.ended_on, changed)


async def may_keep_register(actor: Actor) -> bool:
    """Whether the actor may change the register: it is the whole service's."""
    return actor.may_in(Permission.PRIVACY_MANAGE, (await office_tree()).root.id)


async def save_activity(actor: Actor, typed: Activity) -> str:
    """Add an entry or change one; return its code.

    Raises:
        Forbidden: the register is not the actor's to change. Invalid: a text is missing.
        NotFound: no such entry. StaleVersion: somebody was faster.
    """
    if not await may_keep_register(actor):
        raise Forbidden("processing_not_yours")
    missing = {name: FieldError("required") for name in TEXTS if not getattr(typed, name)}
    if missing:
        raise Invalid(fields=missing)
    async with unit_of_work(actor) as session:
        if typed.code:
            row = await repository.find_activity(session, typed.code, lock=True)
            if row is None:
                raise NotFound
            if row.version != typed.version:
                raise StaleVersion
        else:
            code = _next_code([each.code for each in await repository.activities(session)])
            row = ProcessingActivity.model_validate({"code": code, "version": 0} | dict.fromkeys(TEXTS, ""))
        before = None if not typed.code else _told(row)
        for name in TEXTS:
            setattr(row, name, getattr(typed, name))
        row.ended_on = (row.ended_on or clock.today()) if typed.ended else None
        row.version += 1
        row.changed_at, row.changed_by = clock.now(), actor.account_id
        session.add(row)
        await session.flush()
        action = "processing.changed" if typed.code else "processing.added"
        await write_audit(session, actor, action, "processing", row.code, before=before, after=_told(row))
        return row.code


def _told(row: ProcessingActivity) -> dict[str, object]:
    told: dict[str, object] = {name: getattr(row, name) for name in TEXTS}
    return told | {"ended_on": row.ended_on.isoformat() if row.ended_on else None}


def _next_code(codes: list[str]) -> str:
    numbers = [int(code.rpartition("-")[2]) for code in codes if code.rpartition("-")[2].isdigit()]
    return f"XL-{max(numbers, default=0) + 1:02d}"
