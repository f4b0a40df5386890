"""What the relay withstands: a kill between publishing and marking, late commits, long transactions, races."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka.errors import KafkaTimeoutError

from shared.messaging.event_producer import DELIVERY_TIMEOUT
from shared.messaging.outbox import append_event, append_events, say
from shared.messaging.outbox_relay import UNPUBLISHED, OutboxRelay
from shared.postgres.pool import transaction
from tests.bench.bench_places import Servers, bench_database
from tests.support.eventually import eventually
from tests.support.messaging_place import MessagingPlace, note, running

LEADERS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
WHERE locktype = 'advisory' AND granted AND datname = current_database()
"""
END_WAITING = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock'
"""
WAITING = """
SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')
"""
RELAY_PROCESS = """
import asyncio, sys
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
asyncio.run(OutboxRelay("test", sys.argv[1], sys.argv[2], MessagingMetrics()).run())
"""


async def test_relay_killed_between_publish_and_mark_has_one_effect(place: MessagingPlace) -> None:
    """The events are on the topic twice; the consumer handles each once, in order."""
    key = uuid4()
    subscription = place.subscription(note)
    async with transaction(place.pool) as connection:
        await append_events(
            connection, [say(place.event_data(key, number), area=None) for number in range(5)]
        )
    blocker = await asyncpg.connect(place.dsn)
    lock = blocker.transaction()
    await lock.start()
    await blocker.execute("SELECT FROM outbox_events FOR UPDATE")  # the relay's mark has to wait for this

    async with place.consuming(subscription):
        relay = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RELAY_PROCESS, place.dsn, place.servers.kafka
        )
        await eventually(lambda: _handled(place, 5), within=20)
        os.kill(relay.pid, signal.SIGKILL)
        await relay.wait()
        killed_at = asyncio.get_running_loop().time()
        # Its server process still waits for the lock and would carry out the mark after the client's death.
        await blocker.execute(END_WAITING)
        await lock.rollback()
        await blocker.close()
        assert await place.pool.fetchval("SELECT count(*) FROM outbox_events") == 5

        async with place.relaying():
            await eventually(lambda: _outbox_is_empty(place), within=20)
        waited = asyncio.get_running_loop().time() - killed_at
        assert waited >= DELIVERY_TIMEOUT, "the last leader's requests may still have been under way"
        await eventually(lambda: _duplicates(place, subscription.group, 5), within=10)

    assert await place.happened(key) == [0, 1, 2, 3, 4]


async def test_event_that_commits_late_is_not_skipped(place: MessagingPlace) -> None:
    """Its number is lower than one that is already published: a cursor would have passed it by."""
    early, late = uuid4(), uuid4()
    async with place.consuming(place.subscription(note)), place.relaying():
        slow = await asyncpg.connect(place.dsn)
        transaction_of_slow = slow.transaction()
        await transaction_of_slow.start()
        await append_event(slow, place.event_data(late, 1), area=None)
        async with transaction(place.pool) as connection:
            await append_event(connection, place.event_data(early, 2), area=None)
        await eventually(lambda: _handled(place, 1), within=20)

        await transaction_of_slow.commit()
        await slow.close()
        await eventually(lambda: _handled(place, 2), within=10)

    assert await place.happened() == [2, 1]


class WatchedRelay(OutboxRelay):
    """Notes how often it looks for what is unpublished."""

    looks = 0

    async def _connect(self, stack: AsyncExitStack) -> "asyncpg.Connection[asyncpg.Record]":
        connection = await super()._connect(stack)
        connection.add_query_logger(self._note)
        return connection

    def _note(self, said: Any) -> None:
        self.looks += said.query == UNPUBLISHED


async def test_it_looks_again_when_something_has_come_and_not_before(place: MessagingPlace) -> None:
    """While what it sent is not settled: a look that found all there was needs no other after it."""
    async with transaction(place.pool) as connection:
        await append_event(connection, place.event_data(uuid4(), 1), area=None)
    blocker = await asyncpg.connect(place.dsn)
    lock = blocker.transaction()
    await lock.start()
    await blocker.execute("SELECT FROM outbox_events FOR UPDATE")  # the relay's mark has to wait for this
    relay = WatchedRelay("test", place.dsn, place.servers.kafka, place.metrics)
    async with running(relay.run):
        await eventually(lambda: _mark_waits(place), within=20)
        looks_for_one = relay.looks

        async with transaction(place.pool) as connection:
            await append_event(connection, place.event_data(uuid4(), 2), area=None)
        await eventually(lambda: _is(relay.looks == 2), within=10)  # ahead, while the first is not settled
        await lock.rollback()
        await eventually(lambda: _outbox_is_empty(place), within=10)

    await blocker.close()
    assert looks_for_one == 1


async def test_event_that_commits_while_others_are_sent_is_not_marked_with_them(
    place: MessagingPlace,
) -> None:
    """Its number lies between theirs, and it was not there when they were read."""
    slow = await asyncpg.connect(place.dsn)
    async with transaction(place.pool) as connection:
        await append_event(connection, place.event_data(uuid4(), 1), area=None)
    transaction_of_slow = slow.transaction()
    await transaction_of_slow.start()
    await append_event(slow, place.event_data(uuid4(), 2), area=None)
    async with transaction(place.pool) as connection:
        await append_event(connection, place.event_data(uuid4(), 3), area=None)
    rows = await place.pool.fetch(UNPUBLISHED, [], 10)

    await transaction_of_slow.commit()
    acknowledged: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
    acknowledged.set_result([])
    await OutboxRelay("test", place.dsn, place.servers.kafka, place.metrics)._settle(slow, acknowledged, rows)

    left = await place.pool.fetch("SELECT seq FROM outbox_events")
    assert [row["seq"] for row in left] == [rows[0]["seq"] + 1]
    await slow.close()


async def test_what_kafka_did_not_acknowledge_is_not_marked(place: MessagingPlace) -> None:
    async with transaction(place.pool) as connection:
        await append_event(connection, place.event_data(uuid4(), 1), area=None)
        rows = await connection.fetch(UNPUBLISHED, [], 10)
    refused: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
    refused.set_exception(KafkaTimeoutError())
    relay = OutboxRelay("test", place.dsn, place.servers.kafka, place.metrics)
    marker = await asyncpg.connect(place.dsn)

    with pytest.raises(KafkaTimeoutError):
        await relay._settle(marker, refused, rows)

    await marker.close()
    assert not await _outbox_is_empty(place)


async def test_long_transaction_elsewhere_does_not_stall_the_relay(
    place: MessagingPlace, servers: Servers
) -> None:
    """A guard on the cluster-wide oldest transaction would wait for it."""
    async with bench_database(servers) as other_dsn:
        other = await asyncpg.connect(other_dsn)
        long_one = other.transaction(isolation="repeatable_read")
        await long_one.start()
        await other.execute("INSERT INTO inbox_events (consumer, event_id) VALUES ('x', gen_random_uuid())")
        async with place.consuming(place.subscription(note)), place.relaying():
            async with transaction(place.pool) as connection:
                await append_event(connection, place.event_data(uuid4(), 1), area=None)
            await eventually(lambda: _handled(place, 1), within=20)
        assert await other.fetchval("SELECT txid_current_if_assigned() IS NOT NULL")
        await long_one.rollback()
        await other.close()


async def test_racing_writers_of_one_aggregate_keep_its_order(place: MessagingPlace) -> None:
    """Each writer holds the aggregate's row lock when it appends, so versions reach readers in order."""
    key, rounds, writers = uuid4(), 25, 6
    await place.pool.execute("CREATE TABLE aggregates (id uuid PRIMARY KEY, version integer NOT NULL)")
    await place.pool.execute("INSERT INTO aggregates VALUES ($1, 0)", key)

    async def write() -> None:
        for _ in range(rounds):
            async with transaction(place.pool) as connection:
                version = await connection.fetchval(
                    "UPDATE aggregates SET version = version + 1 WHERE id = $1 RETURNING version", key
                )
                await append_event(connection, place.event_data(key, version), area=None)

    async with place.consuming(place.subscription(note)), place.relaying():
        await asyncio.gather(*(write() for _ in range(writers)))
        await eventually(lambda: _handled(place, rounds * writers), within=30)

    assert await place.happened(key) == list(range(1, rounds * writers + 1))


async def test_only_one_relay_of_a_database_publishes(place: MessagingPlace) -> None:
    async with place.relaying() as first:
        await eventually(lambda: _is(first.leading), within=10)
        async with place.relaying() as second:
            async with transaction(place.pool) as connection:
                await append_event(connection, place.event_data(uuid4(), 1), area=None)
            await eventually(lambda: _outbox_is_empty(place), within=10)
            assert first.leading
            assert not second.leading
            assert await place.pool.fetchval(LEADERS) == 1
            await first.stop()
            # It left cleanly, so there is nothing of its to wait out.
            await eventually(lambda: _is(second.leading), within=DELIVERY_TIMEOUT - 1)


async def test_event_of_a_rolled_back_transaction_is_never_said(
    place: MessagingPlace,
) -> None:
    async with place.consuming(place.subscription(note)), place.relaying():
        with pytest.raises(RuntimeError, match="the use case failed"):
            await _append_and_fail(place)
        async with transaction(place.pool) as connection:
            await append_event(connection, place.event_data(uuid4(), 2), area=None)
        await eventually(lambda: _handled(place, 1), within=20)

    assert await place.happened() == [2]


async def _mark_waits(place: MessagingPlace) -> bool:
    return bool(await place.pool.fetchval(WAITING))


async def _append_and_fail(place: MessagingPlace) -> None:
    async with transaction(place.pool) as connection:
        await append_event(connection, place.event_data(uuid4(), 1), area=None)
        raise RuntimeError("the use case failed")


async def _handled(place: MessagingPlace, count: int) -> bool:
    return len(await place.happened()) >= count


async def _outbox_is_empty(place: MessagingPlace) -> bool:
    return not await place.pool.fetchval("SELECT count(*) FROM outbox_events")


async def _duplicates(place: MessagingPlace, group: str, count: int) -> bool:
    labels = {"consumer": group, "event_type": "test.happened.v1", "result": "duplicate"}
    return (place.metrics.registry.get_sample_value("kith_events_total", labels) or 0) >= count


async def _is(truth: bool) -> bool:  # noqa: FBT001
    return truth
