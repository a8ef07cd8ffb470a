"""That an account is in the hands of the administrator who wants to change it."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from models import Account
from models.enums import ROLE_LABELS
from thads_app import clock
from thads_app.errors import Refused
from thads_app.repositories import grants as repository
from thads_app.rules.oversight import beyond_oversight
from thads_app.rules.rights import Actor
from thads_app.services.administration.reach import granter_of, held
from thads_app.services.office_tree import office_tree


async def oversight_refusal(session: AsyncSession, actor: Actor, account: Account) -> Refused | None:
    """Why the actor may not change an account of their offices; None when they may. The operator may all."""
    if actor.account_id is None:
        return None
    if account.id == actor.account_id:
        return Refused("not_to_oneself")
    tree, today = await office_tree(), clock.today()
    granter = await granter_of(session, actor) or []
    theirs = [held(each) for each in await repository.not_ended(session, account.id or 0)]
    beyond = beyond_oversight(tree, granter, theirs, today)
    if not beyond:
        return None
    role, office = ROLE_LABELS[beyond[0].role], tree.nodes[beyond[0].office_id].short_name
    return Refused("account_above_you", {"role": role, "office": office})


async def require_oversight(session: AsyncSession, actor: Actor, account: Account) -> None:
    """Refuse a change of an account that is one's own, or holds a role only a higher level may touch.

    Raises:
        Refused: `not_to_oneself`, `account_above_you`.
    """
    refusal = await oversight_refusal(session, actor, account)
    if refusal is not None:
        raise refusal
