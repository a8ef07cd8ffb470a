"""Deleting uploads and lists of temporary passwords when their time is over, whether or not anybody comes back."""

import asyncio
import logging

from thads_app.services.administration import bulk_accounts
from thads_app.services.importing import jobs

SECONDS_BETWEEN = 300.0

logger = logging.getLogger(__name__)


async def tidy_forever(seconds: float = SECONDS_BETWEEN) -> None:
    """Delete, wait, and delete again until cancelled, in as many processes as like."""
    while True:
        for discard in (jobs.discard_old, bulk_accounts.discard_old):
            try:
                await asyncio.to_thread(discard)
            except OSError:
                logger.exception("old uploads could not be deleted; trying again")
        await asyncio.sleep(seconds)
