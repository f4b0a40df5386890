"""Reads Kafka: one FastStream batch subscriber for each subscription, offsets committed by us after the database.

What FastStream and aiokafka do by default would lose events here (auto-commit before the handler, reading
from the end, committing without offsets): everything that matters is set in `Consumers._subscribe`.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import structlog
from aiokafka import ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.message import KafkaMessage as Message

from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.delivery import Delivery
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.one_at_a_time import OneAtATime
from shared.messaging.polling import BATCH, poll
from shared.messaging.stall_watchdog import StallWatchdog
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Pool

log = structlog.get_logger()

Ends: TypeAlias = Mapping[TopicPartition, int]

SESSION_MILLISECONDS = 6_000  # the least that a broker allows: how long the dead keep their partitions
HEARTBEAT_MILLISECONDS = 300  # how soon the others hear that a member has left
FINISH_SECONDS = 0.4  # how long a batch may go on after the order to stop: then it is left to whoever is next


class Consumers:
    """All subscriptions of one service, started and stopped together."""

    def __init__(
        self,
        service: str,
        bootstrap_servers: str,
        pool: Pool,
        subscriptions: Sequence[Subscription],
        metrics: MessagingMetrics,
    ) -> None:
        self._broker = KafkaBroker(
            bootstrap_servers,
            client_id=f"kith-{service}",
            graceful_timeout=FINISH_SECONDS,
            logger=None,
        )
        self._metrics = metrics
        self._watchdogs: list[StallWatchdog] = []
        self._lines: list[_Line] = []
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._assigned: set[Any] = set()
        self._subscribers = [self._subscribe(each, pool) for each in subscriptions]

    async def run(self) -> None:
        """Reads until cancelled. Raises what a pipeline could not decide upon: the process must then end."""
        await self._broker.start()
        watching = [asyncio.create_task(each.run(), name="stall-watchdog") for each in self._watchdogs]
        try:
            done, _ = await asyncio.wait({self._failed, *watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*(line.finish(FINISH_SECONDS) for line in self._lines))
            await self._broker.stop()

    def ready(self) -> bool:
        """Whether every subscriber has had partitions. A rebalance later on is no reason to take traffic away."""
        self._assigned |= {
            each for each in self._subscribers if each.consumer is not None and each.consumer.assignment()
        }
        return len(self._assigned) == len(self._subscribers)

    def _subscribe(self, subscription: Subscription, pool: Pool) -> Any:
        subscriber = self._broker.subscriber(
            subscription.topic,
            group_id=subscription.group,
            batch=True,
            ack_policy=AckPolicy.MANUAL,
            auto_offset_reset="earliest",
            max_records=BATCH,
            session_timeout_ms=SESSION_MILLISECONDS,
            heartbeat_interval_ms=HEARTBEAT_MILLISECONDS,
            parser=_without_looking,
            decoder=_undecoded,
            no_reply=True,
            include_in_schema=False,
        )
        # FastStream's own poll sleeps for its time-out again after an empty one: slow when long, busy when short.
        subscriber.get_msg = poll  # type: ignore[method-assign]
        watchdog = StallWatchdog(subscription.group, lambda: subscriber.consumer)
        self._watchdogs.append(watchdog)
        pipeline = ConsumerPipeline(subscription, pool, self._metrics, watchdog.progressed)

        line = _Line(pipeline, lambda: subscriber.consumer, subscription.group, self._fail)
        self._lines.append(line)

        async def take_batch(message: KafkaMessage) -> None:
            await line.take(message.raw_message)

        subscriber(take_batch)
        return subscriber

    def _fail(self, failure: Exception) -> None:
        if not self._failed.done():
            self._failed.set_exception(failure)


class _Line:
    """One subscription's batches: while one is committed to Kafka and the next to the database, another is read.

    Only reading runs ahead. The database takes the batches one after the other, and offsets follow it.
    """

    def __init__(
        self,
        pipeline: ConsumerPipeline,
        consumer: Callable[[], Any],
        group: str,
        on_failure: Callable[[Exception], None],
    ) -> None:
        self._pipeline = pipeline
        self._consumer = consumer
        self._group = group
        self._taking = OneAtATime(self._take, on_failure)
        self._committing = OneAtATime(self._commit, on_failure)

    async def take(self, records: Sequence[ConsumerRecord]) -> None:
        """Returns once the database works on these. After a failure nothing more is done, and no offset goes past."""
        await self._taking.hand_over((self._pipeline.read(records), ends_of(records)))

    async def finish(self, within: float) -> None:
        await self._taking.finish(within)
        await self._committing.finish(within)

    async def _take(self, batch: tuple[Sequence[Delivery], Ends]) -> None:
        deliveries, ends = batch
        await self._pipeline.take(deliveries)
        await self._committing.hand_over(ends)

    async def _commit(self, ends: Ends) -> None:
        """Losing the race with a rebalance costs a redelivery, which the inbox knows."""
        try:
            await self._consumer().commit(ends)
        except (CommitFailedError, IllegalStateError, KafkaError) as error:
            log.info("consumer.commit_failed", consumer=self._group, error=type(error).__name__)


def ends_of(records: Sequence[ConsumerRecord]) -> Ends:
    """For each partition the offset after the last of the records."""
    last = {(each.topic, each.partition): each.offset for each in records}  # in order within a partition
    return {TopicPartition(*place): offset + 1 for place, offset in last.items()}


async def _without_looking(records: Any) -> Message:
    """FastStream's own parser decodes every header and would drop the whole batch for one that is not text."""
    return Message(body=b"", raw_message=records, consumer=_Unused())


async def _undecoded(message: Message) -> Any:
    return message.body


class _Unused:
    """Offsets are committed above, never through the message."""

    async def commit(self) -> None:
        raise AssertionError("offsets are committed explicitly")

    def seek(self, *_: object, **__: object) -> None:
        raise AssertionError("offsets are committed explicitly")
