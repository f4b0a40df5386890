"""Reads the whole chain in order, without ever holding more of it than a page."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

import asyncpg

from services.referral.domain.audit_check import Page
from services.referral.domain.audit_keys import KEY_DESTROYED, key_id_of
from services.referral.storage.audit_chain import RECORD
from shared.postgres.pool import Connection

ROWS = 2_000  # of a page
AREAS = """
SELECT area FROM audit_chain UNION SELECT area FROM audit_records UNION SELECT area FROM audit_unsealed ORDER BY area
"""
CHAIN = f"""
SELECT c.position, uuid_send(c.record_id) || c.record_sha256 || c.hash || timestamptz_send(c.sealed_at) AS said,
    c.previous_hash, {RECORD} AS record
FROM audit_chain c LEFT JOIN audit_records r USING (record_id)
WHERE c.area = $1 ORDER BY c.position
"""
FIND = "SELECT position FROM audit_chain WHERE area = $1 AND record_id = encode($2, 'hex')::uuid"
# Records that no chain holds, and whether any transaction of ours left word of them; and words without a record.
LOOSE = """
SELECT uuid_send(coalesce(r.record_id, u.record_id)) AS record_id, r.record_id IS NOT NULL AS is_there,
    u.record_id IS NOT NULL AS waits, u.refused_at IS NOT NULL AS refused
FROM (SELECT record_id FROM audit_records WHERE area = $1) r
FULL JOIN (SELECT record_id, refused_at FROM audit_unsealed WHERE area = $1) u USING (record_id)
WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.record_id = coalesce(r.record_id, u.record_id))
ORDER BY 1
"""
# The key of each first record under it, as it is stored now, and whether the trail tells of its end.
KEYS = """
SELECT u.key_id, u.record_id, c.position, k.subject, k.wrapped_by, k.wrapped, EXISTS (
    SELECT FROM audit_records e WHERE e.key_id = u.key_id AND e.actor_tag = $2) AS destroyed
FROM (SELECT DISTINCT ON (key_id) key_id, record_id FROM audit_records WHERE area = $1
      ORDER BY key_id, record_id) u
LEFT JOIN audit_keys k USING (key_id) LEFT JOIN audit_chain c USING (record_id)
"""


@dataclass(frozen=True, slots=True)
class LostKey:
    """A key that is gone, or is not what it was; the position and id are of the first record under it."""

    gone: bool
    position: int | None
    record_id: UUID


async def list_lost_keys(connection: Connection, area: str, limit: int) -> list[LostKey]:
    """Keys of this area's records that went without an erasure, or that are not what their id covers."""
    lost: list[LostKey] = []
    async for row in connection.cursor(KEYS, area, KEY_DESTROYED, prefetch=ROWS):
        gone = row["wrapped"] is None
        if (gone and not row["destroyed"]) or (
            not gone and key_id_of(row["subject"], row["wrapped_by"], row["wrapped"]) != row["key_id"]
        ):
            lost.append(LostKey(gone, row["position"], UUID(bytes=row["record_id"].bytes)))
        if len(lost) == limit:
            break
    return lost


@dataclass(frozen=True, slots=True)
class Loose:
    """An id in no chain: whether its record is there, whether it waits to be sealed, and whether it was refused."""

    record_id: bytes
    is_there: bool
    waits: bool
    refused: bool


async def list_areas(connection: Connection) -> list[str]:
    return [row["area"] for row in await connection.fetch(AREAS)]


class ChainReader:
    """Reads the chain of one area inside an open transaction, which nobody else uses meanwhile."""

    def __init__(self, connection: Connection, area: str) -> None:
        self._connection = connection
        self._area = area
        self._coming: asyncio.Task[list[asyncpg.Record]] | None = None

    async def pages(self) -> AsyncIterator[Page]:
        """Page by page: PostgreSQL makes the next one while we look at the last."""
        cursor = await self._connection.cursor(CHAIN, self._area)
        rows = await cursor.fetch(ROWS)
        while rows:
            self._coming = asyncio.create_task(cursor.fetch(ROWS))
            await asyncio.sleep(0)  # lets the request go out
            yield Page(*zip(*rows, strict=True))
            rows = await self._coming

    async def position_of(self, record_id: bytes) -> int | None:
        """Where a record stands in the chain, wherever the reading is."""
        if self._coming is not None:
            await asyncio.wait([self._coming])  # a connection does one thing at a time
        found: int | None = await self._connection.fetchval(FIND, self._area, record_id)
        return found


async def list_loose(connection: Connection, area: str, limit: int) -> list[Loose]:
    """What stands in no chain."""
    rows = await connection.fetch(LOOSE + " LIMIT $2", area, limit)
    return [Loose(row["record_id"], row["is_there"], row["waits"], row["refused"]) for row in rows]
