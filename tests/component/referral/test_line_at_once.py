"""Many hands at the line at once: each place is given once, and nobody is passed too often by two who do not know of each other."""

import asyncio
import random
from uuid import UUID

import asyncpg
import pytest

from services.referral.domain.leg import Leg
from services.referral.domain.line_queues import InLine
from services.referral.domain.waiting_policy import WAITING_POLICY
from services.referral.storage.copied_services import list_pools
from services.referral.use_cases.back_stop import drain_pools_with_space
from services.referral.use_cases.changes import Changes
from services.referral.use_cases.drain_waiting_list import drain_waiting_list
from shared.events import referral
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import rounds_reach
from tests.component.referral.golden_messages import signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.line_checker import LineChecker
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE

ROUNDS = rounds_reach("referral")
HOMELESS = frozenset({"homeless-people"})
LOCK = "SELECT 1 FROM copied_signals WHERE pool_id = $1 FOR UPDATE"


async def show_space(world: ReferralWorld, pool_id: UUID, places: int) -> None:
    """Space that nobody has drained into yet."""
    await world.pool.execute(
        "UPDATE copied_signals SET status = 'open', guess = $2 WHERE pool_id = $1", pool_id, places
    )


async def drain(world: ReferralWorld, connection: Connection, pool_id: UUID) -> int:
    await connection.execute(LOCK, pool_id)
    changes = Changes(world.clock(), world.by)
    asked = await drain_waiting_list(connection, [pool_id], changes)
    await changes.keep(connection)
    return asked


async def drain_alone(world: ReferralWorld, pool_id: UUID) -> int:
    async with transaction(world.pool, ROUNDS) as connection:
        return await drain(world, connection, pool_id)


async def passed(world: ReferralWorld, leg: Leg) -> int:
    found = await world.pool.fetchval("SELECT overtaken FROM places_in_line WHERE leg_id = $1", leg.leg_id)
    return int(found)


async def test_two_who_drain_different_pools_do_not_pass_somebody_once_too_often(
    world: ReferralWorld,
) -> None:
    [one], [other] = await world.service(("full", 0)), await world.service(("full", 0))
    often = (await world.refer()).legs[0]
    later = [(await world.refer(groups=HOMELESS)).legs[0] for _ in range(2)]
    most = WAITING_POLICY.most_overtaken
    await world.pool.execute(
        "UPDATE places_in_line SET overtaken = $2 WHERE leg_id = $1", often.leg_id, most - 1
    )
    await show_space(world, one, 1)
    await show_space(world, other, 1)

    async with transaction(world.pool, ROUNDS) as connection:
        assert await drain(world, connection, one) == 1
        second = asyncio.create_task(drain_alone(world, other))
        await eventually(lambda: _waits_or_is_done(world, second))
    await second

    asked = {event.leg_id: event.pool_id for event in await world.heard_of(referral.PlaceRequestedV1)}
    assert asked == {later[0].leg_id: one, often.leg_id: other}
    assert await passed(world, often) == most


async def _waits_or_is_done(world: ReferralWorld, task: "asyncio.Task[int]") -> bool:
    return task.done() or await somebody_waits_for_a_lock(world.pool)


async def test_a_drain_that_is_killed_gives_nothing_and_counts_nothing(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    first = (await world.refer()).legs[0]
    later = (await world.refer(groups=HOMELESS)).legs[0]
    await show_space(world, pool, 1)

    racing: list[asyncio.Task[int]] = []

    async def drains_and_is_killed() -> None:
        async with transaction(world.pool, ROUNDS) as connection:
            assert await drain(world, connection, pool) == 1
            racing.append(asyncio.create_task(drain_alone(world, pool)))
            killed = await connection.fetchval("SELECT pg_backend_pid()")
            await world.pool.fetchval("SELECT pg_terminate_backend($1)", killed)
            await connection.fetchval("SELECT 1")

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
        await drains_and_is_killed()
    assert await asyncio.gather(*racing) == [1]
    assert await drain_alone(world, pool) == 0

    [asked] = await world.heard_of(referral.PlaceRequestedV1)
    assert (asked.leg_id, asked.pool_id) == (later.leg_id, pool)
    assert await passed(world, first) == 1


async def test_a_place_waits_for_who_was_passed_too_often_while_somebody_has_them_in_hand(
    world: ReferralWorld,
) -> None:
    [pool] = await world.service(("full", 0))
    often = (await world.refer()).legs[0]
    await world.refer(groups=HOMELESS)
    most = WAITING_POLICY.most_overtaken
    await world.pool.execute("UPDATE places_in_line SET overtaken = $2 WHERE leg_id = $1", often.leg_id, most)

    async with world.pool.acquire() as elsewhere, elsewhere.transaction():
        await elsewhere.execute("SELECT 1 FROM legs WHERE leg_id = $1 FOR UPDATE", often.leg_id)
        await world.hear_signals(signal(pool, "open", 1, version=2))
        assert not await world.heard_of(referral.PlaceRequestedV1)
    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await drain_pools_with_space(connection, world.clock(), world.by) == 1

    assert (await world.last(referral.PlaceRequestedV1)).leg_id == often.leg_id


async def test_whatever_races_the_order_of_the_rule_holds(world: ReferralWorld) -> None:
    """Six hands drain three pools, whose lists overlap, for as long as there are places."""
    dice = random.Random(7)  # noqa: S311 - a test's dice
    kinds = [["loneliness"], ["loneliness", "creative"], ["creative"]]
    pools = [(await world.service(("full", 0), needs=needs, suits=[]))[0] for needs in kinds]
    checker = LineChecker(WAITING_POLICY)
    for _ in range(40):
        groups = HOMELESS if dice.random() < 0.5 else frozenset[str]()
        leg = (await world.refer(dice.choice(["loneliness", "creative"]), groups=groups)).legs[0]
        checker.joins(InLine(leg.leg_id, leg.wants, leg.received_at))
    for pool_id in pools:
        await show_space(world, pool_id, 10)

    async def one_place_at_a_time(pool_id: UUID) -> None:
        for _ in range(6):
            await drain_alone(world, pool_id)

    await asyncio.gather(*(one_place_at_a_time(pool_id) for pool_id in pools * 2))

    async with world.pool.acquire() as connection:
        listed = {pool.pool_id: pool for pool in await list_pools(connection, pools)}
    asked = await world.heard_of(referral.PlaceRequestedV1)
    for event in asked:
        checker.check_given(checker.waiting[event.leg_id], listed[event.pool_id])
    assert len(asked) == 30
    kept = await world.pool.fetch(
        "SELECT leg_id, overtaken FROM places_in_line JOIN legs USING (leg_id) WHERE state = 'waiting'"
    )
    assert {row["leg_id"]: row["overtaken"] for row in kept} == {
        leg_id: len(checker.passed_by[leg_id]) for leg_id in checker.waiting
    }
