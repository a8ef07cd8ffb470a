"""Somebody goes to another office: with no case left behind, no right taken along, and a posting that follows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from models.enums import Role
from tests.support.cast import OFFICE, OTHER_OFFICE_OF_PROVINCE, Cast
from tests.support.some_cases import World
from thads_app import clock
from thads_app.db import unit_of_work
from thads_app.errors import Invalid, NotFound, Refused, StaleVersion
from thads_app.rules.moving import move_problem
from thads_app.rules.rights import EVERYWHERE, Actor
from thads_app.services import accounts, notices, sessions
from thads_app.services.administration.accounts import account_view
from thads_app.services.administration.grants import GiveGrant, give_grant
from thads_app.services.administration.moving import MoveAccount, ask_handover, move_account, preview_move
from thads_app.services.office_tree import office_tree


async def command(
    actor: Actor, target: Actor, office: str = OTHER_OFFICE_OF_PROVINCE, **changes: object
) -> MoveAccount:
    version = (await account_view(actor, target.account_id or 0)).version
    values: dict[str, object] = {
        "account_id": target.account_id, "office_code": office, "reason": "QĐ 12/QĐ-THADS", "expected_version": version,
    }  # fmt: skip
    return MoveAccount.model_validate(values | changes)


async def postings(staff_id: int | None) -> list[tuple[str, date | None, date | None]]:
    async with unit_of_work(EVERYWHERE) as session:
        found = await session.execute(
            text(
                "SELECT office.code, posting.valid_from, posting.valid_to FROM posting "
                "JOIN office ON office.id = posting.office_id WHERE staff_id = :id ORDER BY posting.id"
            ),
            {"id": staff_id},
        )
        return [(row[0], row[1], row[2]) for row in found]


async def test_an_officer_with_open_cases_does_not_go(world: World) -> None:
    admin, alice = world.cast["province_admin"], world.cast["alice"]
    preview = await preview_move(admin, alice.account_id or 0)
    assert preview.open_cases > 0
    assert len(preview.cases) == min(10, preview.open_cases)
    assert preview.cases[0].decision_number.endswith("QĐ-THADS")
    assert f"tu=CHV-alice&viec={preview.cases[0].id}" in preview.handover_href
    assert not preview.may_hand_over
    with pytest.raises(Invalid) as wrong:
        await move_account(admin, await command(admin, alice))
    assert wrong.value.fields["office_code"].code == "move_with_open_cases"
    assert wrong.value.fields["office_code"].params == {"count": preview.open_cases}
    assert await postings(alice.staff_id) == [(OFFICE, None, None)]


async def test_the_officer_and_their_head_are_asked_to_hand_over(world: World) -> None:
    admin, alice = world.cast["province_admin"], world.cast["alice"]
    assert await ask_handover(admin, alice.account_id or 0) == 2
    for part in ("alice", "office_head"):
        told = await notices.read_notices(world.cast[part])
        assert "bàn giao" in told[0].text
        assert told[0].href.startswith("/ban-giao/moi?loai=officer_to_officer&tu=CHV-alice")
    assert await notices.read_notices(world.cast["neighbour"]) == []


async def test_nobody_is_asked_when_nothing_is_open(cast: Cast) -> None:
    with pytest.raises(Refused, match="nothing_selected"):
        await ask_handover(cast["province_admin"], cast["alice"].account_id or 0)


async def test_roles_end_and_the_posting_follows(cast: Cast) -> None:
    admin, bob = cast["province_admin"], cast["bob"]
    signed = await cast.sign_in("bob")
    await move_account(admin, await command(admin, bob))
    today = clock.today()
    assert await postings(bob.staff_id) == [
        (OFFICE, None, today - timedelta(days=1)), (OTHER_OFFICE_OF_PROVINCE, today, None)
    ]  # fmt: skip
    who = await sessions.resolve(signed.secret)
    assert who is not None
    assert (who.actor.office_id, who.actor.scopes) == (cast.office(OTHER_OFFICE_OF_PROVINCE), {})
    told = [notice.text for notice in await notices.read_notices(bob)]
    assert any("chuyển đến" in each for each in told)
    grant = GiveGrant(
        account_id=bob.account_id or 0, role=Role.OFFICER, office_code=OTHER_OFFICE_OF_PROVINCE, reason="QĐ 12"
    )
    await give_grant(admin, grant)


async def test_both_offices_trails_tell_of_the_move(cast: Cast) -> None:
    await move_account(cast["province_admin"], await command(cast["province_admin"], cast["bob"]))
    async with unit_of_work(EVERYWHERE) as session:
        rows = (
            await session.execute(
                text("SELECT office_id, message, changes FROM audit_entry WHERE action = 'account.moved' ORDER BY id")
            )
        ).all()
    assert [row[0] for row in rows] == [cast.office(OFFICE), cast.office(OTHER_OFFICE_OF_PROVINCE)]
    assert {row[1] for row in rows} == {"QĐ 12/QĐ-THADS"}
    assert rows[0][2]["office"][0] != rows[0][2]["office"][1]


@pytest.mark.parametrize(
    ("office", "code"),
    [(OFFICE, "move_same_office"), ("91-C05", "move_to_ended_office")],
)
async def test_not_every_office_can_be_gone_to(cast: Cast, office: str, code: str) -> None:
    with pytest.raises(Invalid) as wrong:
        await move_account(cast["province_admin"], await command(cast["province_admin"], cast["bob"], office))
    assert wrong.value.fields["office_code"].code == code


async def test_nobody_is_moved_out_of_the_administrators_offices(cast: Cast) -> None:
    for office in ("68-01", "00", "khong-co"):
        with pytest.raises(NotFound):
            await move_account(cast["province_admin"], await command(cast["province_admin"], cast["bob"], office))


async def test_a_reason_is_asked_and_a_disabled_account_stays(cast: Cast) -> None:
    admin = cast["province_admin"]
    with pytest.raises(Invalid) as wrong:
        await move_account(admin, await command(admin, cast["bob"], reason="  "))
    assert set(wrong.value.fields) == {"reason"}
    await accounts.disable_account(admin, "bob")
    with pytest.raises(Invalid) as wrong:
        await move_account(admin, await command(admin, cast["bob"]))
    assert wrong.value.fields["office_code"].code == "move_account_disabled"


async def test_an_old_page_moves_nobody(cast: Cast) -> None:
    admin = cast["province_admin"]
    old = await command(admin, cast["bob"])
    await move_account(admin, old)
    with pytest.raises(StaleVersion):
        await move_account(admin, old.model_copy(update={"office_code": OFFICE}))


async def test_the_last_administrator_leaves_only_after_a_warning(cast: Cast) -> None:
    central, admin = cast["central_admin"], cast["province_admin"]
    assert (await preview_move(central, admin.account_id or 0)).warnings
    with pytest.raises(Refused, match="move_warned"):
        await move_account(central, await command(central, admin, "68-01"))
    await move_account(central, await command(central, admin, "68-01", confirmed=True))


async def test_the_rule_lets_an_account_follow_its_office(database: str) -> None:
    tree = await office_tree()
    ended = next(node for node in tree.nodes.values() if node.successor_id and node.code.startswith("91-C"))
    successor = tree.line.today(ended.id)
    asked = {"open_cases": 3, "disabled": False, "today": clock.today()}
    assert move_problem(tree, ended.id, successor, **asked) is None  # type: ignore[arg-type]
    other = next(node.id for node in tree.children[tree.nodes[successor].parent_id or 0] if node.id != successor)
    problem = move_problem(tree, ended.id, other, **asked)  # type: ignore[arg-type]
    assert problem is not None
    assert problem.code == "move_with_open_cases"
