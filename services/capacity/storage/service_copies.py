"""Every SQL statement that copies the directory's services into pools."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

# Sorted, as every lock of pools is.
LOCK = """
SELECT service_id, service_version FROM pools WHERE service_id = $1 OR pool_id = ANY ($2::uuid[])
ORDER BY pool_id FOR UPDATE
"""
# No service takes over another's pool.
KEEP_POOLS = """
INSERT INTO pools (pool_id, service_id, service_name, service_version, area)
SELECT pool_id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS pool_id ORDER BY pool_id
ON CONFLICT ON CONSTRAINT pools_pk DO UPDATE SET
    service_name = excluded.service_name, service_version = excluded.service_version,
    area = excluded.area, withdrawn = false
WHERE pools.service_id = excluded.service_id
"""
WITHDRAW_POOLS = """
UPDATE pools SET withdrawn = true, service_version = $2
WHERE service_id = $1 AND pool_id <> ALL ($3::uuid[])
"""


async def is_news(
    connection: Connection, service_id: UUID, version: int, pool_ids: Sequence[UUID] = ()
) -> bool:
    """Whether this version of a service is newer than what its pools were made of; locks them either way."""
    rows = await connection.fetch(LOCK, service_id, pool_ids)
    return all(row["service_version"] < version for row in rows if row["service_id"] == service_id)


async def keep_pools(
    connection: Connection,
    service_id: UUID,
    version: int,
    pool_ids: Sequence[UUID],
    name: str,
    area: str | None,
) -> None:
    """Makes these the service's pools. The caller holds their locks."""
    await connection.execute(KEEP_POOLS, pool_ids, service_id, name, version, area)


async def withdraw_pools(
    connection: Connection, service_id: UUID, version: int, but: Sequence[UUID] = ()
) -> None:
    """Withdraws the service's other pools. Who holds or has taken a place keeps it."""
    await connection.execute(WITHDRAW_POOLS, service_id, version, but)
