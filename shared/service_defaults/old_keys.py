"""The side task that drops idempotency keys which no client will repeat any more."""

from datetime import timedelta

from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.idempotency import forget_keys_before
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

EVERY_SECONDS = 3600.0
KEYS_LIVE = timedelta(days=2)


def old_keys_task(pool: Pool, clock: Clock) -> SideTask:
    """For every service that keeps idempotency keys."""

    async def forget() -> None:
        async with transaction(pool) as connection:
            await forget_keys_before(connection, clock() - KEYS_LIVE)

    return repeating("idempotency-keys", EVERY_SECONDS, forget)
