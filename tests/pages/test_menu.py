"""The menu: who sees which places, in which order, and what a phone shows of them."""

from __future__ import annotations

import pytest

from models.enums import Role
from pages.menu import PLACES_OF_A_PHONE, all_places, menu_items, places_of
from pages.page import GROUP_LABELS, MenuGroup
from pages.registry import PAGES
from thads_app.auth.policy import Verdict, judge
from thads_app.rules.rights import EVERYWHERE, Actor, merge_scopes
from thads_app.services.sessions import SignedIn, Stage


def actor(*roles: Role) -> Actor:
    return Actor(1, "Thử", 1, merge_scopes((role, EVERYWHERE) for role in roles), roles=frozenset(roles))


def test_every_place_leads_to_a_page_and_has_a_name_of_its_own() -> None:
    places = all_places()
    assert {each.href for each in places} <= {page.route for page in PAGES}
    for names in ([each.place.key for each in places], [each.place.label for each in places]):
        assert len(names) == len(set(names))


@pytest.mark.parametrize("role", list(Role))
def test_a_place_is_shown_to_whoever_may_open_its_page_and_to_nobody_else(role: Role) -> None:
    somebody = actor(role)
    caller = SignedIn(somebody, Stage.FULL, "thu")
    open_to = {page.route for page in PAGES if page.place and judge(page.demanded, caller) is Verdict.ALLOWED}
    assert {each.href for each in places_of(somebody)} == open_to
    assert open_to


def test_the_matrix_of_rights_stands_among_administration_for_everybody() -> None:
    for role in Role:
        [place] = [each.place for each in places_of(actor(role)) if each.href == "/quan-tri/quyen"]
        assert place.group is MenuGroup.ADMINISTRATION


def test_groups_stand_together_each_with_its_name_once() -> None:
    items = menu_items(actor(*Role), "", {})
    assert [item.heading for item in items if item.heading] == [name for name in GROUP_LABELS.values() if name]
    groups = [each.place.group for each in places_of(actor(*Role))]
    assert groups == sorted(groups)


def test_what_waits_is_told_and_the_year_goes_along() -> None:
    items = {item.key: item for item in menu_items(actor(Role.HEAD), "?nam=2026", {"handovers": 3})}
    assert (items["handovers"].count, items["handovers"].alert) == ("3", True)
    assert items["cases"].count == ""
    assert all(item.href.endswith("?nam=2026") for item in items.values())


@pytest.mark.parametrize(
    ("role", "wanted"),
    [
        (Role.HEAD, {"cases", "handovers", "dashboard"}),
        (Role.LEADER, {"cases", "dashboard"}),
        (Role.ADMIN, {"accounts"}),
    ],
)
def test_a_phones_bar_holds_what_people_do_every_day(role: Role, wanted: set[str]) -> None:
    items = menu_items(actor(role), "", {})
    on_the_bar = {item.key for item in items if not item.under_more}
    assert wanted <= on_the_bar
    assert len(on_the_bar) == min(len(items), PLACES_OF_A_PHONE)
