"""What `auth/reflex_internals.py` leans on inside Reflex. When an upgrade moves it, this fails before a door opens."""

from __future__ import annotations

import inspect

import reflex as rx
from reflex.app import EventNamespace
from reflex.middleware.middleware import Middleware
from reflex_base.event.processor import base_state_processor

from thads_app import thads_app as assembled
from thads_app.auth import reflex_internals as internals
from thads_app.auth.gate import Gate
from thads_app.auth.socket_guard import MESSAGE_BYTES


def test_the_version_is_the_one_this_was_written_for() -> None:
    from importlib.metadata import version

    assert version("reflex") == "0.10.1"


def test_the_frameworks_own_handlers_are_these_and_no_others() -> None:
    own = {
        name
        for name in internals.handler_names()
        if (getattr(internals.handler_function(name), "__module__", "") or "").startswith("reflex")
        and not name.endswith(f".{internals.SETTER}")
    }
    assert own == set(internals.INTERNAL)


def test_the_gate_is_the_first_and_only_middleware_and_runs_before_the_handler() -> None:
    assert [type(each) for each in assembled.app._middlewares] == [Gate]
    assert list(inspect.signature(Middleware.preprocess).parameters) == ["self", "app", "state", "event"]
    source = inspect.getsource(base_state_processor.BaseStateEventProcessor._execute_event)
    assert source.index("self.middleware._preprocess(") < source.index("await process_event(")


def test_the_guard_stands_around_the_socket() -> None:
    namespace = assembled.app.event_namespace
    assert namespace is not None
    for name in ("on_connect", "on_event", "on_disconnect"):
        assert getattr(namespace, name) is not getattr(EventNamespace, name).__get__(namespace), name
        assert name in vars(namespace), name
    assert "await self.on_event(sid, boot_event)" in inspect.getsource(EventNamespace.on_connect)
    assert assembled.app.sio is not None
    assert assembled.app.sio.eio.max_http_buffer_size == MESSAGE_BYTES


def test_headers_of_an_event_come_from_the_handshake() -> None:
    source = inspect.getsource(EventNamespace.on_event)
    assert "router_data.update(static_router_data)" in source
    assert "router_data[constants.RouteVar.HEADERS] = static_router_data[" in source


def test_a_tabs_token_is_read_from_the_query_string_alone() -> None:
    source = inspect.getsource(EventNamespace.on_connect)
    assert 'urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))' in source
    assert "self.sid_to_token.get(sid)" in inspect.getsource(EventNamespace.on_event)


def test_origins_are_exact() -> None:
    from reflex_base.config import get_config

    from thads_app.settings import get_settings

    assert list(get_config().cors_allowed_origins) == list(get_settings().origins)
    assert assembled.app.sio is not None
    assert assembled.app.sio.eio.cors_allowed_origins == list(get_settings().origins)


def test_a_policy_survives_the_frameworks_decorator() -> None:
    from tests.security.states import VaultState, event_of
    from thads_app.auth.policy import policy_of
    from thads_app.rules.rights import Permission

    assert VaultState is not None
    assert policy_of(internals.handler_function(event_of("import_only"))) == (Permission.IMPORT,)
    assert policy_of(internals.handler_function(event_of("forgotten"))) is None


def test_leaving_needs_no_script_evaluation() -> None:
    assert [event.name for event in internals.go_to("/login")] == ["_redirect"]
    assert isinstance(rx.redirect("/login"), rx.event.EventSpec)


def test_no_upload_endpoint_of_the_framework_exists() -> None:
    from reflex_components_core.core.upload import Upload

    assert not Upload.is_used
