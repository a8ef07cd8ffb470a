"""The law's guards, each with a worked example."""

from itertools import combinations

import pytest

from models.enums import Role
from models.guard_enums import KINSHIP_LABELS, Kinship
from thads_app.rules.guards import (
    BLOOD_FAMILY,
    FindingKind,
    Recorder,
    article_of,
    confirmation_refusal,
    conflicting_roles,
    identity_key,
    needs_second_person,
)


@pytest.mark.parametrize(
    ("relation", "article"),
    [
        (Kinship.SELF, "khoản 5 Điều 21"),
        (Kinship.SPOUSE, "điểm a khoản 5 Điều 21"),
        (Kinship.CHILD, "điểm a khoản 5 Điều 21"),
        (Kinship.PARENT, "điểm b khoản 5 Điều 21"),
        (Kinship.GRANDPARENT, "điểm b khoản 5 Điều 21"),
        (Kinship.UNCLE_AUNT, "điểm b khoản 5 Điều 21"),
        (Kinship.SIBLING, "điểm b khoản 5 Điều 21"),
        (Kinship.SPOUSES_FAMILY, "điểm b khoản 5 Điều 21"),
        (Kinship.NIECE_NEPHEW, "điểm c khoản 5 Điều 21"),
    ],
)
def test_each_relation_of_the_law_names_its_article(relation: Kinship, article: str) -> None:
    """Law 26/2008/QH12 Đ.21.5: a) spouse, children; b) elders, siblings of both spouses; c) nieces, nephews."""
    assert article_of(relation) == f"{article} Luật Thi hành án dân sự số 26/2008/QH12"


def test_every_relation_can_be_named_to_people() -> None:
    assert set(KINSHIP_LABELS) == set(Kinship)


def test_family_by_marriage_is_not_blood_family() -> None:
    """TT 78/2020/TT-BTC Đ.8.4 says “quan hệ gia đình ruột thịt”."""
    assert {Kinship.SPOUSE, Kinship.SPOUSES_FAMILY, Kinship.SELF}.isdisjoint(BLOOD_FAMILY)


def test_an_accountant_who_is_made_officer_of_the_same_office_is_refused() -> None:
    """TT 78/2020/TT-BTC Đ.8.2-3: the officer pays in what the accountant books, and both reconcile."""
    (finding,) = conflicting_roles({Role.OFFICER, Role.ACCOUNTANT, Role.SECRETARY})
    assert finding.kind is FindingKind.ACCOUNTANT_IS_OFFICER
    assert finding.refused
    assert "78/2020" in finding.source


def test_a_head_who_is_an_officer_too_is_no_finding() -> None:
    """Law 26/2008 Đ.22: heads are officers themselves."""
    assert conflicting_roles({Role.HEAD, Role.OFFICER}) == []


@pytest.mark.parametrize("other", [Role.STOREKEEPER, Role.HEAD, Role.DEPUTY_HEAD])
def test_an_accountant_with_the_store_or_the_seal_is_listed_but_not_refused(other: Role) -> None:
    found = conflicting_roles({Role.ACCOUNTANT, other})
    assert [finding.refused for finding in found] == [False]


def test_more_roles_never_hide_a_finding() -> None:
    for pair in combinations(Role, 2):
        found = conflicting_roles(pair)
        assert set(found) <= set(conflicting_roles(Role))


@pytest.mark.parametrize(
    ("typed", "key"),
    [("091 123.456-789", "091123456789"), ("b1234567", "B1234567"), ("12-34", ""), ("", ""), (None, "")],
)
def test_identity_numbers_are_compared_without_their_punctuation(typed: str | None, key: str) -> None:
    assert identity_key(typed) == key


def test_exactly_the_limit_needs_one_person_and_a_dong_more_needs_two() -> None:
    assert not needs_second_person(500_000_000, 500_000_000)
    assert needs_second_person(500_000_001, 500_000_000)


ACCOUNTANT, OFFICER, HEAD, DEPUTY = 1, 2, 3, 4
CASE_OFFICER = 70


@pytest.mark.parametrize(
    ("recorder", "account", "stead", "staff", "code"),
    [
        (Recorder(OFFICER), ACCOUNTANT, None, None, None),
        (Recorder(OFFICER), HEAD, None, 71, None),
        (Recorder(HEAD), HEAD, None, 71, "confirmer_is_recorder"),
        (Recorder(DEPUTY, HEAD), HEAD, None, 71, "confirmer_is_recorder"),
        (Recorder(HEAD), DEPUTY, HEAD, 72, "confirmer_is_recorder"),
        (Recorder(HEAD), DEPUTY, None, 72, None),
        (Recorder(HEAD), ACCOUNTANT, None, CASE_OFFICER, "confirmer_is_officer"),
        (Recorder(HEAD), None, None, None, "confirmer_is_recorder"),
    ],
)
def test_who_records_a_large_completion_does_not_confirm_it(
    recorder: Recorder, account: int | None, stead: int | None, staff: int | None, code: str | None
) -> None:
    refusal = confirmation_refusal(
        recorder, account_id=account, on_behalf_of=stead, staff_id=staff, officer_id=CASE_OFFICER
    )
    assert (refusal.code if refusal else None) == code
