"""Sends outbox rows to Kafka: whole batches, each for one partition that the key decides.

FastStream's `publish_batch` does not route by key, and `send()` costs a future and a lock for each record.
The idempotent producer with `acks=all` keeps order and drops its own repeats while it lives.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

OutboxRow = Mapping[str, Any] | asyncpg.Record

DELIVERY_TIMEOUT = (
    5.0  # seconds that one request to Kafka may take: it is then sent again, by this producer alone
)
LARGEST_BATCH = 256 * 1024  # bytes


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch on its way to one partition."""

    batch: Any
    topic: str
    partition: int


@lru_cache(maxsize=100_000)
def partition_of(key: str, partitions: int) -> int:
    """The partition of a key, as Kafka's default partitioner has it."""
    return int(murmur2(key.encode()) & 0x7FFFFFFF) % partitions


class EventProducer:
    """One producer for one relay. It may be started once; after a failure a new one is made."""

    def __init__(self, bootstrap_servers: str) -> None:
        self._producer = AIOKafkaProducer(
            bootstrap_servers=bootstrap_servers,
            acks="all",
            enable_idempotence=True,
            max_batch_size=LARGEST_BATCH,
            linger_ms=0,
            compression_type="zstd",  # aiokafka's lz4 runs at level 9: eight times the time
            request_timeout_ms=int(DELIVERY_TIMEOUT * 1000),
        )
        self._partitions: dict[str, int] = {}

    async def start(self) -> None:
        await self._producer.start()

    async def stop(self) -> None:
        """Closes the connections. What was not acknowledged stays in the outbox."""
        await asyncio.wait_for(self._producer.stop(), DELIVERY_TIMEOUT)

    async def prepare(self, rows: Sequence[OutboxRow]) -> list[Prepared]:
        """Makes batches of the rows, in order within each partition. Nothing is sent yet."""
        by_partition: dict[tuple[str, int], list[OutboxRow]] = {}
        for row in rows:
            topic = row["topic"]
            partitions = self._partitions.get(topic) or await self._learn(topic)
            by_partition.setdefault((topic, partition_of(row["message_key"], partitions)), []).append(row)
        return [
            Prepared(batch, topic, partition)
            for (topic, partition), part in by_partition.items()
            for batch in self._batches(part)
        ]

    async def submit(self, prepared: Sequence[Prepared]) -> "asyncio.Future[list[Any]]":
        """Hands the batches over in order. The future is done when Kafka has them all."""
        futures = [
            await self._producer.send_batch(each.batch, each.topic, partition=each.partition)
            for each in prepared
        ]
        return asyncio.gather(*futures)

    def _batches(self, rows: Sequence[OutboxRow]) -> list[Any]:
        batches = [self._producer.create_batch()]
        for row in rows:
            record = {
                "key": row["message_key"].encode(),
                "value": row["payload"],
                "timestamp": None,
                "headers": [(name, value.encode()) for name, value in orjson.loads(row["headers"]).items()],
            }
            if batches[-1].append(**record) is None:  # full
                batches.append(self._producer.create_batch())
                batches[-1].append(**record)
        for batch in batches:
            batch.close()
        return batches

    async def _learn(self, topic: str) -> int:
        self._partitions[topic] = len(await self._producer.partitions_for(topic))
        return self._partitions[topic]
