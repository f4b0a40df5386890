"""Whether the people of an area choose, and how long they have: its policy says so, unless the area has its own word."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from services.referral.domain.area_policies import policy_of
from services.referral.storage.routing_modes import find_own_modes
from shared.postgres.pool import Connection


async def find_choosing_times(connection: Connection, areas: Collection[str]) -> Mapping[str, timedelta]:
    """Those of the areas whose people choose, and how long they have. The one place that says so."""
    own = await find_own_modes(connection, areas)
    times = {area: own[area] if area in own else policy_of(area).time_to_choose for area in areas}
    return {area: time for area, time in times.items() if time is not None}
