"""All pages are known before any of them is tried, as in the served app; and the known cases."""

import pytest

import pages.registry  # noqa: F401
from tests.support.some_cases import World, make_world


@pytest.fixture
async def world(database: str) -> World:
    """The cast and the known cases, in this test's own database."""
    return await make_world()
