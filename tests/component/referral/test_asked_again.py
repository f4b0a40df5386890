"""Who found no space, or met silence, waits and is offered again: once for each word that the group says of its space."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.referral.domain.answer_clock import SILENCE_RESTS
from services.referral.domain.leg import Leg
from services.referral.domain.obligation import STANDARD
from services.referral.use_cases.answer_offer import DeclineReason, decline_offer
from services.referral.use_cases.back_stop import drain_pools_with_space, release_who_waits_in_vain
from services.referral.use_cases.lapse_offers import lapse_due_offers
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import freed, held, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

A_LONG_TIME = timedelta(days=15)


async def the_only_group_declines(world: ReferralWorld, reason: DeclineReason) -> None:
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await decline_offer(connection, request.request_id, reason, world.clock(), world.by)
    await world.hear_answers(freed(request, free=3))


async def the_only_group_is_silent(world: ReferralWorld) -> None:
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    world.clock.pass_time(A_LONG_TIME)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 1
    await world.hear_answers(freed(request, free=3))


async def somebody_met(world: ReferralWorld, how: str) -> tuple[UUID, Leg]:
    """A group with space for three, and somebody to whom it said that it has none, or nothing."""
    [pool] = await world.service(("open", 3))
    leg = (await world.refer()).legs[0]
    if how == "silence":
        await the_only_group_is_silent(world)
    else:
        await the_only_group_declines(world, "no-space")
    return pool, leg


async def second_looks(world: ReferralWorld) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await drain_pools_with_space(connection, world.clock(), world.by) == 0
        assert await release_who_waits_in_vain(connection, world.clock(), world.by) == 0


@pytest.mark.parametrize("how", ["no-space", "silence"])
async def test_who_found_no_space_waits_until_the_group_says_its_space_anew(
    world: ReferralWorld, how: str
) -> None:
    pool, leg = await somebody_met(world, how)
    await second_looks(world)
    assert (await world.leg(leg)).state == "waiting"
    assert not await world.heard_of(referral.ReferralNeedUnmetV1)
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1

    await world.hear_signals(signal(pool, "open", 1, version=2))

    again = await world.last(referral.PlaceRequestedV1)
    assert ((await world.leg(leg)).state, again.leg_id, again.pool_id) == ("requested", leg.leg_id, pool)
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 2


@pytest.mark.parametrize("how", ["no-space", "silence"])
async def test_a_version_that_is_nobodys_word_asks_nobody_again(world: ReferralWorld, how: str) -> None:
    """As when capacity begins to doubt a word because of this very decline, or lets it decay."""
    pool, leg = await somebody_met(world, how)

    await world.hear_signals(signal(pool, "open", 3, version=2, word=1))
    await world.hear_signals(signal(pool, "unknown", 0, version=3, word=1))
    await second_looks(world)

    assert (await world.leg(leg)).state == "waiting"
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1


async def test_each_word_brings_one_offer_and_no_more(world: ReferralWorld) -> None:
    pool, leg = await somebody_met(world, "silence")
    for version in (2, 3):
        await world.hear_signals(signal(pool, "open", 3, version=version))
        await the_only_group_declines(world, "no-space")
        await second_looks(world)
        assert len(await world.heard_of(referral.PlaceRequestedV1)) == version

    assert (await world.leg(leg)).state == "waiting"


async def test_silence_twice_in_a_row_rests_though_a_machine_says_open_each_hour(
    world: ReferralWorld,
) -> None:
    """Whoever has waited longest is there when another group has a place."""
    pool, leg = await somebody_met(world, "silence")
    await world.hear_signals(signal(pool, "open", 3, version=2))
    await the_only_group_is_silent(world)
    hour = timedelta(hours=1)

    await world.hear_signals(signal(pool, "open", 3, version=3, said_at=world.clock() + hour))
    await second_looks(world)
    assert (await world.leg(leg)).state == "waiting"
    await world.hear_signals(signal(pool, "open", 3, version=4, said_at=world.clock() + SILENCE_RESTS + hour))

    assert (await world.leg(leg)).state == "requested"
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 3


async def test_another_reason_is_for_good_also_after_silence(world: ReferralWorld) -> None:
    pool, leg = await somebody_met(world, "silence")
    await world.hear_signals(signal(pool, "open", 3, version=2))

    await the_only_group_declines(world, "not-suitable")
    await world.hear_signals(signal(pool, "open", 3, version=3))

    assert (await world.leg(leg)).state == "unmet"
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 2


async def test_who_cannot_be_asked_again_yet_holds_nobody_up(world: ReferralWorld) -> None:
    await somebody_met(world, "silence")

    newcomer = (await world.refer()).legs[0]

    assert newcomer.state == "requested"


async def test_a_wait_between_offers_is_looked_at_when_it_would_have_been(world: ReferralWorld) -> None:
    """However often a group says that it has space and does not answer, a coordinator's turn comes."""
    pool, leg = await somebody_met(world, "silence")
    look_at = (await world.leg(leg)).due_at
    assert look_at == world.clock() + STANDARD.looking_at_wait

    await world.hear_signals(signal(pool, "open", 3, version=2))
    await the_only_group_is_silent(world)

    assert (await world.leg(leg)).due_at == look_at


async def test_the_decision_says_that_the_group_was_asked_before(world: ReferralWorld) -> None:
    await somebody_met(world, "no-space")

    kept = await world.pool.fetchval(
        "SELECT decision -> 'candidates' -> 0 ->> 'asked_before' FROM routing_decisions ORDER BY id DESC LIMIT 1"
    )
    assert kept == "true"
