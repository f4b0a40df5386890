"""A service's whole HTTP edge in the test's own process, over a real database."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import httpx
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from shared.postgres.pool import Pool
from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.http_app import create_app
from shared.service_defaults.outgoing import outgoing_client
from shared.service_defaults.process import Platform, ServiceParts
from shared.service_defaults.settings import ServiceSettings

Settings = TypeVar("Settings", bound=ServiceSettings)


@asynccontextmanager
async def app_in_process(
    title: str,
    make_parts: Callable[[Platform[Settings]], ServiceParts],
    settings: Settings,
    pool: Pool,
    clock: Clock = utc_now,
) -> AsyncIterator[FastAPI]:
    """The app, put together as the service's process does it."""
    registry = CollectorRegistry()
    async with outgoing_client(settings.hosts_asked) as outward:
        parts = make_parts(Platform(settings, pool, clock, registry, outward))
        yield create_app(
            settings,
            title=title,
            routers=parts.routers,
            health_checks=(),
            registry=registry,
            clock=clock,
            pool=pool,
        )


@asynccontextmanager
async def service_in_process(
    title: str,
    make_parts: Callable[[Platform[Settings]], ServiceParts],
    settings: Settings,
    pool: Pool,
    clock: Clock = utc_now,
    *,
    base_url: str | None = None,
    headers: dict[str, str] | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the app, which gives whole answers. It follows no redirect, and keeps cookies."""
    async with app_in_process(title, make_parts, settings, pool, clock) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        url = base_url or f"http://{title}"
        async with httpx.AsyncClient(transport=transport, base_url=url, headers=headers) as client:
            yield client
