"""Reads a topic from its first offset to where it ends now, for a rebuild. Joins no group, commits nothing."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from shared.events.envelope import Event
from shared.messaging.delivery import read
from shared.messaging.failures import LogNotWhole
from shared.messaging.subscription import Subscription

CHUNK = 500  # records
POLL_MILLISECONDS = 500


async def whole_log(
    bootstrap_servers: str, subscription: Subscription
) -> AsyncIterator[Sequence[Event[Any]]]:
    """The wanted events, in the order of each key."""
    consumer = AIOKafkaConsumer(
        subscription.topic,
        bootstrap_servers=bootstrap_servers,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        ends = await _ends(consumer)
        while not await _is_read(consumer, ends):
            polled = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=CHUNK)
            yield [
                event
                for partition, records in polled.items()
                for event in _events(records, ends[partition], subscription)
            ]
    finally:
        await consumer.stop()


async def _ends(consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, int]:
    partitions = consumer.assignment()
    starts = await consumer.beginning_offsets(partitions)
    if any(starts.values()):
        raise LogNotWhole("the topic's first events are gone")
    ends: Mapping[TopicPartition, int] = await consumer.end_offsets(partitions)
    return ends


async def _is_read(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    return all([await consumer.position(partition) >= end for partition, end in ends.items()])


def _events(records: Sequence[ConsumerRecord], end: int, subscription: Subscription) -> list[Event[Any]]:
    deliveries = [read(record, subscription) for record in records if record.offset < end]
    if any(delivery.poison for delivery in deliveries):
        raise LogNotWhole(f"{subscription.topic} holds an event that cannot be read")
    return [delivery.event for delivery in deliveries if delivery.event]
