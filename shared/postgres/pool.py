"""Connections to one service's PostgreSQL database, and the transaction that every edge opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from shared.postgres.reach import NOWHERE, Reach, ReachingConnection, set_reach

OLDEST_POSTGRES = 180000  # 18.0, as `server_version_num` says it
COMMAND_TIMEOUT = 20.0  # seconds; asyncpg has no limit of its own

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)


class PostgresTooOld(RuntimeError):
    """The server is older than PostgreSQL 18."""


async def open_pool(dsn: str, *, application: str, largest: int = 10) -> Pool:
    """Opens a pool and refuses a server that is too old.

    `idle_in_transaction_session_timeout` keeps one forgotten transaction from holding locks for ever.
    """
    pool = await asyncpg.create_pool(
        dsn,
        connection_class=ReachingConnection,
        min_size=1,
        max_size=largest,
        command_timeout=COMMAND_TIMEOUT,
        server_settings={
            "application_name": application,
            "timezone": "UTC",
            "idle_in_transaction_session_timeout": "60000",
        },
    )
    version = int(await pool.fetchval("SHOW server_version_num"))
    if version < OLDEST_POSTGRES:
        await pool.close()
        raise PostgresTooOld(f"PostgreSQL {version // 10000} is too old: Kith needs 18 or newer.")
    return pool


@asynccontextmanager
async def transaction(pool: Pool, reach: Reach = NOWHERE) -> AsyncIterator[Connection]:
    """The one place that commits: everything done with the connection is kept, or nothing.

    Without a reach it sees no row of any person or case.
    """
    async with pool.acquire() as connection:
        # The proxy of the pool hands on what it does not know itself.
        begin_with = getattr(connection, "begin_with", None)
        if begin_with:
            begin_with(reach)
        async with connection.transaction():
            if not begin_with:
                await set_reach(connection, reach)
            yield connection
