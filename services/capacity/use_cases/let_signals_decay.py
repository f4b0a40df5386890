"""Signals that nobody has confirmed for too long: from then on the space is unknown, and no place is given."""

from datetime import datetime

from services.capacity.domain.pool import decay
from services.capacity.published_events import signal_changed
from services.capacity.storage.pool_rows import lock_expired, save_signals
from shared.messaging.outbox import append_events, say
from shared.postgres.pool import Connection

AT_ONCE = 200  # pools a transaction


async def let_signals_decay(connection: Connection, now: datetime) -> int:
    """How many decayed; AT_ONCE means that there may be more."""
    decayed = [decay(pool) for pool in await lock_expired(connection, now, AT_ONCE)]
    if decayed:
        await save_signals(connection, decayed, now)
        events = [say(signal_changed(pool, pool.said), area=pool.area) for pool in decayed if pool.said]
        await append_events(connection, events)
    return len(decayed)
