"""Who looks at a case they are not responsible for leaves a trace: one audit row a day for an account and a case.

Responsible are the officer in charge, the head and deputies of the case's office, and whoever registered it. The row is
written after the answer, so that reading never waits for it.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from models import Case
from models.enums import Role
from models.personal_enums import PersonalField
from thads_app import background, clock
from thads_app.db import unit_of_work
from thads_app.repositories import personal_data as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.offices import OfficeTree
from thads_app.rules.personal_data import mask
from thads_app.rules.rights import Actor

_HEADS = frozenset({Role.HEAD, Role.DEPUTY_HEAD})
_REMEMBERED = 20_000
_noted: set[tuple[int, int, str]] = set()
"""(account, case, day) this process has noted; the database is asked about the others."""


def is_responsible(actor: Actor, case: Case, tree: OfficeTree) -> bool:
    """Whether a case is the actor's own business."""
    if actor.account_id is not None and actor.account_id == case.created_by:
        return True
    if actor.staff_id is not None and actor.staff_id == case.officer_id:
        return True
    here = tree.line.today(case.office_id)
    return bool(_HEADS & actor.roles) and here in {actor.office_id, tree.line.today(actor.office_id)}


def note_reading(actor: Actor, case: Case, tree: OfficeTree) -> None:
    """Have it noted that somebody read a case, unless it is their own business or noted today."""
    if actor.account_id is None or case.id is None or is_responsible(actor, case, tree):
        return
    key = (actor.account_id, case.id, clock.today().isoformat())
    if key in _noted:
        return
    if len(_noted) >= _REMEMBERED:
        _noted.clear()
    _noted.add(key)
    background.after(_write(actor, actor.account_id, case.id, case.office_id))


async def _write(actor: Actor, account_id: int, case_id: int, office_id: int) -> None:
    today = clock.today()
    since = datetime.combine(today, time(), tzinfo=clock.VIETNAM)
    try:
        async with unit_of_work(actor) as session:
            await repository.hold_reader(session, account_id, case_id)
            if not await repository.read_since(session, account_id, case_id, since):
                await write_audit(session, actor, "case.read", "case", case_id, office_id=office_id)
    except BaseException:
        _noted.discard((account_id, case_id, today.isoformat()))
        raise


async def note_search(session: AsyncSession, actor: Actor, id_number: str, found: int) -> None:
    """Have it noted that somebody searched by a person's whole identity number; the number is kept masked."""
    detail: dict[str, object] = {"number": mask(PersonalField.ID_NUMBER, id_number), "cases": found}
    await write_audit(session, actor, "personal.searched", "case", office_id=actor.office_id, detail=detail)


def forget_readings() -> None:
    """Ask the database again about everything, for tests that change databases."""
    _noted.clear()
