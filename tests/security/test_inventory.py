"""Every door is known: each handler and each route states who may use it, and the open ones are listed here by hand."""

from __future__ import annotations

import inspect

import pytest
from fastapi import APIRouter, FastAPI

from pages.registry import NOT_FOUND_ROUTE, PAGES, page_rules
from thads_app import thads_app as assembled
from thads_app.api import build_api
from thads_app.api.guard import require_policies, route_policies
from thads_app.auth import reflex_internals as internals
from thads_app.auth.page_gate import PageRule
from thads_app.auth.policy import Access, policy_of

PUBLIC_HANDLERS = {"SessionState.close_notice", "SessionState.show_incident", "SessionState.show_refusal"}
PUBLIC_ROUTES = {
    "/api/auth/login", "/api/auth/logout", "/api/auth/ways", "/api/auth/oidc/{provider_id}/start",
    "/api/auth/oidc/{provider_id}/callback", "/api/auth/oidc/{provider_id}/backchannel-logout",
    "/api/auth/oidc/{provider_id}/signed-out", "/api/v1/openapi.json", "/healthz", "/readyz", "/metrics",
}  # fmt: skip
PUBLIC_PAGES = {"/login", "/khong-co-quyen"}


def our_handlers() -> dict[str, object]:
    """Every handler a client can name that is ours: not the framework's internals, not the tests' own states."""
    assert assembled.app is not None
    found: dict[str, object] = {}
    for name in internals.handler_names():
        function = internals.handler_function(name)
        module = getattr(function, "__module__", "")
        if name in internals.INTERNAL or name.endswith(f".{internals.SETTER}") or module.startswith("tests"):
            continue
        found[f"{name.rsplit('.', 2)[-2]}.{name.rsplit('.', 1)[-1]}"] = function
    return found


def test_every_handler_states_a_policy() -> None:
    bare = [name for name, function in our_handlers().items() if policy_of(function) is None]
    assert not bare, f"handlers without @policy: {bare}"


def test_the_public_handlers_are_these_and_no_others() -> None:
    public = {
        f"{function.__qualname__}"  # type: ignore[attr-defined]
        for function in our_handlers().values()
        if Access.PUBLIC in (policy_of(function) or ())
    }
    assert public == PUBLIC_HANDLERS


def test_every_handler_is_asynchronous() -> None:
    blocking = [
        name
        for name, function in our_handlers().items()
        if not (inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function))
    ]
    assert not blocking, f"these run on the event loop and stop everybody: {blocking}"


def test_the_setters_of_the_framework_are_never_allowed() -> None:
    setters = [name for name in internals.handler_names() if name.endswith(f".{internals.SETTER}")]
    assert setters
    assert not [name for name in setters if name in internals.INTERNAL]
    assert not [name for name in setters if policy_of(internals.handler_function(name)) is not None]


def test_no_state_keeps_anything_in_the_browsers_storage() -> None:
    from reflex_base.registry import RegistrationContext

    kept = [
        f"{state.__name__}.{name}"
        for state in RegistrationContext.get().base_states.values()
        if not state.__module__.startswith("reflex")
        for name in state.vars
        if state._is_client_storage(name)
    ]
    assert not kept


def test_every_route_states_a_policy_and_the_public_ones_are_these() -> None:
    stated = dict(route_policies(build_api()))
    assert not [path for path, demanded in stated.items() if demanded is None]
    assert {path for path, demanded in stated.items() if Access.PUBLIC in (demanded or ())} == PUBLIC_ROUTES


def test_a_route_that_states_nothing_stops_the_program() -> None:
    router = APIRouter()

    @router.get("/api/ai-cung-vao")
    async def open_to_all() -> dict[str, str]:
        return {}

    api = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    api.include_router(router)
    with pytest.raises(RuntimeError, match="/api/ai-cung-vao"):
        require_policies(api)


def test_the_public_pages_are_these_and_no_others() -> None:
    public = {page.route for page in PAGES if Access.PUBLIC in page.demanded} - {NOT_FOUND_ROUTE}
    assert public == PUBLIC_PAGES


def test_every_page_has_a_rule_for_its_document() -> None:
    assert {rule.route for rule in page_rules()} == {page.route for page in PAGES} - {NOT_FOUND_ROUTE}


@pytest.mark.parametrize(
    ("route", "path", "matches"),
    [
        ("/", "/", True),
        ("/", "/ho-so", False),
        ("/ho-so", "/ho-so", True),
        ("/ho-so", "/ho-so/moi", False),
        ("/ho-so/[case_id]", "/ho-so/17", True),
        ("/ho-so/[case_id]", "/ho-so/17/x", False),
        ("/ho-so/[case_id]", "/ho-so", False),
    ],
)
def test_a_rule_knows_its_pages_paths(route: str, path: str, matches: bool) -> None:
    assert bool(PageRule(route, ()).pattern().fullmatch(path)) is matches
