"""Runs a service: HTTP, consumers and relay in one event loop, until a signal or until one of them dies."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, get_args

import asyncpg
import httpx
from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.messaging.retrier import Retrier
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Pool, PostgresTooOld, open_pool
from shared.postgres.runtime_role import UnsafeRole, refuse_unsafe_role
from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.health import HealthCheck, condition_check, database_check, kafka_check
from shared.service_defaults.http_app import create_app
from shared.service_defaults.http_server import http_server_task
from shared.service_defaults.loop_lag import loop_lag_task
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.old_inbox_rows import old_inbox_rows_task
from shared.service_defaults.process_loop import StartFailed, run_until_stopped
from shared.service_defaults.redaction import redact_text
from shared.service_defaults.settings import ServiceSettings
from shared.service_defaults.side_tasks import SideTask

HTTP_SECONDS = 5.0  # for calls to another of our services
CLOSE_SECONDS = 1.0  # time for connections in use to come back

Part = Literal["all", "api", "worker"]
SettingsT = TypeVar("SettingsT", bound=ServiceSettings)


@dataclass(frozen=True, slots=True)
class Platform(Generic[SettingsT]):
    """What the process gives to the service."""

    settings: SettingsT
    pool: Pool
    clock: Clock
    registry: CollectorRegistry
    http: httpx.AsyncClient


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What the service gives to the process."""

    routers: Sequence[APIRouter] = ()
    subscriptions: Sequence[Subscription] = ()
    side_tasks: Sequence[SideTask] = ()
    """What is done by the clock, in the worker."""
    serving_tasks: Sequence[SideTask] = ()
    """What runs wherever requests are answered, as often as there are such processes."""
    health_checks: Sequence[HealthCheck] = ()


def joined_parts(*parts: ServiceParts) -> ServiceParts:
    """All that several makers give, in their order."""
    return ServiceParts(
        routers=[router for each in parts for router in each.routers],
        subscriptions=[subscription for each in parts for subscription in each.subscriptions],
        side_tasks=[task for each in parts for task in each.side_tasks],
        serving_tasks=[task for each in parts for task in each.serving_tasks],
        health_checks=[check for each in parts for check in each.health_checks],
    )


@dataclass(frozen=True, slots=True)
class ServiceDefinition(Generic[SettingsT]):
    """A service before it runs: its name, its settings and how its parts are made."""

    name: str
    settings: SettingsT
    make: Callable[[Platform[SettingsT]], ServiceParts]


@dataclass(frozen=True, slots=True)
class MessagingTasks:
    """The consumers and the relay, with what they say of their health."""

    tasks: Sequence[SideTask] = field(default_factory=tuple)
    health_checks: Sequence[HealthCheck] = field(default_factory=tuple)


def run(definition: ServiceDefinition[SettingsT], part: Part = "all") -> None:
    """Runs the service, or one part of it, until told to stop."""
    settings = definition.settings
    run_until_stopped(
        definition.name,
        lambda: _open_tasks(definition, part),
        otlp_endpoint=settings.otlp_endpoint,
        log_level=settings.log_level,
    )


def run_from_arguments(definition: ServiceDefinition[SettingsT], arguments: Sequence[str]) -> None:
    """`python -m services.<name> [all|api|worker]`."""
    part = arguments[0] if arguments else "all"
    if part not in get_args(Part) or len(arguments) > 1:
        print(f"Usage: python -m services.{definition.name} [all|api|worker]", file=sys.stderr)
        raise SystemExit(2)
    run(definition, part)  # type: ignore[arg-type]  # one of the three, as just checked


@asynccontextmanager
async def _open_tasks(
    definition: ServiceDefinition[SettingsT], part: Part
) -> AsyncIterator[Sequence[SideTask]]:
    settings = definition.settings
    try:
        pool = await open_pool(settings.postgres_dsn.get_secret_value(), application=definition.name)
    except (OSError, asyncpg.PostgresError, PostgresTooOld) as error:
        raise StartFailed(f"The database cannot be used: {redact_text(str(error))}") from error
    try:
        await refuse_unsafe_role(pool)
        async with httpx.AsyncClient(timeout=HTTP_SECONDS) as http:
            yield _tasks(Platform(settings, pool, utc_now, new_registry(), http), definition, part)
    except UnsafeRole as error:
        raise StartFailed(str(error)) from error
    finally:
        await _close(pool)


async def _close(pool: Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


def _tasks(
    platform: Platform[SettingsT], definition: ServiceDefinition[SettingsT], part: Part
) -> list[SideTask]:
    parts = definition.make(platform)
    messaging = messaging_tasks(platform, definition, parts) if part != "api" else MessagingTasks()
    app = create_app(
        platform.settings,
        title=definition.name,
        routers=parts.routers if part != "worker" else (),
        health_checks=(
            database_check(platform.pool),
            kafka_check(platform.settings.kafka_bootstrap_servers),
            *messaging.health_checks,
            *parts.health_checks,
        ),
        registry=platform.registry,
        clock=platform.clock,
        pool=platform.pool,
    )
    side_tasks = parts.side_tasks if part != "api" else ()
    serving_tasks = parts.serving_tasks if part != "worker" else ()
    server = http_server_task(app, platform.settings.http_host, platform.settings.http_port)
    return [server, loop_lag_task(platform.registry), *messaging.tasks, *side_tasks, *serving_tasks]


def messaging_tasks(
    platform: Platform[SettingsT], definition: ServiceDefinition[SettingsT], parts: ServiceParts
) -> MessagingTasks:
    """The consumers of the parts' subscriptions, the retrier of what they deferred, and the outbox relay."""
    servers = platform.settings.kafka_bootstrap_servers
    dsn = platform.settings.postgres_dsn.get_secret_value()
    metrics = MessagingMetrics(platform.registry)
    relay = OutboxRelay(definition.name, dsn, servers, metrics)
    tasks = [SideTask("outbox-relay", relay.run, relay.stop)]
    checks = []
    if parts.subscriptions:
        consumers = Consumers(definition.name, servers, platform.pool, parts.subscriptions, metrics)
        retrier = Retrier(platform.pool, parts.subscriptions, metrics)
        trimming = old_inbox_rows_task(platform.pool, platform.settings.inbox_days, metrics)
        tasks = [SideTask("consumers", consumers.run), SideTask("retrier", retrier.run), trimming, *tasks]
        checks = [condition_check("consumers", consumers.ready, "still waiting for partitions")]
    return MessagingTasks(tasks, checks)
