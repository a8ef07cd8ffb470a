"""The bare address: goes on to the page of most use to whoever is signed in."""

from __future__ import annotations

from typing import Any

import reflex as rx

from components.layout import plain_page
from components.states import skeleton
from thads_app.auth.gate import current_actor
from thads_app.auth.landing import landing_path
from thads_app.auth.policy import policy


class StartState(rx.State):
    """Knows the way."""

    @rx.event
    @policy("authenticated")
    async def go(self) -> Any:
        """Go on."""
        return rx.redirect(landing_path(current_actor()), replace=True)


def view() -> rx.Component:
    """A calm moment."""
    return plain_page(skeleton("block"))
