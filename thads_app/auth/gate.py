"""The gate in front of every event: default deny, the actor of this very event, the state bound to the session."""

import asyncio
from contextvars import ContextVar
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import structlog
from prometheus_client import Counter

from thads_app import logs
from thads_app.auth import reflex_internals as internals
from thads_app.auth.incidents import mark
from thads_app.auth.landing import DETOURS, FORBIDDEN_PAGE, SIGN_IN_PAGE
from thads_app.auth.open_tabs import fingerprint, open_tabs
from thads_app.auth.policy import Verdict, judge, policy_of, rights_of
from thads_app.auth.reflex_internals import BaseState, Event, Middleware, StateUpdate
from thads_app.auth.requests import safe_next, session_cookie
from thads_app.auth.session_state import SessionState
from thads_app.errors import DomainError, Forbidden, Refused
from thads_app.messages import sentence
from thads_app.rules.rights import Actor
from thads_app.services import sessions
from thads_app.services.auditing import note_refusal
from thads_app.services.sessions import SignedIn

log = structlog.stdlib.get_logger(__name__)
_caller: ContextVar[SignedIn | None] = ContextVar("caller", default=None)
_verdicts = Counter("thads_events", "Events that reached the gate", ["verdict"])


def current_actor() -> Actor:
    """Who sent the event being handled.

    Raises:
        Forbidden: nobody signed in (`signed_out`).
    """
    caller = _caller.get()
    if caller is None:
        raise Forbidden("signed_out", status=401)
    return caller.actor


def current_username() -> str:
    """The user name of whoever sent the event being handled; empty when nobody signed in."""
    caller = _caller.get()
    return caller.username if caller else ""


async def still_current_actor() -> Actor | None:
    """The same person with the rights they have now; None once their session has ended.

    For handlers that live long: what `current_actor` says is as old as the event. Does not count as use of the session.
    """
    caller = _caller.get()
    if caller is None:
        return None
    now = await sessions.resolve_hash(caller.actor.session_hash, address=caller.actor.address, touch=False)
    if now is not None:
        now = replace(now, actor=replace(now.actor, request_id=caller.actor.request_id))
    _caller.set(now)
    return now.actor if now else None


def act_as(caller: SignedIn | None) -> None:
    """Say who acts in this context; the gate does it for each event, tests for handlers called directly."""
    _caller.set(caller)


class Gate(Middleware):
    """Runs before every handler, chained and background ones too, while the tab's state is held."""

    async def preprocess(self, app: Any, state: BaseState, event: Event) -> StateUpdate | None:  # noqa: ARG002
        """Let the event through (None) or answer it here."""
        trace = logs.begin("event")
        try:
            caller = await _caller_of(state)
        except Refused as refused:  # nobody can be known now (`busy`), so nothing of the tab's state may be sent
            log.info("event", name=short_name(event.name), outcome=f"refused:{refused.code}", ms=trace.milliseconds)
            told = await state.get_state(SessionState)
            told._tell(sentence(refused))  # noqa: SLF001
            return await internals.changes_of_part(told)
        if caller is not None:
            trace.account_id = caller.actor.account_id
            caller = replace(caller, actor=replace(caller.actor, request_id=trace.request_id))
        act_as(caller)
        token = internals.tab_token(state)
        open_tabs.note(token, caller, event.name)
        session_hash = caller.actor.session_hash if caller else ""
        bound = await state.get_state(SessionState)
        rights = fingerprint(caller) if event.name in internals.HYDRATE else None
        if not bound._belongs_to(session_hash, rights):  # noqa: SLF001
            if rights is not None or bound._is_free():  # noqa: SLF001
                # Somebody else's tab, a new one, or one filled under other rights: nothing of that may be sent.
                state._get_root_state().reset()  # noqa: SLF001
                bound._bind(session_hash, fingerprint(caller))  # noqa: SLF001
            elif event.name not in internals.INTERNAL:
                _verdicts.labels("foreign_state").inc()
                return StateUpdate(events=internals.go_to(_sign_in_path(state)))
        if event.name in internals.INTERNAL:
            return None
        function = internals.handler_function(event.name)
        verdict = judge(policy_of(function) if function else None, caller)
        _verdicts.labels(verdict).inc()
        if verdict is Verdict.ALLOWED:
            _note_end_of(asyncio.current_task(), trace, event.name)
            return None
        log.info("event", name=short_name(event.name), outcome=verdict.value, ms=trace.milliseconds)
        if verdict is Verdict.FORBIDDEN and caller is not None and not open_tabs.was_told(token):
            needed = policy_of(function) if function else None
            await note_refusal(caller.actor, "handler", short_name(event.name), rights_of(needed))
        return await _refusal(state, bound, event, verdict)


def short_name(event_name: str) -> str:
    """A handler's name without the modules in front: `case_list_state.load`."""
    state, _, handler = event_name.rpartition(".")
    return f"{state.rpartition('____')[2]}.{handler}"


def _note_end_of(task: "asyncio.Task[Any] | None", trace: logs.Trace, event_name: str) -> None:
    """Log the event when its task ends; Reflex runs each event in a task of its own."""

    def note(ended: "asyncio.Task[Any]") -> None:
        outcome = "done"
        if ended.cancelled():
            outcome = "superseded"
        elif (error := ended.exception()) is not None:
            outcome = f"refused:{error.code}" if isinstance(error, DomainError) else "failed"
            mark(error, trace.request_id, trace.account_id)
        log.info("event", name=short_name(event_name), outcome=outcome, ms=trace.milliseconds)

    if task is not None:
        task.add_done_callback(note)


async def _caller_of(state: BaseState) -> SignedIn | None:
    secret = session_cookie(internals.cookie_header(state))
    return await sessions.resolve(secret, address=internals.client_ip(state)) if secret else None


async def _refusal(state: BaseState, bound: SessionState, event: Event, verdict: Verdict) -> StateUpdate:
    if verdict is Verdict.SIGN_IN_FIRST:
        return StateUpdate(events=internals.go_to(_sign_in_path(state)))
    if verdict in DETOURS:
        return StateUpdate(events=internals.go_to(DETOURS[verdict]))
    if event.name in internals.load_event_names(internals.page_path(state)):
        return StateUpdate(events=internals.go_to(FORBIDDEN_PAGE))
    bound._tell(sentence("forbidden"))  # noqa: SLF001
    return await internals.changes_of(state)


def _sign_in_path(state: BaseState) -> str:
    query = internals.page_query(state)
    wanted = safe_next(internals.page_path(state) + (f"?{query}" if query else ""))
    return f"{SIGN_IN_PAGE}?loi=het-phien" + (f"&tiep={quote(wanted, safe='')}" if wanted not in ("", "/") else "")
