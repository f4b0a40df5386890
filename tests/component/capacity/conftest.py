"""Capacity over a real PostgreSQL: a database of its own for each test, HTTP on a real socket."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from services.capacity.bootstrap import make_parts
from services.capacity.settings import CapacitySettings
from shared.messaging.consumer_pipeline import ConsumerPipeline
from shared.messaging.metrics import MessagingMetrics
from shared.postgres.pool import Pool
from shared.service_defaults.http_app import create_app
from shared.service_defaults.process import Platform
from tests.component.capacity.at_work import CapacityAtWork, MovableClock
from tests.support.http_servers import client_of
from tests.support.reaching import looking_pool
from tests.support.sign_in import PUBLIC_KEYS


@pytest.fixture
def settings(capacity_dsn: str) -> CapacitySettings:
    return CapacitySettings(
        postgres_dsn=SecretStr(capacity_dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        token_keys=PUBLIC_KEYS,
        settle_seconds=15.0,  # the most there is; a test about the limit sets its own
        show_unchecked_translations=True,
    )


@pytest.fixture
async def pool(settings: CapacitySettings) -> AsyncIterator[Pool]:
    opened = await looking_pool(settings.postgres_dsn.get_secret_value())
    yield opened
    await opened.close()


@pytest.fixture
async def capacity(settings: CapacitySettings, pool: Pool) -> AsyncIterator[CapacityAtWork]:
    clock = MovableClock(datetime.now(UTC))
    registry = CollectorRegistry()
    async with httpx.AsyncClient() as outward:
        parts = make_parts(Platform(settings, pool, clock, registry, outward))
        metrics = MessagingMetrics()
        pipelines = {
            each.group: ConsumerPipeline(each, pool, metrics, lambda: None) for each in parts.subscriptions
        }
        app = create_app(
            settings,
            title="capacity",
            routers=parts.routers,
            health_checks=(),
            registry=registry,
            clock=clock,
            pool=pool,
        )
        async with client_of(app) as client:
            yield CapacityAtWork(settings, pool, clock, parts, pipelines, client)
