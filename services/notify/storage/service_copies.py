"""SQL about the services that the directory publishes: their names, and which pools were seen before."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

KEEP = """
INSERT INTO copied_services (service_id, version, name, sensitive) VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT copied_services_pk DO UPDATE SET
    version = excluded.version, name = excluded.name, sensitive = excluded.sensitive, withdrawn = false
WHERE copied_services.version < excluded.version
RETURNING true
"""
# Also of a service that was never heard of: the row keeps an older statement, which comes late, from counting.
# Its name is not known, so none is shown: it counts as sensitive until a newer statement names it.
WITHDRAW = """
INSERT INTO copied_services (service_id, version, name, sensitive, withdrawn) VALUES ($1, $2, '', true, true)
ON CONFLICT ON CONSTRAINT copied_services_pk DO UPDATE SET version = excluded.version, withdrawn = true
WHERE copied_services.version < excluded.version
"""
KEEP_POOLS = """
INSERT INTO copied_pools (pool_id, service_id) SELECT pool_id, $1 FROM unnest($2::uuid[]) AS pool_id
ON CONFLICT ON CONSTRAINT copied_pools_pk DO NOTHING RETURNING pool_id
"""


async def keep_service(
    connection: Connection, service_id: UUID, version: int, name: str, *, sensitive: bool
) -> bool:
    """Keeps the greater version. False when this one is older than what is known."""
    return bool(await connection.fetchval(KEEP, service_id, version, name, sensitive))


async def keep_pools(connection: Connection, service_id: UUID, pool_ids: Sequence[UUID]) -> list[UUID]:
    """Returns the pools that were never seen before."""
    return [row["pool_id"] for row in await connection.fetch(KEEP_POOLS, service_id, pool_ids)]


async def withdraw_service(connection: Connection, service_id: UUID, version: int) -> None:
    await connection.execute(WITHDRAW, service_id, version)
