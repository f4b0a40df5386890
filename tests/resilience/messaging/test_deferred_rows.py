"""However many events wait behind failed ones: finding the next to try reads few rows, and none is forgotten."""

import json
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.envelope import new_event
from shared.messaging.deferred_events import FINISH, RELEASE_FORGOTTEN, Deferral, Status, defer, finish
from shared.messaging.delivery import read
from shared.messaging.dlq_command import REPLAY
from shared.messaging.kafka_record import StoredRecord
from shared.messaging.retrier import NEXT_DUE
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Connection, transaction
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace, note

PUT_ASIDE = """
INSERT INTO deferred_events (consumer, order_key, status, reason, topic, partition, "offset", headers)
SELECT 'test.rows', 'key-' || number / $1::int, CASE WHEN number % $1 = 0 THEN 'dead' ELSE 'parked' END,
    'test', 'test', 0, number, '{}'
FROM generate_series(0, 49999) AS number
"""
ONE_DUE = """
INSERT INTO deferred_events (consumer, order_key, status, reason, topic, partition, "offset", headers)
VALUES ('test.rows', 'free', 'retry', 'test', 'test', 1, 1, '{}') RETURNING id
"""
NUMBER_OF_ROWS = 50_000


@pytest.mark.parametrize("rows_a_key", [2, NUMBER_OF_ROWS])
@pytest.mark.parametrize("statistics", ["fresh", "none"])
@pytest.mark.parametrize("plan", ["force_generic_plan", "force_custom_plan"])
async def test_finding_the_next_event_does_not_read_what_is_parked(
    place: MessagingPlace, rows_a_key: int, statistics: str, plan: str
) -> None:
    await place.pool.execute(PUT_ASIDE, rows_a_key)
    if statistics == "fresh":
        await place.pool.execute("ANALYZE deferred_events")

    async with transaction(place.pool) as connection:
        await connection.execute(f"SET LOCAL plan_cache_mode = {plan}")
        assert await connection.fetch(NEXT_DUE, ["test.rows"]) == []
        nothing = await _rows_read_for_the_next(connection)
        due = await connection.fetchval(ONE_DUE)
        assert [row["id"] for row in await connection.fetch(NEXT_DUE, ["test.rows"])] == [due]
        one = await _rows_read_for_the_next(connection)

    assert nothing < 5
    assert one < 10


async def _rows_read_for_the_next(connection: Connection) -> int:
    await connection.execute(f"PREPARE next_due AS {NEXT_DUE}")
    rows = await _rows_read(connection, "EXECUTE next_due (ARRAY['test.rows'])")
    await connection.execute("DEALLOCATE next_due")
    return rows


async def _rows_read(connection: Connection, statement: str) -> int:
    told = await connection.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
    plan: dict[str, Any] = json.loads(told)[0]
    return _read_by(plan["Plan"])


def _read_by(node: dict[str, Any]) -> int:
    """Rows that the plan's scans looked at, kept or not."""
    each_time: float = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
    below = sum(_read_by(each) for each in node.get("Plans", []))
    return int(each_time * node["Actual Loops"]) + below


@pytest.mark.parametrize("rows_a_key", [2, NUMBER_OF_ROWS])
async def test_releasing_the_next_of_a_key_reads_few_rows(place: MessagingPlace, rows_a_key: int) -> None:
    await place.pool.execute(PUT_ASIDE, rows_a_key)
    first = await place.pool.fetchval("SELECT min(id) FROM deferred_events")

    async with transaction(place.pool) as connection:
        assert await _rows_read(connection, FINISH.replace("$1", str(first))) < 20
        released = await connection.fetch("SELECT id FROM deferred_events WHERE status = 'retry'")

    assert [row["id"] for row in released] == [first + 1]


async def test_looking_for_what_was_forgotten_reads_one_row_a_key(place: MessagingPlace) -> None:
    await place.pool.execute(PUT_ASIDE, NUMBER_OF_ROWS)
    async with transaction(place.pool) as connection:
        assert await _rows_read(connection, RELEASE_FORGOTTEN) < 20


async def test_event_that_is_parked_while_the_one_before_it_is_finished_is_not_forgotten(
    place: MessagingPlace,
) -> None:
    """The consumer saw the first of the key, the retrier did not see the second: nobody else would release it."""
    key, subscription = uuid4(), place.subscription(note)
    await _defer(place, subscription, _record(place, key, 1), Status.DEAD)

    async with transaction(place.pool) as consumer, transaction(place.pool) as retrier:
        delivery = read(_record(place, key, 2), subscription)
        await defer(consumer, subscription.group, [Deferral(delivery, Status.PARKED, "behind")])
        await finish(retrier, await retrier.fetchval("SELECT id FROM deferred_events"))
    assert await _stand(place, ["parked"])

    async with place.retrying(subscription):
        await eventually(lambda: _handled(place, key, [2]), within=10)


async def test_replaying_and_dropping_keep_the_order_of_a_key(place: MessagingPlace) -> None:
    key, subscription = uuid4(), place.subscription(note)
    broken = replace(_record(place, key, 2), value=b'{"number": "x"}')
    await _defer(place, subscription, _record(place, key, 1), Status.DEAD)
    await _defer(place, subscription, broken, Status.DEAD)
    await _defer(place, subscription, _record(place, key, 3), Status.PARKED)

    await place.pool.execute(REPLAY, None)
    assert await _stand(place, ["retry", "parked", "parked"])
    async with place.retrying(subscription):
        await eventually(lambda: _stand(place, ["dead", "parked"]), within=10)
        assert await place.happened(key) == [1]

        async with transaction(place.pool) as connection:  # as `./kith dlq drop` does
            await finish(connection, await connection.fetchval("SELECT min(id) FROM deferred_events"))
        await eventually(lambda: _handled(place, key, [1, 3]), within=2)
        await eventually(lambda: _stand(place, []), within=10)


def _record(place: MessagingPlace, key: UUID, number: int) -> StoredRecord:
    event = new_event(place.event_data(key, number), area=None)
    headers = tuple((name, value.encode()) for name, value in event.headers().items())
    return StoredRecord(place.topic, 0, number, str(key).encode(), event.body(), headers)


async def _defer(
    place: MessagingPlace, subscription: Subscription, record: StoredRecord, status: Status
) -> None:
    delivery = read(record, subscription)
    async with transaction(place.pool) as connection:
        await defer(connection, subscription.group, [Deferral(delivery, status, "test")])


async def _handled(place: MessagingPlace, key: UUID, numbers: list[int]) -> bool:
    return await place.happened(key) == numbers


async def _stand(place: MessagingPlace, wanted: list[str]) -> bool:
    rows = await place.pool.fetch("SELECT status FROM deferred_events ORDER BY id")
    return [row["status"] for row in rows] == wanted
