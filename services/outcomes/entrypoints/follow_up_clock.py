"""The side task that looks again and again for follow-ups that are due, or due to lapse."""

import asyncio

import structlog

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.use_cases.ask_and_lapse import ask_due_follow_ups, lapse_follow_ups
from shared.postgres.away import database_is_away
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import Clock
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5


def follow_up_clock(pool: Pool, plan: FollowUpPlan, clock: Clock) -> SideTask:
    async def run() -> None:
        while True:
            try:
                await settle_what_is_due(pool, plan, clock)
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not database_is_away(error):
                    raise
                log.warning("follow_up_clock.database_away", error=type(error).__name__)
            await asyncio.sleep(POLL_SECONDS)

    return SideTask("follow-up-clock", run)


async def settle_what_is_due(pool: Pool, plan: FollowUpPlan, clock: Clock) -> None:
    """Works until nothing is due."""
    while True:
        async with transaction(pool) as connection:
            asked = await ask_due_follow_ups(connection, clock())
            lapsed = await lapse_follow_ups(connection, clock(), plan)
        if not asked and not lapsed:
            return
        log.info("follow_ups.settled", asked=asked, lapsed=lapsed)
