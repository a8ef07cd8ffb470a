"""Everything we lean on inside Reflex 0.10.1 that it does not promise.

`tests/security/test_reflex_contract.py` holds it: an upgrade that moves any of this fails there, loudly, before it
opens a door.
"""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, State, StateUpdate
from reflex_base.event import Event
from reflex_base.registry import RegistrationContext

__all__ = ["BaseState", "Event", "Middleware", "StateUpdate"]

_ROOT = "reflex___state____state."
HYDRATE_AND_LOAD = _ROOT + "hydrate_and_load"
HYDRATE = frozenset({_ROOT + "hydrate", HYDRATE_AND_LOAD})
# The framework's own handlers a page cannot live without. They reach no data of ours: `on_load_internal` queues
# handlers that pass the gate themselves, and no state variable lives in browser storage.
INTERNAL = HYDRATE | {
    _ROOT + "set_is_hydrated",
    _ROOT + "reflex___state____on_load_internal_state.on_load_internal",
    _ROOT + "reflex___state____on_load_internal_state.set_is_hydrated",
    _ROOT + "reflex___state____update_vars_internal_state.update_vars_internal",
    _ROOT + "reflex___state____frontend_event_exception_state.handle_frontend_exception",
}
LOAD_BY_CLIENT = _ROOT + "reflex___state____on_load_internal_state.on_load_internal"
SETTER = "setvar"


def handler_names() -> Iterator[str]:
    """The full name of every event a client may name."""
    yield from list(RegistrationContext.get().event_handlers)


def is_known(name: object) -> bool:
    """Whether a client's event names a registered handler."""
    return isinstance(name, str) and name in RegistrationContext.get().event_handlers


def handler_function(name: str) -> Callable[..., object] | None:
    """The function behind an event's name; None for a name nobody registered."""
    registered = RegistrationContext.get().event_handlers.get(name)
    return registered.handler.fn if registered else None


def load_event_names(path: str) -> frozenset[str]:
    """The names of the handlers that run when the page at `path` opens."""
    found = RegistrationContext.get().app.get_load_events(path)
    return frozenset(event.name for event in Event.from_event_type(found)) if found else frozenset()


def cookie_header(state: BaseState) -> str:
    """The Cookie header of the socket's handshake; what a client writes into an event cannot change it."""
    return state.router.headers.cookie or ""


def client_ip(state: BaseState) -> str:
    """The sender's address as Reflex worked it out from the handshake."""
    return str(state.router.session.client_ip or "")


def page_path(state: BaseState) -> str:
    """The path the client says it is on: good for choosing where to send it, never for deciding what it may do."""
    return str(state.router.url.path or "/")


def page_query(state: BaseState) -> str:
    """The query string the client says it has."""
    return str(state.router.url.query or "")


def tab_is_open(token: str) -> bool:
    """Whether the browser tab of that state holds a socket of this process."""
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and token in namespace.token_to_sid


def tab_token(state: BaseState) -> str:
    """The key of the browser tab the state belongs to."""
    return str(state.router.session.client_token or "")


async def send_to_tab(token: str, event_name: str) -> None:
    """Have a tab of this process send an event of its own, as if its page had; nothing happens when it is closed."""
    namespace = RegistrationContext.get().app.event_namespace
    if namespace is not None and token in namespace.token_to_sid:
        await namespace.emit_update(StateUpdate(events=[Event(name=event_name)]), token)


def go_to(path: str) -> list[Event]:
    """The browser-side event that opens another page, without script evaluation."""
    return Event.from_event_type(rx.redirect(path, replace=True))


async def send_event(token: str, event: Any) -> None:
    """Let an event happen in a tab as if its page had sent it; it passes the gate."""
    app = RegistrationContext.get().app
    for each in Event.from_event_type(event):
        await app.event_processor.enqueue(token, each)


def release_state(token: str) -> None:
    """Forget the state of a tab that has gone; nothing happens while it is open or busy.

    With Redis the states are not kept here, and end there by themselves (`redis_token_expiration`).
    """
    manager: Any = RegistrationContext.get().app.state_manager
    if not isinstance(manager, StateManagerMemory) or tab_is_open(token):
        return
    key: Any = BaseStateToken(ident=token, cls=State)
    lock = manager._states_locks.get(key.lock_key)  # noqa: SLF001
    if lock is None or not lock.locked():
        manager._purge_token(key)  # noqa: SLF001


def token_of_line(app: rx.App, line: str) -> str:
    """The key of the tab's state that talks over a line; empty when none does."""
    namespace = app.event_namespace
    if namespace is None or app.sio is None:
        return ""
    sid = app.sio.manager.sid_from_eio_sid(line, namespace.namespace)
    return namespace.sid_to_token.get(sid or "", "")


async def changes_of(state: BaseState) -> StateUpdate:
    """What changed in the state since the last update, as the update to send; the state counts as sent."""
    root = state._get_root_state()  # noqa: SLF001
    update = StateUpdate(delta=await root._get_resolved_delta())  # noqa: SLF001
    root._clean()  # noqa: SLF001
    return update


async def changes_of_part(part: BaseState) -> StateUpdate:
    """What changed in one part of a state alone, as the update to send; nothing of the other parts is sent."""
    return StateUpdate(delta=await part._get_resolved_delta())  # noqa: SLF001


OnEvent = Callable[..., Awaitable[None]]
OnConnect = Callable[[str, dict[str, Any], Any], Awaitable[Any]]


def wrap_socket(
    app: rx.App,
    *,
    connect: Callable[[OnConnect], OnConnect],
    event: Callable[[OnEvent], OnEvent],
    disconnected: Callable[[str, str], None],
    admitted: Callable[[str, object], bool],
    line_ended: Callable[[str], None],
    message_bytes: int,
) -> None:
    """Put our own functions around what the socket does with a message, a connection, an event and its end.

    The boot event inside a connection goes through `on_event` too, so `event` sees it.

    Args:
        app: whose socket.
        connect: around the connection of the pages' namespace.
        event: around an event of a page.
        disconnected: told of the end of a connection, with the key of its tab's state.
        admitted: whether a raw message of a line may be looked at; the framework would also take a message that calls
            itself a connection or a disconnection, repeated connections on one line, and binary parts without end.
        line_ended: told of the end of a line.
        message_bytes: longest message.
    """
    namespace: Any = app.event_namespace
    if namespace is None or app.sio is None:
        raise RuntimeError("the app has no event namespace to guard")
    lines: Any = app.sio.eio
    original_message, original_end = lines.handlers["message"], lines.handlers["disconnect"]

    async def on_message(line: str, data: object) -> Any:
        if admitted(line, data):
            return await original_message(line, data)
        return None

    async def on_line_end(line: str, *reason: object) -> Any:
        line_ended(line)
        return await original_end(line, *reason)

    original_disconnect = namespace.on_disconnect

    def on_disconnect(sid: str) -> Any:
        disconnected(sid, namespace.sid_to_token.get(sid, ""))
        return original_disconnect(sid)

    namespace.on_connect = connect(namespace.on_connect)
    namespace.on_event = event(namespace.on_event)
    namespace.on_disconnect = on_disconnect
    lines.handlers["message"], lines.handlers["disconnect"] = on_message, on_line_end
    lines.max_http_buffer_size = message_bytes
