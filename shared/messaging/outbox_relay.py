"""Publishes what stands in the outbox: one active relay a database, in commit order of each aggregate.

It reads whatever is unpublished, lowest number first, and never keeps a cursor: a number that commits late is
simply there at the next look. Rows on their way to Kafka are left out of the next look by their numbers, and
nothing is published past a failure: the relay starts again from the database.
"""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
import structlog
from aiokafka.errors import KafkaError

from shared.messaging.event_producer import DELIVERY_TIMEOUT, EventProducer, OutboxRow
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import OUTBOX_CHANNEL
from shared.postgres.away import database_is_away

log = structlog.get_logger()

BATCH = 4_000  # rows a look
POLL_SECONDS = 0.25  # the back-stop for a notification that did not come
LEADER_LOCK = 5_021_984_403_002
LONGEST_WAIT = 5.0  # seconds between two tries after a failure
MEASURE_EVERY_SECONDS = 2.0

UNPUBLISHED = """
SELECT seq, topic, message_key, headers, payload FROM outbox_events
WHERE seq <> ALL ($1::bigint[]) ORDER BY seq LIMIT $2
"""
MARK_PUBLISHED = "DELETE FROM outbox_events WHERE seq = ANY ($1::bigint[])"
MARK_RUN_PUBLISHED = "DELETE FROM outbox_events WHERE seq BETWEEN $1 AND $2"
MEASURE = """
SELECT count(*) AS depth, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest
FROM (SELECT created_at FROM outbox_events ORDER BY seq LIMIT 10000) AS first_rows
"""


class OutboxRelay:
    """Runs as a side task of a service's worker."""

    def __init__(self, service: str, dsn: str, bootstrap_servers: str, metrics: MessagingMetrics) -> None:
        self._service = service
        self._dsn = dsn
        self._bootstrap_servers = bootstrap_servers
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._stopping = False
        self.leading = False

    async def run(self) -> None:
        """Leads, or waits to lead, until cancelled or stopped. Starts anew after a failure that may heal."""
        wait = 0.2
        while not self._stopping:
            try:
                await self._lead()
                wait = 0.2
            # A process edge: what may heal is tried again, the rest ends the process.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, (KafkaError, TimeoutError))):
                    raise
                log.warning("relay.interrupted", service=self._service, error=type(error).__name__)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            finally:
                self.leading = False

    async def stop(self) -> None:
        """Asks the relay to publish what is there and to leave."""
        self._stopping = True
        self._wake.set()

    async def _lead(self) -> None:
        async with AsyncExitStack() as stack:
            reader = await self._connect(stack)
            marker = await self._connect(stack)
            if not await self._become_leader(reader):
                return
            producer = EventProducer(self._bootstrap_servers)
            stack.push_async_callback(producer.stop)
            await producer.start()
            await reader.add_listener(OUTBOX_CHANNEL, lambda *_: self._wake.set())
            self.leading = True
            log.info("relay.leading", service=self._service)
            await self._publish_until_stopped(reader, marker, producer)
            await marker.execute("UPDATE outbox_leader SET left_cleanly = true")

    async def _connect(self, stack: AsyncExitStack) -> "asyncpg.Connection[asyncpg.Record]":
        # A generic plan looks through the list of numbers under way for each row: ten times the time.
        settings = {"application_name": f"{self._service}-relay", "plan_cache_mode": "force_custom_plan"}
        connection = await asyncpg.connect(self._dsn, command_timeout=20, server_settings=settings)
        stack.callback(connection.terminate)
        return connection

    async def _become_leader(self, connection: "asyncpg.Connection[asyncpg.Record]") -> bool:
        """Waits for the lock. After a leader that died, also for the requests that it may have under way."""
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LEADER_LOCK):
            if self._stopping:
                return False
            await asyncio.sleep(POLL_SECONDS)
        if not await connection.fetchval("SELECT left_cleanly FROM outbox_leader"):
            log.info("relay.waiting_out_the_last_leader", service=self._service, seconds=DELIVERY_TIMEOUT)
            await asyncio.sleep(DELIVERY_TIMEOUT)
        await connection.execute("UPDATE outbox_leader SET left_cleanly = false")
        return True

    async def _publish_until_stopped(
        self,
        reader: "asyncpg.Connection[asyncpg.Record]",
        marker: "asyncpg.Connection[asyncpg.Record]",
        producer: EventProducer,
    ) -> None:
        """Reads and prepares the next rows while the last ones are being acknowledged: one batch ahead, no more.

        It looks again when it is woken: a look that did not fill a batch saw all that was committed, and what commits
        later wakes it.
        """
        under_way: Sequence[OutboxRow] = ()
        look_now = True
        acknowledged = asyncio.create_task(_nothing(), name="relay.acknowledged")
        measured = 0.0
        try:
            while True:
                if not (look_now or self._stopping):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._wake.wait(), POLL_SECONDS)
                self._wake.clear()
                measured = await self._measure(reader, measured)
                rows = await reader.fetch(UNPUBLISHED, [row["seq"] for row in under_way], BATCH)
                prepared = await producer.prepare(rows)
                await acknowledged
                under_way, look_now = rows, False
                if rows:
                    sent = await producer.submit(prepared)
                    acknowledged = asyncio.create_task(self._settle(marker, sent, rows), name="relay.settle")
                    look_now = len(rows) == BATCH or await self._woken_before(acknowledged)
                elif self._stopping:
                    return
        finally:
            acknowledged.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await acknowledged

    async def _woken_before(self, acknowledged: "asyncio.Task[None]") -> bool:
        """Waits for whichever comes first. Raises what was not acknowledged."""
        woken = asyncio.create_task(self._wake.wait(), name="relay.woken")
        try:
            await asyncio.wait({woken, acknowledged}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            woken.cancel()
        if acknowledged.done():
            await acknowledged
        return self._wake.is_set()

    async def _settle(
        self,
        marker: "asyncpg.Connection[asyncpg.Record]",
        sent: "asyncio.Future[list[Any]]",
        rows: Sequence[OutboxRow],
    ) -> None:
        await sent
        first, last = rows[0]["seq"], rows[-1]["seq"]
        if last - first + 1 == len(rows):  # no gap, so no row of another transaction can stand between
            await marker.execute(MARK_RUN_PUBLISHED, first, last)
        else:
            await marker.execute(MARK_PUBLISHED, [row["seq"] for row in rows])
        self._metrics.published.inc(len(rows))

    async def _measure(self, reader: "asyncpg.Connection[asyncpg.Record]", measured: float) -> float:
        now = asyncio.get_running_loop().time()
        if now - measured < MEASURE_EVERY_SECONDS:
            return measured
        row = await reader.fetchrow(MEASURE)
        if row is not None:
            self._metrics.outbox_depth.set(row["depth"])
            self._metrics.outbox_oldest.set(row["oldest"])
        return now


async def _nothing() -> None:
    return None
