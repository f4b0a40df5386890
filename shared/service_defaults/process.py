"""Runs a service: HTTP, consumers and relay in one event loop, until a signal or until one of them dies."""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar, get_args

import httpx
import structlog
import uvloop
from fastapi import APIRouter
from prometheus_client import CollectorRegistry

from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_relay import OutboxRelay
from shared.messaging.retrier import Retrier
from shared.messaging.subscription import Subscription
from shared.postgres.pool import Pool, open_pool
from shared.service_defaults.clock import Clock, utc_now
from shared.service_defaults.health import HealthCheck, condition_check, database_check, kafka_check
from shared.service_defaults.http_app import create_app
from shared.service_defaults.http_server import PortTaken, http_server_task
from shared.service_defaults.loop_lag import loop_lag_task
from shared.service_defaults.metrics import new_registry
from shared.service_defaults.settings import ServiceSettings
from shared.service_defaults.side_tasks import SideTask, SideTaskDied, run_side_tasks
from shared.service_defaults.structured_logging import start_logging
from shared.service_defaults.tracing import start_tracing

log = structlog.get_logger(__name__)

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
    health_checks: Sequence[HealthCheck] = ()


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
    """Runs until told to stop. Exit code 0 after a signal, 1 when a part died or the port is taken."""
    start_logging(definition.name, definition.settings.log_level)
    tracing = start_tracing(definition.name, definition.settings.otlp_endpoint)
    try:
        uvloop.run(_run(definition, part))
    except PortTaken as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from None
    except SideTaskDied:
        raise SystemExit(1) from None
    finally:
        tracing.stop()


def run_from_arguments(definition: ServiceDefinition[SettingsT], arguments: Sequence[str]) -> None:
    """`python -m services.<name> [all|api|worker]`."""
    part = arguments[0] if arguments else "all"
    if part not in get_args(Part) or len(arguments) > 1:
        print(f"Usage: python -m services.{definition.name} [all|api|worker]", file=sys.stderr)
        raise SystemExit(2)
    run(definition, part)  # type: ignore[arg-type]  # one of the three, as just checked


async def _run(definition: ServiceDefinition[SettingsT], part: Part) -> None:
    settings = definition.settings
    stopping = _stop_on_signals()
    pool = await open_pool(settings.postgres_dsn.get_secret_value(), application=definition.name)
    try:
        async with httpx.AsyncClient(timeout=5.0) as http:
            platform = Platform(settings, pool, utc_now, new_registry(), http)
            tasks = _tasks(platform, definition, part)
            log.info("process.started", part=part, port=settings.http_port)
            await run_side_tasks(tasks, stopping)
    finally:
        await _close(pool)
        log.info("process.stopped", part=part)


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
    )
    side_tasks = parts.side_tasks if part != "api" else ()
    server = http_server_task(app, platform.settings.http_host, platform.settings.http_port)
    return [server, loop_lag_task(platform.registry), *messaging.tasks, *side_tasks]


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
        tasks = [SideTask("consumers", consumers.run), SideTask("retrier", retrier.run), *tasks]
        checks = [condition_check("consumers", consumers.ready, "still waiting for partitions")]
    return MessagingTasks(tasks, checks)


def _stop_on_signals() -> asyncio.Event:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    return stopping
