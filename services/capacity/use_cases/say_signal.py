"""A provider says how much space there is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.capacity.domain.pool import Pool, Statement, hear
from services.capacity.published_events import signal_changed
from services.capacity.storage.pool_rows import lock_pool, save_signals
from shared.messaging.outbox import append_event
from shared.postgres.pool import Connection


@dataclass(frozen=True, slots=True)
class SaySignal:
    pool_id: UUID
    statement: Statement


async def say_signal(
    connection: Connection, command: SaySignal, *, now: datetime, signal_life: timedelta
) -> Pool:
    """The pool as it now stands. From this commit on its signal decides every grant.

    Raises PoolNotFound, PoolWithdrawn, PauseIsOver or SomeoneSpokeSince.
    """
    pool = hear(await lock_pool(connection, command.pool_id), command.statement, now, signal_life)
    await save_signals(connection, [pool], now)
    if pool.said is not None:
        await append_event(connection, signal_changed(pool, pool.said), area=pool.area)
    return pool
