"""Offers that nobody answered in time lapse, and the people go on to the next."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from services.referral.domain.leg import LegState, Step, lapse
from services.referral.storage.due_legs import OFFERS_DUE, lock_due_legs
from services.referral.storage.legs import lock_leg_by_request
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import route_legs
from shared.postgres.pool import Connection

AT_ONCE = 50


async def lapse_due_offers(
    connection: Connection,
    now: datetime,
    by: Acting,
    only: UUID | None = None,
    known_pools: KnownPools | None = None,
) -> int:
    """Lapses what is due, or the one leg alone, and gives the number."""
    due = await lock_due_legs(connection, OFFERS_DUE, now, AT_ONCE, only)
    if not due:
        return 0
    changes = Changes(now, by)
    lapsed = [changes.step(lapse(leg, now)) for leg in due]
    await route_legs(connection, lapsed, changes, known_pools=known_pools)
    await changes.keep(connection)
    return len(due)


async def bring_forward_answer_time(
    connection: Connection, request_id: UUID, *, reason: str, now: datetime, by: Acting
) -> bool:
    """Makes an open offer due now: a recorded act with a reason. False when no such offer is open."""
    leg = await lock_leg_by_request(connection, request_id)
    if leg is None or leg.state is not LegState.OFFERED:
        return False
    changes = Changes(now, by)
    sooner = replace(leg, answer_by=now, due_at=now, version=leg.version + 1)
    changes.step(Step(sooner, leg.state, reason, leg.placement))
    await changes.keep(connection)
    return True
