"""'Not this one', said by the person or for them: given back, routed on, and never asked again, whatever opens there."""

from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.leg import Leg, Placement, ask_for_place
from services.referral.storage.legs import save_legs
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.say_not_wanted import say_not_wanted
from shared.events import referral
from shared.events.referral import PlaceRequestedV1
from shared.postgres.pool import transaction
from shared.security.signed_links import PATHS, Purpose, mint
from tests.component.referral.golden_messages import AREA, freed, held, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_gp_door import REFERRALS
from tests.support.reaching import EVERYWHERE


async def service_of(world: ReferralWorld, request: PlaceRequestedV1) -> UUID:
    place = (await world.leg(request.leg_id)).placement
    assert place is not None
    return place.service_id


async def say(world: ReferralWorld, referral_id: UUID, service_id: UUID) -> bool:
    by = Acting(world.by.trail, Actor(ActorKind.PERSON), AuditPurpose.OWN_RECORD)
    async with transaction(world.pool, EVERYWHERE) as connection:
        return await say_not_wanted(
            connection, referral_id=referral_id, service_id=service_id, now=world.clock(), by=by
        )


async def ask_at(world: ReferralWorld, leg: Leg, service_id: UUID) -> None:
    """As a drain does that decided by what it had read."""
    place = Placement(uuid4(), uuid4(), service_id, uuid4())
    async with transaction(world.pool, EVERYWHERE) as connection:
        await save_legs(connection, [ask_for_place(leg, place, "place-came-free").leg], world.clock())


async def offered(world: ReferralWorld, *needs: str) -> PlaceRequestedV1:
    await world.refer(*needs)
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    return request


async def test_the_person_says_not_this_group_and_the_next_is_asked(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 5), name="Walks", suits=["women"])
    [second] = await world.service(("open", 5), name="Singing")
    await world.refer(groups=frozenset({"women"}))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    mine, walks = world.my_link(request.referral_id), await service_of(world, request)

    before = await client.get(mine)
    said = await client.post(f"{mine}/not-wanted", data={"service_id": str(walks)})
    after = await client.get(mine)

    assert "The group is" in before.text
    assert "Walks" in before.text
    assert said.status_code == 303
    given_up = await world.last(referral.PlaceGivenUpV1)
    assert (given_up.request_id, given_up.reason) == (request.request_id, "not-wanted")
    assert (await world.last(referral.PlaceRequestedV1)).pool_id == second
    assert "We never ask these groups for you again" in after.text
    assert not await world.heard_of(referral.ReferralDeclinedV1)


async def test_the_provider_reads_that_it_is_over_and_cannot_say_yes(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await world.service(("open", 1))
    request = await offered(world)
    expires = world.clock().replace(year=2027)
    offer = PATHS[Purpose.OFFER].format(
        token=mint(world.settings.link_signing_key, Purpose.OFFER, request.request_id, expires, AREA)
    )

    assert await say(world, request.referral_id, await service_of(world, request))
    page = await client.get(offer)
    late = await client.post(offer, data={"answer": "accept"})

    assert "The person no longer wants this" in page.text
    assert late.status_code == 409


async def test_space_that_opens_there_is_not_given_to_them(world: ReferralWorld) -> None:
    """Neither from the line, nor to another need of theirs, nor at another pool of the same service."""
    [first, other] = await world.service(("full", 0), ("full", 0), needs=["loneliness", "creative"])
    referred = await world.refer("loneliness", "creative")
    service_id = await world.pool.fetchval("SELECT service_id FROM copied_services")

    assert await say(world, referred.referral_id, service_id)
    await world.hear_signals(signal(first, "open", 3, version=2), signal(other, "open", None, version=2))

    assert not await world.heard_of(referral.PlaceRequestedV1)
    assert [(await world.leg(leg)).state for leg in referred.legs] == ["waiting", "waiting"]


async def test_a_newcomer_does_not_stand_behind_somebody_who_wants_nothing_there(
    world: ReferralWorld,
) -> None:
    [pool] = await world.service(("full", 0))
    waiting = await world.refer()
    service_id = await world.pool.fetchval("SELECT service_id FROM copied_services")
    await say(world, waiting.referral_id, service_id)
    await world.hear_signals(signal(pool, "open", 1, version=2))

    newcomer = await world.refer()

    assert (await world.last(referral.PlaceRequestedV1, pool_id=pool)).leg_id == newcomer.legs[0].leg_id


async def test_a_place_that_is_given_up_goes_to_somebody_else(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    request = await offered(world)
    behind = await world.refer()

    await say(world, request.referral_id, await service_of(world, request))
    await world.hear_answers(freed(request, free=1))

    assert (await world.last(referral.PlaceRequestedV1)).leg_id == behind.legs[0].leg_id
    assert (await world.leg(request.leg_id)).state == "unmet"


async def test_whoever_read_too_early_cannot_ask_there_all_the_same(world: ReferralWorld) -> None:
    """A drain reads the line before it locks: what was said in between is held by the database."""
    await world.service(("full", 0))
    referred = await world.refer()
    service_id = await world.pool.fetchval("SELECT service_id FROM copied_services")
    read_before = referred.legs[0]
    await say(world, referred.referral_id, service_id)

    with pytest.raises(asyncpg.SerializationError):
        await ask_at(world, replace(read_before, version=2), service_id)
    await ask_at(world, replace(read_before, version=2), uuid4())


async def test_it_is_said_once_and_only_of_a_service_that_there_is(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    request = await offered(world)
    service_id = await service_of(world, request)

    said = [await say(world, request.referral_id, each) for each in (service_id, service_id, uuid4())]

    assert said == [True, False, False]
    assert await world.pool.fetchval("SELECT count(*) FROM unwanted_services") == 1


async def test_a_place_that_they_have_already_stays_theirs(
    world: ReferralWorld, placed: PlaceRequestedV1
) -> None:
    assert await say(world, placed.referral_id, await service_of(world, placed))

    assert (await world.leg(placed.leg_id)).state == "accepted"


async def test_a_system_says_it_for_the_person(client: httpx.AsyncClient, world: ReferralWorld) -> None:
    await world.service(("open", 1))
    request = await offered(world)
    path = f"{REFERRALS}/{request.referral_id}/not-wanted"
    service_id = await service_of(world, request)

    said = await client.post(path, json={"service_id": str(service_id)})
    again = await client.post(path, json={"service_id": str(service_id)})
    unknown = await client.post(f"{REFERRALS}/{uuid4()}/not-wanted", json={"service_id": str(service_id)})

    assert (said.status_code, said.json()["not_wanted"]) == (200, True)
    assert (again.status_code, again.json()["not_wanted"]) == (200, False)
    assert unknown.status_code == 404
    assert await world.pool.fetchval("SELECT said_by FROM unwanted_services") == "system"


async def test_what_the_form_does_not_name_is_asked_for_again(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referred = await world.refer()

    answer = await client.post(f"{world.my_link(referred.referral_id)}/not-wanted", data={"service_id": "x"})

    assert answer.status_code == 422
    assert "We could not read which group you mean" in answer.text
