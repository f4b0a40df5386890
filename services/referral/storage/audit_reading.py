"""Reads the whole chain in order, without ever holding more of it than a page."""

from collections.abc import AsyncIterator

from services.referral.domain.audit_check import Row
from services.referral.storage.audit_chain import RECORD
from shared.postgres.pool import Connection

PAGE = 2_000
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
    u.record_id IS NOT NULL AS waits
FROM (SELECT record_id FROM audit_records WHERE area = $1) r
FULL JOIN (SELECT record_id FROM audit_unsealed WHERE area = $1) u USING (record_id)
WHERE NOT EXISTS (SELECT FROM audit_chain c WHERE c.record_id = coalesce(r.record_id, u.record_id))
ORDER BY 1
"""


async def list_areas(connection: Connection) -> list[str]:
    return [row["area"] for row in await connection.fetch(AREAS)]


async def chain_of(connection: Connection, area: str) -> AsyncIterator[list[Row]]:
    """The chain of an area, page by page, inside an open transaction."""
    cursor = await connection.cursor(CHAIN, area)
    while page := await cursor.fetch(PAGE):
        yield [Row._make(row) for row in page]


async def find_position(connection: Connection, area: str, record_id: bytes) -> int | None:
    found: int | None = await connection.fetchval(FIND, area, record_id)
    return found


async def list_loose(connection: Connection, area: str, limit: int) -> list[tuple[bytes, bool, bool]]:
    """Ids that stand in no chain: whether the record is there, and whether it waits to be sealed."""
    rows = await connection.fetch(LOOSE + " LIMIT $2", area, limit)
    return [(row["record_id"], row["is_there"], row["waits"]) for row in rows]
