"""Hears the notifications of one channel of PostgreSQL, so that whoever follows a table need not look often."""

import asyncio

import asyncpg
import structlog

from shared.postgres.away import database_is_away
from shared.postgres.pool import COMMAND_TIMEOUT
from shared.service_defaults.side_tasks import SideTask

log = structlog.get_logger(__name__)

AGAIN_SECONDS = 1.0  # until the next try, after a connection that broke


def notices(name: str, dsn: str, channel: str, heard: asyncio.Event) -> SideTask:
    """Sets `heard` at each notification. None is promised: whoever waits for it looks by the clock as well."""

    async def run() -> None:
        while True:
            try:
                await _hear(name, dsn, channel, heard)
            # A process edge: only a failure that waiting can heal is waited for.
            except Exception as error:
                if not (database_is_away(error) or isinstance(error, TimeoutError)):
                    raise
                log.warning("side_task.database_away", task=name, error=type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)

    return SideTask(name, run)


async def _hear(name: str, dsn: str, channel: str, heard: asyncio.Event) -> None:
    """Until the connection ends. It is one of its own: one of the pool would be missing there all the time."""
    connection = await asyncpg.connect(
        dsn, command_timeout=COMMAND_TIMEOUT, server_settings={"application_name": name}
    )
    ended = asyncio.Event()
    try:
        connection.add_termination_listener(lambda *_: ended.set())
        await connection.add_listener(channel, lambda *_: heard.set())
        await ended.wait()
    finally:
        connection.terminate()
