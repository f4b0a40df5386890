"""The slow second look, so that nobody is lost: routes legs left in matching, drains pools that show space."""

from datetime import datetime

from services.referral.storage.copied_signals import list_pools_with_space_and_line, lock_signals
from services.referral.storage.legs import lock_matching_legs
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from services.referral.use_cases.route_legs import route_legs
from shared.postgres.pool import Connection

LEGS_AT_ONCE = 50
POOLS_AT_ONCE = 500


async def route_left_behind(connection: Connection, now: datetime) -> int:
    """Legs that stand in matching when no transaction has them in hand."""
    legs = await lock_matching_legs(connection, LEGS_AT_ONCE)
    changes = Changes(now)
    await route_legs(connection, legs, changes)
    await changes.keep(connection)
    return len(legs)


async def drain_pools_with_space(connection: Connection, now: datetime) -> int:
    """Pools that show space while somebody waits for what they do."""
    pool_ids = await list_pools_with_space_and_line(connection, POOLS_AT_ONCE)
    if not pool_ids:
        return 0
    await lock_signals(connection, pool_ids)
    changes = Changes(now)
    asked = await drain_waiting_list(connection, pool_ids, changes)
    await changes.keep(connection)
    return asked
