"""Whose place a provider's link is about: that of the request it was sent for, while the leg stands with it.

A leg goes on, to another provider perhaps. What was sent before to the one that it left is worth nothing there.
"""

from uuid import UUID

from services.referral.domain.errors import PlaceIsOver
from services.referral.domain.leg import Leg
from services.referral.storage.leg_history import list_steps_of_request
from services.referral.storage.legs import find_leg, find_leg_by_request, lock_leg, lock_leg_by_request
from shared.postgres.pool import Connection


async def find_place_with_them(
    connection: Connection, subject: UUID, holder_id: UUID | None, *, lock: bool = False
) -> Leg | None:
    """The leg with its place. Raises PlaceIsOver where it has gone on since; None where there was none."""
    by_request = lock_leg_by_request if lock else find_leg_by_request
    leg = await by_request(connection, subject)
    if leg is not None:
        return leg
    sent_before = await (lock_leg if lock else find_leg)(connection, subject)
    if sent_before is not None:
        return _of_holder(sent_before, holder_id)
    if await list_steps_of_request(connection, subject):
        raise PlaceIsOver
    return None


def _of_holder(leg: Leg, holder_id: UUID | None) -> Leg:
    """Links of a release before name the leg: they work for the organisation with the place that they were sent to."""
    if leg.placement is None or leg.placement.organisation_id != holder_id:
        raise PlaceIsOver
    return leg
