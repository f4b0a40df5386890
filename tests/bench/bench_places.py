"""Where a bench works: a database of its own and topics of its own, on real servers, gone afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

MESSAGING_TABLES = Path(__file__).parents[2] / "shared/messaging/tables/messaging.sql"


@dataclass(frozen=True, slots=True)
class Servers:
    """The addresses of a real Kafka and a real PostgreSQL (as administrator)."""

    kafka: str
    postgres: str


@asynccontextmanager
async def bench_database(servers: Servers) -> AsyncIterator[str]:
    """The address of a new database that has the messaging tables."""
    name = f"bench_{uuid4().hex[:12]}"
    admin = await asyncpg.connect(servers.postgres)
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    address = servers.postgres.rpartition("/")[0] + f"/{name}"
    try:
        connection = await asyncpg.connect(address)
        await connection.execute(MESSAGING_TABLES.read_text())
        await connection.close()
        yield address
    finally:
        admin = await asyncpg.connect(servers.postgres)  # the server may have restarted meanwhile
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()


@asynccontextmanager
async def bench_topic(servers: Servers, partitions: int = 12) -> AsyncIterator[str]:
    """The name of a new, empty topic."""
    name = f"bench.{uuid4().hex[:12]}.v1"
    admin = AIOKafkaAdminClient(bootstrap_servers=servers.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, partitions, 1)])
        yield name
    finally:
        await admin.delete_topics([name])
        await admin.close()
