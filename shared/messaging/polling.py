"""Asks Kafka for records, and gets past a record that aiokafka cannot unpack.

aiokafka decodes the names of headers while it unpacks a batch. For one name that is not UTF-8 it raises, forgets what
it had unpacked of other partitions in the same call, and raises again at each call, for ever.
"""

from collections.abc import Sequence
from typing import Any

import structlog
from aiokafka.errors import KafkaError

from shared.messaging.delivery import Record
from shared.messaging.tolerant_fetch import fetch

log = structlog.get_logger()

BATCH = 500  # records a poll
POLL_MILLISECONDS = 1_000


async def poll(consumer: Any) -> tuple[Record, ...]:
    """The next records, waiting a while for the first."""
    try:
        polled = await consumer.getmany(timeout_ms=POLL_MILLISECONDS, max_records=BATCH)
    except UnicodeDecodeError:
        log.warning("consumer.header_not_text")
        return tuple(await _poll_tolerantly(consumer))
    return tuple(record for records in polled.values() for record in records)


async def _poll_tolerantly(consumer: Any) -> Sequence[Record]:
    """Reads on from what was committed, for the failed call forgot what it took; the inbox knows what comes twice."""
    starts = {}
    for partition in consumer.assignment():
        committed = await consumer.committed(partition)
        if committed is None:
            await consumer.seek_to_beginning(partition)
        else:
            consumer.seek(partition, committed)
        starts[partition] = await consumer.position(partition)
    found: list[Record] = []
    for partition, start in starts.items():
        try:
            records, following = await fetch(consumer, partition, start)
            consumer.seek(partition, following)
        except KafkaError:
            if not found:
                raise
            break  # the positions of those that were found are past them already: they must be given
        found += records
    return found
