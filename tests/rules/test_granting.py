"""Who may give which role, where and for how long: the delegation chain as pure rules."""

from datetime import date, timedelta

import pytest

from models.enums import OfficeLevel, Role
from thads_app.rules.granting import Held, grantable_roles, is_last_administrator, objections, writes
from thads_app.rules.offices import OfficeNode, OfficeTree

TODAY = date(2026, 11, 20)
DAY = timedelta(days=1)
NATION, PROVINCE, REGION, ELSEWHERE, ELSEWHERE_REGION, ENDED = range(1, 7)


def node(key: int, code: str, level: OfficeLevel, parent: int | None, **more: object) -> OfficeNode:
    given = {"valid_from": None, "valid_to": None, "successor_id": None, **more}
    return OfficeNode(id=key, code=code, name=code, short_name=code, level=level, parent_id=parent, **given)  # type: ignore[arg-type]


TREE = OfficeTree(
    {
        each.id: each
        for each in (
            node(NATION, "00", OfficeLevel.CENTRAL, None),
            node(PROVINCE, "91", OfficeLevel.PROVINCE, NATION),
            node(REGION, "91-03", OfficeLevel.REGION, PROVINCE),
            node(ELSEWHERE, "68", OfficeLevel.PROVINCE, NATION),
            node(ELSEWHERE_REGION, "68-01", OfficeLevel.REGION, ELSEWHERE),
            node(ENDED, "89-C", OfficeLevel.DISTRICT, PROVINCE, valid_to=date(2025, 6, 30), successor_id=REGION),
        )
    }
)


def admin(office: int, **when: date | None) -> list[Held]:
    return [Held(Role.ADMIN, office, when.get("valid_from"), when.get("valid_to"))]


def codes(granter: list[Held] | None, wanted: Held, existing: tuple[Held, ...] = ()) -> set[str]:
    return {each.code for each in objections(TREE, granter, wanted, existing, TODAY)}


@pytest.mark.parametrize(
    ("granter", "office", "can", "cannot"),
    [
        (NATION, NATION, {Role.LEADER, Role.STATISTICIAN}, {Role.ADMIN}),
        (NATION, PROVINCE, {Role.ADMIN, Role.HEAD, Role.DEPUTY_HEAD, Role.LEADER}, {Role.OFFICER, Role.STATISTICIAN}),
        (NATION, REGION, set(), set(Role)),
        (PROVINCE, PROVINCE, {Role.HEAD, Role.STATISTICIAN, Role.DEPUTY_HEAD}, {Role.ADMIN}),
        (PROVINCE, REGION, set(Role), set()),
        (REGION, REGION, {Role.OFFICER, Role.INTAKE_CLERK}, {Role.HEAD, Role.DEPUTY_HEAD, Role.LEADER, Role.ADMIN}),
        (PROVINCE, NATION, set(), set(Role)),
        (PROVINCE, ELSEWHERE_REGION, set(), set(Role)),
        (REGION, PROVINCE, set(), set(Role)),
    ],
)
def test_each_level_of_the_chain_gives_its_own_roles(
    granter: int, office: int, can: set[Role], cannot: set[Role]
) -> None:
    given = grantable_roles(TREE, admin(granter), office, TODAY)
    assert can <= given
    assert not cannot & given


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_only_administrators_give_anything(role: Role) -> None:
    assert not grantable_roles(TREE, [Held(role, NATION)], REGION, TODAY)


def test_an_administrator_whose_time_is_over_gives_nothing() -> None:
    assert not grantable_roles(TREE, admin(PROVINCE, valid_to=TODAY - DAY), REGION, TODAY)
    assert not grantable_roles(TREE, admin(PROVINCE, valid_from=TODAY + DAY), REGION, TODAY)
    assert grantable_roles(TREE, admin(PROVINCE, valid_to=TODAY), REGION, TODAY)


@pytest.mark.parametrize("ends", [None, TODAY + 11 * DAY])
def test_nobody_gives_a_role_for_longer_than_they_hold_the_right_to_give(ends: date | None) -> None:
    until = TODAY + 10 * DAY
    assert "beyond_own_validity" in codes(admin(PROVINCE, valid_to=until), Held(Role.OFFICER, REGION, TODAY, ends))
    assert not codes(admin(PROVINCE, valid_to=until), Held(Role.OFFICER, REGION, TODAY, until))


def test_the_operator_starts_the_chain_and_gives_every_role_everywhere() -> None:
    for role in Role:
        for office in (NATION, PROVINCE, REGION):
            assert not codes(None, Held(role, office, TODAY))


def test_a_role_is_not_given_twice_for_the_same_days() -> None:
    running = Held(Role.OFFICER, REGION, TODAY - DAY, TODAY + 5 * DAY)
    assert codes(admin(PROVINCE), Held(Role.OFFICER, REGION, TODAY + 5 * DAY), (running,)) == {"grant_exists"}
    assert not codes(admin(PROVINCE), Held(Role.OFFICER, REGION, TODAY + 6 * DAY), (running,))
    assert not codes(admin(PROVINCE), Held(Role.OFFICER, PROVINCE, TODAY), (running,))


def test_a_role_ends_after_it_begins_and_not_before_today() -> None:
    assert codes(admin(PROVINCE), Held(Role.OFFICER, REGION, TODAY, TODAY - DAY)) == {"ends_before_it_begins"}
    assert "grant_already_over" in codes(admin(PROVINCE), Held(Role.OFFICER, REGION, None, TODAY - DAY))


def test_no_role_is_given_at_an_office_that_has_ended() -> None:
    assert "grant_at_ended_office" in codes(admin(PROVINCE), Held(Role.OFFICER, ENDED, TODAY))


def test_the_last_administrator_of_an_office_is_known() -> None:
    one, other = (1, Held(Role.ADMIN, PROVINCE)), (2, Held(Role.ADMIN, PROVINCE, None, TODAY))
    assert is_last_administrator(PROVINCE, [one], 1, TODAY)
    assert not is_last_administrator(PROVINCE, [one, other], 1, TODAY)
    assert is_last_administrator(PROVINCE, [one, other], 1, TODAY + DAY), "the other one's time is over then"
    assert not is_last_administrator(PROVINCE, [one], 3, TODAY), "who does not administer leaves nobody alone"
    assert not is_last_administrator(REGION, [one], 1, TODAY)


def test_who_writes_is_told_from_who_reads() -> None:
    assert {role for role in Role if not writes(role)} == {
        Role.LEADER, Role.DEPUTY_HEAD, Role.STOREKEEPER, Role.RECORDS_CLERK, Role.ARCHIVIST, Role.EXAMINER,
        Role.SECRETARY, Role.ADMIN,
    }  # fmt: skip
