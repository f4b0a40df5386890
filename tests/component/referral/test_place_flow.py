"""A leg on its way to a place: requested, held, offered, accepted, and every way in which it goes on."""

from datetime import timedelta

import pytest

from services.referral.use_cases.answer_offer import (
    DeclineReason,
    accept_offer,
    decline_offer,
    record_completion,
    record_start,
)
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import freed, held, refused, signal, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE


async def test_a_person_goes_all_the_way_to_the_end(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 3))

    referred = await world.refer("loneliness")
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    offered = await world.last(referral.ReferralOfferedV1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await record_start(connection, request.leg_id, world.clock(), world.by)
        assert await record_completion(connection, request.leg_id, world.clock(), world.by)

    assert request.pool_id == pool
    assert offered.answer_by == world.clock() + timedelta(hours=72)
    assert [type(event) for event in await world.outbox()] == [
        referral.ReferralReceivedV1,
        referral.PersonDescribedV1,
        referral.PlaceRequestedV1,
        referral.ReferralOfferedV1,
        referral.PlaceConfirmedV1,
        referral.ReferralAcceptedV1,
        referral.ReferralStartedV1,
        referral.ReferralCompletedV1,
        referral.PlaceEndedV1,
    ]
    assert (await world.leg(referred.legs[0])).state == "completed"


async def test_both_doors_say_the_same_events(world: ReferralWorld) -> None:
    await world.service(("open", 3))

    await world.refer("loneliness", "housing", door="gp")
    from_gp = [type(event) for event in await world.outbox()]
    await world.refer("loneliness", "housing", door="self")
    from_self = [type(event) for event in await world.outbox()][len(from_gp) :]

    assert from_gp == from_self
    assert [event.door for event in await world.heard_of(referral.ReferralReceivedV1)] == ["gp", "self"]


async def test_a_refused_leg_goes_to_the_next_best(world: ReferralWorld) -> None:
    [best] = await world.service(("open", None), suits=["women"])
    [second] = await world.service(("open", None))
    referred = await world.refer(groups=frozenset({"women"}))
    first_request = await world.last(referral.PlaceRequestedV1, pool_id=best)

    await world.hear_answers(refused(first_request, "full"))

    request = await world.last(referral.PlaceRequestedV1)
    assert request.pool_id == second
    assert (await world.leg(referred.legs[0])).state == "requested"


async def test_a_refused_leg_without_another_pool_waits_until_a_place_comes_free(
    world: ReferralWorld,
) -> None:
    [pool] = await world.service(("open", 1))
    await world.refer()
    first = await world.last(referral.PlaceRequestedV1)
    waiting = (await world.refer()).legs[0]
    assert waiting.state == "waiting"

    await world.hear_answers(held(first))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, first.request_id, "no-space", world.clock(), world.by)
    await world.hear_answers(freed(first, free=1))

    request = await world.last(referral.PlaceRequestedV1)
    assert (request.leg_id, request.pool_id) == (waiting.leg_id, pool)


async def test_who_is_refused_after_waiting_is_not_told_twice_that_they_wait(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    await world.refer()
    await world.hear_signals(signal(pool, "open", 1, version=2))
    request = await world.last(referral.PlaceRequestedV1)

    await world.hear_answers(refused(request, "full", version=3))

    assert (await world.leg(request.leg_id)).state == "waiting"
    assert len(await world.heard_of(referral.ReferralWaitListedV1)) == 1


async def test_a_refused_leg_keeps_its_place_in_line(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1))
    first = (await world.refer()).legs[0]
    request = await world.last(referral.PlaceRequestedV1)
    await world.refer()

    await world.hear_answers(refused(request, "no-free-place"))
    await world.hear_signals(signal(pool, "open", 1, version=2))

    assert (await world.last(referral.PlaceRequestedV1)).leg_id == first.leg_id


async def test_withdrawal_crossing_a_hold_gives_the_place_up(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    referred = await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await withdraw_need(
            connection,
            referral_id=referred.referral_id,
            leg_id=request.leg_id,
            now=world.clock(),
            by=world.by,
        )

    await world.hear_answers(held(request))

    given_up = await world.last(referral.PlaceGivenUpV1)
    assert (given_up.request_id, given_up.reason) == (request.request_id, "withdrawn")
    assert not await world.heard_of(referral.ReferralOfferedV1)


async def test_withdrawal_crossing_an_acceptance_ends_the_place(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    referred = await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)
        await withdraw_need(
            connection,
            referral_id=referred.referral_id,
            leg_id=request.leg_id,
            now=world.clock(),
            by=world.by,
        )

    await world.hear_answers(taken(request))

    assert (await world.last(referral.PlaceEndedV1)).request_id == request.request_id
    assert not await world.heard_of(referral.ReferralAcceptedV1)


async def test_an_offer_before_a_weekend_stands_until_three_days_were_worked(world: ReferralWorld) -> None:
    world.clock.pass_time(timedelta(days=4))  # a Friday
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    offered = await world.last(referral.ReferralOfferedV1)
    assert offered.answer_by == world.clock() + timedelta(days=5)

    world.clock.pass_time(timedelta(days=5, seconds=-1))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 0
    world.clock.pass_time(timedelta(seconds=1))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 1


async def test_an_acceptance_after_the_lapse_changes_nothing(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    world.clock.pass_time(timedelta(hours=73))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 1

    async with transaction(world.pool, EVERYWHERE) as connection:
        accepted = await accept_offer(connection, request.request_id, world.clock(), world.by)

    assert not accepted
    assert (await world.last(referral.PlaceGivenUpV1)).reason == "lapsed"
    assert not await world.heard_of(referral.PlaceConfirmedV1)


async def test_a_lapse_after_the_acceptance_changes_nothing(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    world.clock.pass_time(timedelta(hours=73))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 0

    await world.hear_answers(taken(request))
    assert (await world.last(referral.ReferralAcceptedV1)).request_id == request.request_id


async def test_a_full_newer_than_the_hold_is_given_back_unseen(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1), suits=["women"])
    [other] = await world.service(("open", 1))
    await world.refer(groups=frozenset({"women"}))
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_signals(signal(pool, "full", 0, version=2))

    await world.hear_answers(held(request, version=1))

    assert (await world.last(referral.PlaceGivenUpV1)).reason == "provider-full"
    assert not await world.heard_of(referral.ReferralOfferedV1)
    assert (await world.last(referral.PlaceRequestedV1)).pool_id == other


async def test_a_full_heard_after_the_hold_leaves_the_offer_open(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request, version=1))

    await world.hear_signals(signal(pool, "full", 0, version=2))

    assert (await world.leg(request.leg_id)).state == "offered"
    assert not await world.heard_of(referral.PlaceGivenUpV1)


async def test_a_hold_that_is_gone_at_the_confirmation_leads_on(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 2))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await accept_offer(connection, request.request_id, world.clock(), world.by)

    await world.hear_answers(refused(request, "hold-gone"))

    again = await world.last(referral.PlaceRequestedV1)
    assert again.pool_id == pool
    assert again.request_id != request.request_id


async def test_a_declined_leg_does_not_go_to_the_same_pool_again(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", None))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1, pool_id=pool)
    await world.hear_answers(held(request))

    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, "wrong-area", world.clock(), world.by)

    assert (await world.last(referral.ReferralDeclinedV1)).reason == "wrong-area"
    assert (await world.last(referral.ReferralNeedUnmetV1)).leg_id == request.leg_id
    assert len(await world.heard_of(referral.PlaceRequestedV1)) == 1


@pytest.mark.parametrize(("reason", "asked"), [("no-space", 2), ("not-suitable", 1)])
async def test_what_is_said_of_the_person_holds_for_every_session_of_the_service(
    world: ReferralWorld, reason: DeclineReason, asked: int
) -> None:
    """No space is said of one session: another may have some."""
    await world.service(("open", 5), ("open", 5))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))

    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, request.request_id, reason, world.clock(), world.by)

    assert len(await world.heard_of(referral.PlaceRequestedV1)) == asked


async def test_a_hold_for_a_leg_nobody_knows_is_given_up(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await connection.execute("DELETE FROM legs")

    await world.hear_answers(held(request))

    assert (await world.last(referral.PlaceGivenUpV1)).reason == "not-wanted"
