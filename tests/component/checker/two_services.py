"""A day between referral and capacity: people come, providers answer or do not, and words go to and fro as over Kafka."""

import json
import random
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from asyncpg import Record
from prometheus_client import CollectorRegistry

from services.capacity.domain.ledger import ALL_ON
from services.capacity.entrypoints.event_subscribers import place_words_handler
from services.capacity.metrics import CapacityMetrics
from services.capacity.use_cases.follow_directory import follow_published
from services.referral.storage.referrals import ReferrerDetails
from services.referral.use_cases.answer_offer import (
    accept_offer,
    decline_offer,
    record_completion,
    record_start,
)
from services.referral.use_cases.back_stop import drain_pools_with_space, route_left_behind
from services.referral.use_cases.escalate import escalate_what_is_overdue
from services.referral.use_cases.lapse_offers import lapse_due_offers
from services.referral.use_cases.settle_escalation import settle_escalation
from services.referral.use_cases.withdraw_need import withdraw_need
from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.envelope import Event, new_event
from shared.postgres.pool import Connection, Pool, transaction
from shared.postgres.reach import rounds_reach
from tests.component.referral.golden_messages import service, signal
from tests.component.referral.referral_world import ReferralWorld
from tests.support.reaching import EVERYWHERE

TAKE_OUTBOX = "WITH gone AS (DELETE FROM outbox_events RETURNING *) SELECT * FROM gone ORDER BY seq"
OPEN = """
UPDATE pools SET status = 'open', version = 1, spoken_version = 1, source = 'api', confirmed_at = $2,
    expires_at = $2::timestamptz + interval '90 days', places = $3, free = $3
WHERE pool_id = $1
"""
REFERRER = ReferrerDetails("F84001", "The Surgery", "surgery@example.nhs.uk")
ROUNDS = rounds_reach("referral")


class TwoServices:
    def __init__(self, world: ReferralWorld, capacity: Pool) -> None:
        self.world = world
        self.capacity = capacity
        self._answer = place_words_handler(world.clock, ALL_ON, CapacityMetrics(CollectorRegistry()))

    async def open_pool(self, places: int, *needs: str) -> UUID:
        """A provider with so many places, in both services."""
        pool_id = uuid4()
        told = service(pools=(pool_id,), needs=list(needs))
        await self.world.hear_services(told)
        async with transaction(self.capacity, EVERYWHERE) as connection:
            await follow_published(connection, told.data, self.world.clock())
            await connection.execute(OPEN, pool_id, self.world.clock(), places)
        await self.world.hear_signals(signal(pool_id, "open", places))
        return pool_id

    async def carry_words(self) -> None:
        """Until nobody has anything to say."""
        while True:
            words = [each for each in await self._said(self.world.pool) if "place-" in each.type]
            if words:
                async with transaction(self.capacity, EVERYWHERE) as connection:
                    await self._answer(connection, words)
            answers = [each for each in await self._said(self.capacity) if "place-" in each.type]
            if not answers:
                return
            await self.world.hear_answers(*answers)

    async def rounds(self) -> None:
        """What the clock brings, as referral's rounds do it within seconds."""
        for one_round in (lapse_due_offers, route_left_behind, drain_pools_with_space):
            async with transaction(self.world.pool, ROUNDS) as connection:
                await one_round(connection, self.world.clock(), self.world.by)
        await self.carry_words()
        async with transaction(self.world.pool, ROUNDS) as connection:
            await escalate_what_is_overdue(connection, self.world.clock())

    async def a_coordinator_acts(self) -> None:
        """On everything that is raised."""
        for row in await self.world.pool.fetch(
            "SELECT escalation_id FROM escalations WHERE closed_at IS NULL"
        ):
            async with transaction(self.world.pool, EVERYWHERE) as connection:
                await settle_escalation(
                    connection, row["escalation_id"], reason="asked-others", days=1,
                    now=self.world.clock(), by=self.world.by,
                )  # fmt: skip

    async def a_day(self, seed: int, people_an_hour: int = 4) -> None:
        dice = random.Random(seed)  # noqa: S311 - a test's dice
        for _ in range(24):
            for _ in range(people_an_hour):
                await self._somebody_comes(dice)
            await self.carry_words()
            await self._providers_act(dice)
            await self.carry_words()
            await self.rounds()
            self.world.clock.pass_time(timedelta(hours=1))
            await self.rounds()
        self.world.clock.pass_time(timedelta(minutes=3))

    async def _somebody_comes(self, dice: random.Random) -> None:
        needs = dice.sample(["loneliness", "creative", "housing"], dice.choice([1, 2]))
        by_gp: dict[str, Any] = {"referrer": REFERRER} if dice.random() < 0.5 else {"door": "self"}
        referred = await self.world.refer(*needs, **by_gp)
        if dice.random() < 0.15:
            async with transaction(self.world.pool, EVERYWHERE) as connection:
                await withdraw_need(
                    connection, referral_id=referred.referral_id, leg_id=referred.legs[0].leg_id,
                    now=self.world.clock(), by=self.world.by,
                )  # fmt: skip

    async def _providers_act(self, dice: random.Random) -> None:
        for row in await self.world.pool.fetch("SELECT state, leg_id, request_id FROM legs ORDER BY leg_id"):
            if dice.random() < 0.4:
                async with transaction(self.world.pool, EVERYWHERE) as connection:
                    await self._act(connection, row, says_yes=dice.random() < 0.6)

    async def _act(self, connection: Connection, leg: Record, *, says_yes: bool) -> None:
        now, by = self.world.clock(), self.world.by
        match leg["state"]:
            case "offered" if says_yes:
                await accept_offer(connection, leg["request_id"], now, by)
            case "offered":
                await decline_offer(connection, leg["request_id"], "not-suitable", now, by)
            case "accepted" if says_yes:
                await record_start(connection, leg["leg_id"], now, by)
            case "started" if says_yes:
                await record_completion(connection, leg["leg_id"], now, by)

    async def _said(self, pool: Pool) -> list[Event[Any]]:
        rows = await pool.fetch(TAKE_OUTBOX)
        said = []
        for row in rows:
            if row["payload"] is not None:
                headers = json.loads(row["headers"])
                model = CLASS_OF_TYPE[headers["ce_type"]]
                said.append(new_event(model.model_validate_json(row["payload"]), area=headers.get("ce_area")))
        return said
