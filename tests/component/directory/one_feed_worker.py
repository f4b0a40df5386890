"""A process that reads one due source, or carries on a run that was cut off, and ends: one to kill.

`python -m tests.component.directory.one_feed_worker DSN`
"""

import asyncio
import sys
from datetime import timedelta

from services.directory.entrypoints.feed_runner import FeedRunner
from shared.postgres.pool import open_pool
from shared.service_defaults.clock import utc_now
from tests.component.directory.feed_world import SMALL
from tests.support.eventually import eventually

LEASE = timedelta(milliseconds=200)  # nobody else reads meanwhile


async def work(dsn: str) -> None:
    pool = await open_pool(dsn, application="one-feed-worker", largest=1)
    runner = FeedRunner(pool, utc_now, allow_private=True, limits=SMALL, lease=LEASE)
    await eventually(runner.run_due, within=20, because="the lease of the one that was killed must end")
    await pool.close()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
