"""A yes to an event asks for a place there, whatever else the person has asked for or said yes to by then."""

from uuid import UUID

import httpx
import pytest

from services.referral.domain.invitations import Asked
from services.referral.use_cases.refer_person import Referred
from shared.events import referral
from shared.service_defaults.clock import utc_now
from tests.component.referral.golden_messages import held
from tests.component.referral.inviting import all_full, event, invite, waits
from tests.component.referral.referral_world import ReferralWorld


@pytest.fixture
def world(world: ReferralWorld) -> ReferralWorld:
    world.clock.now = utc_now()  # tokens are of today
    return world


async def says_yes(
    world: ReferralWorld, client: httpx.AsyncClient, referred: Referred, pool: UUID
) -> httpx.Response:
    invitation = await world.pool.fetchval(
        "SELECT invitation_id FROM invited_people WHERE referral_id = $1 AND pool_id = $2",
        referred.referral_id,
        pool,
    )
    form = {"invitation_id": str(invitation), "answer": "yes"}
    return await client.post(world.my_link(referred.referral_id) + "/invitation", data=form)


async def test_who_says_yes_to_two_events_for_the_same_is_asked_for_at_both(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    person, events = await waits(world), [await event(world, 9) for _ in range(2)]
    for pool in events:
        assert await invite(world, pool) == 1

    said = [await says_yes(world, client, person, pool) for pool in events]

    assert [each.status_code for each in said] == [303, 303]
    assert [each.pool_id for each in await world.heard_of(referral.PlaceRequestedV1)] == events


async def test_who_has_help_with_the_very_need_that_an_event_is_for_may_go_there_as_well(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))
    person = await world.refer("loneliness", may_invite=True)
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))
    pool = await event(world, 9)
    assert await invite(world, pool, Asked("loneliness")) == 1

    said = await says_yes(world, client, person, pool)

    assert said.status_code == 303
    request = await world.last(referral.PlaceRequestedV1)
    assert (request.pool_id, (await world.leg(request.leg_id)).wants.need) == (pool, "loneliness")
    assert (await world.leg(person.legs[0])).state == "offered"


async def test_who_got_a_place_there_another_way_takes_no_second_one(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await all_full(world)
    person, pool = await waits(world), await event(world, 9)
    await invite(world, pool)
    service_id = await world.pool.fetchval("SELECT service_id FROM event_pools")
    form = {"leg_id": str(person.legs[0].leg_id), "service_id": str(service_id)}
    await client.post(world.my_link(person.referral_id) + "/meanwhile", data=form)
    [request] = await world.heard_of(referral.PlaceRequestedV1)

    said = await says_yes(world, client, person, pool)

    assert said.status_code == 303
    assert await world.heard_of(referral.PlaceRequestedV1) == [request]
    assert "You said yes" in (await client.get(world.my_link(person.referral_id))).text
