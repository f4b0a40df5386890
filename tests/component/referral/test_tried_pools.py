"""A pool that was tried for a leg is not asked for it again, whoever decides in the same moment."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest

from services.referral.domain.leg import Leg, Placement, ask_for_place
from services.referral.storage.legs import lock_leg, lock_leg_by_request, lock_legs, save_legs
from services.referral.storage.waiting_line import lock_still_waiting
from services.referral.use_cases import drain_waiting_list
from shared.events.referral import PlaceRequestedV1
from shared.postgres.pool import Connection, transaction
from tests.component.referral.golden_messages import AREA, held, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE

ADD_TRIED = """
INSERT INTO tried_pools (leg_id, pool_id, area, outcome, tried_at) VALUES ($1, $2, $3, 'lapsed', now())
"""


async def ask_at(world: ReferralWorld, leg: Leg, pool_id: UUID) -> None:
    """As whoever decided by what it had read before."""
    place = Placement(uuid4(), pool_id, uuid4(), uuid4())
    async with transaction(world.pool, EVERYWHERE) as connection:
        await save_legs(connection, [ask_for_place(leg, place, "place-came-free").leg], world.clock())


async def test_the_database_refuses_to_ask_there_again(world: ReferralWorld) -> None:
    [pool] = await world.service(("full", 0))
    leg = (await world.refer()).legs[0]
    await world.pool.execute(ADD_TRIED, leg.leg_id, pool, AREA)

    with pytest.raises(asyncpg.SerializationError):
        await ask_at(world, leg, pool)
    await ask_at(world, leg, uuid4())


async def test_it_is_refused_too_while_whoever_tried_it_is_not_done(world: ReferralWorld) -> None:
    """The refusal waits for the row of the leg, which whoever tried the pool has in hand."""
    [pool] = await world.service(("full", 0))
    leg = (await world.refer()).legs[0]

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lock_leg(connection, leg.leg_id)
        await connection.execute(ADD_TRIED, leg.leg_id, pool, AREA)
        asking = asyncio.create_task(ask_at(world, leg, pool))
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))

    with pytest.raises(asyncpg.SerializationError):
        await asking


async def test_the_same_request_may_be_said_again(world: ReferralWorld) -> None:
    await world.service(("open", 1))
    leg = await world.leg((await world.refer()).legs[0])
    assert leg.placement is not None
    await world.pool.execute(ADD_TRIED, leg.leg_id, leg.placement.pool_id, AREA)

    async with transaction(world.pool, EVERYWHERE) as connection:
        await save_legs(connection, [leg], world.clock())


@pytest.mark.parametrize("way", ["by the leg", "by the request", "many"])
async def test_who_waited_for_a_leg_knows_what_it_has_tried_meanwhile(world: ReferralWorld, way: str) -> None:
    await world.service(("open", 1))
    request = (await world.refer(), await world.last(PlaceRequestedV1))[1]

    async def read() -> frozenset[UUID]:
        async with transaction(world.pool, EVERYWHERE) as connection:
            leg = {
                "by the leg": lambda: lock_leg(connection, request.leg_id),
                "by the request": lambda: lock_leg_by_request(connection, request.request_id),
            }.get(way)
            if leg is None:
                return (await lock_legs(connection, [request.leg_id]))[request.leg_id].tried
            found = await leg()
            assert found is not None
            return found.tried

    async with transaction(world.pool, EVERYWHERE) as connection:
        assert await lock_leg(connection, request.leg_id)
        reading = asyncio.create_task(read())
        await eventually(lambda: somebody_waits_for_a_lock(world.pool))
        await connection.execute(ADD_TRIED, request.leg_id, request.pool_id, AREA)
        await connection.execute("UPDATE legs SET version = version + 1 WHERE leg_id = $1", request.leg_id)

    assert await reading == {request.pool_id}


async def test_a_turn_of_the_line_that_read_too_early_decides_anew(
    world: ReferralWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first in line has tried the pool between the reading of the line and the lock: the next gets the place."""
    [pool] = await world.service(("full", 0))
    first, second = [(await world.refer()).legs[0] for _ in range(2)]

    async def tried_before_the_lock(connection: Connection, leg_ids: Sequence[UUID]) -> dict[UUID, Leg]:
        await world.pool.execute(f"{ADD_TRIED} ON CONFLICT DO NOTHING", first.leg_id, pool, AREA)
        return await lock_still_waiting(connection, leg_ids)

    monkeypatch.setattr(drain_waiting_list, "lock_still_waiting", tried_before_the_lock)
    await world.hear_signals(signal(pool, "open", 1, version=2))

    [asked] = await world.heard_of(PlaceRequestedV1)
    assert asked.leg_id == second.leg_id
    await world.hear_answers(held(asked))
    assert (await world.leg(first)).state == "waiting"
