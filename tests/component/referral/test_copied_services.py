"""Referral's copy of the directory: the greater version wins, whatever comes first."""

from uuid import uuid4

import pytest

from shared.events.directory import ServiceWithdrawnV1
from shared.events.envelope import new_event
from tests.component.referral.golden_messages import AREA, service, signal
from tests.component.referral.referral_world import ReferralWorld


@pytest.mark.parametrize("together", [True, False])
async def test_a_withdrawal_that_overtakes_the_service_stands_until_a_newer_version(
    world: ReferralWorld, *, together: bool
) -> None:
    service_id, pool_id = uuid4(), uuid4()
    withdrawn = new_event(ServiceWithdrawnV1(service_id=service_id, version=2), area=AREA)
    older = service(service_id=service_id, pools=(pool_id,), version=1)

    for batch in [(withdrawn, older)] if together else [(withdrawn,), (older,)]:
        await world.hear_services(*batch)
    await world.hear_signals(signal(pool_id, "open", 1))

    assert (await world.refer()).legs[0].state == "unmet"
    await world.hear_services(service(service_id=service_id, pools=(pool_id,), version=3))
    assert (await world.refer()).legs[0].state == "requested"


async def test_nobody_is_sent_to_a_service_that_takes_people_of_some_wards_or_a_circle_alone(
    world: ReferralWorld,
) -> None:
    """Routing knows people's borough: to read a ward as its borough would send those who are not taken."""
    circle = {"latitude": 51.513, "longitude": -0.305, "metres": 900}
    drawn = {"everywhere": False, "areas": [], "wards": ["E05013517"], "circle": circle}
    await world.service(("open", 5), catchment=drawn)

    assert (await world.refer()).legs[0].state == "unmet"
    await world.service(("open", 5), catchment=drawn | {"areas": [AREA]})
    assert (await world.refer()).legs[0].state == "requested"
