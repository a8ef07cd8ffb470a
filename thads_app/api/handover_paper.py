"""The printed record of a handover as it leaves the application: recorded, and saying who printed it."""

import asyncio
from dataclasses import dataclass

from models.personal_enums import ExportKind
from thads_app.documents.handover_record import handover_record_pdf, record_data
from thads_app.rules.rights import Actor
from thads_app.services.exports import record_export
from thads_app.services.handover_views import handover_detail


@dataclass(frozen=True)
class Paper:
    """A PDF, its file name, and the code of its record."""

    content: bytes
    name: str
    code: str


async def handover_paper(actor: Actor, handover_id: int) -> Paper:
    """The biên bản of a handover that was sent, for whoever may see the handover.

    Raises:
        NotFound: no such handover for the actor. Refused: it was not sent yet.
    """
    detail = await handover_detail(actor, handover_id)
    record_data(detail)  # a draft has no record: said before anything is noted
    label = detail.view.label
    name = f"bien-ban-{label.replace('/', '-')}.pdf"
    about = f"bàn giao {label}"
    stamp = await record_export(actor, ExportKind.HANDOVER_RECORD, name, len(detail.items), {}, about=about)
    content = await asyncio.to_thread(handover_record_pdf, detail, stamp.line)
    return Paper(content, name, stamp.code)
