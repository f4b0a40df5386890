"""The inbox forgets what is old, in small steps, and nothing that Kafka may still deliver again."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from shared.messaging.inbox import claim_first_deliveries
from shared.messaging.inbox_trimming import TRIM, trim_inbox
from shared.postgres.pool import transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts, messaging_tasks
from shared.service_defaults.settings import ServiceSettings
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace, note, running

AGED = "UPDATE inbox_events SET processed_at = now() - $2::interval WHERE event_id = ANY ($1::uuid[])"
MANY = """
INSERT INTO inbox_events (consumer, event_id, processed_at)
SELECT 'test.inbox', gen_random_uuid(), now() - number * interval '1 second'
FROM generate_series(1, 50000) AS number
"""
MONTH = timedelta(days=30)


async def test_old_rows_go_and_a_young_event_that_comes_again_is_still_known(place: MessagingPlace) -> None:
    old, young = [uuid4() for _ in range(5)], [uuid4() for _ in range(2)]
    assert await _claim(place, old + young) == {*old, *young}
    await place.pool.execute(AGED, old, MONTH + timedelta(minutes=1))
    await place.pool.execute(AGED, young, MONTH - timedelta(minutes=1))

    await trim_inbox(place.pool, MONTH, place.metrics, batch=2)

    assert await place.pool.fetchval("SELECT count(*) FROM inbox_events") == 2
    assert place.metrics.registry.get_sample_value("kith_inbox_trimmed_total") == 5
    assert await _claim(place, young) == set()


async def test_service_that_consumes_trims_its_inbox(place: MessagingPlace) -> None:
    old = [uuid4()]
    await _claim(place, old)
    await place.pool.execute(AGED, old, MONTH * 2)
    settings = ServiceSettings(
        postgres_dsn=SecretStr(place.dsn),
        kafka_bootstrap_servers=place.servers.kafka,
        http_port=0,
        public_url="http://localhost",
        link_signing_key=SecretStr("k" * 16),
        internal_key=SecretStr("k" * 16),
    )
    async with httpx.AsyncClient() as http:
        platform = Platform(settings, place.pool, utc_now, new_registry(), http)
        definition = ServiceDefinition("test", settings, lambda _: ServiceParts())
        parts = ServiceParts(subscriptions=[place.subscription(note)])
        tasks = {each.name: each for each in messaging_tasks(platform, definition, parts).tasks}
        async with running(tasks["inbox-trimming"].run):
            await eventually(lambda: _is_empty(place))


async def _is_empty(place: MessagingPlace) -> bool:
    return bool(await place.pool.fetchval("SELECT count(*) = 0 FROM inbox_events"))


async def test_rows_that_another_worker_is_trimming_are_not_waited_for(place: MessagingPlace) -> None:
    old = [uuid4() for _ in range(3)]
    await _claim(place, old)
    await place.pool.execute(AGED, old, MONTH * 2)

    async with transaction(place.pool) as other:
        await other.execute("SELECT FROM inbox_events WHERE event_id = $1 FOR UPDATE", old[0])
        await trim_inbox(place.pool, MONTH, place.metrics)

    assert await place.pool.fetchval("SELECT array_agg(event_id) FROM inbox_events") == [old[0]]


async def test_finding_old_rows_reads_no_young_ones(place: MessagingPlace) -> None:
    await place.pool.execute(MANY)
    await place.pool.execute("ANALYZE inbox_events")
    async with transaction(place.pool) as connection:
        told = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {TRIM}", MONTH, 1000)
    assert "inbox_events_processed_at_idx" in json.dumps(json.loads(told))
    assert "Seq Scan" not in told


async def _claim(place: MessagingPlace, ids: list[UUID]) -> set[UUID]:
    async with transaction(place.pool) as connection:
        return await claim_first_deliveries(connection, "test.inbox", ids)
