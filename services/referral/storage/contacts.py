"""Who a person is and how to reach them, for the provider alone that has a place for them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.referral.storage.people import PersonVault, find_person
from shared.postgres.pool import Connection

# Of the place that they have now: what a provider before asked and saw is no word on this one.
COUNT_NOTES = """
SELECT count(*) FROM leg_history h JOIN legs l USING (leg_id, request_id)
WHERE leg_id = $1 AND h.reason = $2 AND h.happened_at > $3
"""
LAST_NOTES = """
SELECT leg_id, max(h.happened_at) AS at FROM leg_history h JOIN legs l USING (leg_id, request_id)
WHERE leg_id = ANY ($1::uuid[]) AND h.reason = $2 GROUP BY leg_id
"""


@dataclass(frozen=True, slots=True)
class PersonContact:
    given_name: str = field(repr=False)
    family_name: str = field(repr=False)
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    language: str
    note: str | None = field(default=None, repr=False)


async def find_contact(connection: Connection, vault: PersonVault, person_id: UUID) -> PersonContact | None:
    """Ways that are not safe are left out."""
    person = await find_person(connection, vault, person_id)
    if person is None:
        return None
    not_by = person.safe_contact.not_by
    return PersonContact(
        person.given_name,
        person.family_name,
        None if "email" in not_by else person.email,
        None if "phone" in not_by else person.phone,
        person.language,
        person.safe_contact.note,
    )


async def count_notes(connection: Connection, leg_id: UUID, reason: str, *, since: datetime) -> int:
    """How often something was noted of a leg with its place."""
    return int(await connection.fetchval(COUNT_NOTES, leg_id, reason, since))


async def last_notes(connection: Connection, leg_ids: Collection[UUID], reason: str) -> dict[UUID, datetime]:
    """When something was last noted of its place, by leg; legs of which it never was are left out."""
    return {row["leg_id"]: row["at"] for row in await connection.fetch(LAST_NOTES, list(leg_ids), reason)}
