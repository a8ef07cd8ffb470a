"""What an administrator reaches, and grants in words: shared by everything in this folder."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, RoleGrant
from models.enums import ROLE_LABELS, Role
from thads_app.errors import NotFound
from thads_app.repositories import accounts as accounts_repository
from thads_app.repositories import grants as repository
from thads_app.rules.granting import Held
from thads_app.rules.offices import OfficeTree
from thads_app.rules.rights import Actor, Permission
from thads_app.rules.vietnamese import format_date


def held(grant: RoleGrant) -> Held:
    """A grant as the rules see it."""
    return Held(Role(grant.role), grant.office_id, grant.valid_from, grant.valid_to)


async def granter_of(session: AsyncSession, actor: Actor) -> list[Held] | None:
    """The roles of whoever gives, as the database has them now; None for the operator of the command line."""
    if actor.account_id is None:
        return None
    return [held(each) for each in await repository.not_ended(session, actor.account_id)]


async def account_in_reach(session: AsyncSession, actor: Actor, account_id: int, *, lock: bool = False) -> Account:
    """An account of the offices the actor administers.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: none with this id among theirs.
    """
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    account = await accounts_repository.account_by_id(session, account_id, lock=lock)
    if account is None or not scope.holds(account.office_id):
        raise NotFound("account_not_found")
    return account


def office_in_reach(tree: OfficeTree, actor: Actor, code: str) -> int:
    """The id of an office the actor administers.

    Raises:
        Forbidden: the actor manages no accounts. NotFound: no such office among theirs.
    """
    scope = actor.scope(Permission.ACCOUNT_MANAGE)
    node = tree.by_code.get(code)
    if node is None or not scope.holds(node.id):
        raise NotFound("office_not_found", {"code": code[:12]})
    return node.id


def described(tree: OfficeTree, grant: RoleGrant) -> dict[str, object]:
    """A grant in words, for the audit trail and its sentences."""
    return {
        "role": ROLE_LABELS[Role(grant.role)],
        "office": office_words(tree, grant),
        "valid_from": iso_day(grant.valid_from),
        "valid_to": iso_day(grant.valid_to),
        "reason": grant.reason or "",
    }


def period_words(valid_from: date | None, valid_to: date | None) -> str:
    """From when to when, for people."""
    begins = f"từ {format_date(valid_from)}" if valid_from else ""
    ends = f"đến hết {format_date(valid_to)}" if valid_to else "không thời hạn"
    return f"{begins} {ends}".strip()


def office_words(tree: OfficeTree, grant: RoleGrant) -> str:
    """The office of a grant, as people call it."""
    return tree.nodes[grant.office_id].short_name


def iso_day(day: date | None) -> str | None:
    """A day as the audit trail keeps it."""
    return day.isoformat() if day else None
