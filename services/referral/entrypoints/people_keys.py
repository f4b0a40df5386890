"""The side task that looks after people's keys: rows of the time before are sealed, keys are wrapped by today's key."""

import structlog

from services.referral.storage.people import PersonVault, seal_in_the_open, wrap_anew
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import areas_reach
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask
from shared.vocabulary.vocabulary import boroughs

log = structlog.get_logger(__name__)

EVERY_SECONDS = 3600.0
AT_ONCE = 200  # people a transaction


def people_keys_task(pool: Pool, vault: PersonVault) -> SideTask:
    async def look_after() -> None:
        await look_after_keys(pool, vault)

    return repeating("people-keys", EVERY_SECONDS, look_after)


async def look_after_keys(pool: Pool, vault: PersonVault) -> None:
    """Area by area: no role reads people over all of them at once."""
    for area in boroughs():
        for name, act in (("people.sealed", seal_in_the_open), ("people.keys_wrapped", wrap_anew)):
            while True:
                async with transaction(pool, areas_reach([area])) as connection:
                    done = await act(connection, vault, AT_ONCE)
                if not done:
                    break
                log.info(name, people=done)
