"""The API with the cast's tokens, in a database of the test's own or of its module's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.support.api_client import Api, open_api
from tests.support.cast import Cast, make_cast


@pytest.fixture
async def api(cast: Cast) -> AsyncIterator[Api]:
    opened = await open_api(cast)
    yield opened
    await opened.client.aclose()


@pytest.fixture(scope="module")
async def module_api(module_database: str) -> AsyncIterator[Api]:
    opened = await open_api(await make_cast())
    yield opened
    await opened.client.aclose()
