"""The side task that looks again and again for follow-ups that are due, or due to lapse."""

import structlog

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.use_cases.ask_and_lapse import ask_due_follow_ups, lapse_follow_ups
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

POLL_SECONDS = 0.5


def follow_up_clock(pool: Pool, plan: FollowUpPlan, clock: Clock) -> SideTask:
    return repeating("follow-up-clock", POLL_SECONDS, lambda: settle_what_is_due(pool, plan, clock))


async def settle_what_is_due(pool: Pool, plan: FollowUpPlan, clock: Clock) -> None:
    """Works until nothing is due."""
    while True:
        async with transaction(pool, rounds_reach("outcomes")) as connection:
            asked = await ask_due_follow_ups(connection, clock())
            lapsed = await lapse_follow_ups(connection, clock(), plan)
        if not asked and not lapsed:
            return
        log.info("follow_ups.settled", asked=asked, lapsed=lapsed)
