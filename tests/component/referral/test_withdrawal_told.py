"""Whom the events of an ending name: the provider that had been shown the leg, and who referred the person."""

import pytest

from services.referral.storage.referrals import ReferrerDetails
from services.referral.use_cases.answer_offer import (
    accept_offer,
    decline_offer,
    record_completion,
    record_start,
)
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import held, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

SURGERY = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
STATES = ("requested", "offered", "accepting", "accepted", "started")


async def bring_to(
    world: ReferralWorld, state: str, referrer: ReferrerDetails | None = None
) -> referral.PlaceRequestedV1:
    await world.service(("open", 1))
    await world.refer(referrer=referrer)
    request = await world.last(referral.PlaceRequestedV1)
    reached = STATES.index(state)
    if reached >= 1:
        await world.hear_answers(held(request))
    if reached >= 2:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await accept_offer(connection, request.request_id, world.clock(), world.by)
    if reached >= 3:
        await world.hear_answers(taken(request))
    if reached >= 4:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await record_start(connection, request.leg_id, world.clock(), world.by)
    assert (await world.leg(request.leg_id)).state == state
    return request


@pytest.mark.parametrize("state", STATES)
async def test_the_provider_is_named_from_the_moment_that_it_was_shown_the_leg(
    world: ReferralWorld, state: str
) -> None:
    request = await bring_to(world, state)
    placement = (await world.leg(request.leg_id)).placement
    assert placement is not None

    async with transaction(world.pool, EVERYWHERE) as connection:
        await withdraw_need(
            connection, referral_id=request.referral_id, leg_id=request.leg_id, now=world.clock(), by=world.by
        )

    said = await world.last(referral.ReferralWithdrawnV1)
    named = (said.organisation_id, said.service_id, said.request_id)
    shown = placement.organisation_id, placement.service_id, placement.request_id
    assert named == ((None, None, None) if state == "requested" else shown)


async def test_who_stops_waiting_had_no_provider(world: ReferralWorld) -> None:
    await world.service(("full", 0))
    [leg] = (await world.refer()).legs

    async with transaction(world.pool, EVERYWHERE) as connection:
        await withdraw_need(
            connection, referral_id=leg.referral_id, leg_id=leg.leg_id, now=world.clock(), by=world.by
        )

    assert (await world.last(referral.ReferralWithdrawnV1)).organisation_id is None


async def test_a_provider_that_lost_the_leg_before_is_not_named(world: ReferralWorld) -> None:
    """It said no, and the next has not been shown the leg yet."""
    first = await bring_to(world, "offered")
    await world.service(("open", 1))
    async with transaction(world.pool, EVERYWHERE) as connection:
        await decline_offer(connection, first.request_id, "other", world.clock(), world.by)
    assert (await world.leg(first.leg_id)).state == "requested"

    async with transaction(world.pool, EVERYWHERE) as connection:
        await withdraw_need(
            connection, referral_id=first.referral_id, leg_id=first.leg_id, now=world.clock(), by=world.by
        )

    assert (await world.last(referral.ReferralWithdrawnV1)).organisation_id is None


@pytest.mark.parametrize("referrer", [SURGERY, None])
async def test_what_became_names_who_referred_the_person(
    world: ReferralWorld, referrer: ReferrerDetails | None
) -> None:
    request = await bring_to(world, "started", referrer)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await record_completion(connection, request.leg_id, world.clock(), world.by)
    unmet = await world.refer("housing", referrer=referrer)
    stopped = await bring_to(world, "offered", referrer)
    async with transaction(world.pool, EVERYWHERE) as connection:
        await withdraw_need(
            connection, referral_id=stopped.referral_id, leg_id=stopped.leg_id, now=world.clock(), by=world.by
        )

    named = [
        (await world.last(referral.ReferralAcceptedV1)).referrer_id,
        (await world.last(referral.ReferralCompletedV1)).referrer_id,
        (await world.last(referral.ReferralNeedUnmetV1, referral_id=unmet.referral_id)).referrer_id,
        (await world.last(referral.ReferralWithdrawnV1)).referrer_id,
    ]

    surgery = await world.pool.fetchval("SELECT referrer_id FROM referrers")
    assert (surgery is None) == (referrer is None)
    assert named == [surgery] * 4
