"""One provider that everybody wants: sixteen writers at once, one of them killed midway, and taps of full amid them."""

import asyncio
import random
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import orjson
import pytest

from deploy.demo.log_records import LogRecord, moment
from deploy.demo.place_rules import after_full, over_allocated
from services.capacity.settings import CapacitySettings
from services.capacity.storage.pool_rows import lock_pool
from shared.events.envelope import Event
from shared.events.referral import PlaceConfirmedV1, PlaceGivenUpV1
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool, open_pool, transaction
from tests.component.capacity.at_work import CapacityAtWork, asked, word
from tests.support.eventually import eventually
from tests.support.lock_waits import somebody_waits_for_a_lock
from tests.support.reaching import EVERYWHERE
from tests.support.stored_records import stored

WRITERS, KILLED = 16, 7
REQUESTS, PLACES = 640, 150
END_THE_KILLED = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = $1 AND datname = current_database()
"""


class Writer:
    """A consumer of its own, with a connection of its own. One whose connection is killed takes its batch again."""

    def __init__(self, capacity: CapacityAtWork, number: int) -> None:
        self.name = f"writer-{number}"
        self._dsn = capacity.settings.postgres_dsn.get_secret_value()
        (self._subscription,) = [
            each for each in capacity.parts.subscriptions if each.group == "capacity.place-requests"
        ]

    async def write(self, batches: deque[Sequence[Event[Any]]]) -> None:
        async with self._pool() as pool:
            pipeline = ConsumerPipeline(self._subscription, pool, MessagingMetrics(), lambda: None)
            while batches:
                batch = [stored(each, at) for at, each in enumerate(batches.popleft())]
                await pipeline.take(pipeline.read(batch))

    @asynccontextmanager
    async def _pool(self) -> AsyncIterator[Pool]:
        pool = await open_pool(self._dsn, application=self.name, largest=1)
        try:
            yield pool
        finally:
            await pool.close()


async def log_of(capacity: CapacityAtWork) -> list[LogRecord]:
    """What the outbox holds, as the independent checker reads a log."""
    rows = await capacity.pool.fetch("SELECT seq, headers, payload FROM outbox_events ORDER BY seq")
    records = []
    for row in rows:
        headers = orjson.loads(row["headers"])
        data, at = orjson.loads(row["payload"]), moment(headers["ce_time"])
        records.append(LogRecord("outbox", 0, row["seq"], headers["ce_id"], headers["ce_type"], at, data))
    return records


async def check(capacity: CapacityAtWork, pool_id: UUID) -> list[LogRecord]:
    log = await log_of(capacity)
    assert over_allocated(log) == []
    assert after_full(log) == []
    states = Counter(row["state"] for row in await capacity.pool.fetch("SELECT state FROM place_holds"))
    places, free, held, taken = await capacity.counts(pool_id)
    assert (held, taken) == (states["held"], states["taken"])
    assert free + held + taken == places
    return log


async def test_sixteen_writers_one_killed_midway_give_each_place_once(capacity: CapacityAtWork) -> None:
    pool_id = await capacity.a_pool("open", PLACES)
    requests = [asked(pool_id) for _ in range(REQUESTS)]
    batches: deque[Sequence[Event[Any]]] = deque(
        requests[start : start + 8] for start in range(0, REQUESTS, 8)
    )
    writers = [Writer(capacity, number) for number in range(WRITERS)]

    # The lock is there so that the one to be killed is in the middle of its batch.
    async with capacity.pool.acquire() as watcher, transaction(capacity.pool, EVERYWHERE) as first:
        await lock_pool(first, pool_id)
        writing = asyncio.gather(*(each.write(batches) for each in writers))
        await eventually(lambda: somebody_waits_for_a_lock(watcher, at_least=WRITERS))
        assert await watcher.fetchval(END_THE_KILLED, writers[KILLED].name) == 1
    await writing

    log = await check(capacity, pool_id)
    answered = Counter(each.type for each in log if each.type != "capacity.signal-changed.v1")
    assert answered == {"capacity.place-held.v1": PLACES, "capacity.place-refused.v1": REQUESTS - PLACES}
    assert len({each["request_id"] for each in log if each["request_id"]}) == REQUESTS
    assert await capacity.counts(pool_id) == (PLACES, 0, PLACES, 0)


class TestFullAtRandom:
    @pytest.fixture
    def settings(self, settings: CapacitySettings) -> CapacitySettings:
        return settings.model_copy(
            update={"settle_seconds": 0}
        )  # there is no referral here that shows or gives back

    async def test_full_and_open_at_random_amid_sixteen_writers_give_nobody_a_place_after_full(
        self, capacity: CapacityAtWork
    ) -> None:
        chance = random.Random(20_261_122)  # noqa: S311 - made-up taps
        pool_id = await capacity.a_pool("open", 40)
        requests = [asked(pool_id) for _ in range(REQUESTS)]
        batches: deque[Sequence[Event[Any]]] = deque()
        for start in range(0, REQUESTS, 8):
            batch = requests[start : start + 8]
            back = [word(PlaceGivenUpV1, each, reason="declined") for each in batch if chance.random() < 0.5]
            taken = [word(PlaceConfirmedV1, each) for each in batch if chance.random() < 0.2]
            batches.append([*batch, *taken, *back])
        writing = asyncio.gather(*(Writer(capacity, number).write(batches) for number in range(WRITERS)))
        version = 1
        while not writing.done():
            number = chance.randint(1, 60)
            said: dict[str, Any] = chance.choice(
                [{"status": "full"}, {"status": "open", "free": number}, {"status": "open", "places": number}]
            )
            answer = await capacity.say(pool_id, seen=version, **said)
            version = answer.json()["version"]
        await writing

        log = await check(capacity, pool_id)
        assert version > 3
        assert (
            len({each["request_id"] for each in log if each.type != "capacity.signal-changed.v1"}) >= REQUESTS
        )
