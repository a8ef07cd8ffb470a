"""What is shown of conflicts of interest: at a case, in the list of an office, at the yearly review."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models.guard_enums import Kinship
from thads_app import clock
from thads_app.db import session as reading
from thads_app.errors import NotFound
from thads_app.repositories import cases as case_repository
from thads_app.repositories import conflicts as repository
from thads_app.repositories.conflicts import Declared, FamilyBesideAccountant, ListedConflict
from thads_app.rules.guards import article_of
from thads_app.rules.lifecycle import Refusal
from thads_app.rules.rights import EVERYWHERE, NOWHERE, Actor, Permission
from thads_app.services.conflicts import may_end_declaration, offices_of, relative_refusal
from thads_app.services.office_tree import office_tree

SHOWN = 200


@dataclass(frozen=True)
class ConflictView:
    """A declaration as somebody may see it; `holds_case` when its officer has the case it is shown at."""

    id: int
    staff_id: int
    officer: str
    relation: Kinship
    article: str
    person: str
    identity_end: str
    case_id: int | None
    decision_number: str
    with_colleague: bool
    declared_on: date
    declared_by: str
    note: str
    ended_on: date | None
    ended_by: str
    end_reason: str
    may_end: bool
    holds_case: bool = False


@dataclass(frozen=True)
class CaseConflicts:
    """The declarations that concern a case, as far as the reader may know of them.

    `warning` is why the present officer may not handle it, for whoever may see the case; `views` are for heads and for
    the officer concerned.
    """

    warning: Refusal | None
    views: list[ConflictView]
    may_declare: bool
    may_declare_others: bool


async def of_case(actor: Actor, case_id: int, *, today: date | None = None) -> CaseConflicts:
    """What is declared about a case, as far as the actor may know of it.

    Raises:
        NotFound: the case is outside the actor's offices.
    """
    day = today or clock.today()
    async with reading(actor) as session:
        case = await case_repository.find_case(session, actor.scope(Permission.CASE_READ), case_id)
        if case is None:
            raise NotFound
        rows = await repository.concerning_case(session, case_id)
        head = actor.may_in(Permission.CASE_ASSIGN, case.office_id)
        warned = next((row for row in rows if row.conflict.staff_id == case.officer_id), None)
        views = [
            await _view(session, actor, row, day, holds_case=row.conflict.staff_id == case.officer_id)
            for row in rows
            if head or row.conflict.staff_id == actor.staff_id
        ]
        warning = None
        if warned is not None and case.closed_on is None:
            said = warned.conflict
            warning = relative_refusal(Declared(said.staff_id, warned.officer, said.relation, said.person))
    return CaseConflicts(warning, views, head or actor.staff_id is not None, head)


async def listed(actor: Actor, *, ended: bool = False, today: date | None = None) -> list[ConflictView]:
    """The newest declarations of the officers of offices where the actor assigns cases, and the actor's own."""
    day = today or clock.today()
    async with reading(actor) as session:
        rows = await repository.listed(
            session, actor.scopes.get(Permission.CASE_ASSIGN, NOWHERE), actor.staff_id, ended=ended, limit=SHOWN
        )
        return [await _view(session, actor, row, day) for row in rows]


async def _view(
    session: AsyncSession, actor: Actor, row: ListedConflict, day: date, *, holds_case: bool = False
) -> ConflictView:
    said = row.conflict
    may_end = said.ended_on is None and may_end_declaration(actor, said, await offices_of(session, said.staff_id, day))
    return ConflictView(
        id=said.id or 0,
        staff_id=said.staff_id,
        officer=row.officer,
        relation=said.relation,
        article=article_of(said.relation),
        person=said.person,
        identity_end=(said.person_key or "")[-3:],
        case_id=said.case_id,
        decision_number=row.decision_number,
        with_colleague=said.colleague_id is not None,
        declared_on=said.declared_on,
        declared_by=row.declared_by,
        note=said.note or "",
        ended_on=said.ended_on,
        ended_by=row.ended_by,
        end_reason=said.end_reason or "",
        may_end=may_end,
        holds_case=holds_case,
    )


@dataclass(frozen=True)
class Accountant:
    """Somebody who holds the accountant's role."""

    account_id: int
    name: str


async def accountants(actor: Actor, *, today: date | None = None) -> list[Accountant]:
    """The accountants a relative may be declared of: those of the actor's offices, and of the actor's own."""
    day = today or clock.today()
    scope = actor.scopes.get(Permission.CASE_ASSIGN, NOWHERE) | actor.scopes.get(Permission.CASE_READ, NOWHERE)
    async with reading(actor) as session:
        return [
            Accountant(account.id or 0, account.full_name)
            for account in await repository.accountants_in(session, scope, day)
        ]


async def family_beside_accountants(actor: Actor, *, today: date | None = None) -> list[FamilyBesideAccountant]:
    """Officers of the actor's subtree who are blood family of their office's accountant (TT 78/2020/TT-BTC Đ.8.4).

    For those who manage accounts, or assign cases, there.
    """
    scope = actor.scopes.get(Permission.ACCOUNT_MANAGE, NOWHERE) | actor.scopes.get(Permission.CASE_ASSIGN, NOWHERE)
    tree = await office_tree()
    # An administrator's offices do not hold the officers' declarations; the scope narrows what is given back.
    async with reading(EVERYWHERE) as session:
        found = await repository.family_of_accountants(session, today or clock.today())
    return [
        each
        for each in found
        if scope.holds(each.office_id) and tree.grant_scope(each.office_id).holds(each.officer_office_id)
    ]
