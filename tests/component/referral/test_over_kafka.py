"""The whole service between a real Kafka and a real PostgreSQL: every topic it hears, every round it makes."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from prometheus_client import CollectorRegistry

from services.referral.bootstrap import make_parts
from services.referral.settings import ReferralSettings
from services.referral.use_cases.answer_offer import accept_offer
from shared.events import outcomes, referral
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.process import Platform
from tests.component.referral.golden_messages import freed, golden, held, service, signal, taken
from tests.component.referral.referral_world import ReferralWorld, StoppedClock
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.reaching import EVERYWHERE


@pytest.fixture
def settings(settings: ReferralSettings, empty_topics: str) -> ReferralSettings:
    quick = {"lapse_check_seconds": 0.05, "back_stop_seconds": 0.05, "overdue_check_seconds": 0.05}
    return settings.model_copy(update={"kafka_bootstrap_servers": empty_topics, **quick})


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def at_work(
    settings: ReferralSettings, pool: Pool, clock: StoppedClock, registry: CollectorRegistry
) -> AsyncIterator[None]:
    """Consumers, relay and rounds, as the worker runs them."""
    servers, metrics = settings.kafka_bootstrap_servers, MessagingMetrics()
    async with httpx.AsyncClient() as outward, AsyncExitStack() as stack:
        parts = make_parts(Platform(settings, pool, clock, registry, outward))
        consumers = Consumers("referral", servers, pool, parts.subscriptions, metrics)
        relay = OutboxRelay("referral", settings.postgres_dsn.get_secret_value(), servers, metrics)
        for run in (consumers.run, relay.run, *(task.run for task in parts.side_tasks)):
            await stack.enter_async_context(running(run))
        await eventually(consumers.ready, within=30)
        yield


class Topics:
    """What stands on the topics that referral writes, and what a test puts on those that it reads."""

    def __init__(self, producer: AIOKafkaProducer, consumer: AIOKafkaConsumer) -> None:
        self._producer = producer
        self._consumer = consumer
        self.said: list[EventData] = []

    async def publish(self, *events: Event[Any]) -> None:
        for event in events:
            headers = [(name, value.encode()) for name, value in event.headers().items()]
            await self._producer.send_and_wait(
                event.data.topic, event.body(), key=event.subject.encode(), headers=headers
            )

    async def until_said(self, model: type[EventData], times: int = 1) -> list[Any]:
        async def said() -> list[Any]:
            for records in (await self._consumer.getmany(timeout_ms=50)).values():
                for each in records:
                    known = CLASS_OF_TYPE[dict(each.headers)["ce_type"].decode()]
                    self.said.append(known.model_validate_json(each.value))
            found = [each for each in self.said if isinstance(each, model)]
            return found if len(found) >= times else []

        return await eventually(said, within=20, because=f"{model.event_type} is said {times} times")


@pytest.fixture
async def topics(settings: ReferralSettings) -> AsyncIterator[Topics]:
    servers = settings.kafka_bootstrap_servers
    producer = AIOKafkaProducer(bootstrap_servers=servers)
    consumer = AIOKafkaConsumer(
        "referral.referrals.v1",
        "referral.place-requests.v1",
        bootstrap_servers=servers,
        auto_offset_reset="earliest",
    )
    await producer.start()
    await consumer.start()
    yield Topics(producer, consumer)
    await consumer.stop()
    await producer.stop()


async def test_two_people_one_place_an_offer_that_lapses_and_each_event_twice(
    world: ReferralWorld, at_work: None, topics: Topics
) -> None:
    pool_id = uuid4()
    await topics.publish(service(pools=(pool_id,)), signal(pool_id, "open", 1))
    await eventually(lambda: _known(world, pool_id))
    first, second = (await world.refer()).legs[0], (await world.refer()).legs[0]

    [request] = await topics.until_said(referral.PlaceRequestedV1)
    hold = held(request)
    await topics.publish(hold, hold)
    [offered] = await topics.until_said(referral.ReferralOfferedV1)
    world.clock.pass_time(timedelta(hours=73))
    [lapsed] = await topics.until_said(referral.ReferralLapsedV1)
    [given_up] = await topics.until_said(referral.PlaceGivenUpV1)
    again = freed(request, free=1)
    await topics.publish(again, again)
    requests = await topics.until_said(referral.PlaceRequestedV1, times=2)

    assert [request.leg_id, offered.leg_id, lapsed.leg_id] == [first.leg_id] * 3
    assert (given_up.request_id, given_up.reason) == (request.request_id, "lapsed")
    assert [each.leg_id for each in requests] == [first.leg_id, second.leg_id]
    assert await world.pool.fetchval("SELECT count(*) FROM deferred_events") == 0


async def test_words_that_are_lost_are_said_again_until_the_person_has_the_place(
    world: ReferralWorld, at_work: None, topics: Topics, registry: CollectorRegistry
) -> None:
    pool_id = uuid4()
    await topics.publish(service(pools=(pool_id,)), signal(pool_id, "open", 1))
    await eventually(lambda: _known(world, pool_id))
    await world.refer()
    await topics.until_said(referral.PlaceRequestedV1)

    world.clock.pass_time(timedelta(minutes=2))
    [first, again] = await topics.until_said(referral.PlaceRequestedV1, times=2)
    await eventually(lambda: _overdue(registry, "requested") == 1)
    await topics.publish(held(again))
    [offered] = await topics.until_said(referral.ReferralOfferedV1)
    await eventually(lambda: _overdue(registry, "requested") == 0)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, offered.request_id, world.clock(), world.by)
    await topics.until_said(referral.PlaceConfirmedV1)
    world.clock.pass_time(timedelta(minutes=2))
    [confirmed, confirmed_again] = await topics.until_said(referral.PlaceConfirmedV1, times=2)
    await topics.publish(taken(confirmed_again))
    [accepted] = await topics.until_said(referral.ReferralAcceptedV1)

    assert (again, confirmed_again) == (first, confirmed)
    assert accepted.request_id == first.request_id
    assert registry.get_sample_value("kith_referral_asked_again_total") == 2


async def test_a_settled_follow_up_is_kept_on_its_leg(
    world: ReferralWorld, at_work: None, topics: Topics
) -> None:
    leg = (await world.refer()).legs[0]
    settled = golden(outcomes.FollowUpSettledV1, leg_id=leg.leg_id)

    await topics.publish(settled, settled)

    kept = "SELECT settled_by FROM settled_follow_ups WHERE leg_id = $1"
    assert await eventually(lambda: world.pool.fetchval(kept, leg.leg_id)) == settled.data.settled_by


async def test_a_leg_left_waiting_beside_a_place_is_found(
    world: ReferralWorld, at_work: None, topics: Topics
) -> None:
    """As if a process had died after the place was heard of and before the line was drained."""
    [pool_id] = await world.service(("full", 0))
    leg = (await world.refer()).legs[0]

    await world.pool.execute(
        "UPDATE copied_signals SET status = 'open', guess = 1 WHERE pool_id = $1", pool_id
    )

    [request] = await topics.until_said(referral.PlaceRequestedV1)
    assert request.leg_id == leg.leg_id


async def _known(world: ReferralWorld, pool_id: UUID) -> bool:
    return bool(
        await world.pool.fetchval(
            "SELECT true FROM copied_signals g JOIN copied_services s ON g.pool_id = ANY (s.pool_ids)"
            " WHERE g.pool_id = $1",
            pool_id,
        )
    )


def _overdue(registry: CollectorRegistry, state: str) -> float | None:
    return registry.get_sample_value("kith_referral_legs_overdue", {"state": state})
