"""What somebody can see and do, and why; and what a change of their grants would do, before it is saved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models import RoleGrant
from models.enums import ROLE_LABELS, Role
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import NotFound
from thads_app.repositories import accounts as accounts_repository
from thads_app.repositories import grants as repository
from thads_app.rules.effective import Ground, RightChange, changes_between, rights_from
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import (
    PERMISSION_LABELS,
    ROLE_PERMISSIONS,
    Actor,
    Permission,
    Scope,
    mandate_scopes,
    union,
)
from thads_app.rules.rights_matrix import MEANINGS, role_title
from thads_app.services.administration.grants import GiveGrant, Warned, warnings_of, warnings_of_ending
from thads_app.services.administration.reach import account_in_reach, held, office_in_reach, period_words
from thads_app.services.office_tree import office_tree

NAMED_OFFICES = 4


@dataclass(frozen=True)
class Offices:
    """The offices of a right in words: how many work today, and the first of them by name."""

    everywhere: bool
    count: int
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        """For people."""
        if self.everywhere:
            return "Toàn quốc"
        shown = ", ".join(self.names)
        more = self.count - len(self.names)
        return f"{shown} và {more} đơn vị khác" if more > 0 else shown or "Không đơn vị nào"


@dataclass(frozen=True)
class Reason:
    """Through what a right is held: role and office, or an authorisation; by whom; when."""

    text: str
    given_by: str
    period: str
    authorisation: bool


@dataclass(frozen=True)
class RightLine:
    """One thing somebody may do."""

    permission: Permission
    label: str
    meaning: str
    offices: Offices
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class EffectiveRights:
    """Everything somebody may do on a day; nothing while the account is disabled."""

    account_id: int
    name: str
    day: date
    disabled: bool
    lines: tuple[RightLine, ...]


@dataclass(frozen=True)
class ChangeLine:
    """What a change does to one permission."""

    label: str
    before: Offices
    after: Offices
    gained: bool
    lost: bool


@dataclass(frozen=True)
class Preview:
    """What a change would do from its first day on, and what to think about before."""

    name: str
    day: date
    lines: tuple[ChangeLine, ...]
    warnings: tuple[Warned, ...]


async def effective_rights(actor: Actor, account_id: int) -> EffectiveRights:
    """What somebody of the actor's offices, or the actor, may do today, and why.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: none with this id within the actor's offices.
    """
    tree, today = await office_tree(), clock.today()
    async with unit_of_work(actor) as session:
        if account_id == actor.account_id:
            account = await accounts_repository.account_by_id(session, account_id)
        else:
            account = await account_in_reach(session, actor, account_id)
        if account is None:
            raise NotFound("account_not_found")
        grounds = await _grounds(session, tree, account_id, today)
    disabled = account.disabled_at is not None
    lines = [
        RightLine(
            right.permission,
            PERMISSION_LABELS[right.permission],
            MEANINGS[right.permission],
            offices_of(tree, right.scope, today),
            tuple(_reason(each) for each in right.grounds),
        )
        for right in ([] if disabled else rights_from(grounds))
    ]
    return EffectiveRights(account_id, account.full_name, today, disabled, tuple(lines))


async def preview_giving(actor: Actor, command: GiveGrant) -> Preview:
    """What giving a role would do, on its first day.

    Raises:
        As `grants.give_grant`, but for `grant_warned`.
    """
    warnings = await warnings_of(actor, command)
    tree = await office_tree()
    day = max(clock.today(), command.valid_from or clock.today())
    wanted = RoleGrant(
        account_id=command.account_id,
        role=command.role,
        office_id=office_in_reach(tree, actor, command.office_code),
        valid_from=command.valid_from,
        valid_to=command.valid_to,
    )
    async with unit_of_work(actor) as session:
        account = await account_in_reach(session, actor, command.account_id)
        grants = [each for each in await repository.not_ended(session, command.account_id) if held(each).valid_on(day)]
        before = await _grounds(session, tree, command.account_id, day, grants)
        after = await _grounds(session, tree, command.account_id, day, [*grants, wanted])
    return _preview(tree, account.full_name, day, changes_between(before, after), warnings)


async def preview_ending(actor: Actor, grant_id: int) -> Preview:
    """What taking a grant back would do today, or on its first day when it has not begun.

    Raises:
        As `grants.take_back`, but for `grant_warned`.
    """
    warnings = await warnings_of_ending(actor, grant_id)
    tree = await office_tree()
    async with unit_of_work(actor) as session:
        grant = await repository.grant_by_id(session, grant_id)
        account = grant and await accounts_repository.account_by_id(session, grant.account_id)
        if grant is None or account is None:
            raise NotFound("grant_not_found")
        day = max(clock.today(), grant.valid_from or clock.today())
        running = [each for each in await repository.not_ended(session, grant.account_id) if held(each).valid_on(day)]
        left = [each for each in running if each.id != grant_id]
        before = await _grounds(session, tree, grant.account_id, day, running)
        after = await _grounds(session, tree, grant.account_id, day, left)
    return _preview(tree, account.full_name, day, changes_between(before, after), warnings)


def offices_of(tree: OfficeTree, scope: Scope, day: date) -> Offices:
    """A scope in words: the offices that work on a day, those above first."""
    if scope.everything:
        return Offices(everywhere=True, count=0, names=())
    nodes = [tree.nodes[each] for each in scope.office_ids if each in tree.nodes and tree.nodes[each].valid_on(day)]
    nodes.sort(key=lambda node: (len(node.code), node.code))
    return Offices(everywhere=False, count=len(nodes), names=tuple(node.short_name for node in nodes[:NAMED_OFFICES]))


# --- grounds ----------------------------------------------------------------------------------------------------------


async def _grounds(
    session: AsyncSession,
    tree: OfficeTree,
    account_id: int,
    day: date,
    grants: Sequence[RoleGrant] | None = None,
) -> list[Ground]:
    if grants is None:
        grants = [each for each in await repository.not_ended(session, account_id) if held(each).valid_on(day)]
    names = {each.grant.id: each.given_by or "" for each in await repository.history_of(session, account_id)}
    found = [_grant_ground(tree, each, names.get(each.id, ""), day) for each in grants]
    deputy = union(tree.grant_scope(each.office_id) for each in grants if each.role == Role.DEPUTY_HEAD)
    return found + (await _mandate_grounds(session, tree, account_id, day, deputy) if deputy else [])


def _grant_ground(tree: OfficeTree, grant: RoleGrant, given_by: str, day: date) -> Ground:
    role, office, scope = Role(grant.role), tree.nodes[grant.office_id], tree.grant_scope(grant.office_id)
    title = role_title(role, office.level, day)
    named = ROLE_LABELS[role] if title == ROLE_LABELS[role] else f"{ROLE_LABELS[role]} ({title})"
    return Ground(
        title=f"{named} tại {office.short_name}",
        given_by=given_by,
        valid_from=grant.valid_from,
        valid_to=grant.valid_to,
        scopes=dict.fromkeys(ROLE_PERMISSIONS[role], scope),
    )


async def _mandate_grounds(
    session: AsyncSession, tree: OfficeTree, account_id: int, day: date, deputy: Scope
) -> list[Ground]:
    rows = await repository.in_force_for(session, account_id, day)
    records = {each.row.id: each for each in await repository.authorisations(session, deputy_id=account_id)}
    found: list[Ground] = []
    for row_id in dict.fromkeys(row.id for row, _ in rows):
        record = records[row_id]
        head = union(tree.grant_scope(office_id) for row, office_id in rows if row.id == row_id)
        written = [Permission(each) for each in record.row.permissions]
        scopes = mandate_scopes(written, head, deputy, tree.grant_scope(record.row.office_id))
        title = f"Văn bản ủy quyền số {record.row.number} của {record.head}"
        found.append(Ground(title, record.head, record.row.valid_from, record.row.valid_to, scopes, authorisation=True))
    return found


def _reason(ground: Ground) -> Reason:
    return Reason(ground.title, ground.given_by, period_words(ground.valid_from, ground.valid_to), ground.authorisation)


def _preview(
    tree: OfficeTree, name: str, day: date, changes: Sequence[RightChange], warnings: Sequence[Warned]
) -> Preview:
    lines = [
        ChangeLine(
            PERMISSION_LABELS[each.permission],
            offices_of(tree, each.before, day),
            offices_of(tree, each.after, day),
            each.gained,
            each.lost,
        )
        for each in changes
    ]
    return Preview(name, day, tuple(lines), tuple(warnings))
