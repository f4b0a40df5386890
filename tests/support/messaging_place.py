"""A place for one test of messaging: a database with the messaging tables, and a topic nobody else reads."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from aiokafka import AIOKafkaProducer

from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.messaging.retrier import Retrier
from shared.messaging.subscription import Handler, Subscription
from shared.messaging.topics import ConsumerOrder, Order
from shared.postgres.pool import Connection, Pool, open_pool
from tests.bench.bench_places import Servers, bench_database, bench_topic

WHAT_HAPPENED = """
CREATE TABLE happenings (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text, number integer, attempt_of uuid
)
"""

# A process of its own refuses to run as an administrator, so it has a role that owns nothing.
SERVICE_ROLE, SERVICE_PASSWORD = "noting_in_tests", "noting-in-tests"
LET_THE_SERVICE_IN = f"""
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{SERVICE_ROLE}') THEN
        CREATE ROLE {SERVICE_ROLE} LOGIN PASSWORD '{SERVICE_PASSWORD}';
    END IF;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {SERVICE_ROLE};
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {SERVICE_ROLE}
"""


@dataclass
class MessagingPlace:
    """What a test of messaging works with. `happenings` is what handlers did, in order."""

    servers: Servers
    dsn: str
    topic: str
    pool: Pool
    event_class: type[EventData]
    metrics: MessagingMetrics = field(default_factory=MessagingMetrics)

    @property
    def service_dsn(self) -> str:
        """The same database, for a process that runs as services do."""
        found = urlsplit(self.dsn)
        return found._replace(
            netloc=f"{SERVICE_ROLE}:{SERVICE_PASSWORD}@{found.netloc.rpartition('@')[2]}"
        ).geturl()

    def event_data(self, key: UUID, number: int) -> EventData:
        return self.event_class.model_validate({"key_id": key, "number": number})

    def subscription(self, handler: Handler, order: Order = Order.STRICT, group: str = "") -> Subscription:
        return Subscription(
            self.topic,
            group or f"test.{uuid4().hex}",
            {self.event_class: handler},
            order_of_undeclared=ConsumerOrder(order, None),
        )

    async def happened(self, key: UUID | None = None) -> list[int]:
        """The numbers that were handled, in the order of handling."""
        rows = await self.pool.fetch(
            "SELECT number FROM happenings WHERE $1::text IS NULL OR key = $1 ORDER BY n",
            str(key) if key else None,
        )
        return [row["number"] for row in rows]

    @asynccontextmanager
    async def relaying(self) -> AsyncIterator[OutboxRelay]:
        relay = OutboxRelay("test", self.dsn, self.servers.kafka, self.metrics)
        async with running(relay.run):
            yield relay

    @asynccontextmanager
    async def consuming(self, *subscriptions: Subscription) -> AsyncIterator[Consumers]:
        consumers = Consumers("test", self.servers.kafka, self.pool, subscriptions, self.metrics)
        async with running(consumers.run):
            yield consumers

    @asynccontextmanager
    async def retrying(self, *subscriptions: Subscription) -> AsyncIterator[Retrier]:
        retrier = Retrier(self.pool, subscriptions, self.metrics)
        async with running(retrier.run):
            yield retrier

    @asynccontextmanager
    async def raw_producer(self) -> AsyncIterator[AIOKafkaProducer]:
        """For what our own relay would never send."""
        producer = AIOKafkaProducer(bootstrap_servers=self.servers.kafka)
        await producer.start()
        try:
            yield producer
        finally:
            await producer.stop()


async def note(connection: Connection, event: Event[Any]) -> None:
    """A handler that writes down what it got."""
    await connection.execute(
        "INSERT INTO happenings (key, number) VALUES ($1, $2)", event.subject, event.data.number
    )


@asynccontextmanager
async def running(run: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Runs a task beside the test; a task that dies by itself fails the test."""
    task = asyncio.ensure_future(run())
    try:
        yield
    finally:
        if task.done():
            task.result()  # says more than the wait that ran out because of it
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def messaging_place(servers: Servers, partitions: int = 4) -> AsyncIterator[MessagingPlace]:
    """Makes the place and clears it away."""
    async with bench_database(servers) as dsn, bench_topic(servers, partitions) as topic_name:
        pool = await open_pool(dsn, application="test")
        await pool.execute(WHAT_HAPPENED)
        await pool.execute(LET_THE_SERVICE_IN)

        class HappenedV1(EventData):
            event_type: ClassVar[str] = "test.happened.v1"
            topic: ClassVar[str] = topic_name
            key_field: ClassVar[str] = "key_id"
            key_id: UUID
            number: int

        try:
            yield MessagingPlace(servers, dsn, topic_name, pool, HappenedV1)
        finally:
            pool.terminate()
