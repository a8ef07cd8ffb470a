"""What a page is: a row of the registry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from thads_app.auth.policy import Needs, NeedWord, needs


@dataclass(frozen=True)
class Page:
    """One page: its route, its title, what it demands (rights of which one suffices), its view."""

    route: str
    title: str
    permission: NeedWord | tuple[NeedWord, ...]
    view: Callable[[], rx.Component]
    on_load: Sequence[Any] = field(default_factory=tuple)

    @property
    def demanded(self) -> Needs:
        """What the page demands."""
        words = self.permission if isinstance(self.permission, tuple) else (self.permission,)
        return needs(*words)
