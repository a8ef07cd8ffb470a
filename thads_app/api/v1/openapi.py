"""The description of `/api/v1`: paths, bodies, answers, and the one shape of every problem."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse

from thads_app.api.guard import RoutePolicy
from thads_app.api.v1.problems import PROBLEM_TYPE
from thads_app.api.v1.routing import area

DESCRIPTION = """\
Read and write cases, events, handovers and statistical forms with the same rules and the same rights as the screens.

* A bearer token stands for an account; `thads users token` makes one.
* Codes are English, sentences for people Vietnamese. Money is whole đồng, days `YYYY-MM-DD`, moments ISO 8601 in UTC.
* What lies outside your offices does not exist for you: 404, or an empty list.
* Lists page by key: follow `next` and `previous` as they are.
* Writes that carry a `request_id` (a UUID you make) can be repeated safely; a `version` stops you from overwriting
  somebody else's work (409 `stale_version`).
* At most 100 requests a second per account in the long run, 3,000 at once; beyond that 429 `too_often`, and
  `Retry-After` says when to come back.
* Every failure is a problem (RFC 9457) with our `code`, a sentence in `detail`, and what is wrong with each field in
  `fields`. An unforeseen failure shows a number under which it was logged.
"""
_FAILURES = {
    400: "The request cannot be read",
    401: "No valid token",
    403: "The account lacks the right",
    404: "No such thing in your offices",
    409: "The law, the state of the case or somebody else's change forbids it",
    413: "The body is too large",
    422: "Fields are wrong",
    429: "Too many requests in a short time; Retry-After says when to come back",
    500: "An unforeseen failure, logged under a number",
    503: "Too busy now; Retry-After says when to come back",
}
_TEXT = {"type": "string"}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": _TEXT,
        "title": _TEXT,
        "status": {"type": "integer"},
        "code": _TEXT | {"description": "Ours; for programs"},
        "detail": _TEXT | {"description": "A Vietnamese sentence for people"},
        "fields": {
            "type": "object",
            "description": "Field name → what is wrong with it",
            "additionalProperties": {
                "type": "object",
                "required": ["code", "detail"],
                "properties": {"code": _TEXT, "detail": _TEXT},
            },
        },
        "incident": _TEXT | {"description": "The number an unforeseen failure was logged under"},
        "by": _TEXT | {"description": "Who changed it meanwhile"},
        "changes": {
            "type": "object",
            "description": "Field name → what it was and what it is now, in words",
            "additionalProperties": {
                "type": "object",
                "required": ["before", "now"],
                "properties": {"before": _TEXT, "now": _TEXT},
            },
        },
    },
}


def description_route(router: APIRouter) -> APIRouter:
    """The route that hands the description of these routes out, to anybody."""
    route = area("")

    @cache
    def described() -> dict[str, Any]:
        return describe(router)

    @route.get("/openapi.json", include_in_schema=False)
    async def openapi(_public: Annotated[object, Depends(RoutePolicy("public"))]) -> JSONResponse:
        return JSONResponse(described(), headers={"Cache-Control": "max-age=300"})

    return route


def describe(router: APIRouter) -> dict[str, Any]:
    """OpenAPI 3.1 of a router's routes, as `/api/v1/openapi.json` gives it."""
    document = get_openapi(title="THADS App", version="1", description=DESCRIPTION, routes=router.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas["Problem"] = _PROBLEM
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    document["security"] = [{"token": []}]
    for operations in document["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return document


def _complete(operation: dict[str, Any]) -> None:
    """Name the token as what it is, and every way the operation can fail."""
    parameters = [one for one in operation.get("parameters", []) if one["in"] != "header"]
    operation["parameters"] = parameters
    for status, words in _FAILURES.items():
        operation["responses"][str(status)] = {
            "description": words,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
