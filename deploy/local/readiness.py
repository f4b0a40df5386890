"""How to see that a process answers: an HTTP health page, a PostgreSQL query, a Kafka connection."""

from __future__ import annotations

import asyncio
import json
from urllib.parse import urlsplit

from deploy.local.child import Ready

ANSWER_SECONDS = 3.0


def http_ready(url: str) -> Ready:
    async def ready() -> str | None:
        try:
            status, body = await asyncio.wait_for(http_get(url), ANSWER_SECONDS)
        except (OSError, asyncio.IncompleteReadError):
            return "does not answer yet"
        except TimeoutError:
            return f"did not answer within {ANSWER_SECONDS:.0f} s"
        return None if status == 200 else failed_checks(status, body)

    return ready


def failed_checks(status: int, body: bytes) -> str:
    """The names of the checks that fail, as the health page has them."""
    try:
        checks = json.loads(body).get("checks", {})
        failing = [name for name, state in checks.items() if not is_good(state)]
    except (ValueError, AttributeError):
        failing = []
    return f"not ready: {', '.join(failing)}" if failing else f"answers {status}"


def is_good(state: object) -> bool:
    if isinstance(state, dict):
        return bool(state.get("ok", state.get("status") in {"ok", "pass", "ready"}))
    return state in {True, "ok", "pass", "ready"}


async def http_get(url: str) -> tuple[int, bytes]:
    """A plain request over the loopback: a client library would double the supervisor's own start time."""
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        writer.write(
            f"GET {parts.path or '/'} HTTP/1.0\r\nHost: {parts.netloc}\r\nAccept: */*\r\n\r\n".encode()
        )
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read(65_536)
    finally:
        writer.close()
    return int(head.split(b" ", 2)[1]), body


def postgres_ready(dsn: str) -> Ready:
    async def ready() -> str | None:
        import asyncpg  # 0.1 s, and only where PostgreSQL is ours

        try:
            connection = await asyncpg.connect(dsn, timeout=ANSWER_SECONDS)
        except (OSError, TimeoutError, asyncpg.PostgresError) as problem:
            return f"does not answer yet ({type(problem).__name__})"
        await connection.close()
        return None

    return ready


def port_ready(host: str, port: int) -> Ready:
    """Kafka opens its port when the broker takes requests; provisioning then asks it for its topics."""

    async def ready() -> str | None:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return "does not answer yet"
        writer.close()
        return None

    return ready


def taken_port_message(name: str, port: int) -> str:
    return f"port {port}, which {name} needs, is taken{by_whom(port)}"


def by_whom(port: int) -> str:
    import psutil  # only when something is wrong

    try:
        listening = [c for c in psutil.net_connections("inet") if c.status == psutil.CONN_LISTEN]
        owner = next((c.pid for c in listening if c.laddr and c.laddr.port == port and c.pid), None)
        return f" by {psutil.Process(owner).name()} (process {owner})" if owner else ""
    except (psutil.Error, OSError):  # macOS lets only root see other users' connections
        return ""
