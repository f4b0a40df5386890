"""Notify as it runs: over the real Kafka, as a process of its own, killed at the worst moment."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from services.notify.entrypoints.event_subscribers import subscriptions
from services.notify.settings import NotifySettings
from shared.events.envelope import Event
from shared.events.referral import ReferralReceivedV1
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from tests.component.notify.notify_world import START, NotifyWorld, event_of
from tests.component.notify.recipient_owner import address_of
from tests.support.eventually import eventually
from tests.support.messaging_place import running

ROOT = Path(__file__).parents[3]


def received() -> Event[ReferralReceivedV1]:
    return event_of(ReferralReceivedV1, door="gp", needs=["housing"], received_at=START)


async def publish(kafka: str, *events: Event[ReferralReceivedV1]) -> None:
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


async def test_redelivered_events_send_one_mail(world: NotifyWorld, empty_topics: str) -> None:
    twice, last = received(), received()
    heard = [each for each in subscriptions(world.clock) if each.group == "notify.referrals"]
    consumers = Consumers("notify", empty_topics, world.pool, heard, MessagingMetrics())

    async with running(consumers.run):
        await publish(empty_topics, twice, twice, last, twice)
        await eventually(
            lambda: world.pool.fetchval(
                "SELECT count(*) = 1 FROM messages WHERE recipient_id = $1", last.data.person_id
            ),
            within=40,
        )
        await world.send_all()

    assert len(world.mailbox.to(address_of(twice.data.person_id))) == 1
    assert len(world.mailbox.mails) == 2


@asynccontextmanager
async def notify_process(settings: NotifySettings, kafka: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m services.notify worker`, killed at the end if it still runs."""
    given = {
        "POSTGRES_DSN": settings.postgres_dsn.get_secret_value(),
        "KAFKA_BOOTSTRAP_SERVERS": kafka,
        "HTTP_PORT": "0",
        "PUBLIC_URL": settings.public_url,
        "LINK_SIGNING_KEY": settings.link_signing_key.get_secret_value(),
        "INTERNAL_KEY": settings.internal_key.get_secret_value(),
        "SMTP_HOST": settings.smtp_host,
        "SMTP_PORT": str(settings.smtp_port),
        "REFERRAL_URL": settings.referral_url,
        "DIRECTORY_URL": settings.directory_url,
        "SENDING_LEASE_SECONDS": "1",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "services.notify", "worker"),
        cwd=ROOT,
        env={**os.environ, **{f"NOTIFY_{name}": value for name, value in given.items()}},
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.mark.timeout(240)
async def test_a_mail_sent_by_a_process_that_was_killed_before_it_marked_it_comes_again_as_itself(
    world: NotifyWorld, empty_topics: str
) -> None:
    event = received()
    await publish(empty_topics, event)
    world.mailbox.may_answer.clear()
    async with notify_process(world.settings, empty_topics) as first:
        await asyncio.wait_for(world.mailbox.holding.wait(), 60)
        first.send_signal(signal.SIGKILL)
        await first.wait()
    world.mailbox.may_answer.set()

    async with notify_process(world.settings, empty_topics) as second:
        await eventually(
            lambda: world.pool.fetchval("SELECT bool_and(state = 'sent') FROM messages"), within=60
        )
        second.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(second.wait(), 15) == 0

    [(_, state, attempts, _)] = await world.states()
    assert (state, attempts) == ("sent", 2)
    sent = world.mailbox.to(address_of(event.data.person_id))
    assert len(sent) == 2
    assert len({mail["Message-ID"] for mail in sent}) == 1
