"""`python -m services.outcomes.rebuild`: makes the read model again from the log, in one transaction.

Exit 0 with the number of events, or 1 with the reason why the log is not whole; then nothing has changed.
"""

import asyncio
import sys

from services.outcomes.bootstrap import plan_of
from services.outcomes.settings import OutcomesSettings
from services.outcomes.use_cases.follow_referrals import HEARD
from services.outcomes.use_cases.rebuild_read_model import rebuild_read_model
from shared.events.catalogue import types_on
from shared.events.referral import PersonErasedV1
from shared.messaging.failures import LogNotWhole
from shared.messaging.subscription import Subscription
from shared.messaging.topics import ConsumerOrder, Order
from shared.messaging.whole_log import whole_log
from shared.postgres.pool import open_pool, transaction
from shared.postgres.reach import rounds_reach
from shared.service_defaults.settings import settings_or_exit

REFERRALS = Subscription("referral.referrals.v1", "outcomes.referrals", batch_types=(*HEARD, PersonErasedV1))
# Read by nobody but a rebuild, so no topic file declares this reader.
FOLLOW_UPS = Subscription(
    "outcomes.follow-ups.v1",
    "outcomes.rebuild",
    batch_types=types_on("outcomes.follow-ups.v1"),
    order_of_undeclared=ConsumerOrder(Order.STRICT, None),
)


async def rebuild(settings: OutcomesSettings) -> int:
    """The number of events replayed."""
    kafka = settings.kafka_bootstrap_servers
    pool = await open_pool(
        settings.postgres_dsn.get_secret_value(), application="outcomes-rebuild", largest=1
    )
    try:
        async with transaction(pool, rounds_reach("outcomes")) as connection:
            return await rebuild_read_model(
                connection, whole_log(kafka, REFERRALS), whole_log(kafka, FOLLOW_UPS), plan_of(settings)
            )
    finally:
        await pool.close()


if __name__ == "__main__":
    try:
        print(f"{asyncio.run(rebuild(settings_or_exit(OutcomesSettings)))} events replayed")
    except LogNotWhole as reason:
        print(f"Not rebuilt: {reason}.", file=sys.stderr)
        raise SystemExit(1) from None
