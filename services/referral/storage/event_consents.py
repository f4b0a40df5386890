"""Rows of who may be invited to events: nobody without one, and nobody who took it back."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

GIVE = """
INSERT INTO event_consents AS known (person_id, area, given_by, given_at)
SELECT person_id, area, $2, $3 FROM people WHERE person_id = $1
ON CONFLICT ON CONSTRAINT event_consents_pk DO UPDATE SET
    given_by = EXCLUDED.given_by, given_at = EXCLUDED.given_at, taken_back_at = NULL
WHERE known.taken_back_at IS NOT NULL
"""
TAKE_BACK = """
UPDATE event_consents SET taken_back_at = $2 WHERE person_id = $1 AND taken_back_at IS NULL
"""
HAS = "SELECT EXISTS (SELECT FROM event_consents WHERE person_id = $1 AND taken_back_at IS NULL)"
# Until the transaction ends nobody of these is forgotten, or takes it back. People first, as an erasure takes them.
HOLD_PEOPLE = "SELECT 1 FROM people WHERE person_id = ANY ($1::uuid[]) ORDER BY person_id FOR KEY SHARE"
HOLD = """
SELECT person_id FROM event_consents WHERE person_id = ANY ($1::uuid[]) AND taken_back_at IS NULL
ORDER BY person_id FOR SHARE
"""


async def give_event_consent(connection: Connection, person_id: UUID, *, by: str, now: datetime) -> bool:
    """True when it is new."""
    done: str = await connection.execute(GIVE, person_id, by, now)
    return done == "INSERT 0 1"


async def take_back_event_consent(connection: Connection, person_id: UUID, now: datetime) -> bool:
    """True when there was one."""
    done: str = await connection.execute(TAKE_BACK, person_id, now)
    return done == "UPDATE 1"


async def has_event_consent(connection: Connection, person_id: UUID) -> bool:
    return bool(await connection.fetchval(HAS, person_id))


async def hold_consenting(connection: Connection, people: Collection[UUID]) -> frozenset[UUID]:
    """Those of the people who may be invited."""
    await connection.execute(HOLD_PEOPLE, list(people))
    rows = await connection.fetch(HOLD, list(people))
    return frozenset(row["person_id"] for row in rows)
