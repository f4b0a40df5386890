"""A service as a process of its own: it starts, answers, stops when told, and says why it cannot."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from shared.service_defaults.http_server import listen
from tests.support.eventually import eventually

EXAMPLE = """
import asyncio, os, sys
from fastapi import APIRouter, Depends
from shared.security.declared_access import public
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts, run_from_arguments
from shared.service_defaults.settings import ServiceSettings, SettingsConfigDict, settings_or_exit
from shared.service_defaults.side_tasks import SideTask


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="EXAMPLE_")


async def is_open(port):
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def make(platform):
    router = APIRouter(dependencies=[Depends(public())])

    @router.get("/referral/slow")
    async def slow():
        print("slow-begun", flush=True)
        while await is_open(platform.settings.http_port):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.5)  # what is left to do takes longer than to end without waiting for it
        return await platform.pool.fetchval("SELECT 7")

    async def ticking():
        if "DIE" in os.environ:
            raise RuntimeError("call 07700 900123")
        print("worker-begun", flush=True)
        await asyncio.Event().wait()

    async def serving():
        print("serving-begun", flush=True)
        await asyncio.Event().wait()

    return ServiceParts(
        [router], side_tasks=[SideTask("ticking", ticking)], serving_tasks=[SideTask("serving", serving)]
    )


run_from_arguments(ServiceDefinition("referral", settings_or_exit(Settings), make), sys.argv[1:])
"""

START_SECONDS = 60  # on a machine that does much else at the same time

Start = Callable[..., Awaitable[asyncio.subprocess.Process]]


def free_port() -> int:
    with listen("127.0.0.1", 0) as opened:
        port: int = opened.getsockname()[1]
    return port


@pytest.fixture
async def start(referral_dsn: str) -> AsyncIterator[Start]:
    """Starts the example service; whatever still runs at the end is killed."""
    started: list[asyncio.subprocess.Process] = []

    async def start_one(
        port: int, part: str = "api", changed: Mapping[str, str] | None = None
    ) -> asyncio.subprocess.Process:
        settings = {
            "EXAMPLE_POSTGRES_DSN": referral_dsn,
            "EXAMPLE_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9",
            "EXAMPLE_HTTP_PORT": str(port),
            "EXAMPLE_PUBLIC_URL": "http://kith.example",
            "EXAMPLE_LINK_SIGNING_KEY": "a key for links in tests",
            "EXAMPLE_INTERNAL_KEY": "an internal key for tests",
            **(changed or {}),
        }
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", EXAMPLE, part,
            env={**os.environ, "PYTHONPATH": str(Path.cwd()), **settings},
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return process

    yield start_one
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.wait()


@asynccontextmanager
async def alive(port: int) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:

        async def answers() -> bool:
            try:
                return (await client.get("/health/live")).status_code == 200
            except httpx.TransportError:
                return False

        await eventually(answers, within=START_SECONDS)
        yield client


async def test_sigterm_finishes_the_request_under_way_and_exits_with_0(start: Start) -> None:
    port = free_port()
    process = await start(port)
    async with alive(port) as client:
        asking = asyncio.create_task(client.get("/referral/slow"))
        assert process.stdout is not None
        async with asyncio.timeout(START_SECONDS):
            while b"slow-begun" not in await process.stdout.readline():
                pass

        told = time.monotonic()
        process.send_signal(signal.SIGTERM)

        assert (await asking).json() == 7
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert time.monotonic() - told < 5


@pytest.mark.parametrize(
    ("part", "begun"),
    [
        ("api", {b"serving-begun"}),
        ("worker", {b"worker-begun"}),
        ("all", {b"serving-begun", b"worker-begun"}),
    ],
)
async def test_what_goes_with_answering_runs_where_requests_are_answered(
    start: Start, part: str, begun: set[bytes]
) -> None:
    port = free_port()
    process = await start(port, part)
    async with alive(port):
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()

    assert {line for line in output.splitlines() if line.endswith(b"-begun")} == begun


async def test_worker_part_serves_health_and_no_routes(start: Start) -> None:
    port = free_port()
    await start(port, "worker", {"EXAMPLE_KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9"})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client, alive(port):
        ready = await client.get("/health/ready")
        metrics = await client.get("/metrics")
        route = await client.get("/referral/slow")

    assert ready.status_code == 503
    assert ready.json()["checks"]["database"] == {"ok": True}
    assert ready.json()["checks"]["kafka"]["reason"] == "no broker takes a connection"
    assert "kith_event_loop_lag_seconds_bucket" in metrics.text
    assert route.status_code == 404


async def test_database_that_is_away_is_told_in_one_line_without_its_password(start: Start) -> None:
    away = {"EXAMPLE_POSTGRES_DSN": "postgresql://x:secret@127.0.0.1:9/x"}

    process = await start(free_port(), "api", away)
    _, told = await asyncio.wait_for(process.communicate(), START_SECONDS)

    assert process.returncode == 1
    assert b"The database cannot be used" in told
    assert told.count(b"\n") == 1
    assert b"secret" not in told


async def test_taken_port_is_told_in_one_line(start: Start) -> None:
    with listen("127.0.0.1", 0) as taken:
        taken.listen()
        process = await start(taken.getsockname()[1])

        _, told = await asyncio.wait_for(process.communicate(), START_SECONDS)

    assert process.returncode == 1
    assert b"cannot be used: Address already in use" in told
    assert told.count(b"\n") == 1


@pytest.mark.asvs("V16.3.4")
async def test_process_stops_when_a_task_dies_and_logs_why_without_data(start: Start) -> None:
    process = await start(free_port(), "worker", {"DIE": "1"})

    out, _ = await asyncio.wait_for(process.communicate(), START_SECONDS)

    assert process.returncode == 1
    assert b'"event":"side_task.died"' in out
    assert b'"task":"ticking"' in out
    assert b"RuntimeError" in out
    assert b"07700" not in out
