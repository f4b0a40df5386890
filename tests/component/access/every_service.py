"""Every service with its own routes and a real database, outside demo mode, for asking all that can be asked."""

import importlib
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from shared.messaging.subscription import Subscription
from shared.postgres.pool import Pool
from shared.security.declared_access import DeclaresAccess
from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.http_app import create_app
from shared.service_defaults.process import Platform
from tests.support.open_streams import HearsTheBeginning
from tests.support.reaching import looking_pool
from tests.support.service_apps import KEY_ENCRYPTION_KEYS
from tests.support.sign_in import PUBLIC_KEYS, SIGNING_KEYS

HIDDEN = "hidden"
SETTINGS_CLASSES = {
    "capacity": "CapacitySettings",
    "directory": "DirectorySettings",
    "notify": "NotifySettings",
    "outcomes": "OutcomesSettings",
    "referral": "ReferralSettings",
}
OWN: dict[str, dict[str, Any]] = {
    "notify": {
        "smtp_host": "127.0.0.1",
        "smtp_port": 9,
        "referral_url": "http://127.0.0.1:9",
        "directory_url": "http://127.0.0.1:9",
    },
    "directory": {"token_signing_keys": SIGNING_KEYS, "key_encryption_keys": KEY_ENCRYPTION_KEYS},
    "referral": {
        "capacity_url": "http://127.0.0.1:9",
        "notify_url": "http://127.0.0.1:9",
        "outcomes_url": "http://127.0.0.1:9",
        "key_encryption_keys": KEY_ENCRYPTION_KEYS,
        "audit_wrapping_keys": {"tests": SecretStr("11" * 32)},
        "audit_signing_keys": {"tests": SecretStr("22" * 32)},
    },
}


@dataclass(frozen=True)
class Route:
    """One route and what it declares."""

    method: str
    path: str
    declared: DeclaresAccess

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class AskedService:
    name: str
    settings: Any
    pool: Pool
    app: FastAPI
    client: httpx.AsyncClient
    routers: Sequence[APIRouter]
    subscriptions: Sequence[Subscription]

    @cached_property
    def routes(self) -> list[Route]:
        """Found when asked for: it takes as long as to make the app."""
        return list(routes_of(self.routers))


@asynccontextmanager
async def asked_service(
    name: str, dsn: str, clock: Clock = utc_now, *, show_hidden: bool = False, **changed: Any
) -> AsyncIterator[AskedService]:
    """`show_hidden`: pages and internal routes are in the OpenAPI document as well, tagged HIDDEN."""
    settings_class = getattr(importlib.import_module(f"services.{name}.settings"), SETTINGS_CLASSES[name])
    settings = settings_class(
        postgres_dsn=SecretStr(dsn),
        kafka_bootstrap_servers="127.0.0.1:9",
        http_port=0,
        public_url="http://localhost:8080",
        link_signing_key=SecretStr("signing-key-for-tests"),
        internal_key=SecretStr("internal-key-for-tests"),
        token_keys=PUBLIC_KEYS,
        **OWN.get(name, {}),
        **changed,
    )
    pool = await looking_pool(dsn, largest=4)
    registry = CollectorRegistry()
    async with httpx.AsyncClient() as outward:
        bootstrap = importlib.import_module(f"services.{name}.bootstrap")
        parts = bootstrap.make_parts(Platform(settings, pool, clock, registry, outward))
        if show_hidden:
            _show_hidden(parts.routers)
        app = create_app(
            settings,
            title=name,
            routers=parts.routers,
            health_checks=(),
            registry=registry,
            clock=clock,
            pool=pool,
        )
        transport = httpx.ASGITransport(HearsTheBeginning(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080") as client:
            yield AskedService(name, settings, pool, app, client, parts.routers, parts.subscriptions)
    await pool.close()


def _show_hidden(routers: Any) -> None:
    for router in routers:
        for route in router.routes:
            if not (router.include_in_schema and route.include_in_schema):
                route.include_in_schema, route.tags = True, [HIDDEN]
        router.include_in_schema = True


def routes_of(routers: Any) -> Iterator[Route]:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in routers:
        app.include_router(router)
    for context in iter_route_contexts(app.routes):
        dependant: Any = getattr(context, "dependant", None)
        for declared in _declared(dependant):
            for method in sorted(context.methods or ()):
                yield Route(method, str(context.path), declared)


def _declared(dependant: Dependant) -> Iterator[DeclaresAccess]:
    call: object = dependant.call
    if isinstance(call, DeclaresAccess):
        yield call
    for each in dependant.dependencies:
        yield from _declared(each)
