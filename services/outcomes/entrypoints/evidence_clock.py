"""The side task that says, once a step, what services did for people."""

from datetime import timedelta

from services.outcomes.domain.evidence import counted_up_to
from services.outcomes.use_cases.say_evidence import say_next_evidence
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.clock import Clock
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

POLL_SECONDS = 5.0


def evidence_clock(pool: Pool, step: timedelta, clock: Clock) -> SideTask:
    return repeating("service-evidence", POLL_SECONDS, lambda: say_evidence(pool, step, clock))


async def say_evidence(pool: Pool, step: timedelta, clock: Clock) -> None:
    """Works until all services have been looked at, each part in a transaction of its own."""
    as_of, more = counted_up_to(clock(), step), True
    while more:
        async with transaction(pool, rounds_reach("outcomes")) as connection:
            more = await say_next_evidence(connection, as_of)
