"""How fast a search of 20,000 services is: in memory, and asked of PostgreSQL, each answer checked before the clock counts."""

import asyncio
import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import psutil

from deploy.provision.databases import dsn_for
from services.directory.search.entry import SearchEntry
from services.directory.search.index import MenuIndex
from services.directory.search.keeper import MenuKeeper
from services.directory.search.query import Query
from services.directory.search.reading import Reading, read_words
from services.directory.search.signal_spaces import SignalSpaces
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.postgres.pool import Pool, open_pool, transaction
from tests.bench.bench_places import Servers
from tests.bench.open_feed import measure_feed
from tests.bench.search_in_sql import fill, search_in_sql
from tests.bench.wrong_result import WrongResult
from tests.support.databases import Databases
from tests.support.generated_menu import NOW, MadeService, a_home, generated_menu, wards_by_borough
from tests.unit.directory.search.any_query import any_query
from tests.unit.directory.search.plain_search import known_words, plain_search

SERVICES = 20_000
SEARCHES = 1_000
CHECKED = 15  # any search, against a plain look at every service
SEARCHES_IN_SQL = 100
COVERS = 5
BATCH = 500
BETWEEN_SECONDS = 0.02
WORDS = (
    "lonely", "benefits", "counselling", "conselling", "food bank", "walking group", "someone to talk to",
    "choir", "somali women", "evening yoga", "my husband died", "debt advice", "men's shed", "carers break",
    "english classes", "housing advice hackney", "befriending for older people", "quiet room", "",
)  # fmt: skip

FILTERS: tuple[dict[str, Any], ...] = (
    *({},) * 6,
    {"when": frozenset({"now"})},
    {"languages": frozenset({"so", "bn"})},
    {"needs": frozenset({"housing", "loneliness"}), "km": 5},
)


class MovedClock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


async def measure(servers: Servers) -> dict[str, Any]:
    made = list(generated_menu(SERVICES))
    entries = [each.entry() for each in made]
    databases = Databases(servers.postgres)
    database = await databases.create("directory")
    pool = await open_pool(database.dsn, application="bench", largest=2)
    try:
        index, grown = _build(entries)  # before all else: what was let go of since would hide what it takes
        _check(index, entries)
        found = grown | await _read_and_follow(pool, made)
        found |= await measure_feed(pool, database.dsn, SERVICES)
        found |= _in_memory(index)
        found |= _covers(index)
        admin = await asyncpg.connect(dsn_for(servers.postgres, database=database.name))
        try:
            return found | await _in_sql(admin, index, entries)
        finally:
            await admin.close()
    finally:
        await pool.close()
        await databases.drop(database)


async def _read_and_follow(pool: Pool, made: Sequence[MadeService]) -> dict[str, Any]:
    """From an empty process to the first search, and from a change to the search that finds it."""
    for start in range(0, len(made), BATCH):
        part = made[start : start + BATCH]
        organisations = list({each.organisation.id: each.organisation for each in part}.values())
        async with transaction(pool) as connection:
            await import_services(connection, ImportServices([each.service for each in part], organisations))
    clock = MovedClock()
    keeper = MenuKeeper(pool, clock, SignalSpaces())
    began, used = time.perf_counter(), time.process_time()
    await keeper.follow()
    read, processor = time.perf_counter() - began, time.process_time() - used
    if (await keeper.search(Query())).total != SERVICES:
        raise WrongResult("not every service was read from the database")
    await pool.execute(
        "UPDATE services SET document = jsonb_set(document, '{name}', '\"Marmalade\"'), changed_at = clock_timestamp()"
        " WHERE id = $1",
        made[0].service.id,
    )
    began = time.perf_counter()
    await keeper.follow()
    followed = time.perf_counter() - began
    if (await keeper.search(Query("marmalade"))).total != 1:
        raise WrongResult("a changed service was not found by its new name")
    found = {
        "services": SERVICES,
        "read_all_s": round(read, 1),
        "read_all_processor_s": round(processor, 1),
        "one_change_ms": round(followed * 1000, 1),
    }
    return found | await _while_another_is_read(keeper, clock)


def _build(entries: Sequence[SearchEntry]) -> tuple[MenuIndex, dict[str, Any]]:
    process = psutil.Process()
    before = process.memory_info().rss
    index = MenuIndex(entries)
    return index, {"index_mb": round((process.memory_info().rss - before) / 1e6)}


def _check(index: MenuIndex, entries: Sequence[SearchEntry]) -> None:
    chance = random.Random(1)  # noqa: S311 - made-up searches
    for _ in range(CHECKED):
        query = any_query(chance)
        found, plain = index.search(query, NOW), plain_search(entries, query, NOW)
        if [each.id for each in found.results] != plain.ids or found.facets != plain.facets:
            raise WrongResult(f"the index and a plain look at every service differ for {query}")


def a_likely_search(chance: random.Random) -> Query:
    """Words from a home, for every third search with a filter more."""
    more: dict[str, Any] = chance.choice(FILTERS)
    return Query(words=chance.choice(WORDS), home=a_home(chance), page=chance.choice((1, 1, 1, 2)), **more)


def _in_memory(index: MenuIndex) -> dict[str, Any]:
    chance = random.Random(2)  # noqa: S311 - made-up searches
    walls, processor = [], []
    for _ in range(SEARCHES):
        query = a_likely_search(chance)
        began, used = time.perf_counter(), time.thread_time()
        index.search(query, NOW)
        walls.append(time.perf_counter() - began)
        processor.append(time.thread_time() - used)
    return _percentiles("search_ms", walls) | _percentiles("search_processor_ms", processor)


def _covers(index: MenuIndex) -> dict[str, Any]:
    """What every ward of London has for every need, as the page about gaps asks it."""
    walls, processor = [], []
    for _ in range(COVERS):
        began, used = time.perf_counter(), time.thread_time()
        of_wards = [index.covers(wards, None) for wards in wards_by_borough()]
        walls.append(time.perf_counter() - began)
        processor.append(time.thread_time() - used)
        if not all(cover for of_borough in of_wards for cover in of_borough):
            raise WrongResult("a ward of London has no service at all")
    return _percentiles("covers_of_london_ms", walls) | _percentiles("covers_processor_ms", processor)


async def _while_another_is_read(keeper: MenuKeeper, clock: MovedClock) -> dict[str, Any]:
    """As at midnight: the next day's index is read while people search this one. Waiting for a turn counts."""
    chance = random.Random(4)  # noqa: S311 - made-up searches
    clock.now += timedelta(days=1)
    reading = asyncio.create_task(keeper.follow())
    walls = []
    while not reading.done():
        query, due = a_likely_search(chance), time.perf_counter() + BETWEEN_SECONDS
        await asyncio.sleep(BETWEEN_SECONDS)
        await keeper.search(query)
        walls.append(time.perf_counter() - due)
    await reading
    if (await keeper.search(Query())).total != SERVICES:
        raise WrongResult("the index that was read while people searched lacks services")
    return _percentiles("search_while_reading_ms", walls)


async def _in_sql(
    admin: "asyncpg.Connection[asyncpg.Record]", index: MenuIndex, entries: Sequence[SearchEntry]
) -> dict[str, Any]:
    """In turns with the index, so that both meet the same machine."""
    await fill(admin, entries, NOW.date())
    known, chance = known_words(entries), random.Random(3)  # noqa: S311 - made-up searches
    walls, beside = [], []
    for _ in range(SEARCHES_IN_SQL):
        query = Query(words=chance.choice(WORDS), home=a_home(chance))
        reading: Reading = read_words(query.words, known)
        began = time.perf_counter()
        answer = await search_in_sql(admin, query, reading)
        walls.append(time.perf_counter() - began)
        began = time.perf_counter()
        found = index.search(query, NOW)
        beside.append(time.perf_counter() - began)
        if found.has_all_words and list(answer.ids) != [each.id for each in found.results]:
            raise WrongResult(f"SQL and the index differ for {query}")
    return _percentiles("in_sql_ms", walls) | _percentiles("beside_it_in_memory_ms", beside)


def _percentiles(name: str, seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    return {
        f"{name}_p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000, 1)
        for share in (50, 99)
    }
