"""Folding in the background, every two seconds, in as many processes as like: the database lets one at a time do it."""

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from thads_app.services.folding import fold_now

SECONDS_BETWEEN_FOLDS = 2.0
_PATIENCE_SECONDS = 1.0

logger = logging.getLogger(__name__)


async def fold_forever(seconds: float = SECONDS_BETWEEN_FOLDS) -> None:
    """Fold, wait, and fold again until cancelled. A database that is away for a while is no reason to stop."""
    while True:
        try:
            await fold_now(_PATIENCE_SECONDS)
        except (SQLAlchemyError, OSError):
            logger.exception("folding failed; trying again")
        await asyncio.sleep(seconds)
