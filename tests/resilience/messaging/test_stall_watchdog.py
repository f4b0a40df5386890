"""A consumer that is alive and reads nothing, though there is something to read, ends its process."""

import asyncio
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer

from shared.messaging import stall_watchdog
from shared.messaging.stall_watchdog import ConsumerStalled, StallWatchdog
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stall_watchdog, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(stall_watchdog, "STALLED_AFTER_SECONDS", 0.6)


async def test_consumer_that_reads_nothing_though_there_is_something_is_stalled(
    place: MessagingPlace,
) -> None:
    async with place.raw_producer() as producer:
        await producer.send_and_wait(place.topic, b"{}")
    consumer = await _consumer(place)
    try:
        watchdog = StallWatchdog("test.group", lambda: consumer)
        async with asyncio.timeout(20):
            with pytest.raises(ConsumerStalled):
                await watchdog.run()
    finally:
        await consumer.stop()


async def test_consumer_that_has_read_all_or_goes_on_is_not_stalled(place: MessagingPlace) -> None:
    consumer = await _consumer(place)
    looks = 0

    def look() -> AIOKafkaConsumer:
        nonlocal looks
        looks += 1
        return consumer

    watchdog = StallWatchdog("test.group", look)
    watching = asyncio.create_task(watchdog.run())
    try:

        async def looked_often() -> bool:
            return looks > 6

        await eventually(looked_often)
        async with place.raw_producer() as producer:
            await producer.send_and_wait(place.topic, b"{}")
        seen = looks

        async def going_on() -> bool:
            watchdog.progressed()
            return looks > seen + 6

        await eventually(going_on)
        assert not watching.done()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await consumer.stop()


async def _consumer(place: MessagingPlace) -> AIOKafkaConsumer:
    """Has its partitions and their positions, and is never asked for records."""
    consumer = AIOKafkaConsumer(
        place.topic,
        bootstrap_servers=place.servers.kafka,
        group_id=f"test.{uuid4().hex}",
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    await consumer.start()
    return consumer
