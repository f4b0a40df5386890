"""`./kith bench consume`: events handled with effect in a second ÷ what bare aiokafka reads and commits.

Effect: inbox row, one set-based upsert of a read model, offsets committed after the database. Each round reads
the same records with the real consumers and then with `getmany` + `commit` alone; the median of three counts.
The topic is then read a second time by the same group name from the start: nothing may change.
"""

import asyncio
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import orjson
from aiokafka import AIOKafkaConsumer

from shared.events.envelope import Event
from shared.events.referral import PlaceRequestedV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.consumers import Consumers
from shared.messaging.event_producer import EventProducer
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import say
from shared.messaging.polling import BATCH
from shared.messaging.subscription import Subscription
from shared.messaging.topics import ConsumerOrder, Order
from shared.postgres.pool import Connection, Pool, open_pool
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from tests.bench.bench_places import Servers, bench_database, bench_topic
from tests.bench.wrong_result import WrongResult
from tests.support.eventually import eventually

EVENTS = 30_000
KEYS = 2_000
ROUNDS = 3

READ_MODEL = "CREATE TABLE requests_of_pools (pool_id uuid PRIMARY KEY, requests bigint NOT NULL)"
COUNT_REQUESTS = """
INSERT INTO requests_of_pools SELECT * FROM unnest($1::uuid[], $2::bigint[]) ORDER BY 1
ON CONFLICT (pool_id) DO UPDATE SET requests = requests_of_pools.requests + excluded.requests
"""


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where an effect is missing or there twice."""
    keys = [uuid4() for _ in range(KEYS)]
    wanted = Counter(keys[number % KEYS] for number in range(EVENTS))
    effect_rates, raw_rates = [], []
    set_lasting_objects_aside()  # as every process of a service does
    async with bench_topic(servers) as topic, bench_database(servers) as dsn:
        await _fill(servers, topic, keys)
        pool = await open_pool(dsn, application="bench")
        try:
            await pool.execute(READ_MODEL)
            for number in range(ROUNDS):
                await pool.execute("TRUNCATE requests_of_pools, inbox_events")
                effect_rates.append(EVENTS / await _consume(servers, topic, pool, f"bench.{uuid4().hex}"))
                await _check(pool, wanted, f"round {number}")
                raw_rates.append(EVENTS / await _read_raw(servers, topic))
            await _redeliver(servers, topic, pool)
            await _check(pool, wanted, "the second delivery")
        finally:
            await pool.close()
    effect, raw = statistics.median(effect_rates), statistics.median(raw_rates)
    return {
        "consume_vs_raw": round(effect / raw, 2),
        "consume_per_s": round(effect),
        "raw_getmany_per_s": round(raw),
        "rounds": {"consume": [*map(round, effect_rates)], "raw": [*map(round, raw_rates)]},
        "events": EVENTS,
        "batch": BATCH,
    }


async def _fill(servers: Servers, topic: str, keys: Sequence[UUID]) -> None:
    producer = EventProducer(servers.kafka)
    await producer.start()
    rows = [_row(topic, keys[number % KEYS]) for number in range(EVENTS)]
    for start in range(0, EVENTS, 4000):
        await (await producer.submit(await producer.prepare(rows[start : start + 4000])))
    await producer.stop()


def _row(topic: str, key: UUID) -> dict[str, Any]:
    data = PlaceRequestedV1(pool_id=key, request_id=uuid4(), referral_id=uuid4(), leg_id=uuid4())
    event = say(data, area="E09000025")
    headers = orjson.dumps(event.headers()).decode()
    return {"topic": topic, "message_key": event.subject, "headers": headers, "payload": event.body()}


async def _count(connection: Connection, events: Sequence[Event[Any]]) -> None:
    counted = Counter(event.data.pool_id for event in events)
    await connection.execute(COUNT_REQUESTS, [*counted], [*counted.values()])


def _subscription(topic: str, group: str) -> Subscription:
    order = ConsumerOrder(Order.STRICT, "request_id")
    return Subscription(
        topic, group, batch_handler=_count, batch_types=(PlaceRequestedV1,), order_of_undeclared=order
    )


async def _consume(servers: Servers, topic: str, pool: Pool, group: str) -> float:
    """Seconds from the first event's effect to the last's: joining the group is not what is measured."""
    consumers = Consumers("bench", servers.kafka, pool, [_subscription(topic, group)], MessagingMetrics())
    running = asyncio.create_task(consumers.run())
    await eventually(lambda: _done(pool, 1), within=30, every=0.002)
    first = await _handled(pool)
    started = time.perf_counter()
    await eventually(lambda: _done(pool, EVENTS), within=60, every=0.05)
    seconds = time.perf_counter() - started
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return seconds * EVENTS / max(EVENTS - first, 1)


async def _handled(pool: Pool) -> int:
    return int(await pool.fetchval("SELECT coalesce(sum(requests), 0) FROM requests_of_pools"))


async def _done(pool: Pool, count: int) -> bool:
    return await _handled(pool) >= count


async def _read_raw(servers: Servers, topic: str) -> float:
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=servers.kafka,
        group_id=f"bench.{uuid4().hex}",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    left, started, first = EVENTS, 0.0, 0
    try:
        while left:
            records = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
            count = sum(map(len, records.values()))
            if not started and count:
                started, first = time.perf_counter(), count
            left -= count
            if count:
                await consumer.commit()
    finally:
        seconds = time.perf_counter() - started
        await consumer.stop()
    return seconds * EVENTS / (EVENTS - first)


async def _redeliver(servers: Servers, topic: str, pool: Pool) -> None:
    """Every record once more to a consumer of the last round's name in the inbox, under a new Kafka group."""
    group = await pool.fetchval("SELECT consumer FROM inbox_events LIMIT 1")
    subscription = _subscription(topic, group)
    metrics = MessagingMetrics()
    pipeline = ConsumerPipeline(subscription, pool, metrics)
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=servers.kafka, auto_offset_reset="earliest")
    await consumer.start()
    left = EVENTS
    try:
        await consumer.seek_to_beginning()
        while left:
            for records in (await consumer.getmany(timeout_ms=1000, max_records=BATCH)).values():
                await pipeline.take(pipeline.read(records))
                left -= len(records)
    finally:
        await consumer.stop()


async def _check(pool: Pool, wanted: Counter[UUID], when: str) -> None:
    found = {row["pool_id"]: row["requests"] for row in await pool.fetch("SELECT * FROM requests_of_pools")}
    if found != wanted:
        raise WrongResult(f"the read model is not what the events say after {when}")
