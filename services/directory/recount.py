"""`python -m services.directory.recount`: counts referrals again from the log, in one transaction.

Exit 0 with the number of events, or 1 with the reason why the log is not whole; then nothing has changed.
"""

import asyncio
import sys

from services.directory.entrypoints.event_subscribers import COUNTS_OF_REFERRALS
from services.directory.settings import DirectorySettings
from services.directory.use_cases.count_referrals import recount_referrals
from shared.messaging.failures import LogNotWhole
from shared.messaging.whole_log import whole_log
from shared.postgres.pool import open_pool, transaction
from shared.service_defaults.settings import settings_or_exit


async def recount(settings: DirectorySettings) -> int:
    """The number of events counted."""
    pool = await open_pool(
        settings.postgres_dsn.get_secret_value(), application="directory-recount", largest=1
    )
    try:
        async with transaction(pool) as connection:
            log = whole_log(settings.kafka_bootstrap_servers, COUNTS_OF_REFERRALS)
            return await recount_referrals(connection, log)
    finally:
        await pool.close()


if __name__ == "__main__":
    try:
        print(f"{asyncio.run(recount(settings_or_exit(DirectorySettings)))} events counted")
    except LogNotWhole as reason:
        print(f"Not counted: {reason}.", file=sys.stderr)
        raise SystemExit(1) from None
