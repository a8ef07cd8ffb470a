"""What a page is: a row of the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import reflex as rx

from thads_app.auth.policy import Needs, NeedWord, needs


class MenuGroup(IntEnum):
    """The parts of the menu, in their order."""

    WORK = 1
    FIGURES = 2
    OVERSIGHT = 3
    ADMINISTRATION = 4


GROUP_LABELS = {
    MenuGroup.WORK: "",
    MenuGroup.FIGURES: "",
    MenuGroup.OVERSIGHT: "Giám sát",
    MenuGroup.ADMINISTRATION: "Quản trị",
}


@dataclass(frozen=True)
class Place:
    """A page's place in the menu and in the palette; whoever may open the page sees it.

    `key` is what `framed(active=…)` names, `icon` a symbol of `assets/icons.svg`; a lower `rank` stands further up
    in its group. A phone's bar shows the few places with the lowest `bar`.
    """

    key: str
    label: str
    icon: str
    group: MenuGroup = MenuGroup.WORK
    rank: int = 50
    bar: int = 50


@dataclass(frozen=True)
class Page:
    """One page: its route, its title, what it demands (rights of which one suffices), its view, its menu place."""

    route: str
    title: str
    permission: NeedWord | tuple[NeedWord, ...]
    view: Callable[[], rx.Component]
    on_load: Sequence[Any] = field(default_factory=tuple)
    place: Place | None = None

    @property
    def demanded(self) -> Needs:
        """What the page demands."""
        words = self.permission if isinstance(self.permission, tuple) else (self.permission,)
        return needs(*words)
