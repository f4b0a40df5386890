"""`./kith bench full`: how soon a full that was acknowledged is seen by who searches; and whether anybody is given after it.

First: the whole way from the answer to full over outbox, Kafka, the directory's copy and its index, which looks for changes
as often as the service does, to a search that shows the service no more. Then: a loader puts 100,000 requests on the
topic of place requests, half of them for one hot provider, while providers say full and open at random over HTTP; the
independent checker reads the whole log.
"""

import asyncio
import random
import time
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import orjson
from pydantic import SecretStr

from deploy.demo.log_reader import LogReader
from deploy.demo.log_records import LogRecord
from deploy.demo.place_rules import HELD, Acknowledged, after_full, over_allocated
from services.directory.entrypoints.event_subscribers import COPY_OF_SIGNALS
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.search.query import Query
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.events.envelope import Event, new_event, new_event_id
from shared.events.referral import PlaceGivenUpV1, PlaceRequestedV1
from shared.messaging.consumers import Consumers
from shared.messaging.event_producer import EventProducer
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import open_pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.lasting_objects import set_lasting_objects_aside
from tests.bench.bench_places import Servers
from tests.bench.capacity_at_work import CapacityOfABench, at_work, capacity_of_a_bench
from tests.bench.wrong_result import WrongResult
from tests.support.databases import Databases
from tests.support.eventually import eventually
from tests.support.generated_menu import MadeService, generated_menu
from tests.support.kafka_topics import empty_all_topics
from tests.support.messaging_place import running

AREA = "E09000009"
SERVICES = 300
TAPS = 150  # of full, one after the other, each followed until a search shows it
LOOK_EVERY_SECONDS = 0.002
REQUESTS = 100_000
POOLS = 20
AT_ONCE = 2_000  # requests that are put on the topic together
GIVEN_UP = 0.6  # of them, so that places come back
MOST_WAITING = 6_000  # requests without an answer: so that taps fall amid them all
TAP_EVERY_SECONDS = 0.02
SEED = 20_261_122


async def measure(servers: Servers) -> dict[str, Any]:
    """Figures as JSON-ready values; raises WrongResult where anything was given that was not there."""
    set_lasting_objects_aside()
    await empty_all_topics(servers.kafka)
    visible = await _visible(servers)
    await empty_all_topics(servers.kafka)
    return visible | await _under_load(servers)


async def _visible(servers: Servers) -> dict[str, Any]:
    made = [each for each in generated_menu(SERVICES * 2) if _is_shown(each)][:SERVICES]
    async with (
        capacity_of_a_bench(servers, settle_seconds=0) as capacity,
        _searching(servers, made) as keeper,
    ):
        pools = {each.service.id: each.service.pools[0].id for each in made[:TAPS]}
        await capacity.know(pools)
        relay = OutboxRelay(
            "capacity", capacity.settings.postgres_dsn.get_secret_value(), servers.kafka, MessagingMetrics()
        )
        async with running(relay.run):
            for pool_id in pools.values():
                await capacity.say(pool_id, "open", 0)
            await eventually(lambda: _all_have_space(keeper, pools), within=120)
            waits = [await _until_seen(capacity, keeper, *each) for each in pools.items()]
    ordered = sorted(waits)
    return {
        "full_visible_p99_ms": round(1000 * ordered[int(0.99 * (len(ordered) - 1))], 1),
        "full_visible_p50_ms": round(1000 * ordered[len(ordered) // 2], 1),
        "taps_followed": len(ordered),
        "services": SERVICES,
    }


def _is_shown(each: MadeService) -> bool:
    return bool(each.service.pools) and each.service.status == "active" and not each.service.sensitive


@asynccontextmanager
async def _searching(servers: Servers, made: Sequence[MadeService]) -> AsyncIterator[IndexKeeper]:
    """The directory's copy of signals, and the index that answers searches, both as the service runs them."""
    databases = Databases(servers.postgres)
    database = await databases.create("directory")
    pool = await open_pool(database.dsn, application="bench", largest=4)
    organisations = {each.organisation.id: each.organisation for each in made}
    try:
        async with transaction(pool) as connection:
            await import_services(
                connection, ImportServices([each.service for each in made], list(organisations.values()))
            )
        settings = SimpleNamespace(places=None, postgres_dsn=SecretStr(database.dsn))
        keeper = IndexKeeper(cast("Any", SimpleNamespace(pool=pool, clock=utc_now, settings=settings)))
        following, hearing = keeper.parts().serving_tasks
        consumers = Consumers("directory", servers.kafka, pool, [COPY_OF_SIGNALS], MessagingMetrics())
        async with running(following.run), running(hearing.run), running(consumers.run):
            await eventually(consumers.ready, within=60)
            yield keeper
    finally:
        await pool.close()
        await databases.drop(database)


async def _with_space(keeper: IndexKeeper) -> set[UUID]:
    found = await keeper.search(Query(has_space=True, per_page=SERVICES))
    return {each.id for each in found.results}


async def _all_have_space(keeper: IndexKeeper, services: Iterable[UUID]) -> bool:
    return set(services) <= await _with_space(keeper)


async def _until_seen(
    capacity: CapacityOfABench, keeper: IndexKeeper, service_id: UUID, pool_id: UUID
) -> float:
    await capacity.say(pool_id, "full", 1)
    acknowledged = time.perf_counter()
    while service_id in await _with_space(keeper):
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        if time.perf_counter() - acknowledged > 30:
            raise WrongResult("a full was never seen by who searches")
    return time.perf_counter() - acknowledged


@dataclass
class Providers:
    """Say full and open at random, and note which full was acknowledged when."""

    capacity: CapacityOfABench
    pools: Sequence[UUID]
    chance: random.Random
    versions: dict[UUID, int] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)

    async def open_all(self) -> None:
        for pool_id in self.pools:
            await self._tap(pool_id, full=False)

    async def tap_at_random(self) -> None:
        while True:
            await asyncio.sleep(self.chance.random() * 2 * TAP_EVERY_SECONDS)
            pool_id = self.pools[0] if self.chance.random() < 0.3 else self.chance.choice(self.pools)
            await self._tap(pool_id, full=self.chance.random() < 0.5)

    async def _tap(self, pool_id: UUID, *, full: bool) -> None:
        number = self.chance.randint(1, 200)
        more = {"places": number} if self.chance.random() < 0.5 else {"free": number}
        seen = self.versions.get(pool_id, 0)
        answer = await self.capacity.say(pool_id, "full" if full else "open", seen, **({} if full else more))
        self.versions[pool_id] = answer["version"]
        if full:
            self.acknowledged.append(Acknowledged(str(pool_id), answer["version"], datetime.now(UTC)))


async def _under_load(servers: Servers) -> dict[str, Any]:
    chance = random.Random(SEED)  # noqa: S311 - made-up taps
    async with capacity_of_a_bench(servers, settle_seconds=0) as capacity:
        providers = Providers(capacity, await capacity.make_pools(POOLS), chance)
        async with at_work(capacity, ["capacity.place-requests"]):
            await providers.open_all()
            began = time.perf_counter()
            async with running(providers.tap_at_random):
                await _load(servers, capacity, providers.pools, chance)
            seconds = time.perf_counter() - began
            nothing_left = "SELECT NOT EXISTS (SELECT FROM outbox_events)"
            await eventually(lambda: capacity.pool.fetchval(nothing_left), within=120)
        broken = await capacity.pool.fetchval(
            "SELECT count(*) FROM pools WHERE free + held + taken <> places"
        )
    return await _judged(servers, providers.acknowledged) | {
        "requests": REQUESTS,
        "requests_per_s": round(REQUESTS / seconds),
        "full_acknowledged": len(providers.acknowledged),
        "ledgers_broken": broken,
    }


async def _load(
    servers: Servers, capacity: CapacityOfABench, pools: Sequence[UUID], chance: random.Random
) -> None:
    producer = EventProducer(servers.kafka)
    await producer.start()
    try:
        requests = iter(
            [_request(pools[0] if chance.random() < 0.5 else chance.choice(pools)) for _ in range(REQUESTS)]
        )
        sent = 0
        while part := list(islice(requests, AT_ONCE)):
            back = [_given_up(each) for each in part if chance.random() < GIVEN_UP]
            for events in (part, back):
                await (await producer.submit(await producer.prepare([_row(each) for each in events])))
            sent += len(part)
            await eventually(partial(_answered, capacity, sent - MOST_WAITING), within=300)
        await eventually(partial(_answered, capacity, REQUESTS), within=300)
    finally:
        await producer.stop()


async def _answered(capacity: CapacityOfABench, number: int) -> bool:
    return int(await capacity.pool.fetchval("SELECT count(*) FROM place_holds")) >= number


def _request(pool_id: UUID) -> Event[PlaceRequestedV1]:
    data = PlaceRequestedV1(
        pool_id=pool_id, request_id=new_event_id(), referral_id=new_event_id(), leg_id=new_event_id()
    )
    return new_event(data, area=AREA)


def _given_up(request: Event[PlaceRequestedV1]) -> Event[PlaceGivenUpV1]:
    return new_event(PlaceGivenUpV1(**request.data.model_dump(), reason="declined"), area=AREA)


def _row(event: Event[Any]) -> dict[str, Any]:
    return {
        "topic": event.data.topic,
        "message_key": event.subject,
        "headers": orjson.dumps(event.headers()).decode(),
        "payload": event.body(),
    }


async def _judged(servers: Servers, acknowledged: Sequence[Acknowledged]) -> dict[str, Any]:
    async with LogReader(servers.kafka) as log:
        records = await log.read_on()
    of_capacity = [each for each in records if each.type.startswith("capacity.")]
    after = [*after_full(of_capacity, acknowledged), *_given_after_the_answer(of_capacity, acknowledged)]
    over = over_allocated(of_capacity)
    if after or over:
        raise WrongResult(f"{len(after)} given after an acknowledged full, {len(over)} given twice")
    return {
        "given_after_full": len(after),
        "over_allocated": len(over),
        "held": sum(each.type == HELD for each in of_capacity),
    }


def _given_after_the_answer(
    records: Iterable[LogRecord], acknowledged: Iterable[Acknowledged]
) -> list[LogRecord]:
    """Places held under an older word after the moment at which the provider had heard that full counts.

    Of the fulls that came after the word of a hold the first is also the one that was heard first.
    """
    by_pool: dict[str, list[Acknowledged]] = defaultdict(list)
    for each in sorted(acknowledged, key=lambda each: each.version):
        by_pool[each.pool_id].append(each)
    return [held for held in records if held.type == HELD and _is_late(held, by_pool[held["pool_id"]])]


def _is_late(held: LogRecord, fulls: Sequence[Acknowledged]) -> bool:
    first = bisect_right(fulls, held["signal_version"], key=lambda each: each.version)
    return first < len(fulls) and held.time > fulls[first].at
