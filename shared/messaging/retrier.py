"""Handles events that were put aside, when they are due, in the order of their key."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

import asyncpg
import structlog

from shared.messaging.consumer_pipeline import classify
from shared.messaging.deferred_events import Status, finish, headers_from_json, release_forgotten
from shared.messaging.delivery import Delivery, read
from shared.messaging.event_span import event_spans
from shared.messaging.kafka_record import StoredRecord
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retry_policy import pause_before
from shared.messaging.subscription import Subscription
from shared.postgres.away import database_is_away
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import areas_reach, set_reach

log = structlog.get_logger()

POLL_SECONDS = 0.2
LOOK_ROUND_EVERY = 25  # polls

# The first event of its key, if it may be tried. A later one is never tried while an earlier one is there,
# whatever state that is in; another worker's uncommitted delete does not count as gone.
# Two turns of phrase keep PostgreSQL from reading all that is parked: the comparison of rows makes it look the first
# of a key up in the index, and `consumer || ''` leaves it only the index of what is due.
NEXT_DUE = """
SELECT * FROM deferred_events AS due
WHERE status = 'retry' AND due_at <= now() AND consumer || '' = ANY ($1::text[])
  AND (order_key IS NULL OR id = (
    SELECT id FROM deferred_events
    WHERE (consumer, order_key, id) >= (due.consumer, due.order_key, 0)
    ORDER BY consumer, order_key, id LIMIT 1))
ORDER BY due_at, id
LIMIT 1
FOR UPDATE SKIP LOCKED
"""
FAILED_AGAIN = """
UPDATE deferred_events SET status = $2, reason = $3, attempts = $4, due_at = now() + $5, handler = $6
WHERE id = $1
"""
MEASURE = """
SELECT status, count(*) AS events, extract(epoch FROM now() - min(deferred_at))::float8 AS oldest
FROM deferred_events GROUP BY status
"""


class Retrier:
    """Tries what is due, one event a transaction, until nothing is due."""

    def __init__(self, pool: Pool, subscriptions: Sequence[Subscription], metrics: MessagingMetrics) -> None:
        self._metrics = metrics
        self._pool = pool
        self._subscriptions: Mapping[str, Subscription] = {each.group: each for each in subscriptions}

    async def run(self) -> None:
        """Runs until cancelled."""
        polls = 0
        while True:
            try:
                while await self.try_next():
                    pass
                if polls % LOOK_ROUND_EVERY == 0:
                    await self._look_round()
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, TimeoutError)):
                    raise
                log.warning("retrier.database_away", error=type(error).__name__)
            polls += 1
            await asyncio.sleep(POLL_SECONDS)

    async def try_next(self) -> bool:
        """Tries the next event that is due. False when there is none."""
        async with transaction(self._pool) as connection:
            row = await connection.fetchrow(NEXT_DUE, list(self._subscriptions))
            if row is None:
                return False
            subscription = self._subscriptions[row["consumer"]]
            delivery = read(_record_of(row), subscription)
            try:
                if delivery.poison:
                    await self._failed(connection, row, Status.DEAD, delivery.poison, None)
                    return True
                async with connection.transaction():  # a savepoint: the row's fate is decided outside
                    await _handle(connection, subscription, delivery)
            # A process edge, as in the pipeline.
            except Exception as failure:
                if database_is_away(failure):
                    raise
                await self._decide(connection, row, subscription, delivery, failure)
            else:
                await finish(connection, row["id"])
                self._metrics.events.labels(row["consumer"], row["event_type"] or "other", "retried").inc()
        return True

    async def _decide(
        self,
        connection: Connection,
        row: asyncpg.Record,
        subscription: Subscription,
        delivery: Delivery,
        failure: Exception,
    ) -> None:
        status, reason = classify(failure, row["attempts"] + 1)
        if status is None:
            await finish(connection, row["id"])
            self._metrics.events.labels(row["consumer"], row["event_type"] or "other", "ignored").inc()
            return
        handler = subscription.handler_name(delivery.event_type)
        await self._failed(connection, row, status, reason, handler)

    async def _failed(
        self, connection: Connection, row: asyncpg.Record, status: Status, reason: str, handler: str | None
    ) -> None:
        attempts = row["attempts"] + 1
        pause = pause_before(attempts) or timedelta()
        await connection.execute(FAILED_AGAIN, row["id"], status, reason[:200], attempts, pause, handler)
        log.warning(
            "event.failed_again",
            consumer=row["consumer"],
            event_type=row["event_type"],
            status=status,
            reason=reason,
        )

    async def _look_round(self) -> None:
        async with transaction(self._pool) as connection:
            await release_forgotten(connection)
        await self._measure()

    async def _measure(self) -> None:
        rows = {row["status"]: row for row in await self._pool.fetch(MEASURE)}
        for status in Status:
            count = rows[status]["events"] if status in rows else 0
            self._metrics.deferred.labels(status).set(count)
        parked = rows[Status.PARKED]["oldest"] if Status.PARKED in rows else 0.0
        self._metrics.parked_oldest.set(parked)


async def _handle(connection: Connection, subscription: Subscription, delivery: Delivery) -> None:
    if delivery.event is None:  # the type is no longer wanted
        return
    await set_reach(connection, areas_reach([delivery.event.area]))
    with event_spans(subscription.group, [delivery.event]) as traced:
        await subscription.handle(connection, traced)


def _record_of(row: asyncpg.Record) -> StoredRecord:
    return StoredRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["message_key"],
        value=row["payload"],
        headers=tuple(headers_from_json(row["headers"]).items()),
    )
