"""Pools that are due for a round, told without looking into them, and those that no round could handle."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.postgres.pool import Connection

# $1 now, $2 what was before this moment is due, $3 the most.
NOT_SET_ASIDE = "NOT EXISTS (SELECT FROM set_aside_pools a WHERE a.pool_id = due.pool_id AND a.until > $1)"
SET_ASIDE = """
INSERT INTO set_aside_pools AS known (pool_id, round, error, until)
VALUES ($1, $2, $3, $4::timestamptz + $5::interval)
ON CONFLICT ON CONSTRAINT set_aside_pools_pk DO UPDATE SET
    round = excluded.round, error = excluded.error, failures = known.failures + 1,
    until = $4::timestamptz + least($5::interval * 2 ^ least(known.failures, 20), $6::interval)
"""
# A pool that did not fail for a day after its time is over: it was handled since.
FORGET_SET_ASIDE = "DELETE FROM set_aside_pools WHERE until < $1::timestamptz - interval '1 day'"
COUNT_SET_ASIDE = "SELECT count(*) FROM set_aside_pools WHERE until > $1"

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Due:
    """Where pools that may be due are found, and what makes one due."""

    source: str
    condition: str

    @property
    def ids(self) -> str:
        return (
            f"SELECT DISTINCT due.pool_id FROM {self.source} due WHERE {self.condition} AND {NOT_SET_ASIDE}"
            " ORDER BY due.pool_id LIMIT $3"
        )


SIGNALS_TOO_OLD = Due("pools", "due.status <> 'unknown' AND due.expires_at <= $2")
HOLDS_FORGOTTEN = Due("place_holds", "due.state = 'held' AND due.held_at <= $2")
# A word that counts for a short while only is followed by a reminder when half of that is over.
SIGNALS_RUN_OUT = Due(
    "pools",
    """due.status <> 'unknown' AND NOT due.withdrawn AND due.organisation_id IS NOT NULL
        AND due.reminded_version < due.spoken_version AND due.expires_at > $1 AND due.expires_at <= $2
        AND $1 >= due.confirmed_at + (due.expires_at - due.confirmed_at) / 2""",
)


async def list_due_pools(
    connection: Connection, due: Due, now: datetime, before: datetime, limit: int
) -> list[UUID]:
    return [row["pool_id"] for row in await connection.fetch(due.ids, now, before, limit)]


async def set_aside(connection: Connection, pool_id: UUID, *, by: str, error: str, now: datetime) -> None:
    """Lets rounds pass the pool over for a while: longer each time, never for good."""
    await connection.execute(SET_ASIDE, pool_id, by, error, now, FIRST_PAUSE, LONGEST_PAUSE)


async def forget_set_aside(connection: Connection, now: datetime) -> None:
    await connection.execute(FORGET_SET_ASIDE, now)


async def count_set_aside(connection: Connection, now: datetime) -> int:
    return int(await connection.fetchval(COUNT_SET_ASIDE, now))
