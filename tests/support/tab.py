"""A browser tab without a browser: somebody's states at an address; the gate's policy stands before each handler."""

from __future__ import annotations

import inspect
from typing import Any, TypeVar

import reflex as rx
from reflex.istate.data import RouterData
from reflex_base.event import EventSpec

from thads_app.auth.gate import act_as
from thads_app.auth.policy import Verdict, judge, policy_of
from thads_app.rules.rights import Actor
from thads_app.services.sessions import SignedIn, Stage

_State = TypeVar("_State", bound=rx.State)


class Denied(Exception):
    """The gate would not let the event through."""


class Tab:
    """One tab of one person."""

    def __init__(self, actor: Actor, address: str) -> None:
        self.caller = SignedIn(actor, Stage.FULL, "thu")
        self.root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]
        self.go(address)

    def go(self, address: str) -> None:
        """Go to an address."""
        path = address.partition("?")[0]
        self.root.router = RouterData.from_router_data(
            {"headers": {"origin": "http://localhost:3000"}, "asPath": address, "pathname": path}
        )

    def state(self, kind: type[_State]) -> _State:
        """The tab's state of a kind."""
        found = self.root.get_substate(kind.get_full_name().split("."))
        assert isinstance(found, kind)
        return found

    async def run(self, kind: type[rx.State], handler: str, *arguments: Any) -> list[str]:
        """Call a handler, then those it names; returns the addresses it redirects to.

        Raises:
            Denied: the gate would refuse the event.
        """
        function = kind.event_handlers[handler].fn
        if judge(policy_of(function), self.caller) is not Verdict.ALLOWED:
            raise Denied(handler)
        act_as(self.caller)
        named: list[Any] = []
        result = function(self.state(kind), *arguments)
        if inspect.isasyncgen(result):
            async for step in result:
                named += step if isinstance(step, list) else [step]
        else:
            answer = await result
            named += answer if isinstance(answer, list) else [answer]
        redirects: list[str] = []
        for event in named:
            redirects += await self._follow(event)
        return redirects

    async def _follow(self, event: Any) -> list[str]:
        if event is None:
            return []
        spec = event() if not isinstance(event, EventSpec) else event
        name = spec.handler.fn.__qualname__.rpartition(".")[2]
        arguments = {str(key): value for key, value in spec.args}
        if name == "_redirect":
            return [str(_plain(arguments["path"]))]
        kind = next(state for state in _all_states() if _owns(state, name, spec.handler.fn))
        return await self.run(kind, name, *(_plain(value) for value in arguments.values()))


def _owns(state: type[rx.State], name: str, function: Any) -> bool:
    handler = state.event_handlers.get(name)
    return handler is not None and handler.fn is function


def _all_states() -> list[type[rx.State]]:
    found: list[type[rx.State]] = []
    waiting: list[type[rx.State]] = [rx.State]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += list(kind.get_substates())
    return found


def _plain(value: Any) -> Any:
    """An argument of an event as the browser would send it back."""
    return value._var_value if isinstance(value, rx.Var) and hasattr(value, "_var_value") else value
