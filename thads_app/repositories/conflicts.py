"""Declared conflicts of interest, and who holds the accountant's role where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models import Account, Case, ConflictOfInterest, Party, Posting, RoleGrant, StaffMember
from models.enums import OPEN_STATUSES, Role
from models.guard_enums import Kinship
from thads_app.repositories.base import in_scope
from thads_app.rules.guards import BLOOD_FAMILY
from thads_app.rules.rights import Scope

_conflict = ConflictOfInterest


class Declared(NamedTuple):
    """A declaration in force, as far as an assignment must know of it."""

    staff_id: int
    officer: str
    relation: Kinship
    person: str


class ListedConflict(NamedTuple):
    """A declaration with the names of the people in it."""

    conflict: ConflictOfInterest
    officer: str
    declared_by: str
    ended_by: str
    decision_number: str


class FamilyBesideAccountant(NamedTuple):
    """An officer and an accountant who are blood family, and the office of each."""

    office_id: int
    officer_office_id: int
    officer_account_id: int | None
    officer: str
    accountant_account_id: int
    accountant: str
    relation: Kinship


def identity_key_sql(column: Any) -> ColumnElement[str]:
    """The SQL twin of `rules.guards.identity_key`, without its shortest length: keys declared are never shorter."""
    return func.upper(func.regexp_replace(column, "[^[:alnum:]]", "", "g"))


async def declared_for(session: AsyncSession, staff_id: int, case_ids: Sequence[int]) -> dict[int, Declared]:
    """The cases of these that the officer may not handle, each with the first declaration that says so.

    The caller has checked that the cases are in scope.
    """
    query = (
        select(_conflict, col(StaffMember.full_name))
        .join(StaffMember, col(StaffMember.id) == col(_conflict.staff_id))
        .where(col(_conflict.staff_id) == staff_id, col(_conflict.ended_on).is_(None))
        .order_by(col(_conflict.id))
    )
    rows = [(row[0], row[1]) for row in (await session.execute(query)).all()]
    by_case: dict[int, Declared] = {}
    by_key: dict[str, Declared] = {}
    for row, name in rows:
        said = Declared(staff_id, name, row.relation, row.person)
        if row.case_id is not None and row.case_id in case_ids:
            by_case.setdefault(row.case_id, said)
        if row.person_key:
            by_key.setdefault(row.person_key, said)
    for case_id, key in await _parties_bearing(session, case_ids, list(by_key)):
        by_case.setdefault(case_id, by_key[key])
    return by_case


async def _parties_bearing(
    session: AsyncSession, case_ids: Sequence[int], keys: Sequence[str]
) -> Sequence[tuple[int, str]]:
    if not keys:
        return []
    key = identity_key_sql(Party.id_number)
    query = select(col(Party.case_id), key).where(col(Party.case_id).in_(case_ids), key.in_(keys)).distinct()
    return [(row[0], row[1]) for row in (await session.execute(query)).all()]


def _concerns(case_id: int) -> ColumnElement[bool]:
    keys = select(identity_key_sql(Party.id_number)).where(
        col(Party.case_id) == case_id, col(Party.id_number).is_not(None)
    )
    return or_(col(_conflict.case_id) == case_id, col(_conflict.person_key).in_(keys))


def _listed() -> Any:
    declarer: Any = aliased(Account)
    ender: Any = aliased(Account)
    return (
        select(
            _conflict,
            col(StaffMember.full_name),
            func.coalesce(declarer.full_name, ""),
            func.coalesce(ender.full_name, ""),
            func.coalesce(col(Case.decision_number), ""),
        )
        .join(StaffMember, col(StaffMember.id) == col(_conflict.staff_id))
        .outerjoin(declarer, declarer.id == col(_conflict.declared_by))
        .outerjoin(ender, ender.id == col(_conflict.ended_by))
        .outerjoin(Case, col(Case.id) == col(_conflict.case_id))
    )


async def concerning_case(session: AsyncSession, case_id: int) -> list[ListedConflict]:
    """Every declaration in force that touches a case the caller may see, oldest first."""
    query = _listed().where(col(_conflict.ended_on).is_(None), _concerns(case_id)).order_by(col(_conflict.id))
    return [ListedConflict(*row) for row in (await session.execute(query)).all()]


async def listed(
    session: AsyncSession, scope: Scope, own_staff_id: int | None, *, ended: bool, limit: int
) -> list[ListedConflict]:
    """The newest declarations of officers ever posted in the scope, and of the reader."""
    posted = select(col(Posting.staff_id)).where(in_scope(col(Posting.office_id), scope))
    mine = col(_conflict.staff_id) == own_staff_id
    over = col(_conflict.ended_on).is_not(None) if ended else col(_conflict.ended_on).is_(None)
    query = _listed().where(over, or_(mine, col(_conflict.staff_id).in_(posted)))
    query = query.order_by(col(_conflict.id).desc()).limit(limit)
    return [ListedConflict(*row) for row in (await session.execute(query)).all()]


async def find(session: AsyncSession, conflict_id: int) -> ConflictOfInterest | None:
    """One declaration, nobody else's to end until the transaction is over."""
    query = select(_conflict).where(col(_conflict.id) == conflict_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def cases_held(session: AsyncSession, conflict: ConflictOfInterest, limit: int) -> Sequence[Case]:
    """The open cases the officer holds although this declaration forbids it."""
    touched: list[ColumnElement[bool]] = [col(Case.id) == conflict.case_id]
    if conflict.person_key:
        bearing = select(col(Party.case_id)).where(
            col(Party.case_id) == col(Case.id), identity_key_sql(Party.id_number) == conflict.person_key
        )
        touched.append(bearing.exists())
    query = (
        select(Case)
        .where(col(Case.officer_id) == conflict.staff_id, col(Case.status).in_(OPEN_STATUSES), or_(*touched))
        .order_by(col(Case.id))
        .limit(limit)
    )
    return (await session.execute(query)).scalars().all()


def _in_force(day: date) -> ColumnElement[bool]:
    return and_(
        or_(col(RoleGrant.valid_from).is_(None), col(RoleGrant.valid_from) <= day),
        or_(col(RoleGrant.valid_to).is_(None), col(RoleGrant.valid_to) >= day),
        col(RoleGrant.ended_at).is_(None),
        col(Account.disabled_at).is_(None),
    )


async def accountant_offices(session: AsyncSession, staff_id: int, day: date) -> set[int]:
    """The offices for which this person holds the accountant's role that day."""
    query = (
        select(col(RoleGrant.office_id))
        .join(Account, col(Account.id) == col(RoleGrant.account_id))
        .where(col(Account.staff_id) == staff_id, col(RoleGrant.role) == Role.ACCOUNTANT, _in_force(day))
    )
    return set((await session.execute(query)).scalars())


async def accountants_in(session: AsyncSession, scope: Scope, day: date) -> list[Account]:
    """The accountants of exactly the offices of the scope, by name."""
    granted = (
        select(col(RoleGrant.account_id))
        .join(Account, col(Account.id) == col(RoleGrant.account_id))
        .where(col(RoleGrant.role) == Role.ACCOUNTANT, _in_force(day), in_scope(col(RoleGrant.office_id), scope))
    )
    query = select(Account).where(col(Account.id).in_(granted)).order_by(col(Account.full_name)).limit(500)
    return list((await session.execute(query)).scalars())


async def family_of_accountants(session: AsyncSession, day: date) -> list[FamilyBesideAccountant]:
    """Officers in post that day with a declared blood relative who is accountant anywhere, with both offices."""
    officer: Any = aliased(Account)
    query = (
        select(
            col(RoleGrant.office_id),
            col(Posting.office_id),
            officer.id,
            col(StaffMember.full_name),
            col(Account.id),
            col(Account.full_name),
            col(_conflict.relation),
        )
        .select_from(_conflict)
        .join(StaffMember, col(StaffMember.id) == col(_conflict.staff_id))
        .join(Account, col(Account.id) == col(_conflict.colleague_id))
        .join(RoleGrant, col(RoleGrant.account_id) == col(Account.id))
        .join(Posting, col(Posting.staff_id) == col(_conflict.staff_id))
        .outerjoin(officer, officer.staff_id == col(_conflict.staff_id))
        .where(
            col(_conflict.ended_on).is_(None),
            col(_conflict.relation).in_(BLOOD_FAMILY),
            col(RoleGrant.role) == Role.ACCOUNTANT,
            _in_force(day),
            or_(col(Posting.valid_from).is_(None), col(Posting.valid_from) <= day),
            or_(col(Posting.valid_to).is_(None), col(Posting.valid_to) >= day),
        )
        .order_by(col(RoleGrant.office_id), col(StaffMember.full_name))
        .distinct()
    )
    return [FamilyBesideAccountant(*row) for row in (await session.execute(query)).all()]
