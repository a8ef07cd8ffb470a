"""`/api/v1`: the same services as the screens, for programs that carry a bearer token."""

from fastapi import APIRouter

from thads_app.api.v1 import cases, confirmations, events, handovers, lookups, reports
from thads_app.api.v1.openapi import description_route
from thads_app.api.v1.routing import ProblemRoute, close_with_fallback

router = APIRouter(route_class=ProblemRoute)
for each in (lookups, cases, events, confirmations, handovers, reports):
    router.include_router(each.router)
router.include_router(description_route(router))
close_with_fallback(router)
