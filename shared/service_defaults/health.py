"""Health: alive means that the process answers; ready means that what it needs answers too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from starlette.responses import JSONResponse

from shared.postgres.pool import Pool

log = structlog.get_logger(__name__)


class NotReady(Exception):
    """A check's answer when something is missing. The message is shown: it names the thing, not a value."""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """A named check that raises when what it looks at is not ready."""

    name: str
    check: Callable[[], Awaitable[None]]
    limit_seconds: float = 2.0

    async def outcome(self) -> str | None:
        """None when ready, else the reason in a few words."""
        try:
            async with asyncio.timeout(self.limit_seconds):
                await self.check()
        except TimeoutError:
            return f"no answer within {self.limit_seconds:g} s"
        except NotReady as reason:
            return str(reason)
        except Exception as error:
            log.warning("health.check_failed", check=self.name, exc_info=error)
            return type(error).__qualname__
        return None


async def readiness(checks: Sequence[HealthCheck]) -> JSONResponse:
    """Runs all checks at once: 200 when all are ready, else 503, with the reasons."""
    outcomes = await asyncio.gather(*(each.outcome() for each in checks))
    told = {
        each.name: {"ok": reason is None, **({"reason": reason} if reason else {})}
        for each, reason in zip(checks, outcomes, strict=True)
    }
    ready = not any(outcomes)
    return JSONResponse({"status": "ready" if ready else "not-ready", "checks": told}, 200 if ready else 503)


def database_check(pool: Pool) -> HealthCheck:
    """Whether the service's own database answers."""

    async def answers() -> None:
        await pool.fetchval("SELECT 1")

    return HealthCheck("database", answers)


def condition_check(name: str, holds: Callable[[], bool], otherwise: str) -> HealthCheck:
    """Whether something in this process is as it should be."""

    async def look() -> None:
        if not holds():
            raise NotReady(otherwise)

    return HealthCheck(name, look)


def kafka_check(bootstrap_servers: str) -> HealthCheck:
    """Whether one of the brokers takes a connection."""
    addresses = [_host_and_port(each) for each in bootstrap_servers.split(",")]

    async def reachable() -> None:
        for host, port in addresses:
            try:
                _, writer = await asyncio.open_connection(host, port)
            except OSError:
                continue
            writer.close()
            return
        raise NotReady("no broker takes a connection")

    return HealthCheck("kafka", reachable)


def _host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.strip().rpartition(":")
    return (host, int(port)) if host else (port, 9092)
