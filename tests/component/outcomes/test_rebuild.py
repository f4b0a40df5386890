"""The read model, made again from Kafka's log in an empty database, equals the one that grew event by event."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr

from services.outcomes.bootstrap import plan_of
from services.outcomes.entrypoints.event_subscribers import subscriptions
from services.outcomes.rebuild import rebuild
from services.outcomes.storage.summary_rows import Selection
from services.outcomes.use_cases.rebuild_read_model import rebuild_read_model
from services.outcomes.use_cases.summarise import summarise
from shared.events.envelope import Event
from shared.messaging.consumers import Consumers
from shared.messaging.failures import LogNotWhole
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox import append_events
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool, transaction
from tests.component.outcomes.journey import CAMDEN, Journey
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.conftest import CreateDatabase
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.reaching import EVERYWHERE, looking_pool

READ_MODEL = {
    "referrals": "referral_id",
    "legs": "leg_id",
    "follow_ups": "follow_up_id",
    "measures": "follow_up_id",
}


async def read_model(pool: Pool) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of it, but for traces, and whether instead of when we said something ourselves: the log
    has the moment of saying, a little after the moment of deciding.
    """
    found = {}
    for table, key in READ_MODEL.items():
        rows = await pool.fetch(f"SELECT * FROM {table} ORDER BY {key}")
        found[table] = [tuple(_comparable(*item) for item in row.items()) for row in rows]
    return found


def _comparable(column: str, value: Any) -> Any:
    if column == "traceparent":
        return None
    return value is not None if column in {"asked_at", "settled_at"} else value


@asynccontextmanager
async def living(world: OutcomesWorld, kafka: str) -> AsyncIterator[None]:
    """Outcomes' own consumers and relay, on the real Kafka."""
    metrics = MessagingMetrics()
    dsn = world.settings.postgres_dsn.get_secret_value()
    heard = [each for each in subscriptions(plan_of(world.settings)) if each.group == "outcomes.referrals"]
    consumers = Consumers("outcomes", kafka, world.pool, heard, metrics)
    relay = OutboxRelay("outcomes", dsn, kafka, metrics)
    async with running(consumers.run), running(relay.run):
        yield


async def say(pool: Pool, events: Sequence[Event[Any]]) -> None:
    """Puts referral's events on their way: outcomes' own relay carries them just as well."""
    async with transaction(pool, EVERYWHERE) as connection:
        await append_events(connection, events)


def events_of(whole: Journey, other: Journey) -> list[Event[Any]]:
    return [
        *(whole.received(), whole.offered(), whole.declined(), whole.waiting(), whole.offered()),
        *(whole.accepted(), whole.started()),
        *(other.received(), other.unmet("language")),
    ]


@pytest.mark.timeout(240)
async def test_a_rebuild_from_the_log_equals_what_grew(
    world: OutcomesWorld, empty_topics: str, database: CreateDatabase
) -> None:
    whole, other = Journey(), Journey(area=CAMDEN, door="self")
    async with living(world, empty_topics), world.client() as client:
        await say(world.pool, events_of(whole, other))
        await eventually(
            lambda: world.pool.fetchval("SELECT count(*) = 2 FROM legs WHERE state IN ('started', 'unmet')"),
            within=40,
        )
        world.clock.now = whole.now
        await world.tick()
        await world.answer(client, whole.leg_id, "before", "2222222")
        await eventually(lambda: world.pool.fetchval("SELECT NOT EXISTS (SELECT FROM outbox_events)"))

        fresh = await database("outcomes")
        settings = world.settings.model_copy(
            update={"postgres_dsn": SecretStr(fresh.dsn), "kafka_bootstrap_servers": empty_topics}
        )
        replayed = await rebuild(settings)
        again = await rebuild(settings)

    pool = await looking_pool(fresh.dsn)
    try:
        assert replayed == again == 9 + 3
        assert await read_model(pool) == await read_model(world.pool)
        summaries = []
        for each in (world.pool, pool):
            async with transaction(each, EVERYWHERE) as connection:
                summaries.append(
                    await summarise(
                        connection, Selection(), today=date(2026, 11, 22), hide_small_counts=False
                    )
                )
        assert summaries[0] == summaries[1]
        assert summaries[0].everywhere.counts["declined"] == 1
        assert summaries[0].everywhere.counts["missing_follow_up"] == 1
        heard = await pool.fetchval("SELECT count(*) FROM inbox_events WHERE consumer = 'outcomes.referrals'")
        assert heard == 9, "the consumer will not count them again"
    finally:
        await pool.close()


async def chunks(*events: Event[Any]) -> AsyncIterator[Sequence[Event[Any]]]:
    yield events


async def test_a_log_with_a_hole_is_refused_and_nothing_changes(world: OutcomesWorld) -> None:
    journey = Journey()

    await world.hear(journey.received(), journey.waiting())
    before = await read_model(world.pool)

    async def rebuild_from(*events: Event[Any]) -> None:
        async with transaction(world.pool, EVERYWHERE) as connection:
            await rebuild_read_model(connection, chunks(*events), chunks(), plan_of(world.settings))

    with pytest.raises(LogNotWhole, match="referral-not-known"):
        await rebuild_from(journey.waiting())

    assert await read_model(world.pool) == before


async def test_a_rebuild_waits_until_all_is_published(world: OutcomesWorld) -> None:
    journey = Journey()
    await world.hear(journey.received(), journey.accepted())
    world.clock.now = journey.now
    await world.tick()

    with pytest.raises(LogNotWhole, match="not published yet"):
        async with transaction(world.pool, EVERYWHERE) as connection:
            await rebuild_read_model(connection, chunks(), chunks(), plan_of(world.settings))
