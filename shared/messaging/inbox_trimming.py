"""Forgets events that were taken so long ago that Kafka will not deliver them again."""

from datetime import timedelta

from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool, transaction

BATCH = 5_000  # rows a transaction: short locks, and little for a standby to catch up with

# The database's clock wrote the times, so it judges them. Another worker's rows are left to it.
TRIM = """
WITH old AS (
    SELECT consumer, event_id FROM inbox_events WHERE processed_at < now() - $1::interval
    ORDER BY processed_at LIMIT $2 FOR UPDATE SKIP LOCKED)
DELETE FROM inbox_events USING old
WHERE inbox_events.consumer = old.consumer AND inbox_events.event_id = old.event_id
"""


async def trim_inbox(pool: Pool, kept: timedelta, metrics: MessagingMetrics, batch: int = BATCH) -> None:
    """Deletes the rows that are older, in small transactions, until none is left."""
    trimmed = batch
    while trimmed >= batch:
        async with transaction(pool) as connection:
            status = await connection.execute(TRIM, kept, batch)
        trimmed = int(status.removeprefix("DELETE "))
        metrics.inbox_trimmed.inc(trimmed)
