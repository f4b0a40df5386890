"""One of sixteen processes of capacity is killed amid thousands of requests for one pool: each is answered just once.

Requests for one pool share a partition, so that one process at a time would take them all. Here the topic has a
partition for each process and the requests are spread over them: all sixteen want the same row at once.
"""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import NewPartitions
from aiokafka.errors import KafkaError

from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import LogRecord, each_once
from deploy.demo.place_rules import over_allocated
from deploy.provision.kafka_topics import kafka_admin
from services.capacity.domain.pool import Statement
from services.capacity.domain.status import Source, Status
from services.capacity.storage.pool_rows import lock_pool
from services.capacity.use_cases.say_signal import SaySignal, say_signal
from shared.events.envelope import Event
from shared.events.referral import PlaceRequestedV1
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from tests.component.capacity.at_work import asked, published
from tests.support.eventually import eventually
from tests.support.kafka_topics import empty_all_topics
from tests.support.local_process import free_ports
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE, looking_pool

PROCESSES, KILLED = 16, 7
WAVE, PLACES = 1_000, 1_500  # two waves: some places are given before the kill, some after
GROUP, TOPIC = "capacity.place-requests", "referral.place-requests.v1"
HELD, REFUSED = "capacity.place-held.v1", "capacity.place-refused.v1"


@pytest.fixture
async def topics(empty_topics: str) -> AsyncIterator[str]:
    """A partition of the requests for each process, while this test runs."""
    async with kafka_admin(empty_topics) as admin:
        await admin.create_partitions({TOPIC: NewPartitions(total_count=PROCESSES)})
    yield empty_topics
    await empty_all_topics(empty_topics)


@pytest.fixture
async def pool(capacity_dsn: str) -> AsyncIterator[Pool]:
    opened = await looking_pool(capacity_dsn)
    yield opened
    await opened.close()


@asynccontextmanager
async def workers(dsn: str, kafka: str) -> AsyncIterator[list[int]]:
    """Processes of capacity, by their ids."""
    environment = {
        "CAPACITY_POSTGRES_DSN": dsn,
        "CAPACITY_KAFKA_BOOTSTRAP_SERVERS": kafka,
        "CAPACITY_PUBLIC_URL": "http://localhost",
        "CAPACITY_LINK_SIGNING_KEY": "0" * 64,
        "CAPACITY_INTERNAL_KEY": "0" * 64,
    }
    forking = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.resilience.capacity.forked_workers", *map(str, free_ports(PROCESSES)),
        env=os.environ | environment, stdout=asyncio.subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    assert forking.stdout is not None
    try:
        yield [int(each) for each in (await forking.stdout.readline()).split()]
    finally:
        os.killpg(forking.pid, signal.SIGKILL)  # it leads a group of its own, of those that it forked
        await forking.communicate()


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def all_have_joined(kafka: str) -> bool:
    try:
        async with kafka_admin(kafka) as admin:
            [answer] = await admin.describe_consumer_groups([GROUP])
    except KafkaError:  # nobody keeps groups before the first has joined one
        return False
    [(_, _, state, _, _, members, *_)] = answer.groups
    return bool(state == "Stable" and len(members) == PROCESSES)


async def send(kafka: str, events: Sequence[Event[PlaceRequestedV1]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    try:
        sent = [
            await producer.send(
                TOPIC,
                each.body(),
                key=each.subject.encode(),
                partition=number % PROCESSES,
                headers=[(name, value.encode()) for name, value in each.headers().items()],
            )
            for number, each in enumerate(events)
        ]
        await asyncio.gather(*sent)
    finally:
        await producer.stop()


async def a_pool_with_space(pool: Pool, kafka: str) -> UUID:
    """Heard of from the directory by whoever of the sixteen has its partition."""
    pool_id = uuid4()
    service = published(uuid4(), [pool_id])
    producer = AIOKafkaProducer(bootstrap_servers=kafka)
    await producer.start()
    headers = [(name, value.encode()) for name, value in service.headers().items()]
    await producer.send_and_wait(
        service.data.topic, service.body(), service.subject.encode(), headers=headers
    )
    await producer.stop()
    await eventually(lambda: pool.fetchval("SELECT true FROM pools WHERE pool_id = $1", pool_id), within=20)
    said = SaySignal(pool_id, Statement(Status.OPEN, PLACES, 0, datetime.now(UTC), Source.API))
    async with transaction(pool, EVERYWHERE) as connection:
        await say_signal(connection, said, now=utc_now(), signal_life=timedelta(days=7))
    return pool_id


async def answers(kafka: str, pool: Pool) -> list[LogRecord]:
    """What stands on the log once everything that was committed is published; each event once."""

    async def all_is_published() -> bool:
        return not await pool.fetchval("SELECT count(*) FROM outbox_events")

    await eventually(all_is_published, within=20)
    async with LogReader(kafka) as log:
        return each_once(await log.read_on())


async def test_each_request_is_answered_once_though_one_of_sixteen_is_killed(
    topics: str, capacity_dsn: str, pool: Pool
) -> None:
    async with workers(capacity_dsn, topics) as processes:
        await eventually(lambda: all_have_joined(topics), within=60, every=0.2)
        pool_id = await a_pool_with_space(pool, topics)
        requests = [asked(pool_id) for _ in range(2 * WAVE)]

        # The lock is there so that all sixteen are in the middle of a batch, also the one to be killed.
        async with transaction(pool, EVERYWHERE) as first:
            await lock_pool(first, pool_id)
            await send(topics, requests[:WAVE])
            await eventually(lambda: somebody_waits_for_a_lock(pool, at_least=PROCESSES), within=20)
            os.kill(processes[KILLED], signal.SIGKILL)
            await eventually(lambda: not alive(processes[KILLED]))
        await send(topics, requests[WAVE:])

        async def all_are_answered() -> bool:
            return bool(await pool.fetchval("SELECT count(*) FROM place_holds") == len(requests))

        await eventually(all_are_answered, within=30, because="each request has its answer")
        log = await answers(topics, pool)
        assert [each for each in processes if not alive(each)] == [processes[KILLED]]

    told = Counter((each["request_id"], each.type) for each in log if each.type in {HELD, REFUSED})
    assert {request for request, _ in told} == {str(each.data.request_id) for each in requests}
    assert set(told.values()) == {1}
    assert Counter(kind for _, kind in told) == {HELD: PLACES, REFUSED: len(requests) - PLACES}
    assert over_allocated(log) == []
    ledger = await pool.fetchrow("SELECT places, free, held, taken FROM pools WHERE pool_id = $1", pool_id)
    assert tuple(ledger or ()) == (PLACES, 0, PLACES, 0)
    held = await pool.fetchval("SELECT count(*) FROM place_holds WHERE state = 'held'")
    put_aside = await pool.fetchval("SELECT count(*) FROM deferred_events")
    assert (held, put_aside) == (PLACES, 0)
