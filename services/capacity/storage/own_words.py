"""What one client of the API last said of pools."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from services.capacity.domain.lists import OwnWord
from services.capacity.domain.status import Status
from shared.postgres.pool import Connection

# A link and a page say by whom as well: what came that way is no client's word.
OWN_WORDS = """
SELECT asked.pool_id, own.* FROM unnest($1::uuid[]) AS asked (pool_id)
CROSS JOIN LATERAL (
    SELECT version, status, free, in_all, tapped_at, paused_until, expected_wait_days, note FROM signals s
    WHERE s.pool_id = asked.pool_id AND s.said_by = $2 AND s.source IN ('api', 'csv')
    ORDER BY version DESC LIMIT 1
) own
"""


async def own_words(connection: Connection, pool_ids: Sequence[UUID], client: str) -> Mapping[UUID, OwnWord]:
    """Of those of the pools that the client spoke of."""
    return {
        row["pool_id"]: OwnWord(
            version=row["version"],
            status=Status(row["status"]),
            free=row["free"],
            in_all=row["in_all"],
            tapped_at=row["tapped_at"],
            paused_until=row["paused_until"],
            expected_wait_days=row["expected_wait_days"],
            note=row["note"],
        )
        for row in await connection.fetch(OWN_WORDS, list(pool_ids), client)
    }
