"""What capacity does by the clock: signals decay, forgotten holds are freed, old idempotency keys go."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any

import structlog

from services.capacity.metrics import CapacityMetrics
from services.capacity.settings import CapacitySettings
from services.capacity.use_cases.free_forgotten_holds import free_forgotten_holds
from services.capacity.use_cases.let_signals_decay import AT_ONCE, let_signals_decay
from shared.postgres.away import database_is_away
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import forget_keys_before
from shared.service_defaults.side_tasks import SideTask

Act = Callable[[], Coroutine[Any, Any, None]]

log = structlog.get_logger(__name__)

DECAY_EVERY_SECONDS = 15.0
FORGOTTEN_EVERY_SECONDS = 60.0
KEYS_EVERY_SECONDS = 3600.0
KEYS_LIVE = timedelta(days=2)


def capacity_side_tasks(
    pool: Pool, clock: Clock, settings: CapacitySettings, metrics: CapacityMetrics
) -> Sequence[SideTask]:
    hold_life = timedelta(days=settings.hold_life_days)

    async def decay() -> None:
        await decay_all(pool, clock)

    async def back_stop() -> None:
        await free_all_forgotten(pool, clock, hold_life, metrics)

    async def forget_keys() -> None:
        async with transaction(pool) as connection:
            await forget_keys_before(connection, clock() - KEYS_LIVE)

    return (
        SideTask("signal-decay", every(DECAY_EVERY_SECONDS, "signal-decay", decay)),
        SideTask("forgotten-holds", every(FORGOTTEN_EVERY_SECONDS, "forgotten-holds", back_stop)),
        SideTask("idempotency-keys", every(KEYS_EVERY_SECONDS, "idempotency-keys", forget_keys)),
    )


async def decay_all(pool: Pool, clock: Clock) -> None:
    more = True
    while more:
        async with transaction(pool) as connection:
            decayed = await let_signals_decay(connection, clock())
        if decayed:
            log.info("signals.decayed", pools=decayed)
        more = decayed == AT_ONCE


async def free_all_forgotten(
    pool: Pool, clock: Clock, hold_life: timedelta, metrics: CapacityMetrics
) -> None:
    now = clock()
    async with transaction(pool) as connection:
        freed = await free_forgotten_holds(connection, held_before=now - hold_life, now=now)
    for request_id in freed:
        log.error("hold.forgotten", request_id=str(request_id), hold_life_days=hold_life.days)
        metrics.forgotten_holds.inc()


def every(seconds: float, name: str, act: Act) -> Act:
    """Acts at once and then again and again; waits where only the database is away."""

    async def run() -> None:
        while True:
            try:
                await act()
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not database_is_away(error):
                    raise
                log.warning("side_task.database_away", task=name, error=type(error).__name__)
            await asyncio.sleep(seconds)

    return run
