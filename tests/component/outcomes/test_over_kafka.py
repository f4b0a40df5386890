"""Outcomes as it runs: a process of its own that hears referral over Kafka, asks, and says what was answered."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from services.outcomes.settings import OutcomesSettings
from shared.events.envelope import Event
from shared.service_defaults.clock import utc_now
from tests.component.outcomes.journey import Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.support.eventually import eventually
from tests.support.local_process import free_ports

ROOT = Path(__file__).parents[3]


async def publish(kafka: str, *events: Event[Any]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        for event in events:
            headers = [(name, value.encode()) for name, value in event.headers().items()]
            await producer.send_and_wait(
                event.data.topic, event.body(), key=event.subject.encode(), headers=headers
            )
    finally:
        await producer.stop()


@asynccontextmanager
async def hearing(kafka: str, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def next_types(consumer: AIOKafkaConsumer, count: int) -> list[str]:
    """The types of the next events."""
    found: list[str] = []
    async with asyncio.timeout(60):
        while len(found) < count:
            record = await consumer.getone()
            found.append(dict(record.headers)["ce_type"].decode())
    return found


@asynccontextmanager
async def outcomes_process(
    settings: OutcomesSettings, kafka: str, port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m services.outcomes`, killed at the end if it still runs."""
    given = {
        "POSTGRES_DSN": settings.postgres_dsn.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "HTTP_PORT": str(port),
        "PUBLIC_URL": settings.public_url,
        "LINK_SIGNING_KEY": settings.link_signing_key.get_secret_value(),
        "INTERNAL_KEY": settings.internal_key.get_secret_value(),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.outcomes"),
        cwd=ROOT,
        env={**os.environ, **{f"OUTCOMES_{name}": value for name, value in given.items()}},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def is_ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.timeout(240)
async def test_a_place_is_followed_by_a_question_an_answer_and_a_score(
    world: OutcomesWorld, empty_topics: str
) -> None:
    journey = Journey(now=utc_now() - timedelta(hours=1))
    world.clock.now = utc_now()
    received, accepted = journey.received(), journey.accepted()
    [port] = free_ports(1)
    async with (
        outcomes_process(world.settings, empty_topics, port) as process,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client,
        hearing(empty_topics, "outcomes.follow-ups.v1") as consumer,
    ):
        await eventually(lambda: is_ready(client), within=60)
        await publish(empty_topics, received, accepted, received, accepted)
        asked = await next_types(consumer, 1)
        page = await world.answer(client, journey.leg_id, "before", "3333333")
        answered = await next_types(consumer, 2)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 15) == 0

    assert page.status_code == 200
    assert asked == ["outcomes.follow-up-due.v1"]
    assert answered == ["outcomes.measure-recorded.v1", "outcomes.follow-up-settled.v1"]
    assert await world.pool.fetchval("SELECT count(*) FROM legs") == 1
