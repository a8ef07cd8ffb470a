"""Sealing the audit trail in the background, and anchoring it outside the database, in as many processes as like."""

import asyncio
import logging
import time

from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from thads_app.services.audit_anchors import AnchorsDiffer, anchor_now
from thads_app.services.audit_seals import Sealer

SECONDS_BETWEEN_SEALS = 2.0
SECONDS_BETWEEN_ANCHORS = 60.0
"""The longest an entry can be undone without leaving a trace, sealing included."""

_differ = Gauge("thads_audit_anchors_differ", "1 when the audit trail does not match its newest anchor")

logger = logging.getLogger(__name__)


async def seal_forever(seconds: float = SECONDS_BETWEEN_SEALS) -> None:
    """Seal, anchor when it is time, wait, until cancelled. A database or a disk that is away is no reason to stop."""
    sealer, next_anchor = Sealer(), 0.0
    while True:
        try:
            await sealer.step()
            if time.monotonic() >= next_anchor:
                next_anchor = time.monotonic() + SECONDS_BETWEEN_ANCHORS
                await anchor_now()
                _differ.set(0)
        except AnchorsDiffer as differ:
            _differ.set(1)
            logger.critical("the audit trail does not match its anchors; run `thads verify`: %s", differ)
        except (SQLAlchemyError, OSError):
            logger.exception("sealing failed; trying again")
        await asyncio.sleep(seconds)
