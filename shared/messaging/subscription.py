"""What a service declares of its reading: a topic, a group and what to do with each event."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.events.envelope import Event
from shared.events.event_data import EventData
from shared.messaging.topics import ConsumerOrder, all_topics
from shared.postgres.pool import Connection

Handler = Callable[[Connection, Event[Any]], Awaitable[None]]
"""Handles one event in an open transaction. It never commits."""

BatchHandler = Callable[[Connection, Sequence[Event[Any]]], Awaitable[None]]
"""Handles many events, in order, in one open transaction: for where volume asks for set-based SQL."""


@dataclass(frozen=True)
class Subscription:
    """One consumer of one topic. Give either `handlers` or `batch_handler` with the types it takes.

    Types of the topic that are not named are acknowledged without a look.
    """

    topic: str
    group: str
    handlers: Mapping[type[EventData], Handler] = field(default_factory=dict)
    batch_handler: BatchHandler | None = None
    batch_types: tuple[type[EventData], ...] = ()
    order_of_undeclared: ConsumerOrder | None = None
    """For a topic that has no file (tests, benches)."""

    @cached_property
    def order(self) -> ConsumerOrder:
        """The order that the topic's file declares for this group."""
        return self.order_of_undeclared or all_topics()[self.topic].consumers[self.group]

    @cached_property
    def wanted(self) -> Mapping[str, type[EventData]]:
        """The event types that this consumer handles, by name."""
        return {each.event_type: each for each in (*self.handlers, *self.batch_types)}

    def handler_name(self, event_type: str | None) -> str | None:
        """The handler's name for logs and dead letters. None for a type that nothing here handles."""
        if self.batch_handler is not None:
            return getattr(self.batch_handler, "__qualname__", "batch")
        wanted = self.wanted.get(event_type or "")
        return getattr(self.handlers[wanted], "__qualname__", "handler") if wanted else None

    async def handle(self, connection: Connection, events: Sequence[Event[Any]]) -> None:
        """Gives the events, in order, to what handles them."""
        if self.batch_handler is not None:
            await self.batch_handler(connection, events)
            return
        for event in events:
            await self.handlers[type(event.data)](connection, event)
