"""The whole system, as `./kith test scenarios` starts it; without one these tests fail, and say why."""

import os
from collections.abc import AsyncIterator

import pytest

from deploy.demo.outside_client import client_from_environment
from deploy.demo.spaces import Providers, read_directory
from tests.scenarios.scene import Scene


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    if "KITH_TEST_URL" not in os.environ:
        pytest.fail("scenarios need the whole system: run them with `./kith test scenarios`")
    async with client_from_environment() as client:
        yield Scene(client, Providers(client, await read_directory(client)))
