"""Legs that stand with a provider which has closed go on, one by one.

Whoever was routed there by a transaction that did not see it closed yet was not there when everybody moved.
"""

from datetime import datetime
from uuid import UUID

import structlog

from services.referral.domain.leg import leave_closed_provider
from services.referral.storage.due_legs import AT_CLOSED, lock_due_legs
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import route_legs
from shared.postgres.pool import Connection

log = structlog.get_logger(__name__)

AT_ONCE = 50


async def move_stragglers_on(
    connection: Connection,
    now: datetime,
    by: Acting,
    only: UUID | None = None,
    known_pools: KnownPools | None = None,
) -> int:
    """Moves those that are there, or the one leg alone, and gives the number."""
    legs = await lock_due_legs(connection, AT_CLOSED, now, AT_ONCE, only)
    if not legs:
        return 0
    changes = Changes(now, by)
    left = [changes.step(leave_closed_provider(leg)) for leg in legs]
    await route_legs(connection, left, changes, known_pools=known_pools)
    await changes.keep(connection)
    log.info("legs.moved_on_late", legs=len(legs))
    return len(legs)
