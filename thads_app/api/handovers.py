"""The printed record of a handover."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from thads_app.api.guard import signed_in_actor
from thads_app.api.handover_paper import handover_paper
from thads_app.rules.rights import Actor, Permission

router = APIRouter(prefix="/api/handovers", include_in_schema=False)
LARGEST_ID = 2**63 - 1


@router.get("/{handover_id}/bien-ban.pdf")
async def record(
    handover_id: Annotated[int, Path(ge=1, le=LARGEST_ID)],
    actor: Annotated[Actor, signed_in_actor(Permission.HANDOVER_READ)],
) -> Response:
    """The biên bản of a handover that was sent, as PDF, for whoever may see the handover."""
    paper = await handover_paper(actor, handover_id)
    headers = {"Content-Disposition": f'inline; filename="{paper.name}"', "Cache-Control": "no-store"}
    return Response(paper.content, media_type="application/pdf", headers=headers)
