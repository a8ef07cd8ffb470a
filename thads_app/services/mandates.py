"""Under whose written authorisations a deputy acts now."""

from collections import defaultdict

from sqlalchemy.ext.asyncio import AsyncSession

from thads_app import clock, db
from thads_app.repositories import grants as repository
from thads_app.rules.rights import NOWHERE, Mandate, Permission, Scope, mandate_scopes
from thads_app.services.office_tree import office_tree


async def mandates_of(deputy_id: int, deputy: Scope, session: AsyncSession | None = None) -> tuple[Mandate, ...]:
    """The authorisations in force for a deputy, the newest first; those that give nothing are left out.

    Args:
        deputy_id: the deputy's account.
        deputy: where the account is deputy now.
        session: the caller's transaction, to read in; one of its own when left out.
    """
    if session is None:
        async with db.session(NOWHERE) as own:  # asked before it is known which offices anybody reaches
            return await mandates_of(deputy_id, deputy, own)
    tree = await office_tree()
    heads: dict[int, Scope] = defaultdict(lambda: NOWHERE)
    found: list[Mandate] = []
    rows = await repository.in_force_for(session, deputy_id, clock.today())
    for row, office_id in rows:
        heads[row.id or 0] |= tree.grant_scope(office_id)
    for row in {row.id: row for row, _ in rows}.values():
        written = [Permission(each) for each in row.permissions]
        scopes = mandate_scopes(written, heads[row.id or 0], deputy, tree.grant_scope(row.office_id))
        if scopes:
            found.append(Mandate(row.id or 0, row.head_id, scopes))
    return tuple(found)
