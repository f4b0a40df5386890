"""Workers to kill: for each line with a database's address, a process that reads one due source or carries on a cut-off run.

It is forked from this one, which has imported everything once: how it ends is said after its number.
`python -m tests.component.directory.one_feed_worker`, then addresses on stdin.
"""

import asyncio
import os
import sys
from datetime import timedelta

from services.directory.entrypoints.feeds.feed_runner import FeedRunner
from shared.postgres.pool import open_pool
from shared.service_defaults.clock import utc_now
from tests.component.directory.feed_world import HERE, SMALL
from tests.support.eventually import eventually

LEASE = timedelta(milliseconds=200)  # nobody else reads meanwhile


async def work(dsn: str) -> None:
    pool = await open_pool(dsn, application="one-feed-worker", largest=1)
    runner = FeedRunner(pool, utc_now, HERE, allow_private=True, limits=SMALL, lease=LEASE)
    await eventually(runner.run_due, within=20, because="the lease of the one that was killed must end")
    await pool.close()


def serve() -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            asyncio.run(work(line.strip()))
            return
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    serve()
