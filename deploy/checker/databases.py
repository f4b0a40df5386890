"""Connections to the two databases, as the checker's own role: it may read some columns, and write nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from pydantic import SecretStr

from deploy.checker.look import Connection

ANSWER_SECONDS = 20.0


@asynccontextmanager
async def connected(
    referral_dsn: SecretStr, capacity_dsn: SecretStr
) -> AsyncIterator[tuple[Connection, Connection]]:
    """Opened for one look: a database that was away meanwhile is there at the next."""
    async with _one(referral_dsn) as referral, _one(capacity_dsn) as capacity:
        yield referral, capacity


@asynccontextmanager
async def _one(dsn: SecretStr) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(
        dsn.get_secret_value(),
        timeout=5,
        command_timeout=ANSWER_SECONDS,
        server_settings={
            "application_name": "checker",
            "timezone": "UTC",
            "default_transaction_read_only": "on",
        },
    )
    try:
        yield connection
    finally:
        await connection.close(timeout=5)
