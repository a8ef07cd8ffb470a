"""Whose account an administrator may change: nobody acts with rights above their own by way of a new password."""

import pytest

from models import Account, RoleGrant
from models.enums import Role
from tests.support.cast import Cast
from thads_app.db import unit_of_work
from thads_app.errors import NotFound, Refused
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import accounts, sessions, two_factor
from thads_app.services.administration import accounts as administration
from thads_app.services.administration.accounts import EditAccount, account_view
from thads_app.services.administration.moving import MoveAccount, ask_handover, move_account, preview_move


async def somebody(cast: Cast, username: str, office: str, *grants: tuple[Role, str]) -> Actor:
    """An account with roles, put into the database as it is: the chain of delegation is not what is tried here."""
    async with unit_of_work(EVERYWHERE) as session:
        account = Account(
            username=username, password_hash="x", full_name=f"Người {username}", office_id=cast.office(office)
        )
        session.add(account)
        await session.flush()
        for role, where in grants:
            session.add(RoleGrant(account_id=account.id or 0, role=role, office_id=cast.office(where)))
    return await sessions.actor_of(account, [(role, cast.office(where)) for role, where in grants])


async def every_change(actor: Actor, target: Actor, username: str) -> list[str]:
    """Try whatever changes an account; the codes of the refusals, one per attempt."""
    account_id = target.account_id or 0
    edit = EditAccount(account_id=account_id, expected_version=1, full_name="Tên Khác")
    move = MoveAccount(account_id=account_id, office_code="91-04", reason="thử", expected_version=1)
    codes: list[str] = []
    for attempt in (
        administration.edit_account(actor, edit), administration.disable(actor, account_id, "thử"),
        administration.enable(actor, account_id), administration.reset_password(actor, account_id),
        administration.end_sessions(actor, account_id), two_factor.reset(actor, account_id, "thử"),
        accounts.create_token(actor, username, "thử"), preview_move(actor, account_id), move_account(actor, move),
        ask_handover(actor, account_id),
    ):  # fmt: skip
        with pytest.raises((Refused, NotFound)) as refused:
            await attempt
        codes.append(refused.value.code)
    return codes


async def test_a_peer_is_for_the_level_above(cast: Cast) -> None:
    peer = await somebody(cast, "quantri.hai", "91", (Role.ADMIN, "91"))
    codes = await every_change(cast["province_admin"], peer, "quantri.hai")
    assert set(codes) == {"account_above_you"}
    assert (await account_view(cast["province_admin"], peer.account_id or 0)).refusal is not None
    assert await administration.reset_password(cast["central_admin"], peer.account_id or 0)


async def test_a_right_held_above_puts_an_account_out_of_reach(cast: Cast) -> None:
    leader = await somebody(cast, "lanhdao.vung", "91-03", (Role.OFFICER, "91-03"), (Role.LEADER, "00"))
    assert set(await every_change(cast["province_admin"], leader, "lanhdao.vung")) == {"account_above_you"}


async def test_a_right_held_in_another_province_does_too(cast: Cast) -> None:
    both = await somebody(cast, "biet.phai", "91-03", (Role.OFFICER, "91-03"), (Role.HEAD, "68-01"))
    assert set(await every_change(cast["province_admin"], both, "biet.phai")) == {"account_above_you"}


async def test_an_offices_administrator_does_not_touch_its_head(cast: Cast) -> None:
    clerk_admin = await somebody(cast, "quantri.phong", "91-03", (Role.ADMIN, "91-03"))
    codes = await every_change(clerk_admin, cast["office_head"], "office.head")
    assert set(codes) == {"account_above_you", "office_not_found"}  # the office to move to is not theirs either
    assert await administration.reset_password(clerk_admin, cast["alice"].account_id or 0)


async def test_nobody_changes_their_own_account_here(cast: Cast) -> None:
    codes = await every_change(cast["province_admin"], cast["province_admin"], "province.admin")
    assert set(codes) == {"not_to_oneself"}


async def test_nobody_changes_an_account_of_another_province(cast: Cast) -> None:
    assert set(await every_change(cast["province_admin"], cast["charlie"], "charlie")) == {"account_not_found"}


async def test_a_role_that_is_over_no_longer_protects(cast: Cast) -> None:
    leader = await somebody(cast, "lanhdao.cu", "91-03", (Role.LEADER, "00"))
    await accounts.revoke_role(await accounts.operator(), "lanhdao.cu", Role.LEADER, "00")
    assert await administration.reset_password(cast["province_admin"], leader.account_id or 0)
