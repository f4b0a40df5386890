"""Outcomes over a real PostgreSQL: a database of its own for each test."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr

from services.outcomes.settings import OutcomesSettings
from shared.postgres.pool import Pool
from tests.component.outcomes.outcomes_world import OutcomesWorld
from tests.support.reaching import looking_pool
from tests.support.sign_in import PUBLIC_KEYS


@pytest.fixture
def settings(outcomes_dsn: str) -> OutcomesSettings:
    return OutcomesSettings(
        postgres_dsn=SecretStr(outcomes_dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        token_keys=PUBLIC_KEYS,
        demo_mode=True,
    )


@pytest.fixture
async def pool(settings: OutcomesSettings) -> AsyncIterator[Pool]:
    opened = await looking_pool(settings.postgres_dsn.get_secret_value())
    yield opened
    await opened.close()


@pytest.fixture
def world(settings: OutcomesSettings, pool: Pool) -> OutcomesWorld:
    return OutcomesWorld(settings, pool)


@pytest.fixture
async def client(world: OutcomesWorld) -> AsyncIterator[httpx.AsyncClient]:
    async with world.client() as found:
        yield found
