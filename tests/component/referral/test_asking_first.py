"""Providers whose space nobody knows are asked first: once at a time, and nobody is sent there before they answer."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

import httpx

from services.referral.domain import area_policies, pool_index
from services.referral.use_cases.back_stop import release_who_waits_in_vain
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

AGAIN = timedelta(days=7)
PROVIDER = "0197c0de-0000-7000-8000-000000000601"


async def asked(world: ReferralWorld) -> list[UUID]:
    return [each.pool_id for each in await world.heard_of(referral.SpaceAskedV1)]


async def look_again(world: ReferralWorld) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await release_who_waits_in_vain(connection, world.clock(), world.by) == 0


async def unheard_of(world: ReferralWorld, **changes: object) -> UUID:
    """A service of one provider, which has never said what space there is."""
    [pool] = await world.service(("unknown", 0), **{"organisation_id": PROVIDER, **changes})
    return pool


async def test_the_provider_is_asked_and_the_person_waits_without_a_place(world: ReferralWorld) -> None:
    pool = await unheard_of(world)
    leg = (await world.refer()).legs[0]

    assert leg.state == "waiting"
    [question] = await world.heard_of(referral.SpaceAskedV1)
    assert (question.pool_id, question.asked_at) == (pool, world.clock())
    assert await world.heard_of(referral.PlaceRequestedV1) == []


async def test_when_the_provider_says_that_it_has_space_the_person_is_next(world: ReferralWorld) -> None:
    pool = await unheard_of(world)
    first, second = [(await world.refer()).legs[0] for _ in range(2)]

    await world.hear_signals(signal(pool, "limited", 1, version=2))

    [request] = await world.heard_of(referral.PlaceRequestedV1)
    assert (request.leg_id, request.pool_id) == (first.leg_id, pool)
    assert (await world.leg(second)).state == "waiting"


async def test_a_provider_has_one_question_at_a_time_whoever_waits(world: ReferralWorld) -> None:
    pool = await unheard_of(world)
    await unheard_of(world, needs=["creative"])
    for need in ("loneliness", "creative", "loneliness"):
        await world.refer(need)
    await look_again(world)

    assert await asked(world) == [pool]


async def test_who_does_not_answer_is_asked_again_after_some_days_and_not_before(
    world: ReferralWorld,
) -> None:
    pool = await unheard_of(world)
    await world.refer()

    world.clock.pass_time(AGAIN - timedelta(seconds=1))
    await look_again(world)
    assert await asked(world) == [pool]

    world.clock.pass_time(timedelta(seconds=1))
    await look_again(world)
    assert await asked(world) == [pool, pool]


async def test_the_silence_of_the_best_is_not_the_end_of_it(world: ReferralWorld) -> None:
    pools = [await unheard_of(world, organisation_id=str(uuid4())) for _ in range(5)]
    await world.refer()
    best = await asked(world)
    assert len(best) == 3

    world.clock.pass_time(AGAIN)
    await look_again(world)
    assert set(await asked(world)) == set(pools)

    world.clock.pass_time(AGAIN)
    await look_again(world)
    second, third = (await asked(world))[3:6], (await asked(world))[6:]
    assert set(best) - set(second) <= set(third)


async def test_who_answered_is_not_asked_again_and_may_be_asked_of_another_service(
    world: ReferralWorld,
) -> None:
    pool = await unheard_of(world)
    other = await unheard_of(world, needs=["creative"])
    await world.refer()
    await world.hear_signals(signal(pool, "full", 0, version=2))
    await look_again(world)
    await world.refer("creative")

    assert await asked(world) == [pool, other]


async def test_what_somebody_said_once_and_counts_no_more_is_asked_for_those_who_wait(
    world: ReferralWorld,
) -> None:
    [pool] = await world.service(("full", 0))
    await world.refer()
    assert await asked(world) == []

    await world.hear_signals(signal(pool, "unknown", 0, version=2))
    await look_again(world)

    assert await asked(world) == [pool]


async def test_under_a_policy_that_asks_nobody_nobody_is_asked(world: ReferralWorld) -> None:
    quiet = replace(area_policies.policy_of(AREA), ask_unknown_at_once=0)
    await unheard_of(world)
    with patch.object(pool_index, "policy_of", lambda _: quiet):
        leg = (await world.refer()).legs[0]

    assert leg.state == "waiting"
    assert await asked(world) == await world.heard_of(referral.PlaceRequestedV1) == []


async def test_two_who_come_at_the_same_moment_ask_once(world: ReferralWorld) -> None:
    pool = await unheard_of(world)
    await asyncio.gather(*(world.refer() for _ in range(6)))

    assert await asked(world) == [pool]


async def test_the_person_reads_whom_we_asked_until_they_answer(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    pool = await unheard_of(world, name="Stratford Singers")
    referred = await world.refer()
    page = (await client.get(world.my_link(referred.referral_id))).text

    assert "We asked <bdi>Stratford Singers</bdi> whether they have space." in page
    assert "No group that suits you has told us that it has a place. You are on the waiting list." in page
    assert "are full" not in page

    await world.hear_signals(signal(pool, "full", 0, version=2))
    page = (await client.get(world.my_link(referred.referral_id))).text

    assert "whether they have space" not in page
    assert "All the groups that suit you are full. You are on the waiting list." in page


async def test_nobody_is_told_of_a_question_to_a_group_that_does_not_suit_them(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    await unheard_of(world)
    await world.refer()
    await world.service(("full", 0), needs=["creative"])
    waiting = await world.refer("creative")

    assert "whether they have space" not in (await client.get(world.my_link(waiting.referral_id))).text
