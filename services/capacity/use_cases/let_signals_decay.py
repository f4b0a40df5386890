"""Signals that nobody has confirmed for too long: from then on the space is unknown, and no place is given."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.capacity.domain.pool import decay
from services.capacity.published_events import signal_changed
from services.capacity.storage.pool_rows import lock_expired, save_signals
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection


async def let_signals_decay(connection: Connection, pool_ids: Sequence[UUID], now: datetime) -> list[UUID]:
    """Which of these pools decayed; one that somebody is changing right now has its turn another time."""
    decayed = [decay(pool) for pool in await lock_expired(connection, pool_ids, now)]
    if decayed:
        await save_signals(connection, decayed, now)
        events = [say(signal_changed(pool, pool.said), area=pool.area) for pool in decayed if pool.said]
        await append_events(connection, events)
    return [each.pool_id for each in decayed]
