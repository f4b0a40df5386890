"""SQL that empties the read model for a rebuild, and what has to be so before."""

from collections.abc import Sequence
from uuid import UUID

from shared.messaging.inbox import claim_first_deliveries
from shared.postgres.pool import Connection

CONSUMER = "outcomes.referrals"
# Consumers and side tasks wait until the rebuild is committed.
LOCK = "LOCK TABLE referrals, legs, follow_ups, measures IN EXCLUSIVE MODE"
UNPUBLISHED = "SELECT count(*) FROM outbox_events"
PUT_ASIDE = "SELECT count(*) FROM deferred_events WHERE consumer = $1"
EMPTY = ("DELETE FROM measures", "DELETE FROM follow_ups", "DELETE FROM legs", "DELETE FROM referrals")
MOVE_DUE_TIMES_AGAIN = """
UPDATE follow_ups SET due_at = moved.new_due_at
FROM (SELECT DISTINCT ON (follow_up_id) follow_up_id, new_due_at FROM moved_due_times
      ORDER BY follow_up_id, id DESC) AS moved
WHERE follow_ups.follow_up_id = moved.follow_up_id AND follow_ups.asked_at IS NULL
"""


async def lock_read_model(connection: Connection) -> None:
    await connection.execute("SET CONSTRAINTS ALL DEFERRED")
    await connection.execute(LOCK)


async def count_unpublished(connection: Connection) -> int:
    return int(await connection.fetchval(UNPUBLISHED))


async def count_put_aside(connection: Connection) -> int:
    return int(await connection.fetchval(PUT_ASIDE, CONSUMER))


async def empty_read_model(connection: Connection) -> None:
    for statement in EMPTY:
        await connection.execute(statement)


async def claim_as_heard(connection: Connection, event_ids: Sequence[UUID]) -> None:
    """The consumer, when it comes to these events, finds that they are taken."""
    await claim_first_deliveries(connection, CONSUMER, event_ids)


async def move_due_times_again(connection: Connection) -> None:
    """Due times that were moved by hand, which the log does not tell before they are due."""
    await connection.execute(MOVE_DUE_TIMES_AGAIN)
