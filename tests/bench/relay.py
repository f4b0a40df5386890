"""`./kith bench relay`: events the relay publishes in a second ÷ what a bare producer's `send()` manages.

Each round drains a backlog through the real relay and then sends the same records with aiokafka directly, in
one process; the median of three rounds counts. The topic is read back: every event once, each key in order.
"""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.structs import TopicPartition

from shared.events.envelope import Event, new_event
from shared.events.referral import PlaceRequestedV1
from shared.messaging.event_producer import partition_of
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from tests.bench.bench_places import Servers, bench_database, bench_topic
from tests.bench.wrong_result import WrongResult
from tests.support.eventually import eventually

EVENTS = 40_000
KEYS = 2_000
ROUNDS = 3
PARTITIONS = 12


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where events were lost, repeated or reordered."""
    relay_rates, send_rates, batch_rates = [], [], []
    keys = [uuid4() for _ in range(KEYS)]
    events = [_event(keys[number % KEYS]) for number in range(EVENTS)]
    async with bench_database(servers) as dsn:
        for _ in range(ROUNDS):
            async with bench_topic(servers, PARTITIONS) as topic:
                relay_rates.append(EVENTS / await _drain(servers, dsn, topic, events))
                await _check(servers, topic, events)
            async with bench_topic(servers, PARTITIONS) as topic:
                send_rates.append(EVENTS / await _send_each(servers, topic, events))
            async with bench_topic(servers, PARTITIONS) as topic:
                batch_rates.append(EVENTS / await _send_batches(servers, topic, events))
    relay, send, batch = map(statistics.median, (relay_rates, send_rates, batch_rates))
    return {
        "relay_vs_raw_send": round(relay / send, 2),
        "relay_vs_raw_send_batch": round(relay / batch, 2),
        "relay_per_s": round(relay),
        "raw_send_per_s": round(send),
        "raw_send_batch_per_s": round(batch),
        "rounds": {"relay": [*map(round, relay_rates)], "raw_send": [*map(round, send_rates)]},
        "events": EVENTS,
        "bytes_an_event": len(events[0].body()),
    }


def _event(key: Any) -> Event[PlaceRequestedV1]:
    data = PlaceRequestedV1(pool_id=key, request_id=uuid4(), referral_id=uuid4(), leg_id=uuid4())
    return new_event(data, area="E09000025")


async def _drain(servers: Servers, dsn: str, topic: str, events: Sequence[Event[Any]]) -> float:
    """Seconds from the relay's start, which leads at once, until the outbox is empty."""
    connection = await asyncpg.connect(dsn)
    records = [
        (topic, event.subject, orjson.dumps(event.headers()).decode(), event.body()) for event in events
    ]
    columns = ("topic", "message_key", "headers", "payload")
    await connection.copy_records_to_table("outbox_events", records=records, columns=columns)
    await connection.execute("ANALYZE outbox_events")
    relay = OutboxRelay("bench", dsn, servers.kafka, MessagingMetrics())
    started = time.perf_counter()
    running = asyncio.create_task(relay.run())
    await eventually(lambda: _is_empty(connection), within=60)
    seconds = time.perf_counter() - started
    await relay.stop()
    await running
    await connection.execute("VACUUM outbox_events")
    await connection.close()
    return seconds


async def _is_empty(connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
    return not await connection.fetchval("SELECT EXISTS (SELECT FROM outbox_events)")


async def _send_each(servers: Servers, topic: str, events: Sequence[Event[Any]]) -> float:
    producer = AIOKafkaProducer(
        bootstrap_servers=servers.kafka,
        acks="all",
        enable_idempotence=True,
        max_batch_size=256 * 1024,
        compression_type="zstd",
    )
    await producer.start()
    prepared = [_prepared(event) for event in events]
    started = time.perf_counter()
    futures = [
        await producer.send(topic, value=value, key=key, headers=headers) for key, value, headers in prepared
    ]
    await asyncio.gather(*futures)
    seconds = time.perf_counter() - started
    await producer.stop()
    return seconds


async def _send_batches(servers: Servers, topic: str, events: Sequence[Event[Any]]) -> float:
    producer = AIOKafkaProducer(
        bootstrap_servers=servers.kafka,
        acks="all",
        enable_idempotence=True,
        max_batch_size=256 * 1024,
        compression_type="zstd",
    )
    await producer.start()
    prepared = [_prepared(event) for event in events]
    started = time.perf_counter()
    parts: dict[int, list[Any]] = {}
    for each in prepared:
        parts.setdefault(partition_of(each[0].decode(), PARTITIONS), []).append(each)
    futures = []
    for partition, part in parts.items():
        batch = producer.create_batch()
        for key, value, headers in part:
            if batch.append(key=key, value=value, timestamp=None, headers=headers) is None:
                futures.append(await producer.send_batch(batch, topic, partition=partition))
                batch = producer.create_batch()
                batch.append(key=key, value=value, timestamp=None, headers=headers)
        futures.append(await producer.send_batch(batch, topic, partition=partition))
    await asyncio.gather(*futures)
    seconds = time.perf_counter() - started
    await producer.stop()
    return seconds


def _prepared(event: Event[Any]) -> tuple[bytes, bytes, list[tuple[str, bytes]]]:
    headers = [(name, value.encode()) for name, value in event.headers().items()]
    return event.subject.encode(), event.body(), headers


async def _check(servers: Servers, topic: str, events: Sequence[Event[Any]]) -> None:
    """Every event once, and each key's in the order in which they were written."""
    seen: dict[bytes, list[str]] = {}
    consumer = AIOKafkaConsumer(bootstrap_servers=servers.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        consumer.assign(partitions)
        left = sum((await consumer.end_offsets(partitions)).values())
        if left != len(events):
            raise WrongResult(f"{left} records for {len(events)} events")
        while left:
            for records in (await consumer.getmany(timeout_ms=1000)).values():
                for record in records:
                    seen.setdefault(record.key, []).append(dict(record.headers)["ce_id"].decode())
                    left -= 1
    finally:
        await consumer.stop()
    wanted: dict[bytes, list[str]] = {}
    for event in events:
        wanted.setdefault(event.subject.encode(), []).append(str(event.id))
    if seen != wanted:
        raise WrongResult("the events of a key are not in the order in which they were written")
