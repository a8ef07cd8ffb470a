"""How every route of `/api/v1` answers: problems as problems, nothing for caches; also where no route is."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from thads_app.api.guard import api_actor
from thads_app.api.v1.problems import problem, problem_of
from thads_app.messages import sentence
from thads_app.rules.rights import Actor

PREFIX = "/api/v1"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]


class ProblemRoute(APIRoute):
    """A route whose every failure is a problem, the refusals of its policy included."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler, made safe."""
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            try:
                response = await answer(request)
            except Exception as error:  # noqa: BLE001 (an unforeseen one is logged under a number)
                response = problem_of(error)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return guarded


def area(name: str) -> APIRouter:
    """The router of one area: `/api/v1/<name>`."""
    return APIRouter(
        prefix=f"{PREFIX}{name}",
        route_class=ProblemRoute,
        tags=[name.strip("/") or "general"],
        generate_unique_id_function=lambda route: route.name,
    )


def close_with_fallback(router: APIRouter) -> None:
    """Answer what no route takes: 405 with the methods the address knows, or 404."""
    known = list(router.routes)

    async def nothing_here(_actor: Annotated[Actor, api_actor("authenticated")], request: Request) -> Response:
        allowed = sorted(method for method in METHODS if _takes(known, request, method))
        if allowed:
            detail = sentence("method_not_allowed", method=request.method)
            return problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, headers={"Allow": ", ".join(allowed)}
            )
        return problem(HTTPStatus.NOT_FOUND, "no_such_path")

    rest = APIRouter(route_class=ProblemRoute)
    rest.add_api_route(f"{PREFIX}/{{path:path}}", nothing_here, methods=METHODS, include_in_schema=False)
    router.include_router(rest)


def _takes(routes: list[BaseRoute], request: Request, method: str) -> bool:
    scope = dict(request.scope) | {"method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in routes)
