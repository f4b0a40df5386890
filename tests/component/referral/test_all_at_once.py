"""Everybody at once: people come and go, providers answer or not and say full, while answers are read."""

import asyncio
import json
import random
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import asyncpg

from services.referral.use_cases.answer_offer import accept_offer, decline_offer
from services.referral.use_cases.back_stop import drain_pools_with_space, route_left_behind
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.event_data import EventData
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import service, signal
from tests.component.referral.plain_capacity import PlainCapacity, PlainPool
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

NEEDS = ("loneliness", "creative", "housing")
PEOPLE, WORKERS = 20, 4


async def words_for_capacity(world: ReferralWorld) -> list[EventData]:
    """Takes what stands in the outbox, as the relay would, and keeps what capacity hears."""
    rows = await world.pool.fetch(
        "WITH gone AS (DELETE FROM outbox_events RETURNING *) SELECT * FROM gone ORDER BY seq"
    )
    types = [(CLASS_OF_TYPE[json.loads(row["headers"])["ce_type"]], row["payload"]) for row in rows]
    return [model.model_validate_json(payload) for model, payload in types if "place" in model.event_type]


class Crowd:
    """Those who act at the same time, each by its own dice."""

    def __init__(self, world: ReferralWorld, capacity: PlainCapacity) -> None:
        self.world = world
        self.capacity = capacity
        self.coming = WORKERS

    async def people(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311 - a test's dice
        for _ in range(PEOPLE):
            referred = await self.world.refer(*dice.sample(NEEDS, dice.choice([1, 2])))
            if dice.random() < 0.2:
                leg = dice.choice(referred.legs)
                async with transaction(self.world.pool, EVERYWHERE) as connection:
                    await withdraw_need(
                        connection,
                        referral_id=referred.referral_id,
                        leg_id=leg.leg_id,
                        now=self.world.clock(),
                        by=self.world.by,
                    )
        self.coming -= 1

    async def kafka_and_capacity(self) -> None:
        """Two readers of the places topic get the answers pool by pool, as its partitions do."""
        while True:
            answers = self.capacity.answer(await words_for_capacity(self.world))
            halves = [[e for e in answers if e.data.pool_id.int % 2 == side] for side in (0, 1)]
            await asyncio.gather(*(self.world.hear_answers(*half) for half in halves if half))
            if not answers and not self.coming:
                return
            await asyncio.sleep(0)

    async def providers(self, seed: int) -> None:
        dice = random.Random(seed)  # noqa: S311
        while self.coming:
            pool_id = dice.choice(list(self.capacity.pools))
            await self.world.hear_signals(self.capacity.say(pool_id, dice.choice([None, 0, 1, 3])))
            await self.answer_offers(dice)

    async def answer_offers(self, dice: random.Random) -> None:
        rows = await self.world.pool.fetch("SELECT request_id FROM legs WHERE state = 'offered'")
        for row in dice.sample(rows, min(3, len(rows))):
            async with transaction(self.world.pool, EVERYWHERE) as connection:
                if dice.random() < 0.5:
                    await accept_offer(connection, row["request_id"], self.world.clock(), self.world.by)
                elif dice.random() < 0.5:
                    await decline_offer(
                        connection, row["request_id"], "other", self.world.clock(), self.world.by
                    )
                else:
                    self.world.clock.pass_time(timedelta(hours=30))

    async def rounds(self) -> None:
        while self.coming:
            for one_round in (lapse_due_offers, route_left_behind, drain_pools_with_space):
                async with transaction(self.world.pool, EVERYWHERE) as connection:
                    await one_round(connection, self.world.clock(), self.world.by)
            await asyncio.sleep(0.02)

    async def settle(self) -> None:
        """Nobody new comes: what is under way is read to its end."""
        for _ in range(50):
            await self.kafka_and_capacity()
            async with transaction(self.world.pool, EVERYWHERE) as connection:
                if not await drain_pools_with_space(connection, self.world.clock(), self.world.by):
                    return
        raise AssertionError("it never comes to rest")


async def test_in_a_crowd_no_place_leaks_and_nobody_is_lost(world: ReferralWorld) -> None:
    pools = [uuid4() for _ in range(6)]
    for number, pool_id in enumerate(pools):
        needs = [NEEDS[number % 3], NEEDS[(number + 1) % 3]]
        await world.hear_services(service(pools=(pool_id,), needs=needs))
        await world.hear_signals(signal(pool_id, "open", 2))
    crowd = Crowd(world, PlainCapacity({pool_id: PlainPool(free=2) for pool_id in pools}))

    await asyncio.gather(
        *(crowd.people(seed) for seed in range(WORKERS)),
        crowd.kafka_and_capacity(),
        *(crowd.providers(seed) for seed in range(2)),
        crowd.rounds(),
    )
    await crowd.settle()

    rows = await world.pool.fetch("SELECT state, request_id FROM legs")
    states = Counter(row["state"] for row in rows)
    holds = {request for pool in crowd.capacity.pools.values() for request in pool.held}
    takes = {request for pool in crowd.capacity.pools.values() for request in pool.taken}
    assert not states.keys() & {"matching", "requested", "accepting"}
    assert holds == _requests(rows, "offered")
    assert takes == _requests(rows, "accepted")
    assert states["accepted"] > 0
    waiting_beside_space = states["waiting"] and any(pool.free for pool in crowd.capacity.pools.values())
    assert not waiting_beside_space or await _each_tried_what_is_free(world, crowd.capacity)


def _requests(rows: list[asyncpg.Record], state: str) -> set[object]:
    return {row["request_id"] for row in rows if row["state"] == state}


async def _each_tried_what_is_free(world: ReferralWorld, capacity: PlainCapacity) -> bool:
    """Who still waits beside a free place was declined there, or let it lapse, or has another need."""
    free: list[UUID] = [pool_id for pool_id, pool in capacity.pools.items() if pool.free]
    return not await world.pool.fetchval(
        "SELECT count(*) FROM legs l JOIN copied_services s ON s.needs @> ARRAY[l.need]"
        " CROSS JOIN unnest(s.pool_ids) AS pool (id)"
        " WHERE l.state = 'waiting' AND pool.id = ANY ($1) AND NOT EXISTS (SELECT FROM tried_pools t"
        " WHERE t.leg_id = l.leg_id AND t.pool_id = pool.id)",
        free,
    )
