"""What a whole system withstands: a consumer that is killed or stopped, a broker and a database that restart."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from structlog.testing import capture_logs
from structlog.typing import EventDict

from shared.events.envelope import new_event
from shared.messaging.outbox import append_event
from shared.postgres.away import database_is_away
from shared.postgres.pool import transaction
from tests.bench.bench_places import Servers
from tests.support.eventually import eventually
from tests.support.local_process import free_ports
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.messaging_place import MessagingPlace, messaging_place, note, running
from tests.support.real_kafka import LocalKafka
from tests.support.real_postgres import LocalPostgres

APPEND_ONCE = "INSERT INTO appended VALUES ($1) ON CONFLICT DO NOTHING RETURNING true"
PROBES = 160  # 20 a second on each of four partitions, for two seconds before the stop and more after
PROBE_PAUSE = 0.0125  # seconds


@asynccontextmanager
async def noting_process(place: MessagingPlace, group: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A service process that reads the topic, ready to work."""
    [port] = free_ports(1)
    environment = {
        "NOTING_POSTGRES_DSN": place.service_dsn,
        "NOTING_KAFKA_BOOTSTRAP_SERVERS": place.servers.kafka,
        "NOTING_HTTP_PORT": str(port),
        "NOTING_PUBLIC_URL": "http://localhost",
        "NOTING_LINK_SIGNING_KEY": "0" * 64,
        "NOTING_INTERNAL_KEY": "0" * 64,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.noting_service",
        place.topic,
        group,
        env=os.environ | environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        async with httpx.AsyncClient() as http:
            await eventually(lambda: _ready(http, port), within=30)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _ready(http: httpx.AsyncClient, port: int) -> bool:
    try:
        return (await http.get(f"http://127.0.0.1:{port}/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.parametrize(
    ("stop", "longest_stall_ms"), [(signal.SIGKILL, 8_000), (signal.SIGTERM, 1_000)], ids=["kill", "term"]
)
async def test_other_consumer_takes_over(
    place: MessagingPlace, stop: signal.Signals, longest_stall_ms: int
) -> None:
    """Every event is handled once, and none waits longer than a session (kill) or a rebalance (term)."""
    group = f"test.{uuid4().hex}"
    async with noting_process(place, group), noting_process(place, group) as stopped:
        async with place.raw_producer() as producer:
            for number in range(PROBES):
                if number == PROBES // 2:
                    stopped.send_signal(stop)
                await _send(producer, place, number)
                await asyncio.sleep(PROBE_PAUSE)
        await eventually(lambda: _count(place, PROBES), within=20)

        slowest = await place.pool.fetchval("SELECT max(number) FROM happenings")
        assert slowest <= longest_stall_ms
        if stop is signal.SIGTERM:
            assert await asyncio.wait_for(stopped.wait(), 10) == 0


async def test_batch_under_way_at_a_kill_is_taken_again(place: MessagingPlace) -> None:
    """Nothing of it was committed to the database, so its offsets must not have been either."""
    group = f"test.{uuid4().hex}"
    blocker = await asyncpg.connect(place.dsn)
    lock = blocker.transaction()
    await lock.start()
    await blocker.execute("LOCK TABLE happenings IN SHARE MODE")  # what handlers write has to wait for this
    async with noting_process(place, group) as killed:
        async with place.raw_producer() as producer:
            for number in range(20):
                await _send(producer, place, number)
        await eventually(lambda: somebody_waits_for_a_lock(place.pool))
        killed.kill()
        await killed.wait()
    # Its server process still waits for the lock; it ends without committing, as the client is gone.
    await lock.rollback()
    await blocker.close()

    async with noting_process(place, group):
        await eventually(lambda: _at_least(place, 20), within=20)
    assert await _count(place, 20)


async def _send(producer: AIOKafkaProducer, place: MessagingPlace, number: int) -> None:
    event = new_event(place.event_data(uuid4(), number), area=None)
    await producer.send_and_wait(
        place.topic,
        event.body(),
        key=event.subject.encode(),
        partition=number % 4,
        headers=[(name, value.encode()) for name, value in event.headers().items()],
    )


async def _count(place: MessagingPlace, count: int) -> bool:
    return len(await place.happened()) == count


async def _at_least(place: MessagingPlace, count: int) -> bool:
    return len(await place.happened()) >= count


async def _append(place: MessagingPlace, numbers: range) -> None:
    """Appends as a service would whose caller tries again while the database is away.

    The key makes a second try harmless when only the answer to the commit was lost.
    """
    for number in numbers:
        while True:
            try:
                async with transaction(place.pool) as connection:
                    if await connection.fetchval(APPEND_ONCE, number):
                        await append_event(connection, place.event_data(uuid4(), number), area=None)
            except Exception as error:
                if not database_is_away(error):
                    raise
                await asyncio.sleep(0.1)
            else:
                break


@pytest.fixture
async def restartable(own_kafka: LocalKafka, own_postgres: LocalPostgres) -> AsyncIterator[MessagingPlace]:
    async with messaging_place(Servers(own_kafka.bootstrap, own_postgres.admin_dsn)) as made:
        await made.pool.execute("CREATE TABLE appended (number integer PRIMARY KEY)")
        yield made


async def test_broker_restart_loses_nothing(restartable: MessagingPlace, own_kafka: LocalKafka) -> None:
    place = restartable
    subscription = place.subscription(note)
    async with place.consuming(subscription), place.retrying(subscription), place.relaying():
        await _append(place, range(50))
        await eventually(lambda: _count(place, 50), within=20)

        own_kafka.process.pause()  # what is sent now goes into its socket, and nowhere from there
        await _append(place, range(50, 100))
        await asyncio.to_thread(own_kafka.process.kill)
        await asyncio.to_thread(own_kafka.process.start)
        await _append(place, range(100, 150))
        await eventually(lambda: _count(place, 150), within=60)

    assert sorted(await place.happened()) == list(range(150))


async def test_relay_that_starts_while_the_broker_is_away_waits_for_it(
    restartable: MessagingPlace, own_kafka: LocalKafka
) -> None:
    place = restartable
    await _append(place, range(1))
    await asyncio.to_thread(own_kafka.process.kill)
    with capture_logs() as logs:
        async with place.relaying():
            await eventually(lambda: "relay.interrupted" in _events(logs), within=20)
            await asyncio.to_thread(own_kafka.process.start)
            await eventually(lambda: _nothing_to_publish(place), within=40)


async def test_database_restart_loses_nothing(
    restartable: MessagingPlace, own_postgres: LocalPostgres
) -> None:
    place = restartable
    subscription = place.subscription(note)
    async with place.consuming(subscription), place.retrying(subscription), place.relaying():
        await _append(place, range(50))
        await eventually(lambda: _count(place, 50), within=20)

        async with running(lambda: _append(place, range(50, 400))), place.raw_producer() as producer:
            await asyncio.to_thread(own_postgres.process.kill)
            with capture_logs() as logs:
                for number in range(400, 450):  # what consumers read and cannot write down
                    await _send(producer, place, number)
                await eventually(lambda: {"consumer.database_away", "relay.interrupted"} <= _events(logs))
            await asyncio.to_thread(own_postgres.start_again)
            await eventually(lambda: _counted_again(place, 450), within=60)

    assert sorted(await place.happened()) == list(range(450))


async def _nothing_to_publish(place: MessagingPlace) -> bool:
    return not await place.pool.fetchval("SELECT count(*) FROM outbox_events")


def _events(logs: list[EventDict]) -> set[str]:
    return {each["event"] for each in logs}


async def _counted_again(place: MessagingPlace, count: int) -> bool:
    try:
        return await _at_least(place, count)
    except Exception as error:
        if not database_is_away(error):
            raise
        return False
