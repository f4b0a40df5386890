"""The inbox: the first delivery of an event inserts its row, and only the first."""

from collections.abc import Sequence
from uuid import UUID

from shared.postgres.pool import Connection

# Sorted, so that two consumers that race on the same events wait for each other instead of deadlocking.
CLAIM = """
INSERT INTO inbox_events (consumer, event_id)
SELECT $1, id FROM unnest($2::uuid[]) AS id ORDER BY id
ON CONFLICT DO NOTHING
RETURNING event_id
"""


async def claim_first_deliveries(
    connection: Connection, consumer: str, event_ids: Sequence[UUID]
) -> set[UUID]:
    """The ids that this consumer had not taken charge of before. Theirs is this transaction now."""
    if not event_ids:
        return set()
    rows = await connection.fetch(CLAIM, consumer, event_ids)
    return {row["event_id"] for row in rows}
