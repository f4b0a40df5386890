"""Providers' words on their space, copied; and which services have another space than they had."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from services.directory.domain.space import Band, best_space
from services.directory.storage.copied_signals import (
    changed_space,
    keep_signals,
    last_heard,
    signals_of,
)
from shared.events.capacity import SignalChangedV1
from shared.events.envelope import Event
from shared.postgres.pool import Connection

MOMENTS_KEPT = 8
NEVER = datetime.min.replace(tzinfo=UTC)


async def follow_signals(connection: Connection, events: Sequence[Event[SignalChangedV1]]) -> None:
    await keep_signals(connection, [event.data for event in events])


class KnownSpace:
    """For one who follows the space of all services, look by look.

    Each look is a moment of the caller's clock. What had been heard when a look began is remembered with it: the
    clocks of processes and of the database differ, and a look that failed is made again from the same moment.
    """

    def __init__(self) -> None:
        self._heard_at: dict[datetime, datetime] = {}

    async def changed(self, connection: Connection, since: datetime, now: datetime) -> Sequence[UUID]:
        """The services of which something was heard since that look, or whose word has become too old."""
        heard_after = self._heard_at.get(since, NEVER)
        await self._remember(connection, now)
        return await changed_space(connection, heard_after, since, now)

    async def bands(
        self, connection: Connection, service_ids: Sequence[UUID], now: datetime
    ) -> Mapping[UUID, Band]:
        """How much space these have at the moment; one of which nothing is known is left out."""
        if now not in self._heard_at:
            await self._remember(connection, now)
        found = await signals_of(connection, service_ids)
        return {service_id: best_space(signals, now).band for service_id, signals in found.items()}

    async def _remember(self, connection: Connection, now: datetime) -> None:
        self._heard_at[now] = await last_heard(connection)
        while len(self._heard_at) > MOMENTS_KEPT:
            del self._heard_at[min(self._heard_at)]
