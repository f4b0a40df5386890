"""What capacity does by the clock: signals decay, forgotten holds are freed, old idempotency keys go."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from services.capacity.metrics import CapacityMetrics
from services.capacity.settings import CapacitySettings
from services.capacity.use_cases.free_forgotten_holds import free_forgotten_holds
from services.capacity.use_cases.let_signals_decay import AT_ONCE, let_signals_decay
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.old_keys import old_keys_task
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

DECAY_EVERY_SECONDS = 15.0
FORGOTTEN_EVERY_SECONDS = 60.0


def capacity_side_tasks(
    pool: Pool, clock: Clock, settings: CapacitySettings, metrics: CapacityMetrics
) -> Sequence[SideTask]:
    hold_life = timedelta(days=settings.hold_life_days)

    async def decay() -> None:
        await decay_all(pool, clock)

    async def back_stop() -> None:
        await free_all_forgotten(pool, clock, hold_life, metrics)

    return (
        repeating("signal-decay", DECAY_EVERY_SECONDS, decay),
        repeating("forgotten-holds", FORGOTTEN_EVERY_SECONDS, back_stop),
        old_keys_task(pool, clock),
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
    async with transaction(pool, rounds_reach("capacity")) as connection:
        freed = await free_forgotten_holds(connection, held_before=now - hold_life, now=now)
    for request_id in freed:
        log.error("hold.forgotten", request_id=str(request_id), hold_life_days=hold_life.days)
        metrics.forgotten_holds.inc()
