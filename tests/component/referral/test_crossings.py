"""Two who decide about one leg in the same moment: the second waits, and sees what the first has decided."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from services.referral.use_cases.answer_offer import accept_offer
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.receive_place_answers import receive_place_answers
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.events.envelope import Event
from shared.postgres.pool import Connection, transaction
from tests.component.referral.golden_messages import held
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE

Result = TypeVar("Result")


async def asked_for(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """Somebody asks for the one place there is."""
    await world.service(("open", 1))
    await world.refer()
    return await world.last(referral.PlaceRequestedV1)


async def due_offer(world: ReferralWorld) -> referral.PlaceRequestedV1:
    """An offer whose time to answer is over, and that has not lapsed yet."""
    request = await asked_for(world)
    await world.hear_answers(held(request))
    world.clock.pass_time(timedelta(hours=73))
    return request


async def in_one(world: ReferralWorld, decide: Callable[[Connection], Awaitable[Result]]) -> Result:
    async with transaction(world.pool, EVERYWHERE) as connection:
        return await decide(connection)


async def settled_or_waiting(world: ReferralWorld, task: asyncio.Task[Any]) -> bool:
    return task.done() or await somebody_waits_for_a_lock(world.pool)


async def test_acceptance_that_crosses_a_lapse_comes_too_late(world: ReferralWorld) -> None:
    request = await due_offer(world)

    async with transaction(world.pool, EVERYWHERE) as lapsing:
        assert await lapse_due_offers(lapsing, world.clock(), world.by) == 1
        accepting = asyncio.create_task(
            in_one(world, lambda own: accept_offer(own, request.request_id, world.clock(), world.by))
        )
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))

    assert not await accepting
    assert [each.reason for each in await world.heard_of(referral.PlaceGivenUpV1)] == ["lapsed"]
    assert not await world.heard_of(referral.PlaceConfirmedV1)


async def test_lapse_that_crosses_an_acceptance_leaves_it_alone(world: ReferralWorld) -> None:
    request = await due_offer(world)

    async with transaction(world.pool, EVERYWHERE) as accepting:
        assert await accept_offer(accepting, request.request_id, world.clock(), world.by)
        lapsing = asyncio.create_task(
            in_one(world, lambda own: lapse_due_offers(own, world.clock(), world.by))
        )
        await eventually(lambda: settled_or_waiting(world, lapsing))

    assert await lapsing == 0
    assert (await world.leg(request.leg_id)).state == "accepting"
    assert len(await world.heard_of(referral.PlaceConfirmedV1)) == 1
    assert not await world.heard_of(referral.PlaceGivenUpV1)


async def test_hold_that_is_read_while_the_person_withdraws_is_given_up(world: ReferralWorld) -> None:
    request = await asked_for(world)

    async with transaction(world.pool, EVERYWHERE) as withdrawing:
        assert await withdraw_need(
            withdrawing,
            referral_id=request.referral_id,
            leg_id=request.leg_id,
            now=world.clock(),
            by=world.by,
        )
        reading = asyncio.create_task(world.hear_answers(held(request)))
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))
    await reading

    assert (await world.leg(request.leg_id)).state == "withdrawn"
    # Once by the withdrawal, and once for the hold that was on its way.
    assert [each.reason for each in await world.heard_of(referral.PlaceGivenUpV1)] == ["withdrawn"] * 2
    assert not await world.heard_of(referral.ReferralOfferedV1)


async def test_withdrawal_while_the_hold_is_read_takes_the_offer_back(world: ReferralWorld) -> None:
    """The withdrawal waits for the reader, so it knows of the offer and gives its place up."""
    request = await asked_for(world)

    async with transaction(world.pool, EVERYWHERE) as reading:
        answers: list[Event[Any]] = [held(request)]
        await receive_place_answers(
            reading, answers, now=world.clock(), answer_time=world.answer_time, by=world.by
        )
        withdrawing = asyncio.create_task(
            in_one(
                world,
                lambda own: withdraw_need(
                    own,
                    referral_id=request.referral_id,
                    leg_id=request.leg_id,
                    now=world.clock(),
                    by=world.by,
                ),
            )
        )
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))

    assert await withdrawing
    assert (await world.leg(request.leg_id)).state == "withdrawn"
    assert [each.reason for each in await world.heard_of(referral.PlaceGivenUpV1)] == ["withdrawn"]
