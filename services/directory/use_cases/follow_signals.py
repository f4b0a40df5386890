"""Providers' words on their space, copied as they come."""

from collections.abc import Sequence

from services.directory.storage.copied_signals import keep_signals
from shared.events.capacity import SignalChangedV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection


async def follow_signals(connection: Connection, events: Sequence[Event[SignalChangedV1]]) -> None:
    await keep_signals(connection, [event.data for event in events])
