"""The whole system, as `./kith test scenarios` starts it; without one these tests fail, and say why."""

import os
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from deploy.demo.outside_client import client_from_environment
from deploy.demo.spaces import Providers, read_directory
from tests.browser.the_browser import NoBrowser, chromium
from tests.scenarios.council_lists import council_lists
from tests.scenarios.menu_services import Listed
from tests.scenarios.scene import Scene

NO_SYSTEM = "scenarios need the whole system: run them with `./kith test scenarios`"


@pytest.fixture(scope="session")
def origin() -> str:
    found = os.environ.get("KITH_TEST_URL")
    if found is None:
        pytest.fail(NO_SYSTEM)
    return found.rstrip("/")


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One Chromium for all; each person gets a profile of their own with `visitor`."""
    try:
        async with chromium() as found:
            yield found
    except NoBrowser as missing:
        pytest.fail(str(missing))


@pytest.fixture(scope="session")
async def listed(origin: str) -> AsyncIterator[Listed]:
    """What boroughs list of their own, read by the directory, and withdrawn when the scenarios have ended."""
    async with client_from_environment() as client, council_lists(client) as found:
        yield found


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    if "KITH_TEST_URL" not in os.environ:
        pytest.fail(NO_SYSTEM)
    async with client_from_environment() as client:
        yield Scene(client, Providers(client, await read_directory(client)))
