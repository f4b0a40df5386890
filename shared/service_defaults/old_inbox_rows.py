"""The side task that keeps the inbox from growing for ever."""

from datetime import timedelta

from shared.messaging.inbox_trimming import trim_inbox
from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool
from shared.service_defaults.repeating import repeating
from shared.service_defaults.side_tasks import SideTask

EVERY_SECONDS = 3600.0


def old_inbox_rows_task(pool: Pool, days_kept: int, metrics: MessagingMetrics) -> SideTask:
    """For every service that consumes events."""

    async def trim() -> None:
        await trim_inbox(pool, timedelta(days=days_kept), metrics)

    return repeating("inbox-trimming", EVERY_SECONDS, trim)
