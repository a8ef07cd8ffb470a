"""The people of the browser tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.people import People
from tests.conftest import AppServer
from thads_app import db
from thads_app.services import sessions
from thads_app.services.office_tree import forget_offices


@pytest.fixture
async def people(app_server: AppServer, browser: Browser) -> AsyncIterator[People]:
    """The people of the demonstration; services called by the test work on the served app's database."""
    db.choose_database(app_server.database_url)
    forget_offices()
    here = People(app_server, browser)
    yield here
    for context in here.contexts:
        await context.close()
    await db.dispose()
    db.choose_database(None)
    forget_offices()
    sessions.forget_everything()
    assert not here.complaints, here.complaints
