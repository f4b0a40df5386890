"""A provider's tap reaches the open feed, over a real Kafka and a real PostgreSQL."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from aiokafka import AIOKafkaProducer

from services.directory.bootstrap import make_parts
from services.directory.entrypoints.event_subscribers import COPY_OF_SIGNALS
from services.directory.entrypoints.feeds.load_command import load
from services.directory.settings import DirectorySettings
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool
from shared.service_defaults.process import ServiceParts
from tests.component.directory.test_load import feed_file
from tests.component.directory.test_space import SERVICE, signal
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.service_in_process import service_in_process
from tests.unit.directory.records import a_record


@pytest.fixture
async def at_work(
    settings: DirectorySettings, pool: Pool, empty_topics: str
) -> AsyncIterator[httpx.AsyncClient]:
    """The consumers that the bootstrap asks for, and HTTP beside them."""
    found: list[ServiceParts] = []

    def made(platform: object) -> ServiceParts:
        found.append(make_parts(platform))  # type: ignore[arg-type]
        return found[0]

    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(service_in_process("directory", made, settings, pool))
        assert COPY_OF_SIGNALS in found[0].subscriptions
        consumers = Consumers("directory", empty_topics, pool, found[0].subscriptions, MessagingMetrics())
        await stack.enter_async_context(running(consumers.run))
        await eventually(consumers.ready, within=30)
        yield client


@pytest.mark.timeout(300)  # all topics are made anew first
async def test_what_a_provider_taps_is_in_the_feed_each_time(
    at_work: httpx.AsyncClient, settings: DirectorySettings, empty_topics: str, tmp_path: Path
) -> None:
    """The seconds that each full took are printed; how fast they are depends on what else the machine does."""
    await load(feed_file(tmp_path, a_record()), settings)
    now = datetime.now(UTC)
    lasting = {"confirmed_at": now, "expires_at": now + timedelta(days=7)}

    async def available() -> list[float]:
        return [each["available"] for each in (await at_work.get(SERVICE)).json().get("capacities", ())]

    async with AIOKafkaProducer(bootstrap_servers=empty_topics) as producer:

        async def say(version: int, status: str, free: int | None, told: float) -> float:
            """The seconds until the feed says so."""
            event = signal(status, free, version, **lasting)
            headers = [(name, value.encode()) for name, value in event.headers().items()]
            began = time.monotonic()
            await producer.send_and_wait(
                event.data.topic, event.body(), key=event.subject.encode(), headers=headers
            )

            async def is_told() -> bool:
                return await available() == [told]

            await eventually(is_told, within=30)
            return time.monotonic() - began

        taken = []
        for version in (1, 3, 5):
            await say(version, "open", None, 50)
            taken.append(await say(version + 1, "full", 0, 0))

    print([round(each, 2) for each in taken])
