"""Who waited and is offered somewhere comes back to where they stood: who was given a place meanwhile has passed them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from services.referral.domain.leg import Leg
from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.storage.work_waiting import measure_line
from services.referral.use_cases.answer_offer import accept_offer, decline_offer
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.refer_person import ReferPerson, refer_person
from shared.events.referral import PlaceRequestedV1
from shared.postgres.pool import transaction
from shared.postgres.reach import areas_reach
from tests.component.referral.golden_messages import AREA, held, refused, signal, taken
from tests.component.referral.referral_world import AMINA, ReferralWorld
from tests.support.reaching import EVERYWHERE

NEWHAM = "E09000025"
MOST = WAITING_POLICY.most_overtaken
HOMELESS = frozenset({"homeless-people"})


async def passed(world: ReferralWorld, leg: Leg) -> int:
    """As the line reads it."""
    return int(
        await world.pool.fetchval("SELECT overtaken FROM waiting_line WHERE leg_id = $1", leg.leg_id) or 0
    )


async def is_away(world: ReferralWorld, leg: Leg) -> bool:
    found = await world.pool.fetchval("SELECT away_at FROM places_in_line WHERE leg_id = $1", leg.leg_id)
    return found is not None


async def opens(world: ReferralWorld, pool_id: UUID, places: int, version: int = 2) -> None:
    await world.hear_signals(signal(pool_id, "open", places, version=version))


async def offered_from_the_line(world: ReferralWorld, pool_id: UUID) -> Leg:
    """They waited, and are offered the place that came free there."""
    leg = (await world.refer()).legs[0]
    await opens(world, pool_id, 1)
    await world.hear_answers(held(await world.last(PlaceRequestedV1, leg_id=leg.leg_id)))
    return leg


async def offer_lapses(world: ReferralWorld) -> None:
    world.clock.pass_time(timedelta(hours=73))
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lapse_due_offers(connection, world.clock(), world.by) == 1


@pytest.fixture
async def pools(world: ReferralWorld) -> tuple[UUID, UUID]:
    """Two groups that suit everybody, and are full."""
    [one], [other] = await world.service(("full", 0)), await world.service(("full", 0))
    return one, other


async def test_a_place_that_would_have_suited_them_counts(
    world: ReferralWorld, pools: tuple[UUID, UUID]
) -> None:
    away = await offered_from_the_line(world, pools[0])
    await world.refer()
    await opens(world, pools[1], 1)

    await offer_lapses(world)

    assert (await world.leg(away)).state == "waiting"
    assert await passed(world, away) == 1


async def test_who_is_routed_at_once_passes_them_too(world: ReferralWorld, pools: tuple[UUID, UUID]) -> None:
    """Nobody stands in the line: whoever comes now need not join it."""
    away = await offered_from_the_line(world, pools[0])
    await opens(world, pools[1], 1)
    later = (await world.refer()).legs[0]
    assert (await world.last(PlaceRequestedV1, leg_id=later.leg_id)).pool_id == pools[1]

    await offer_lapses(world)

    assert await passed(world, away) == 1
    async with transaction(world.pool, EVERYWHERE) as connection:
        [line] = await measure_line(connection)
    assert (line.people, line.most_passed) == (1, 1)


async def test_who_comes_from_another_borough_passes_them_by_what_suits_alone(world: ReferralWorld) -> None:
    """What is counted is read over all areas, by whoever routes in one."""
    both = {"everywhere": False, "areas": [AREA, NEWHAM]}
    [one], [shared] = await world.service(("full", 0)), await world.service(("full", 0), catchment=both)
    [theirs_alone] = await world.service(("full", 0), catchment={"everywhere": False, "areas": [NEWHAM]})
    away = await offered_from_the_line(world, one)
    await opens(world, shared, 1)
    await opens(world, theirs_alone, 1)
    for _ in range(2):
        command = ReferPerson(
            door="gp", area=NEWHAM, person=replace(AMINA, language="en"), needs=("loneliness",)
        )
        world.clock.pass_time(timedelta(seconds=1))
        async with transaction(world.pool, areas_reach([NEWHAM])) as connection:
            await refer_person(connection, command, world.clock(), world.vault, world.by)
    assert {each.pool_id for each in await world.heard_of(PlaceRequestedV1)} == {one, shared, theirs_alone}

    await offer_lapses(world)

    assert await passed(world, away) == 1


async def test_a_place_at_the_group_that_is_asked_about_them_passes_nobody(
    world: ReferralWorld, pools: tuple[UUID, UUID]
) -> None:
    away = await offered_from_the_line(world, pools[0])
    await world.refer()
    await opens(world, pools[0], 1, version=3)

    await offer_lapses(world)

    assert await passed(world, away) == 0


async def test_who_was_passed_too_often_while_away_comes_before_everybody_again(
    world: ReferralWorld, pools: tuple[UUID, UUID]
) -> None:
    away = await offered_from_the_line(world, pools[0])
    await world.pool.execute(
        "UPDATE places_in_line SET overtaken = $2 WHERE leg_id = $1", away.leg_id, MOST - 1
    )
    await world.refer()
    await opens(world, pools[1], 1)
    await world.refer(groups=HOMELESS)
    await offer_lapses(world)

    await opens(world, pools[1], 1, version=3)

    assert await passed(world, away) == 0  # in the line no more
    assert (await world.last(PlaceRequestedV1)).leg_id == away.leg_id


async def test_who_comes_back_without_an_offer_is_not_away_any_more(
    world: ReferralWorld, pools: tuple[UUID, UUID]
) -> None:
    leg = (await world.refer()).legs[0]
    await opens(world, pools[0], 1)
    assert await is_away(world, leg)

    await world.hear_answers(refused(await world.last(PlaceRequestedV1), "no-free-place", version=2))

    assert (await world.leg(leg)).state == "waiting"
    assert not await is_away(world, leg)


async def test_who_has_a_place_is_passed_by_nobody(world: ReferralWorld, pools: tuple[UUID, UUID]) -> None:
    leg = await offered_from_the_line(world, pools[0])
    request = await world.last(PlaceRequestedV1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await accept_offer(connection, request.request_id, world.clock(), world.by)
    await world.hear_answers(taken(request))

    assert not await is_away(world, leg)


async def test_the_person_reads_how_often_it_has_happened(
    client: httpx.AsyncClient, world: ReferralWorld, pools: tuple[UUID, UUID]
) -> None:
    away = await offered_from_the_line(world, pools[0])
    request = await world.last(PlaceRequestedV1)
    await world.refer()
    await opens(world, pools[1], 1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await decline_offer(connection, request.request_id, "no-space", world.clock(), world.by)

    page = (await client.get(world.my_link(away.referral_id))).text

    assert "So far it has happened 1 time." in page
    assert "It counts too while we ask a group about you." in page
