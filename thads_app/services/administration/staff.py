"""The staff member behind an account: one who exists within the actor's offices, or a new enforcement officer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from models import Posting, StaffMember
from models.enums import Grade
from thads_app import clock
from thads_app.errors import FieldError, Invalid, NotFound
from thads_app.repositories import administration as repository
from thads_app.repositories.base import write_audit
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import name_sort_key


@dataclass(frozen=True)
class NewOfficer:
    """An enforcement officer who is not in the system yet: name, office, grade."""

    full_name: str
    office_id: int
    grade: Grade


async def staff_for_account(
    session: AsyncSession, actor: Actor, code: str | None, new: NewOfficer | None, *, account_id: int | None = None
) -> int | None:
    """The id of the staff member an account shall belong to.

    Args:
        session: the caller's transaction.
        actor: manages accounts.
        code: the staff member's code; None for an account without one.
        new: makes this officer when nobody has the code.
        account_id: the account itself, when it exists already.

    Raises:
        NotFound: nobody the actor reaches has the code, and no new officer is to be made.
        Invalid: the person has another usable account, or a grade is given without a code.
    """
    if not code:
        if new is not None:
            raise Invalid(fields={"staff_code": FieldError("staff_code_needed")})
        return None
    known = (await repository.staff_by_codes(session, [code])).get(code)
    if known is None:
        if new is None:
            raise NotFound("staff_not_found", {"code": code[:40]})
        return await _add_officer(session, actor, code, new)
    staff_id = known.id or 0
    posted = await repository.posted_offices(session, [staff_id], clock.today())
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    if not scope.everything and not any(scope.holds(office) for office in posted.get(staff_id, ())):
        raise NotFound("staff_not_found", {"code": code[:40]})
    other = (await repository.accounts_of_staff(session, [staff_id])).get(staff_id)
    if other is not None and other != account_id:
        raise Invalid(fields={"staff_code": FieldError("staff_has_account", {"code": code[:40]})})
    return staff_id


async def _add_officer(session: AsyncSession, actor: Actor, code: str, new: NewOfficer) -> int:
    staff = StaffMember(
        code=code, full_name=new.full_name, name_key=name_sort_key(new.full_name)[:160], grade=new.grade
    )
    session.add(staff)
    await session.flush()
    session.add(Posting(staff_id=staff.id or 0, office_id=new.office_id, valid_from=clock.today()))
    detail: dict[str, object] = {"number": code, "full_name": new.full_name}
    await write_audit(session, actor, "staff.added", "staff", staff.id, office_id=new.office_id, detail=detail)
    return staff.id or 0


async def move_posting(session: AsyncSession, staff_id: int, office_id: int, day: date) -> None:
    """Let a staff member work at another office from a day on; what was before ends the day before."""
    await repository.end_postings(session, staff_id, day - timedelta(days=1))
    session.add(Posting(staff_id=staff_id, office_id=office_id, valid_from=day))
    await session.flush()
