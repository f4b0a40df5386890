"""Fixtures for every level: a real Kafka and a real PostgreSQL, started only when a test asks for one."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from deploy.provision.kafka_topics import kafka_admin, provision_topics
from shared.messaging.topics import all_topics
from tests.support.adapters_made_once import make_adapters_once
from tests.support.certificates_read_once import read_certificates_once
from tests.support.clean_databases import CleanDatabases
from tests.support.databases import Databases, TestDatabase
from tests.support.kafka_topics import empty_all_topics
from tests.support.local_process import run_apart
from tests.support.real_kafka import LocalKafka, real_kafka
from tests.support.real_postgres import LocalPostgres, real_postgres
from tests.support.run_report import RunReport
from tests.support.safe_logs import log_safely

# How many examples of each property: few while somebody writes and runs the unit level alone, many in a campaign.
settings.register_profile("while-writing", max_examples=10, deadline=None)
settings.register_profile("daily", max_examples=25, deadline=None)
settings.register_profile("campaign", max_examples=1_000, deadline=None)
settings.load_profile("campaign" if os.environ.get("KITH_CAMPAIGN") else "daily")

REPORT = pytest.StashKey[RunReport]()
SERVER_FIXTURES = {"kafka": {"kafka", "own_kafka"}, "postgres": {"postgres_admin_dsn", "own_postgres"}}

CreateDatabase = Callable[[str], Awaitable[TestDatabase]]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = RunReport()
    log_safely()
    read_certificates_once()
    make_adapters_once()


def pytest_collection_finish() -> None:
    """What is there before the first test stays to the end: nobody need look through all of it for garbage again."""
    gc.collect()
    gc.freeze()


def pytest_runtest_setup(item: pytest.Item) -> None:
    item.config.stash[REPORT].tests_run += 1
    names = set(getattr(item, "fixturenames", ()))
    for server, fixtures in SERVER_FIXTURES.items():
        if names & fixtures:
            item.config.stash[REPORT].count(server)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    if structlog.get_config()["cache_logger_on_first_use"]:
        log_safely()
        pytest.fail(f"{item.name} began the logging of a process: other tests could read no log any more")


def pytest_unconfigure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return  # one of several processes: the first one reports
    report = config.stash[REPORT]
    place = os.environ.get("KITH_TEST_REPORT")
    if place:
        Path(place).write_text(json.dumps(report.as_dict()))
    elif report.tests_run:
        print(report.last_line(os.environ.get("KITH_DATA_DIR")), flush=True)


@pytest.fixture(scope="session")
def kafka(request: pytest.FixtureRequest) -> Iterator[str]:
    """The bootstrap address of a Kafka with all of `shared/topics`."""
    with real_kafka() as found:
        request.config.stash[REPORT].used("kafka", found.description)
        run_apart(create_topics(found.bootstrap))
        yield found.bootstrap


@pytest.fixture(scope="session")
def postgres_admin_dsn(request: pytest.FixtureRequest) -> Iterator[str]:
    with real_postgres() as found:
        request.config.stash[REPORT].used("postgres", found.description)
        yield found.admin_dsn


@pytest.fixture(scope="session")
async def databases(postgres_admin_dsn: str) -> AsyncIterator[Databases]:
    clean = CleanDatabases(postgres_admin_dsn)
    yield clean
    await clean.close()


@pytest.fixture
async def database(databases: Databases) -> AsyncIterator[CreateDatabase]:
    """Makes migrated databases by service name, in which nobody was; the test leaves none behind."""
    made: list[TestDatabase] = []

    async def create(service: str) -> TestDatabase:
        made.append(await databases.create(service))
        return made[-1]

    yield create
    for one in made:
        await databases.drop(one)


@pytest.fixture
async def directory_database(database: CreateDatabase) -> TestDatabase:
    return await database("directory")


@pytest.fixture
def directory_dsn(directory_database: TestDatabase) -> str:
    return directory_database.dsn


@pytest.fixture
async def capacity_database(database: CreateDatabase) -> TestDatabase:
    return await database("capacity")


@pytest.fixture
def capacity_dsn(capacity_database: TestDatabase) -> str:
    return capacity_database.dsn


@pytest.fixture
async def referral_database(database: CreateDatabase) -> TestDatabase:
    return await database("referral")


@pytest.fixture
def referral_dsn(referral_database: TestDatabase) -> str:
    return referral_database.dsn


@pytest.fixture
async def outcomes_database(database: CreateDatabase) -> TestDatabase:
    return await database("outcomes")


@pytest.fixture
def outcomes_dsn(outcomes_database: TestDatabase) -> str:
    return outcomes_database.dsn


@pytest.fixture
async def notify_database(database: CreateDatabase) -> TestDatabase:
    return await database("notify")


@pytest.fixture
def notify_dsn(notify_database: TestDatabase) -> str:
    return notify_database.dsn


@pytest.fixture
async def empty_topics(kafka: str) -> str:
    """The bootstrap address, after all of `shared/topics` was made anew: no event of another test is there."""
    await empty_all_topics(kafka)
    return kafka


@pytest.fixture(scope="module")
def own_kafka(request: pytest.FixtureRequest) -> Iterator[LocalKafka]:
    """A broker that the module may kill, pause and restart: `own_kafka.process.kill()`."""
    with LocalKafka(f"kafka-{request.node.name.removesuffix('.py').rpartition('/')[2]}") as local:
        request.config.stash[REPORT].used("kafka", "Kafka (local binaries, a broker of the module's own)")
        run_apart(create_topics(local.bootstrap))
        yield local


@pytest.fixture(scope="module")
def own_postgres(request: pytest.FixtureRequest) -> Iterator[LocalPostgres]:
    """A PostgreSQL that the module may kill, pause and restart: `own_postgres.process.kill()`."""
    with LocalPostgres(f"postgres-{request.node.name.removesuffix('.py').rpartition('/')[2]}") as local:
        request.config.stash[REPORT].used(
            "postgres", "PostgreSQL (local binaries, a server of the module's own)"
        )
        yield local


async def create_topics(bootstrap: str) -> None:
    async with kafka_admin(bootstrap) as admin:
        await provision_topics(admin, all_topics())
