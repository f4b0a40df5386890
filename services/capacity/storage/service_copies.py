"""Every SQL statement that copies the directory's services into pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.times import Times
from services.capacity.storage.stored_times import times_as_json
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
# No service takes over another's pool. One that was withdrawn is open again from this moment on.
KEEP_POOLS = """
WITH kept AS (
INSERT INTO pools (pool_id, service_id, service_name, service_version, area, organisation_id, kind, starts_on,
    organisation_name, lead_organisation_id, lead_organisation_name, times)
SELECT pool_id, $2, $3, $4, $5, $6, kind, starts_on, $9, $10, $11, times
FROM unnest($1::uuid[], $7::text[], $8::date[], $12::jsonb[])
    AS named (pool_id, kind, starts_on, times) ORDER BY pool_id
ON CONFLICT ON CONSTRAINT pools_pk DO UPDATE SET
    service_name = excluded.service_name, service_version = excluded.service_version,
    area = excluded.area, organisation_id = excluded.organisation_id, withdrawn = false,
    kind = excluded.kind, starts_on = excluded.starts_on, times = excluded.times,
    organisation_name = excluded.organisation_name,
    lead_organisation_id = excluded.lead_organisation_id, lead_organisation_name = excluded.lead_organisation_name
WHERE pools.service_id = excluded.service_id
RETURNING pool_id, old.withdrawn AS was_withdrawn
)
INSERT INTO pool_withdrawals (pool_id, recorded_at, withdrawn)
SELECT pool_id, $13, false FROM kept WHERE was_withdrawn
"""
WITHDRAW_POOLS = """
WITH withdrawn AS (
    UPDATE pools SET withdrawn = true, service_version = $2
    WHERE service_id = $1 AND pool_id <> ALL ($3::uuid[])
    RETURNING pool_id, old.withdrawn AS was_withdrawn
)
INSERT INTO pool_withdrawals (pool_id, recorded_at, withdrawn)
SELECT pool_id, $4, true FROM withdrawn WHERE NOT was_withdrawn
"""


@dataclass(frozen=True, slots=True)
class NamedPool:
    """A pool as the directory names it."""

    pool_id: UUID
    kind: PoolKind
    starts_on: date | None = None
    times: Times | None = None


async def keep_newest(connection: Connection, service_id: UUID, version: int, *, withdrawn: bool) -> bool:
    """Notes this version of a service. False when one as new is known: then nothing may follow from it."""
    return bool(await connection.fetchval(KEEP_NEWEST, service_id, version, withdrawn))


async def lock_pools_of(connection: Connection, service_id: UUID, pool_ids: Sequence[UUID] = ()) -> None:
    """Locks the service's pools, and those that it names now."""
    await connection.execute(LOCK, service_id, pool_ids)


async def keep_pools(
    connection: Connection, service: ServicePublishedV1, pools: Sequence[NamedPool], now: datetime
) -> None:
    """Makes these the service's pools. The caller holds their locks."""
    await connection.execute(
        KEEP_POOLS, [each.pool_id for each in pools], service.service_id, service.name, service.version,
        service.area, service.organisation_id, [each.kind for each in pools],
        [each.starts_on for each in pools], service.organisation_name, service.lead_organisation_id,
        service.lead_organisation_name, [times_as_json(each.times) for each in pools], now,
    )  # fmt: skip


async def withdraw_pools(
    connection: Connection, service_id: UUID, version: int, now: datetime, but: Sequence[UUID] = ()
) -> None:
    """Withdraws the service's other pools. Who holds or has taken a place keeps it."""
    await connection.execute(WITHDRAW_POOLS, service_id, version, but, now)
