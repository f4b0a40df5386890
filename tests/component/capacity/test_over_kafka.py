"""The whole service between a real Kafka and a real PostgreSQL: words in, outcomes out, each once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from prometheus_client import CollectorRegistry

from services.capacity.bootstrap import make_parts
from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Source, Status
from services.capacity.settings import CapacitySettings
from services.capacity.use_cases.say_signal import SaySignal, say_signal
from shared.events.envelope import Event, new_event
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.process import Platform
from tests.component.capacity.at_work import asked, published
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.reaching import EVERYWHERE


@pytest.fixture
def settings(settings: CapacitySettings, empty_topics: str) -> CapacitySettings:
    return settings.model_copy(update={"kafka_bootstrap_servers": empty_topics})


@pytest.fixture
async def at_work(settings: CapacitySettings, pool: Pool) -> AsyncIterator[None]:
    """Consumers and relay, as the worker runs them."""
    metrics = MessagingMetrics()
    async with httpx.AsyncClient() as outward, AsyncExitStack() as stack:
        parts = make_parts(Platform(settings, pool, utc_now, CollectorRegistry(), outward))
        consumers = Consumers(
            "capacity", settings.kafka_bootstrap_servers, pool, parts.subscriptions, metrics
        )
        relay = OutboxRelay(
            "capacity", settings.postgres_dsn.get_secret_value(), settings.kafka_bootstrap_servers, metrics
        )
        await stack.enter_async_context(running(consumers.run))
        await stack.enter_async_context(running(relay.run))
        await eventually(consumers.ready, within=30)
        yield


@asynccontextmanager
async def a_producer(servers: str) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send(producer: AIOKafkaProducer, events: Sequence[Event[Any]]) -> None:
    acknowledged = [
        await producer.send(
            each.data.topic,
            each.body(),
            key=each.subject.encode(),
            headers=[(name, value.encode()) for name, value in each.headers().items()],
        )
        for each in events
    ]
    await asyncio.gather(*acknowledged)


async def outcomes(servers: str, wanted: int) -> list[tuple[str, dict[str, Any]]]:
    """What stands on the places topic from the first offset on, once there is as much as is wanted."""
    consumer = AIOKafkaConsumer("capacity.places.v1", bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    found: list[tuple[str, dict[str, Any]]] = []
    try:
        async with asyncio.timeout(30):
            while len(found) < wanted:
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [
                        (dict(each.headers)["ce_type"].decode(), orjson.loads(each.value)) for each in records
                    ]
    finally:
        await consumer.stop()
    return found


async def test_200_requests_over_kafka_for_7_places_get_exactly_7_each_answered_once(
    settings: CapacitySettings, pool: Pool, at_work: None
) -> None:
    servers, pool_id = settings.kafka_bootstrap_servers, uuid4()
    requests = [asked(pool_id) for _ in range(200)]
    last = asked(uuid4())
    async with a_producer(servers) as producer:
        await send(producer, [published(uuid4(), [pool_id])])
        await eventually(lambda: pool.fetchval("SELECT true FROM pools WHERE pool_id = $1", pool_id))
        async with transaction(pool, EVERYWHERE) as connection:
            seven = Statement(Status.OPEN, 7, 0, datetime.now(UTC), Source.API)
            await say_signal(
                connection, SaySignal(pool_id, seven), now=utc_now(), signal_life=timedelta(days=7)
            )
        await send(producer, requests)
        await send(producer, [*requests, last])

        found = await outcomes(servers, 201)

    kinds = Counter(kind for kind, data in found if data["pool_id"] == str(pool_id))
    assert kinds == {"capacity.place-held.v1": 7, "capacity.place-refused.v1": 193}
    assert len({data["request_id"] for _, data in found}) == 201


async def test_a_request_said_again_over_kafka_is_answered_again_by_the_same_hold(
    settings: CapacitySettings, pool: Pool, at_work: None
) -> None:
    servers, pool_id = settings.kafka_bootstrap_servers, uuid4()
    request = asked(pool_id)
    async with a_producer(servers) as producer:
        await send(producer, [published(uuid4(), [pool_id])])
        await eventually(lambda: pool.fetchval("SELECT true FROM pools WHERE pool_id = $1", pool_id))
        async with transaction(pool, EVERYWHERE) as connection:
            two = Statement(Status.OPEN, 2, 0, datetime.now(UTC), Source.API)
            await say_signal(
                connection, SaySignal(pool_id, two), now=utc_now(), signal_life=timedelta(days=7)
            )
        await send(producer, [request])
        await outcomes(servers, 1)
        await send(producer, [new_event(request.data, area=request.area)])

        first, again = await outcomes(servers, 2)

    assert first == again
    assert first[0] == "capacity.place-held.v1"
    assert await pool.fetchval("SELECT held FROM pools WHERE pool_id = $1", pool_id) == 1
