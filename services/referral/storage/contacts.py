"""Who a person is and how to reach them, for the provider alone that has a place for them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.postgres.pool import Connection

FIND = "SELECT given_name, family_name, email, phone, language FROM people WHERE person_id = $1"
COUNT_NOTES = "SELECT count(*) FROM leg_history WHERE leg_id = $1 AND reason = $2 AND happened_at > $3"
LAST_NOTES = """
SELECT leg_id, max(happened_at) AS at FROM leg_history WHERE leg_id = ANY ($1::uuid[]) AND reason = $2
GROUP BY leg_id
"""


@dataclass(frozen=True, slots=True)
class PersonContact:
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    language: str


async def find_contact(connection: Connection, person_id: UUID) -> PersonContact | None:
    row = await connection.fetchrow(FIND, person_id)
    return PersonContact(**dict(row)) if row else None


async def count_notes(connection: Connection, leg_id: UUID, reason: str, *, since: datetime) -> int:
    """How often something was noted of a leg."""
    return int(await connection.fetchval(COUNT_NOTES, leg_id, reason, since))


async def last_notes(connection: Connection, leg_ids: Collection[UUID], reason: str) -> dict[UUID, datetime]:
    """When something was last noted, by leg; legs of which it never was are left out."""
    return {row["leg_id"]: row["at"] for row in await connection.fetch(LAST_NOTES, list(leg_ids), reason)}
