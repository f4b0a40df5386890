"""`./kith bench waiting`: from a place that comes free to the offer to whoever comes first in line, beside one hop over Kafka.

5,000 people wait at 400 services, a tenth of which serve all boroughs. At random moments somebody leaves a place: capacity
frees it, the line is drained, the place asked for, held and offered, by both services' own consumers and relays on
real servers. No round looks after what is missed: a place that is not offered makes the result wrong. The time runs from
the event that says free, before its commit, to the relay's taking up the offer, after its commit. A hop is a record from
a producer, idempotent and acknowledged as the relay's, to a consumer; a hop between services is what capacity takes to
answer a request: a commit, the relay, Kafka, the inbox and what it writes. The way is three of these. An independent
checker says of every place whether it went to who came first.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from deploy.demo.latencies import Latencies
from deploy.provision.databases import dsn_for
from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.entrypoints.event_subscribers import subscriptions
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.events.capacity import PlaceFreedV1, PlaceHeldV1
from shared.events.envelope import Event, event_from_record
from shared.events.event_data import EventData
from shared.events.referral import PlaceRequestedV1, ReferralOfferedV1
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, open_pool
from shared.service_defaults.clock import utc_now
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from tests.bench.bench_places import Servers, bench_topic
from tests.bench.capacity_at_work import at_work, capacity_of_a_bench
from tests.bench.line_of_a_bench import (
    LineOfABench,
    fill_capacity,
    fill_referral,
    make_line,
    order_violations,
)
from tests.bench.wrong_result import WrongResult
from tests.support.databases import Databases, TestDatabase
from tests.support.eventually import eventually
from tests.support.kafka_topics import empty_all_topics
from tests.support.messaging_place import running

PEOPLE, SERVICES, RELEASES = 5_000, 400, 400
WARM_UP = 20  # releases that are not counted
RELEASES_PER_SECOND = 8.0
OFFERED_WITHIN = 30  # seconds
FOLLOWED: dict[str, type[EventData]] = {
    each.event_type: each for each in (PlaceFreedV1, PlaceRequestedV1, PlaceHeldV1, ReferralOfferedV1)
}
CAPACITY_HEARS = ("capacity.place-requests", "capacity.offers")


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where a place went to the wrong person, or to nobody."""
    await empty_all_topics(servers.kafka)
    databases = Databases(servers.postgres)
    referral = await databases.create("referral")
    line = make_line(PEOPLE, SERVICES, WARM_UP + RELEASES)
    wrapping = WrappingKeys({"bench": bytes(32)})
    pool = await open_pool(referral.dsn, application="bench")
    try:
        await _as_admin(servers, referral.name, partial(fill_referral, line=line, wrapping=wrapping))
        async with capacity_of_a_bench(servers) as capacity:
            name = capacity.settings.postgres_dsn.get_secret_value().rpartition("/")[2]
            await _as_admin(servers, name, partial(fill_capacity, line=line))
            set_lasting_objects_aside()
            async with (
                at_work(capacity, CAPACITY_HEARS),
                _referral_at_work(servers, referral, pool, wrapping),
            ):
                followed, hops = await _release(servers, line)
        wrong, given = await order_violations(pool, line)
    finally:
        await pool.close()
        await databases.drop(referral)
    return _judged(followed, hops, wrong, given)


async def _as_admin(
    servers: Servers, database: str, fill: Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]
) -> None:
    admin = await asyncpg.connect(dsn_for(servers.postgres, database=database))
    try:
        await fill(admin)
    finally:
        await admin.close()


@asynccontextmanager
async def _referral_at_work(
    servers: Servers, database: TestDatabase, pool: Pool, wrapping: WrappingKeys
) -> AsyncIterator[None]:
    """What hears of places, and the relay, as the worker runs them. No rounds."""
    by = Acting(AuditTrail(wrapping), Actor(ActorKind.SERVICE, "referral"), AuditPurpose.ALLOCATION)
    settings = cast("Any", SimpleNamespace(offer_answer_time=timedelta(hours=72)))
    metrics = MessagingMetrics()
    heard = [each for each in subscriptions(settings, utc_now, by) if each.group == "referral.places"]
    consumers = Consumers("referral", servers.kafka, pool, heard, metrics)
    relay = OutboxRelay("referral", database.dsn, servers.kafka, metrics)
    async with running(consumers.run), running(relay.run):
        await eventually(lambda: consumers.ready() and relay.leading, within=60)
        yield


@dataclass
class Followed:
    """Each place that came free, by the request that it led to: when it did, and when it was asked for, held and offered."""

    freed: dict[UUID, float] = field(default_factory=dict)
    cause: dict[UUID, UUID] = field(default_factory=dict)
    asked: dict[UUID, float] = field(default_factory=dict)
    held: dict[UUID, float] = field(default_factory=dict)
    offered: dict[UUID, float] = field(default_factory=dict)

    def hear(self, event: Event[Any], taken_up: float) -> None:
        said = event.time.timestamp()
        match event.data:
            case PlaceFreedV1():
                self.freed[event.id] = said
            case PlaceRequestedV1():
                self.asked[event.data.request_id] = said
                if event.causation_id:
                    self.cause[event.data.request_id] = event.causation_id
            case PlaceHeldV1():
                self.held[event.data.request_id] = said
            case ReferralOfferedV1():
                self.offered[event.data.request_id] = taken_up

    def milliseconds(self, name: str) -> Latencies:
        """Of one part of the way, or of all of it. Those of the warm-up are left out."""
        told = [each for each in self.offered if each in self.cause]
        counted = sorted(told, key=lambda each: self.freed[self.cause[each]])[WARM_UP:]
        freed = {each: self.freed[self.cause[each]] for each in counted}
        parts: dict[str, tuple[dict[UUID, float], dict[UUID, float]]] = {
            "freed_to_offered": (freed, self.offered),
            "freed_to_asked": (freed, self.asked),
            "asked_to_held": (self.asked, self.held),
            "held_to_offered": (self.held, self.offered),
        }
        begin, end = parts[name]
        return Latencies([(end[each] - begin[each]) * 1000 for each in counted])


@dataclass
class _Hops:
    """Records that go from a producer to a consumer and do nothing."""

    servers: Servers
    topic: str
    milliseconds: list[float] = field(default_factory=list)

    async def run(self) -> None:
        producer = AIOKafkaProducer(
            bootstrap_servers=self.servers.kafka, acks="all", enable_idempotence=True, linger_ms=0
        )
        consumer = AIOKafkaConsumer(self.topic, bootstrap_servers=self.servers.kafka)
        dice = random.Random(3)  # noqa: S311 - a bench's dice
        async with AsyncExitStack() as stack:
            for each in (producer, consumer):
                await each.start()
                stack.push_async_callback(each.stop)
            await consumer.seek_to_end()
            while True:
                began = time.perf_counter()
                await producer.send(self.topic, b"{}")
                await consumer.getone()
                self.milliseconds.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(dice.expovariate(RELEASES_PER_SECOND))


async def _release(servers: Servers, line: LineOfABench) -> tuple[Followed, Latencies]:
    """People leave at random moments, whether or not the place before was offered yet."""
    dice, followed = random.Random(7), Followed()  # noqa: S311 - a bench's dice
    topics = {each.topic for each in FOLLOWED.values()}
    consumer = AIOKafkaConsumer(*topics, bootstrap_servers=servers.kafka, auto_offset_reset="earliest")
    producer = AIOKafkaProducer(bootstrap_servers=servers.kafka, acks="all")
    async with AsyncExitStack() as stack:
        hops = _Hops(servers, await stack.enter_async_context(bench_topic(servers, 1)))
        for each in (consumer, producer):
            await each.start()
            stack.push_async_callback(each.stop)
        await stack.enter_async_context(running(partial(_follow, consumer, followed)))
        for number, event in enumerate(line.leaving):
            if number == WARM_UP:
                await eventually(lambda: len(followed.offered) == WARM_UP, within=OFFERED_WITHIN)
                await stack.enter_async_context(running(hops.run))
            headers = [(name, value.encode()) for name, value in event.headers().items()]
            await producer.send(event.data.topic, event.body(), key=event.subject.encode(), headers=headers)
            await asyncio.sleep(dice.expovariate(RELEASES_PER_SECOND))
        await eventually(lambda: len(followed.offered) == len(line.leaving), within=OFFERED_WITHIN)
    return followed, Latencies(hops.milliseconds)


async def _follow(consumer: AIOKafkaConsumer, followed: Followed) -> None:
    async for record in consumer:
        headers = dict(record.headers)
        model = FOLLOWED.get((headers.get("ce_type") or b"").decode())
        if model is not None:
            followed.hear(event_from_record(headers, record.value, model), record.timestamp / 1000)


def _judged(followed: Followed, hops: Latencies, wrong: int, given: int) -> dict[str, Any]:
    if wrong or given != WARM_UP + RELEASES:
        raise WrongResult(
            f"{wrong} of {given} places went to somebody who did not come first, of {WARM_UP + RELEASES} that came free"
        )
    whole, service_hop = followed.milliseconds("freed_to_offered"), followed.milliseconds("asked_to_held")
    found = {
        "offer_vs_hop": _ratio(whole.percentile(0.99), hops.percentile(0.99)),
        "offer_vs_hop_p50": _ratio(whole.percentile(0.5), hops.percentile(0.5)),
        "offer_vs_service_hop": _ratio(whole.percentile(0.99), service_hop.percentile(0.99)),
        "offer_vs_service_hop_p50": _ratio(whole.percentile(0.5), service_hop.percentile(0.5)),
        "order_violations": wrong,
    }
    for name in ("freed_to_offered", "freed_to_asked", "asked_to_held", "held_to_offered"):
        part = followed.milliseconds(name)
        found |= {f"{name}_p50_ms": part.percentile(0.5), f"{name}_p99_ms": part.percentile(0.99)}
    return found | {
        "hop_p50_ms": hops.percentile(0.5),
        "hop_p99_ms": hops.percentile(0.99),
        "hops": len(hops.milliseconds),
        "offered": len(whole.milliseconds),
        "refused": len(followed.asked) - len(followed.held),
        "people_waiting": PEOPLE,
        "services": SERVICES,
    }


def _ratio(one: float | None, other: float | None) -> float | None:
    return round(one / other, 2) if one and other else None
