"""What a bench runs on: the servers that answer already, or a system of its own, gone from memory afterwards.

The event loop is the services' own, uvloop, for both sides of each ratio.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

import uvloop

from deploy.demo.aside import Aside
from deploy.local.children import servers
from deploy.local.errors import StartFailed
from deploy.local.layout import SERVICE_OFFSETS, layout_of_benches
from deploy.local.progress import Progress
from deploy.local.supervisor import Stage, Supervisor
from deploy.local.system import System, system_at
from tests.bench.bench_places import Servers

Measured = TypeVar("Measured")

POINTS_AT_A_SYSTEM = (
    "KITH_",
    "EDGE_",
    "MAILBOX_",
    "SPANS_",
    *(f"{name.upper()}_" for name in SERVICE_OFFSETS),
)


def on_servers(measure: Callable[[Servers], Awaitable[Measured]]) -> Measured:
    """Kafka and PostgreSQL alone: those of a running system where they answer."""
    running = Servers(os.environ.get("KITH_KAFKA", ""), os.environ.get("KITH_POSTGRES", ""))
    if uvloop.run(both_answer(running)):
        return uvloop.run(_awaited(measure(running)))
    system = _own_system()
    found = system.environments.servers
    only_servers = Stage("servers", servers(system.environments))
    return _run(system, lambda: measure(Servers(found.kafka, found.postgres_admin_dsn)), only_servers)


def on_a_whole_system(measure: Callable[[Mapping[str, str]], Awaitable[Measured]]) -> Measured:
    """All of Kith, with nobody in it: figures of a system in use would be neither repeatable nor welcome there."""
    system = _own_system()
    return _run(system, lambda: measure(system.environments.everything()))


def _own_system() -> System:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(POINTS_AT_A_SYSTEM)}
    return system_at(layout_of_benches(os.environ), kept)


def _run(system: System, measure: Callable[[], Awaitable[Measured]], only: Stage | None = None) -> Measured:
    found: list[Measured] = []

    async def when_ready() -> None:
        found.append(
            await asyncio.to_thread(uvloop.run, _awaited(measure()))
        )  # the supervisor cannot use uvloop

    progress = Aside()
    with system.files.held() as alone:
        if not alone:
            raise StartFailed("another bench runs", what_to_do="Wait for it")
        system.files.end_left_behind()
        for stale in (system.layout.data, system.layout.logs):
            shutil.rmtree(stale, ignore_errors=True)
        system.prepare(progress)
        supervisor = _only(system, only, progress) if only else system.supervisor(progress, split=False)
        asyncio.run(supervisor.run(when_ready))
    if not found:
        raise StartFailed("the bench was stopped", what_to_do="Run it again")
    return found[0]


def _only(system: System, stage: Stage, progress: Progress) -> Supervisor:
    return Supervisor((stage,), logs=system.layout.logs, files=system.files, progress=progress, url="")


async def _awaited(work: Awaitable[Measured]) -> Measured:
    return await work


async def both_answer(found: Servers) -> bool:
    postgres = urlsplit(found.postgres)
    host, _, port = found.kafka.rpartition(":")
    return await _answers(host, port) and await _answers(postgres.hostname or "", str(postgres.port or 5432))


async def _answers(host: str, port: str) -> bool:
    try:
        async with asyncio.timeout(2):
            _, writer = await asyncio.open_connection(host, int(port))
    except (OSError, ValueError, TimeoutError):
        return False
    writer.close()
    return True
