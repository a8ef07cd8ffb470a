"""Is it alive, is it ready, how is it doing."""

import asyncio

from fastapi import APIRouter, Depends
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from starlette.responses import JSONResponse, Response

from thads_app.api.guard import RoutePolicy
from thads_app.auth.incidents import note_incident
from thads_app.db import unit_of_work
from thads_app.rules.rights import NOWHERE

router = APIRouter(include_in_schema=False, dependencies=[Depends(RoutePolicy("public"))])
_PATIENCE_SECONDS = 3


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz() -> JSONResponse:
    """The database answers in time; 503 when it does not."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS), unit_of_work(NOWHERE) as session:
            await session.execute(text("SELECT 1"))
    except Exception as failed:  # noqa: BLE001 (whatever it is, we are not ready)
        return JSONResponse({"status": "unready", "database": False, "incident": note_incident(failed)}, 503)
    return JSONResponse({"status": "ready", "database": True})


@router.get("/metrics")
async def metrics() -> Response:
    """Counters and gauges of this process for Prometheus; no label names a person or a case."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
