"""Rows of the chain, and of what waits to be put into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.referral.domain.audit_chain import root_of
from shared.postgres.pool import Connection

# The same bytes as `record_bytes` makes: PostgreSQL hands over what it stores and hashes nothing itself.
RECORD = """
uuid_send(r.record_id) || timestamptz_send(r.recorded_at) || uuid_send(r.key_id) || r.actor_tag
    || convert_to(r.area, 'UTF8') || r.body
"""
SEALER_LOCK = 502_198_440  # the other half of the lock is the area
LOCK_AREA = "SELECT pg_try_advisory_xact_lock($1, hashtext($2))"
AREAS_TO_SEAL = "SELECT DISTINCT area FROM audit_unsealed WHERE refused_at IS NULL ORDER BY area"
LAST = "SELECT position, hash FROM audit_chain WHERE area = $1 ORDER BY position DESC LIMIT 1"
# A record that is gone before it was sealed stays behind in audit_unsealed, where the check finds it.
TAKE = f"""
WITH taken AS (
    DELETE FROM audit_unsealed WHERE record_id = ANY (ARRAY(
        SELECT u.record_id FROM audit_unsealed u JOIN audit_records r USING (record_id)
        WHERE u.area = $1 AND u.refused_at IS NULL AND r.area = $1 ORDER BY u.record_id LIMIT $2))
    RETURNING record_id
)
SELECT r.record_id, {RECORD} AS record FROM taken JOIN audit_records r USING (record_id) ORDER BY r.record_id
"""
ADD = """
INSERT INTO audit_chain (area, position, record_id, record_sha256, previous_hash, hash, sealed_at)
SELECT $1::text, new.*, $7::timestamptz FROM unnest($2::bigint[], $3::uuid[], $4::bytea[], $5::bytea[], $6::bytea[]) AS new
"""
REFUSE = """
INSERT INTO audit_unsealed (record_id, area, refused_at) SELECT unnest($1::uuid[]), $2, $3::timestamptz
"""
OLDEST_UNSEALED = "SELECT record_id FROM audit_unsealed WHERE refused_at IS NULL ORDER BY record_id LIMIT 1"


@dataclass(frozen=True, slots=True)
class ChainEnd:
    position: int
    hash: bytes


async def areas_to_seal(connection: Connection) -> list[str]:
    return [row["area"] for row in await connection.fetch(AREAS_TO_SEAL)]


async def lead_area(connection: Connection, area: str) -> bool:
    """Whether this transaction may seal the area: one at a time."""
    return bool(await connection.fetchval(LOCK_AREA, SEALER_LOCK, area))


async def find_end(connection: Connection, area: str) -> ChainEnd:
    """Where the chain of an area ends; its root where there is none yet."""
    row = await connection.fetchrow(LAST, area)
    return ChainEnd(row["position"], row["hash"]) if row else ChainEnd(0, root_of(area))


async def take_unsealed(connection: Connection, area: str, limit: int) -> list[tuple[UUID, bytes]]:
    """The oldest records that are in no chain, with all that their hashes cover."""
    rows = await connection.fetch(TAKE, area, limit)
    return [(row["record_id"], row["record"]) for row in rows]


async def refuse(connection: Connection, area: str, record_ids: Sequence[UUID], now: datetime) -> None:
    """Puts back what was taken and is not ours, so that it is not taken again and stays to be named."""
    await connection.execute(REFUSE, list(record_ids), area, now)


async def add_links(
    connection: Connection,
    area: str,
    *,
    first_position: int,
    record_ids: Sequence[UUID],
    record_sha256s: Sequence[bytes],
    previous_hash: bytes,
    hashes: Sequence[bytes],
    sealed_at: datetime,
) -> None:
    positions = list(range(first_position, first_position + len(record_ids)))
    before = [previous_hash, *hashes[:-1]]
    await connection.execute(
        ADD, area, positions, list(record_ids), list(record_sha256s), before, list(hashes), sealed_at
    )


async def find_oldest_unsealed(connection: Connection) -> UUID | None:
    found: UUID | None = await connection.fetchval(OLDEST_UNSEALED)
    return found
