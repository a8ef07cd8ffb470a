"""The matrix of rights: complete, the same in the code, the app and the documentation, and as the domain has it."""

from datetime import date
from pathlib import Path

import pytest

from models.enums import ROLE_LABELS, OfficeLevel, Role
from thads_app.rules import rights_matrix
from thads_app.rules.rights import (
    AUTHORISABLE,
    EVERYWHERE,
    NOWHERE,
    PERMISSION_LABELS,
    ROLE_PERMISSIONS,
    Actor,
    Mandate,
    Permission,
    Scope,
    mandate_scopes,
    with_mandates,
)
from thads_app.rules.rights_matrix import GROUPS, MEANINGS, ROLE_NOTES, Mark, mark, role_title

ROOT = Path(__file__).parents[2]


def test_every_permission_is_named_explained_and_shown_once() -> None:
    shown = [each for group in GROUPS for each in group.permissions]
    assert sorted(shown) == sorted(Permission)
    assert set(PERMISSION_LABELS) == set(MEANINGS) == set(Permission)
    assert set(ROLE_PERMISSIONS) == set(ROLE_NOTES) == set(ROLE_LABELS) == set(Role)


def test_every_permission_is_held_by_somebody() -> None:
    held = frozenset[Permission]().union(*ROLE_PERMISSIONS.values())
    assert held == set(Permission)


def test_the_documentation_says_what_the_code_says() -> None:
    assert (ROOT / "docs" / "rights.md").read_text() == rights_matrix.as_markdown(), (
        "docs/rights.md is stale: .venv/bin/python -m thads_app.rules.rights_matrix > docs/rights.md"
    )


READS = {Permission.CASE_READ, Permission.HANDOVER_READ, Permission.REPORT_READ, Permission.DASHBOARD_READ}
CHANGES = {
    Permission.CASE_CREATE, Permission.CASE_UPDATE, Permission.CASE_ASSIGN, Permission.EVENT_RECORD,
    Permission.EVENT_RECORD_OWN, Permission.EVENT_CORRECT, Permission.HANDOVER_CREATE, Permission.HANDOVER_CONFIRM,
    Permission.HANDOVER_APPROVE, Permission.IMPORT, Permission.COMPLETION_CONFIRM,
}  # fmt: skip


@pytest.mark.parametrize("role", [Role.LEADER, Role.EXAMINER, Role.DEPUTY_HEAD])
def test_leaders_examiners_and_deputies_read_everything_and_change_nothing(role: Role) -> None:
    assert ROLE_PERMISSIONS[role] >= READS
    assert not ROLE_PERMISSIONS[role] & CHANGES


def test_administrators_see_no_case() -> None:
    assert not ROLE_PERMISSIONS[Role.ADMIN] & (CHANGES | {Permission.CASE_READ, Permission.PERSONAL_REVEAL})


def test_only_heads_assign_and_approve() -> None:
    for permission in (Permission.CASE_ASSIGN, Permission.HANDOVER_APPROVE, Permission.AUTHORISATION_GIVE):
        assert [role for role in Role if permission in ROLE_PERMISSIONS[role]] == [Role.HEAD]


def test_what_a_head_may_hand_on_is_what_the_deputy_lacks_but_never_the_handing_on() -> None:
    assert ROLE_PERMISSIONS[Role.HEAD] > AUTHORISABLE
    assert not AUTHORISABLE & ROLE_PERMISSIONS[Role.DEPUTY_HEAD]
    assert Permission.AUTHORISATION_GIVE not in AUTHORISABLE
    assert mark(Role.DEPUTY_HEAD, Permission.CASE_ASSIGN) is Mark.AUTHORISED
    assert mark(Role.DEPUTY_HEAD, Permission.CASE_READ) is Mark.YES
    assert mark(Role.OFFICER, Permission.EVENT_RECORD_OWN) is Mark.OWN
    assert mark(Role.SECRETARY, Permission.CASE_ASSIGN) is Mark.NO


@pytest.mark.parametrize(
    ("role", "level", "day", "title"),
    [
        (Role.HEAD, OfficeLevel.PROVINCE, date(2025, 6, 30), "Cục trưởng"),
        (Role.HEAD, OfficeLevel.PROVINCE, date(2025, 7, 1), "Trưởng THADS tỉnh"),
        (Role.HEAD, OfficeLevel.DISTRICT, date(2025, 6, 30), "Chi cục trưởng"),
        (Role.HEAD, OfficeLevel.REGION, date(2026, 1, 1), "Trưởng phòng THADS khu vực"),
        (Role.ADMIN, OfficeLevel.CENTRAL, date(2026, 1, 1), "Quản trị trung ương"),
        (Role.OFFICER, OfficeLevel.REGION, date(2026, 1, 1), "Chấp hành viên"),
    ],
)
def test_titles_follow_the_office_and_the_era(role: Role, level: OfficeLevel, day: date, title: str) -> None:
    assert role_title(role, level, day) == title


# --- authorisations ---------------------------------------------------------------------------------------------------

A, B = Scope(office_ids=frozenset({1, 2})), Scope(office_ids=frozenset({2, 3}))


def test_an_authorisation_reaches_only_what_head_deputy_and_paper_have_in_common() -> None:
    given = mandate_scopes([Permission.CASE_ASSIGN], head=A, deputy=B, office=EVERYWHERE)
    assert given == {Permission.CASE_ASSIGN: Scope(office_ids=frozenset({2}))}
    assert mandate_scopes([Permission.CASE_ASSIGN], head=A, deputy=B, office=Scope(office_ids=frozenset({1}))) == {}
    assert mandate_scopes([Permission.CASE_ASSIGN], head=NOWHERE, deputy=B, office=B) == {}


def test_what_cannot_be_handed_on_is_not_even_when_it_is_written() -> None:
    written = [Permission.AUTHORISATION_GIVE, Permission.ACCOUNT_MANAGE, Permission.AUDIT_READ]
    assert mandate_scopes(written, head=A, deputy=A, office=A) == {}


def test_an_actor_knows_in_whose_stead_each_act_is_done() -> None:
    own = {Permission.EVENT_RECORD: Scope(office_ids=frozenset({1}))}
    mandate = Mandate(7, 70, {Permission.EVENT_RECORD: B, Permission.CASE_ASSIGN: B})
    actor = Actor(5, "Phó", 1, with_mandates(own, [mandate]), on_behalf_of=70, mandates=(mandate,), own=own)
    assert actor.may_in(Permission.EVENT_RECORD, 1)
    assert actor.may_in(Permission.EVENT_RECORD, 3)
    assert actor.acting_for(Permission.EVENT_RECORD, 1) is None
    assert actor.acting_for(Permission.EVENT_RECORD, 3) == 70
    assert actor.acting_for(Permission.CASE_ASSIGN, 1) is None
    assert Actor(5, "Khác", 1, own).acting_for(Permission.EVENT_RECORD, 1) is None


@pytest.mark.parametrize(
    ("one", "other", "common", "inside"),
    [
        (A, B, frozenset({2}), False),
        (A, EVERYWHERE, frozenset({1, 2}), True),
        (EVERYWHERE, A, frozenset({1, 2}), False),
        (NOWHERE, A, frozenset(), True),
    ],
)
def test_scopes_are_intersected_and_compared(one: Scope, other: Scope, common: frozenset[int], inside: bool) -> None:
    assert (one & other).office_ids == common
    assert one.within(other) is inside
