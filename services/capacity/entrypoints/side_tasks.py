"""What capacity does by the clock: providers are reminded, signals decay, forgotten holds are freed, old idempotency keys go."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.capacity.entrypoints.pool_rounds import PoolRound, PoolRounds
from services.capacity.metrics import CapacityMetrics
from services.capacity.settings import CapacitySettings
from services.capacity.storage.due_pools import HOLDS_FORGOTTEN, SIGNALS_RUN_OUT, SIGNALS_TOO_OLD
from services.capacity.use_cases.free_forgotten_holds import free_forgotten_holds
from services.capacity.use_cases.let_signals_decay import let_signals_decay
from services.capacity.use_cases.remind_providers import remind_providers
from shared.postgres.pool import Connection, Pool
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.old_keys import old_keys_task
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

DECAY_EVERY_SECONDS = 15.0
FORGOTTEN_EVERY_SECONDS = 60.0
REMIND_EVERY_SECONDS = 60.0


def capacity_side_tasks(
    pool: Pool, clock: Clock, settings: CapacitySettings, metrics: CapacityMetrics
) -> Sequence[SideTask]:
    rounds = PoolRounds(pool, clock, metrics)
    reminders = reminders_round(timedelta(days=settings.remind_before_days))
    forgotten = forgotten_holds_round(timedelta(days=settings.hold_life_days), metrics)

    async def decay() -> None:
        await rounds.until_nothing_is_due(DECAY)

    async def back_stop() -> None:
        await rounds.until_nothing_is_due(forgotten)

    async def remind() -> None:
        await rounds.until_nothing_is_due(reminders)

    return (
        repeating(reminders.name, REMIND_EVERY_SECONDS, remind),
        repeating(DECAY.name, DECAY_EVERY_SECONDS, decay),
        repeating(forgotten.name, FORGOTTEN_EVERY_SECONDS, back_stop),
        old_keys_task(pool, clock),
    )


def _tell_decayed(decayed: Sequence[UUID]) -> None:
    if decayed:
        log.info("signals.decayed", pools=len(decayed))


DECAY = PoolRound("signal-decay", SIGNALS_TOO_OLD, let_signals_decay, _tell_decayed)


def reminders_round(ahead: timedelta) -> PoolRound:
    """What runs out within this time."""

    def tell(reminded: Sequence[UUID]) -> None:
        if reminded:
            log.info("signals.run_out_soon", pools=len(reminded))

    return PoolRound("space-reminders", SIGNALS_RUN_OUT, remind_providers, tell, patience=-ahead)


def forgotten_holds_round(hold_life: timedelta, metrics: CapacityMetrics) -> PoolRound:
    async def free(connection: Connection, pool_ids: Sequence[UUID], now: datetime) -> Sequence[UUID]:
        return await free_forgotten_holds(connection, pool_ids, held_before=now - hold_life, now=now)

    def tell(freed: Sequence[UUID]) -> None:
        for request_id in freed:
            log.error("hold.forgotten", request_id=str(request_id), hold_life_days=hold_life.days)
            metrics.forgotten_holds.inc()

    return PoolRound("forgotten-holds", HOLDS_FORGOTTEN, free, tell, rounds_reach("capacity"), hold_life)
