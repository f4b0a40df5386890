"""Ready means that what the process needs answers, and says what does not."""

import asyncio

import httpx

from shared.service_defaults.health import HealthCheck, NotReady, kafka_check
from tests.support.service_apps import app_of


async def fine() -> None:
    return None


async def missing() -> None:
    raise NotReady("no partitions yet")


async def broken() -> None:
    raise ConnectionError("password in here")


async def hanging() -> None:
    await asyncio.Event().wait()


async def ask(*checks: HealthCheck, path: str = "/health/ready") -> httpx.Response:
    transport = httpx.ASGITransport(app_of(health_checks=checks))
    async with httpx.AsyncClient(transport=transport, base_url="http://example") as client:
        return await client.get(path)


async def test_ready_when_all_checks_pass() -> None:
    answer = await ask(HealthCheck("database", fine))

    assert answer.status_code == 200
    assert answer.json() == {"status": "ready", "checks": {"database": {"ok": True}}}


async def test_every_failing_check_is_named_with_a_safe_reason() -> None:
    answer = await ask(
        HealthCheck("fine", fine),
        HealthCheck("consumers", missing),
        HealthCheck("database", broken),
        HealthCheck("kafka", hanging, limit_seconds=0.05),
    )

    assert answer.status_code == 503
    assert answer.json()["checks"] == {
        "fine": {"ok": True},
        "consumers": {"ok": False, "reason": "no partitions yet"},
        "database": {"ok": False, "reason": "ConnectionError"},
        "kafka": {"ok": False, "reason": "no answer within 0.05 s"},
    }


async def test_alive_does_not_depend_on_any_check() -> None:
    answer = await ask(HealthCheck("database", broken), path="/health/live")

    assert answer.status_code == 200


async def test_kafka_is_reached_through_any_of_its_addresses() -> None:
    async def hear(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server:
        reachable = await kafka_check(f"127.0.0.1:1,127.0.0.1:{port}").outcome()
    away = await kafka_check("127.0.0.1:1").outcome()

    assert reachable is None
    assert away == "no broker takes a connection"
