"""From a batch of records to committed rows: decode, inbox, handlers and what failed, in one transaction.

A batch that fails is taken again one event at a time, so that one bad event costs one event. `take` returns
only when every record of the batch is handled, put aside or known to be no concern of this consumer.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from shared.messaging.deferred_events import Deferral, Status, anything_put_aside, blocked_keys, defer
from shared.messaging.delivery import Delivery, Record, read
from shared.messaging.event_span import event_spans
from shared.messaging.failures import IgnorableEvent, PoisonMessage, RetryableFailure
from shared.messaging.inbox import claim_first_deliveries
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.retry_policy import pause_before
from shared.messaging.subscription import Subscription
from shared.messaging.topics import Order
from shared.postgres.away import database_is_away
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import areas_reach

log = structlog.get_logger()

FIRST_RETRY = pause_before(1) or timedelta()
LONGEST_WAIT = 2.0  # seconds between two tries while the database is away


def classify(failure: Exception, attempt: int) -> tuple[Status | None, str]:
    """What becomes of an event whose handler failed: None (ignored), retried or dead, with a reason code."""
    if isinstance(failure, IgnorableEvent):
        return None, str(failure)
    if isinstance(failure, PoisonMessage):
        return Status.DEAD, str(failure)
    reason = str(failure) if isinstance(failure, RetryableFailure) else f"bug: {type(failure).__name__}"
    return (Status.RETRY if pause_before(attempt) else Status.DEAD), reason


class ConsumerPipeline:
    """What one subscription does with the records that Kafka gives it."""

    def __init__(
        self,
        subscription: Subscription,
        pool: Pool,
        metrics: MessagingMetrics,
        on_progress: Callable[[], None] = lambda: None,
    ) -> None:
        self._subscription = subscription
        self._consumer = subscription.group
        self._strict = subscription.order.order is Order.STRICT
        self._pool = pool
        self._metrics = metrics
        self._on_progress = on_progress

    def read(self, records: Sequence[Record]) -> list[Delivery]:
        """The records, read for this subscription. Never raises: what cannot be read is poison."""
        return [read(record, self._subscription) for record in records]

    async def take(self, deliveries: Sequence[Delivery]) -> None:
        """Takes charge of the deliveries. While the database is away it waits: nothing is skipped."""
        wait = 0.1
        while True:
            try:
                await self._take(deliveries)
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, TimeoutError)):
                    raise
                log.warning("consumer.database_away", consumer=self._consumer, error=type(error).__name__)
                self._on_progress()  # it waits, it does not stall: a new process could do no better
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_WAIT)
            else:
                self._on_progress()
                return

    async def _take(self, deliveries: Sequence[Delivery]) -> None:
        try:
            await self._take_together(deliveries)
        # A process edge: whatever a handler raises is decided upon event by event, and none is lost.
        except Exception as failure:
            if database_is_away(failure):
                raise
            if len(deliveries) > 1:
                log.info("consumer.batch_failed", consumer=self._consumer, error=type(failure).__name__)
            for delivery in deliveries:
                await self._take_alone(delivery)

    async def _take_alone(self, delivery: Delivery) -> None:
        try:
            await self._take_together([delivery])
        except Exception as failure:  # as above
            if database_is_away(failure):
                raise
            await self._settle_failure(delivery, failure)

    async def _take_together(self, deliveries: Sequence[Delivery]) -> None:
        wanted = [d for d in deliveries if d.skip is None]
        outcome: list[tuple[Delivery, str]] = [(d, d.skip) for d in deliveries if d.skip is not None]
        if wanted:
            reach = areas_reach(d.event.area for d in wanted if d.event)
            async with transaction(self._pool, reach) as connection:
                outcome += await self._take_wanted(connection, wanted)
        counted = Counter((_type_label(delivery), result) for delivery, result in outcome)
        for (event_type, result), count in counted.items():
            self._metrics.events.labels(self._consumer, event_type, result).inc(count)

    async def _take_wanted(
        self, connection: Connection, wanted: Sequence[Delivery]
    ) -> list[tuple[Delivery, str]]:
        ids = [d.event.id for d in wanted if d.event]
        fresh = await claim_first_deliveries(connection, self._consumer, ids)
        blocked = await self._blocked(connection, wanted)
        outcome, handle, put_aside = self._sort(wanted, fresh, blocked)
        await defer(connection, self._consumer, put_aside)
        events = [d.event for d in handle if d.event]
        if events:
            with event_spans(self._consumer, events) as traced:
                await self._subscription.handle(connection, traced)
        return outcome

    def _sort(
        self, wanted: Sequence[Delivery], fresh: set[UUID], blocked: set[str]
    ) -> tuple[list[tuple[Delivery, str]], list[Delivery], list[Deferral]]:
        """Which deliveries to handle and which to put aside, in order. A pure decision.

        `blocked` grows on the way: what follows a dead event of its key is parked.
        """
        outcome: list[tuple[Delivery, str]] = []
        handle: list[Delivery] = []
        put_aside: list[Deferral] = []
        for delivery in wanted:
            if delivery.event and delivery.event.id not in fresh:
                outcome.append((delivery, "duplicate"))
                continue
            if delivery.event:
                fresh.discard(delivery.event.id)
            if delivery.poison:
                put_aside.append(Deferral(delivery, Status.DEAD, delivery.poison))
                outcome.append((delivery, "dead"))
                if delivery.order_key:
                    blocked.add(delivery.order_key)
            elif blocked and delivery.order_key in blocked:
                put_aside.append(Deferral(delivery, Status.PARKED, "behind-an-earlier-event"))
                outcome.append((delivery, "parked"))
            else:
                handle.append(delivery)
                outcome.append((delivery, "handled"))
        return outcome, handle, put_aside

    async def _blocked(self, connection: Connection, wanted: Sequence[Delivery]) -> set[str]:
        if not self._strict or not await anything_put_aside(connection, self._consumer):
            return set()
        return await blocked_keys(connection, self._consumer, [d.order_key for d in wanted if d.order_key])

    async def _settle_failure(self, delivery: Delivery, failure: Exception) -> None:
        """Records what became of the one event that failed, in a transaction of its own.

        Another process may have taken charge of it since, when the partition has moved: then it is settled there.
        """
        status, reason = classify(failure, attempt=1)
        if status is not None:
            log.warning(
                "event.deferred",
                consumer=self._consumer,
                event_type=delivery.event_type,
                status=status,
                reason=reason,
                exc_info=failure if reason.startswith("bug:") else None,
            )
        async with transaction(self._pool) as connection:
            ours = not delivery.event or await claim_first_deliveries(
                connection, self._consumer, [delivery.event.id]
            )
            if ours and status is not None:
                handler = self._subscription.handler_name(delivery.event_type)
                deferral = Deferral(delivery, status, reason, handler, FIRST_RETRY, attempts=1)
                await defer(connection, self._consumer, [deferral])
        result = (status or "ignored") if ours else "duplicate"
        self._metrics.events.labels(self._consumer, _type_label(delivery), result).inc()


def _type_label(delivery: Delivery) -> str:
    """The type as a metric label; a type that nobody knows must not make new labels without end."""
    return delivery.event_type if delivery.event_type and delivery.event else "other"
