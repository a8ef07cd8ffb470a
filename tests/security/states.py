"""States of the tests alone, one handler per kind of demand, to attack the gate with."""

from __future__ import annotations

import asyncio

import reflex as rx
from sqlalchemy import text

from thads_app.auth.gate import current_actor, still_current_actor
from thads_app.auth.policy import policy
from thads_app.db import unit_of_work
from thads_app.rules.rights import Permission


class VaultState(rx.State):
    """Holds what one person must not see of another."""

    rows: list[str] = []  # noqa: RUF012 (how Reflex declares a variable)
    whoever: str = ""
    number: int = 0
    settable: str = ""

    @rx.event
    @policy("authenticated")
    async def load(self) -> None:
        self.rows = [f"bí mật của {current_actor().name}"]

    @rx.event
    @policy(Permission.IMPORT)
    async def import_only(self) -> None:
        self.whoever = current_actor().name

    @rx.event
    @policy("any_stage")
    async def any_stage(self) -> None:
        self.whoever = "đã vào"

    @rx.event
    @policy("authenticated")
    async def where(self) -> None:
        self.whoever = f"từ {current_actor().address}"

    @rx.event
    @policy("authenticated")
    async def reads(self) -> None:
        async with unit_of_work(current_actor()) as session:
            self.number = (await session.execute(text("SELECT 1"))).scalar_one()

    @rx.event
    async def forgotten(self) -> None:
        self.whoever = "không ai được tới đây"

    @rx.event
    @policy("authenticated")
    async def count(self, number: int) -> None:
        self.number = int(number)

    @rx.event
    @policy("authenticated")
    async def chain(self) -> rx.event.EventSpec:
        return VaultState.import_only()

    def set_settable(self, value: str) -> None:
        self.settable = value

    @rx.event(background=True)
    @policy("authenticated")
    async def slow(self) -> None:
        await asyncio.sleep(0.3)
        actor = await still_current_actor()
        async with self:
            self.rows = [f"chậm cho {actor.name if actor else 'không ai'}"]


def event_of(handler: str) -> str:
    """The full name a client would send."""
    return f"{VaultState.get_full_name()}.{handler}"
