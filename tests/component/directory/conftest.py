"""The directory over a real PostgreSQL: a database of its own for each test, and its HTTP edge in process."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from services.directory.bootstrap import make_parts
from services.directory.settings import DirectorySettings
from shared.postgres.pool import Pool, open_pool
from tests.conftest import CreateDatabase
from tests.support.databases import TestDatabase
from tests.support.service_apps import KEY_ENCRYPTION_KEYS
from tests.support.service_in_process import service_in_process

PACK = Path(__file__).parents[3] / "deploy" / "london" / "pack.json"
INTERNAL_KEY = "internal-key-for-tests"


@pytest.fixture
async def directory_database(database: CreateDatabase) -> TestDatabase:
    return await database("directory")


@pytest.fixture
def settings(directory_database: TestDatabase) -> DirectorySettings:
    return DirectorySettings(
        postgres_dsn=SecretStr(directory_database.dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr(INTERNAL_KEY),
        key_encryption_keys=KEY_ENCRYPTION_KEYS,
    )


@pytest.fixture
async def pool(settings: DirectorySettings) -> AsyncIterator[Pool]:
    opened = await open_pool(settings.postgres_dsn.get_secret_value(), application="test", largest=4)
    yield opened
    await opened.close()


@pytest.fixture
async def client(settings: DirectorySettings, pool: Pool) -> AsyncIterator[httpx.AsyncClient]:
    async with service_in_process("directory", make_parts, settings, pool) as found:
        yield found


@pytest.fixture
async def connection(settings: DirectorySettings) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    opened = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    yield opened
    await opened.close()
