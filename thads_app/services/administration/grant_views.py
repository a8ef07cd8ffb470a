"""Grants as an administrator sees them, with their whole story; and which roles they may give where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from models import RoleGrant
from models.enums import Role
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.repositories import grants as repository
from thads_app.rules.granting import GRANTABLE, Held, grantable_roles
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.services.administration.reach import account_in_reach, granter_of
from thads_app.services.office_tree import office_tree


class GrantState(StrEnum):
    """Whether a grant counts."""

    IN_FORCE = "in_force"
    FUTURE = "future"
    EXPIRED = "expired"
    ENDED = "ended"


GRANT_STATE_LABELS = {
    GrantState.IN_FORCE: "Đang hiệu lực",
    GrantState.FUTURE: "Chưa đến ngày",
    GrantState.EXPIRED: "Hết hạn",
    GrantState.ENDED: "Đã thu hồi",
}


@dataclass(frozen=True)
class GrantLine:
    """A grant with its whole story. `changeable`: the reader may change its end or take it back."""

    id: int
    role: Role
    office_code: str
    office_name: str
    valid_from: date | None
    valid_to: date | None
    given_by: str
    given_at: datetime | None
    reason: str
    state: GrantState
    ended_by: str
    ended_at: datetime | None
    end_reason: str
    changeable: bool


async def grants_of_account(actor: Actor, account_id: int) -> list[GrantLine]:
    """Every grant an account has or had, those in force first, then the newest.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: none with this id within the actor's offices.
    """
    tree, today = await office_tree(), clock.today()
    async with unit_of_work(actor) as session:
        account = await account_in_reach(session, actor, account_id)
        granter = await granter_of(session, actor)
        records = await repository.history_of(session, account_id)
    lines = [_line(tree, each, granter, today, own=account.id == actor.account_id) for each in records]
    order = list(GrantState)
    return sorted(lines, key=lambda line: order.index(line.state))


def _line(
    tree: OfficeTree, record: repository.GrantRecord, granter: Sequence[Held] | None, today: date, *, own: bool
) -> GrantLine:
    grant = record.grant
    role, office = Role(grant.role), tree.nodes[grant.office_id]
    state = state_of(grant, today)
    able = granter is None or role in grantable_roles(tree, granter, grant.office_id, today)
    return GrantLine(
        id=grant.id or 0,
        role=role,
        office_code=office.code,
        office_name=office.short_name,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        given_by=record.given_by or "Vận hành hệ thống",
        given_at=grant.created_at,
        reason=grant.reason or "",
        state=state,
        ended_by=(record.ended_by or "Vận hành hệ thống") if grant.ended_at else "",
        ended_at=grant.ended_at,
        end_reason=grant.end_reason or "",
        changeable=able and not own and state in (GrantState.IN_FORCE, GrantState.FUTURE),
    )


def state_of(grant: RoleGrant, today: date) -> GrantState:
    """Whether a grant counts on a day."""
    if grant.ended_at is not None:
        return GrantState.ENDED
    if grant.valid_to is not None and grant.valid_to < today:
        return GrantState.EXPIRED
    return GrantState.FUTURE if grant.valid_from is not None and grant.valid_from > today else GrantState.IN_FORCE


async def roles_to_give(actor: Actor, office_code: str) -> list[Role]:
    """The roles the actor may give at an office, in the order of the table; none outside the actor's offices."""
    tree = await office_tree()
    node = tree.by_code.get(office_code)
    if node is None or not actor.scope(Permission.ACCOUNT_MANAGE).holds(node.id):
        return []
    async with unit_of_work(actor) as session:
        granter = await granter_of(session, actor)
    if granter is None:
        return list(Role)
    able = grantable_roles(tree, granter, node.id, clock.today())
    return [role for role in Role if role in able]


async def roles_to_give_anywhere(actor: Actor) -> list[Role]:
    """The roles the actor may give at one office or another, in the order of the table.

    Raises:
        Forbidden: the actor manages no accounts.
    """
    actor.scope(Permission.ACCOUNT_MANAGE)
    tree, today = await office_tree(), clock.today()
    async with unit_of_work(actor) as session:
        granter = await granter_of(session, actor)
    if granter is None:
        return list(Role)
    levels = {tree.nodes[each.office_id].level for each in granter if each.role is Role.ADMIN and each.valid_on(today)}
    able = {role for level in levels for roles in GRANTABLE[level].values() for role in roles}
    return [role for role in Role if role in able]
