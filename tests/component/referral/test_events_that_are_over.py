"""Nobody is sent to an event whose day has passed, by London's day, and nobody is asked for an answer after it."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.referral.domain.leg import Leg
from services.referral.storage.people import PersonDetails
from services.referral.use_cases.known_pools import KnownPools
from services.referral.use_cases.lapse_offers import lapse_due_offers
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, held, service, signal
from tests.component.referral.inviting import event
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

HALF_PAST_MIDNIGHT = datetime(2026, 7, 10, 23, 30, tzinfo=UTC)
"""In London it is the 11th already."""
THE_TENTH, THE_ELEVENTH = date(2026, 7, 10), date(2026, 7, 11)


async def on(world: ReferralWorld, day: date, *, kind: str = "event", status: str = "open") -> UUID:
    """Something with two places on a day, or from that day on."""
    pool = UUID(int=day.toordinal())
    days = [{"pool_id": pool, "starts_on": day}]
    await world.hear_services(service(pools=(pool,), kind=kind, days=days))
    await world.hear_signals(signal(pool, status, 2 if status == "open" else 0))
    return pool


@pytest.mark.parametrize(
    ("day", "kind", "state"),
    [
        (THE_TENTH, "event", "unmet"),
        (THE_ELEVENTH, "event", "requested"),
        (THE_TENTH, "cohort", "requested"),  # a course goes on
    ],
)
async def test_nobody_is_sent_to_an_event_that_is_over(
    world: ReferralWorld, day: date, kind: str, state: str
) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT
    await on(world, day, kind=kind)

    assert (await world.refer()).legs[0].state == state


async def test_the_pools_in_memory_leave_it_out_from_midnight_on(world: ReferralWorld) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT - timedelta(hours=1)
    tenth, eleventh = await on(world, THE_TENTH), await on(world, THE_ELEVENTH)
    known = KnownPools(world.pool, world.clock)
    await known.follow()

    async def pools_on(day: date) -> list[UUID]:
        async with transaction(world.pool, EVERYWHERE) as connection:
            index = await known.look(connection, day)
        assert index is not None
        return [each for each in (tenth, eleventh) if index.get(each)]

    assert await pools_on(THE_TENTH) == [tenth, eleventh]
    assert await pools_on(THE_ELEVENTH) == [eleventh]
    await world.hear_signals(signal(tenth, "open", 1, version=2))
    assert await pools_on(THE_ELEVENTH) == [eleventh]


async def test_it_takes_nobody_from_the_line(world: ReferralWorld) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT - timedelta(hours=1)
    pool = await on(world, THE_TENTH, status="full")
    leg = (await world.refer()).legs[0]
    assert leg.state == "waiting"
    world.clock.now = HALF_PAST_MIDNIGHT

    await world.hear_signals(signal(pool, "open", 2, version=2))

    assert not await world.heard_of(referral.PlaceRequestedV1)


async def test_who_waits_beside_it_waits_beside_nothing(world: ReferralWorld) -> None:
    await event(world, 0)
    await world.refer()
    beside = "SELECT count(*) FROM suited_in_line"
    assert await world.pool.fetchval(beside) == 1

    await world.pool.execute(
        "UPDATE copied_services SET event_days = jsonb_build_object(pool_ids[1]::text, '2020-01-01')"
    )

    assert await world.pool.fetchval(beside) == 0


async def offered_on(world: ReferralWorld, day: date) -> Leg:
    await on(world, day)
    leg = (await world.refer()).legs[0]
    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))
    return await world.leg(leg)


async def test_an_answer_is_due_before_the_day_of_the_event_begins(world: ReferralWorld) -> None:
    world.clock.now, midnight = datetime(2026, 7, 9, 10, tzinfo=UTC), datetime(2026, 7, 10, 23, tzinfo=UTC)

    leg = await offered_on(world, THE_ELEVENTH)

    assert leg.answer_by == leg.due_at == midnight
    world.clock.now = midnight
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 1


async def test_who_is_offered_a_place_on_the_day_is_answered_on_the_day(world: ReferralWorld) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT

    leg = await offered_on(world, THE_ELEVENTH)

    assert leg.answer_by == datetime(2026, 7, 11, 23, tzinfo=UTC)


async def test_a_place_that_is_held_after_the_event_goes_back_unseen(world: ReferralWorld) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT - timedelta(hours=1)
    await on(world, THE_TENTH)
    leg = (await world.refer()).legs[0]
    assert leg.state == "requested"
    world.clock.now = HALF_PAST_MIDNIGHT

    await world.hear_answers(held(await world.last(referral.PlaceRequestedV1)))

    assert (await world.leg(leg)).state == "unmet"
    assert await world.heard_of(referral.PlaceGivenUpV1)
    assert not await world.heard_of(referral.ReferralOfferedV1)


async def test_how_old_somebody_is_goes_by_londons_day(world: ReferralWorld) -> None:
    world.clock.now = HALF_PAST_MIDNIGHT
    await world.service(("open", 1), minimum_age=18)
    turns_18_today = PersonDetails("Amina", "Example", date(2008, 7, 11), email="amina@example.org")

    assert (await world.refer(area=AREA, person=turns_18_today)).legs[0].state == "requested"
