"""The printed record of a handover."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from thads_app.api.guard import signed_in_actor
from thads_app.documents.handover_record import handover_record_pdf
from thads_app.rules.rights import Actor, Permission
from thads_app.services.handover_views import handover_detail

router = APIRouter(prefix="/api/handovers", include_in_schema=False)
LARGEST_ID = 2**63 - 1


@router.get("/{handover_id}/bien-ban.pdf")
async def record(
    handover_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    actor: Annotated[Actor, signed_in_actor(Permission.HANDOVER_READ)],
) -> Response:
    """The biên bản of a handover that was sent, as PDF, for whoever may see the handover."""
    detail = await handover_detail(actor, handover_id)
    paper = await asyncio.to_thread(handover_record_pdf, detail)
    name = detail.view.label.replace("/", "-")
    headers = {"Content-Disposition": f'inline; filename="bien-ban-{name}.pdf"', "Cache-Control": "no-store"}
    return Response(paper, media_type="application/pdf", headers=headers)
