"""The side task that forgets revocations of links that have run out anyway."""

from shared.postgres.pool import Pool, transaction
from shared.security.revoked_links import forget_links_before
from shared.service_defaults.clock import Clock
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

EVERY_SECONDS = 3600.0


def old_links_task(pool: Pool, clock: Clock) -> SideTask:
    """For every service that shows pages behind signed links."""

    async def forget() -> None:
        async with transaction(pool) as connection:
            await forget_links_before(connection, clock())

    return repeating("old-links", EVERY_SECONDS, forget)
