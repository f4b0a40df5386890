"""Capacity's answer does not come: the word is said again, and the leg goes on when the answer is there."""

from datetime import timedelta

from structlog.testing import capture_logs

from services.referral.use_cases.answer_offer import accept_offer
from services.referral.use_cases.ask_again import ask_overdue_again
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import freed, held, of_another, refused, taken
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

PATIENCE = timedelta(minutes=2)


async def ask(world: ReferralWorld, after: timedelta = PATIENCE) -> int:
    world.clock.pass_time(after)
    async with transaction(world.pool, EVERYWHERE) as connection:
        return await ask_overdue_again(connection, world.clock(), world.by, PATIENCE)


async def accept(world: ReferralWorld, request: referral.PlaceRequestedV1) -> None:
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)


async def test_a_request_that_was_lost_is_made_again_and_its_answer_counts(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 2))
    leg = (await world.refer()).legs[0]
    assert await ask(world, timedelta(seconds=119)) == 0

    with capture_logs() as logs:
        assert await ask(world, timedelta(seconds=1)) == 1

    first, again = await world.heard_of(referral.PlaceRequestedV1)
    assert again == first
    assert [(each["event"], each["state"], each["asked_again"]) for each in logs] == [
        ("leg.answer_overdue", "requested", 1)
    ]
    guess = await world.pool.fetchval("SELECT guess FROM copied_signals WHERE pool_id = $1", pool)
    assert guess == 1  # asked for once
    await world.hear_answers(held(again))
    await world.hear_answers(held(again))
    assert (await world.leg(leg)).state == "offered"
    assert len(await world.heard_of(referral.ReferralOfferedV1)) == 1
    assert await ask(world, timedelta(days=1)) == 0


async def test_a_confirmation_that_was_lost_is_made_again_and_the_person_told_once(
    world: ReferralWorld,
) -> None:
    await world.service(("open", 1))
    leg = (await world.refer()).legs[0]
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_answers(held(request))
    await accept(world, request)

    assert await ask(world) == 1

    assert len(await world.heard_of(referral.PlaceConfirmedV1, request_id=request.request_id)) == 2
    await world.hear_answers(taken(request), taken(request))
    assert (await world.leg(leg)).state == "accepted"
    assert len(await world.heard_of(referral.ReferralAcceptedV1)) == 1
    assert not await world.heard_of(referral.PlaceEndedV1)


async def test_each_time_the_wait_is_longer_and_it_never_ends(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()

    asked_after = []
    for _ in range(9):
        minutes = 0
        while True:
            minutes += 2
            if await ask(world):
                break
        asked_after.append(minutes)

    assert asked_after == [2, 4, 8, 16, 32, 64, 64, 64, 64]


async def test_the_same_word_is_louder_when_it_is_overdue_again_and_again(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    await world.refer()

    with capture_logs() as logs:
        for _ in range(3):
            assert await ask(world, timedelta(hours=2)) == 1

    assert [each["log_level"] for each in logs] == ["warning", "warning", "error"]


async def test_an_old_refusal_said_again_does_not_close_a_pool_that_has_space_since(
    world: ReferralWorld,
) -> None:
    """The refusal was lost, then a place came free: nobody may wait beside it."""
    [pool] = await world.service(("open", 2))
    first = (await world.refer()).legs[0]
    await world.refer()
    of_first, of_second = await world.heard_of(referral.PlaceRequestedV1)
    await world.hear_answers(freed(of_another(of_second), free=1))
    await ask(world)

    await world.hear_answers(refused(of_first, "no-free-place"))

    request = await world.last(referral.PlaceRequestedV1, leg_id=first.leg_id)
    assert request.pool_id == pool
    assert request.request_id != of_first.request_id


async def test_a_hold_that_ran_out_unheard_leads_on(world: ReferralWorld) -> None:
    await world.service(("open", 2))
    leg = (await world.refer()).legs[0]
    request = await world.last(referral.PlaceRequestedV1)
    await ask(world)

    await world.hear_answers(freed(request, free=2, reason="given-up"))

    again = await world.last(referral.PlaceRequestedV1)
    assert again.request_id != request.request_id
    assert (await world.leg(leg)).asked_again == 0


async def test_who_withdraws_gives_up_a_place_whose_answer_never_came(world: ReferralWorld) -> None:
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

    given_up = await world.last(referral.PlaceGivenUpV1)
    assert (given_up.request_id, given_up.reason) == (request.request_id, "withdrawn")
    assert await ask(world) == 0
