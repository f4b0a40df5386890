"""Asks for whoever comes along, beside a place that somebody has, and ends it with that place.

A transaction of its own, after the one that gave the place: whatever becomes of the companion, the place stands.
"""

from datetime import datetime
from uuid import UUID

from services.referral.domain.help_to_attend import ask_beside, end_with_main_place
from services.referral.domain.leg import receive
from services.referral.storage.due_legs import lock_due_legs
from services.referral.storage.helped_legs import HELP_DUE, NOWHERE_TO_GO, list_help_due
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.new_ids import new_id
from services.referral.use_cases.route_legs import route_legs
from shared.postgres.pool import Connection

LEGS_AT_ONCE = 50


async def ask_for_help_to_attend(
    connection: Connection,
    now: datetime,
    by: Acting,
    only: UUID | None = None,
    known_pools: KnownPools | None = None,
) -> int:
    """Routed as every leg is: to somebody with room, into the line, or told that there is nobody."""
    placed = await lock_due_legs(connection, HELP_DUE, now, LEGS_AT_ONCE, only)
    if not placed:
        return 0
    helps = await list_help_due(connection, [leg.leg_id for leg in placed])
    changes = Changes(now, by)
    beside = [
        changes.step(receive(ask_beside(leg, each, new_id(), now)))
        for leg in placed
        for each in helps[leg.leg_id]
    ]
    await route_legs(connection, beside, changes, known_pools=known_pools)
    await changes.keep(connection)
    return len(placed)


async def end_help_to_attend(
    connection: Connection, now: datetime, by: Acting, only: UUID | None = None
) -> int:
    """Companions of places that are no more."""
    legs = await lock_due_legs(connection, NOWHERE_TO_GO, now, LEGS_AT_ONCE, only)
    changes = Changes(now, by)
    for leg in legs:
        changes.step(end_with_main_place(leg, now))
    await changes.keep(connection)
    return len(legs)
