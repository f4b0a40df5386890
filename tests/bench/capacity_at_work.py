"""Capacity as a bench has it: a database of its own, consumers and relay on a real Kafka, its HTTP edge in the process."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from services.capacity.bootstrap import make_parts
from services.capacity.settings import CapacitySettings
from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.postgres.pool import Pool
from shared.service_defaults.clock import utc_now
from shared.service_defaults.http_app import create_app
from shared.service_defaults.process import Platform, ServiceParts
from tests.bench.bench_places import Servers
from tests.bench.wrong_result import WrongResult
from tests.support.databases import Databases
from tests.support.eventually import eventually
from tests.support.messaging_place import running
from tests.support.reaching import looking_pool
from tests.support.sign_in import PUBLIC_KEYS, system_bearer

MAKE_POOLS = """
INSERT INTO pools (pool_id, service_id, service_name, service_version, area, organisation_id)
SELECT pool_id, service_id, 'Art for all', 1, 'E09000009', gen_random_uuid()
FROM unnest($1::uuid[], $2::uuid[]) AS made (pool_id, service_id)
"""


@dataclass
class CapacityOfABench:
    pool: Pool
    settings: CapacitySettings
    parts: ServiceParts
    http: httpx.AsyncClient

    async def make_pools(self, number: int) -> list[UUID]:
        pools = {uuid4(): uuid4() for _ in range(number)}
        await self.know(pools)
        return list(pools.values())

    async def know(self, pools: Mapping[UUID, UUID]) -> None:
        """A pool for each service."""
        await self.pool.execute(MAKE_POOLS, list(pools.values()), list(pools))

    async def say(self, pool_id: UUID, status: str, version: int, **more: Any) -> dict[str, Any]:
        """As a provider's system does; raises WrongResult where it is not taken."""
        answer = await self.http.post(
            f"/capacity/api/pools/{pool_id}/signal",
            json={
                "status": status,
                "version_seen": version,
                "tapped_at": datetime.now(UTC).isoformat(),
                **more,
            },
            headers={"idempotency-key": uuid4().hex},
        )
        if answer.status_code != 200:
            raise WrongResult(f"a signal was answered with {answer.status_code}")
        found: dict[str, Any] = answer.json()
        return found


@asynccontextmanager
async def capacity_of_a_bench(servers: Servers, **settings: Any) -> AsyncIterator[CapacityOfABench]:
    """Without its consumers: they are started with `at_work`."""
    databases = Databases(servers.postgres)
    database = await databases.create("capacity")
    made = CapacitySettings(
        postgres_dsn=SecretStr(database.dsn), kafka_bootstrap_servers=servers.kafka, http_port=0,
        public_url="http://localhost:8080", link_signing_key=SecretStr("a signing key for a bench"),
        internal_key=SecretStr("an internal key for a bench"), token_keys=PUBLIC_KEYS, **settings,
    )  # fmt: skip
    pool = await looking_pool(database.dsn)
    registry = CollectorRegistry()
    try:
        async with httpx.AsyncClient() as outward:
            parts = make_parts(Platform(made, pool, utc_now, registry, outward))
            app = create_app(
                made, title="capacity", routers=parts.routers, health_checks=(), registry=registry,
                clock=utc_now, pool=pool,
            )  # fmt: skip
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            headers = system_bearer("signals:write")
            async with httpx.AsyncClient(
                transport=transport, base_url="http://capacity", headers=headers
            ) as http:
                yield CapacityOfABench(pool, made, parts, http)
    finally:
        await pool.close()
        await databases.drop(database)


@asynccontextmanager
async def at_work(capacity: CapacityOfABench, groups: Iterable[str]) -> AsyncIterator[None]:
    """The relay, and the consumers of these groups, as the worker runs them."""
    metrics, wanted = MessagingMetrics(), set(groups)
    settings = capacity.settings
    subscriptions = [each for each in capacity.parts.subscriptions if each.group in wanted]
    consumers = Consumers("capacity", settings.kafka_bootstrap_servers, capacity.pool, subscriptions, metrics)
    relay = OutboxRelay(
        "capacity", settings.postgres_dsn.get_secret_value(), settings.kafka_bootstrap_servers, metrics
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(running(consumers.run))
        await stack.enter_async_context(running(relay.run))
        await eventually(consumers.ready, within=60)
        yield
