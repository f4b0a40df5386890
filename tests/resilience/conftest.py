"""Places for tests of messaging, on the real servers of the run."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.bench.bench_places import Servers
from tests.support.messaging_place import MessagingPlace, messaging_place


@pytest_asyncio.fixture
async def servers(kafka: str, postgres_admin_dsn: str) -> Servers:
    return Servers(kafka, postgres_admin_dsn)


@pytest_asyncio.fixture
async def place(servers: Servers) -> AsyncIterator[MessagingPlace]:
    async with messaging_place(servers) as made:
        yield made
