"""Words of providers that were followed by a reminder that they soon count no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

# Locked in order, as every lock of pools is; what is due is looked at again under the locks.
MARK_REMINDED = """
WITH due AS (
    SELECT pool_id FROM pools WHERE pool_id = ANY ($1::uuid[]) ORDER BY pool_id FOR UPDATE
)
UPDATE pools SET reminded_version = spoken_version FROM due
WHERE pools.pool_id = due.pool_id AND reminded_version < spoken_version AND status <> 'unknown'
    AND $2::timestamptz >= confirmed_at + (expires_at - confirmed_at) / 2
RETURNING pools.pool_id, service_id, organisation_id, area, spoken_version, expires_at
"""


@dataclass(frozen=True, slots=True)
class Expiring:
    pool_id: UUID
    service_id: UUID
    organisation_id: UUID
    area: str | None
    spoken_version: int
    expires_at: datetime


async def mark_reminded(connection: Connection, pool_ids: Sequence[UUID], now: datetime) -> list[Expiring]:
    """Those of the pools of whose last word nobody was reminded yet."""
    return [Expiring(**row) for row in await connection.fetch(MARK_REMINDED, pool_ids, now)]
