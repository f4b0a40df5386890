"""The provider's answer to an offer, and what it later says of how the person gets on."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from services.referral.domain.leg import (
    DID_NOT_ATTEND,
    WITH_PLACE_TAKEN,
    Leg,
    LegState,
    accept,
    complete,
    decline,
    miss,
    start,
)
from services.referral.storage.contacts import last_notes
from services.referral.storage.copied_services import find_pools_of
from services.referral.storage.legs import lock_leg, lock_leg_by_request
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.route_legs import route_legs
from shared.postgres.pool import Connection
from shared.web.dates import LONDON

DeclineReason = Literal["not-suitable", "no-space", "cannot-reach", "wrong-area", "risk", "other"]


async def accept_offer(connection: Connection, request_id: UUID, now: datetime, by: Acting) -> bool:
    """True when the offer is accepted now; False when it was answered before or is no longer open."""
    leg = await _open_offer(connection, request_id)
    if leg is None:
        return False
    changes = Changes(now, by)
    changes.step(accept(leg))
    await changes.keep(connection)
    return True


async def decline_offer(
    connection: Connection,
    request_id: UUID,
    reason: DeclineReason,
    now: datetime,
    by: Acting,
    known_pools: KnownPools | None = None,
) -> bool:
    """As `accept_offer`; the person goes on to the next at once."""
    leg = await _open_offer(connection, request_id)
    if leg is None:
        return False
    changes = Changes(now, by)
    assert leg.placement is not None  # noqa: S101 - an offer is of a place
    after = changes.step(decline(leg, reason, await find_pools_of(connection, leg.placement.service_id)))
    await route_legs(connection, [after], changes, known_pools=known_pools)
    await changes.keep(connection)
    return True


async def record_start(connection: Connection, leg_id: UUID, now: datetime, by: Acting) -> bool:
    """True when the start is recorded now."""
    leg = await lock_leg(connection, leg_id)
    if leg is None or leg.state is not LegState.ACCEPTED:
        return False
    changes = Changes(now, by)
    changes.step(start(leg, now))
    await changes.keep(connection)
    return True


async def record_completion(connection: Connection, leg_id: UUID, now: datetime, by: Acting) -> bool:
    """True when the end is recorded now: the place is free for the next."""
    leg = await lock_leg(connection, leg_id)
    if leg is None or leg.state is not LegState.STARTED:
        return False
    changes = Changes(now, by)
    changes.step(complete(leg, now))
    await changes.keep(connection)
    return True


async def record_absence(connection: Connection, leg_id: UUID, now: datetime, by: Acting) -> bool:
    """True when it is recorded now that they did not come. Said again on the same day it is the same absence."""
    leg = await lock_leg(connection, leg_id)
    if leg is None or leg.state not in WITH_PLACE_TAKEN:
        return False
    said = (await last_notes(connection, [leg_id], DID_NOT_ATTEND)).get(leg_id)
    if said and said.astimezone(LONDON).date() == now.astimezone(LONDON).date():
        return False
    changes = Changes(now, by)
    changes.step(miss(leg, now))
    await changes.keep(connection)
    return True


async def _open_offer(connection: Connection, request_id: UUID) -> Leg | None:
    leg = await lock_leg_by_request(connection, request_id)
    return leg if leg is not None and leg.state is LegState.OFFERED else None
