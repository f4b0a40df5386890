"""Every SQL statement that copies the directory's services into pools."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

# Sorted, as every lock of pools is.
LOCK = "SELECT FROM pools WHERE service_id = $1 OR pool_id = ANY ($2::uuid[]) ORDER BY pool_id FOR UPDATE"
# An older version never overwrites a newer one, and no service takes over another's pool.
KEEP_POOLS = """
INSERT INTO pools (pool_id, service_id, service_name, service_version, area)
SELECT pool_id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS pool_id ORDER BY pool_id
ON CONFLICT ON CONSTRAINT pools_pk DO UPDATE SET
    service_name = excluded.service_name, service_version = excluded.service_version,
    area = excluded.area, withdrawn = false
WHERE pools.service_id = excluded.service_id AND pools.service_version < excluded.service_version
"""
WITHDRAW_POOLS = """
UPDATE pools SET withdrawn = true, service_version = $2
WHERE service_id = $1 AND service_version < $2 AND pool_id <> ALL ($3::uuid[])
"""


async def keep_pools(
    connection: Connection,
    pool_ids: Sequence[UUID],
    service_id: UUID,
    name: str,
    version: int,
    area: str | None,
) -> None:
    """Makes the service's pools what this version of it says; a pool that it no longer names is withdrawn."""
    await connection.execute(LOCK, service_id, pool_ids)
    await connection.execute(KEEP_POOLS, pool_ids, service_id, name, version, area)
    await withdraw_pools(connection, service_id, version, but=pool_ids)


async def withdraw_pools(
    connection: Connection, service_id: UUID, version: int, but: Sequence[UUID] = ()
) -> None:
    """Withdraws the service's pools. Who holds or has taken a place keeps it."""
    await connection.execute(LOCK, service_id, [])
    await connection.execute(WITHDRAW_POOLS, service_id, version, but)
