"""The menu: the pages that have a place in it, and which of them somebody may open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from components.layout import MenuItem
from pages.page import GROUP_LABELS, Place
from thads_app.auth.policy import Access, Needs
from thads_app.rules.rights import Actor, Permission

# A phone's bottom bar holds this many; its last button opens the others.
PLACES_OF_A_PHONE = 4


@dataclass(frozen=True)
class MenuPlace:
    """A place of the menu with where it leads and what it demands."""

    place: Place
    href: str
    demanded: Needs

    def open_to(self, actor: Actor) -> bool:
        """Whether the actor may open it."""
        return any(actor.may(need) if isinstance(need, Permission) else need in _OPEN for need in self.demanded)


_OPEN = frozenset({Access.PUBLIC, Access.ANY_STAGE, Access.AUTHENTICATED})


@cache
def all_places() -> tuple[MenuPlace, ...]:
    """Every place of the registry, in the menu's order."""
    from pages.registry import PAGES  # the areas' pages stand in the frame, which asks this module

    found = [MenuPlace(page.place, page.route, page.demanded) for page in PAGES if page.place is not None]
    return tuple(sorted(found, key=lambda each: (each.place.group, each.place.rank, each.place.label)))


def places_of(actor: Actor) -> list[MenuPlace]:
    """The places the actor may open, in the menu's order."""
    return [place for place in all_places() if place.open_to(actor)]


def menu_items(actor: Actor, query: str, counts: Mapping[str, int]) -> list[MenuItem]:
    """The actor's menu, written out.

    Args:
        actor: whose menu.
        query: what goes along with every address, with its question mark, or blank.
        counts: what waits in a place, by its key.
    """
    mine = places_of(actor)
    on_the_bar = {
        each.place.key
        for _, each in sorted(enumerate(mine), key=lambda pair: (pair[1].place.bar, pair[0]))[:PLACES_OF_A_PHONE]
    }
    begins = [True, *(before.place.group is not here.place.group for before, here in pairwise(mine))]
    return [
        MenuItem(
            each.place.key,
            each.place.label,
            each.href + query,
            each.place.icon,
            str(counts.get(each.place.key) or ""),
            alert=bool(counts.get(each.place.key)),
            starts_group=first,
            heading=GROUP_LABELS[each.place.group] if first else "",
            under_more=each.place.key not in on_the_bar,
        )
        for each, first in zip(mine, begins, strict=False)
    ]
