"""The waiting list: who came first gets the next place that suits, and nobody is left behind."""

import asyncio
from datetime import date

import pytest

from services.referral.domain.borough_shares import BoroughShares
from services.referral.storage.people import PersonDetails
from services.referral.use_cases import drain_waiting_list
from services.referral.use_cases.back_stop import (
    drain_pools_with_space,
    release_who_waits_in_vain,
    route_left_behind,
)
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events import referral
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA, freed, held, of_another, refused, service, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

NEXT_DOOR = "E09000025"


async def asked_in_order(world: ReferralWorld) -> list[object]:
    return [event.leg_id for event in await world.heard_of(referral.PlaceRequestedV1)]


async def test_places_go_to_those_who_came_first_and_to_no_more(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    legs = [(await world.refer()).legs[0] for _ in range(5)]

    await world.hear_signals(signal(pool, "open", 3, version=2))

    assert await asked_in_order(world) == [leg.leg_id for leg in legs[:3]]
    assert [(await world.leg(leg)).state for leg in legs[3:]] == ["waiting", "waiting"]


async def test_a_place_goes_to_the_oldest_over_all_lists_that_it_suits(world: ReferralWorld) -> None:
    [pool] = await world.service(
        ("full", 0), needs=["loneliness", "creative"], suits=[], languages=["en", "so"]
    )
    in_polish = (await world.refer("loneliness", person=_speaking("pl"))).legs[0]
    creative = (await world.refer("creative")).legs[0]
    await world.refer("loneliness")

    await world.hear_signals(signal(pool, "open", 1, version=2))

    assert in_polish.state == "unmet"
    assert await asked_in_order(world) == [creative.leg_id]


async def test_a_newcomer_does_not_overtake_who_waits(world: ReferralWorld) -> None:
    """The place shows while the older leg has not been asked yet: the newcomer joins the line."""
    [pool] = await world.service(("full", 0))
    older = (await world.refer()).legs[0]
    await world.pool.execute("UPDATE copied_signals SET status = 'open', guess = 1 WHERE pool_id = $1", pool)

    newer = await world.refer()
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await drain_pools_with_space(connection, world.clock(), world.by) == 1

    assert newer.legs[0].state == "waiting"
    assert newer.kept_pools == {pool}
    assert await asked_in_order(world) == [older.leg_id]


async def test_a_newcomer_takes_what_does_not_suit_who_waits(world: ReferralWorld) -> None:
    await world.service(("full", 0), languages=["en", "pl"])
    await world.service(("open", 1))
    polish = (await world.refer(person=_speaking("pl"))).legs[0]

    newer = (await world.refer()).legs[0]

    assert (polish.state, newer.state) == ("waiting", "requested")


async def test_a_freed_place_goes_to_the_next_only_when_it_is_open_again(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    waiting = (await world.refer()).legs[0]

    await world.hear_answers(freed(of_another(request), free=0, reopened=False))
    assert (await world.leg(waiting)).state == "waiting"
    await world.hear_answers(freed(of_another(request), free=1))

    asked = await world.last(referral.PlaceRequestedV1)
    assert (asked.leg_id, asked.pool_id) == (waiting.leg_id, pool)


async def test_a_refusal_and_a_freed_place_in_one_batch_lose_nobody(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 2))
    first, second = (await world.refer()).legs[0], (await world.refer()).legs[0]
    requests = await world.heard_of(referral.PlaceRequestedV1)

    await world.hear_answers(
        held(requests[0]), refused(requests[1], "no-free-place"), freed(requests[0], free=1)
    )

    assert (await world.last(referral.PlaceRequestedV1, pool_id=pool)).leg_id == second.leg_id
    assert (await world.leg(second)).state == "requested"
    assert first.leg_id != second.leg_id


async def test_two_drains_of_one_pool_take_turns(world: ReferralWorld) -> None:
    """Signals and freed places of one pool are read at the same time: as many ask as there are places."""
    [pool] = await world.service(("full", 0))
    legs = [(await world.refer()).legs[0] for _ in range(12)]
    await world.pool.execute("UPDATE copied_signals SET status = 'open', guess = 5 WHERE pool_id = $1", pool)

    async def drain() -> None:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await drain_pools_with_space(connection, world.clock(), world.by)

    await asyncio.gather(*(drain() for _ in range(6)))

    assert await asked_in_order(world) == [leg.leg_id for leg in legs[:5]]


async def test_who_is_in_another_hand_loses_the_turn_to_the_next_and_not_the_place(
    world: ReferralWorld,
) -> None:
    [pool] = await world.service(("full", 0))
    first, second = (await world.refer()).legs[0], (await world.refer()).legs[0]

    async with transaction(world.pool, EVERYWHERE) as elsewhere:
        await withdraw_need(
            elsewhere, referral_id=first.referral_id, leg_id=first.leg_id, now=world.clock(), by=world.by
        )
        await world.hear_signals(signal(pool, "open", 1, version=2))

    assert await asked_in_order(world) == [second.leg_id]


async def test_a_leg_that_was_left_in_matching_is_routed(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    leg = (await world.refer("loneliness")).legs[0]
    await world.pool.execute(
        "UPDATE legs SET state = 'matching', request_id = NULL, pool_id = NULL, service_id = NULL,"
        " organisation_id = NULL"
    )

    async with transaction(world.pool, EVERYWHERE) as connection:
        await route_left_behind(connection, world.clock(), world.by)

    assert (await world.leg(leg)).state == "waiting"


async def test_an_older_statement_of_space_changes_nothing(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1))
    await world.hear_signals(signal(pool, "full", 0, version=3))

    await world.hear_signals(signal(pool, "open", 9, version=2))

    assert (await world.refer()).legs[0].state == "waiting"


async def test_a_statement_heard_after_a_freed_place_does_not_undo_it(world: ReferralWorld) -> None:
    """The two travel on different topics: version 2 said one place, and a second came free under it."""
    [pool] = await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)

    await world.hear_answers(freed(of_another(request), free=2, version=2))
    await world.hear_signals(signal(pool, "open", 1, version=2))

    guess = await world.pool.fetchval("SELECT guess FROM copied_signals WHERE pool_id = $1", pool)
    assert guess == 2


async def test_an_answer_under_an_older_statement_is_old_news(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 1))
    await world.refer()
    request = await world.last(referral.PlaceRequestedV1)
    await world.hear_signals(signal(pool, "open", 4, version=2))

    await world.hear_answers(refused(request, "no-free-place", version=1))

    assert (await world.last(referral.PlaceRequestedV1)).request_id != request.request_id


async def test_a_service_that_is_gone_is_asked_no_more(world: ReferralWorld) -> None:
    [pool] = await world.service(("open", 5), service_id="0197c0de-0000-7000-8000-000000000502")
    await world.hear_services(service(pools=(), version=2, service_id="0197c0de-0000-7000-8000-000000000502"))

    await world.hear_signals(signal(pool, "open", 6, version=2))

    assert (await world.refer()).legs[0].state == "unmet"


async def test_who_waits_for_a_service_that_is_gone_is_told_so(world: ReferralWorld) -> None:
    gone = "0197c0de-0000-7000-8000-000000000502"
    await world.service(("full", 0), service_id=gone)
    await world.service(("full", 0), needs=["housing"])
    in_vain = (await world.refer("loneliness")).legs[0]
    housing = (await world.refer("housing")).legs[0]
    await world.hear_services(service(pools=(), version=2, service_id=gone))

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await release_who_waits_in_vain(connection, world.clock(), world.by) == 1

    assert (await world.last(referral.ReferralNeedUnmetV1)).leg_id == in_vain.leg_id
    assert (await world.leg(housing)).state == "waiting"


async def test_the_back_stop_locks_no_pool_that_suits_nobody(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0), languages=["en", "pl"])
    await world.service(("open", 3))
    polish = (await world.refer(person=_speaking("pl"))).legs[0]

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await drain_pools_with_space(connection, world.clock(), world.by) == 0

    assert (await world.leg(polish)).state == "waiting"
    assert not await world.heard_of(referral.PlaceRequestedV1, pool_id=pool)


async def test_an_unlimited_pool_takes_the_whole_line(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    legs = [(await world.refer()).legs[0] for _ in range(7)]

    await world.hear_signals(signal(pool, "open", None, version=2))

    assert await asked_in_order(world) == [leg.leg_id for leg in legs]


def _speaking(language: str) -> PersonDetails:
    return PersonDetails("Amina", "Example", date(1950, 5, 17), language, email="amina@example.org")


async def test_places_for_several_boroughs_go_by_the_shares_that_the_policy_says(
    world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drain_waiting_list, "shares_between_boroughs", lambda: BoroughShares({NEXT_DOOR: 2}))
    catchment = {"everywhere": False, "areas": [AREA, NEXT_DOOR]}
    [pool] = await world.service(("full", 0), catchment=catchment)
    for area in (AREA, AREA, AREA, NEXT_DOOR, NEXT_DOOR, NEXT_DOOR):
        await world.refer(area=area)

    await world.hear_signals(signal(pool, "open", 3, version=2))

    asked = await world.pool.fetch("SELECT area, count(*) FROM legs WHERE state = 'requested' GROUP BY area")
    assert dict(map(tuple, asked)) == {AREA: 1, NEXT_DOOR: 2}
