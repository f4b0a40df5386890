"""The index in memory says what the database holds: at the start, after each change, and after midnight."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.directory.bootstrap import make_parts
from services.directory.domain.catchment import Catchment
from services.directory.domain.service import Service
from services.directory.entrypoints.parts import index_keeper
from services.directory.search.keeper import MenuKeeper
from services.directory.search.query import Query
from services.directory.search.signal_spaces import SignalSpaces
from services.directory.settings import DirectorySettings
from services.directory.storage.copied_signals import keep_signals
from services.directory.use_cases.import_services import ImportServices, import_services
from shared.events.capacity import SignalChangedV1
from shared.postgres.pool import Pool, transaction
from shared.service_defaults.clock import utc_now
from shared.service_defaults.health import HealthCheck
from shared.service_defaults.process import Platform
from tests.support.eventually import eventually
from tests.support.generated_menu import NOW, MadeService, generated_menu
from tests.support.messaging_place import running

MADE = list(generated_menu(12, seed=3))


class TestClock:
    __test__ = False

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
async def keeper(pool: Pool, clock: TestClock) -> MenuKeeper:
    await take(pool, *MADE)
    made = MenuKeeper(pool, clock, SignalSpaces())
    await made.follow()
    return made


async def take(pool: Pool, *made: MadeService) -> None:
    organisations = {each.organisation.id: each.organisation for each in made}
    async with transaction(pool) as connection:
        await import_services(
            connection, ImportServices([each.service for each in made], list(organisations.values()))
        )


async def take_changed(pool: Pool, service: Service) -> None:
    await take(pool, replace(MADE[0], service=service))


async def ids(keeper: MenuKeeper, query: Query) -> set[UUID]:
    return {each.id for each in (await keeper.search(replace(query, per_page=100))).results}


async def test_all_that_is_shown_is_found(keeper: MenuKeeper) -> None:
    shown = {each.service.id for each in MADE if each.service.status in {"active", "temporarily closed"}}

    assert await ids(keeper, Query()) == shown


async def test_a_changed_service_is_found_by_its_new_words_and_not_by_the_old(
    keeper: MenuKeeper, pool: Pool
) -> None:
    service = MADE[0].service
    await take_changed(pool, replace(service, name="Marmalade makers", description=None))
    assert await ids(keeper, Query("marmalade")) == set()

    await keeper.follow()

    assert await ids(keeper, Query("marmalade")) == {service.id}


async def test_a_service_that_ended_is_found_no_more(keeper: MenuKeeper, pool: Pool) -> None:
    service = MADE[0].service
    await take_changed(pool, replace(service, status="defunct"))

    await keeper.follow()

    assert service.id not in await ids(keeper, Query())
    await take_changed(pool, service)
    await keeper.follow()
    assert service.id in await ids(keeper, Query())


async def test_a_service_that_was_merged_into_another_is_found_no_more(
    keeper: MenuKeeper, pool: Pool
) -> None:
    service_id = MADE[0].service.id
    await pool.execute(
        "UPDATE services SET listed = false, changed_at = clock_timestamp() WHERE id = $1", service_id
    )

    await keeper.follow()

    assert service_id not in await ids(keeper, Query())


async def test_a_row_that_cannot_be_read_is_not_found_and_all_others_are(
    keeper: MenuKeeper, pool: Pool, clock: TestClock
) -> None:
    shown = await ids(keeper, Query())
    broken = min(shown)
    await pool.execute(
        """UPDATE services SET document = '{"name": 7}', changed_at = clock_timestamp() WHERE id = $1""",
        broken,
    )
    anew = MenuKeeper(pool, clock, SignalSpaces())
    for each in (keeper, anew):
        await each.follow()

        assert await ids(each, Query()) == shown - {broken}


async def test_an_organisation_s_new_name_finds_its_services(keeper: MenuKeeper, pool: Pool) -> None:
    made = MADE[0]
    await take(pool, replace(made, organisation=replace(made.organisation, name="Marmalade Trust")))

    await keeper.follow()

    theirs = {each.service.id for each in MADE if each.organisation.id == made.organisation.id}
    assert await ids(keeper, Query("marmalade")) == theirs & await ids(keeper, Query())


async def test_space_is_known_as_soon_as_it_is_said_and_until_the_word_is_too_old(
    keeper: MenuKeeper, pool: Pool, clock: TestClock
) -> None:
    service = next(each.service for each in MADE if each.service.takes_people and not each.service.sensitive)
    assert await ids(keeper, Query(has_space=True)) == set()

    await say_free(pool, service, 3, clock.now + timedelta(hours=1))
    await keeper.follow()
    assert await ids(keeper, Query(has_space=True)) == {service.id}

    clock.now += timedelta(hours=1)
    await keeper.follow()
    assert await ids(keeper, Query(has_space=True)) == set()


async def test_of_a_sensitive_service_nobody_learns_whether_it_has_space(
    keeper: MenuKeeper, pool: Pool, clock: TestClock
) -> None:
    open_one = next(each.service for each in MADE if each.service.takes_people)
    hidden = replace(open_one, sensitive=True, places=(), catchment=Catchment(everywhere=True))
    await take_changed(pool, hidden)
    await say_free(pool, hidden, 3, clock.now + timedelta(hours=1))

    await keeper.follow()

    assert await ids(keeper, Query(has_space=True)) == set()
    assert hidden.id in await ids(keeper, Query())


async def test_a_full_service_is_shown_and_stands_lower(
    keeper: MenuKeeper, pool: Pool, clock: TestClock
) -> None:
    service = next(each.service for each in MADE if each.service.takes_people and not each.service.sensitive)
    await say_free(pool, service, 0, clock.now + timedelta(hours=1))

    await keeper.follow()

    found = await keeper.search(Query(per_page=100))
    assert "full" in {why.part for each in found.results if each.id == service.id for why in each.why}


async def say_free(pool: Pool, service: Service, free: int, until: datetime) -> None:
    signal = SignalChangedV1(
        pool_id=service.pools[0].id,
        service_id=service.id,
        version=1,
        status="limited" if free else "full",
        free=free,
        source="link",
        confirmed_at=NOW,
        expires_at=until,
    )
    async with transaction(pool) as connection:
        await keep_signals(connection, [signal])


async def test_hours_are_known_on_every_day_to_come(keeper: MenuKeeper, pool: Pool, clock: TestClock) -> None:
    for _ in range(3):
        clock.now += timedelta(days=7)
        await keeper.follow()
        anew = MenuKeeper(pool, clock, SignalSpaces())

        found, expected = await keeper.search(Query()), await anew.search(Query())

        assert found == expected
        assert found.facets["when"].get("today")


async def test_where_nobody_follows_the_menu_a_search_looks_first(pool: Pool, clock: TestClock) -> None:
    keeper = MenuKeeper(pool, clock, SignalSpaces())
    assert not keeper.is_behind
    assert await ids(keeper, Query()) == set()

    await take(pool, *MADE)

    assert await ids(keeper, Query())


async def test_a_process_that_follows_the_menu_is_behind_until_it_has_read_it(
    pool: Pool, clock: TestClock
) -> None:
    keeper = MenuKeeper(pool, clock, SignalSpaces())
    following = asyncio.create_task(keeper.follow())
    await asyncio.sleep(0)
    assert keeper.is_behind

    await following

    assert not keeper.is_behind


async def test_the_process_that_answers_reads_the_menu_and_is_ready_then(
    settings: DirectorySettings, pool: Pool
) -> None:
    async with httpx.AsyncClient() as http:
        parts = make_parts(Platform(settings, pool, utc_now, CollectorRegistry(), http))
    [check] = [each for each in parts.health_checks if each.name == "menu-index"]
    [task] = [each for each in parts.serving_tasks if each.name == "menu-index"]
    assert await check.outcome() is None  # a worker answers nobody and reads no menu

    following = asyncio.create_task(task.run())
    await asyncio.sleep(0)

    assert await check.outcome() == "the menu is still being read"
    await eventually(lambda: is_ready(check))
    following.cancel()


async def test_a_word_on_space_wakes_whoever_follows_the_menu(
    settings: DirectorySettings, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_keeper, "LOOK_EVERY_SECONDS", 3600.0)
    await take(pool, *MADE)
    service = next(each.service for each in MADE if each.service.takes_people and not each.service.sensitive)
    async with httpx.AsyncClient() as http:
        keeper = index_keeper.IndexKeeper(Platform(settings, pool, utc_now, CollectorRegistry(), http))
    parts = keeper.parts()
    following, hearing = parts.serving_tasks
    [check] = parts.health_checks
    async with running(hearing.run):
        await eventually(lambda: is_listening(pool))
        async with running(following.run):
            await asyncio.sleep(0)
            await eventually(lambda: is_ready(check))
            assert await with_space(keeper) == set()

            await say_free(pool, service, 3, utc_now() + timedelta(hours=1))

            await eventually(lambda: knows_space(keeper, service.id))


async def with_space(keeper: index_keeper.IndexKeeper) -> set[UUID]:
    return {each.id for each in (await keeper.search(Query(has_space=True, per_page=100))).results}


async def knows_space(keeper: index_keeper.IndexKeeper, service_id: UUID) -> bool:
    return await with_space(keeper) == {service_id}


async def is_listening(pool: Pool) -> bool:
    found = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
    )
    return bool(await pool.fetchval(found))


async def is_ready(check: HealthCheck) -> bool:
    return await check.outcome() is None
