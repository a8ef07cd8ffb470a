"""Bringing the offices and the published results of the program into the database."""

from __future__ import annotations

from sqlalchemy import text

from thads_app.db import owner_engine
from thads_app.reference.offices import load_offices
from thads_app.reference.processing import PROCESSING_ACTIVITIES
from thads_app.reference.published import load_published
from thads_app.repositories.data_requests import store_activities
from thads_app.repositories.reference import store_offices, store_published
from thads_app.repositories.targets import store_national_targets
from thads_app.rules.targets import NATIONAL_TARGETS

_LOCK_NUMBER = 7_403_202


def load_reference() -> int:
    """Load the reference data, or bring it up to date; return how many offices were added.

    Safe to repeat. Holidays are rules, not rows: they ship in `thads_app.rules.calendar_data`.
    """
    engine = owner_engine()
    try:
        with engine.begin() as connection:
            # Two programs that start together: the second waits, then finds everything there.
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
            added = store_offices(connection, load_offices())
            store_published(connection, load_published())
            store_national_targets(connection, NATIONAL_TARGETS)
            store_activities(connection, PROCESSING_ACTIVITIES)
            return added
    finally:
        engine.dispose()
