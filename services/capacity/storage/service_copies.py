"""Every SQL statement that copies the directory's services into pools."""

from collections.abc import Sequence
from uuid import UUID

from shared.events.directory import ServicePublishedV1
from shared.postgres.pool import Connection

# The row is locked from here on, also when the version is an older one.
KEEP_NEWEST = """
INSERT INTO followed_services AS known (service_id, version, withdrawn) VALUES ($1, $2, $3)
ON CONFLICT ON CONSTRAINT followed_services_pk DO UPDATE SET
    version = excluded.version, withdrawn = excluded.withdrawn
WHERE known.version < excluded.version
RETURNING true
"""
# Sorted, as every lock of pools is.
LOCK = """
SELECT FROM pools WHERE service_id = $1 OR pool_id = ANY ($2::uuid[]) ORDER BY pool_id FOR UPDATE
"""
# No service takes over another's pool.
KEEP_POOLS = """
INSERT INTO pools (pool_id, service_id, service_name, service_version, area, organisation_id)
SELECT pool_id, $2, $3, $4, $5, $6 FROM unnest($1::uuid[]) AS pool_id ORDER BY pool_id
ON CONFLICT ON CONSTRAINT pools_pk DO UPDATE SET
    service_name = excluded.service_name, service_version = excluded.service_version,
    area = excluded.area, organisation_id = excluded.organisation_id, withdrawn = false
WHERE pools.service_id = excluded.service_id
"""
WITHDRAW_POOLS = """
UPDATE pools SET withdrawn = true, service_version = $2
WHERE service_id = $1 AND pool_id <> ALL ($3::uuid[])
"""


async def keep_newest(connection: Connection, service_id: UUID, version: int, *, withdrawn: bool) -> bool:
    """Notes this version of a service. False when one as new is known: then nothing may follow from it."""
    return bool(await connection.fetchval(KEEP_NEWEST, service_id, version, withdrawn))


async def lock_pools_of(connection: Connection, service_id: UUID, pool_ids: Sequence[UUID] = ()) -> None:
    """Locks the service's pools, and those that it names now."""
    await connection.execute(LOCK, service_id, pool_ids)


async def keep_pools(connection: Connection, service: ServicePublishedV1, pool_ids: Sequence[UUID]) -> None:
    """Makes these the service's pools. The caller holds their locks."""
    await connection.execute(
        KEEP_POOLS, pool_ids, service.service_id, service.name, service.version, service.area,
        service.organisation_id,
    )  # fmt: skip


async def withdraw_pools(
    connection: Connection, service_id: UUID, version: int, but: Sequence[UUID] = ()
) -> None:
    """Withdraws the service's other pools. Who holds or has taken a place keeps it."""
    await connection.execute(WITHDRAW_POOLS, service_id, version, but)
